"""interpretation.patch: one vector of one run, put into another."""

from dataclasses import dataclass

import numpy as np

from course_lib.interpretation import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong


@dataclass(frozen=True)
class SmallModel:
    """Stands in for a model: layers that mix the words so far, and bend; the same whenever it is asked.

    Attributes:
        seed: another seed is another model.
        layers: how many.

    >>> hidden, logits = SmallModel(3, 2)(np.array([1, 0, 2]))
    >>> hidden.shape, logits.shape
    ((3, 3, 4), (3, 5))
    """

    seed: int
    layers: int

    def __call__(self, ids, replaced=None):
        rng = np.random.default_rng(self.seed)
        table, out = rng.normal(size=(11, 4)), rng.normal(size=(4, 5))
        matrices = rng.normal(size=(self.layers, 4, 4))
        n = len(ids)
        x, hidden = table[np.asarray(ids)] + np.arange(n)[:, None] / 7, []
        for layer in range(self.layers + 1):
            if layer > 0:
                so_far = x.cumsum(axis=0) / np.arange(1, n + 1)[:, None]
                x = x + np.tanh(so_far @ matrices[layer - 1])
            for (at, position), vector in dict(replaced or {}).items():
                if at == layer:
                    x = x.copy()
                    x[position] = vector
            hidden.append(x)
        return np.array(hidden), x @ out


ASKED = Asked(
    "`run(ids)` runs a model and returns `hidden` `(layer, token, d)`, its vectors before the first layer (number 0) and after each, and "
    "`logits` `(token, vocab)`. `run(ids, replaced)` does the same, but puts other vectors in place of its own as it goes: `replaced` is a "
    "dictionary `{(layer, position): vector}`, and everything later is computed from them.\n\n"
    "Return the logits of a run on `corrupted` in which the vector at `layer` and `position` comes from a run on `clean`.",
    reference=by_hand.patch,
    points=2,
    minutes=10,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(layers: int, n: int, layer: int, position: int, note: str = "") -> Case:
        clean = rng.permutation(11)[:n]
        corrupted = (clean + rng.integers(1, 10, size=n)) % 11
        return Case((SmallModel(int(rng.integers(1, 10**6)), layers), clean, corrupted, layer, position), note)

    one_word = np.array([3, 1, 4, 7, 5])
    return [
        case(3, 5, 1, 2),
        case(5, 7, 3, 4),
        case(3, 5, 2, 1),
        Case((SmallModel(7, 3), one_word, np.array([3, 1, 2, 7, 5]), 1, 2), "two sentences that differ in one word"),
        Case((SmallModel(5, 3), one_word, np.array([3, 1, 2, 7, 5]), 2, 3), "a later word than the one that differs"),
        case(3, 5, 0, 1, "before the first layer"),
        case(2, 5, 2, 1, "after the last layer"),
        case(3, 5, 1, 0, "the first word"),
        case(3, 3, 1, 2, "the last word"),
    ]


@right
def in_two_lines(run, clean, corrupted, layer, position):
    replaced = {(layer, position): run(clean)[0][layer][position]}
    return run(corrupted, replaced)[1]


@right
def by_keyword(run, clean, corrupted, layer, position):
    there = run(list(clean))
    return run(list(corrupted), replaced=dict([((layer, position), there[0][layer, position].copy())]))[-1]


@wrong(
    1,
    "directions exchanged",
    "You run the clean sentence with a vector of the corrupted one. That is the other direction, and it answers another question: does "
    "breaking this one place break the answer? Here one place is repaired in a broken run.",
)
def directions_exchanged(run, clean, corrupted, layer, position):
    hidden, _ = run(corrupted)
    return run(clean, {(layer, position): hidden[layer, position]})[1]


@wrong(
    2,
    "the whole layer",
    "Your logits are those of the clean sentence. Whoever puts in all vectors of a layer makes the run the clean one, whatever the layer, "
    "and learns nothing about a place: put in one vector, and return the run on `corrupted`.",
)
def whole_layer(run, clean, corrupted, layer, position):
    hidden, _ = run(clean)
    return run(corrupted, {(layer, place): vector for place, vector in enumerate(hidden[layer])})[1]


@wrong(
    3,
    "after the read-out",
    "You exchanged a row of logits. Nothing was computed from what you put in: the vector has to be put in on the way, so that the layers "
    "after it see it.",
)
def after_the_read_out(run, clean, corrupted, layer, position):
    logits = run(corrupted)[1].copy()
    logits[position] = run(clean)[1][position]
    return logits


@wrong(
    4,
    "every layer at this place",
    "You put in the clean vectors of this place at all layers. One layer is asked for: what the run makes of it later is what one wants "
    "to see.",
)
def every_layer(run, clean, corrupted, layer, position):
    hidden, _ = run(clean)
    return run(corrupted, {(at, position): hidden[at, position] for at in range(len(hidden))})[1]


@wrong(
    5,
    "nothing put in",
    "Your logits are those of the corrupted sentence as it is: nothing from the clean run has arrived. Is `replaced` handed to the run, "
    "and does its vector come from `clean`?",
)
def nothing_put_in(run, clean, corrupted, layer, position):
    return run(corrupted)[1]


@wrong(
    6,
    "the vector of the layer before",
    "Your vector is taken one layer too early: number 0 stands before the first layer, number 1 after it.",
)
def a_layer_early(run, clean, corrupted, layer, position):
    hidden, _ = run(clean)
    return run(corrupted, {(layer, position): hidden[max(layer - 1, 0), position]})[1]


@wrong(
    7,
    "layer and position exchanged",
    "You take the vector of another layer and place: the first index of `hidden` is the layer, the second the position.",
)
def exchanged_indices(run, clean, corrupted, layer, position):
    hidden, _ = run(clean)
    depth, n, _ = hidden.shape
    return run(corrupted, {(layer, position): hidden[min(position, depth - 1), min(layer, n - 1)]})[1]


@wrong(8, "vectors instead of logits", "You return the vectors. `run` gives two things; the logits are the second.")
def vectors(run, clean, corrupted, layer, position):
    hidden, _ = run(clean)
    return run(corrupted, {(layer, position): hidden[layer, position]})[0]


@wrong(
    9,
    "the difference of two runs",
    "You return how far the patched run is from the unpatched one. Return the logits themselves.",
)
def the_difference(run, clean, corrupted, layer, position):
    hidden, _ = run(clean)
    return run(corrupted, {(layer, position): hidden[layer, position]})[1] - run(corrupted)[1]


@wrong(
    10,
    "the key turned round",
    "The key of `replaced` is `(layer, position)`, in this order; yours names the position first.",
)
def key_turned_round(run, clean, corrupted, layer, position):
    return run(corrupted, {(position, layer): run(clean)[0][layer, position]})[1]


@wrong(
    11,
    "the last layer's vector",
    "You take the vector after the last layer, whatever `layer` is: it is `hidden[layer]` that is asked for.",
)
def of_the_last_layer(run, clean, corrupted, layer, position):
    return run(corrupted, {(layer, position): run(clean)[0][-1, position]})[1]


@wrong(
    12,
    "put in a layer late",
    "You put the vector in one layer late: number 0 stands before the first layer, and `hidden` and `replaced` count alike.",
)
def a_layer_late(run, clean, corrupted, layer, position):
    return run(corrupted, {(layer + 1, position): run(clean)[0][layer, position]})[1]


@wrong(
    13,
    "patched a layer early",
    "You take the vector, and put it in, one layer too early: number 0 stands before the first layer, so `layer` needs no 1 taken off.",
)
def patched_a_layer_early(run, clean, corrupted, layer, position):
    return run(corrupted, {(layer - 1, position): run(clean)[0][layer - 1, position]})[1]


@wrong(
    14,
    "one row of logits",
    "You return the logits at the place you patched. All rows are asked for: later words may have changed most.",
)
def one_row(run, clean, corrupted, layer, position):
    return run(corrupted, {(layer, position): run(clean)[0][layer, position]})[1][position]


@wrong(15, "the last row of logits", "You return the last row alone. All rows are asked for, `(token, vocab)`.")
def the_last_row(run, clean, corrupted, layer, position):
    return run(corrupted, {(layer, position): run(clean)[0][layer, position]})[1][-1:]


@wrong(
    16,
    "the difference put in",
    "You put in how much the two vectors differ. `replaced` stands in place of the model's own vector: put in the clean one itself.",
)
def difference_put_in(run, clean, corrupted, layer, position):
    change = run(clean)[0][layer, position] - run(corrupted)[0][layer, position]
    return run(corrupted, {(layer, position): change})[1]


@wrong(
    17,
    "every later layer too",
    "You put in the clean vectors of this place from `layer` on. One layer is asked for: what the run makes of it later is what one wants "
    "to see.",
)
def every_later_layer(run, clean, corrupted, layer, position):
    hidden, _ = run(clean)
    return run(corrupted, {(at, position): hidden[at, position] for at in range(layer, len(hidden))})[1]


@wrong(
    18,
    "the word exchanged",
    "You exchanged the word at this place before the run. That is layer 0, whatever `layer` says.",
)
def word_exchanged(run, clean, corrupted, layer, position):
    ids = np.array(corrupted)
    ids[position] = clean[position]
    return run(ids)[1]


@wrong(
    19,
    "every place up to this one",
    "You put in the clean vectors of all places up to this one. One vector is asked for.",
)
def places_up_to(run, clean, corrupted, layer, position):
    hidden, _ = run(clean)
    return run(corrupted, {(layer, place): hidden[layer, place] for place in range(position + 1)})[1]


@wrong(20, "halfway", "You put in the mean of the clean and the corrupted vector. The clean one itself is asked for.")
def halfway(run, clean, corrupted, layer, position):
    both = run(clean)[0][layer, position] + run(corrupted)[0][layer, position]
    return run(corrupted, {(layer, position): both / 2})[1]


HINTS = (
    "Two runs. Which sentence does the first read, and what do you need from it?",
    "Run `clean` and keep one vector of `hidden`. Run `corrupted` with that vector in place of its own, and return the logits.",
    "`hidden, _ = run(clean)`, then `_, logits = run(corrupted, {(layer, position): hidden[layer, position]})`.",
)
