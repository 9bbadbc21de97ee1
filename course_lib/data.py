"""Where the course's data files are, and how a table among them is read and written."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from course_lib.worked.folder import replace

__all__ = ["data_file", "read_table", "write_table"]

FOLDER = Path(__file__).resolve().parents[1] / "data"


def data_file(name: str) -> Path:
    """The path of a file in data/.

    Raises:
        FileNotFoundError: it is not there.

    >>> data_file("claims.csv").name
    'claims.csv'
    """
    path = FOLDER / name
    if not path.is_file():
        raise FileNotFoundError(
            f"no file {name} in {FOLDER}: course_lib reads its data from the checkout it was installed from "
            "(make lab installs it that way)"
        )
    return path


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file in data/, each a dictionary from column to text.

    >>> len(read_table("claims.csv"))
    78
    """
    with data_file(name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as a CSV file that `read_table` reads; it appears whole or not at all.

    Args:
        path: the file.
        columns: their names, in order; every row has a value for each, and no other.
        rows: the values by column.
    Raises:
        ValueError: a row has a column that is not among them.
        OSError: the file cannot be written.
    """
    text = io.StringIO()
    table = csv.DictWriter(text, columns, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    replace(path, text.getvalue().encode())
