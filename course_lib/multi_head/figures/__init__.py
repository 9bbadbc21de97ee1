"""The figures of lesson 05, in its order, one file each.

- ``heads``: every head at once
- ``split``: Q cut into heads
- ``reach``, ``contributions``, ``losses``: still pictures
"""

from course_lib.multi_head.figures.contributions import show_contributions
from course_lib.multi_head.figures.heads import heads_explorer, heads_frame
from course_lib.multi_head.figures.losses import show_losses
from course_lib.multi_head.figures.reach import show_reach
from course_lib.multi_head.figures.split import split_explorer, split_frame

__all__ = [
    "heads_explorer",
    "heads_frame",
    "show_contributions",
    "show_losses",
    "show_reach",
    "split_explorer",
    "split_frame",
]
