"""The figures of lesson 04, in its order, one file each.

- ``attention``: one head, step by step
- ``temperature``: from a choice to an average
- ``scale``: what the width does to the weights
"""

from course_lib.attention.figures.attention import (
    CREATURE_LOOKS_AT,
    FEATURES,
    WORDS,
    attention_explorer,
    attention_frame,
)
from course_lib.attention.figures.scale import scale_explorer, scale_frame
from course_lib.attention.figures.temperature import temperature_explorer, temperature_frame

__all__ = [
    "CREATURE_LOOKS_AT",
    "FEATURES",
    "WORDS",
    "attention_explorer",
    "attention_frame",
    "scale_explorer",
    "scale_frame",
    "temperature_explorer",
    "temperature_frame",
]
