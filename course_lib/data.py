"""Where the course's data files are, and how a table among them is read."""

import csv
from pathlib import Path

__all__ = ["data_file", "read_table"]

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
