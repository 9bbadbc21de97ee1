"""The figures of lesson 02, in its order, one file each.

- ``arrows``: the dot product of two arrows
- ``product``: a matrix product, cell by cell
- ``gap``: which word is missing
- ``map``: 43 words through training
- ``neighbours``: the nearest words by three measures
- ``steps``: a direction followed from a word
"""

from course_lib.embedding.figures.arrows import arrows_explorer, arrows_frame
from course_lib.embedding.figures.gap import gap_explorer, gap_frame
from course_lib.embedding.figures.map import map_explorer, map_frame
from course_lib.embedding.figures.neighbours import neighbours_explorer, neighbours_frame
from course_lib.embedding.figures.product import product_explorer, product_frame
from course_lib.embedding.figures.steps import steps_explorer, steps_frame

__all__ = [
    "arrows_explorer",
    "arrows_frame",
    "gap_explorer",
    "gap_frame",
    "map_explorer",
    "map_frame",
    "neighbours_explorer",
    "neighbours_frame",
    "product_explorer",
    "product_frame",
    "steps_explorer",
    "steps_frame",
]
