"""The figures of lesson 06, in its order, one file each.

- ``stream``: the residual path through one block
- ``feed_forward``: a network that can be read
- ``activation``, ``norm``, ``dropout``: its small parts
- ``depth``: through a deep stack, there and back
"""

from course_lib.block.figures.activation import activation_explorer, activation_frame
from course_lib.block.figures.depth import depth_explorer, depth_frame
from course_lib.block.figures.dropout import dropout_explorer, dropout_frame
from course_lib.block.figures.feed_forward import feed_forward_explorer, feed_forward_frame
from course_lib.block.figures.norm import norm_explorer, norm_frame
from course_lib.block.figures.stream import stream_explorer, stream_frame

__all__ = [
    "activation_explorer",
    "activation_frame",
    "depth_explorer",
    "depth_frame",
    "dropout_explorer",
    "dropout_frame",
    "feed_forward_explorer",
    "feed_forward_frame",
    "norm_explorer",
    "norm_frame",
    "stream_explorer",
    "stream_frame",
]
