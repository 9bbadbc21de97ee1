"""All heads of a trained model; point at one, and the model runs without it: predictions and losses move at once."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from course_lib import corpus
from course_lib.explorer import Choice, Explorer, Heatmap, Note, Thumbnails, TokenRow
from course_lib.interpretation.opened import Seen, look, loss_by_token
from course_lib.interpretation.removal import Head, all_heads
from course_lib.transformer.models import GPT

__all__ = ["SENTENCES", "head_name", "removed_explorer", "removed_frame"]

SHOWN = 7
SENTENCES = (
    "a fluffy blue creature roamed the verdant forest, and leaves clung to its",
    "before long, the gardener said quietly that the mole",
    "as the clock struck nine, the king lost",
    "the small keys behind the door",
)


def head_name(head: Head) -> str:
    """How a head is called, counted from 1.

    >>> head_name((0, 2))
    'layer 1, head 3'
    """
    return f"layer {head[0] + 1}, head {head[1] + 1}"


def _without(model: GPT, ids: torch.Tensor, second: Head | None) -> Seen:
    """The sentence once for each head, in a row of its own: without that head, and without a second one."""
    heads = all_heads(model)

    def silence(layer: int, given: torch.Tensor) -> torch.Tensor:
        given = given.clone()
        for row, (at, head) in enumerate(heads):
            if at == layer:
                given[row, head] = 0.0
        if second is not None and second[0] == layer:
            given[:, second[1]] = 0.0
        return given

    return look(model, ids.expand(len(heads), -1), heads=silence)


def removed_frame(model: GPT, text: str, second: Head | None = None) -> dict[str, object]:
    """One sentence, run once for each head without that head; `second` is silent in all of these runs.

    Returns weights (layer, head, token, token), predictions (layer, head, 2, word) and losses (layer, head, 2, token): row 0 as the
    whole model has it, row 1 without the head.

    >>> from course_lib.interpretation.trained import load_trained
    >>> frame = removed_frame(load_trained(0), "the king lost")
    >>> frame["weights"].shape, frame["predictions"].shape, frame["losses"].shape
    ((3, 4, 3, 3), (3, 4, 2, 7), (3, 4, 2, 2))
    """
    vocabulary, tokens = corpus.vocabulary(), corpus.words(text)
    ids = torch.tensor([vocabulary.encode(tokens)])
    grid = (model.config.layers, model.config.n_heads)
    whole, without = look(model, ids), _without(model, ids, second)
    before = whole.logits[0, -1].double().softmax(dim=-1).numpy()
    after = without.logits[:, -1].double().softmax(dim=-1).numpy()
    most = np.maximum(before, after.max(axis=0))
    chosen = sorted(np.argsort(-most, kind="stable")[:SHOWN], key=lambda word: -before[word])
    losses = loss_by_token(without.logits, ids.expand(len(after), -1))
    lost = loss_by_token(whole.logits, ids)[0]
    seen = look(model, ids, heads=lambda layer, given: _silent(layer, given, second))
    rises = (losses.mean(axis=1) - lost.mean()).reshape(grid)
    worst = np.unravel_index(rises.argmax(), grid)
    beside = "" if second is None else f" besides {head_name(second)}"
    return {
        "weights": seen.weights[:, 0].numpy(),
        "predictions": _beside(before[chosen], after[:, chosen], grid),
        "losses": _beside(lost, losses, grid),
        "tokens": tokens,
        "predicted": tokens[1:],
        "words": [vocabulary.words[word] for word in chosen],
        "note": f"Whole, the model loses {lost.mean():.2f} nats a word here. The head that costs most{beside} is {head_name(worst)}: "
        f"{rises.max():+.2f}; the one that costs least, {head_name(np.unravel_index(rises.argmin(), grid))}: {rises.min():+.2f}.",
    }  # fmt: skip


def _silent(layer: int, given: torch.Tensor, head: Head | None) -> torch.Tensor:
    if head is not None and head[0] == layer:
        given = given.clone()
        given[:, head[1]] = 0.0
    return given


def _beside(whole: np.ndarray, without: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """(layer, head, 2, n): the whole model's row, and the row without the head, in every map."""
    return np.stack([np.broadcast_to(whole, without.shape), without], axis=1).reshape(*grid, 2, -1)


def removed_explorer(model: GPT, sentences: Sequence[str] = SENTENCES) -> Explorer:
    """Hover over a head to run the model without it; a click keeps it out, and a second head can go with it."""
    seconds: Mapping[str, Head | None] = {"nothing else": None} | {head_name(head): head for head in all_heads(model)}
    rows = ["whole", "without"]
    return Explorer(
        lambda sentence, second: removed_frame(model, sentence, seconds[second]),
        controls=[
            Choice("sentence", list(sentences), label="sentence"),
            Choice("second", list(seconds), label="and without"),
        ],
        panels=[
            [Thumbnails("weights", title="Point at a head to take it out", vmin=0, vmax=1)],
            [TokenRow("tokens", weights="weights", title="Where it looks")],
            [
                Heatmap("predictions", rows=rows, cols="words", row_label="", col_label="next word", title="Prediction", vmin=0,
                        vmax=1)
            ],
            [
                Heatmap("losses", rows=rows, cols="predicted", row_label="", col_label="word", title="Loss of each word, nats", vmin=0,
                        vmax=6)
            ],
            [Note("note", title="What to see")],
        ],
        title="Without this head",
        alt=lambda values, arrays: (
            f"The heads of a trained model on '{values['sentence']}', taken out one at a time, and {values['second']} with them. "
            f"{arrays['note']}"
        ),
        name="interpretation.removed",
        focus=(len(corpus.words(sentences[0])) - 1, 1, 2),
        frames="always",
    )  # fmt: skip
