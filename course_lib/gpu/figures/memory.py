"""What training keeps in memory, part by part."""

import numpy as np

from course_lib.explorer import Bars, Explorer, Note, Slider, Switch
from course_lib.gpu.by_hand import (
    activation_bytes,
    training_bytes_by_part,
)
from course_lib.gpu.units import amount

__all__ = ["PARTS", "memory_explorer", "memory_frame"]

PARTS = ["weights", "gradients", "master weights", "first moment", "second moment", "activations"]


def memory_frame(
    batch: int, context: int, layers: int, d_model: int, mixed_precision: bool, fused: bool, vocab: int = 50257
) -> dict[str, object]:
    """What a training run with Adam holds, in GB by part; heads are 64 wide.

    Returns parts (the names), gigabytes (6,), total (bytes), n_params, and the sentence ``note``.

    >>> frame = memory_frame(1, 64, 1, 64, False, True)
    >>> frame["gigabytes"].shape
    (6,)
    """
    n_params = layers * (12 * d_model**2 + 13 * d_model) + (vocab + context + 2) * d_model
    kept = training_bytes_by_part(n_params, mixed_precision)
    kept["activations"] = activation_bytes(
        batch, context, layers, d_model, max(1, d_model // 64), vocab, 2 if mixed_precision else 4, fused
    )
    sizes = np.array([kept.get(part, 0) for part in PARTS], dtype=float)
    total = float(sizes.sum())
    share = kept["activations"] / total
    return {
        "parts": PARTS,
        "gigabytes": sizes / 1e9,
        "total": total,
        "n_params": n_params,
        "note": f"{amount(n_params, '')} parameters: {amount(total, 'B')} in all, of which {share:.0%} are activations. The rest "
        f"is {16 * n_params / 1e9:.3g} GB whatever the batch, and whatever the precision.",
    }


def memory_explorer() -> Explorer:
    """Bars of what training holds, with sliders for what decides it."""
    return Explorer(
        memory_frame,
        controls=[
            Slider("batch", [1, 4, 16, 64], value=4, label="batch", format="{:d}"),
            Slider("context", [64, 256, 1024, 4096, 16384], value=1024, label="context", format="{:d}"),
            Slider("layers", [1, 6, 12, 24, 96], value=12, label="layers", format="{:d}"),
            Slider("d_model", [64, 256, 768, 2048, 12288], value=768, label="width", format="{:d}"),
            Switch("mixed_precision", value=False, label="mixed precision"),
            Switch("fused", value=True, label="fused attention"),
        ],
        panels=[
            [Bars("gigabytes", labels="parts", title="What training holds", y_label="GB", low=0)],
            [Note("note", title="What to see")],
        ],
        title="The memory of training",
        alt=lambda values, arrays: (
            f"Batch {values['batch']}, context {values['context']}, {values['layers']} layers of width {values['d_model']}, "
            f"mixed precision {'on' if values['mixed_precision'] else 'off'}, attention "
            f"{'fused' if values['fused'] else 'readable'}: {arrays['note']}"
        ),
        name="gpu.memory",
    )
