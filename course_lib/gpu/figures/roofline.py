"""Where a product falls under the reader's roofline."""

import numpy as np

from course_lib.explorer import Choice, Curves, Explorer, Note, Predict, Slider
from course_lib.gpu.by_hand import (
    matmul_bytes,
    matmul_flops,
    matmul_intensity,
    ridge,
    roofline,
)
from course_lib.gpu.units import amount

__all__ = ["roofline_explorer", "roofline_frame"]

SIZES = [1, 4, 16, 64, 256, 1024, 4096]
INTENSITIES = np.geomspace(0.1, 20_000, 101)  # past 10000, so that its label has room on the axis


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
