"""The kinds of panels, each a room of its own: its declaration, checks and static drawing in NAME.py, its drawing in the page in NAME.js."""

from course_lib.explorer.panels.bars import Bars
from course_lib.explorer.panels.curves import Curves
from course_lib.explorer.panels.dot_product import DotProduct
from course_lib.explorer.panels.graph import Graph
from course_lib.explorer.panels.heatmap import Heatmap
from course_lib.explorer.panels.note import Note
from course_lib.explorer.panels.panel import Panel, Pick, Place, pick
from course_lib.explorer.panels.points import Points
from course_lib.explorer.panels.thumbnails import Thumbnails
from course_lib.explorer.panels.token_row import TokenRow
from course_lib.explorer.panels.token_text import TokenText

__all__ = [
    "Bars",
    "Curves",
    "DotProduct",
    "Graph",
    "Heatmap",
    "Note",
    "Panel",
    "Pick",
    "Place",
    "Points",
    "Thumbnails",
    "TokenRow",
    "TokenText",
    "pick",
]
