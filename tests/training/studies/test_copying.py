"""The copy task can be answered, and one block learns to."""

import numpy as np

from course_lib.training.studies.copying import copy_accuracy, copy_task, train_to_copy


def test_the_copy_task_can_be_answered_by_reading_it():
    rows, answers, distances = copy_task(np.random.default_rng(0), 500, 11)
    marked = (rows >= 8) & (rows < 16)
    assert (marked.sum(axis=1) == 1).all()
    assert (rows[marked] - 8 == answers).all()
    assert (10 - marked.argmax(axis=1) == distances).all()
    assert set(distances) == set(range(1, 11))


def test_one_block_learns_to_copy_from_every_distance():
    assert copy_accuracy(train_to_copy(length=11, steps=150), n=800).min() > 0.9
    assert copy_accuracy(train_to_copy(length=11, steps=1), n=800).mean() < 0.4
