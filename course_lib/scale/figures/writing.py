"""What writing costs, for one reader and for many: sliders for model, device, length and readers."""

from math import ceil

import numpy as np

from course_lib.explorer import Bars, Choice, Curves, Explorer, Note, Predict, Slider
from course_lib.scale.cost import DEVICES
from course_lib.scale.families import Shape, parameters
from course_lib.scale.units import bytes_text, three_digits
from course_lib.scale.writing import BANDWIDTHS, pace
from course_lib.scale.zoo import gpt3_rows, modern_models

__all__ = ["MODELS", "writing_explorer", "writing_frame"]

#: The largest GPT-3, and models since; not Mistral, whose window keeps no more than 4096 tokens.
MODELS: dict[str, Shape] = {"GPT-3 175B": gpt3_rows()[-1].shape} | {
    name: model.shape for name, model in modern_models().items() if name != "Mistral 7B"
}
TEXTS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
READ = [128, 512, 2048, 8192, 32_768, 131_072]


def writing_frame(model: str, device: str, read: int, texts: int) -> dict[str, object]:
    """The pace of a model in 16 bits on so fast a memory, against the number of texts written at once.

    A text longer than the model's context is cut to it. Devices are taken as one whose memory holds everything.

    Returns x (11,): texts; each, together (11,): tokens per second; seconds (3,): milliseconds for weights, cache and
    arithmetic at the chosen number; and the sentence ``note``.

    >>> float(writing_frame("LLaMA-3 8B", "H100", 2048, 1)["each"][0].round())
    205.0
    """
    shape = MODELS[model]
    read = min(read, shape.context)
    bandwidth, peak = BANDWIDTHS[device], DEVICES[device].peak_flops
    found = [pace(shape, read, n, bandwidth, peak) for n in TEXTS]
    now = pace(shape, read, texts, bandwidth, peak)
    parts = np.array([now.weight_bytes / bandwidth, now.cache_bytes / bandwidth, now.arithmetic]) * 1000
    each_cache = now.cache_bytes / texts
    needed = ceil((2 * parameters(shape) + now.cache_bytes) / 80e9)
    bound = "arithmetic" if now.arithmetic >= now.seconds else "memory"
    return {
        "x": np.array(TEXTS, float),
        "each": np.array([one.each for one in found]),
        "together": np.array([one.together for one in found]),
        "texts": float(texts),
        "seconds": parts,
        "parts": ["weights", "cache", "arithmetic"],
        "bound": bound,
        "note": f"{model}, {texts} text{'' if texts == 1 else 's'} of {read:,} tokens: {three_digits(now.each)} tokens a second "
        f"for each reader, {three_digits(now.together)} in all. It waits for {bound}. Read for every token: weights of "
        f"{bytes_text(now.weight_bytes)}, cache of {bytes_text(now.cache_bytes)}. To hold it all takes {needed} device{'' if needed == 1 else 's'} of 80 GB. "
        f"The caches outweigh all weights from {ceil(2 * parameters(shape) / each_cache):,} texts on; however many read, the memory yields at "
        f"most {three_digits(bandwidth / each_cache)} tokens a second in all.",
    }


def writing_explorer() -> Explorer:
    """Curves of the pace for each reader and for all, bars of what is waited for, and a question."""
    return Explorer(
        writing_frame,
        controls=[
            Choice("model", list(MODELS), value="LLaMA-3 8B", label="model"),
            Choice("device", list(BANDWIDTHS), value="H100", label="memory and peak of"),
            Slider("read", READ, value=2048, label="tokens read", format="{:d}"),
            Slider("texts", TEXTS, value=1, label="texts at once", format="{:d}"),
        ],
        panels=[
            [
                Curves(
                    "x", {"for each reader": "each", "for all together": "together"}, log_x=True, log_y=True,
                    v_line="texts", x_label="texts written at once", y_label="tokens per second", title="The pace of writing",
                    width=1.6,
                ),
                Bars("seconds", labels="parts", title="milliseconds for one token of each", low=0),
            ],
            [Note("note", title="What to see")],
        ],
        title="What writing costs",
        alt=lambda values, arrays: arrays["note"],
        predict=Predict(
            "One text of 2048 tokens is being written. Now 64 are, at once. How much slower does each reader see it written?",
            choices=["not noticeably, below 1.1 times", "about twice", "about 10 times", "64 times"],
            answer=lambda arrays: int(np.searchsorted((1.1, 5.0, 30.0), arrays["each"][0] / arrays["each"][6])),
            explain="The weights are read once for all of them, each text's own cache for it alone. Now choose GPT-3, whose heads share nothing.",
        ),
        name="scale.writing",
    )  # fmt: skip
