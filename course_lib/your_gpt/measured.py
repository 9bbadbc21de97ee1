"""What the lessons measured for each claim of the articles, recorded so that lesson 16 can put it beside the verdict.

The lessons measure anew at every run, in front of the reader. The record is one such run of all of them; a test holds its
words to what the lessons say now, and leaves the digits to them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from course_lib.data import read_table, write_table

__all__ = ["FILE", "in_outputs", "measured", "save", "without_numbers", "write"]

FILE = "claims_measured.csv"
_TITLE = re.compile(r"claim (C\d\d)$")


def in_outputs(cells: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The measurements that stand in the outputs of a notebook that was run, by claim.

    >>> text = "✓ TRUE · claim C50\\n  “It sums to one”\\n  measured: the sum is 1.00"
    >>> in_outputs([{"outputs": [{"data": {"text/plain": text}}]}])
    {'C50': ['the sum is 1.00']}
    """
    found: dict[str, list[str]] = {}
    for cell in cells:
        for output in cell.get("outputs", ()):
            known = ""
            for line in "".join(output.get("data", {}).get("text/plain", "")).splitlines():
                if title := _TITLE.search(line):
                    known = title[1]
                elif known and line.startswith("  measured: "):
                    found.setdefault(known, []).append(line.removeprefix("  measured: "))
    return found


def measured() -> dict[str, tuple[str, ...]]:
    """The recorded measurements by claim.

    >>> len(measured())
    78
    """
    found: dict[str, list[str]] = {}
    for row in read_table(FILE):
        found.setdefault(row["claim"], []).append(row["measured"])
    return {known: tuple(lines) for known, lines in found.items()}


def without_numbers(text: str) -> str:
    """A measurement's words, with a sign in the place of each number: those differ a little from machine to machine.

    >>> without_numbers("the loss is 1.23 of −2×10⁵, 87 %")
    'the loss is # of #, # %'
    """
    return re.sub(r"[-−+]?[0-9][0-9.,]*(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|e[-+]?[0-9]+)?", "#", text)


def save(path: Path, found: Mapping[str, Iterable[str]]) -> Path:
    """Write a record: a row for each measurement, claim by claim."""
    rows = [{"claim": known, "measured": line} for known in sorted(found) for line in found[known]]
    write_table(path, ("claim", "measured"), rows)
    return path


def write(notebooks: Path, path: Path, tell: Callable[[str], None] = lambda line: None) -> Path:
    """Run all notebooks of a folder and write what they measured.

    Raises:
        nbclient.exceptions.CellExecutionError: one of them does not run.
    """
    from course_lib.publish.executing import executed

    found: dict[str, list[str]] = {}
    for book in sorted(notebooks.glob("[0-9][0-9]_*.ipynb")):
        own = in_outputs(executed(book).cells)
        tell(f"{book.name}: {len(own)} claims")
        found |= own
    return save(path, found)
