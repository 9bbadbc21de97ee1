"""The studies of lesson 10: each a function from settings and a seed to numbers, in seconds on two cores.

- ``story_model``: the run of the lesson, and how its model writes; ``snapshots``: that run, seen while it lasts
- ``bigram``: a reader that counts pairs, to compare with
- ``shipped_model``: the larger model of data/
- ``learning_rates``, ``batch_size``: what they change
- ``overfitting``: dropout on a text that is too short
- ``ablation``: models with a part taken out
- ``repetition``: how much a text repeats itself
- ``copying``: a task that needs one look back, however far
"""

from course_lib.training.studies.ablation import broken_run, small_model, writing_loss
from course_lib.training.studies.batch_size import batch_costs
from course_lib.training.studies.bigram import bigram_loss
from course_lib.training.studies.copying import copy_accuracy, train_to_copy
from course_lib.training.studies.learning_rates import sweep
from course_lib.training.studies.overfitting import overfit
from course_lib.training.studies.repetition import written_quality
from course_lib.training.studies.shipped_model import load_shipped
from course_lib.training.studies.snapshots import Snapshots
from course_lib.training.studies.story_model import PROMPT, next_probabilities, stream, trainer, write, write_all

__all__ = [
    "PROMPT",
    "Snapshots",
    "batch_costs",
    "bigram_loss",
    "broken_run",
    "copy_accuracy",
    "load_shipped",
    "next_probabilities",
    "overfit",
    "small_model",
    "stream",
    "sweep",
    "train_to_copy",
    "trainer",
    "write",
    "write_all",
    "writing_loss",
    "written_quality",
]
