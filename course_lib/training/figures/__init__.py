"""The figures of lesson 10, in its order, one file each.

- ``schedule``: how fast, when
- ``live``: the curve that grows while the model learns
- ``checkpoints``: through the training
- ``sampling``: from logits to a word
- ``generation``: one word at a time
- ``typed``: what comes next, in your own words
- ``dropout``: learning by heart
- ``broken``: a part taken out
"""

from course_lib.training.figures.broken import broken_explorer, broken_frames
from course_lib.training.figures.checkpoints import checkpoint_frame, checkpoints_explorer
from course_lib.training.figures.dropout import dropout_explorer, dropout_frame
from course_lib.training.figures.generation import generation_explorer, generation_frames
from course_lib.training.figures.live import LiveCurve
from course_lib.training.figures.sampling import sampling_explorer, sampling_frame
from course_lib.training.figures.schedule import gpt3_rate, schedule_explorer, schedule_frame
from course_lib.training.figures.typed import typed_explorer, typed_frame

__all__ = [
    "LiveCurve",
    "broken_explorer",
    "broken_frames",
    "checkpoint_frame",
    "checkpoints_explorer",
    "dropout_explorer",
    "dropout_frame",
    "generation_explorer",
    "generation_frames",
    "gpt3_rate",
    "sampling_explorer",
    "sampling_frame",
    "schedule_explorer",
    "schedule_frame",
    "typed_explorer",
    "typed_frame",
]
