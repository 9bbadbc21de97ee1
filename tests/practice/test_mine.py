"""What one has written, one uses: in this kernel, in the next one, and after the course has changed."""

from pathlib import Path

import numpy as np
import pytest

from course_lib.attention import by_hand
from course_lib.practice import check
from course_lib.practice.catalogue import all_exercises, exercises_of
from course_lib.practice.markers import answers_in
from course_lib.practice.mine import Mine, mine
from course_lib.practice.needed_cells import needed_cells
from course_lib.practice.progress import KeptAnswer, Progress
from course_lib.publish import read_lesson
from course_lib.syllabus import LESSONS

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = [lesson for lesson in LESSONS if (ROOT / "lessons" / f"{lesson.name}.py").exists()]
SOFTMAX = """
def helper(scores):
    return np.exp(scores - scores.max(-1, keepdims=True))

# exercise: attention.softmax
def softmax(scores):
    e = helper(scores)
    return e / e.sum(-1, keepdims=True)
"""
scores = np.array([[1.0, 2.0, 3.0]])


@pytest.fixture(autouse=True)
def progress(tmp_path, monkeypatch):
    """A progress file of the test's own, and a kernel in which nothing has passed."""
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.sqlite"))
    mine.forget()
    yield Progress(tmp_path / "progress.sqlite")
    mine.forget()


def test_until_an_answer_passes_it_is_the_course_s():
    assert mine.softmax is by_hand.softmax
    assert mine["attention.softmax"] is by_hand.softmax
    assert not mine.is_own("softmax")
    assert mine.whose("softmax") == "the course's softmax, until yours passes"
    assert repr(mine).startswith("yours: none yet\n")


def test_what_passes_is_used_and_what_fails_is_not(run_cell):
    right = run_cell(SOFTMAX)["softmax"]
    wrong = run_cell("# exercise: attention.scaled_scores\ndef scaled_scores(Q, K):\n    return Q @ K.T")[
        "scaled_scores"
    ]
    assert check("attention.softmax", right).state == "passed"
    assert check("attention.scaled_scores", wrong).state == "failed"
    assert mine.softmax is right
    assert mine.scaled_scores is by_hand.scaled_scores
    assert mine.whose("softmax", "scaled_scores") == "your softmax, and the course's scaled_scores, until yours passes"
    assert "1 of " in mine._repr_html_()


def test_after_a_restart_it_is_the_learner_s_still_with_its_helpers(run_cell, progress):
    check("attention.softmax", run_cell(SOFTMAX)["softmax"])
    another_kernel = Mine()
    again = another_kernel.softmax
    assert again is not by_hand.softmax
    assert np.allclose(again(scores), by_hand.softmax(scores))
    assert another_kernel.whose("softmax") == "your softmax"
    assert another_kernel.softmax is again, "run once, not at every use"
    assert another_kernel.set_aside() == {}


def test_an_answer_that_uses_another_gets_the_learner_s_own(run_cell, progress):
    names = run_cell(SOFTMAX)
    check("attention.softmax", names["softmax"])
    source = """
# exercise: attention.attention
def attention(Q, K, V, mask=None):
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    if mask is None:
        return softmax(scores) @ V
    calm = np.where(mask.any(-1, keepdims=True), np.where(mask, scores, -np.inf), 0.0)
    return np.where(mask.any(-1, keepdims=True), softmax(calm), 0.0) @ V
"""
    assert check("attention.attention", run_cell(source, softmax=names["softmax"])["attention"]).state == "passed"
    kept = progress.answers()["attention.attention"]
    assert "softmax" not in kept.setup, "it is another exercise's answer, and comes from there"
    assert Mine().is_own("attention")
    (progress.path).unlink()
    progress.record("attention.attention", "passed", 4.0, 4.0, None, kept)
    assert Mine().is_own("attention"), "with the course's softmax where one's own is lost"


TWO_AXES = """
def attention(Q, K, V, mask=None):
    if mask is None:
        mask = np.ones((len(Q), len(K)), dtype=bool)
    return softmax(np.where(mask, Q @ K.T / np.sqrt(Q.shape[-1]), -1e300)) @ V * mask.any(-1, keepdims=True)
"""
GROUPS = """
def grouped_attention(Q, K, V, mask=None):
    each = len(Q) // len(K)
    return attention(Q, np.repeat(K, each, axis=0), np.repeat(V, each, axis=0), mask)
"""


def test_an_answer_that_passed_with_the_course_s_function_keeps_it_where_one_s_own_does_less(progress):
    own = Mine({"attention.attention": KeptAnswer(TWO_AXES), "multi_head.grouped_attention": KeptAnswer(GROUPS)})
    assert own.set_aside() == {}
    assert own.is_own("attention")
    assert own.is_own("grouped_attention"), (
        "its lesson gave it the course's attention, which carries axes in front along"
    )


def test_what_is_called_is_seen_while_somebody_watches(progress):
    own = Mine({"attention.attention": KeptAnswer(TWO_AXES), "multi_head.grouped_attention": KeptAnswer(GROUPS)})
    x = np.ones((2, 3, 4))
    with own.watching() as called:
        own.softmax(np.zeros(3))
        own["attention.attention"](x[0], x[0], x[0])
        with own.watching() as inside:
            own.causal_mask(2)
    own.scaled_scores(x[0], x[0])
    assert list(called) == ["attention.softmax", "attention.attention"]
    assert list(inside) == ["attention.causal_mask"]
    assert own.softmax is by_hand.softmax, "as it is, once nobody watches"


def test_a_function_that_is_looked_up_later_is_the_one_that_has_passed_meanwhile():
    own = Mine({})
    (softmax,) = own.later("attention.softmax")
    own.keep("attention.softmax", lambda scores: "one's own")
    assert softmax(np.zeros(3)) == "one's own"
    with own.watching() as called:
        softmax(np.zeros(3))
    assert list(called) == ["attention.softmax"]
    with pytest.raises(LookupError, match="Did you mean softmax"):
        own.later("sofmax")


@pytest.mark.parametrize(
    ("kept", "why"),
    [
        (KeptAnswer("def softmax(scores:\n    return 1"), "no longer runs: Python cannot read it"),
        (
            KeptAnswer("from course_lib.attention import gone\ndef softmax(scores): return 1"),
            "no longer runs: running it",
        ),
        (KeptAnswer("def softmax(scores):\n    return np.exp(scores) / np.exp(scores).sum()"), "no longer passes: "),
        (KeptAnswer("def softmax(scores):\n    ..."), "no longer passes: it has no body"),
    ],
)
def test_what_no_longer_runs_or_passes_is_set_aside_and_told(progress, kept, why):
    progress.record("attention.softmax", "passed", 2.0, 2.0, None, kept)
    kernel = Mine()
    assert kernel.softmax is by_hand.softmax
    assert why in kernel.set_aside()["attention.softmax"]
    assert why in repr(kernel)
    assert "Set aside" in kernel._repr_html_()
    assert progress.answers()["attention.softmax"] == kept, "nothing is lost"


def test_a_new_answer_in_another_kernel_is_seen(run_cell, progress):
    kernel = Mine()
    assert not kernel.is_own("softmax")
    check("attention.softmax", run_cell(SOFTMAX)["softmax"])
    assert kernel.is_own("softmax")


def test_a_file_that_cannot_be_read_takes_nothing_away(progress):
    progress.path.write_text("no database " * 100)
    assert Mine().softmax is by_hand.softmax


@pytest.mark.parametrize(
    ("name", "says"),
    [("softmx", "Did you mean softmax"), ("zzzzz", r"dir\(mine\)")],
)
def test_an_unknown_name_is_answered(name, says):
    with pytest.raises(AttributeError, match=says):
        getattr(mine, name)
    with pytest.raises(LookupError, match="there is no exercise"):
        mine["attention.softmx"]


def test_a_name_that_two_lessons_use_is_asked_for_by_its_id(monkeypatch):
    monkeypatch.setattr("course_lib.practice.mine.all_ids", lambda: ("tokenization.train", "training.train"))
    with pytest.raises(AttributeError, match=r"mine\['tokenization.train'\] or mine\['training.train'\]"):
        mine.train  # noqa: B018


def test_every_exercise_can_be_had():
    assert {exercise.name for exercise in all_exercises()} <= set(dir(mine))
    for exercise in all_exercises():
        assert mine[exercise.id] is exercise.reference


@pytest.mark.parametrize("lesson", WRITTEN, ids=lambda lesson: lesson.name)
def test_every_answer_of_a_lesson_survives_a_restart(lesson, run_cell, progress, monkeypatch):
    """The lesson's own answers, typed into its cells, passed, and run again from what was kept of them."""
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None, raising=False)
    cells = [cell.source for cell in read_lesson(ROOT / "lessons" / f"{lesson.name}.py") if cell.kind == "code"]
    names = {}
    answers = [place for place, source in enumerate(cells) if answers_in(source)]
    for place in needed_cells(cells, answers) or answers:
        names = run_cell(cells[place], **names)
        for asked in answers_in(cells[place]):
            check(asked, names[asked.partition(".")[2]])
    kernel = Mine()
    ids = [exercise.id for exercise in exercises_of(lesson)]
    assert kernel.set_aside() == {}
    assert [exercise_id for exercise_id in ids if not kernel.is_own(exercise_id)] == []
