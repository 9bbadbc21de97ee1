"""What the learner writes in lesson 09: the way back through six operations, and the mistakes people make on it."""

import numpy as np

from course_lib.attention.by_hand import attention_weights, softmax
from course_lib.backprop import by_hand
from course_lib.practice.exercise import Case, Exercise, WrongAnswer

__all__ = ["EXERCISES"]

AUTOGRAD = ("torch.grad", "torch.backward")  # what the learner is asked to do by hand


# --- a value used twice -------------------------------------------------------------------------------------------


def _reused_cases(rng: np.random.Generator) -> list[Case]:
    def sizes(n: int, d_in: int, d: int) -> tuple:
        return tuple(rng.normal(size=shape) for shape in ((n, d_in), (d_in, d), (d_in, d), (n, d)))

    return [
        Case(sizes(3, 5, 2)),
        Case(sizes(5, 2, 7)),
        Case(sizes(7, 3, 3), "square matrices"),
        Case(sizes(5, 5, 5), "everything square"),
        Case(sizes(1, 2, 3), "a single token"),
    ]


def _ways(x, W_1, W_2, d_out):
    """What comes back along the first way and along the second."""
    return (d_out * (x @ W_2)) @ W_1.T, (d_out * (x @ W_1)) @ W_2.T


def _reused_by_loops(x, W_1, W_2, d_out):
    a, b, d_x = x @ W_1, x @ W_2, np.zeros(x.shape)
    for t, i in np.ndindex(*x.shape):
        d_x[t, i] = sum(d_out[t, j] * (W_1[i, j] * b[t, j] + a[t, j] * W_2[i, j]) for j in range(W_1.shape[1]))
    return d_x


REUSED = Exercise(
    id="backprop.reused_value",
    specification="`x` `(token, d_in)` is used twice: `a = x @ W_1` and `b = x @ W_2`, each `(token, d)`, and the output is "
    "`a * b`, entry by entry. Given `d_out` `(token, d)`, the gradient of the loss with respect to that output, return "
    "`d_x` `(token, d_in)`.",
    reference=by_hand.reused_value,
    cases=_reused_cases,
    points=1,
    minutes=8,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "the last overwrites the first",
            "You return what came back through W_2 alone: what arrived first, through W_1, is lost. x moves the loss along "
            "both ways at once.",
            lambda x, W_1, W_2, d_out: _ways(x, W_1, W_2, d_out)[1],
        ),
        WrongAnswer(
            "the second way forgotten",
            "You return what came back through W_1 alone. x goes into W_2 as well.",
            lambda x, W_1, W_2, d_out: _ways(x, W_1, W_2, d_out)[0],
        ),
        WrongAnswer(
            "the product rule forgotten",
            "You sent d_out to both factors unchanged, as a sum would. The slope of a · b with respect to a is not 1.",
            lambda x, W_1, W_2, d_out: d_out @ W_1.T + d_out @ W_2.T,
        ),
        WrongAnswer(
            "each factor gets itself",
            "Each factor received d_out times itself. In a product the slope with respect to one factor is the other one.",
            lambda x, W_1, W_2, d_out: (d_out * (x @ W_1)) @ W_1.T + (d_out * (x @ W_2)) @ W_2.T,
        ),
        WrongAnswer(
            "the ways averaged",
            "Both ways are right and you took their mean. Moving x moves both factors, fully: nothing is halved.",
            lambda x, W_1, W_2, d_out: sum(_ways(x, W_1, W_2, d_out)) / 2,
        ),
        WrongAnswer(
            "the ways multiplied",
            "You multiplied what came back along the two ways. Slopes are multiplied along one way; what do different ways "
            "that end in the same place do?",
            lambda x, W_1, W_2, d_out: np.multiply(*_ways(x, W_1, W_2, d_out)),
        ),
        WrongAnswer(
            "one way subtracted",
            "You subtracted one way from the other. Both carry their own sign already.",
            lambda x, W_1, W_2, d_out: np.subtract(*_ways(x, W_1, W_2, d_out)),
        ),
        WrongAnswer(
            "matrices not transposed",
            "On the way back you multiplied by W_1 and W_2 as they stand. They lead from d_in to d; the way back leads from d "
            "to d_in.",
            lambda x, W_1, W_2, d_out: (d_out * (x @ W_2)) @ W_1 + (d_out * (x @ W_1)) @ W_2,
        ),
    ),
    hints=(
        "Draw the graph: x, its two arrows, a and b, and the product. How many arrows end in x on the way back?",
        "First the product: d_a is d_out times b, and d_b is d_out times a, entry by entry. Then each goes back through its "
        "matrix, transposed.",
        "`(d_out * b) @ W_1.T` came along the first way, `(d_out * a) @ W_2.T` along the second. They are added.",
    ),
    also_right=(
        _reused_by_loops,
        lambda x, W_1, W_2, d_out: (
            np.hstack([d_out * (x @ W_2), d_out * (x @ W_1)]) @ np.concatenate([W_1, W_2], axis=1).T
        ),
    ),
    library=AUTOGRAD,
)


# --- linear -------------------------------------------------------------------------------------------------------


def _linear_cases(rng: np.random.Generator) -> list[Case]:
    def sizes(n: int, d_in: int, d: int, size: float = 1.0) -> tuple:
        return rng.normal(size=(n, d_in)) * size, rng.normal(size=(d_in, d)), rng.normal(size=(n, d))

    return [
        Case(sizes(3, 5, 2)),
        Case(sizes(5, 2, 7)),
        Case(sizes(7, 3, 3), "a square matrix"),
        Case(sizes(5, 5, 5), "everything square"),
        Case(sizes(3, 2, 5, 1000.0), "large inputs"),
        Case(sizes(1, 3, 7), "a single token"),
    ]


def _linear_by_loops(x, W, d_out):
    d_x, d_W, d_b = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for t in range(len(x)):
        for j in range(W.shape[1]):
            d_b[j] += d_out[t, j]
            for i in range(W.shape[0]):
                d_x[t, i] += d_out[t, j] * W[i, j]
                d_W[i, j] += x[t, i] * d_out[t, j]
    return d_x, d_W, d_b


LINEAR = Exercise(
    id="backprop.linear_backward",
    specification="For `y = x @ W + b` with `x` `(token, d_in)`, `W` `(d_in, d)` and `b` `(d,)`: given `x`, `W` and `d_out` "
    "`(token, d)`, return the three gradients `d_x` `(token, d_in)`, `d_W` `(d_in, d)`, `d_b` `(d,)`, in this order. (`b` itself "
    "is not needed. Why?)",
    reference=by_hand.linear_backward,
    cases=_linear_cases,
    points=2,
    minutes=10,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "d_x without the transpose",
            "You multiplied d_out by W as it stands. W leads from d_in to d; on the way back it is read the other way. With a "
            "square W the shapes do not tell you.",
            lambda x, W, d_out: (d_out @ W, x.T @ d_out, d_out.sum(axis=0)),
        ),
        WrongAnswer(
            "d_W without the transpose",
            "You multiplied x by d_out without turning x over. d_W has a row for each entry of x and sums over the tokens: the "
            "token axis has to be the one in the middle of the product.",
            lambda x, W, d_out: (d_out @ W.T, x @ d_out, d_out.sum(axis=0)),
        ),
        WrongAnswer(
            "d_W transposed",
            "Your d_W is d_outᵀ x, of shape (d, d_in). A gradient has the shape of what it belongs to, and W is (d_in, d).",
            lambda x, W, d_out: (d_out @ W.T, d_out.T @ x, d_out.sum(axis=0)),
        ),
        WrongAnswer(
            "mean over the tokens",
            "You divided d_W and d_b by the number of tokens. Where the loss is a mean, its own gradient has divided already: "
            "every token's part is added here.",
            lambda x, W, d_out: (d_out @ W.T, x.T @ d_out / len(x), d_out.mean(axis=0)),
        ),
        WrongAnswer(
            "d_b averaged",
            "d_b is the mean over the tokens; d_W is a sum. The same b was added to every token, so all of them have a say.",
            lambda x, W, d_out: (d_out @ W.T, x.T @ d_out, d_out.mean(axis=0)),
        ),
        WrongAnswer(
            "d_b not summed",
            "Your d_b is d_out itself, a row for each token. But b is one vector, used by every token.",
            lambda x, W, d_out: (d_out @ W.T, x.T @ d_out, d_out.copy()),
        ),
        WrongAnswer(
            "d_b summed along the wrong axis",
            "You summed each token's row, which leaves a number for each token. b has a number for each column.",
            lambda x, W, d_out: (d_out @ W.T, x.T @ d_out, d_out.sum(axis=1)),
        ),
        WrongAnswer(
            "d_x and d_W exchanged",
            "Both gradients are right, and they stand in each other's place: the order is d_x, d_W, d_b.",
            lambda x, W, d_out: (x.T @ d_out, d_out @ W.T, d_out.sum(axis=0)),
        ),
        WrongAnswer(
            "d_out left out of d_x",
            "Your d_x is the slope of y alone, the same for every token: multiply by how much the loss moves with y, d_out.",
            lambda x, W, d_out: (np.ones_like(d_out) @ W.T, x.T @ d_out, d_out.sum(axis=0)),
        ),
        WrongAnswer(
            "ones in place of d_out",
            "You began with ones instead of d_out, as if the loss were the plain sum of y.",
            lambda x, W, d_out: (
                np.ones_like(d_out) @ W.T,
                x.T @ np.ones_like(d_out),
                np.full(d_out.shape[1], float(len(x))),
            ),
        ),
    ),
    hints=(
        "Write the shapes down first: d_x (token, d_in) out of d_out (token, d) and W (d_in, d). There is one product that fits.",
        "d_W (d_in, d) out of x (token, d_in) and d_out (token, d): the token axis has to disappear, so it is summed over. So "
        "it is for d_b.",
        "`d_out @ W.T`, `x.T @ d_out`, `d_out.sum(axis=0)`.",
    ),
    also_right=(
        _linear_by_loops,
        lambda x, W, d_out: (
            np.einsum("tj,ij->ti", d_out, W),
            np.einsum("ti,tj->ij", x, d_out),
            np.einsum("tj->j", d_out),
        ),
    ),
    library=AUTOGRAD,
)


# --- softmax ------------------------------------------------------------------------------------------------------


def _softmax_cases(rng: np.random.Generator) -> list[Case]:
    def pair(*shape: int, spread: float = 1.0) -> tuple:
        return softmax(rng.normal(size=shape) * spread), rng.normal(size=shape)

    masked = softmax(np.where(np.tri(5, dtype=bool), rng.normal(size=(5, 5)), -np.inf))
    return [
        Case(pair(3, 5)),
        Case(pair(5, 2)),
        Case(pair(7, 7), "a square matrix"),
        Case(pair(3), "a single row, one axis"),
        Case(pair(2, 3, 5), "an axis in front"),
        Case((masked, rng.normal(size=(5, 5))), "weights under a causal mask"),
        Case(pair(3, 5, spread=30.0), "weights close to 0 and 1"),
    ]


def _softmax_by_jacobian(weights, d_weights):
    jacobian = weights[..., :, None] * (np.eye(weights.shape[-1]) - weights[..., None, :])
    return (jacobian @ d_weights[..., None])[..., 0]


def _softmax_by_rows(weights, d_weights):
    flat, d_flat = weights.reshape(-1, weights.shape[-1]), d_weights.reshape(-1, weights.shape[-1])
    rows = [w * d - w * (w @ d) for w, d in zip(flat, d_flat, strict=True)]
    return np.stack(rows).reshape(weights.shape)


SOFTMAX = Exercise(
    id="backprop.softmax_backward",
    specification="`weights` `(..., n)` came out of softmax over the last axis, and `d_weights`, of the same shape, is the "
    "gradient of the loss with respect to them. Return `d_scores`, the gradient with respect to the scores that went in.",
    reference=by_hand.softmax_backward,
    cases=_softmax_cases,
    points=2,
    minutes=10,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "diagonal only",
            "You used w (1 − w), the slope of a weight with respect to its own score, and nothing else. Raising one score also "
            "lowers every other weight of the row.",
            lambda weights, d_weights: weights * (1 - weights) * d_weights,
        ),
        WrongAnswer(
            "without the sum term",
            "You returned w · d_w. If all of d_weights were equal, no score could make a difference, since the weights of a row "
            "always sum to one; yours would still move.",
            lambda weights, d_weights: weights * d_weights,
        ),
        WrongAnswer(
            "softmax twice",
            "You put the weights through softmax once more. They are softmax's output already: use them as they are.",
            lambda weights, d_weights: by_hand.softmax_backward(softmax(weights), d_weights),
        ),
        WrongAnswer(
            "sum along the wrong axis",
            "You summed down the columns. Softmax normalised each row, so it is within a row that weights compete: the last "
            "axis.",
            lambda weights, d_weights: weights * (d_weights - (weights * d_weights).sum(axis=0, keepdims=True)),
        ),
        WrongAnswer(
            "sum over everything",
            "You subtracted one number for the whole array. Each row has its own.",
            lambda weights, d_weights: weights * (d_weights - (weights * d_weights).sum()),
        ),
        WrongAnswer(
            "plain sum instead of the weighted one",
            "You subtracted the sum of d_weights. In the sum every entry counts by its weight.",
            lambda weights, d_weights: weights * (d_weights - d_weights.sum(axis=-1, keepdims=True)),
        ),
        WrongAnswer(
            "plain mean instead of the weighted one",
            "You subtracted the mean of d_weights, in which all entries count alike. Here each counts by its weight.",
            lambda weights, d_weights: weights * (d_weights - d_weights.mean(axis=-1, keepdims=True)),
        ),
        WrongAnswer(
            "not multiplied by the weights",
            "You returned d_w minus its average. A key that has no weight cannot be moved: the difference still has to be "
            "multiplied by something.",
            lambda weights, d_weights: d_weights - (weights * d_weights).sum(axis=-1, keepdims=True),
        ),
        WrongAnswer(
            "only the first term multiplied by the weights",
            "You multiplied d_w by the weight, and subtracted the average as it is. Both terms carry the weight: mind the "
            "brackets.",
            lambda weights, d_weights: weights * d_weights - (weights * d_weights).sum(axis=-1, keepdims=True),
        ),
        WrongAnswer(
            "sign",
            "The average minus d_w: the other way round. A weight whose gain is above the average should grow.",
            lambda weights, d_weights: weights * ((weights * d_weights).sum(axis=-1, keepdims=True) - d_weights),
        ),
    ),
    hints=(
        "For one row the slopes are a matrix: dw_j/ds_i is w_i (1 − w_i) where i = j, and −w_i w_j elsewhere. d_s_i sums over j.",
        "Sum over j of d_w_j w_j ([i = j] − w_i): the first part leaves one term, the second is w_i times a sum that is the same "
        "for all i of the row.",
        "With `average = (weights * d_weights).sum(axis=-1, keepdims=True)` one line is left.",
    ),
    also_right=(_softmax_by_jacobian, _softmax_by_rows),
    library=AUTOGRAD,
)


# --- cross-entropy ------------------------------------------------------------------------------------------------


def _loss_cases(rng: np.random.Generator) -> list[Case]:
    def batch(n: int, vocab: int, size: float = 1.0, shift: float = 0.0) -> tuple:
        return rng.normal(size=(n, vocab)) * size + shift, rng.integers(0, vocab, n)

    return [
        Case(batch(5, 7)),
        Case(batch(3, 11)),
        Case(batch(7, 2), "two words"),
        Case(batch(5, 5), "as many tokens as words"),
        Case(batch(3, 5, 1.0, 1000.0), "logits near 1000"),
        Case((rng.normal(size=(7, 3)), np.full(7, 2)), "the same target everywhere"),
        Case(batch(1, 13), "a single token"),
        Case(
            (rng.normal(size=(2, 5)) + np.array([[1000.0], [0.0]]), rng.integers(0, 5, 2)),
            "one row near 1000, one near 0",
        ),
    ]


def _one_hot(logits, targets):
    return np.eye(logits.shape[1])[targets]


def _unstable(logits, targets):
    exponentials = np.exp(logits)
    return (exponentials / exponentials.sum(axis=1, keepdims=True) - _one_hot(logits, targets)) / len(logits)


def _loss_by_loops(logits, targets):
    d_logits = np.zeros(logits.shape)
    for t, target in enumerate(targets):
        p = np.exp(logits[t] - logits[t].max())
        d_logits[t] = p / p.sum() / len(targets)
        d_logits[t, target] -= 1 / len(targets)
    return d_logits


def _loss_by_columns(logits, targets):
    d_logits = softmax(logits)
    d_logits[np.arange(len(targets)), targets] -= 1
    return d_logits / len(targets)


def _loss_with_one_shift(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits - logits.max())
    with np.errstate(invalid="ignore"):
        probabilities = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return (probabilities - _one_hot(logits, targets)) / len(targets)


LOSS = Exercise(
    id="backprop.cross_entropy_backward",
    specification="Given `logits` `(token, vocab)` and `targets` `(token,)`, return `d_logits` `(token, vocab)`, the gradient of "
    "the loss of lesson 08: the mean over the tokens of −log of the target's probability.",
    reference=by_hand.cross_entropy_backward,
    cases=_loss_cases,
    points=1,
    minutes=7,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "one largest logit for all rows",
            "Your softmax subtracts the largest logit of the whole table. In a row that lies a thousand below it every exponential is 0, and "
            "0 / 0 is not a number. Each row needs its own largest: the last axis.",
            _loss_with_one_shift,
        ),
        WrongAnswer(
            "not divided by the tokens",
            "Yours is the gradient of the sum of the losses. The loss is their mean.",
            lambda logits, targets: softmax(logits) - _one_hot(logits, targets),
        ),
        WrongAnswer(
            "sign",
            "Target minus probabilities is the direction in which the loss falls. The gradient points to where it rises.",
            lambda logits, targets: (_one_hot(logits, targets) - softmax(logits)) / len(targets),
        ),
        WrongAnswer(
            "target column only",
            "Only the logit of the target gets a gradient in yours. Every other logit takes probability away from it.",
            lambda logits, targets: _one_hot(logits, targets) * (softmax(logits) - 1) / len(targets),
        ),
        WrongAnswer(
            "divided by all entries",
            "You divided by tokens times words. The mean runs over the tokens: each has one loss.",
            lambda logits, targets: (softmax(logits) - _one_hot(logits, targets)) / logits.size,
        ),
        WrongAnswer(
            "the target forgotten",
            "You returned the probabilities alone: then every word would be pushed down, the right one too.",
            lambda logits, targets: softmax(logits) / len(targets),
        ),
        WrongAnswer(
            "only one term divided",
            "You divided the probabilities by the number of tokens and then subtracted a whole 1 at the targets. Both terms "
            "belong to the mean.",
            lambda logits, targets: softmax(logits) / len(targets) - _one_hot(logits, targets),
        ),
        WrongAnswer(
            "stopped at the probabilities",
            "You returned −1 / p at the target: the gradient with respect to the probabilities. One more step back, through "
            "softmax, leads to the logits.",
            lambda logits, targets: -_one_hot(logits, targets) / softmax(logits) / len(targets),
        ),
        WrongAnswer(
            "softmax over the tokens",
            "Your probabilities sum to one down each column. Each token has its own distribution over the words: the last axis.",
            lambda logits, targets: (softmax(logits.T).T - _one_hot(logits, targets)) / len(targets),
        ),
        WrongAnswer(
            "logits in place of probabilities",
            "You subtracted the target from the logits themselves. They become probabilities by softmax first.",
            lambda logits, targets: (logits - _one_hot(logits, targets)) / len(targets),
        ),
        WrongAnswer(
            "the likeliest word in place of the target",
            "You subtracted 1 at the word with the largest logit. The model is to be pulled to what came, not to what it believes.",
            lambda logits, targets: (softmax(logits) - _one_hot(logits, logits.argmax(axis=1))) / len(targets),
        ),
        WrongAnswer(
            "no shift, so exp overflows",
            "Right for small logits. Where they are near 1000, exp overflows, and infinity by infinity is not a number: subtract "
            "each row's largest first.",
            _unstable,
        ),
    ),
    hints=(
        "For one token the loss is log(sum of exp of all logits) minus the target's logit. Differentiate both terms.",
        "The first term's slope with respect to logit w is exp(z_w) / sum: that has a name. The second has slope −1 at the target "
        "and 0 elsewhere. And the mean?",
        "`d = softmax(logits)` (mind the shift), then `d[np.arange(len(targets)), targets] -= 1`, then divide by the number of "
        "tokens.",
    ),
    also_right=(_loss_by_loops, _loss_by_columns),
    library=(*AUTOGRAD, "course_lib.cross_entropy_gradient"),
)


# --- layer norm ---------------------------------------------------------------------------------------------------


def _norm_cases(rng: np.random.Generator) -> list[Case]:
    def tokens(n: int, d: int, size: float = 1.0, shift: float = 0.0) -> tuple:
        x = rng.normal(size=(n, d)) * size + shift
        return x, rng.normal(size=d) + 1.0, rng.normal(size=(n, d))

    flat = tokens(3, 5)
    flat[0][1] = 2.0
    return [
        Case(tokens(3, 5)),
        Case(tokens(7, 2, 3.0)),
        Case(tokens(5, 5), "as many tokens as features"),
        Case(tokens(5, 7, 2.0, 100.0), "far from zero"),
        Case((*tokens(3, 7), 0.1), "eps of 0.1"),
        Case(flat, "a token whose entries are all equal"),
        Case(tokens(1, 3), "a single token"),
    ]


def _norm_parts(x, gain, d_out, eps=1e-5, axis=-1, ddof=0):
    centred = x - x.mean(axis=axis, keepdims=True)
    s = np.sqrt(x.var(axis=axis, keepdims=True, ddof=ddof) + eps)
    return centred / s, s, d_out * gain


def _norm_back(n, s, g, mean=True, variance=True, axis=-1):
    without = g - (g.mean(axis=axis, keepdims=True) if mean else 0.0)
    return (without - (n * (g * n).mean(axis=axis, keepdims=True) if variance else 0.0)) / s


def _sums(n, d_out):
    return (d_out * n).sum(axis=0), d_out.sum(axis=0)


def _norm_with(**options):
    def layer_norm_backward(x, gain, d_out, eps=1e-5):
        n, s, g = _norm_parts(x, gain, d_out, eps)
        return _norm_back(n, s, g, **options), *_sums(n, d_out)

    return layer_norm_backward


def _norm_gain_forgotten(x, gain, d_out, eps=1e-5):
    n, s, _ = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, d_out), *_sums(n, d_out)


def _norm_not_divided(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, np.ones_like(s), g), *_sums(n, d_out)


def _norm_gain_in_its_own(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), *_sums(n, g)


def _norm_gain_from_x(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), *_sums(x, d_out)


def _norm_not_summed(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), d_out * n, d_out.copy()


def _norm_averaged(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), (d_out * n).mean(axis=0), d_out.mean(axis=0)


def _norm_exchanged(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), d_out.sum(axis=0), (d_out * n).sum(axis=0)


def _norm_eps_outside(x, gain, d_out, eps=1e-5):
    s = x.std(axis=-1, keepdims=True) + eps
    n = (x - x.mean(axis=-1, keepdims=True)) / s
    return _norm_back(n, s, d_out * gain), *_sums(n, d_out)


def _norm_unbiased(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps, ddof=1)
    return _norm_back(n, s, g), *_sums(n, d_out)


def _norm_over_tokens(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps, axis=0)
    return _norm_back(n, s, g, axis=0), *_sums(n, d_out)


def _norm_by_jacobian(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    d = x.shape[1]
    rows = [(np.eye(d) - 1 / d - np.outer(n_t, n_t) / d) @ g_t / s_t for n_t, g_t, s_t in zip(n, g, s, strict=True)]
    return np.stack(rows), *_sums(n, d_out)


def _norm_step_by_step(x, gain, d_out, eps=1e-5):
    d = x.shape[1]
    centred = x - x.mean(axis=1, keepdims=True)
    s = np.sqrt((centred**2).sum(axis=1, keepdims=True) / d + eps)
    d_n = d_out * gain
    d_s = -(d_n * centred).sum(axis=1, keepdims=True) / s**2
    d_centred = d_n / s + d_s / (2 * s) * 2 * centred / d
    return d_centred - d_centred.mean(axis=1, keepdims=True), (d_out * centred / s).sum(axis=0), d_out.sum(axis=0)


NORM = Exercise(
    id="backprop.layer_norm_backward",
    specification="For `y = gain * n + bias` with `n = (x - mean) / sqrt(variance + eps)`, mean and variance over the last axis: "
    "given `x` `(token, d)`, `gain` `(d,)` and `d_out` `(token, d)`, return `d_x` `(token, d)`, `d_gain` `(d,)`, `d_bias` `(d,)`.",
    reference=by_hand.layer_norm_backward,
    cases=_norm_cases,
    points=3,
    minutes=20,
    difficulty=3,
    rtol=1e-6,
    wrong=(
        WrongAnswer(
            "mean and variance taken as constants",
            "Your d_x is d_out · gain / s: as if mean and variance were given numbers. Both are computed from x, so x reaches "
            "the loss through them too.",
            _norm_with(mean=False, variance=False),
        ),
        WrongAnswer(
            "variance taken as a constant",
            "The way through the mean is there; the one through the variance is missing. Moving an entry also changes s, "
            "by which the whole row is divided.",
            _norm_with(variance=False),
        ),
        WrongAnswer(
            "mean taken as a constant",
            "The way through the variance is there; the one through the mean is missing. Raise all entries of a row alike: y does "
            "not change, so d_x has to sum to zero over a row.",
            _norm_with(mean=False),
        ),
        WrongAnswer(
            "gain forgotten in d_x",
            "You sent d_out back through the norm as it came. Between y and n stands the gain.",
            _norm_gain_forgotten,
        ),
        WrongAnswer(
            "not divided by s",
            "The brackets of d_x are right; the division by sqrt(variance + eps) is missing: a row with a large spread moves n "
            "less.",
            _norm_not_divided,
        ),
        WrongAnswer(
            "gain in its own gradient",
            "Your d_gain is multiplied by the gain. The slope of gain · n with respect to gain is n alone.",
            _norm_gain_in_its_own,
        ),
        WrongAnswer(
            "d_gain from x",
            "You multiplied d_out by x. What the gain multiplies is the normalised row.",
            _norm_gain_from_x,
        ),
        WrongAnswer(
            "d_gain and d_bias not summed",
            "Yours have a row for each token. Gain and bias are one vector each, used by all tokens.",
            _norm_not_summed,
        ),
        WrongAnswer(
            "d_gain and d_bias averaged",
            "You took the mean over the tokens. Every token that used them adds its part.",
            _norm_averaged,
        ),
        WrongAnswer(
            "d_gain and d_bias exchanged",
            "Both are right, and they stand in each other's place: the order is d_x, d_gain, d_bias.",
            _norm_exchanged,
        ),
        WrongAnswer(
            "eps outside the root",
            "You added eps to the standard deviation; it belongs under the root, beside the variance. Where a row has no spread "
            "that makes a great difference.",
            _norm_eps_outside,
        ),
        WrongAnswer(
            "unbiased variance",
            "You divided the squares by d − 1. Layer norm divides by d.",
            _norm_unbiased,
        ),
        WrongAnswer(
            "over the tokens",
            "Your mean and variance run down the columns. Each token is normalised on its own, over its features.",
            _norm_over_tokens,
        ),
    ),
    hints=(
        "First the outer part: d_bias and d_gain are sums over the tokens, as in a linear layer; and g = d_out · gain is the "
        "gradient of n. Now from n to x: three ways, directly, through the mean, through s.",
        "Directly: g / s. Through the mean: it takes away the mean of g. Through s: it takes away the part of g that points "
        "along n, and that part is n times the mean of g · n.",
        "`d_x = (g - g.mean(...) - n * (g * n).mean(...)) / s`, each mean over the last axis with keepdims.",
    ),
    also_right=(_norm_by_jacobian, _norm_step_by_step),
    library=AUTOGRAD,
)


# --- attention ----------------------------------------------------------------------------------------------------


def _attention_cases(rng: np.random.Generator) -> list[Case]:
    def sizes(queries: int, keys: int, d_k: int, d_v: int, mask: np.ndarray | None = None, size: float = 1.0) -> tuple:
        Q, K = rng.normal(size=(queries, d_k)) * size, rng.normal(size=(keys, d_k)) * size
        return Q, K, rng.normal(size=(keys, d_v)), mask, rng.normal(size=(queries, d_v))

    gaps = rng.random((3, 7)) < 0.5
    gaps[:, 2] = True
    lonely = np.tri(5, dtype=bool)
    lonely[2] = False
    return [
        Case(sizes(3, 5, 7, 2), "no mask, more keys than queries"),
        Case(sizes(5, 3, 2, 7), "no mask, more queries than keys"),
        Case(sizes(5, 5, 5, 5), "everything square"),
        Case(sizes(5, 5, 3, 2, np.tri(5, dtype=bool)), "a causal mask"),
        Case(sizes(3, 7, 5, 2, gaps), "a mask with gaps"),
        Case(sizes(7, 7, 7, 7, np.tri(7, dtype=bool), 2.0), "everything square, a causal mask, larger scores"),
        Case(sizes(5, 5, 2, 3, lonely), "a query that may attend to nothing"),
    ]


def _attention_with(
    scale_back=True,
    scale_forward=True,
    use_mask=True,
    order=(0, 1, 2),
    softmax_back=by_hand.softmax_backward,
    power=0.5,
):
    def attention_backward(Q, K, V, mask, d_out):
        mask = mask if use_mask else None
        w = attention_weights(Q if scale_forward else Q * np.sqrt(Q.shape[-1]), K, mask)
        d_s = softmax_back(w, d_out @ V.T) / (Q.shape[-1] ** power if scale_back else 1.0)
        found = d_s @ K, d_s.T @ Q, w.T @ d_out
        return tuple(found[i] for i in order)

    return attention_backward


def _swapped(Q, K, V, mask, d_out):
    w = attention_weights(Q, K, mask)
    d_s = by_hand.softmax_backward(w, d_out @ V.T) / np.sqrt(Q.shape[-1])
    return d_s @ Q, d_s.T @ K, w.T @ d_out


def _half_scaled(Q, K, V, mask, d_out):
    d_Q, d_K, d_V = by_hand.attention_backward(Q, K, V, mask, d_out)
    return d_Q, d_K * np.sqrt(Q.shape[-1]), d_V


def _weights_not_transposed(Q, K, V, mask, d_out):
    w = attention_weights(Q, K, mask)
    d_s = by_hand.softmax_backward(w, d_out @ V.T) / np.sqrt(Q.shape[-1])
    return d_s @ K, d_s.T @ Q, w @ d_out


def _scores_not_transposed(Q, K, V, mask, d_out):
    w = attention_weights(Q, K, mask)
    d_s = by_hand.softmax_backward(w, d_out @ V.T) / np.sqrt(Q.shape[-1])
    return d_s @ K, d_s @ Q, w.T @ d_out


def _attention_by_rows(Q, K, V, mask, d_out):
    d_Q, d_K, d_V = np.zeros(Q.shape), np.zeros(K.shape), np.zeros(V.shape)
    for i in range(len(Q)):
        seen = np.arange(len(K)) if mask is None else np.flatnonzero(mask[i])
        if not len(seen):
            continue
        scores = K[seen] @ Q[i] / np.sqrt(len(Q[i]))
        w = np.exp(scores - scores.max())
        w /= w.sum()
        gain = V[seen] @ d_out[i]
        d_s = w * (gain - w @ gain) / np.sqrt(len(Q[i]))
        d_Q[i] = d_s @ K[seen]
        d_K[seen] += np.outer(d_s, Q[i])
        d_V[seen] += np.outer(w, d_out[i])
    return d_Q, d_K, d_V


def _attention_by_einsum(Q, K, V, mask, d_out):
    w = attention_weights(Q, K, mask)
    d_w = np.einsum("qv,kv->qk", d_out, V)
    d_s = w * (d_w - np.einsum("qk,qk->q", w, d_w)[:, None])
    d_dots = d_s * Q.shape[1] ** -0.5
    return np.einsum("qk,kd->qd", d_dots, K), np.einsum("qk,qd->kd", d_dots, Q), np.einsum("qk,qv->kv", w, d_out)


ATTENTION = Exercise(
    id="backprop.attention_backward",
    specification="For the attention of lesson 04: given `Q` `(query, d_k)`, `K` `(key, d_k)`, `V` `(key, d_v)`, a boolean `mask` "
    "`(query, key)` or None, and `d_out` `(query, d_v)`, return `d_Q`, `d_K`, `d_V`, each with the shape of what it belongs to. "
    "Compute the weights anew; `attention_weights` of lesson 04 may do that, and your `softmax_backward` the rest.",
    reference=by_hand.attention_backward,
    cases=_attention_cases,
    points=3,
    minutes=20,
    difficulty=3,
    wrong=(
        WrongAnswer(
            "scale forgotten on the way back",
            "The weights are right; but the scores were divided by the square root of d_k on the way forward, and a constant factor "
            "is a slope too. It has to appear once more, in d_Q and d_K.",
            _attention_with(scale_back=False),
        ),
        WrongAnswer(
            "scale forgotten on the way forward",
            "Your weights are those of scores that were never divided by the square root of d_k.",
            _attention_with(scale_forward=False),
        ),
        WrongAnswer(
            "scale forgotten altogether",
            "The square root of d_k appears nowhere: neither in the scores nor on the way back.",
            _attention_with(scale_forward=False, scale_back=False),
        ),
        WrongAnswer(
            "scaled by d_k",
            "On the way back you divided by d_k. The scores were divided by its square root, and so is their gradient.",
            _attention_with(power=1.0),
        ),
        WrongAnswer(
            "scale in d_Q only",
            "d_Q is right, d_K lacks the division by the square root of d_k. The divided scores lie before both.",
            _half_scaled,
        ),
        WrongAnswer(
            "mask forgotten",
            "Right without a mask. With one, your weights are those of unmasked scores: hidden keys took no part on the way "
            "forward, so nothing may come back to them.",
            _attention_with(use_mask=False),
        ),
        WrongAnswer(
            "K and Q swapped",
            "You multiplied the scores' gradient by Q to get d_Q, and by K to get d_K. In a product each factor receives the "
            "other one.",
            _swapped,
        ),
        WrongAnswer(
            "d_Q and d_K exchanged",
            "Both gradients are right, and they stand in each other's place: the order is d_Q, d_K, d_V.",
            _attention_with(order=(1, 0, 2)),
        ),
        WrongAnswer(
            "d_V first",
            "You return the gradients in the order in which they are found, d_V first. The order asked for is d_Q, d_K, d_V.",
            _attention_with(order=(2, 0, 1)),
        ),
        WrongAnswer(
            "softmax left out",
            "You sent the gradient of the weights on to the scores unchanged. Between them stands softmax.",
            _attention_with(softmax_back=lambda w, d_w: d_w),
        ),
        WrongAnswer(
            "softmax without the sum term",
            "Your way back through softmax is w · d_w. The weights of a row compete: the average over the row is missing.",
            _attention_with(softmax_back=lambda w, d_w: w * d_w),
        ),
        WrongAnswer(
            "softmax over the queries",
            "On the way back through softmax you summed over the queries. Each query's row of keys was normalised.",
            _attention_with(softmax_back=lambda w, d_w: w * (d_w - (w * d_w).sum(axis=0, keepdims=True))),
        ),
        WrongAnswer(
            "weights not transposed in d_V",
            "d_V has a row for each key, and a key's value went to every query that looked at it: the weights have to be turned "
            "over.",
            _weights_not_transposed,
        ),
        WrongAnswer(
            "scores not transposed in d_K",
            "d_K has a row for each key: the gradient of the scores, a row for each query, has to be turned over before it meets Q.",
            _scores_not_transposed,
        ),
    ),
    hints=(
        "Walk back through the four steps: out = w V, w = softmax(s), the mask, s = Q Kᵀ / √d_k. The first and the last are matrix "
        "products, and you know what a product sends to each factor.",
        "d_V = wᵀ d_out, d_w = d_out Vᵀ, d_s = your softmax_backward(w, d_w). Masked entries have w = 0, so they take care of "
        "themselves.",
        "Divide d_s by √d_k once; then `d_s @ K` is d_Q and `d_s.T @ Q` is d_K.",
    ),
    also_right=(_attention_by_rows, _attention_by_einsum),
    library=(*AUTOGRAD, "course_lib.mix_backward"),
)

EXERCISES = (REUSED, LINEAR, SOFTMAX, LOSS, NORM, ATTENTION)
