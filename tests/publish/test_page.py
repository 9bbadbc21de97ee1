"""One page with all figures of a lesson: which figures a lesson has, what is written, and what is refused."""

import json
import re

import pytest

from course_lib import cli
from course_lib.explorer import Bars, Choice, Explorer, Heatmap, Predict, Slider, TextInput
from course_lib.explorer.hosts.page import IN_NOTEBOOK, figure_html, page_html, recorded
from course_lib.publish.figures_of import CellFailed, figures_of

LESSON = """# %% [markdown]
# # 99
#
# ## Squares
#
# They grow.

# %%
from IPython.display import display

from course_lib.explorer import Bars, Explorer, Slider

print("printed")


def figure(name):
    return Explorer(lambda n: {"a": [n, n * n]}, [Slider("n", [1, 2, 3])], [[Bars("a")]], title=name)


display(figure("first"))
figure("second")

# %%
3
"""


def lesson(tmp_path, text=LESSON):
    path = tmp_path / "00_start_here.py"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def any_lesson(monkeypatch):
    """These lessons have no exercises, which the order of a real one would demand."""
    monkeypatch.setattr("course_lib.publish.source.check_order", lambda path, cells: None)


def typed(examples=()):
    return Explorer(
        lambda text: {"a": [len(text), 1.0]},
        [TextInput("text", "abc", examples=examples)],
        [[Bars("a")]],
        title="typed",
    )


def test_the_figures_of_a_lesson_in_their_order_with_the_words_above(tmp_path, any_lesson, capsys):
    found = figures_of(lesson(tmp_path))
    assert [figure.title for _, figure in found] == ["first", "second"]
    assert all("They grow." in text for text, _ in found)
    assert capsys.readouterr().out == ""


def test_a_cell_that_raises_is_named(tmp_path, any_lesson):
    path = lesson(tmp_path, LESSON.replace("\n3\n", "\n1 / 0\n"))
    with pytest.raises(CellFailed, match=r"00_start_here.py, cell 2: ZeroDivisionError"):
        figures_of(path)


def test_all_frames_lie_beside_the_figure():
    figure = Explorer(lambda n: {"a": [n, n * n]}, [Slider("n", [1, 2, 3])], [[Bars("a")]], title="squares")
    text = figure_html(figure, "figure-0")
    packed = json.loads(re.search(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)[1].replace("<\\/", "</"))
    assert packed["spec"]["axes"] == ["n"]
    assert packed["data"]["names"][0] == "a"
    assert 'id="figure-0"' in text
    assert 'alt="squares at n 1."' in text


def test_a_typed_text_is_chosen_from_examples_or_lives_in_the_notebook():
    assert recorded(typed()) is None
    assert IN_NOTEBOOK in figure_html(typed(), "figure-0")
    found = recorded(typed(["ab", "abcd"]))
    assert found["spec"]["controls"][0] | {"label": ""} == {
        "name": "text", "label": "", "kind": "Choice", "start": 0, "labels": ["abc", "ab", "abcd"], "size": 3
    }  # fmt: skip


def test_a_figure_with_too_many_frames_lives_in_the_notebook():
    wide = Explorer(
        lambda a, b: {"m": [[float(a)] * 300] * 300},
        [Slider("a", list(range(300))), Choice("b", list(range(300)))],
        [[Heatmap("m")]],
        title="wide",
    )
    assert recorded(wide) is None


def test_what_is_to_be_guessed_is_not_given_away():
    ask = Predict("How high?", low=0, high=10, answer=lambda frame: frame["a"][0])
    figure = Explorer(lambda n: {"a": [n]}, [Slider("n", [2.0, 3.0])], [[Bars("a")]], title="guess", predict=ask)
    text = figure_html(figure, "figure-0")
    still = re.search(r"<noscript>(.*?)</noscript>", text, re.DOTALL)[1]
    assert re.search(r"<details><summary>[^<]*</summary><div[^>]*><img", still), "folded away even where no script runs"
    assert still.count("<img") == text.count("<img")


def test_the_page_asks_nothing_of_any_other_machine():
    page = page_html("Squares & more", [("<p>words</p>", typed(["a"]))])
    assert "<title>Squares &amp; more</title>" in page
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)
    assert not re.search(r"@import|url\((?!data:)", page)


def test_the_command_refuses_what_is_not_there(tmp_path, monkeypatch, capsys):
    assert cli.main(["page", "99"]) == 2
    assert "there is no lesson '99'" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert cli.main(["page", "04", "--out", str(tmp_path / "file" / "a.html")]) == 2
    monkeypatch.setattr("course_lib.commands.common.ROOT", tmp_path)
    assert cli.main(["page", "vision", "--out", str(tmp_path / "a.html")]) == 2
    assert "is not written yet" in capsys.readouterr().err


def test_the_command_writes_one_page(tmp_path, monkeypatch, any_lesson, capsys):
    (tmp_path / "lessons").mkdir()
    lesson(tmp_path / "lessons")
    monkeypatch.setattr("course_lib.commands.common.ROOT", tmp_path)
    assert cli.main(["page", "start_here"]) == 0
    assert "2 figures, 2 of them alive" in capsys.readouterr().out
    assert (tmp_path / "build" / "pages" / "00_start_here.html").read_text(encoding="utf-8").count(
        "data-course-figure="
    ) == 2
    (tmp_path / "lessons" / "00_start_here.py").write_text(LESSON.replace("\n3\n", "\n1 / 0\n"))
    assert cli.main(["page", "start_here", "--out", str(tmp_path / "b.html")]) == 1
    assert not (tmp_path / "b.html").exists()
