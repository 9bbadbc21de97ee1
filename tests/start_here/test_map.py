"""The map and the list of lessons: links lead exactly to notebooks that exist, and every lesson is named."""

import html
import re

import pytest

from course_lib import syllabus
from course_lib.start_here import map as course_map
from course_lib.start_here.map import AROUND, FLOW, INSIDE_A_BLOCK, NOTEBOOKS, lesson_list, transformer_map
from course_lib.syllabus import LESSONS, Lesson, lesson_of

ON_THE_MAP = [lesson_of(of) for parts in [*(parts for _, parts in FLOW), INSIDE_A_BLOCK, AROUND] for _, of in parts]


def links(shown):
    return re.findall(r'href="([^"]+)"', shown._repr_html_())


def without_notebook(shown):
    return re.findall(r'being written"[^>]*>(\d\d) ', shown._repr_html_())


@pytest.mark.parametrize("make", [transformer_map, lesson_list])
def test_links_lead_exactly_to_the_notebooks_that_are_there(make):
    there = {path.name for path in NOTEBOOKS.glob("*.ipynb")}
    assert there
    assert set(links(make())) == there & {f"{lesson.name}.ipynb" for lesson in LESSONS} - missing_from(make)


def missing_from(make):
    """The notebooks that a view does not speak of: the map leaves lesson 00 out, in which it stands itself."""
    return {"00_start_here.ipynb"} if make is transformer_map else set()


@pytest.mark.parametrize("make", [transformer_map, lesson_list])
def test_a_folder_without_notebooks_gets_names_without_links(make, tmp_path):
    assert links(make(tmp_path)) == []
    assert len(without_notebook(make(tmp_path))) == (len(LESSONS) if make is lesson_list else len(ON_THE_MAP) - 1)


@pytest.mark.parametrize("make", [transformer_map, lesson_list])
def test_a_notebook_that_appears_gets_its_link_and_no_other_does(make, tmp_path):
    (tmp_path / "09_backprop.ipynb").touch()
    (tmp_path / "09_mine.ipynb").touch()
    assert links(make(tmp_path)) == ["09_backprop.ipynb"]
    assert "09" not in without_notebook(make(tmp_path))


def test_the_map_names_every_lesson_but_the_one_it_stands_in():
    assert {lesson.number for lesson in ON_THE_MAP} == {lesson.number for lesson in LESSONS} - {0}


def test_a_lesson_without_a_place_on_the_map_stands_beside_it(monkeypatch, tmp_path):
    new = Lesson(99, "unplaced", "A new lesson", "not on the map yet")
    monkeypatch.setattr(course_map, "LESSONS", (*LESSONS, new))
    monkeypatch.setattr(syllabus, "LESSONS", (*LESSONS, new))
    assert "99 A new lesson</span>" in transformer_map(tmp_path)._repr_html_()


def test_the_list_names_every_lesson_with_its_summary_in_order():
    lines = str(lesson_list()).splitlines()
    assert lines == [f"{lesson.number:02d} {lesson.title}: {lesson.summary}" for lesson in LESSONS]
    table = lesson_list()._repr_html_()
    places = [table.index(html.escape(lesson.summary)) for lesson in LESSONS]
    assert places == sorted(places)


def test_as_text_the_map_runs_from_the_probabilities_down_to_the_text():
    lines = str(transformer_map()).splitlines()
    assert lines[0] == "probabilities of the next token"
    assert lines[-1] == "text"
    assert "      one head of attention (lesson 04)" in lines
    assert lines.index("integers") > lines.index("vectors") > lines.index("logits")


def test_titles_are_escaped(monkeypatch, tmp_path):
    odd = Lesson(3, "positional_encoding", "sin & <cos>", "a < b")
    monkeypatch.setattr(course_map, "LESSONS", (odd,))
    (tmp_path / f"{odd.name}.ipynb").touch()
    table = lesson_list(tmp_path)._repr_html_()
    assert "03 sin &amp; &lt;cos&gt;</a>" in table
    assert "a &lt; b</td>" in table


@pytest.mark.parametrize("make", [transformer_map, lesson_list])
def test_every_element_that_is_opened_is_closed(make):
    shown = make()._repr_html_()
    for tag in ("div", "a", "span", "table", "tr", "td", "strong"):
        assert len(re.findall(rf"<{tag}[ >]", shown)) == shown.count(f"</{tag}>")
