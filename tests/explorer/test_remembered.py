"""A guess is asked and counted once, over every run of the cell and every restart of the kernel."""

import pytest

from course_lib.explorer import Bars, Explorer, Predict, Slider
from course_lib.explorer.predict import prediction_memories
from course_lib.practice.progress import Progress

ASK = Predict("How high?", low=0, high=10, answer=lambda frame: frame["a"][0])
CHOOSE = Predict("Which?", choices=["a", "b"], answer=lambda frame: 1)


def made(predict):
    return Explorer(
        lambda n: {"a": [n]}, [Slider("n", [2.0, 3.0])], [[Bars("a")]], predict=predict, name="test.remembered"
    )


@pytest.fixture
def memory():
    kept = {}
    prediction_memories.append(lambda name, question: kept.get((name, question)))
    yield kept
    prediction_memories.pop()


def test_a_new_figure_knows_what_was_guessed_before(memory):
    assert made(ASK).view.guess is None
    memory["test.remembered", "How high?"] = "7.5"
    assert made(ASK).view.guess == 7.5
    memory["test.remembered", "Which?"] = "1"
    assert made(CHOOSE).view.guess == 1


@pytest.mark.parametrize("text", ["2", "-1", "nonsense", "", "nan"])
def test_what_is_no_answer_any_more_is_asked_again(memory, text):
    memory["test.remembered", "Which?"] = text
    assert made(CHOOSE).view.guess is None


def test_the_progress_store_remembers_the_last_guess_and_counts_the_first(tmp_path):
    progress = Progress(tmp_path / "progress.sqlite")
    assert progress.guess("f", "q") is None
    progress.record_prediction("f", "q", 3.0, 2.0, 0.0)
    progress.record_prediction("f", "q", 2.0, 2.0, 1.0)
    progress.record_prediction("g", "q", 1, 1, 1.0)
    assert progress.guess("f", "q") == "2.0"
    assert progress.predictions() == (2, 0.5)


def test_lessons_ask_the_progress_store(tmp_path, monkeypatch):
    from course_lib import lesson

    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.sqlite"))
    lesson._keep_prediction("test.remembered", "How high?", 4.0, 2.0, 0.0)
    assert lesson._recall_prediction in prediction_memories
    assert made(ASK).view.guess == 4.0
