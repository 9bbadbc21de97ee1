"""Every known mistake has a page of its own, made from the exercise's file, and the card of a check leads to it."""

import ast

import numpy as np
import pytest

from course_lib import cli
from course_lib.practice import check
from course_lib.practice.catalogue import find_exercise
from course_lib.practice.mistake_code import ELSE, code_of
from course_lib.practice.mistakes import all_mistakes, find_mistake, write_pages

MISTAKES = list(all_mistakes())


def overflows(scores):
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def test_numbers_are_told_apart():
    assert len({mistake.id for mistake in MISTAKES}) == len(MISTAKES) > 900


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_the_code_of_a_mistake_can_be_read_and_shows_no_right_answer(mistake):
    code = code_of(mistake.exercise, mistake.wrong)
    ast.parse(code)
    assert "@wrong" not in code
    assert "@right" not in code
    assert mistake.wrong.explanation[:30] not in code


def test_helpers_come_along_and_lambdas_are_shown():
    softmax = find_exercise("attention.softmax")
    whole = next(wrong for wrong in softmax.wrong if wrong.number == 2)
    assert "def _exp_over_sum" in code_of(softmax, whole)
    assert code_of(softmax, whole).endswith("return _exp_over_sum(scores, scores.max(), None)")


def test_of_an_answer_with_one_part_exchanged_that_part_is_shown_and_not_the_right_ones():
    adamw = find_exercise("training.adamw_step")
    code = code_of(adamw, next(wrong for wrong in adamw.wrong if wrong.name == "corrected without the power"))
    assert code == f"{ELSE}\ncorrect = lambda m, v, step, b1, b2: (m / (1 - b1), v / (1 - b2))"


def test_a_page_tells_the_code_the_symptom_and_why():
    page = find_mistake("M-attention-softmax-3").page()
    assert page.startswith("# M-attention-softmax-3 · no shift, so exp overflows\n")
    assert "exercise `attention.softmax` of lesson 4" in page
    assert "It shows for: scores near 1000" in page
    assert "It does not show for: an ordinary case" in page
    assert "returned = [[nan" in page
    assert "infinity divided by infinity is NaN" in page


def test_pages_are_written_with_an_index(tmp_path, monkeypatch):
    few = [find_exercise("attention.softmax"), find_exercise("start_here.mean_of_rows")]
    monkeypatch.setattr("course_lib.practice.mistakes.all_exercises", lambda: iter(few))
    count = write_pages(tmp_path / "pages")
    assert count == sum(len(exercise.wrong) for exercise in few)
    written = sorted(path.name for path in (tmp_path / "pages").iterdir())
    assert len(written) == count + 1
    index = (tmp_path / "pages" / "index.md").read_text(encoding="utf-8")
    assert all(f"]({name})" in index for name in written if name != "index.md")


def test_the_card_leads_to_the_page():
    report = check("attention.softmax", overflows, seed=0)
    assert [mistake.id for mistake in report.mistakes] == ["M-attention-softmax-3"]
    assert "M-attention-softmax-3" in repr(report)
    card = report._repr_html_()
    assert "<code>M-attention-softmax-3</code>: the mistake as code" in card
    assert "return _exp_over_sum(scores, 0.0, -1)" in card


def test_no_number_where_no_known_mistake_was_found():
    assert check("attention.softmax", lambda scores: scores + 0.123, seed=0).mistakes == ()
    assert check("no.such", overflows).mistakes == ()


def test_the_command_prints_one_or_writes_all(tmp_path, capsys, monkeypatch):
    assert cli.main(["mistakes", "M-attention-softmax-3"]) == 0
    assert capsys.readouterr().out == find_mistake("M-attention-softmax-3").page()
    assert cli.main(["mistakes", "M-attention-sofmax-3"]) == 2
    assert "Did you mean M-attention-softmax-3?" in capsys.readouterr().err
    monkeypatch.setattr("course_lib.practice.mistakes.all_exercises", lambda: iter([find_exercise("loss.shift")]))
    assert cli.main(["mistakes", "--out", str(tmp_path / "out")]) == 0
    assert "pages and index.md" in capsys.readouterr().out
    (tmp_path / "file").write_text("")
    assert cli.main(["mistakes", "--out", str(tmp_path / "file")]) == 2
    assert cli.main(["mistakes", "M-attention-softmax-3", "--out", str(tmp_path)]) == 2
