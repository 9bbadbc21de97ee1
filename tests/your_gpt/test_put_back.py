"""Mistakes put back into the works."""

import numpy as np
import pytest

from course_lib.backprop import gpt
from course_lib.practice.mine import Mine
from course_lib.practice.progress import Progress
from course_lib.training.by_hand import Settings
from course_lib.your_gpt import assembly, put_back, recall


@pytest.fixture(scope="module")
def run():
    params = gpt.random_params(4, 3, 1, 16, 1, np.random.default_rng(0))
    pairs, config = (
        recall.pairs(60, 8, 2, 4, np.random.default_rng(1)),
        Settings(steps=60, warmup=5, peak=2e-2, floor=2e-3),
    )
    return params, pairs, config, put_back.descend(Mine(), params, pairs, config)


def test_the_loop_is_that_of_the_exercise(run):
    params, pairs, config, right = run
    trained, losses = assembly.train(Mine(), params, pairs, config)
    np.testing.assert_allclose(right.losses, losses, atol=1e-9)
    np.testing.assert_allclose(right.params["table"], trained["table"], atol=1e-9)


@pytest.mark.parametrize("exercise_id", put_back.WORKS)
def test_every_part_of_the_works_can_be_exchanged(run, exercise_id):
    params, pairs, config, _ = run

    def broken(*args, **kwargs):
        raise ArithmeticError

    losses = put_back.descend(put_back.PutBack(Mine(), {exercise_id: broken}), params, pairs[:3], config)
    assert not np.isfinite(losses.losses).all(), "it was called"


def test_a_sign_is_noticed_and_the_right_answer_is_not(run):
    params, pairs, config, right = run
    name = next(name for name in put_back.known("backprop.cross_entropy_backward") if "sign" in name)
    does = lambda model: float(np.abs(model["table"]).max())  # noqa: E731
    found = put_back.try_mistake(
        "backprop.cross_entropy_backward", name, Mine(), [(params, pairs, right)] * 2, config, does
    )
    assert found.steps[0] is not None
    assert found.steps[0] == found.steps[1]
    assert min(found.behind) > 0.3
    assert not found.same
    assert found.does[0] == found.does[1] != does(params)
    assert not found.broke
    assert put_back.noticed(right.losses, right.losses) is None


@pytest.mark.parametrize(
    ("gap", "step"),
    [([0] * 20, None), ([1] * 20, 1), ([0] * 10 + [1] * 10, 6), ([1] * 5 + [0] * 15, None), ([np.inf] * 20, 1)],
)
def test_from_which_step_on_it_shows(gap, step):
    right = np.linspace(3, 1, 20)
    assert put_back.noticed(right, right + np.array(gap, float), margin=0.1, window=5) in (
        {step} if step != 6 else {5, 6, 7, 8}
    )


def test_earlier_mistakes_come_from_progress_the_latest_first(tmp_path):
    progress = Progress(tmp_path / "progress.sqlite")
    assert put_back.earlier(None) == put_back.earlier(progress) == []
    one, other = list(put_back.known("training.clip"))[:2]
    for exercise, name in (
        ("training.clip", one),
        ("attention.softmax", "something"),
        ("training.clip", other),
        ("training.clip", one),
    ):
        progress.record(exercise, "failed", 0.0, 1.0, name, None)
    progress.record("training.clip", "failed", 0.0, 1.0, "a name that is no longer known", None)
    assert put_back.earlier(progress) == [("training.clip", one), ("training.clip", other)]


def test_a_row_says_when_and_how_far_and_fits_the_column():
    row = put_back.Noticed("training.clip", "x" * 80, (None, 7, 1), (-0.001, 0.534, 1.2), (1.0, 0.5, 0.125)).line
    assert row.split("x ")[-1].split()[-7:] == ["–", "7", "1", "0.00", "0.53", "1.20", "12%"]
    assert len(row) <= 98, "wider than a notebook's output, which would break it"
    broken = put_back.Noticed("training.clip", "off", (1, 1), (np.inf, np.inf), (0.1, 0.1))
    assert broken.broke
    assert broken.line.endswith("broke off")


def test_what_the_task_never_touches_is_said(run, monkeypatch):
    params, pairs, config, right = run
    monkeypatch.setattr(put_back, "known", lambda exercise_id: {"none at all": Mine()[exercise_id]})
    found = put_back.try_mistake("training.clip", "none at all", Mine(), [(params, pairs, right)], config)
    assert (found.same, found.steps) == (True, (None,))
    assert found.line.endswith("untouched")
    assert found.does == ()


def test_ones_own_mistakes_come_first_and_known_ones_fill_the_table(tmp_path):
    progress = Progress(tmp_path / "progress.sqlite")
    known = [(exercise, next(iter(put_back.known(exercise)))) for exercise in put_back.WORKS]
    assert put_back.to_try(None) == put_back.to_try(progress) == known[: put_back.ROWS]
    name = list(put_back.known("training.clip"))[1]
    progress.record("training.clip", "failed", 0.0, 1.0, name, None)
    found = put_back.to_try(progress)
    assert found[0] == ("training.clip", name)
    assert found[1:] == [each for each in known if each[0] != "training.clip"][: put_back.ROWS - 1]


def test_it_is_said_which_rows_are_ones_own_and_what_has_become_of_the_others(tmp_path):
    progress = Progress(tmp_path / "progress.sqlite")
    rows = [put_back.Noticed("training.clip", f"mistake {i}", (), (), own=False) for i in range(9)]
    assert "no check has named one of them" in put_back.told(None, rows)
    assert "no check has named one of them" in put_back.told(progress, rows)
    names = list(put_back.known("training.clip"))[:2]
    for name in names:
        progress.record("training.clip", "failed", 0.0, 1.0, name, None)
    mine = [put_back.Noticed("training.clip", name, (), (), own=True) for name in names]
    assert put_back.told(progress, [*mine, *rows[2:]]) == "* 2 of 9: your own, as a check has named them"
    progress.record("attention.softmax", "failed", 0.0, 1.0, "elsewhere", None)
    assert put_back.told(progress, [mine[0], *rows[1:]]).endswith(
        "1 of 9: your own, as a check has named it; 2 more of yours lie in other parts, or had no room here"
    )
    assert put_back.Noticed("training.clip", "own", (1,), (0.5,), own=True).line.startswith("* clip: own")


def test_every_name_fits_its_column():
    for exercise in put_back.WORKS:
        for name in put_back.known(exercise):
            assert f": {name} " in put_back.Noticed(exercise, name, (None,) * 3, (0.0,) * 3).line
