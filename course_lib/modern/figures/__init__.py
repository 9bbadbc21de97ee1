"""The figures of lesson 13, in its order, one file each.

- ``cache``: what keys and values take, with shared heads and with a window
- ``window``: a sliding window, and how far back several layers of it reach
- ``routing``: where a router sends its tokens while it learns
- ``alone``: what each change alone does to the loss
"""

from course_lib.modern.figures.alone import gains, show_gains
from course_lib.modern.figures.cache import cache_explorer, cache_frame
from course_lib.modern.figures.routing import routing_explorer, routing_frame
from course_lib.modern.figures.window import window_explorer, window_frame

__all__ = [
    "cache_explorer",
    "cache_frame",
    "gains",
    "routing_explorer",
    "routing_frame",
    "show_gains",
    "window_explorer",
    "window_frame",
]
