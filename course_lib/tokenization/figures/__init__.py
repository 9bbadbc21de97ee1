"""The figures of lesson 01, in its order, one file each.

- ``typed``: the tokens of whatever is typed
- ``curve``: tokens per word as merges are added
- ``merges``: the merges that both use
"""

from course_lib.tokenization.figures.curve import curve_explorer, curve_frame
from course_lib.tokenization.figures.merges import learned
from course_lib.tokenization.figures.typed import piece, typed_explorer, typed_frame

__all__ = ["curve_explorer", "curve_frame", "learned", "piece", "typed_explorer", "typed_frame"]
