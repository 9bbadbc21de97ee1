"""gpu.tiled_attention: exact attention that never holds its table of scores."""

import numpy as np

from course_lib.attention import by_hand as whole
from course_lib.gpu import by_hand
from course_lib.gpu.exercises.small_memory import in_small_memory
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `Q` `(token, d_k)`, `K` `(other, d_k)`, `V` `(other, d_v)`, return softmax of the scaled scores times `V`, "
    "`(token, d_v)`, as your `attention` of lesson 04 does without a mask. But memory is short: at no time may there be more than `tile` scores of any "
    "query. So take the keys and values `tile` at a time, in order; the last tile may hold fewer. The result is "
    "exact, not an approximation.",
    reference=by_hand.tiled_attention,
    points=4,
    minutes=25,
    difficulty=3,
    library=(
        "torch.nn.functional.scaled_dot_product_attention",
        "course_lib.attention_by_loops",
        "course_lib.attention_by_einsum",
    ),
    rtol=1e-5,
    atol=1e-6,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def qkv(queries: int, keys: int, d_k: int, d_v: int, size: float = 1.0) -> tuple:
        return rng.normal(size=(queries, d_k)) * size, rng.normal(size=(keys, d_k)) * size, rng.normal(size=(keys, d_v))

    def watched(queries: int, keys: int, d_k: int, d_v: int, tile: int) -> tuple:
        arrays = qkv(queries, keys, d_k, d_v)
        return (*(in_small_memory(array, keys, (d_k, d_v), tile) for array in arrays), tile)

    rising = np.array([[0.0], [10.0], [20.0], [30.0], [40.0]])
    values = np.array([[1.0, -2.0], [4.0, 0.0], [-3.0, 2.0], [0.5, 6.0], [7.0, 1.0]])
    return [
        Case((*qkv(3, 6, 5, 2, 2.0), 2)),
        Case((*qkv(5, 12, 3, 7, 2.0), 3)),
        Case((*qkv(2, 8, 7, 3, 2.0), 4)),
        Case((*qkv(3, 7, 2, 5, 2.0), 3), "a last tile that is not full"),
        Case((*qkv(4, 5, 3, 2, 2.0), 11), "a tile that holds more than all keys"),
        Case((*qkv(2, 5, 3, 2, 2.0), 1), "tiles of one key"),
        Case((np.array([[1.0], [2.0]]), rising, values, 2), "scores that rise from tile to tile"),
        Case((np.array([[1.0], [2.0]]), rising[::-1].copy(), values, 2), "scores that fall from tile to tile"),
        Case((np.array([[40.0], [-40.0]]), rising + 1.0, values, 2), "scores above 1000, where exp overflows"),
        Case((np.array([[-50.0], [-60.0]]), rising + 20.0, values, 2), "all scores below -745, where exp gives 0"),
        Case((np.array([[60.0], [0.0]]), rising - 60.0, values, 3), "scores of one query far below another's"),
        Case((np.array([[1.0, 2.0]]), np.array([[0.5, -1.0]]), np.array([[3.0, 4.0, 5.0]]), 1), "a single key"),
        Case(watched(2, 83, 3, 5, 4), "memory for no more than a tile of scores"),
    ]


@right
def one_query_at_a_time(Q, K, V, tile):
    rows = []
    for q in Q:
        largest, total, mix = -np.inf, 0.0, np.zeros(V.shape[1])
        start = 0
        while start < len(K):
            scores = K[start : start + tile] @ q / len(q) ** 0.5
            higher = max(largest, scores.max())
            weights = np.exp(scores - higher)
            fade = np.exp(largest - higher)
            total, mix, largest = total * fade + weights.sum(), mix * fade + weights @ V[start : start + tile], higher
            start += tile
        rows.append(mix / total)
    return np.array(rows)


@right
def finished_tiles_merged(Q, K, V, tile):
    """Each tile's own attention, merged by the logarithm of its sum."""
    mixes, sums = [], []
    for start in range(0, len(K), tile):
        scores = Q @ K[start : start + tile].T / np.sqrt(K.shape[1])
        top = scores.max(axis=1)
        sums.append(top + np.log(np.exp(scores - top[:, None]).sum(axis=1)))
        mixes.append(whole.softmax(scores) @ V[start : start + tile])
    weights = whole.softmax(np.array(sums).T)
    return sum(weights[:, [number]] * mix for number, mix in enumerate(mixes))


@right
def twice_through_the_keys(Q, K, V, tile):
    largest = np.full((len(Q), 1), -np.inf)
    for start in range(0, len(K), tile):
        scores = Q @ K[start : start + tile].T / np.sqrt(Q.shape[1])
        largest = np.maximum(largest, scores.max(axis=1, keepdims=True))
    total, mix = 0.0, 0.0
    for start in range(0, len(K), tile):
        exponentials = np.exp(Q @ K[start : start + tile].T / np.sqrt(Q.shape[1]) - largest)
        total = total + exponentials.sum(axis=1, keepdims=True)
        mix = mix + exponentials @ V[start : start + tile]
    return mix / total


def _running(
    Q,
    K,
    V,
    tile,
    *,
    starts=None,
    fade_total=True,
    fade_mix=True,
    turned=False,
    from_zero=False,
    one_largest=False,
    divide=True,
    by=None,
    shift=True,
    forget_total=False,
    forget_all=False,
    normalise=False,
    one_sum=False,
):
    """The running softmax, with one thing wrong."""
    scale = np.sqrt(Q.shape[1]) if by is None else by
    largest = np.full((len(Q), 1), 0.0 if from_zero else -np.inf)
    total, mix = np.zeros((len(Q), 1)), np.zeros((len(Q), V.shape[1]))
    for start in range(0, len(K), tile) if starts is None else starts:
        scores = Q @ K[start : start + tile].T / scale
        top = scores.max() if one_largest else scores.max(axis=1, keepdims=True)
        higher = np.maximum(largest, top) if shift else np.zeros_like(largest)
        fade = np.ones_like(largest)
        if shift and start:
            fade = np.exp(higher - largest) if turned else np.exp(largest - higher)
        weights = np.exp(scores - higher)
        sums = weights.sum(axis=1, keepdims=True)
        if one_sum:
            sums = np.full_like(largest, weights.sum())
        if normalise:  # divided by the sum so far in every tile, and never multiplied back
            total = fade * total + sums
            mix = fade * mix + weights @ V[start : start + tile] / total
        else:
            total = sums if forget_total or forget_all else (fade * total if fade_total else total) + sums
            mix = (0 if forget_all else fade * mix if fade_mix else mix) + weights @ V[start : start + tile]
        largest = higher
    return mix / total if divide and not normalise else mix


@wrong(
    1,
    "earlier sums not rescaled",
    "Your exponentials are taken less the largest score so far. When a later tile raises it, what you summed before is still "
    "measured from the old one: both sums have to be brought to the new one first.",
)
def earlier_sums_not_rescaled(Q, K, V, tile):
    return _running(Q, K, V, tile, fade_total=False, fade_mix=False)


@wrong(
    2,
    "maximum of each tile alone",
    "In each tile you subtract that tile's own largest score, and add up the sums of all tiles. Sums that are measured from different "
    "levels cannot be added: keep the largest score so far, over all tiles.",
)
def maximum_of_each_tile_alone(Q, K, V, tile):
    total, mix = 0.0, 0.0
    for start in range(0, len(K), tile):
        scores = Q @ K[start : start + tile].T / np.sqrt(Q.shape[1])
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
        total = total + exponentials.sum(axis=1, keepdims=True)
        mix = mix + exponentials @ V[start : start + tile]
    return mix / total


@wrong(
    3,
    "last tile that is not full left out",
    "You take the full tiles only. Where `tile` does not divide the number of keys, the last ones are never looked at.",
)
def last_tile_that_is_not_full_left_out(Q, K, V, tile):
    return _running(Q, K, V, tile, starts=range(0, len(K) // tile * tile, tile))


@wrong(
    4,
    "only the sum rescaled",
    "You bring the sum of exponentials to the new largest score, but not the mix of values. Both were measured from the old one.",
)
def only_the_sum_rescaled(Q, K, V, tile):
    return _running(Q, K, V, tile, fade_mix=False)


@wrong(
    5,
    "only the mix rescaled",
    "You bring the mix of values to the new largest score, but not the sum of exponentials. Both were measured from the old one.",
)
def only_the_mix_rescaled(Q, K, V, tile):
    return _running(Q, K, V, tile, fade_total=False)


@wrong(
    6,
    "rescaled the wrong way round",
    "Your factor is exp(new largest - old largest), above one. Seen from a higher level, what was summed before is smaller.",
)
def rescaled_the_wrong_way_round(Q, K, V, tile):
    return _running(Q, K, V, tile, turned=True)


@wrong(
    7,
    "the whole table at once",
    "The numbers are right; but all scores of a query are in memory at once, and for that there is no room. Cut up keys and values, not the "
    "queries, and work off one tile before you look at the next.",
)
def the_whole_table_at_once(Q, K, V, tile):
    return whole.softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V


@wrong(
    8,
    "mean of the tiles",
    "You run attention in each tile and average the results. A tile with high scores must count for more than one with low ones.",
)
def mean_of_the_tiles(Q, K, V, tile):
    starts = range(0, len(K), tile)
    return sum(whole.attention(Q, K[s : s + tile], V[s : s + tile]) for s in starts) / len(starts)


@wrong(
    9,
    "sum of the tiles",
    "You run attention in each tile and add up the results. The weights of one query then sum to the number of tiles.",
)
def sum_of_the_tiles(Q, K, V, tile):
    return sum(whole.attention(Q, K[s : s + tile], V[s : s + tile]) for s in range(0, len(K), tile))


@wrong(
    10,
    "no scale",
    "The division of the scores by the square root of d_k is missing.",
)
def no_scale(Q, K, V, tile):
    return _running(Q, K, V, tile, by=1.0)


@wrong(
    11,
    "no shift, so exp overflows",
    "Right for small scores. But exp of a score above 709 is infinity, and of one below -745 it is 0. Subtract the largest score so far.",
)
def no_shift_so_exp_overflows(Q, K, V, tile):
    return _running(Q, K, V, tile, shift=False)


@wrong(
    12,
    "largest score starts at 0",
    "Your largest score so far begins at 0. Where all scores of a query are far below that, every exponential is 0. Begin below every score.",
)
def largest_score_starts_at_0(Q, K, V, tile):
    return _running(Q, K, V, tile, from_zero=True)


@wrong(
    13,
    "one largest score for all queries",
    "You take the largest score of the whole tile for all queries. A query whose scores lie far below it gets exponentials of 0. "
    "Each row has its own.",
)
def one_largest_score_for_all_queries(Q, K, V, tile):
    return _running(Q, K, V, tile, one_largest=True)


@wrong(
    14,
    "never divided by the sum",
    "You return the mix of values as it was summed. Divide by the sum of the exponentials at the end.",
)
def never_divided_by_the_sum(Q, K, V, tile):
    return _running(Q, K, V, tile, divide=False)


@wrong(
    15,
    "divided by the last tile's sum",
    "Your sum of exponentials starts anew in every tile, so you divide by that of the last one. It has to run along, as the mix does.",
)
def divided_by_the_last_tiles_sum(Q, K, V, tile):
    return _running(Q, K, V, tile, forget_total=True)


@wrong(
    16,
    "only the last tile",
    "Only the last tile is left. Either mix and sum are set up inside the loop, or the new largest score is never kept: then exp(-inf - new) = 0 wipes out "
    "what came before.",
)
def only_the_last_tile(Q, K, V, tile):
    return _running(Q, K, V, tile, forget_all=True)


@wrong(
    17,
    "only the first tile",
    "Only the first `tile` keys are looked at. Is the `return` inside the loop?",
)
def only_the_first_tile(Q, K, V, tile):
    return _running(Q, K, V, tile, starts=[0])


@wrong(
    18,
    "divided in every tile",
    "You divide by the sum so far in every tile. What was divided by a smaller sum stays too large: divide once, at the end, or "
    "multiply by the old sum first.",
)
def divided_in_every_tile(Q, K, V, tile):
    return _running(Q, K, V, tile, normalise=True)


@wrong(
    19,
    "the last tile left out",
    "Your loop ends one tile early. `range(0, n, tile)` stops before n by itself.",
)
def the_last_tile_left_out(Q, K, V, tile):
    return _running(Q, K, V, tile, starts=range(0, len(K) - tile, tile) if len(K) > tile else [0])


@wrong(
    20,
    "scaled by the size of the tile",
    "You divide the scores by the square root of the size of the tile. A dot product has d_k terms, however the keys are cut.",
)
def scaled_by_the_size_of_the_tile(Q, K, V, tile):
    return _running(Q, K, V, tile, by=np.sqrt(tile))


@wrong(
    21,
    "scaled by the width of the values",
    "You took the square root of d_v, the width of V. The dot product of a query and a key has d_k terms.",
)
def scaled_by_the_width_of_the_values(Q, K, V, tile):
    return _running(Q, K, V, tile, by=np.sqrt(V.shape[1]))


@wrong(
    22,
    "level of the newest tile, even where it is lower",
    "You measure everything from the newest tile's largest score. Where that lies far below an earlier one, exp(old - new) overflows: "
    "the level may rise and must never fall.",
)
def level_of_the_newest_tile(Q, K, V, tile):
    largest, total, mix = np.full((len(Q), 1), -np.inf), 0.0, 0.0
    for start in range(0, len(K), tile):
        scores = Q @ K[start : start + tile].T / np.sqrt(Q.shape[1])
        newest = scores.max(axis=1, keepdims=True)
        fade, weights = np.exp(largest - newest), np.exp(scores - newest)
        total = fade * total + weights.sum(axis=1, keepdims=True)
        mix = fade * mix + weights @ V[start : start + tile]
        largest = newest
    return mix / total


@wrong(
    23,
    "one sum for all queries",
    "You add up the exponentials of all queries. Each query has a sum of its own, over its own scores: the last axis.",
)
def one_sum_for_all_queries(Q, K, V, tile):
    return _running(Q, K, V, tile, one_sum=True)


@wrong(
    24,
    "one largest score and one sum for all queries",
    "Largest score and sum are taken over the whole tile. Each query has its own of both, over its own scores: the last axis.",
)
def one_largest_score_and_one_sum_for_all_queries(Q, K, V, tile):
    return _running(Q, K, V, tile, one_sum=True, one_largest=True)


HINTS = (
    "Suppose two tiles, and each has given you its largest score, its sum of exponentials and its unfinished mix of values. What do you need to "
    "bring both to one level?",
    "Keep three things for each query: the largest score so far, the sum of exp(score - largest), and the same sum with the values. "
    "Before a new tile is added, multiply both sums by exp(old largest - new largest). Divide at the end.",
    "`new = np.maximum(largest, scores.max(axis=1, keepdims=True))`, `e = np.exp(scores - new)`, `fade = np.exp(largest - new)`, "
    "`total = fade * total + e.sum(axis=1, keepdims=True)`, `mix = fade * mix + e @ V[start : start + tile]`, `largest = new`.",
)
