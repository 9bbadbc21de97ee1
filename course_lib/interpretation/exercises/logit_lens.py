"""interpretation.logit_lens: what the model would say if it stopped here."""

from dataclasses import dataclass

import numpy as np

from course_lib.block.by_hand import layer_norm
from course_lib.interpretation import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong


@dataclass(frozen=True)
class Norm:
    """The last norm of a model, as a function: for vectors of width d, with any axes in front; another seed is another norm."""

    seed: int
    d: int

    def __call__(self, x):
        gain, bias = np.random.default_rng(self.seed).normal(size=(2, self.d)) / 2
        return layer_norm(np.asarray(x), 1 + gain, bias)


ASKED = Asked(
    "A model reads its prediction from the vectors after its last layer, `hidden[-1]`: they pass the last norm, a function `norm`, and "
    "are compared with every row of `table` `(vocab, d_model)` by dot products. Do to **every** layer of `hidden` `(layer, token, d_model)` "
    "what the model does to the last, and return `(layer, token, vocab)`.",
    reference=by_hand.logit_lens,
    points=2,
    minutes=6,
    difficulty=1,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(layers: int, n: int, d: int, vocab: int, note: str = "") -> Case:
        growing = np.arange(1, layers + 1)[:, None, None]
        return Case(
            (
                rng.normal(size=(layers, n, d)) * growing,
                Norm(int(rng.integers(1, 10**6)), d),
                rng.normal(size=(vocab, d)),
            ),
            note,
        )

    return [
        case(3, 5, 7, 11),
        case(5, 2, 3, 7),
        case(2, 7, 5, 13),
        case(4, 1, 5, 3, "a single token"),
        case(1, 3, 5, 7, "before the first layer only"),
        case(5, 5, 5, 5, "all sizes the same"),
        case(7, 3, 5, 2, "a vocabulary of two"),
    ]


@right
def layer_by_layer(hidden, norm, table):
    return np.stack([norm(x) @ table.T for x in hidden])


@right
def by_einsum(hidden, norm, table):
    return np.einsum("ltd,vd->ltv", norm(hidden), table)


@wrong(
    1,
    "without the last norm",
    "You compare the vectors as they are. The model norms them first, and the table was trained for normed vectors: without it, long "
    "vectors sound sure of themselves.",
)
def without_the_norm(hidden, norm, table):
    return hidden @ table.T


@wrong(
    2,
    "norm of the last layer alone",
    "You norm the last layer and compare the others as they are. The lens puts every layer through the last norm.",
)
def norm_of_the_last_alone(hidden, norm, table):
    return np.concatenate([hidden[:-1], norm(hidden[-1:])]) @ table.T


@wrong(
    3,
    "the last layer, again and again",
    "Every layer of yours says what the last one says: `hidden[-1]` is read each time.",
)
def the_last_layer_again(hidden, norm, table):
    return np.stack([norm(hidden[-1]) @ table.T for _ in hidden])


@wrong(
    4,
    "the layer before",
    "Each of your layers is read one too early: number 0 is before the first layer, number 1 after it.",
)
def the_layer_before(hidden, norm, table):
    return norm(hidden[np.maximum(np.arange(len(hidden)) - 1, 0)]) @ table.T


@wrong(
    5,
    "all but the last normed",
    "The last layer is not normed yet either: `hidden[-1]` stands before the norm, as the others do.",
)
def all_but_the_last(hidden, norm, table):
    return np.concatenate([norm(hidden[:-1]), hidden[-1:]]) @ table.T


@wrong(
    6,
    "the last layer only",
    "You return one layer, the model's prediction. All of them are asked for, one after the other.",
)
def the_last_only(hidden, norm, table):
    return norm(hidden[-1]) @ table.T


@wrong(
    7,
    "probabilities instead of logits",
    "Your rows sum to one: there is a softmax at the end. Logits are asked for.",
)
def probabilities(hidden, norm, table):
    logits = norm(hidden) @ table.T
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


@wrong(
    8,
    "what each layer adds",
    "You read what a layer added, not where it left the vectors: no differences between layers are needed.",
)
def what_each_layer_adds(hidden, norm, table):
    return norm(np.diff(hidden, axis=0, prepend=0.0)) @ table.T


@wrong(
    9,
    "normed twice",
    "Your vectors pass the norm twice. `hidden` has not been normed yet, and once is enough.",
)
def normed_twice(hidden, norm, table):
    return norm(norm(hidden)) @ table.T


@wrong(10, "the layers averaged", "You return one reading for all layers together. Each layer has its own.")
def averaged(hidden, norm, table):
    return norm(hidden.mean(axis=0)) @ table.T


@wrong(
    11,
    "the table normed as well",
    "You norm the table too. Only the vectors pass the last norm; the rows of the table stay as they are.",
)
def table_normed_as_well(hidden, norm, table):
    return norm(hidden) @ norm(table).T


@wrong(
    12,
    "the table normed instead",
    "You norm the table, and compare the vectors as they are. It is the vectors that pass the last norm.",
)
def table_normed_instead(hidden, norm, table):
    return hidden @ norm(table).T


@wrong(
    13,
    "divided by the length",
    "You divide each vector by its length. `norm` is the model's own last norm, a function: call it.",
)
def divided_by_the_length(hidden, norm, table):
    return hidden / np.linalg.norm(hidden, axis=-1, keepdims=True) @ table.T


@wrong(
    14,
    "a norm of your own",
    "You take the mean off and divide by the spread. The model's norm has learned a gain and a bias besides: call `norm`.",
)
def a_norm_of_your_own(hidden, norm, table):
    centred = hidden - hidden.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(hidden.var(axis=-1, keepdims=True) + 1e-5) @ table.T


@wrong(
    15,
    "log-probabilities instead of logits",
    "The exponentials of your rows sum to one: you took a log-softmax. Logits are asked for.",
)
def log_probabilities(hidden, norm, table):
    logits = norm(hidden) @ table.T
    top = logits.max(axis=-1, keepdims=True)
    return logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))


@wrong(
    16,
    "the likeliest word",
    "You return the likeliest word of each place. All logits are asked for: `(layer, token, vocab)`.",
)
def the_likeliest(hidden, norm, table):
    return (norm(hidden) @ table.T).argmax(axis=-1)


@wrong(17, "the last token only", "You read the last token alone. All tokens are asked for.")
def last_token_only(hidden, norm, table):
    return norm(hidden[:, -1:]) @ table.T


@wrong(
    18,
    "from the first layer on",
    "You left out the vectors before the first layer: number 0 of `hidden` is read as well.",
)
def from_the_first_layer_on(hidden, norm, table):
    return norm(hidden[1:]) @ table.T


@wrong(19, "all but the last layer", "You left out the last layer, the model's own prediction.")
def without_the_last(hidden, norm, table):
    return norm(hidden[:-1]) @ table.T


@wrong(20, "tokens before layers", "Your axes are (token, layer, vocab). Layers come first, as in `hidden`.")
def tokens_first(hidden, norm, table):
    return (norm(hidden) @ table.T).transpose(1, 0, 2)


@wrong(21, "vocab before tokens", "Your axes are (layer, vocab, token). The vocabulary comes last.")
def vocab_before_tokens(hidden, norm, table):
    return (norm(hidden) @ table.T).transpose(0, 2, 1)


@wrong(
    22,
    "divided by the square root of the width",
    "You divide by $\\sqrt{d}$. That belongs to the scores of attention; the model's logits are plain dot products.",
)
def by_the_root(hidden, norm, table):
    return norm(hidden) @ table.T / np.sqrt(hidden.shape[-1])


@wrong(
    23,
    "layers added up again",
    "You add up the layers. Each row of `hidden` holds everything that was added before it: read it as it is.",
)
def layers_added_up(hidden, norm, table):
    return norm(hidden.cumsum(axis=0)) @ table.T


@wrong(
    24,
    "cosines instead of dot products",
    "You compare by cosine. The model compares by dot products, in which lengths count.",
)
def cosines(hidden, norm, table):
    x = norm(hidden)
    lengths = np.linalg.norm(x, axis=-1, keepdims=True) * np.linalg.norm(table, axis=-1)
    return x @ table.T / lengths


HINTS = (
    "What does the model do with the vectors after its last layer? Two steps, and neither knows which layer it is at.",
    "The norm works on the last axis, whatever stands in front; so does a product with the table turned round.",
    "`norm(hidden) @ table.T`.",
)
