"""A text of one's own is read, or it is said what is the matter with it."""

import pytest

from course_lib.your_gpt.own_text import LEAST, read


def test_a_text_is_read_with_a_mark_in_front_or_without(tmp_path):
    text = "Grüße aus dem Wald. " * 60
    for name, encoding in (("a.txt", "utf-8"), ("b.txt", "utf-8-sig")):
        (tmp_path / name).write_text(text, encoding=encoding)
        assert read(tmp_path / name) == text
        assert read(str(tmp_path / name)) == text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", f"has 0 letters; take a text of at least {LEAST}"),
        (b"three short words", "has 17 letters"),
        ("Grüße ".encode("latin-1") * 500, "no text in UTF-8 .byte 2 is 252"),
        (b"PK\x03\x04\x00" * 500, "holds zero bytes"),
    ],
)
def test_what_is_no_text_is_named_with_what_to_do(tmp_path, data, said):
    path = tmp_path / "own.txt"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=f"own.txt.*{said}"):
        read(path)


def test_a_file_that_is_not_there_is_named_with_its_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=f"there is no file {tmp_path}/gone.txt"):
        read("gone.txt")
