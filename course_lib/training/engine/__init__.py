"""The engine: what makes a run that can be interrupted, taken up again and shared by several processes.

- ``config``: what a run is told; ``loop``: the run itself; ``history``: what it has behind it
- ``adamw``, ``muon``: the optimizer, and another one for comparison
- ``interrupts``, ``checkpoint``: stopping between two steps; a file that is never half written
- ``resuming``: between a run and its checkpoint; the model that a checkpoint holds
- ``not_a_number``, ``room``: a run whose numbers are none is stopped; one that cannot fit is not begun
- ``evaluate``, ``saved``: the loss on text that was held out; the bytes kept for the backward pass
- ``tokens``: any text as characters, words or byte pairs
- ``data_parallel``: the same run by several processes, each on its share of every batch
"""

from course_lib.training.engine.checkpoint import CheckpointError
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.engine.history import Step
from course_lib.training.engine.loop import Trainer
from course_lib.training.engine.not_a_number import NotANumber
from course_lib.training.engine.resuming import load_model
from course_lib.training.engine.saved import saved_bytes

__all__ = ["CheckpointError", "NotANumber", "Step", "TrainConfig", "Trainer", "load_model", "mean_loss", "saved_bytes"]
