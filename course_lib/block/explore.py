"""Three small figures: an activation with its slope, a row through layer norm, and what dropout does to a mean."""

import math

import numpy as np
from jaxtyping import Float

from course_lib.block.by_hand import dropout, gelu, gelu_tanh, layer_norm, relu
from course_lib.explorer import Bars, Curves, Explorer, Note, Predict, Slider, Switch

__all__ = [
    "activation_explorer", "activation_frame", "dropout_explorer", "dropout_frame", "norm_explorer", "norm_frame", "slopes",
]  # fmt: skip

GRID = np.linspace(-4.0, 4.0, 161)
ROW = np.array([0.4, -1.3, 0.9, 2.1, -0.6, 0.1, -0.2, 1.0])
N_PASSES = 2000
UNITS = np.abs(np.random.default_rng(61).normal(size=64))
UNITS.setflags(write=False)


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


def norm_frame(shift: float, stretch: float) -> dict[str, object]:
    """A row of eight numbers, stretched and shifted, and the same row through layer norm (gain 1, bias 0, eps 1e-5).

    >>> norm_frame(-20.0, 100.0)["moved"] < 1e-4
    True
    """
    row = stretch * ROW + shift
    normed, before = (layer_norm(one, np.ones(8), np.zeros(8)) for one in (row, ROW))
    moved = float(np.abs(normed - before).max())
    told = (
        "has not moved"
        if moved < 1e-3
        else f"has moved by up to {moved:.3f}: the variance is no longer large beside eps"
    )
    return {
        "row": row,
        "normed": normed,
        "moved": moved,
        "features": [str(i) for i in range(8)],
        "note": f"The row: mean {row.mean():.4g}, variance {row.var():.3g}. Normed: mean {abs(normed.mean()):.2f}, "
        f"variance {normed.var():.3f}. Against the row as it was, the output {told}.",
    }


def norm_explorer() -> Explorer:
    """Shift and stretch a row, and watch its layer norm stay where it is."""
    return Explorer(
        norm_frame,
        controls=[
            Slider("shift", [-50, -20, -5, -1, 0, 1, 5, 20, 50], value=50, label="added to the row"),
            Slider("stretch", [0.001, 0.003, 0.01, 0.1, 0.5, 1, 2, 10, 100], value=100, label="row multiplied by"),
        ],
        panels=[
            [
                Bars("row", labels="features", title="the row"),
                Bars("normed", labels="features", title="after layer norm", low=-2.5, high=2.5),
            ],
            [Note("note")],
        ],
        title="Layer norm does not notice a shift or a stretch",
        alt=lambda values, arrays: (
            f"A row of eight numbers times {values['stretch']:g} plus {values['shift']:g}, and its layer norm. {arrays['note']}"
        ),
        predict=Predict(
            "Every number of a row is multiplied by 100, and then 50 is added to it. What happens to its layer norm?",
            choices=["it is 100 times as large", "it moves up by 50", "it does not move", "it becomes all zeros"],
            answer=lambda arrays: 2 if arrays["moved"] < 1e-3 else 0,
            explain="The shift goes out with the mean, the stretch with the standard deviation. Now multiply by 0.001 and "
            "see the one thing that does change it: eps.",
        ),
        name="block.norm",
    )


def dropout_frame(p: float, training: bool, rescale: bool, which: int) -> dict[str, object]:
    """64 units through dropout: one pass in detail, and the mean of the layer over 2000 passes.

    Args:
        p: the probability to drop.
        training: outside training nothing happens.
        rescale: divide the survivors by 1 - p, as dropout does; False shows why.
        which: the pass that is shown in detail.

    >>> frame = dropout_frame(0.5, True, True, 0)
    >>> round(float(frame["average"] / frame["mean"]), 2)
    1.0
    """
    factor = 1.0 if rescale or not training else 1.0 - p
    passes = factor * dropout(np.tile(UNITS, (N_PASSES, 1)), p, np.random.default_rng(62), training)
    means = passes.mean(axis=1)
    share, edges = np.histogram(means, bins=60, range=(0.0, 2.0))
    dropped = float((passes == 0).mean())
    return {
        "before": UNITS[:12],
        "after": passes[which, :12],
        "units": [str(i) for i in range(12)],
        "mean_of_a_pass": (edges[:-1] + edges[1:]) / 2,
        "share": share / N_PASSES,
        "mean": float(UNITS.mean()),
        "average": float(means.mean()),
        "dropped": dropped,
        "note": f"{dropped:.0%} of the entries are zero. The layer's mean is {UNITS.mean():.3f} without dropout and "
        f"{means.mean():.3f} on average over {N_PASSES} passes, spread by ±{means.std():.3f}.",
    }


def dropout_explorer() -> Explorer:
    """Dropout with a switch for training and one for the rescaling, unit by unit and as a histogram of the mean."""
    return Explorer(
        dropout_frame,
        controls=[
            Slider("p", [0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9], value=0.3, label="probability p to drop"),
            Slider("which", list(range(5)), label="pass", format="{:d}"),
            Switch("training", value=True, label="training"),
            Switch("rescale", value=True, label="divide survivors by 1 − p"),
        ],
        panels=[
            [
                Bars({"before": "before", "after": "after"}, labels="units", title="twelve units, one pass", low=0),
                Curves(
                    "mean_of_a_pass", {"share of passes": "share"}, title="mean of the layer over 2000 passes",
                    x_label="mean (line: without dropout)", v_line="mean",
                ),
            ],
            [Note("note")],
        ],
        title="Dropout keeps the mean",
        alt=lambda values, arrays: f"Dropout at p {values['p']:g}. {arrays['note']}",
        name="block.dropout",
    )  # fmt: skip
