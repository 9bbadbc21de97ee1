"""The data files are the ones that data/README.md describes, byte for byte, and are read as they are written."""

import csv
import hashlib
import re

import pytest

from course_lib.data import FOLDER, data_file, read_table

README = (FOLDER / "README.md").read_text(encoding="utf-8")
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
DATA = [name for name in FILES if name != "README.md"]


def test_every_file_has_its_line_in_the_table_and_no_line_is_without_its_file():
    assert DATA
    rows = re.findall(r"^\| `([^`]+)` \|(.+)\|(.+)\|(.+)\|$", README, re.MULTILINE)
    assert sorted(name for name, *_ in rows) == DATA
    for name, *columns in rows:
        assert all(column.strip() for column in columns), f"{name}: what it is, where it is from, its licence"


def test_checksums_are_those_of_the_files():
    stated = {name: checksum for checksum, name in re.findall(r"^([0-9a-f]{64})  data/(\S+)$", README, re.MULTILINE)}
    assert stated == {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in DATA}


@pytest.mark.parametrize("name", [name for name in DATA if name.endswith(".csv")])
def test_a_table_is_read_row_by_row_as_the_file_has_it(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as table:
        header, *rows = csv.reader(table)
    assert len(set(header)) == len(header)
    assert [list(row.values()) for row in read_table(name)] == rows
    assert all(list(row) == header for row in read_table(name))


def test_a_file_that_is_not_there_is_named_with_where_it_was_looked_for():
    with pytest.raises(FileNotFoundError, match=r"no file nothing\.csv in .*data"):
        data_file("nothing.csv")
    with pytest.raises(FileNotFoundError):
        data_file(".")


def test_the_figures_of_the_table_of_translations_are_the_published_ones():
    rows = {row["model"]: row for row in read_table("translation_2014.csv")}
    assert len(rows) == len(read_table("translation_2014.csv"))
    by_bleu = sorted(rows, key=lambda model: float(rows[model]["bleu_en_de"]))
    assert by_bleu[-1] == "Transformer (big)"
    assert float(rows["Transformer (big)"]["bleu_en_de"]) == 28.4


SCALE_TABLES = [
    "chinchilla_table_3.csv",
    "gpt3_table_2_1.csv",
    "gpt3_table_d_1.csv",
    "gpus.csv",
    "model_zoo.csv",
    "modern_models.csv",
    "numeric_fixtures.csv",
    "transformer_2017_table_3.csv",
]


@pytest.mark.parametrize("name", SCALE_TABLES)
def test_every_row_of_a_published_table_names_its_source(name):
    rows = read_table(name)
    assert rows
    assert [row for row in rows if not re.search(r"\d{4}|IEEE|nanoGPT|guess", row["source"])] == []
