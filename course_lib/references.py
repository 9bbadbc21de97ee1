"""What the course cites: authors, year, title and identifier of each work, and which of them a claim of the articles rests on.

The works stand in ``data/references.csv``, what each claim rests on in ``data/claim_references.csv``. Nothing here says that a
claim is true; the lessons measure that.
"""

import functools
from dataclasses import dataclass

from course_lib.data import read_table

__all__ = ["Citation", "Work", "cited_for", "works"]


@dataclass(frozen=True)
class Work:
    """One work.

    Attributes:
        key: how the tables name it, such as "vaswani2017".
        authors, year, title: as published; "et al." after the first of more than three authors.
        identifier: "arXiv:...", "doi:...", an address, or the journal and its pages.
    """

    key: str
    authors: str
    year: int
    title: str
    identifier: str

    @property
    def address(self) -> str | None:
        """Where it can be read, or None where there is no address that will stay.

        >>> works()["vaswani2017"].address
        'https://arxiv.org/abs/1706.03762'
        """
        kind, _, rest = self.identifier.partition(":")
        known = {"arXiv": "https://arxiv.org/abs/", "doi": "https://doi.org/"}
        if kind in known:
            return known[kind] + rest
        return self.identifier if kind == "https" else None


@dataclass(frozen=True)
class Citation:
    """A work, and the part of it that is meant.

    Attributes:
        work: the work.
        place: a section or a table, or nothing.
    """

    work: Work
    place: str

    def __str__(self) -> str:
        place = f", {self.place}" if self.place else ""
        return f"{self.work.authors} {self.work.year}, {self.work.identifier}{place}"


@functools.cache
def works() -> dict[str, Work]:
    """Every work by its key, in the order of the keys.

    >>> works()["shannon1951"].title
    'Prediction and Entropy of Printed English'
    """
    return {row["key"]: Work(**{**row, "year": int(row["year"])}) for row in read_table("references.csv")}


@functools.cache
def cited_for() -> dict[str, tuple[Citation, ...]]:
    """What each claim rests on, by the claim's id.

    Raises:
        LookupError: a claim names a work that is not in the table.

    >>> print(cited_for()["C16"][0])
    Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1
    """
    found = {}
    for row in read_table("claim_references.csv"):
        named = [part.strip().partition(" ") for part in row["references"].split(";")]
        unknown = [key for key, _, _ in named if key not in works()]
        if unknown:
            raise LookupError(f"claim_references.csv, {row['id']}: no {unknown[0]!r} in references.csv")
        found[row["id"]] = tuple(Citation(works()[key], place) for key, _, place in named)
    return found
