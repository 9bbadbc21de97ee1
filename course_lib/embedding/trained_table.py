"""The trained table as it lies in data/embedding.safetensors: written by the command, read by the lesson."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from course_lib.corpus import Vocabulary, words
from course_lib.data import FOLDER, data_file
from course_lib.embedding.groups import map_words

if TYPE_CHECKING:  # at run time PyTorch stays out: whoever reads the table does not train it
    from course_lib.embedding.training import Settings, Trained

__all__ = ["FILE", "TrainedTable", "ids_of_text", "load", "read", "save", "vocabulary_of_text"]

FILE = "embedding.safetensors"
COMMAND = "python -m course_lib regenerate embedding"


@dataclass(frozen=True)
class TrainedTable:
    """A trained table with its words.

    Attributes:
        words: the word of every row; ids: the row of every word.
        before, after: the table as it was drawn at random and as training left it, (vocab, d_model), float64.
        places: (place, d_model), bias: (vocab,): the rest of the small model that the table was trained in.
        losses: cross-entropy at every step of training, in nats, (step,).
        kept_steps: after how many steps the rows of the map's words were kept, (snapshot,).
        kept_rows: those rows, (snapshot, word, d_model), in the order of `groups.map_words`.
        settings: what it was trained with.
    """

    words: tuple[str, ...]
    ids: dict[str, int]
    before: np.ndarray
    after: np.ndarray
    places: np.ndarray
    bias: np.ndarray
    losses: np.ndarray
    kept_steps: np.ndarray
    kept_rows: np.ndarray
    settings: dict[str, float]


@cache
def vocabulary_of_text() -> Vocabulary:
    """The words of the training text, as ids. The same as ``corpus.vocabulary()``, read from the file in a moment.

    >>> len(vocabulary_of_text())
    633
    """
    return Vocabulary(words(data_file("world_train.txt").read_text(encoding="utf-8")))


def ids_of_text() -> np.ndarray:
    """The training text as ids of its vocabulary, one after the other, (token,).

    >>> found = ids_of_text()
    >>> len(found), " ".join(vocabulary_of_text().words[i] for i in found[:4])
    (308229, 'Paul and Lena were')
    """
    ids = vocabulary_of_text().ids
    return np.array([ids[word] for word in words(data_file("world_train.txt").read_text(encoding="utf-8"))])


def save(trained: "Trained", vocabulary: tuple[str, ...], settings: "Settings", folder: Path) -> Path:
    """Write the file into a folder; it appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: np.ascontiguousarray(array) for name, array in vars(trained).items()}
    # One entry: safetensors keeps several in no fixed order, and the file is held to a checksum.
    about = json.dumps({"words": vocabulary, "settings": asdict(settings)}, ensure_ascii=False)
    half = folder / f".{FILE}.half"
    save_file(arrays, half, metadata={"about": about})
    half.chmod(0o644)  # safetensors lets nobody else read what it writes
    half.replace(folder / FILE)
    return folder / FILE


def read(path: Path) -> TrainedTable:
    """Read such a file.

    Raises:
        ValueError: it is not such a file, or was trained with other words than those of the corpus.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            about = json.loads(file.metadata()["about"])
            arrays = {name: file.get_tensor(name).astype(np.float64) for name in file.keys()}  # noqa: SIM118
        found = TrainedTable(
            words=tuple(about["words"]),
            ids={word: number for number, word in enumerate(about["words"])},
            settings=about["settings"],
            **arrays,
        )
    except (SafetensorError, KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"{path} does not hold a trained table ({problem}); `{COMMAND}` writes it again") from problem
    if found.words != vocabulary_of_text().words:
        raise ValueError(
            f"{path} was trained with {len(found.words)} words that are not the {len(vocabulary_of_text())} of "
            f"{FOLDER.name}/world_train.txt; `{COMMAND}` trains it anew"
        )
    shape = (len(found.words), found.after.shape[-1])
    if not found.before.shape == found.after.shape == shape or found.kept_rows.shape[1] != len(map_words()):
        raise ValueError(
            f"{path} holds tables of {found.before.shape} and {found.after.shape} and rows of {found.kept_rows.shape} "
            f"where {shape} and {len(map_words())} rows a snapshot are expected; `{COMMAND}` writes it again"
        )
    for name in arrays:
        getattr(found, name).setflags(write=False)  # one copy is shared by everybody who loads it
    return found


@cache
def load() -> TrainedTable:
    """The table of data/embedding.safetensors.

    Raises:
        FileNotFoundError: the file is not there; the message has the command that writes it.
        ValueError: it does not fit the corpus.

    >>> load().after.shape
    (633, 48)
    """
    try:
        path = data_file(FILE)
    except FileNotFoundError as problem:
        raise FileNotFoundError(f"{problem}. `{COMMAND}` trains it anew, in a minute or two") from None
    return read(path)
