"""Greedy writing, one word after the other: the likeliest next words at every step."""

import torch

from course_lib.corpus import Translation
from course_lib.explorer import Bars, Explorer, Note, Steps
from course_lib.transformer.models import EncoderDecoder
from course_lib.transformer.translation.batches import START, STOP, languages, prepare

__all__ = ["decoding_explorer", "decoding_frames"]


@torch.no_grad()
def decoding_frames(model: EncoderDecoder, pair: Translation, top: int = 6) -> list[dict[str, object]]:
    """Every step of greedy writing: what has been written, and the logits and probabilities of the likeliest next words."""
    _, toka = languages()
    batch = prepare([pair])
    memory = model.encode(batch.source, batch.present)
    written, frames = [START], []
    while written[-1] != STOP and len(written) < model.config.context:
        logits = model.decode(torch.tensor([toka.ids(written)]), memory, batch.present)[0, -1]
        best = logits.topk(top)
        chosen = toka.words[int(best.indices[0])]
        shares = torch.softmax(logits, dim=-1)[best.indices].numpy()
        frames.append(
            {
                "candidates": list(toka.texts(best.indices.tolist())),
                "logits": best.values.numpy(),
                "shares": shares,
                "chosen": chosen,
                "note": f"source: {' '.join(pair.source)}\nwritten so far: {' '.join(written)}\n"
                f"next: {chosen}, with a share of {shares[0]:.2f}; it is appended and read again at the next step.",
            }
        )
        written.append(chosen)
    return frames


def decoding_explorer(model: EncoderDecoder, pair: Translation) -> Explorer:
    """Step through greedy writing, one word at a time."""
    frames = decoding_frames(model, pair)
    low = min(0.0, *(float(frame["logits"].min()) for frame in frames))
    high = max(float(frame["logits"].max()) for frame in frames)
    return Explorer(
        lambda word: frames[word],
        controls=[Steps("word", [str(i + 1) for i in range(len(frames))], value=0, label="word")],
        panels=[
            [
                Bars("logits", labels="candidates", title="logits of the likeliest words", low=low, high=high),
                Bars("shares", labels="candidates", title="after softmax", low=0, high=1),
            ],
            [Note("note", title="What to see")],
        ],
        title="Greedy writing, one word at a time",
        alt=lambda values, arrays: (
            f"At word {values['word'] + 1} the likeliest are "
            f"{', '.join(f'{w} {s:.2f}' for w, s in zip(arrays['candidates'][:3], arrays['shares'][:3], strict=True))}; "
            f"{arrays['chosen']} is written."
        ),
        name="transformer.decoding",
    )
