"""The kit behind the live figures: a pure function, a declaration of controls and panels, and two renderers of it."""

from course_lib.explorer import palette
from course_lib.explorer.controls import Choice, DeclarationError, Slider, Steps, Switch, TextInput
from course_lib.explorer.figure import Explorer
from course_lib.explorer.panels import (
    Bars,
    Curves,
    DotProduct,
    Graph,
    Heatmap,
    Note,
    Points,
    Thumbnails,
    TokenRow,
    TokenText,
    pick,
)
from course_lib.explorer.predict import Predict, prediction_hooks

__all__ = [
    "Bars",
    "Choice",
    "Curves",
    "DeclarationError",
    "DotProduct",
    "Explorer",
    "Graph",
    "Heatmap",
    "Note",
    "Points",
    "Predict",
    "Slider",
    "Steps",
    "Switch",
    "TextInput",
    "Thumbnails",
    "TokenRow",
    "TokenText",
    "palette",
    "pick",
    "prediction_hooks",
]
