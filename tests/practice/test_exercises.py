"""Every exercise of the course: right answers pass, wrong ones are rejected by name, and no two are mixed up."""

import inspect
import itertools
import textwrap

import numpy as np
import pytest

from course_lib.practice.comparing import same
from course_lib.practice.exercise import all_exercises, find_exercise
from course_lib.practice.judging import judge
from course_lib.practice.running import call
from course_lib.practice.verdicts import Row, table, trials

SEEDS = (0, 1, 2, 3, 5, 8)
every_exercise = pytest.mark.parametrize("exercise", all_exercises(), ids=lambda exercise: exercise.id)


def alike(first, second, exercise):
    """Whether two answers did the same on every case, as far as a learner's answer is compared with them."""
    return all(
        type(a.error) is type(b.error)
        and same(a.value, b.value, exercise.rtol, exercise.atol)
        and bool(a.changed) == bool(b.changed)
        for a, b in zip(first, second, strict=True)
    )


@every_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_pass_and_wrong_answers_are_rejected_by_name(exercise, seed):
    rows = list(trials(exercise, seed))
    assert [row for row in rows if not row.as_expected] == []
    assert len(rows) == len(exercise.also_right) + len(exercise.wrong)


@every_exercise
def test_the_reference_passes_when_a_learner_types_it(exercise, run_cell):
    source = textwrap.dedent(inspect.getsource(exercise.reference))
    answer = run_cell(
        source,
        **{
            name: value
            for name, value in vars(inspect.getmodule(exercise.reference)).items()
            if not name.startswith("__")
        },
    )[exercise.reference.__name__]
    for seed in SEEDS:
        verdict = judge(exercise, answer, np.random.default_rng(seed))
        assert (verdict.state, verdict.message) == ("passed", "")


@every_exercise
def test_an_exercise_comes_with_two_more_right_answers_two_wrong_ones_and_three_hints(exercise):
    for found, needed, what in (
        (len(exercise.also_right), 2, "other right answers, so that a check is no matter of wording"),
        (len(exercise.wrong), 2, "known wrong answers, so that the check has been seen to reject and to name"),
        (len(set(exercise.hints)), 3, "different hints: a nudge, the idea, nearly the line of code"),
    ):
        assert found >= needed, f"{exercise.id} has {found} of the {needed} {what}"
    assert len(exercise.hints) == 3, f"{exercise.id} has {len(exercise.hints)} hints; the ladder has three rungs"
    assert len({wrong.name for wrong in exercise.wrong}) == len(exercise.wrong)
    assert all(wrong.explanation.endswith((".", "?", ")")) and wrong.name for wrong in exercise.wrong)
    assert exercise.id == f"{exercise.lesson.concept}.{exercise.name}"
    assert (exercise.points >= 1, exercise.minutes >= 1, exercise.difficulty in (1, 2, 3)) == (True, True, True)


@every_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_wrong_answers_do_the_same_on_all_cases(exercise, seed):
    cases = list(exercise.cases(np.random.default_rng(seed)))
    wrong = {answer.name: [call(answer.function, case) for case in cases] for answer in exercise.wrong}
    pairs = itertools.combinations(wrong.items(), 2)
    assert [(first, second) for (first, a), (second, b) in pairs if alike(a, b, exercise)] == []


@every_exercise
def test_cases_are_fresh_at_every_check_and_the_same_for_a_seed(exercise):
    def arguments(seed):
        return [case.args for case in exercise.cases(np.random.default_rng(seed))]

    assert same(arguments(3), arguments(3))
    assert any(not same(arguments(3), arguments(seed)) for seed in SEEDS if seed != 3)


@every_exercise
def test_the_sizes_of_the_cases_vary_so_that_none_can_be_written_into_an_answer(exercise):
    cases = list(exercise.cases(np.random.default_rng(0)))
    first = {np.shape(case.args[0]) or case.args[0] for case in cases}
    assert len(first) >= 3


@every_exercise
def test_the_header_says_id_points_minutes_and_how_to_get_a_hint(exercise):
    header = exercise.header()
    for part in (exercise.id, f"{exercise.points} point", f"{exercise.minutes} minutes", exercise.specification):
        assert part in header
    assert f'hint("{exercise.id}")' in header


def test_the_table_of_verdicts_ends_in_its_sum():
    text, as_expected = table(seed=7)
    wrong = sum(len(exercise.wrong) for exercise in all_exercises())
    right = sum(len(exercise.also_right) for exercise in all_exercises())
    assert as_expected
    assert text.splitlines()[-1] == f"{wrong} wrong and {right} right answers tried; none not as expected"
    assert "BAD" not in text


def test_the_table_of_verdicts_can_fail(monkeypatch):
    unnamed = Row("attention.softmax", "no scale", "failed: no scale", "failed")
    monkeypatch.setattr("course_lib.practice.verdicts.trials", lambda exercise, seed: [unnamed])
    text, as_expected = table()
    assert not as_expected
    assert text.startswith("BAD attention.softmax  no scale  failed")


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        ("attention.sofmax", "Did you mean 'attention.softmax'?"),
        ("atention.softmax", "Did you mean 'attention.softmax'?"),
        ("attention.quicksort", "There are: attention.softmax"),
        ("", "There are: start_here.mean_of_rows"),
    ],
)
def test_an_unknown_exercise_is_answered_with_the_closest_or_with_the_list(asked, advice):
    with pytest.raises(LookupError) as unknown:
        find_exercise(asked)
    assert advice in str(unknown.value)
