"""The prediction, read out before the first layer and after each."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from course_lib import corpus
from course_lib.explorer import Bars, Choice, Curves, Explorer, Note, Slider
from course_lib.interpretation import by_hand
from course_lib.interpretation.figures.removed import SENTENCES
from course_lib.interpretation.opened import last_norm, look, loss_by_token
from course_lib.interpretation.removal import windows
from course_lib.transformer.models import GPT

__all__ = ["lens_explorer", "lens_frame", "lens_losses", "read_out"]

SHOWN = 8


def read_out(model: GPT, ids: torch.Tensor, lens: Callable = by_hand.logit_lens) -> np.ndarray:
    """The logits after every layer, (layer + 1, sentence, token, vocab), by the logit lens; lens: whose function."""
    hidden, table = look(model, ids).hidden.numpy(), model.table.detach().double().numpy()
    norm = last_norm(model)
    return np.stack([lens(hidden[:, row], norm, table) for row in range(len(ids))], axis=1)


def lens_losses(model: GPT, lens: Callable = by_hand.logit_lens, n: int = 24) -> np.ndarray:
    """The loss on held-out text of what is read out after every layer, (layer + 1,).

    >>> from course_lib.interpretation.trained import load_trained
    >>> losses = lens_losses(load_trained(0), n=2)
    >>> losses.shape, bool(losses[0] > losses[-1])
    ((4,), True)
    """
    ids = windows(n)
    return np.array([loss_by_token(torch.from_numpy(logits), ids).mean() for logits in read_out(model, ids, lens)])


def lens_frame(model: GPT, text: str, layer: int, lens: Callable = by_hand.logit_lens) -> dict[str, object]:
    """What a model would say after a text if it stopped after a layer; layer 0 is before the first one."""
    vocabulary = corpus.vocabulary()
    logits = read_out(model, torch.tensor([vocabulary.encode(text)]), lens)[:, 0, -1]
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    chosen = sorted(np.argsort(-shares.max(axis=0), kind="stable")[:SHOWN], key=lambda word: -shares[-1, word])
    said = [f"{vocabulary.words[each.argmax()]} {each.max():.0%}" for each in shares]
    where = "before the first layer" if layer == 0 else f"after layer {layer}"
    return {
        "shares": shares[layer, chosen],
        "words": [vocabulary.words[word] for word in chosen],
        "note": f"Read out {where}: {said[layer]}. Layer by layer: {', '.join(said)}.",
    }


def lens_explorer(model: GPT, lens: Callable = by_hand.logit_lens, sentences: Sequence[str] = SENTENCES) -> Explorer:
    """Slide through the layers and see the prediction change; below, the loss of what is read out, on held-out text."""
    losses = lens_losses(model, lens)
    kept = {(text, layer): lens_frame(model, text, layer, lens) for text in sentences for layer in range(len(losses))}

    def frame(sentence: str, layer: int) -> dict[str, object]:
        return kept[sentence, layer] | {"layers": np.arange(len(losses)), "losses": losses, "at": float(layer)}

    return Explorer(
        frame,
        controls=[
            Choice("sentence", list(sentences), label="sentence"),
            Slider("layer", list(range(len(losses))), value=len(losses) - 1, label="after layer", format="{:d}"),
        ],
        panels=[
            [Bars("shares", labels="words", low=0, high=1, title="What comes next, read out here")],
            [
                Note("note", title="What to see"),
                Curves("layers", {"held-out loss": "losses"}, v_line="at", x_label="layers run", y_label="nats"),
            ],
        ],
        title="If the model stopped here",
        alt=lambda values, arrays: f"After '{values['sentence']}'. {arrays['note']}",
        name="interpretation.lens",
    )
