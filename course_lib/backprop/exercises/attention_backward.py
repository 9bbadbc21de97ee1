"""backprop.attention_backward: back through attention, to queries, keys and values."""

import numpy as np

from course_lib.attention.by_hand import attention_weights
from course_lib.backprop import by_hand
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "For the attention of lesson 04: given `Q` `(query, d_k)`, `K` `(key, d_k)`, `V` `(key, d_v)`, a boolean `mask` "
    "`(query, key)` or None, and `d_out` `(query, d_v)`, return `d_Q`, `d_K`, `d_V`, each with the shape of what it belongs to. "
    "Compute the weights anew; `attention_weights` of lesson 04 may do that, and your `softmax_backward` the rest.",
    reference=by_hand.attention_backward,
    points=3,
    minutes=20,
    difficulty=3,
    library=(*AUTOGRAD, "course_lib.mix_backward"),
)


def cases(rng: np.random.Generator) -> list[Case]:
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


@right
def attention_by_rows(Q, K, V, mask, d_out):
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


@right
def attention_by_einsum(Q, K, V, mask, d_out):
    w = attention_weights(Q, K, mask)
    d_w = np.einsum("qv,kv->qk", d_out, V)
    d_s = w * (d_w - np.einsum("qk,qk->q", w, d_w)[:, None])
    d_dots = d_s * Q.shape[1] ** -0.5
    return np.einsum("qk,kd->qd", d_dots, K), np.einsum("qk,qd->kd", d_dots, Q), np.einsum("qk,qv->kv", w, d_out)


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


scale_forgotten_on_the_way_back = wrong(
    1,
    "scale forgotten on the way back",
    "The weights are right; but the scores were divided by the square root of d_k on the way forward, and a constant factor "
    "is a slope too. It has to appear once more, in d_Q and d_K.",
    _attention_with(scale_back=False),
)

scale_forgotten_on_the_way_forward = wrong(
    2,
    "scale forgotten on the way forward",
    "Your weights are those of scores that were never divided by the square root of d_k.",
    _attention_with(scale_forward=False),
)

scale_forgotten_altogether = wrong(
    3,
    "scale forgotten altogether",
    "The square root of d_k appears nowhere: neither in the scores nor on the way back.",
    _attention_with(scale_forward=False, scale_back=False),
)

scaled_by_d_k = wrong(
    4,
    "scaled by d_k",
    "On the way back you divided by d_k. The scores were divided by its square root, and so is their gradient.",
    _attention_with(power=1.0),
)


@wrong(
    5,
    "scale in d_Q only",
    "d_Q is right, d_K lacks the division by the square root of d_k. The divided scores lie before both.",
)
def half_scaled(Q, K, V, mask, d_out):
    d_Q, d_K, d_V = by_hand.attention_backward(Q, K, V, mask, d_out)
    return d_Q, d_K * np.sqrt(Q.shape[-1]), d_V


mask_forgotten = wrong(
    6,
    "mask forgotten",
    "Right without a mask. With one, your weights are those of unmasked scores: hidden keys took no part on the way "
    "forward, so nothing may come back to them.",
    _attention_with(use_mask=False),
)


@wrong(
    7,
    "K and Q swapped",
    "You multiplied the scores' gradient by Q to get d_Q, and by K to get d_K. In a product each factor receives the "
    "other one.",
)
def swapped(Q, K, V, mask, d_out):
    w = attention_weights(Q, K, mask)
    d_s = by_hand.softmax_backward(w, d_out @ V.T) / np.sqrt(Q.shape[-1])
    return d_s @ Q, d_s.T @ K, w.T @ d_out


d_q_and_d_k_exchanged = wrong(
    8,
    "d_Q and d_K exchanged",
    "Both gradients are right, and they stand in each other's place: the order is d_Q, d_K, d_V.",
    _attention_with(order=(1, 0, 2)),
)

d_v_first = wrong(
    9,
    "d_V first",
    "You return the gradients in the order in which they are found, d_V first. The order asked for is d_Q, d_K, d_V.",
    _attention_with(order=(2, 0, 1)),
)

softmax_left_out = wrong(
    10,
    "softmax left out",
    "You sent the gradient of the weights on to the scores unchanged. Between them stands softmax.",
    _attention_with(softmax_back=lambda w, d_w: d_w),
)

softmax_without_the_sum_term = wrong(
    11,
    "softmax without the sum term",
    "Your way back through softmax is w · d_w. The weights of a row compete: the average over the row is missing.",
    _attention_with(softmax_back=lambda w, d_w: w * d_w),
)

softmax_over_the_queries = wrong(
    12,
    "softmax over the queries",
    "On the way back through softmax you summed over the queries. Each query's row of keys was normalised.",
    _attention_with(softmax_back=lambda w, d_w: w * (d_w - (w * d_w).sum(axis=0, keepdims=True))),
)


@wrong(
    13,
    "weights not transposed in d_V",
    "d_V has a row for each key, and a key's value went to every query that looked at it: the weights have to be turned "
    "over.",
)
def weights_not_transposed(Q, K, V, mask, d_out):
    w = attention_weights(Q, K, mask)
    d_s = by_hand.softmax_backward(w, d_out @ V.T) / np.sqrt(Q.shape[-1])
    return d_s @ K, d_s.T @ Q, w @ d_out


@wrong(
    14,
    "scores not transposed in d_K",
    "d_K has a row for each key: the gradient of the scores, a row for each query, has to be turned over before it meets Q.",
)
def scores_not_transposed(Q, K, V, mask, d_out):
    w = attention_weights(Q, K, mask)
    d_s = by_hand.softmax_backward(w, d_out @ V.T) / np.sqrt(Q.shape[-1])
    return d_s @ K, d_s @ Q, w.T @ d_out


HINTS = (
    "Walk back through the four steps: out = w V, w = softmax(s), the mask, s = Q Kᵀ / √d_k. The first and the last are matrix "
    "products, and you know what a product sends to each factor.",
    "d_V = wᵀ d_out, d_w = d_out Vᵀ, d_s = your softmax_backward(w, d_w). Masked entries have w = 0, so they take care of "
    "themselves.",
    "Divide d_s by √d_k once; then `d_s @ K` is d_Q and `d_s.T @ Q` is d_K.",
)
