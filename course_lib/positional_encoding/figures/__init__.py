"""The figures of lesson 03, in its order, one file each.

- ``order``: whether a word's new vector notices the order
- ``table``: the sinusoids
- ``shift``: a shift as a rotation
- ``rotary``: queries and keys rotated, and their score against the distance
"""

from course_lib.positional_encoding.figures.order import order_explorer, order_frame
from course_lib.positional_encoding.figures.rotary import rotary_explorer, rotary_frame
from course_lib.positional_encoding.figures.shift import shift_explorer, shift_frame
from course_lib.positional_encoding.figures.table import table_explorer, table_frame

__all__ = [
    "order_explorer",
    "order_frame",
    "rotary_explorer",
    "rotary_frame",
    "shift_explorer",
    "shift_frame",
    "table_explorer",
    "table_frame",
]
