"""Questions about one's own code: their answers are computed, and stand on the teacher's page alone."""

import ast
import re

import numpy as np

from course_lib.classroom import grading
from course_lib.classroom.asking import changes_of, questions_about
from course_lib.classroom.grading import Means, grade_class
from course_lib.classroom.hand_ins import read_hand_in
from course_lib.classroom.seeds import Seeds
from course_lib.cli import main
from course_lib.practice.catalogue import find_exercise
from course_lib.practice.judging import judge
from tests.classroom.handing_in import LESSON, MASK, NUMPY, RIGHT_MASK, SOFTMAX, answer, write

STEPS = """
    largest = scores.max(axis=-1, keepdims=True)
    raised = np.exp(scores - largest)
    return raised / raised.sum(axis=-1, keepdims=True)"""
MINE = answer(SOFTMAX, STEPS, "scores")


def asked(tmp_path, cage, *cells, exercise=SOFTMAX, each=4, seed=3):
    write(tmp_path / "Ada" / LESSON, [NUMPY, *cells])
    return questions_about(
        read_hand_in(tmp_path / "Ada"), [find_exercise(exercise)], cage, Seeds({exercise: seed}), each
    )


def test_what_a_line_sets_is_what_it_sets(tmp_path, cage):
    found = asked(tmp_path, cage, MINE)
    names = {}
    for question in found:
        if shape := re.search(r"What shape does (\w+) have after line (\d)\?$", question.question):
            given = re.search(r"scores = (\[.*?\]\]?)\n\n", question.question, re.DOTALL)[1]
            names[shape[1]] = (np.array(ast.literal_eval(given)), shape[2], question.answer)
    assert names
    for name, (scores, line, answered) in names.items():
        largest = scores.max(axis=-1, keepdims=True)
        right = {"largest": largest, "raised": np.exp(scores - largest)}[name]
        assert line == {"largest": "3", "raised": "4"}[name]
        assert answered.startswith(f"{right.shape}; it is ")
        assert np.allclose(np.array(ast.literal_eval(answered.partition("it is ")[2])), right, atol=1e-3)


def test_a_change_is_tried_and_the_answer_says_what_happens(tmp_path, cage):
    found = [each for seed in range(6) for each in asked(tmp_path, cage, MINE, seed=seed)]
    told = {
        re.search(r"Suppose you (.*?)\. Does", each.question)[1]: each.answer
        for each in found
        if "Suppose you" in each.question
    }
    assert len(told) >= 3
    node = ast.parse(MINE).body[0]
    changes = {change.said: change.node for change in changes_of(node, MINE)}
    exercise = find_exercise(SOFTMAX)
    for said, answered in told.items():  # run here, and compared with what the answer says
        names = {"np": np}
        exec(compile(ast.Module([changes[said]], []), "<changed>", "exec"), names)
        verdict = judge(exercise, names["softmax"], np.random.default_rng(0))
        assert (verdict.state == "passed") == ("every check still passes" in answered), (said, answered)


def test_the_same_seed_asks_the_same(tmp_path, cage):
    assert asked(tmp_path, cage, MINE) == asked(tmp_path, cage, MINE)


def test_what_can_be_changed():
    text = "def f(x, y=None):\n    '''words'''\n    if x is None:\n        raise ValueError\n    z = x[-1] + 2\n    return z"
    node = ast.parse(text).body[0]
    changes = changes_of(node, text)
    assert [change.said for change in changes] == [
        "leave out `z = x[-1] + 2` (line 5)",
        "put - in place of + in `x[-1] + 2` in line 5",
        "put 0 in place of -1 in line 5",
    ]
    assert [ast.unparse(change.node).splitlines()[-2].strip() for change in changes] == [
        "pass",
        "z = x[-1] - 2",
        "z = x[0] + 2",
    ]
    assert ast.unparse(node) == ast.unparse(ast.parse(text).body[0])  # the answer itself stays as it is


def test_an_answer_that_ends_its_process_is_asked_nothing_and_harms_nobody(tmp_path, cage):
    deadly = answer(MASK, "import os; os._exit(0)", "n")
    assert asked(tmp_path, cage, deadly, exercise=MASK) == []


def test_the_questions_stand_on_the_page_and_their_answers_on_the_teachers(
    tmp_path, cage, course_copy, monkeypatch, capsys
):
    monkeypatch.setattr(grading, "copy_course", lambda folder: course_copy)
    write(tmp_path / "in" / "Ada" / LESSON, [NUMPY, MINE, RIGHT_MASK])
    write(tmp_path / "in" / "Blaise" / LESSON, [NUMPY, answer(MASK, "return np.ones((n, n), bool)", "n")])
    results = grade_class(tmp_path / "in", tmp_path / "out", means=Means(jobs=1))
    assert main(["classroom", "ask", "--results", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "Blaise: questions: 0, about answers that passed: 0" in said
    questions = results.questions()
    assert set(questions) == {"Ada"}
    assert {each.exercise for each in questions["Ada"]} == {SOFTMAX, MASK}
    page = (tmp_path / "out" / "feedback" / "Ada.html").read_text(encoding="utf-8")
    teachers = (tmp_path / "out" / "questions.html").read_text(encoding="utf-8")
    assert page.count("Can you say it without running it?") == 2
    import html

    for each in questions["Ada"]:
        assert html.escape(each.question) in page
        assert html.escape(each.answer) in teachers
        assert html.escape(each.answer) not in page
