"""Snapshots of a run."""

import numpy as np
import pytest

from course_lib.training.studies.story_model import PROMPT


def test_snapshots_are_taken_before_and_wherever_the_loss_was_measured(watched_run):
    trainer, taken = watched_run
    assert [snapshot.step for snapshot in taken] == [0, 3, 6]
    assert [snapshot.held_out for snapshot in taken[1:]] == [loss for _, loss in trainer.measured]
    assert taken[0].held_out == pytest.approx(np.log(633), abs=0.05)
    assert all(snapshot.sample.startswith(PROMPT) for snapshot in taken)
    assert all(snapshot.weights.sum() == pytest.approx(1) for snapshot in taken)
