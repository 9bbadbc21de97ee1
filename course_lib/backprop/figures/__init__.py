"""The figures of lesson 09, in its order, one file each.

- ``graph``: back through one neuron, step by step
- ``distance``: what is left of a gradient
"""

from course_lib.backprop.figures.distance import distance_explorer, distance_frame
from course_lib.backprop.figures.graph import graph_explorer, graph_frame

__all__ = ["distance_explorer", "distance_frame", "graph_explorer", "graph_frame"]
