"""The figures of lesson 07, in its order, one file each.

- ``forward_pass``: a whole GPT, box by box, with shapes, parameters and lessons
- ``masks``: who may attend to whom in the three families
- ``decoding``: greedy writing, one word at a time
- ``alignment``: what the translator looks at while it writes
"""

from course_lib.transformer.figures.alignment import alignment_explorer, alignment_frames
from course_lib.transformer.figures.decoding import decoding_explorer, decoding_frames
from course_lib.transformer.figures.forward_pass import forward_pass, forward_pass_explorer, forward_pass_frame
from course_lib.transformer.figures.masks import masks_explorer, masks_frame

__all__ = [
    "alignment_explorer",
    "alignment_frames",
    "decoding_explorer",
    "decoding_frames",
    "forward_pass",
    "forward_pass_explorer",
    "forward_pass_frame",
    "masks_explorer",
    "masks_frame",
]
