"""The studies of lesson 10: each a function from settings and a seed to numbers, in seconds on two cores.

- ``story_model``: the run of the lesson, and how its model writes; ``snapshots``: that run, seen while it lasts
- ``bigram``: a reader that counts pairs, to compare with
- ``shipped_model``: the larger model of data/
- ``learning_rates``, ``batch_size``: what they change
- ``overfitting``: dropout on a text that is too short
- ``ablation``: models with a part taken out
- ``repetition``: how much a text repeats itself
- ``places``: the loss by the place of a word in its window
- ``two_means``: what the two running means of Adam do, each alone
- ``record``: runs too many or too long for a notebook, made once and kept in data/
- ``copying``: a task that needs one look back, however far
"""

from course_lib.training.studies.ablation import broken_run, small_model, writing_loss
from course_lib.training.studies.batch_size import batch_costs
from course_lib.training.studies.bigram import bigram_loss
from course_lib.training.studies.copying import copy_accuracy, train_to_copy
from course_lib.training.studies.learning_rates import sweep
from course_lib.training.studies.overfitting import overfit
from course_lib.training.studies.places import loss_by_place
from course_lib.training.studies.record import recorded
from course_lib.training.studies.repetition import written_quality
from course_lib.training.studies.shipped_model import load_shipped
from course_lib.training.studies.snapshots import Snapshots
from course_lib.training.studies.story_model import PROMPT, next_probabilities, stream, trainer, write, write_all
from course_lib.training.studies.two_means import distances

__all__ = [
    "PROMPT",
    "Snapshots",
    "batch_costs",
    "bigram_loss",
    "broken_run",
    "copy_accuracy",
    "distances",
    "load_shipped",
    "loss_by_place",
    "next_probabilities",
    "overfit",
    "recorded",
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
