"""backprop.attention_backward: back through attention, to queries, keys and values."""

import numpy as np

from course_lib.attention.by_hand import attention_weights
from course_lib.backprop import by_hand
from course_lib.backprop.exercises import queries_and_keys
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, right, wrong

ASKED = Asked(
    "For the attention of lesson 04: given `Q` `(query, d_k)`, `K` `(key, d_k)`, `V` `(key, d_v)`, a boolean `mask` "
    "`(query, key)` or None, and `d_out` `(query, d_v)`, return `d_Q`, `d_K`, `d_V`, each with the shape of what it belongs to. "
    "Compute the weights anew; `attention_weights` of lesson 04 may do that, and your `softmax_backward` the rest. As there, True "
    'means "may attend", a query that may attend to nothing has weights of 0, and scores of ±1000 do no harm.',
    reference=by_hand.attention_backward,
    points=3,
    minutes=20,
    difficulty=3,
    library=(*AUTOGRAD, "course_lib.mix_backward"),
)


cases = queries_and_keys.cases


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
    weigh=attention_weights,
):
    def attention_backward(Q, K, V, mask, d_out):
        mask = mask if use_mask else None
        w = weigh(Q if scale_forward else Q * np.sqrt(Q.shape[-1]), K, mask)
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
    "d_K has a row for each key: the gradient of the scores, a row for each query, has to be transposed before it meets Q.",
)
def scores_not_transposed(Q, K, V, mask, d_out):
    w = attention_weights(Q, K, mask)
    d_s = by_hand.softmax_backward(w, d_out @ V.T) / np.sqrt(Q.shape[-1])
    return d_s @ K, d_s @ Q, w.T @ d_out


def _with_in_hidden_places(value):
    """Weights as one writes them out, hidden scores set to this value before softmax, and no look at empty rows."""

    def weigh(Q, K, mask):
        scores = Q @ K.T / np.sqrt(Q.shape[-1])
        scores = scores if mask is None else np.where(mask, scores, value)
        exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return exponentials / exponentials.sum(axis=-1, keepdims=True)

    return _attention_with(weigh=weigh)


a_query_without_keys_looks_everywhere = wrong(
    15,
    "a query without keys looks everywhere",
    "Right, but for a query that may attend to nothing: all its scores are the same large negative number, so its weights are all "
    "alike. They must be 0, and nothing comes back.",
    _with_in_hidden_places(-1e9),
)

a_query_without_keys_is_not_a_number = wrong(
    16,
    "0 / 0 for a query without keys",
    "Right, but for a query that may attend to nothing: all its scores are minus infinity, and softmax divides 0 by 0. Its weights "
    "must be 0, and nothing comes back.",
    _with_in_hidden_places(-np.inf),
)


@wrong(
    17,
    "no shift, so exp overflows",
    "Right for small scores. Where they are above 700 or so, exp overflows, and infinity divided by infinity is not a number: subtract each "
    "row's largest first, or use `attention_weights`.",
)
def no_shift(Q, K, V, mask, d_out):
    def weigh(Q, K, mask):
        e = np.exp(Q @ K.T / np.sqrt(Q.shape[-1])) * (1.0 if mask is None else mask)
        total = e.sum(axis=-1, keepdims=True)
        return e / np.where(total == 0, 1.0, total)

    return _attention_with(weigh=weigh)(Q, K, V, mask, d_out)


masked_after_softmax = wrong(
    18,
    "masked after softmax",
    "You set hidden weights to 0 after softmax. What they took is then missing from the others: a row no longer sums to one.",
    _attention_with(weigh=lambda Q, K, mask: attention_weights(Q, K) * (1.0 if mask is None else mask)),
)


@wrong(
    19,
    "masked on the way back alone",
    "You hide entries of d_s, and your weights are those of unmasked scores. The weights need the mask; d_s is 0 there by itself.",
)
def masked_on_the_way_back_alone(Q, K, V, mask, d_out):
    w = attention_weights(Q, K)
    d_s = by_hand.softmax_backward(w, d_out @ V.T) / np.sqrt(Q.shape[-1])
    d_s = d_s if mask is None else d_s * mask
    return d_s @ K, d_s.T @ Q, w.T @ d_out


@wrong(
    20,
    "scale in d_K only",
    "d_K is right, d_Q lacks the division by the square root of d_k. The divided scores lie before both.",
)
def half_scaled_too(Q, K, V, mask, d_out):
    d_Q, d_K, d_V = by_hand.attention_backward(Q, K, V, mask, d_out)
    return d_Q * np.sqrt(Q.shape[-1]), d_K, d_V


from_the_last_to_the_first = wrong(
    21,
    "from the last to the first",
    "All three are right, and they stand in the opposite order: d_Q, d_K, d_V is asked for.",
    _attention_with(order=(2, 1, 0)),
)

softmax_by_its_diagonal = wrong(
    22,
    "softmax by its diagonal",
    "Your way back through softmax is w (1 − w) · d_w, the slope of a weight with respect to its own score. Each score moves all the "
    "weights of its row.",
    _attention_with(softmax_back=lambda w, d_w: w * (1 - w) * d_w),
)

mask_the_wrong_way_round = wrong(
    23,
    "mask the wrong way round",
    'Right without a mask. With one, you hide the keys that may be attended to: True means "may attend".',
    _attention_with(weigh=lambda Q, K, mask: attention_weights(Q, K, None if mask is None else ~mask)),
)


@wrong(
    24,
    "scores in place of weights",
    "You give the scores to the way back through softmax. It is written for what came out of softmax: the weights.",
)
def scores_in_place_of_weights(Q, K, V, mask, d_out):
    d_s = by_hand.softmax_backward(Q @ K.T / np.sqrt(Q.shape[-1]), d_out @ V.T) / np.sqrt(Q.shape[-1])
    return d_s @ K, d_s.T @ Q, attention_weights(Q, K, mask).T @ d_out


multiplied_by_the_scale = wrong(
    25,
    "multiplied by the scale",
    "On the way back you multiply by the square root of d_k. The scores were divided by it, and so is their gradient.",
    _attention_with(power=-0.5),
)


HINTS = (
    "Walk back through the four steps: out = w V, w = softmax(s), the mask, s = Q Kᵀ / √d_k. The first and the last are matrix "
    "products, and you know what a product sends to each factor.",
    "d_V = wᵀ d_out, d_w = d_out Vᵀ, d_s = your softmax_backward(w, d_w). Masked entries have w = 0, so they take care of "
    "themselves.",
    "Divide d_s by √d_k once; then `d_s @ K` is d_Q and `d_s.T @ Q` is d_K.",
)
