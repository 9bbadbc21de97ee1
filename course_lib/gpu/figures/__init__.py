"""The figures of lesson 11, in its order, one file each.

- ``roofline``: where a product falls
- ``memory``: what training holds
- ``measured_roofline``, ``batches``: still pictures of what was measured
"""

from course_lib.gpu.figures.batches import draw_batches
from course_lib.gpu.figures.measured_roofline import draw_roofline
from course_lib.gpu.figures.memory import memory_explorer, memory_frame
from course_lib.gpu.figures.roofline import roofline_explorer, roofline_frame

__all__ = ["draw_batches", "draw_roofline", "memory_explorer", "memory_frame", "roofline_explorer", "roofline_frame"]
