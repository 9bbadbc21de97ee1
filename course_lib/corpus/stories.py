"""Stories: who lives there, what happens in the course of a day, and which part a sentence belongs to.

A sentence belongs to the held-out part when the CRC-32 of its text leaves the remainder HELD_OUT on division by SHARE,
and to the training part otherwise. A story of one part is written sentence by sentence, each drawn again until it
belongs there; so the two parts share no sentence, and are otherwise drawn from the same distribution.
"""

import random
import zlib
from collections.abc import Iterator

from course_lib.corpus.episodes import CLOSING, EPISODES, OPENING
from course_lib.corpus.grammar import Chooser, derive
from course_lib.corpus.sentence import Sentence
from course_lib.corpus.world import NAMES, SLOTS

__all__ = ["PARTS", "SEED", "part_of", "stories"]

SEED = 2026
SHARE = 8
CARRIED = "a fluffy blue creature roamed the verdant forest."  # never in the training part, so that it is a fair test
HELD_OUT = zlib.crc32(CARRIED.encode()) % SHARE
PARTS = {"train": 1500, "held_out": 160}  # how many stories each has
DAY = {2: ("early", "evening"), 3: ("early", "late", "evening"), 4: ("early", "noon", "late", "evening")}
TRIES = 500


class _StuckError(Exception):
    """No sentence of this beat falls into the part that is asked for."""


def part_of(text: str) -> str:
    """The part that a sentence belongs to, by its text alone.

    >>> part_of("a fluffy blue creature roamed the verdant forest.")
    'held_out'
    """
    return "held_out" if zlib.crc32(text.encode()) % SHARE == HELD_OUT else "train"


def stories(part: str, n: int | None = None, seed: int = SEED) -> Iterator[list[Sentence]]:
    """Write stories, each a list of sentences.

    Args:
        part: "train" or "held_out".
        n: how many; as many as the shipped file has where it is left out.
        seed: another seed gives other stories of the same world.
    Raises:
        ValueError: there is no such part.

    >>> len(next(stories("train", 1))) >= 6
    True
    """
    if part not in PARTS:
        raise ValueError(f"there is no part {part!r}: the parts are {', '.join(PARTS)}")
    rng = random.Random(f"{seed} {part}")
    for number in range(PARTS[part] if n is None else n):
        while True:
            try:
                story = _story(part, number, rng)
            except _StuckError:
                continue
            yield story
            break


def _story(part: str, number: int, rng: random.Random) -> list[Sentence]:
    plan = Chooser(rng)
    gender = plan.choose(("f", "m"))
    other = "m" if gender == "f" else "f"
    people = {"A": (plan.choose(NAMES[gender]), gender), "B": (plan.choose(NAMES[other]), other)}
    taken = {name for name, _ in people.values()}
    people["C"] = plan.choose([(name, g) for g in "fm" for name in NAMES[g] if name not in taken])
    told = [_sentence(OPENING, people, {}, part, number, rng, plan.nats)]
    left = list(EPISODES)
    for time in DAY[plan.choose(tuple(DAY))]:
        before = plan.nats
        kind = plan.choose(left)
        left.remove(kind)
        kept = {("Part", ""): plan.choose(SLOTS[time])}
        chosen = plan.nats - before
        for beat in EPISODES[kind]:
            told.append(_sentence(beat, people, kept, part, number, rng, chosen))
            chosen = 0.0
    told.append(_sentence(CLOSING, people, {}, part, number, rng, 0.0))
    return told


def _sentence(
    templates: tuple, people: dict, kept: dict, part: str, number: int, rng: random.Random, chosen: float
) -> Sentence:
    """Draw until the sentence belongs to the part; only then do its choices hold for the episode.

    The information counted is that of the sentence without the condition on its part, which a reader cannot know:
    CRC-32 has nothing to do with what a sentence says.
    """
    for _ in range(TRIES):
        trial = dict(kept)
        sentence = derive(templates, SLOTS, people, trial, rng, number, chosen)
        if part_of(sentence.text) == part:
            kept.update(trial)
            return sentence
    raise _StuckError
