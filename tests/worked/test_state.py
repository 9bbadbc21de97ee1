"""What a notebook's file holds, and whether it is work: also with a byte-order mark, and in whatever state a file can be."""

import json

import pytest

from course_lib.worked.state import book_of, digest, holds_work, read_book

BUILT = [{"cell_type": "code", "source": ["x = 3\n", "x"]}]
COURSE = {"course": {"digest": digest(BUILT), "lesson": "50_means"}}


def bytes_of(content):
    return json.dumps(content).encode()


def test_a_notebook_knows_its_build_and_its_lesson_and_whether_a_cell_has_changed():
    book = book_of(bytes_of({"cells": BUILT, "metadata": COURSE}))
    assert (book.base, book.lesson, book.worked) == (digest(BUILT), "50_means", False)
    as_one_text = [{"cell_type": "code", "source": "x = 3\nx", "outputs": ["ran"], "execution_count": 3}]
    assert not book_of(bytes_of({"cells": as_one_text, "metadata": COURSE})).worked
    for changed in ([*BUILT, *BUILT], [{**BUILT[0], "cell_type": "markdown"}], [{**BUILT[0], "source": "x = 5"}]):
        assert book_of(bytes_of({"cells": changed, "metadata": COURSE})).worked


@pytest.mark.parametrize("metadata", [{}, None, 3, {"course": 3}, {"course": {"digest": 3}}])
def test_one_that_no_build_has_made_is_work(metadata):
    assert book_of(bytes_of({"cells": BUILT, "metadata": metadata})).worked


def test_a_byte_order_mark_is_read_over(course):
    path = course.own / "50_means.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert not holds_work(path)
    assert read_book(path).lesson == "50_means"


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"[]", b"3", b"{}", b'{"cells": 3}', b'{"cells": [3]}', b'{"cells": [{"source": 3}]}'],
)
def test_what_is_no_notebook_is_said_and_counts_as_work(tmp_path, data):
    with pytest.raises(ValueError, match=r"."):
        book_of(data)
    (tmp_path / "50_means.ipynb").write_bytes(data)
    assert holds_work(tmp_path / "50_means.ipynb")


def test_half_a_surrogate_and_a_cell_without_a_source_can_be_read():
    book = book_of(b'{"cells": [{"cell_type": "code", "source": ["\\ud83d"]}, {}]}')
    assert book.worked


def test_a_file_that_is_not_there_holds_none(tmp_path):
    assert not holds_work(tmp_path / "50_means.ipynb")
