"""The figure that goes through a training."""

import pytest

from course_lib.training.figures.checkpoints import checkpoint_frame, checkpoints_explorer


@pytest.mark.parametrize("at", [0, 2])
def test_the_figure_of_checkpoints_shows_the_one_that_is_chosen(watched_run, at):
    _, taken = watched_run
    frame = checkpoint_frame(taken, at)
    assert frame["now"] == taken[at].step
    assert taken[at].sample in frame["note"]
    assert frame["weights"].max() <= taken[at].weights.max()
    figure = checkpoints_explorer(taken, 0.5)
    figure.set(step=taken[at].step)
    assert taken[at].sample in figure.alt()
    assert figure.png()
