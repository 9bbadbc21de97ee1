"""The whole bill of a model: sliders from a laptop to GPT-3 and past it, with published models as marks."""

from functools import partial

import numpy as np

from course_lib.explorer import Bars, Choice, Explorer, Note, Points, Slider
from course_lib.scale.by_hand import training_days, training_flops
from course_lib.scale.cost import DEVICES, energy_mwh, money
from course_lib.scale.families import PARTS, Shape, parameters, shares
from course_lib.scale.flops import scores_share
from course_lib.scale.limits import positive
from course_lib.scale.memory import activation_bytes, cache_bytes, training_bytes
from course_lib.scale.units import PF_DAY, bytes_text, count_text, three_digits
from course_lib.scale.zoo import chinchilla_rows, compute_rows

__all__ = ["MARKS", "bill_explorer", "bill_frame"]

#: Published trainings that can be told apart in the figure: of table D.1, and one of Chinchilla's table 3, past GPT-3.
SHOWN = {"BERT-Base": "BERT", "GPT-3 XL": "GPT-3 1.3B", "GPT-3 13B": "GPT-3 13B", "GPT-3 175B": "GPT-3 175B"}
MARKS = {
    SHOWN[row.model]: (int(row.params_millions) * 1e6, float(row.computed))
    for row in compute_rows()
    if row.model in SHOWN
} | {"Chinchilla's rule, 1T": next((row.params, row.flops) for row in chinchilla_rows() if row.params == 1e12)}
LAYERS = [1, 2, 4, 6, 8, 12, 16, 24, 32, 40, 48, 64, 80, 96, 128, 192, 256]
WIDTHS = [64, 128, 192, 256, 384, 512, 768, 1024, 1536, 1600, 2048, 2560, 4096, 5120, 8192, 12288, 16384, 24576]
HEADS = [1, 2, 4, 6, 8, 12, 16, 24, 25, 32, 40, 64, 96, 128]
CONTEXTS = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 32768, 131072]
VOCABS = [65, 256, 1000, 8192, 32000, 50257, 100_000, 200_000]
TOKENS = [1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 3e11, 1.4e12, 1e13, 1e14]
N_DEVICES = [1, 2, 4, 8, 64, 256, 1024, 4096, 10_000, 25_000, 100_000]
UTILISATIONS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0]
WATTS = [10, 30, 65, 150, 330, 400, 700, 1000]
PRICES = [0, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20]
#: Watts in the building for each watt of the computers, as Patterson et al. 2021 give it for GPT-3's.
OVERHEAD = 1.10


def _time_text(days: float) -> str:
    """A time in the unit that suits it."""
    for size, unit in ((365.25, "years"), (1, "days"), (1 / 24, "hours"), (1 / 1440, "minutes")):
        if days >= size:
            return f"{three_digits(days / size)} {unit}"
    return f"{days * 86_400:.2g} seconds"


def _four(share: np.ndarray) -> np.ndarray:
    """Table, attention, feed-forward network, and the other parts together."""
    by_name = dict(zip(PARTS, share, strict=True))
    named = [by_name[name] for name in ("table", "attention", "feed-forward")]
    return np.array([*named, share.sum() - sum(named)])


def bill_frame(
    layers: int,
    d_model: int,
    heads: int,
    context: int,
    vocab: int,
    tokens: float,
    device: str,
    n_devices: int,
    utilisation: float,
    watts: float,
    price: float,
    own_flops: tuple[float, float] | None = None,
) -> dict[str, object]:
    """Everything that the calculator says about one model of the GPT family and its training.

    Args:
        layers, d_model, heads, context, vocab: the shape.
        tokens: how many are trained on.
        device: a key of `DEVICES`.
        n_devices, utilisation, watts, price: how many, which share of the peak, what each draws, what an hour of it costs.
        own_flops: the fewest and the most operations a second that the reader's own device reached; None leaves that
            line out.
    Raises:
        ValueError: a size that cannot be, such as heads that do not divide the width.

    >>> frame = bill_frame(96, 12288, 96, 2048, 50257, 3e11, "V100", 10_000, 0.2, 330, 0)
    >>> frame["size"].split(",  ")[0].split(". ")[0]
    '174,604,259,328 parameters'
    """
    if device not in DEVICES:
        raise ValueError(f"device must be one of {', '.join(DEVICES)}; got {device!r}")
    shape = Shape("gpt", layers=layers, d_model=d_model, heads=heads, vocab=vocab, context=context)
    n_params = parameters(shape)
    flops, peak = training_flops(n_params, tokens), DEVICES[device].peak_flops
    days = training_days(flops, n_devices, peak, utilisation)
    memory = {
        "weights": 2 * n_params,
        "training": sum(training_bytes(n_params).values()),
        "activations": layers * activation_bytes(context, d_model, heads),
        "cache": cache_bytes(shape, context),
    }
    energy = energy_mwh(flops, peak * utilisation, watts, OVERHEAD)
    cost = money(days, n_devices, price)
    said = [
        f"Training on {count_text(tokens)} tokens: {flops:.2e} operations, {three_digits(flops / PF_DAY)} petaflop-days; "
        f"{three_digits(tokens / n_params)} tokens for each parameter. At the full context, scores, which 6 N D leaves out, "
        f"are {100 * scores_share(layers, d_model, n_params, context):.1f} percent of the work.",
        f"On {n_devices:,} × {device} at {utilisation:.0%} of the peak: {_time_text(days)}, {three_digits(energy)} MWh "
        f"({watts} W each, building × {OVERHEAD}).",
        f"At your price: {cost:,.0f} in your currency."
        if price
        else "Set a price for a device-hour: yours, none is given.",
    ]
    if own_flops is not None:
        slow, fast = (_time_text(flops / positive("own_flops", rate) / 86_400) for rate in own_flops)
        said.append(f"On your own device, as fast as it was a moment ago and without a pause: {fast} to {slow}.")
    return {
        "share": _four(shares(shape)),
        "parts": ["table", "attention", "feed-forward", "the rest"],
        "memory": np.array(list(memory.values()), float) / 1e9,
        "kinds": list(memory),
        "marks": np.array([*MARKS.values(), (n_params, flops)]),
        "names": [*MARKS, "yours"],
        "which": np.array([0] * len(MARKS) + [1]),
        "groups": ["published", "yours"],
        "size": f"{n_params:,} parameters. To write: {bytes_text(memory['weights'])} of weights and "
        f"{bytes_text(memory['cache'])} of cache for a text of {context:,} tokens. To train: "
        f"{bytes_text(memory['training'])} for the parameters.",
        "bill": "\n".join(said),
        "days": np.array([days]),
        "energy": np.array([energy]),
        "cost": np.array([cost]),
    }


def bill_explorer(own_flops: tuple[float, float] | None = None) -> Explorer:
    """All sliders, the marks, and the bill.

    Args:
        own_flops: the fewest and the most operations a second that `measured.matmul_rate` found on the reader's device.
    """
    return Explorer(
        partial(bill_frame, own_flops=own_flops),
        controls=[
            Slider("layers", LAYERS, value=12, label="blocks", format="{:d}"),
            Slider("d_model", WIDTHS, value=768, label="width", format="{:d}"),
            Slider("heads", HEADS, value=12, label="heads", format="{:d}"),
            Slider("context", CONTEXTS, value=1024, label="context", format="{:,d}"),
            Slider("vocab", VOCABS, value=50257, label="vocabulary", format="{:,d}"),
            Slider("tokens", TOKENS, value=1e10, label="training tokens", format="{:.1e}"),
            Choice("device", {device.name: key for key, device in DEVICES.items()}, value="A100", label="device"),
            Slider("n_devices", N_DEVICES, value=8, label="how many", format="{:,d}"),
            Slider("utilisation", UTILISATIONS, value=0.4, label="utilisation", format="{:.0%}"),
            Slider("watts", WATTS, value=400, label="watts each", format="{:d}"),
            Slider("price", PRICES, value=0, label="your price, an hour", format="{:g}"),
        ],
        panels=[
            [
                Points(
                    "marks", labels="names", groups="which", group_names="groups", log_x=True, log_y=True,
                    x_range=(1e4, 4e13), y_range=(1e12, 1e28), x_label="parameters", y_label="training operations",
                    title="among published models",
                )
            ],
            [
                Bars("share", labels="parts", low=0, high=100, title="percent of the parameters"),
                Bars("memory", labels="kinds", title="GB: weights and cache to write, the rest to train"),
            ],
            [Note("size", title="The model")],
            [Note("bill", title="The bill")],
        ],
        title="From a laptop to GPT-3, and past it",
        alt=lambda values, arrays: f"{arrays['size']} {arrays['bill']}".replace("\n", " "),
        name="scale.bill",
        frames="never",
    )  # fmt: skip
