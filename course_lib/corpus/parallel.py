"""Two small invented languages that say the same things in a different order, with the alignment of their words.

Lumi puts the verb between subject and object, adjectives before their noun, an article before both, and its
prepositions before the place. Toka puts the verb last, adjectives after their noun, has no article, marks the object
of the verb with the ending -k on noun and adjectives alike, and its postposition follows the place:

    Lumi      le   bano   sirel   vapi   le   tolu   mede      "the small bird sees the red boat"
    Toka      kurun   niti   wosak   dalek   hemu               bird small boat-OBJ red-OBJ sees
"""

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

__all__ = ["Translation", "parallel_corpus", "translate"]

SEED = 7
SIZES = {"train": 4000, "held_out": 400}
SHARE = 10

# gloss, Lumi, Toka
NOUNS = (
    ("bird", "sirel", "kurun"), ("boat", "mede", "wosa"), ("child", "palo", "ziri"), ("fox", "rune", "gamo"),
    ("king", "dovi", "tehu"), ("lamp", "besa", "oruna"), ("letter", "filo", "kadi"), ("mountain", "galen", "pumo"),
    ("river", "nulia", "sheta"), ("stone", "karo", "mivu"), ("teacher", "linde", "hako"), ("tree", "osimi", "bera"),
)  # fmt: skip
ADJECTIVES = (
    ("small", "bano", "niti"), ("red", "tolu", "dale"), ("old", "veri", "gusho"), ("quiet", "hasi", "rima"),
    ("tall", "moru", "zepa"), ("wet", "lupe", "fonu"), ("young", "cati", "eluo"), ("strange", "jari", "yoba"),
)  # fmt: skip
VERBS = (
    ("sees", "vapi", "hemu"), ("finds", "tera", "loku"), ("follows", "sundi", "aviri"), ("paints", "kolme", "shunu"),
    ("hides", "pirra", "deto"), ("carries", "onabi", "wiku"), ("forgets", "zulo", "marre"), ("loves", "eshta", "tuvi"),
)  # fmt: skip
PLACES = (("near", "ne", "po"), ("behind", "ultu", "raso"), ("under", "siba", "keno"))
ARTICLE, OBJECT, AND, STOP = "le", "k", ("and", "ja", "sen"), (".", ".", ".")
GLOSS = {lumi: gloss for gloss, lumi, _ in (*NOUNS, *ADJECTIVES, *VERBS, *PLACES, AND, STOP)}


@dataclass(frozen=True)
class Translation:
    """A sentence in both languages.

    Attributes:
        source: its words in Lumi.
        target: its words in Toka.
        alignment: pairs (i, j): target[j] says what source[i] says. Every word has one partner but Lumi's articles, which
            have none. Ordered by i.
        gloss: the English word for each word of the target.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    alignment: tuple[tuple[int, int], ...]
    gloss: tuple[str, ...]


def translate(source: Sequence[str]) -> tuple[str, ...]:
    """Translate a sentence of Lumi by rule: what a model has to learn from examples.

    Raises:
        ValueError: it is not a sentence of Lumi.

    >>> " ".join(translate("le bano sirel vapi le tolu mede .".split()))
    'kurun niti wosak dalek hemu .'
    """
    return tuple(_Reader(source).sentence()[0])


class _Reader:
    """Reads Lumi from left to right; what it returns are words of Toka, each with the index it came from."""

    def __init__(self, source: Sequence[str]) -> None:
        self.source, self.at = list(source), 0

    def sentence(self) -> tuple[list[str], list[int]]:
        made = self.clause()
        while self.sees((AND,)):
            made = [*made, self.take((AND,)), *self.clause()]
        made.append(self.take((STOP,)))
        if self.at != len(self.source):
            raise ValueError(f"something follows the end of the sentence: {' '.join(self.source[self.at :])}")
        return [word for word, _ in made], [i for _, i in made]

    def clause(self) -> list[tuple[str, int]]:
        subject = self.noun_phrase()
        verb = self.take(VERBS)
        thing = [(word + OBJECT, i) for word, i in self.noun_phrase()]
        place = []
        if self.sees(PLACES):
            preposition = self.take(PLACES)
            place = [*self.noun_phrase(), preposition]
        return [*subject, *place, *thing, verb]

    def noun_phrase(self) -> list[tuple[str, int]]:
        if self.at == len(self.source) or self.source[self.at] != ARTICLE:
            raise ValueError(f"expected the article {ARTICLE!r} at word {self.at} of {' '.join(self.source)!r}")
        self.at += 1
        adjectives = []
        while self.sees(ADJECTIVES):
            adjectives.append(self.take(ADJECTIVES))
        return [self.take(NOUNS), *adjectives]

    def sees(self, rows: tuple) -> bool:
        return self.at < len(self.source) and any(self.source[self.at] == lumi for _, lumi, _ in rows)

    def take(self, rows: tuple) -> tuple[str, int]:
        for _, lumi, toka in rows:
            if self.at < len(self.source) and self.source[self.at] == lumi:
                self.at += 1
                return toka, self.at - 1
        expected = ", ".join(lumi for _, lumi, _ in rows)
        raise ValueError(f"expected one of {expected} at word {self.at} of {' '.join(self.source)!r}")


def _noun_phrase(rng: random.Random) -> list[str]:
    adjectives = rng.sample(ADJECTIVES, (0, 1, 1, 2)[int(rng.random() * 4)])
    return [ARTICLE, *(lumi for _, lumi, _ in adjectives), _pick(NOUNS, rng)]


def _pick(rows: tuple, rng: random.Random) -> str:
    return rows[int(rng.random() * len(rows))][1]


def _clause(rng: random.Random) -> list[str]:
    place = [_pick(PLACES, rng), *_noun_phrase(rng)] if rng.random() < 0.4 else []
    return [*_noun_phrase(rng), _pick(VERBS, rng), *_noun_phrase(rng), *place]


def _part_of(source: Sequence[str]) -> str:
    return "held_out" if zlib.crc32(" ".join(source).encode()) % SHARE == 0 else "train"


@cache  # always the same pairs for the same arguments, and nothing in them can be changed
def parallel_corpus(part: str, n: int | None = None, seed: int = SEED) -> tuple[Translation, ...]:
    """Pairs of sentences, no two the same, and none in both parts.

    Args:
        part: "train" or "held_out".
        n: how many; 4000 and 400 where it is left out.
        seed: another seed gives other sentences of the same languages.
    Raises:
        ValueError: there is no such part.

    >>> pair = parallel_corpus("train", 1)[0]
    >>> pair.target == translate(pair.source)
    True
    """
    if part not in SIZES:
        raise ValueError(f"there is no part {part!r}: the parts are {', '.join(SIZES)}")
    rng = random.Random(f"{seed} {part}")
    made: dict[tuple[str, ...], Translation] = {}
    while len(made) < (SIZES[part] if n is None else n):
        source = _clause(rng)
        if rng.random() < 0.2:
            source += [AND[1], *_clause(rng)]
        source = (*source, STOP[1])
        if _part_of(source) == part and source not in made:
            target, origin = _Reader(source).sentence()
            alignment = tuple(sorted((i, j) for j, i in enumerate(origin)))
            made[source] = Translation(source, tuple(target), alignment, tuple(GLOSS[source[i]] for i in origin))
    return tuple(made.values())
