"""The residual path through one block, station by station."""

import numpy as np

from course_lib.block.by_hand import block
from course_lib.block.stages import STATIONS, random_params, stages
from course_lib.explorer import Bars, Choice, Explorer, Heatmap, Note, Steps, Switch, pick
from course_lib.positional_encoding.by_hand import sinusoidal
from course_lib.sentence import TOKENS

__all__ = ["stream_explorer", "stream_frame"]


def stream_frame(norm: str = "pre", residual: bool = True) -> dict[str, object]:
    """The course's sentence, word vectors plus positions, at every station of one random block.

    >>> frame = stream_frame()
    >>> bool(np.allclose(frame["station 6"], frame["station 0"] + frame["station 2"] + frame["station 5"]))
    True
    """
    rng = np.random.default_rng(63)
    x = rng.normal(size=(len(TOKENS), 8)) + sinusoidal(len(TOKENS), 8)
    params = random_params(rng, 8, 2)
    found = stages(x, params, norm, residual)
    arrays = list(found.values())
    sizes = np.array([np.sqrt((stage**2).mean()) for stage in arrays])
    along = [float((stage * x).sum() / np.sqrt((stage**2).sum() * (x**2).sum())) for stage in arrays]
    exact = residual and np.array_equal(found["leaves"], block(x, params, norm))
    told = "what leaves is x + both additions, to the bit" if exact and norm == "pre" else (
        "what leaves is normed" if norm == "post" else "what leaves is the last addition alone")  # fmt: skip
    return {f"station {i}": stage for i, stage in enumerate(arrays)} | {
        "sizes": sizes,
        "along": np.array(along),
        "stations": [str(i + 1) for i in range(len(STATIONS))],
        "tokens": TOKENS,
        "note": f"Cosine of what leaves with what arrived: {along[-1]:.2f}. Size of an entry: {sizes[0]:.2f} arrives, "
        f"{sizes[2]:.2f} from attention, {sizes[5]:.2f} from the feed-forward network, {sizes[-1]:.2f} leaves; {told}.",
    }


def stream_explorer() -> Explorer:
    """Walk along the residual path of one block; move the norms, take the path away."""
    names = [f"{i + 1}  {station}" for i, station in enumerate(STATIONS)]
    return Explorer(
        stream_frame,
        controls=[
            Choice(
                "norm", {"before (GPT-2, GPT-3)": "pre", "after (paper of 2017)": "post"}, value="pre", label="norm"
            ),
            Switch("residual", value=True, label="residual paths"),
            Steps("step", names, value=0, label="station"),
        ],
        panels=[
            [
                Heatmap(
                    pick("step", [f"station {i}" for i in range(len(STATIONS))]),
                    rows="tokens",
                    row_label="token",
                    col_label="feature",
                    title=pick("step", names),
                    palette="diverging",
                    vmin=-3,
                    vmax=3,
                    width=1.25,
                ),
                [
                    Bars(
                        "sizes",
                        labels="stations",
                        title="size of an entry at each station",
                        low=0,
                        high=3,
                        role="residual",
                    ),
                    Bars("along", labels="stations", title="cosine with what arrived", low=-0.5, high=1.15),
                    Note("note", title="What to see"),
                ],
            ],
        ],
        title="The residual path through one block",
        alt=lambda values, arrays: (
            f"Station {names[values['step']]} of a block with the norm {values['norm']}, "
            f"{'with' if values['residual'] else 'without'} residual paths. {arrays['note']}"
        ),
        name="block.stream",
    )
