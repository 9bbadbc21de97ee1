"""The course's terms: what each means, in a sentence or two, and the section of the lesson in which it is taught.

The terms stand in ``data/glossary.csv``. A single word such as *value* or *head* is a term only in company: its row names the
words of which one must stand in the same paragraph.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from course_lib.data import read_table
from course_lib.syllabus import LESSONS, Lesson

__all__ = ["Term", "found_in", "glossary"]


@dataclass(frozen=True)
class Term:
    """One term.

    Attributes:
        name: as the glossary lists it.
        forms: all spellings, the name first.
        lesson: the lesson that teaches it.
        section: the heading there.
        role: the colour it has in figures ("query", "key", ...), or nothing.
        beside: words of which one must stand in the same paragraph; empty where the word is a term anywhere.
        definition: what it means.
    """

    name: str
    forms: tuple[str, ...]
    lesson: Lesson
    section: str
    role: str
    beside: tuple[str, ...]
    definition: str

    @property
    def slug(self) -> str:
        """The name as a part of an address.

        >>> glossary()["KV cache"].slug
        'kv-cache'
        """
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@functools.cache
def glossary() -> dict[str, Term]:
    """Every term by its name, in alphabetical order.

    >>> glossary()["query"].role, glossary()["query"].lesson.name
    ('query', '04_attention')
    """
    rows = [
        Term(
            row["term"],
            (row["term"], *_parts(row["forms"])),
            LESSONS[int(row["lesson"])],
            row["section"],
            row["role"],
            _parts(row["beside"]),
            row["definition"],
        )
        for row in read_table("glossary.csv")
    ]
    return {term.name: term for term in sorted(rows, key=lambda term: term.name.lower())}


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


@functools.cache
def _pattern() -> tuple[re.Pattern[str], dict[str, tuple[str, Term]]]:
    """All spellings, the longest first, and each in lower case with its spelling and term. A hyphen makes it another word."""
    forms = {form.lower(): (form, term) for term in glossary().values() for form in term.forms}
    longest = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})(?![\w-])", re.IGNORECASE), forms


def found_in(text: str, paragraph: str | None = None, meant: bool = False) -> Iterator[tuple[int, int, Term]]:
    """The terms in a text, from left to right: begin, end, term.

    Args:
        text: a text or a part of one.
        paragraph: the whole paragraph, which says whether a word stands in the right company; the text itself where it is
            not given.
        meant: the text is marked as a term, so that it needs no company.

    >>> [term.name for _, _, term in found_in("Softmax turns scores into shares.")]
    ['softmax', 'score']
    >>> [term.name for _, _, term in found_in("It has the value 3.")]
    []
    """
    pattern, forms = _pattern()
    words = set(re.findall(r"[\w-]+", (paragraph or text).lower()))
    for match in pattern.finditer(text):
        form, term = forms[match[1].lower()]
        if not form[1:].islower() and form[1:] != match[1][1:]:
            continue  # ZeRO is no zero
        alone = meant or not term.beside or " " in match[1]  # several words mean one thing
        if alone or words & {word.lower() for word in term.beside}:
            yield match.start(), match.end(), term
