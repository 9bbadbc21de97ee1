"""The figures of lesson 07, in its order, one file each.

- ``masks``: who may attend to whom in the three families
- ``decoding``: greedy writing, one word at a time
- ``alignment``: what the translator looks at while it writes
"""

from course_lib.transformer.figures.alignment import alignment_explorer, alignment_frames
from course_lib.transformer.figures.decoding import decoding_explorer, decoding_frames
from course_lib.transformer.figures.masks import masks_explorer, masks_frame

__all__ = [
    "alignment_explorer",
    "alignment_frames",
    "decoding_explorer",
    "decoding_frames",
    "masks_explorer",
    "masks_frame",
]
