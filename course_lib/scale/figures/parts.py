"""Where the parameters of a published model sit: a guess first, then any model of the zoo."""

import numpy as np

from course_lib.explorer import Bars, Choice, Explorer, Note, Predict
from course_lib.scale.families import PARTS, parts, shares
from course_lib.scale.units import count_text
from course_lib.scale.zoo import published_models

__all__ = ["MODELS", "parts_explorer", "parts_frame"]

#: Those whose parts are known, in the order of the file.
MODELS = [name for name, model in published_models().items() if model.shape is not None]


def parts_frame(model: str) -> dict[str, object]:
    """The parts of a published model, in percent and in words.

    Raises:
        ValueError: there is no such model, or too little of it is published.

    >>> parts_frame("GPT-3 175B")["share"].round(1).tolist()
    [0.4, 0.0, 33.2, 66.4, 0.0, 0.0]
    """
    if model not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}; got {model!r}")
    shape = published_models()[model].shape
    numbers, share = parts(shape), shares(shape)
    listed = "; ".join(f"{name} {count_text(numbers[name])}" for name in PARTS if numbers[name])
    table = "patch matrix" if shape.family == "vit" else "table"
    return {
        "share": share,
        "names": ["patches" if (name, table) == ("table", "patch matrix") else name for name in PARTS],
        "note": f"{model}: {sum(numbers.values()):,} parameters. {listed.replace('table', table, 1)}. "
        f"The blocks hold {share[2] + share[3]:.1f} percent of them, the {table} {share[0]:.1f}.",
    }


def parts_explorer() -> Explorer:
    """A bar for each part, a list of published models, and a question about GPT-3's table."""
    bounds = (1.0, 5.0, 20.0)
    return Explorer(
        parts_frame,
        controls=[Choice("model", MODELS, value="GPT-3 175B", label="model")],
        panels=[[Bars("share", labels="names", low=0, high=100, title="percent of all parameters")], [Note("note")]],
        title="Where the parameters sit",
        alt=lambda values, arrays: arrays["note"],
        predict=Predict(
            "GPT-3 has a token table of 50 257 rows, each 12 288 numbers long. Which part of all its parameters is that?",
            choices=["less than 1 %", "1 to 5 %", "5 to 20 %", "more than 20 %"],
            answer=lambda arrays: int(np.searchsorted(bounds, arrays["share"][0])),
            explain="The table grows with the width, a block with its square, and there are 96 of them. Now choose the "
            "smallest GPT-2: the same table of tokens, in a model that is sixteen times narrower.",
        ),
        name="scale.parts",
    )
