"""The lesson's live figures: where a product falls under the reader's roofline, and what training keeps in memory."""

import numpy as np

from course_lib.explorer import Bars, Choice, Curves, Explorer, Note, Predict, Slider, Switch
from course_lib.gpu.by_hand import (
    activation_bytes,
    matmul_bytes,
    matmul_flops,
    matmul_intensity,
    ridge,
    roofline,
    training_bytes_by_part,
)

__all__ = ["amount", "memory_explorer", "memory_frame", "roofline_explorer", "roofline_frame"]

SIZES = [1, 4, 16, 64, 256, 1024, 4096]
INTENSITIES = np.geomspace(0.1, 10_000, 101)
PARTS = ["weights", "gradients", "master weights", "first moment", "second moment", "activations"]
UNITS = (("P", 1e15), ("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3))


def amount(number: float, unit: str) -> str:
    """A large number with its prefix, three digits.

    >>> amount(2.5e11, "FLOP/s"), amount(12, "B")
    ('250 GFLOP/s', '12 B')
    """
    for prefix, size in UNITS:
        if number >= 0.9995 * size:  # what rounds to 1000 of one prefix is 1 of the next
            return f"{number / size:.3g} {prefix}{unit}"
    return f"{number:.3g} {unit}"


def roofline_frame(
    m: int, k: int, n: int, bytes_per_element: int, peak_flops: float, bandwidth: float
) -> dict[str, object]:
    """An (m, k) by (k, n) product under a roof.

    Returns x (102,) and roof (102,): intensities and the most FLOP/s at each; intensity, reached: of this product;
    waits_for_memory; the seconds it takes at best; and the sentence ``note``.

    >>> frame = roofline_frame(1, 1024, 1024, 4, peak_flops=1e11, bandwidth=1e10)
    >>> float(frame["intensity"]) < 0.5, frame["waits_for_memory"]
    (True, True)
    """
    intensity = matmul_intensity(m, k, n, bytes_per_element)
    reached = roofline(intensity, peak_flops, bandwidth)
    edge = ridge(peak_flops, bandwidth)
    waits = intensity < edge
    x = np.sort(np.append(INTENSITIES, edge))  # with the ridge itself, or the corner is cut
    flops, moved = matmul_flops(m, k, n), matmul_bytes(m, k, n, bytes_per_element)
    why = (
        f"below the ridge at {edge:.3g}: it waits for memory, and reaches at most {reached / peak_flops:.1%} of the peak"
        if waits
        else f"at or above the ridge at {edge:.3g}: it can compute without waiting"
    )
    return {
        "x": x,
        "roof": np.minimum(peak_flops, x * bandwidth),
        "intensity": np.array(intensity),
        "reached": np.array(reached),
        "waits_for_memory": waits,
        "best_seconds": flops / reached,
        "note": f"{amount(flops, 'FLOP')} with {amount(moved, 'B')} moved: {intensity:.3g} FLOP per byte, {why}.\n"
        f"The dashed lines cross where this product stands: {amount(reached, 'FLOP/s')} at best.",
    }


def roofline_explorer(peak_flops: float, bandwidth: float, name: str = "this device") -> Explorer:
    """The roof of a device from its two measured numbers, and sliders for the product that stands under it.

    Raises:
        ValueError: a peak or a bandwidth that is not above zero.
    """
    ridge(peak_flops, bandwidth)

    def compute(m, k, n, bytes_per_element):
        return roofline_frame(m, k, n, bytes_per_element, peak_flops, bandwidth)

    return Explorer(
        compute,
        controls=[
            Slider("m", SIZES, value=1, label="rows m", format="{:d}"),
            Slider("k", SIZES, value=1024, label="k", format="{:d}"),
            Slider("n", SIZES, value=1024, label="columns n", format="{:d}"),
            Choice("bytes_per_element", {"float32, 4 bytes": 4, "bfloat16, 2 bytes": 2}, value=4, label="number"),
        ],
        panels=[
            [
                Curves(
                    "x", {"the roof": "roof"}, log_x=True, log_y=True, v_line="intensity", h_line="reached",
                    x_label="FLOP per byte moved", y_label="FLOP per second at most", title=f"The roofline of {name}",
                )
            ],
            [Note("note", title="What to see")],
        ],
        title="Where a product falls",
        alt=lambda values, arrays: (
            f"Roofline of {name}: a ({values['m']}, {values['k']}) by ({values['k']}, {values['n']}) product has "
            f"{float(arrays['intensity']):.3g} FLOP per byte; {arrays['note']}"
        ),
        predict=Predict(
            "A model writes one token at a time: one row, m = 1, meets a matrix of 1024 by 1024. What will it wait for?",
            answer=lambda frame: 0 if frame["waits_for_memory"] else 1,
            choices=["memory", "arithmetic"],
            explain="Every number of the matrix is fetched for one multiplication and one addition.",
        ),
        name="gpu.roofline",
    )  # fmt: skip


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
