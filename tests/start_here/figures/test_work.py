"""Work and waiting at both ends of the slider, at odd widths, and the answer to the question."""

import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.start_here.by_hand import attention_multiplications, recurrence_multiplications
from course_lib.start_here.figures.work import LENGTHS, work_explorer, work_frame


@pytest.mark.parametrize("d", [16, 1024, 1, 61])
def test_work_is_the_count_of_multiplications_at_every_length(d):
    frame = work_frame(d)
    assert_array_equal(frame["length"], LENGTHS)
    assert (LENGTHS[0], LENGTHS[-1]) == (16, 32768)
    for place, n in enumerate(LENGTHS):
        assert frame["work_recurrence"][place] == recurrence_multiplications(int(n), d)
        assert frame["work_attention"][place] == attention_multiplications(int(n), d)
    assert (frame["work_attention"] > frame["work_recurrence"]).all()
    assert_array_equal(frame["steps_recurrence"], LENGTHS)
    assert_array_equal(frame["steps_attention"], 5.0)
    assert_allclose(frame["ratio"], 1.5 + 512 / d)
    assert f"width {d}, attention makes {1.5 + 512 / d:.1f} times" in frame["note"]


def test_the_figure_of_work_builds_and_its_answer_is_attention():
    figure = work_explorer()
    assert figure.name == "start_here.work"
    assert figure.predict.choices[figure.answer] == "attention"
    for d in figure.controls[0].options:
        figure.set(d=d)
        assert f"at width {d}. {work_frame(d)['note']}" in figure.alt()
