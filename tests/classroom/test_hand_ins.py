"""Folders as they come: files that are no notebooks are a line for a human, and nothing that stops the class."""

import json

import pytest

from course_lib.classroom.hand_ins import hand_ins_in, read_hand_in, read_notebook
from tests.classroom.handing_in import LESSON, RIGHT_SOFTMAX, write

BOOK = json.dumps({"cells": [{"cell_type": "code", "source": RIGHT_SOFTMAX}], "metadata": {}})

READ = {
    "a byte-order mark": b"\xef\xbb\xbf" + BOOK.encode(),
    "UTF-16": BOOK.encode("utf-16"),
    "UTF-16, big-endian": b"\xfe\xff" + BOOK.encode("utf-16-be"),
    "Latin-1": BOOK.replace("scores", "sc\u00e9").encode("latin-1"),
    "a foreign kernelspec": json.dumps(json.loads(BOOK) | {"metadata": {"kernelspec": {"name": "julia"}}}).encode(),
    "no metadata": json.dumps({"cells": json.loads(BOOK)["cells"]}).encode(),
    "metadata of another kind": json.dumps(json.loads(BOOK) | {"metadata": [1]}).encode(),
    "an old format": json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": RIGHT_SOFTMAX}]}]}).encode(),
    "cells that are none": json.dumps({"cells": [None, 3, {"source": 7}, *json.loads(BOOK)["cells"]]}).encode(),
    "a source of odd parts": json.dumps({"cells": [{"source": [RIGHT_SOFTMAX, 3, None]}]}).encode(),
}


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_what_can_be_read_is_read(content):
    notebook = read_notebook("homework.ipynb", content)
    assert notebook.cells[-1].startswith("# exercise: attention.softmax\n")
    assert notebook.lesson == "04_attention"


NOT_READ = {
    "empty": (b"  \n", "the file is empty; ask for it again"),
    "a merge conflict": (b'{"cells": [\n<<<<<<< HEAD\n=======\n>>>>>>> x\n]}', "merge conflict"),
    "cut off": (BOOK.encode()[:-20], "it is no notebook: "),
    "a list": (b"[]", "there are no cells in it"),
    "a page": (b"<html>", "it is no notebook: "),
    "a picture": (b"\x89PNG\r\n\0\xff\0\0", "it is no text; ask for the notebook again"),
}


@pytest.mark.parametrize(("content", "said"), NOT_READ.values(), ids=NOT_READ)
def test_what_cannot_be_read_is_said(content, said, tmp_path):
    with pytest.raises(ValueError, match=said):
        read_notebook("homework.ipynb", content)
    (tmp_path / "a.ipynb").write_bytes(content)
    write(tmp_path / "b.ipynb", ["1"])
    hand_in = read_hand_in(tmp_path)
    assert [notebook.file for notebook in hand_in.notebooks] == ["b.ipynb"]
    assert [problem.file for problem in hand_in.problems] == ["a.ipynb"]


def test_nesting_without_end_is_said(tmp_path):
    (tmp_path / "a.ipynb").write_text("[" * 100_000)
    assert read_hand_in(tmp_path).problems[0].said == "it is nested too deeply to be a notebook; look at it"


def test_25_megabytes_of_stored_outputs_are_no_trouble(tmp_path):
    cell = {"cell_type": "code", "source": RIGHT_SOFTMAX, "outputs": [{"text": "x" * 25_000_000}]}
    (tmp_path / LESSON).write_text(json.dumps({"cells": [cell]}))
    assert read_hand_in(tmp_path).notebooks[0].cells == [RIGHT_SOFTMAX]


def test_links_that_lead_out_are_not_followed(tmp_path):
    outside = write(tmp_path / "Eve" / LESSON, ["stolen"])
    mine = write(tmp_path / "Ada" / "work.ipynb", ["mine"])
    (tmp_path / "Ada" / "link.ipynb").symlink_to(outside)
    (tmp_path / "Ada" / "folder").symlink_to(outside.parent)
    (tmp_path / "Ada" / "circle.ipynb").symlink_to(tmp_path / "Ada" / "circle.ipynb")
    (tmp_path / "Ada" / "same.ipynb").symlink_to(mine)
    (tmp_path / "Bob").symlink_to(outside.parent)
    hand_in = read_hand_in(tmp_path / "Ada")
    assert [notebook.file for notebook in hand_in.notebooks] == ["same.ipynb", "work.ipynb"]
    assert sorted(problem.file for problem in hand_in.problems) == ["circle.ipynb", "folder", "link.ipynb"]
    assert read_hand_in(tmp_path / "Bob").problems[0].said.startswith("the folder is a link")


def test_names_and_copies(tmp_path):
    write(tmp_path / "a" / "b" / "04_attention (1).IPYNB", ["1"])
    write(tmp_path / "my homework.ipynb", ["1"], course={"lesson": "04_attention"})
    write(tmp_path / ".ipynb_checkpoints" / LESSON, ["1"])
    write(tmp_path / "a" / "._04_attention.ipynb", ["1"])
    found = read_hand_in(tmp_path)
    assert [(each.file, each.lesson) for each in found.notebooks] == [
        ("a/b/04_attention (1).IPYNB", "04_attention"),
        ("my homework.ipynb", "04_attention"),
    ]


def test_the_fingerprint_changes_with_what_was_handed_in(tmp_path):
    write(tmp_path / "a" / LESSON, ["1"])
    first = read_hand_in(tmp_path / "a").fingerprint
    assert read_hand_in(tmp_path / "a").fingerprint == first
    (tmp_path / "a" / "notes.txt").write_text("not a notebook")
    assert read_hand_in(tmp_path / "a").fingerprint == first
    write(tmp_path / "a" / LESSON, ["2"])
    assert read_hand_in(tmp_path / "a").fingerprint != first


def test_nothing_at_all_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="one folder a student"):
        hand_ins_in(tmp_path)
    with pytest.raises(FileNotFoundError, match="no folder"):
        hand_ins_in(tmp_path / "none")
    (tmp_path / "Ada").mkdir()
    assert "no notebook (.ipynb) was handed in" in read_hand_in(tmp_path / "Ada").problems[0].said
