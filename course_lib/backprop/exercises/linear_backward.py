"""backprop.linear_backward: back through a matrix product with a bias."""

import numpy as np

from course_lib.backprop import by_hand
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "For `y = x @ W + b` with `x` `(token, d_in)`, `W` `(d_in, d)` and `b` `(d,)`: given `x`, `W` and `d_out` "
    "`(token, d)`, return the three gradients `d_x` `(token, d_in)`, `d_W` `(d_in, d)`, `d_b` `(d,)`, in this order. (`b` itself "
    "is not needed. Why?)",
    reference=by_hand.linear_backward,
    points=2,
    minutes=10,
    difficulty=2,
    library=AUTOGRAD,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def sizes(n: int, d_in: int, d: int, size: float = 1.0) -> tuple:
        return rng.normal(size=(n, d_in)) * size, rng.normal(size=(d_in, d)), rng.normal(size=(n, d))

    return [
        Case(sizes(3, 5, 2)),
        Case(sizes(5, 2, 7)),
        Case(sizes(7, 3, 3), "a square matrix"),
        Case(sizes(5, 5, 5), "everything square"),
        Case(sizes(3, 2, 5, 1000.0), "large inputs"),
        Case(sizes(1, 3, 7), "a single token"),
        Case(sizes(5, 3, 1), "a single column"),
        Case(sizes(3, 1, 5), "a single input"),
        Case(
            (
                np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
                np.array([[1.0, 0.0], [2.0, -1.0]]),
                np.array([[0.0, 0.0], [1.0, 10.0], [0.0, 0.0]]),
            ),
            "tokens that the loss does not look at",
        ),
        Case(
            (
                np.array([[1.0, -2.0, 0.5], [4.0, 0.0, 3.0]]),
                np.zeros((3, 4)),
                np.array([[1.0, 2.0, -3.0, 0.0], [0.5, -2.0, 3.0, 0.0]]),
            ),
            "W is zero, and a column of d_out too",
        ),
    ]


@right
def linear_by_loops(x, W, d_out):
    d_x, d_W, d_b = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for t in range(len(x)):
        for j in range(W.shape[1]):
            d_b[j] += d_out[t, j]
            for i in range(W.shape[0]):
                d_x[t, i] += d_out[t, j] * W[i, j]
                d_W[i, j] += x[t, i] * d_out[t, j]
    return d_x, d_W, d_b


@right
def in_other_words(x, W, d_out):
    return (
        np.einsum("tj,ij->ti", d_out, W),
        np.einsum("ti,tj->ij", x, d_out),
        np.einsum("tj->j", d_out),
    )


@wrong(
    1,
    "d_x without the transpose",
    "You multiplied d_out by W as it stands. W leads from d_in to d; on the way back it is read the other way. With a "
    "square W the shapes do not tell you.",
)
def d_x_without_the_transpose(x, W, d_out):
    return (d_out @ W, x.T @ d_out, d_out.sum(axis=0))


@wrong(
    2,
    "d_W without the transpose",
    "You multiplied x by d_out without turning x over. d_W has a row for each entry of x and sums over the tokens: the "
    "token axis has to be the one in the middle of the product.",
)
def d_w_without_the_transpose(x, W, d_out):
    return (d_out @ W.T, x @ d_out, d_out.sum(axis=0))


@wrong(
    3,
    "d_W transposed",
    "Your d_W is d_outᵀ x, of shape (d, d_in). A gradient has the shape of what it belongs to, and W is (d_in, d).",
)
def d_w_transposed(x, W, d_out):
    return (d_out @ W.T, d_out.T @ x, d_out.sum(axis=0))


@wrong(
    4,
    "mean over the tokens",
    "You divided d_W and d_b by the number of tokens. Where the loss is a mean, its own gradient has divided already: "
    "every token's part is added here.",
)
def mean_over_the_tokens(x, W, d_out):
    return (d_out @ W.T, x.T @ d_out / len(x), d_out.mean(axis=0))


@wrong(
    5,
    "d_b averaged",
    "d_b is the mean over the tokens; d_W is a sum. The same b was added to every token, so all of them have a say.",
)
def d_b_averaged(x, W, d_out):
    return (d_out @ W.T, x.T @ d_out, d_out.mean(axis=0))


@wrong(
    6,
    "d_b not summed",
    "Your d_b is d_out itself, a row for each token. But b is one vector, used by every token.",
)
def d_b_not_summed(x, W, d_out):
    return (d_out @ W.T, x.T @ d_out, d_out.copy())


@wrong(
    7,
    "d_b summed along the wrong axis",
    "You summed each token's row, which leaves a number for each token. b has a number for each column.",
)
def d_b_summed_along_the_wrong_axis(x, W, d_out):
    return (d_out @ W.T, x.T @ d_out, d_out.sum(axis=1))


@wrong(
    8,
    "d_x and d_W exchanged",
    "Both gradients are right, and they stand in each other's place: the order is d_x, d_W, d_b.",
)
def d_x_and_d_w_exchanged(x, W, d_out):
    return (x.T @ d_out, d_out @ W.T, d_out.sum(axis=0))


@wrong(
    9,
    "d_out left out of d_x",
    "Your d_x is the slope of y alone, the same for every token: multiply by how much the loss moves with y, d_out.",
)
def d_out_left_out_of_d_x(x, W, d_out):
    return (np.ones_like(d_out) @ W.T, x.T @ d_out, d_out.sum(axis=0))


@wrong(
    10,
    "ones in place of d_out",
    "You began with ones instead of d_out, as if the loss were the plain sum of y.",
)
def ones_in_place_of_d_out(x, W, d_out):
    return (
        np.ones_like(d_out) @ W.T,
        x.T @ np.ones_like(d_out),
        np.full(d_out.shape[1], float(len(x))),
    )


@wrong(
    11,
    "from the last to the first",
    "All three are right, and they stand in the opposite order. Asked for are d_x, d_W, d_b.",
)
def from_the_last_to_the_first(x, W, d_out):
    return (d_out.sum(axis=0), x.T @ d_out, d_out @ W.T)


@wrong(
    12,
    "d_x last",
    "All three are right, and you return d_x last. Asked for are d_x, d_W, d_b.",
)
def d_x_last(x, W, d_out):
    return (x.T @ d_out, d_out.sum(axis=0), d_out @ W.T)


@wrong(
    13,
    "the last token only",
    "Your d_W and d_b are those of the last token: each turn of the loop writes over the one before. All tokens use W and b.",
)
def the_last_token_only(x, W, d_out):
    return (d_out @ W.T, np.outer(x[-1], d_out[-1]), d_out[-1].copy())


@wrong(
    14,
    "d_W averaged",
    "d_W is divided by the number of tokens; d_b is a sum, as it should be. The same W was used by every token: add.",
)
def d_w_averaged(x, W, d_out):
    return (d_out @ W.T, x.T @ d_out / len(x), d_out.sum(axis=0))


@wrong(
    15,
    "everything divided by the tokens",
    "You divided all three by the number of tokens. Where the loss is a mean, that division is in d_out already.",
)
def everything_divided_by_the_tokens(x, W, d_out):
    return (d_out @ W.T / len(x), x.T @ d_out / len(x), d_out.mean(axis=0))


@wrong(
    16,
    "d_b in one number",
    "`sum()` without an axis adds everything up. b has a number for each column, and so has d_b.",
)
def d_b_in_one_number(x, W, d_out):
    return (d_out @ W.T, x.T @ d_out, d_out.sum())


@wrong(
    17,
    "d_b as a table of one row",
    "The numbers of d_b are right, and its shape is (1, d): `keepdims` kept an axis that b, of shape (d,), does not have.",
)
def d_b_as_a_table_of_one_row(x, W, d_out):
    return (d_out @ W.T, x.T @ d_out, d_out.sum(axis=0, keepdims=True))


@wrong(
    18,
    "a d_W for each token",
    "You return a matrix for each token. There is one W, used by all of them: what becomes of the token axis?",
)
def a_d_w_for_each_token(x, W, d_out):
    return (d_out @ W.T, x[:, :, None] * d_out[:, None, :], d_out.sum(axis=0))


@wrong(
    19,
    "sign",
    "All three have the wrong sign. The gradient points to where the loss rises; going the other way is the optimiser's task.",
)
def sign(x, W, d_out):
    return (-d_out @ W.T, -x.T @ d_out, -d_out.sum(axis=0))


@wrong(
    20,
    "d_out left out of d_W",
    "Your d_W is the slope of y alone, the same for every column: multiply by how much the loss moves with y, d_out.",
)
def d_out_left_out_of_d_w(x, W, d_out):
    return (d_out @ W.T, x.T @ np.ones_like(d_out), d_out.sum(axis=0))


@wrong(
    21,
    "d_b left out",
    "You return two gradients. y depends on b too: although b itself is not needed, its gradient is the third.",
)
def d_b_left_out(x, W, d_out):
    return (d_out @ W.T, x.T @ d_out)


HINTS = (
    "Write the shapes down first: d_x (token, d_in) out of d_out (token, d) and W (d_in, d). There is one product that fits.",
    "d_W (d_in, d) out of x (token, d_in) and d_out (token, d): the token axis has to disappear, so it is summed over. So "
    "it is for d_b.",
    "`d_out @ W.T`, `x.T @ d_out`, `d_out.sum(axis=0)`.",
)
