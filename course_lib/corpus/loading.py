"""Any text file of the reader's own, or an error that says what is wrong with it and what to do."""

import codecs
import os
from pathlib import Path

__all__ = ["load"]

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def load(path: str | os.PathLike, encoding: str = "utf-8") -> str:
    """The text of a file, with line ends as "\\n" and without a byte order mark.

    Args:
        path: the file.
        encoding: how its bytes stand for characters.
    Raises:
        FileNotFoundError: there is no such file.
        IsADirectoryError: it is a folder.
        LookupError: there is no such encoding.
        ValueError: it is empty, not text, or not in this encoding.

    >>> load("no/such.txt")
    Traceback (most recent call last):
    FileNotFoundError: no file no/such.txt: check the spelling, or give the whole path
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: give one text file in it")
    if not path.exists():
        raise FileNotFoundError(f"no file {path.as_posix()}: check the spelling, or give the whole path")
    try:
        codec = codecs.lookup(encoding).name
    except LookupError:
        raise LookupError(
            f"no encoding is called {encoding!r}: most files are utf-8, older ones latin-1 or cp1252"
        ) from None
    data = path.read_bytes()
    wide = codec.startswith(("utf-16", "utf-32"))
    if not wide:
        for mark, name in MARKS:
            if data.startswith(mark):
                raise ValueError(f'{path} is text, but in another encoding: load it with encoding="{name}"')
        if b"\0" in data:
            at = data.index(b"\0")
            raise ValueError(
                f"{path} is not a text file: byte {at} is zero, which no text has. Save it as plain text first"
            )
    try:
        text = data.decode("utf-8-sig" if codec == "utf-8" else codec)
    except UnicodeDecodeError as problem:
        at = problem.start + 3 * (codec == "utf-8" and data.startswith(codecs.BOM_UTF8))
        line = data.count(b"\n", 0, at) + 1
        raise ValueError(
            f"{path} is not {codec}: byte {at} (line {line}) is {data[at]:#04x}, which cannot stand there. "
            'If the file is older, try encoding="cp1252" or "latin-1"; else save it as UTF-8'
        ) from problem
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise ValueError(f"{path} is empty ({len(data)} bytes, no visible character): there is nothing to read")
    return text
