"""A text of the reader's own: read as it is, or refused with a sentence that helps."""

import unicodedata

import pytest

from course_lib.corpus import load, words

TEXT = "Die Krähe\nflog über Łódź – 東京, 🚀.\n"


@pytest.fixture
def file(tmp_path):
    def write(data):
        path = tmp_path / "mine.txt"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf8", "UTF-8", "utf-16", "utf-32", "utf-8-sig"])
def test_text_is_read_in_the_encoding_that_is_named(file, encoding):
    assert load(file(TEXT.encode(encoding)), encoding) == TEXT
    assert load(str(file(TEXT.encode(encoding))), encoding=encoding) == TEXT


def test_a_byte_order_mark_goes_and_line_ends_become_one_sign(file):
    assert load(file(b"\xef\xbb\xbfa\r\nb\rc\n")) == "a\nb\nc\n"


def test_older_encodings_can_be_named(file):
    assert load(file("Krähe".encode("latin-1")), "latin-1") == "Krähe"


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(file, data):
    with pytest.raises(ValueError, match=rf"mine\.txt is empty \({len(data)} bytes"):
        load(file(data))


def test_a_binary_file_is_refused_with_the_place(file):
    with pytest.raises(ValueError, match=r"mine\.txt is not a text file: byte 4 is zero"):
        load(file(b"\x89PNG\0\0"))
    with pytest.raises(ValueError, match="not a text file"):
        load(file(b"GIF\0\xff"), "latin-1")


@pytest.mark.parametrize(
    ("data", "byte", "line"),
    [(b"ab\nKr\xe4he", 5, 2), (b"\xef\xbb\xbfab\n\xff", 6, 2), (b"caf\xc3", 3, 1)],
)
def test_a_wrong_encoding_is_refused_with_byte_line_and_a_way_out(file, data, byte, line):
    with pytest.raises(ValueError, match=rf"is not utf-8: byte {byte} \(line {line}\).*latin-1"):
        load(file(data))


@pytest.mark.parametrize(("encoding", "name"), [("utf-16", "utf-16"), ("utf-32", "utf-32")])
def test_a_wide_encoding_is_recognised_by_its_mark(file, encoding, name):
    with pytest.raises(ValueError, match=f'encoding="{name}"'):
        load(file(TEXT.encode(encoding)))


def test_a_missing_file_a_folder_and_an_unknown_encoding_are_named(file, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file .*nothing\.txt: check the spelling"):
        load(tmp_path / "nothing.txt")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(LookupError, match="'utf-9'"):
        load(file(b"a"), "utf-9")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("สวัสดี", ["สวัสดี"]),
        (unicodedata.normalize("NFD", "café über"), [unicodedata.normalize("NFD", word) for word in ("café", "über")]),
        ("نَصٌّ عربي", ["نَصٌّ", "عربي"]),
        ("my_name x_1", ["my", "_", "name", "x", "_", "1"]),
        ("it's well-known, isn't it?", ["it's", "well-known", ",", "isn't", "it", "?"]),
        ("½ of 3.14", ["½", "of", "3", ".", "14"]),
        ("", []),
    ],
)
def test_words_of_any_script_keep_what_belongs_to_their_letters(text, expected):
    assert words(text) == expected
    assert "".join(words(text)) == "".join(text.split()), "nothing but white space is lost"
