"""A run of a few steps, for whoever looks at a run."""

import pytest

from course_lib.training.engine.config import TrainConfig
from course_lib.training.figures.live import LiveCurve
from course_lib.training.studies.snapshots import Snapshots
from course_lib.training.studies.story_model import trainer


@pytest.fixture(scope="module")
def watched_run():
    """A run of a few steps, watched."""
    run = trainer(TrainConfig(steps=6, warmup=2, batch_size=2, evaluate_every=3), 16, 16, held_out=200)
    snapshots = Snapshots().begin(run)
    run.run(watchers=[LiveCurve(), snapshots])
    return run, snapshots.taken
