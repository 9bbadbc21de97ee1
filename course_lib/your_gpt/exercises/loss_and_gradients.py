"""your_gpt.loss_and_gradients: a whole GPT forward to its loss, and back to every parameter, from one's own parts."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.backprop import gpt
from course_lib.backprop.by_hand import (
    cross_entropy_backward,
    layer_norm_backward,
    linear_backward,
    look_up_backward,
)
from course_lib.backprop.by_parts import block_backward, block_values
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.block.by_hand import layer_norm
from course_lib.loss.by_hand import cross_entropy
from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.your_gpt import by_hand

ASKED = Asked(
    "For one text, `ids` and `targets` `(token,)`, and the `params` of a GPT: return its mean loss, and a dictionary of gradients with the names "
    "and shapes of `params`: `table` `(vocab, d_model)`, `positions` `(context, d_model)`, `blocks` (a list of dictionaries, one a block, in their "
    "order), `gain` and `bias`. A text may be shorter than the context. The way forward:\n\n"
    "    x      = table[ids] + positions\n"
    "    x      = block(x), for each of the blocks\n"
    "    last   = layer_norm(x, gain, bias)\n"
    "    logits = last @ table.T\n"
    "    loss   = cross_entropy(logits, targets)\n\n"
    '`block_values(x, block_params)["out"]` is what a block makes of `x`. For the way back there are your `cross_entropy_backward(logits, targets)`, '
    "`linear_backward(x, W, d_out)`, `layer_norm_backward(x, gain, d_out)`, `block_backward(x, block_params, d_out)` and "
    "`look_up_backward(ids, d_out, vocab)`. In this order they return `d_logits`; `d_x, d_W, d_b`; `d_x, d_gain, d_bias`; `d_x` and a dictionary (without `n_heads`); the "
    "gradient of the table.",
    reference=by_hand.loss_and_gradients,
    points=5,
    minutes=30,
    difficulty=3,
    library=(*AUTOGRAD, "course_lib.loss_and_gradients", "course_lib.gpt_backward", "course_lib.gpt_loss"),
    atol=1e-8,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(ids: list[int], note: str = "", layers: int = 2, d_model: int = 6, n_heads: int = 2, vocab: int = 11):
        params = gpt.random_params(vocab, 7, layers, d_model, n_heads, rng, d_ff=5)
        moved = {name: array + 0.4 * rng.normal(size=array.shape) for name, array in gpt.named(params).items()}
        for name, array in moved.items():
            *where, last = name.split(".")
            (params["blocks"][int(where[1])] if where else params)[last] = array
        return Case((np.array(ids), rng.integers(0, vocab, size=len(ids)), params), note)

    return [
        case(list(rng.permutation(11)[:7])),
        case(list(rng.permutation(11)[:7]), "three blocks", layers=3, d_model=4),
        case(list(rng.permutation(11)[:7]), "one block", layers=1),
        case([3, 8, 3, 3, 0, 8, 5], "words that come again"),
        case([9, 2, 4, 1], "a text shorter than the context"),
        case([6], "a single word", layers=1),
        case([4, 1, 0, 5], "as many words as d_model", vocab=6),
        case([2, 7, 1, 10, 5], "no block at all: look up, add, norm, compare", layers=0),
    ]


def _rows_for_all(d: np.ndarray, p: dict) -> np.ndarray:
    """A gradient of the first positions, with zeros for those that the text has not used."""
    return np.vstack([d, np.zeros((len(p["positions"]) - len(d), d.shape[1]))])


def _whole(
    start: Callable = lambda ids, p: p["table"][ids] + p["positions"][: len(ids)],
    last: Callable = lambda x, p: layer_norm(x, p["gain"], p["bias"]),
    judge: Callable = cross_entropy_backward,
    output_reads: Callable = lambda x, last: last,
    norm_at: Callable = lambda x, last: x,
    arrives: Callable = lambda d_last, d_x: d_x,
    walk: Callable = lambda xs, blocks: list(zip(xs[:-1], blocks, strict=True))[::-1],
    into: Callable = lambda d_x, top: d_x,
    put: Callable = lambda found, new: [new, *found],
    sends: Callable = lambda d_in, d_x, top: d_in,
    table: Callable = lambda looked_up, d_turned: looked_up + d_turned.T,
    looked_up: Callable = lambda ids, targets, d_x, top: (ids, d_x),
    look_up: Callable = look_up_backward,
    positions: Callable = lambda d_x, top, p: _rows_for_all(d_x, p),
    means: Callable = lambda loss, ids: loss,
    aims: Callable = lambda ids, targets: targets,
    gain_and_bias: tuple[str, str] = ("gain", "bias"),
    gives: Callable = lambda loss, found: (loss, found),
) -> Callable:
    """The whole way with one of its steps exchanged."""

    def loss_and_gradients(ids, targets, params):
        targets = aims(ids, targets)
        xs = [start(ids, params)]
        for block_params in params["blocks"]:
            xs.append(block_values(xs[-1], block_params)["out"])
        normed = last(xs[-1], params)
        logits = normed @ params["table"].T
        d_last, d_turned, _ = linear_backward(output_reads(xs[-1], normed), params["table"].T, judge(logits, targets))
        d_x, *for_norm = layer_norm_backward(norm_at(xs[-1], normed), params["gain"], d_last)
        top = d_x = arrives(d_last, d_x)
        blocks = []
        for x, block_params in walk(xs, params["blocks"]):
            d_in, found = block_backward(x, block_params, into(d_x, top))
            d_x, blocks = sends(d_in, d_x, top), put(blocks, found)
        rows = look_up(*looked_up(ids, targets, d_x, top), len(params["table"]))
        found = dict(zip(gain_and_bias, for_norm, strict=True)) | {"blocks": blocks}
        found |= {"positions": positions(d_x, top, params), "table": table(rows, d_turned)}
        return gives(means(cross_entropy(logits, targets), ids), found)

    return loss_and_gradients


by_steps = right(_whole())


@right
def by_matrices(ids, targets, params):
    """Looking up as a product with rows of zeros and one one, and the loss's slope written out."""
    n, table, context = len(ids), params["table"], len(params["positions"])
    chosen, placed = np.eye(len(table))[ids], np.eye(context)[:n]
    came_in = [chosen @ table + placed @ params["positions"]]
    for block_params in params["blocks"]:
        came_in.append(block_values(came_in[-1], block_params)["out"])
    last = layer_norm(came_in[-1], params["gain"], params["bias"])
    logits = last @ table.T
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    loss = -np.log(shares[np.arange(n), targets]).mean()
    d_logits = (shares - np.eye(len(table))[targets]) / n
    found = {"table": d_logits.T @ last, "blocks": [{}] * len(params["blocks"])}
    d_x, found["gain"], found["bias"] = layer_norm_backward(came_in[-1], params["gain"], d_logits @ table)
    for i in range(len(params["blocks"]))[::-1]:
        d_x, found["blocks"][i] = block_backward(came_in[i], params["blocks"][i], d_x)
    found["table"] = found["table"] + chosen.T @ d_x
    return loss, found | {"positions": placed.T @ d_x}


output_lost = wrong(
    1,
    "the output's share of the table lost",
    "All is right but `table`: yours has what comes back from looking words up. The table made the logits too, and what it gets for that is added.",
    _whole(table=lambda looked_up, d_turned: looked_up),
)

look_up_lost = wrong(
    2,
    "the words' share of the table lost",
    "All is right but `table`: yours has what comes back from the logits. The words at the bottom were its rows, and what arrives there belongs to it too.",
    _whole(table=lambda looked_up, d_turned: d_turned.T),
)

first_block_first = wrong(
    3,
    "the blocks forward on the way back",
    "You go back through the first block first. What arrives from the loss has come out of the last one.",
    _whole(walk=lambda xs, blocks: zip(xs[:-1], blocks, strict=True), put=lambda found, new: [*found, new]),
)

last_block_first_in_the_list = wrong(
    4,
    "the list of blocks turned round",
    "The gradients are right and stand in the wrong places: the last block was the first on the way back, and in your list it is still the first.",
    _whole(put=lambda found, new: [*found, new]),
)

from_what_came_out = wrong(
    5,
    "a block gets what came out of it",
    "You give `block_backward` what the block has made. It asks for what went in, and goes forward once more by itself.",
    _whole(walk=lambda xs, blocks: zip(xs[:0:-1], blocks[::-1], strict=True)),
)

every_block_from_the_bottom = wrong(
    6,
    "every block from the bottom",
    "You give `block_backward` the sum of table and positions for every block. That went into the first one; the second got what the first had made.",
    _whole(walk=lambda xs, blocks: ((xs[0], one) for one in blocks[::-1])),
)

norm_at_its_output = wrong(
    7,
    "the last norm's gradient at the wrong place",
    "You give `layer_norm_backward` what came out of the last norm. It asks for what went in: `x` after the last block.",
    _whole(norm_at=lambda x, last: last),
)

past_the_norm = wrong(
    8,
    "past the last norm",
    "`gain` and `bias` are right, and then you send into the blocks what had not gone through the norm yet. What goes on is what `layer_norm_backward` "
    "returns first.",
    _whole(arrives=lambda d_last, d_x: d_last),
)

not_passed_on = wrong(
    9,
    "every block gets what came out of the norm",
    "You send the same gradient into every block. A block gets what `block_backward` of the one above it has returned.",
    _whole(into=lambda d_x, top: top),
)

norm_forgotten = wrong(
    10,
    "without the last norm",
    "You compare `x` itself with the table. Between the last block and the table stands a norm, with `gain` and `bias`.",
    _whole(last=lambda x, p: x),
)

no_positions = wrong(
    11,
    "no positions on the way forward",
    "Your loss is another one. The words enter without their places: `table[ids]` and `positions` are added up.",
    _whole(start=lambda ids, p: p["table"][ids]),
)

repeated_words_lost = wrong(
    12,
    "repeated words lost",
    "Right where every word comes once. `d[ids] += ...` takes the last of several equal ids alone; your `look_up_backward` adds them all up.",
    _whole(look_up=lambda ids, d, vocab: _set_rows(ids, d, vocab)),
)


def _set_rows(ids: np.ndarray, d: np.ndarray, vocab: int) -> np.ndarray:
    found = np.zeros((vocab, d.shape[1]))
    found[ids] += d
    return found


rows_of_the_text = wrong(
    13,
    "positions as long as the text",
    "Your gradient of `positions` has a row for each word of the text. There are as many positions as the context is long; those that the text has not "
    "used get 0.",
    _whole(positions=lambda d_x, top, p: d_x),
)

positions_at_the_end = wrong(
    14,
    "positions at the end",
    "The gradient of `positions` stands in its last rows. A short text uses the first ones.",
    _whole(
        positions=lambda d_x, top, p: _rows_for_all(d_x[::-1], p)[::-1],
    ),
)

summed_gradients = wrong(
    15,
    "gradients of the sum",
    "Your loss is a mean and your gradients are those of the sum: each is as many times too large as the text has words.",
    _whole(judge=lambda logits, targets: cross_entropy_backward(logits, targets) * len(targets)),
)

summed_loss = wrong(
    16,
    "loss summed",
    "The gradients are right, and the loss is the sum over the text. Asked for is the mean.",
    _whole(means=lambda loss, ids: loss * len(ids)),
)

aims_at_itself = wrong(
    17,
    "the words are their own targets",
    "You compare the logits with `ids`, the words that went in. What should come out are the `targets`.",
    _whole(aims=lambda ids, targets: ids),
)

without_the_loss = wrong(
    18,
    "gradients alone",
    "Two things are asked for: the loss, and then the dictionary of gradients. You return the gradients.",
    _whole(gives=lambda loss, found: found),
)

turned_pair = wrong(
    19,
    "gradients before the loss",
    "You return the gradients first. The loss comes first, then the dictionary.",
    _whole(gives=lambda loss, found: (found, loss)),
)

flat_names = wrong(
    20,
    "one dictionary for everything",
    "Your gradients have the engine's long names, such as `blocks.0.W_Q`. Asked for is the nest that `params` is: under `blocks` a list, and in it a dictionary for "
    "each block.",
    _whole(gives=lambda loss, found: (loss, gpt.named(found))),
)

the_logits_themselves = wrong(
    21,
    "the loss's slope left out",
    "You send the logits themselves back. What goes back from the loss is `cross_entropy_backward(logits, targets)`.",
    _whole(judge=lambda logits, targets: logits),
)

no_positions_back = wrong(
    22,
    "positions get nothing",
    "All is right but `positions`, which are 0 in yours. They were added to the words, and a sum sends what arrives to both of its parts.",
    _whole(positions=lambda d_x, top, p: np.zeros_like(p["positions"])),
)

added_for_both = wrong(
    23,
    "mean of the table's two uses",
    "The table was used at both ends, and you take the mean of what it gets. Gradients of what is used twice add up.",
    _whole(table=lambda looked_up, d_turned: (looked_up + d_turned.T) / 2),
)


residual_twice = wrong(
    24,
    "the residual added again",
    "You add what arrived at a block to what `block_backward` returns. Its `d_x` has the residual in it already.",
    _whole(sends=lambda d_in, d_x, top: d_x + d_in),
)

top_for_every_block = wrong(
    25,
    "the top gradient into every block",
    "What `block_backward` returns as `d_x` is thrown away: the top gradient goes into every block, and to the words as well. Each block has to be given what the one "
    "above it has returned.",
    _whole(sends=lambda d_in, d_x, top: top),
)

every_block_from_the_top = wrong(
    26,
    "every block from the last x",
    "You give `block_backward` the `x` after the last block, for every block. On the way forward each got another one: keep them.",
    _whole(walk=lambda xs, blocks: ((xs[-1], one) for one in blocks[::-1])),
)

inputs_in_forward_order = wrong(
    27,
    "inputs forward, blocks backward",
    "The blocks come from the last to the first, and what went into them from the first to the last: each block is given the input of another one.",
    _whole(walk=lambda xs, blocks: zip(xs[:-1], blocks[::-1], strict=True)),
)

blocks_in_forward_order = wrong(
    28,
    "inputs backward, blocks forward",
    "What went into the blocks comes from the last to the first, and the blocks from the first to the last: each block is given the input of another one.",
    _whole(walk=lambda xs, blocks: zip(xs[-2::-1], blocks, strict=True), put=lambda found, new: [*found, new]),
)

looked_up_targets = wrong(
    29,
    "looked up the targets",
    "What arrives at the bottom goes to the rows of `targets` in your table. Looked up were `ids`.",
    _whole(looked_up=lambda ids, targets, d_x, top: (targets, d_x)),
)

words_get_the_top = wrong(
    30,
    "the words get the top gradient",
    "Your `look_up_backward` is given what came out of the last norm. The words stand below all blocks: what arrives there has come through every one of them.",
    _whole(looked_up=lambda ids, targets, d_x, top: (ids, top)),
)

positions_get_the_top = wrong(
    31,
    "the positions get the top gradient",
    "The gradient of `positions` is what came out of the last norm. They stand below all blocks, beside the words, and get what the words get.",
    _whole(positions=lambda d_x, top, p: _rows_for_all(top, p)),
)

output_reads_x = wrong(
    32,
    "the output layer's input is x",
    "You go back through `last @ table.T` with `x`. What was multiplied by the table is `last`, after the norm.",
    _whole(output_reads=lambda x, last: x),
)

softmax_first = wrong(
    33,
    "softmax before the loss's slope",
    "You give `cross_entropy_backward` probabilities. It asks for logits, and takes their softmax itself.",
    _whole(judge=lambda logits, targets: cross_entropy_backward(softmax(logits), targets)),
)

reshaped_not_turned = wrong(
    34,
    "reshaped instead of transposed",
    "The gradient of `table.T` is `(d_model, vocab)`. `reshape` gives it the table's shape and puts the numbers in the wrong places: rows have to become columns.",
    _whole(table=lambda looked_up, d_turned: looked_up + d_turned.reshape(looked_up.shape)),
)

gain_for_bias = wrong(
    35,
    "gain and bias exchanged",
    "`gain` holds the gradient of `bias`, and `bias` that of `gain`. `layer_norm_backward` returns `d_x`, `d_gain`, `d_bias`, in this order.",
    _whole(gain_and_bias=("bias", "gain")),
)

turned_round_and_output_lost = wrong(
    36,
    "the list turned round, and the output's share lost",
    "Two things at once. The blocks' gradients stand in the order of the way back, the last block first; and `table` lacks what it gets for having made the logits.",
    _whole(put=lambda found, new: [*found, new], table=lambda looked_up, d_turned: looked_up),
)


HINTS = (
    "Go forward and keep what each block was given: on the way back you need it. Then read the five lines from the last to the first. Which of the parameters is used "
    "twice?",
    "`logits = last @ table.T` is a linear layer whose matrix is `table.T`: `linear_backward` gives the gradient of `last`, and that of `table.T`, which has to be turned over. "
    "Then the norm at the `x` that went in; then the blocks from the last to the first, each with what it was given and with what the one above returned. What is left at the bottom "
    "goes to the words and to the positions.",
    "`d_last, d_turned, _ = linear_backward(last, table.T, d_logits)`, where the third is for a bias that there is not. `d_x, d_gain, d_bias = layer_norm_backward(x, gain, d_last)`. Then "
    "`for x_in, b in reversed(list(zip(kept, params['blocks']))): d_x, found = block_backward(x_in, b, d_x)`, and `blocks.insert(0, found)`. At the bottom "
    "`look_up_backward(ids, d_x, len(table)) + d_turned.T`, and zeros like `positions` whose first `len(ids)` rows are `d_x`.",
)
