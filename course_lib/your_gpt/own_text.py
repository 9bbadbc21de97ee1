"""A text of the learner's own, read with care: what is no text is named, with what to do."""

from pathlib import Path

__all__ = ["LEAST", "read"]

#: Letters from which on there is something to learn, and something left to measure.
LEAST = 1000


def read(path: str | Path) -> str:
    """The text of a file.

    Args:
        path: from the notebook's folder, or a whole path; ``~`` is one's home.
    Raises:
        ValueError: there is no such file, it is no text in UTF-8, or it is shorter than `LEAST` letters.
    """
    whole = Path(path).expanduser().resolve()
    if not whole.is_file():
        raise ValueError(
            f"there is no file {whole}: put its whole path into TEXT, or one from the folder of this notebook"
        )
    try:
        text = whole.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ValueError(
            f"{whole.name} is no text in UTF-8 (byte {problem.start} is {whole.read_bytes()[problem.start]}): save it in an editor as plain "
            "text with the encoding UTF-8"
        ) from None
    if "\0" in text:
        raise ValueError(
            f"{whole.name} holds zero bytes, so it is no text: save it as plain text with the encoding UTF-8"
        )
    if len(text) < LEAST:
        raise ValueError(f"{whole.name} has {len(text)} letters; take a text of at least {LEAST}")
    return text
