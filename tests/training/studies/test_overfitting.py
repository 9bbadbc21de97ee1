"""A run on too little text is the same again."""

from course_lib.training.studies.overfitting import overfit


def test_the_same_settings_give_the_same_numbers():
    first, second = (overfit(0.2, tokens=200, steps=12, every=6) for _ in range(2))
    assert first.steps.tolist() == [6, 12]
    assert first.held_out.tolist() == second.held_out.tolist()
    assert overfit(0.0, tokens=200, steps=12, every=6).train.tolist() != first.train.tolist()
