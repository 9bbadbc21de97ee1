"""The figures of lesson 08, in its order, one file each.

- ``logits``: three logits, the loss and its slopes
- ``averaging``: from a table to one number
- ``temperature``: the same scores, more or less sure
- ``smoothing``: how sure is sure enough
"""

from course_lib.loss.figures.averaging import averaging_explorer, averaging_frame
from course_lib.loss.figures.logits import logits_explorer, logits_frame
from course_lib.loss.figures.smoothing import smoothing_explorer, smoothing_frame
from course_lib.loss.figures.temperature import temperature_explorer, temperature_frame

__all__ = [
    "averaging_explorer",
    "averaging_frame",
    "logits_explorer",
    "logits_frame",
    "smoothing_explorer",
    "smoothing_frame",
    "temperature_explorer",
    "temperature_frame",
]
