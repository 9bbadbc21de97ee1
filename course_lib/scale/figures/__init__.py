"""The figures of lesson 12, in its order, one file each.

- ``parts``: where the parameters sit
- ``writing``: what writing costs, for one reader and for many
- ``bill``: from a laptop to GPT-3, and past it
"""

from course_lib.scale.figures.bill import bill_explorer, bill_frame
from course_lib.scale.figures.parts import parts_explorer, parts_frame
from course_lib.scale.figures.writing import writing_explorer, writing_frame

__all__ = ["bill_explorer", "bill_frame", "parts_explorer", "parts_frame", "writing_explorer", "writing_frame"]
