"""Live figures of the trained table: filling a gap, the map of words through training, neighbours, and steps."""

from functools import cache

import numpy as np

from course_lib.embedding.by_hand import cosines, nearest_to, principal_plane, unit_rows
from course_lib.embedding.groups import GROUPS, RELATIONS, map_words, relations
from course_lib.embedding.meaning import learned_steps, same_kind_share, step_ranks
from course_lib.embedding.missing_word import around, scores_for_gap
from course_lib.embedding.trained_table import load, vocabulary_of_text
from course_lib.explorer import Bars, Choice, Curves, Explorer, Note, Points, Slider, Switch

__all__ = [
    "GAPS", "PAIRS", "WORDS",
    "gap_explorer", "gap_frame", "map_explorer", "map_frame", "neighbours_explorer", "neighbours_frame",
    "steps_explorer", "steps_frame",
]  # fmt: skip

#: Sentences of the held-out part, with the place of the word to hide.
GAPS = (
    ("Vera counted the pears, and there were eleven of them in the red bag.", 8),
    ("when the rain stopped, the dog led its puppy slowly past the harbour to the kennel.", 9),
    ("a little later, a feathered blue creature explored the burnt valley, and ash covered its feathers.", 6),
    ("as the queen thanked Lena at last, she hung her crown over a purple chair.", 11),
    ("in the morning, Lena met a tired queen by the palace, and Paul greeted the king and the queen.", 8),
    ("in the morning, Lena met a tired queen by the palace, and Paul greeted the king and the queen.", 7),
    ("Ada, who had often been in the capital, stood before the famous tower and climbed its thousand steps.", 14),
)
MEASURES = {"cosine": "cosine", "dot product": "dot", "distance (Euclid)": "distance"}
WORDS = (
    "blue", "seven", "queen", "uncle", "dog", "kitten", "garden", "clock", "clocks", "Lena", "creature", "forest",
    "roamed", "fluffy", "verdant", "hot", "soft", "milk", "slowly", "the", "and", ".", "mole",
)  # fmt: skip
PAIRS = (
    ("king", "queen"), ("uncle", "aunt"), ("cow", "calf"), ("dog", "puppy"), ("horse", "foal"), ("clock", "clocks"),
    ("book", "books"), ("hot", "cold"), ("new", "old"),
)  # fmt: skip


def gap_frame(gap: int, trained: bool) -> dict[str, object]:
    """The six words that the table puts first for the hidden word of one sentence of GAPS.

    Args:
        gap: which of GAPS.
        trained: the table after training, or its random start.

    >>> gap_frame(1, True)["words"][0]
    'puppy'
    """
    shipped = load()
    text, place = GAPS[gap]
    ids = np.array(vocabulary_of_text().encode(text))
    seen = around(ids, place, len(shipped.places) // 2)
    if trained:
        scores = scores_for_gap(shipped.after, shipped.places, shipped.bias, seen)
    else:
        scores = scores_for_gap(shipped.before, np.ones_like(shipped.places), np.zeros(len(shipped.words)), seen)
    best = np.argsort(-scores, kind="stable")[:6]
    hidden = int((scores > scores[ids[place]]).sum()) + 1
    reach = len(shipped.places) // 2
    window = [shipped.words[i] for i in ids[place - reach : place + reach + 1]]
    window[reach] = "____"
    return {
        "scores": scores[best],
        "words": [shipped.words[i] for i in best],
        # The guess comes first: the word is named once the trained table has been asked.
        "note": f"… {' '.join(window)} …\nThe hidden word{f', “{shipped.words[ids[place]]}”,' if trained else ''} comes out as number "
        f"{hidden} of {len(shipped.words)}.",
    }


def gap_explorer() -> Explorer:
    """Hide a word of a sentence that was not trained on, and see which words the table would put there."""
    names = [
        " ".join(vocabulary_of_text().decode(vocabulary_of_text().encode(text)[:place]).split()[-3:])
        for text, place in GAPS
    ]
    return Explorer(
        gap_frame,
        controls=[
            Choice("gap", {f"… {name} ____": i for i, name in enumerate(names)}, value=1, label="sentence"),
            Switch("trained", value=False, label="after training"),
        ],
        panels=[
            [Bars("scores", labels="words", title="the six words with the highest scores", width=1.3),
             Note("note", title="four words on each side are seen")],
        ],
        title="Which word is missing?",
        alt=lambda values, arrays: (
            f"{'After' if values['trained'] else 'Before'} training: {', '.join(arrays['words'])}. {arrays['note']}"
        ),
        name="embedding.gap",
    )  # fmt: skip


@cache
def _plane() -> tuple[np.ndarray, np.ndarray]:
    """The plane of the map: that of the words at the end of training, so that the map does not turn on the way."""
    return principal_plane(unit_rows(load().kept_rows[-1]))


@cache
def _group_shares() -> np.ndarray:
    """At every snapshot, the share of the three nearest words of the map that are of the word's own group."""
    groups = np.array([name for name, words in GROUPS.items() for _ in words])
    return np.array([same_kind_share(rows, groups, k=3) for rows in load().kept_rows])


def map_frame(step: int) -> dict[str, object]:
    """Where 43 words lie after some steps of training, seen in the plane in which the trained ones are spread most.

    Args:
        step: one of the steps at which the rows were kept.
    Raises:
        ValueError: they were not.

    >>> map_frame(0)["xy"].shape
    (43, 2)
    """
    shipped = load()
    mean, directions = _plane()
    steps, shares = [int(one) for one in shipped.kept_steps], _group_shares()
    if step not in steps:
        raise ValueError(f"got step {step}; rows were kept after {', '.join(map(str, steps))} steps")
    snapshot = steps.index(step)
    axis = np.maximum(steps, 5).astype(float)  # step 0 has no place on a logarithmic axis
    return {
        "xy": (unit_rows(shipped.kept_rows[snapshot]) - mean) @ directions,
        "words": list(map_words()),
        "groups": np.repeat(np.arange(len(GROUPS)), [len(words) for words in GROUPS.values()]),
        "group_names": list(GROUPS),
        "steps": axis,
        "shares": shares,
        "here": float(axis[snapshot]),
        "note": f"After {step} steps: of the three nearest words among these 43, {shares[snapshot]:.0%} are of the same group.",
    }


def map_explorer() -> Explorer:
    """Scrub through training: 43 words in the plane, and how many of their neighbours are of their own group."""
    steps = [int(step) for step in load().kept_steps]
    square = {"x_range": (-0.85, 0.85), "y_range": (-0.85, 0.85)}
    return Explorer(
        map_frame,
        controls=[Slider("step", steps, value=0, label="after step", format="{:d}")],
        panels=[
            [
                Points(
                    "xy",
                    labels="words",
                    groups="groups",
                    group_names="group_names",
                    x_label="first direction",
                    y_label="second direction",
                    **square,
                )
            ],
            [
                Curves(
                    "steps",
                    {"same group": "shares"},
                    log_x=True,
                    v_line="here",
                    y_range=(0, 1),
                    x_label="step",
                    title="of 3 neighbours: same group",
                    width=1.2,
                ),
                Note("note"),
            ],
        ],
        title="The table learns: 43 words, point at one",
        alt=lambda values, arrays: f"A map of 43 words. {arrays['note']}",
        name="embedding.map",
    )


def neighbours_frame(word: str, measure: str, trained: bool) -> dict[str, object]:
    """The eight words that are closest to a word.

    Args:
        word: a word of the vocabulary.
        measure: "cosine", "dot", or "distance" (the smallest first).
        trained: the table after training, or its random start.
    Raises:
        ValueError: there is no such word or measure.

    >>> neighbours_frame("queen", "cosine", True)["words"][0]
    'king'
    """
    shipped = load()
    if word not in shipped.ids or measure not in MEASURES.values():
        raise ValueError(
            f"got {word!r} and {measure!r}; expected a word of the corpus and one of {[*MEASURES.values()]}"
        )
    table = shipped.after if trained else shipped.before
    own = shipped.ids[word]
    if measure == "cosine":
        closeness = cosines(table, table[own][None])[:, 0]
    elif measure == "dot":
        closeness = table @ table[own]
    else:
        closeness = -np.sqrt(((table - table[own]) ** 2).sum(axis=1))
    order = np.argsort(-closeness, kind="stable")
    best = order[order != own][:8]
    first = "" if order[0] == own else f" By this measure “{word}” is not even closest to itself."
    return {
        "closeness": np.abs(closeness[best]) if measure == "distance" else closeness[best],
        "words": [shipped.words[i] for i in best],
        "note": f"Closest to “{word}” {'after' if trained else 'before'} training, by {measure}: "
        f"{', '.join(shipped.words[i] for i in best[:5])}.{first}",
    }


def neighbours_explorer() -> Explorer:
    """Choose a word and a measure: who is near, before and after training."""
    return Explorer(
        neighbours_frame,
        controls=[
            Choice("word", WORDS, value="blue", label="word"),
            Choice("measure", MEASURES, value="cosine", label="measure"),
            Switch("trained", value=True, label="after training"),
        ],
        panels=[[Bars("closeness", labels="words", title="the eight nearest words", width=1.4), Note("note")]],
        title="Neighbours",
        alt=lambda values, arrays: arrays["note"],
        name="embedding.neighbours",
    )


@cache
def _steps() -> dict[str, tuple[str, np.ndarray]]:
    """For every first word of PAIRS: its relation, and the step learned from the other pairs of the relation."""
    shipped, found = load(), {}
    for relation in RELATIONS:
        pairs = relations(shipped.ids)[relation]
        for (first, _), step in zip(pairs, learned_steps(shipped.after, pairs), strict=True):
            found[shipped.words[first]] = relation, step
    return found


def steps_frame(pair: int, strength: float) -> dict[str, object]:
    """Start at the first word of a pair and go some way in the direction that the other pairs of its relation suggest.

    Args:
        pair: which of PAIRS.
        strength: how far, 1 for as far as the other pairs go on average.

    >>> steps_frame(3, 1.0)["words"][0]
    'puppy'
    """
    shipped = load()
    first, second = PAIRS[pair]
    relation, step = _steps()[first]
    ids = np.array([[shipped.ids[first], shipped.ids[second]]])
    unit = unit_rows(shipped.after)
    end = unit[ids[0, 0]] + strength * step
    best = nearest_to(shipped.after, end, 7, exclude=[ids[0, 0]])
    rank = int(step_ranks(shipped.after, ids, strength * step[None])[0])
    return {
        "closeness": cosines(shipped.after[best], end[None])[:, 0],
        "words": [shipped.words[i] for i in best],
        "rank": rank,
        "note": f"From “{first}”, {strength:g} times the way that the other pairs of the relation “{relation}” go: "
        f"“{second}” is number {rank}.",
    }


def steps_explorer() -> Explorer:
    """Walk from a word along a direction learned from other pairs, and see who comes near."""
    return Explorer(
        steps_frame,
        controls=[
            Choice("pair", {f"{a} → {b}": i for i, (a, b) in enumerate(PAIRS)}, value=3, label="pair, held out"),
            Slider("strength", [-1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0], value=0.0, label="how far"),
        ],
        panels=[[Bars("closeness", labels="words", low=0, high=1, title="the seven words nearest to where we are", width=1.4),
                 Note("note")]],
        title="Follow a direction",
        alt=lambda values, arrays: f"{arrays['note']} Nearest: {', '.join(arrays['words'])}.",
        name="embedding.steps",
    )  # fmt: skip
