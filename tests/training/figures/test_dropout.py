"""The figure of dropout."""

import numpy as np

from course_lib.training.figures.dropout import dropout_explorer, dropout_frame
from course_lib.training.studies.overfitting import Overfit


def test_the_dropout_figure_knows_the_answer_to_its_question():
    steps = np.array([1.0, 2.0, 3.0])
    for held_out, answer in (([5, 4, 3], 0), ([5, 3, 3.01], 1), ([5, 3, 3.2], 1), ([5, 4, 4.5], 2)):
        runs = {0.0: Overfit(steps, np.array([5.0, 2, 1]), np.array(held_out, dtype=float))}
        runs[0.5] = runs[0.0]
        assert dropout_explorer(runs).answer == answer
    assert "The best on new text was 4.00, after 2 steps" in dropout_frame(runs, 0.5)["note"]
