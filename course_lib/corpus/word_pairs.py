"""Word pairs that stand in one relation, for directions in the table of embeddings; and which words have several senses."""

from dataclasses import dataclass

from course_lib.corpus.world import SENSES, TABLES

__all__ = ["Pair", "analogies", "opposites", "senses_of"]


@dataclass(frozen=True)
class Pair:
    """Two words and their relation.

    Attributes:
        first, second: "king" and "queen", "cow" and "calf", "clock" and "clocks", "hot" and "cold".
        relation: "gender", "young", "plural" or "opposite".
        held_out: True for the pairs to test a direction on; learn it from the others. All words are in both parts.
    """

    first: str
    second: str
    relation: str
    held_out: bool


def _pairs(relation: str, rows: list[tuple[str, str]]) -> tuple[Pair, ...]:
    """Every third pair is held out."""
    return tuple(Pair(a, b, relation, number % 3 == 2) for number, (a, b) in enumerate(rows))


def analogies() -> tuple[Pair, ...]:
    """Pairs of three relations: man to woman of the same role, grown to young animal, one to many.

    >>> [(pair.first, pair.second) for pair in analogies() if pair.relation == "gender"][0]
    ('king', 'queen')
    """
    gender = [(row[0], row[5]) for row in TABLES["person"] if row[1] == "he"]
    young = [(row[0], row[1]) for row in TABLES["young"]]
    return _pairs("gender", gender) + _pairs("young", young) + _pairs("plural", list(TABLES["thing"]))


def opposites() -> tuple[Pair, ...]:
    """Adjectives that stand against each other in the stories, each pair once.

    >>> opposites()[0]
    Pair(first='hot', second='cold', relation='opposite', held_out=False)
    """
    rows = dict.fromkeys(row[:2] for row in TABLES["opposite"][::2])
    return _pairs("opposite", list(rows))


def senses_of(word: str) -> tuple[str, ...]:
    """The senses of a word; a word with one sense has its own name for it.

    >>> senses_of("mole"), senses_of("garden")
    (('animal', 'chemistry', 'skin', 'spy'), ('garden',))
    """
    return SENSES.get(word, (word,))
