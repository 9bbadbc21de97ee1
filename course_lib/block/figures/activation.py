"""ReLU and both forms of GELU, with their slopes."""

import math

import numpy as np
from jaxtyping import Float

from course_lib.block.by_hand import gelu, gelu_tanh, relu
from course_lib.explorer import Bars, Curves, Explorer, Note, Slider

__all__ = ["activation_explorer", "activation_frame", "slopes"]

GRID = np.linspace(-4.0, 4.0, 161)


def slopes(x: Float[np.ndarray, "..."]) -> dict[str, Float[np.ndarray, "..."]]:
    """The slopes of the three activations by their names: 0 or 1 for ReLU (0 at 0, as PyTorch has it).

    The slope of GELU is Phi(x) + x phi(x): the share of a normal distribution below x, and its density at x.

    >>> {name: round(float(slope), 4) for name, slope in slopes(np.array(1.0)).items()}
    {'relu': 1.0, 'gelu': 1.0833, 'gelu_tanh': 1.083}
    """
    x = np.asarray(x, dtype=np.float64)
    share = np.vectorize(math.erf, otypes=[np.float64])(x / math.sqrt(2)) / 2 + 0.5
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    root, a = math.sqrt(2 / math.pi), 0.044715
    t = np.tanh(root * (x + a * x**3))
    tanh_slope = (1 + t) / 2 + x * (1 - t**2) * root * (1 + 3 * a * x**2) / 2
    return {"relu": (x > 0).astype(np.float64), "gelu": share + x * density, "gelu_tanh": tanh_slope}


def activation_frame(x: float) -> dict[str, object]:
    """ReLU and both forms of GELU at one input, with their slopes, and as curves.

    >>> frame = activation_frame(-1.0)
    >>> frame["values"].round(4).tolist(), frame["slopes"].round(4).tolist()
    ([0.0, -0.1587, -0.1588], [0.0, -0.0833, -0.083])
    """
    at = np.array(float(x))
    values = np.array([float(function(at)) for function in (relu, gelu, gelu_tanh)])
    here = np.array([float(slope) for slope in slopes(at).values()])
    curves = slopes(GRID)
    passes = "lets its gradient through whole" if here[0] else "lets no gradient through"
    return {
        "grid": GRID,
        "relu": relu(GRID),
        "gelu": gelu(GRID),
        "relu_slope": curves["relu"],
        "gelu_slope": curves["gelu"],
        "gap": gelu_tanh(GRID) - gelu(GRID),
        "x": float(x),
        "values": values,
        "slopes": here,
        "names": ["ReLU", "GELU", "GELU tanh"],
        "note": f"At x = {x:g}: ReLU gives {values[0]:.3f} and {passes} (slope {here[0]:.0f}). GELU gives {values[1]:.3f} "
        f"with slope {here[1]:.3f}. Its tanh form differs by {abs(values[2] - values[1]):.1e}.",
    }


def activation_explorer() -> Explorer:
    """A slider over the input: the value, the slope, and how far the two forms of GELU are apart."""
    return Explorer(
        activation_frame,
        controls=[Slider("x", [round(0.25 * i, 2) for i in range(-16, 17)], value=-1.0, label="input x")],
        panels=[
            [
                Curves("grid", {"ReLU": "relu", "GELU": "gelu"}, title="value", x_label="x", v_line="x"),
                Curves("grid", {"ReLU": "relu_slope", "GELU": "gelu_slope"}, title="slope", x_label="x", v_line="x"),
            ],
            [
                Bars({"value": "values", "slope": "slopes"}, labels="names", title="at x", low=-1, high=4),
                Curves("grid", {"tanh form − exact": "gap"}, title="the two forms of GELU", x_label="x", v_line="x"),
            ],
            [Note("note")],
        ],
        title="Activations and their slopes",
        alt=lambda values, arrays: f"Curves of ReLU and GELU with their slopes. {arrays['note']}",
        name="block.activation",
    )
