"""The figures of lesson 14, one file each.

- ``removed``: every head, and the model without it
- ``lens``: the prediction after each layer
- ``drift``: one word's vectors, layer by layer
- ``typed``: every head on a sentence of your own
- ``stills``: four bars, patching, heads, gazes: still pictures
"""

from course_lib.interpretation.figures.drift import drift_explorer, drift_frame
from course_lib.interpretation.figures.lens import lens_explorer, lens_frame, lens_losses
from course_lib.interpretation.figures.removed import head_name, removed_explorer, removed_frame
from course_lib.interpretation.figures.stills import show_four_bars, show_gazes, show_heads, show_patching
from course_lib.interpretation.figures.typed import gpt2_explorer, typed_explorer, typed_frame

__all__ = [
    "drift_explorer",
    "drift_frame",
    "gpt2_explorer",
    "head_name",
    "lens_explorer",
    "lens_frame",
    "lens_losses",
    "removed_explorer",
    "removed_frame",
    "show_four_bars",
    "show_gazes",
    "show_heads",
    "show_patching",
    "typed_explorer",
    "typed_frame",
]
