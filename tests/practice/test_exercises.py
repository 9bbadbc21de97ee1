"""Every exercise of the course: right answers pass, wrong ones are rejected by name, and no two are mixed up."""

import inspect
import itertools
import re
import subprocess
import sys
import textwrap
import types
from pathlib import Path

import numpy as np
import pytest

from course_lib.practice.catalogue import all_exercises, exercise_ids, find_exercise
from course_lib.practice.comparing import same
from course_lib.practice.exercise import Asked, read_exercise, right, wrong
from course_lib.practice.judging import judge
from course_lib.practice.running import call
from course_lib.practice.verdicts import Row, table, trials
from course_lib.syllabus import LESSONS, lesson_of

ROOT = Path(__file__).resolve().parents[2]
LEDGER = Path(__file__).with_name("numbers_of_mistakes.txt")
SEEDS = (0, 1, 2, 3, 5, 8)
#: Two of them at every run; the others, and twenty, where the slow tests are run.
SEVERAL = pytest.mark.parametrize(
    "seed", [*SEEDS[:2], *(pytest.param(seed, marks=pytest.mark.slow) for seed in SEEDS[2:])]
)
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
@SEVERAL
def test_right_answers_pass_and_wrong_answers_are_rejected_by_name(exercise, seed):
    rows = list(trials(exercise, seed))
    assert [row for row in rows if not row.as_expected] == []
    assert len(rows) == len(exercise.also_right) + len(exercise.wrong)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@every_exercise
def test_no_verdict_differs_from_seed_to_seed(exercise):
    """A rule that is stated is tested by a case that is always there, never by luck."""
    lucky = [(seed, row) for seed in range(20) for row in trials(exercise, seed) if not row.as_expected]
    assert lucky == []


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


def test_the_number_of_a_mistake_never_changes():
    """The ledger holds every number that was ever given: a new mistake adds a line, and no line is given to another."""
    kept = dict(line.split(" ", 1) for line in LEDGER.read_text(encoding="utf-8").splitlines())
    found = {f"{exercise.id}/{wrong.number}": wrong.name for exercise in all_exercises() for wrong in exercise.wrong}
    changed = {
        number: (kept[number], found[number]) for number in kept.keys() & found.keys() if kept[number] != found[number]
    }
    assert changed == {}, "renamed? then change the ledger's line; another mistake? then give it a new number"
    assert found.keys() - kept.keys() == set(), f"new mistakes: add their lines to {LEDGER.name}"


FILE = """
ASKED, HINTS = asked, ("a", "b", "c")
cases = lambda rng: []
twice = right(lambda n: n + n)
@wrong(2, "adds two", "You add 2.")
def adds_two(n):
    return n + 2
adds_three = wrong({number}, "adds three", "You add 3.", lambda n: adds_two(n) + 1)
"""


def written(source):
    """A file of an exercise, as it is imported."""
    module = types.ModuleType("course_lib.start_here.exercises.double")
    module.__file__ = "double.py"
    vars(module).update(right=right, wrong=wrong, asked=Asked("Double `n`.", reference=lambda n: 2 * n))
    exec(source, vars(module))
    return module


def test_a_file_reads_as_an_exercise():
    exercise = read_exercise(written(FILE.format(number=5)))
    assert (exercise.id, exercise.name, exercise.reference(3)) == ("start_here.double", "double", 6)
    assert [(wrong.number, wrong.name, wrong.function(1)) for wrong in exercise.wrong] == [
        (2, "adds two", 3),
        (5, "adds three", 4),
    ]
    assert [answer(4) for answer in exercise.also_right] == [8]


def test_a_file_that_is_not_whole_says_what_is_missing():
    with pytest.raises(TypeError, match=r"double.py gives a number to two mistakes: \[2\]"):
        read_exercise(written(FILE.format(number=2)))
    with pytest.raises(TypeError, match=r"double.py declares no ASKED and no cases"):
        read_exercise(written('HINTS = ("a", "b", "c")'))


@pytest.mark.parametrize("concept", [lesson.concept for lesson in LESSONS if exercise_ids(lesson)])
def test_every_file_of_exercises_is_named_in_the_order_of_its_lesson(concept):
    folder = ROOT / "course_lib" / concept / "exercises"
    declaring = {path.stem for path in folder.glob("*.py") if re.search(r"^ASKED = ", path.read_text(), re.MULTILINE)}
    named = [exercise_id.partition(".")[2] for exercise_id in exercise_ids(lesson_of(concept))]
    assert set(named) == declaring
    assert len(set(named)) == len(named)


def test_no_answer_belongs_to_two_exercises():
    """An answer that one file imports from another would count for both."""
    functions = [function for exercise in all_exercises() for function in exercise.also_right]
    functions += [mistake.function for exercise in all_exercises() for mistake in exercise.wrong]
    assert len(set(map(id, functions))) == len(functions)


def test_finding_one_exercise_imports_the_file_of_no_other():
    code = (
        "import sys; from course_lib.practice.catalogue import find_exercise; find_exercise('attention.softmax'); "
        "print(sorted(name for name in sys.modules if '.exercises.' in name))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "['course_lib.attention.exercises.softmax']"


@every_exercise
@SEVERAL
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


def shape_of(argument):
    """The shape of an array, or of a list's arrays where they differ."""
    try:
        return np.shape(argument)
    except ValueError:
        return tuple(map(np.shape, argument))


@every_exercise
def test_the_sizes_of_the_cases_vary_so_that_none_can_be_written_into_an_answer(exercise):
    cases = list(exercise.cases(np.random.default_rng(0)))
    first = {shape_of(case.args[0]) or case.args[0] for case in cases}
    assert len(first) >= 3


@every_exercise
def test_the_header_says_id_points_minutes_and_how_to_get_a_hint(exercise):
    header = exercise.header()
    for part in (exercise.id, f"{exercise.points} point", f"{exercise.minutes} minutes", exercise.specification):
        assert part in header
    assert f'hint("{exercise.id}")' in header


def test_the_table_of_verdicts_ends_in_its_sum(monkeypatch):
    few = all_exercises()[::15]  # `python -m course_lib verdicts` makes the whole one, and CI reads its last line
    monkeypatch.setattr("course_lib.practice.verdicts.all_exercises", lambda: few)
    text, as_expected = table(seed=7)
    wrong, right = (sum(map(len, found)) for found in zip(*((one.wrong, one.also_right) for one in few), strict=True))
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
