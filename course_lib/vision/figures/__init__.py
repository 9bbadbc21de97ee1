"""The figures of lesson 15, in its order, one file each.

- ``patches``: a photograph cut into tokens
- ``positions``: how alike the learned positions are
- ``attention``: where the class token looks
"""

from course_lib.vision.figures.attention import attention_explorer, attention_frame
from course_lib.vision.figures.patches import patches_explorer, patches_frame
from course_lib.vision.figures.positions import (
    likeness,
    neighbour_likeness,
    positions_explorer,
    positions_frame,
)

__all__ = [
    "attention_explorer",
    "attention_frame",
    "likeness",
    "neighbour_likeness",
    "patches_explorer",
    "patches_frame",
    "positions_explorer",
    "positions_frame",
]
