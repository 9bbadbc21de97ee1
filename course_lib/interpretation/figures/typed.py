"""All heads of a model on any sentence: of the world's words, or of whatever a model with other tokens reads."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from course_lib import corpus
from course_lib.explorer import Explorer, Heatmap, Note, TextInput, Thumbnails, TokenRow
from course_lib.interpretation.opened import look
from course_lib.transformer.models import GPT
from course_lib.transformer.weights.pretrained import load_gpt2

__all__ = ["EXAMPLES", "gpt2_explorer", "reader_of", "typed_explorer", "typed_frame", "world_reader"]

#: A text -> its tokens, their ids, and what has to be said about it.
Reader = Callable[[str], tuple[list[str], list[int], str]]
MOST = 20
EXAMPLES = (
    "a fluffy blue creature roamed the verdant forest",
    "the gardener said that the mole digs at night",
    "the nurse said that the mole has not grown",
    "the queen lost her crown near the old mill",
)


def world_reader(text: str) -> tuple[list[str], list[int], str]:
    """A text in the words of the course's world; words that it does not have are named.

    >>> tokens, ids, said = world_reader("a blue dragon")
    >>> tokens, ids[-1], said
    (['a', 'blue', '<unknown>'], 1, ' Not in its world: dragon; the model reads a sign it was never trained on.')
    """
    vocabulary = corpus.vocabulary()
    pieces = corpus.words(text.encode("utf-8", errors="replace").decode("utf-8"))[:MOST]
    ids = vocabulary.encode(pieces, unknown=True) or [0]
    strange = [word for word in dict.fromkeys(pieces) if word not in vocabulary]
    said = (
        f" Not in its world: {', '.join(strange)}; the model reads a sign it was never trained on." if strange else ""
    )
    return (
        [vocabulary.words[i] for i in ids],
        ids,
        said or ("" if pieces else " No text yet: this is how a story begins."),
    )


def reader_of(tokenizer: Any) -> Reader:
    """A reader for a tokenizer of Hugging Face, such as GPT-2's."""

    def read(text: str) -> tuple[list[str], list[int], str]:
        ids = tokenizer.encode(text)[:MOST] or tokenizer.encode(".")
        return [tokenizer.decode([i]).replace(" ", "·") for i in ids], ids, ""

    return read


def typed_frame(model: GPT, text: str, read: Reader = world_reader) -> dict[str, object]:
    """A text's tokens, and where every head looks; the note names the tokens that get most of all attention."""
    tokens, ids, said = read(text)
    weights = look(model, torch.tensor([ids])).weights[:, 0].numpy()
    received = weights.mean(axis=(0, 1)).sum(axis=0) / np.arange(len(ids), 0, -1)
    back = np.array([np.trace(head, -1) / max(1, len(ids) - 1) for head in weights.reshape(-1, len(ids), len(ids))])
    layer, head = divmod(int(back.argmax()), weights.shape[1])
    return {
        "tokens": tokens,
        "weights": weights,
        "note": f"Most looked at, for the words that may: “{tokens[received.argmax()]}”. The head that looks most at the word before: layer "
        f"{layer + 1}, head {head + 1} ({back.max():.2f}).{said}",
    }


def typed_explorer(
    model: GPT,
    read: Reader = world_reader,
    text: str = EXAMPLES[0],
    examples: Sequence[str] = EXAMPLES,
    title: str = "Your own sentence",
) -> Explorer:
    """Type a sentence; every head shows where it looks."""
    return Explorer(
        lambda text: typed_frame(model, text, read),
        controls=[TextInput("text", value=text, label="your sentence", examples=tuple(examples))],
        panels=[
            [Thumbnails("weights", title="All heads: a row looks at columns", vmin=0, vmax=1)],
            [TokenRow("tokens", weights="weights", title="Where a word looks")],
            [
                Heatmap("weights", rows="tokens", cols="tokens", row_label="query", col_label="key", title="Weights", vmin=0, vmax=1,
                        width=1.4),
                Note("note", title="What to see"),
            ],
        ],
        title=title,
        alt=lambda values, arrays: f"Attention on '{values['text']}'. {arrays['note']}",
        name="interpretation.typed",
        focus=(3, 2, 2),
    )  # fmt: skip


def gpt2_explorer(where: str, text: str = EXAMPLES[0]) -> Explorer:
    """The same for GPT-2's published weights and tokens.

    Args:
        where: a folder with config.json, model.safetensors and the tokenizer's files, or a name on the Hugging Face hub.
        text: what stands there at first.
    Raises:
        NotFound: the weights cannot be had.
        OSError: the tokenizer's files cannot be had.
    """
    from transformers import AutoTokenizer  # seconds to import, and only whoever has the weights needs it

    model = load_gpt2(where)
    return typed_explorer(model, reader_of(AutoTokenizer.from_pretrained(where)), text, title="GPT-2 on your sentence")
