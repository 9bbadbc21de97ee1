"""Lesson 04 as a learner meets it: through the menu, with mouse and keyboard, wrong first, then right, and back tomorrow."""

import json
import os
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from lab import running_lab

from course_lib.practice.catalogue import all_exercises
from course_lib.practice.markers import answer_line

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
WRONG = """\
# exercise: attention.softmax
def softmax(scores):
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
"""
RIGHT = """\
# exercise: attention.softmax
def softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
"""


@pytest.fixture(scope="module")
def course(_need_browser, tmp_path_factory):
    """A JupyterLab on a copy of the notebooks that keeps progress beside them, as a learner's does."""
    before = os.environ.pop("COURSE_PROGRESS", None)
    try:
        with running_lab(tmp_path_factory.mktemp("course")) as running:
            for notebook in NOTEBOOKS.glob("*.ipynb"):
                shutil.copy(notebook, running.root)
            yield running
    finally:
        if before is not None:
            os.environ["COURSE_PROGRESS"] = before


def place_of(course, start: str) -> int:
    """The number of the first cell whose text begins like this."""
    cells = json.loads((course.root / "04_attention.ipynb").read_text(encoding="utf-8"))["cells"]
    return next(i for i, cell in enumerate(cells) if "".join(cell["source"]).startswith(start))


def scroll_to(page, index: int):
    """Bring a cell into view (JupyterLab keeps only those near the view in the page) and return it."""
    page.evaluate(
        "async (i) => { const c = window.notebook.content; c.activeCellIndex = i; await c.scrollToItem(i, 'start'); }",
        index,
    )
    cell = page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')
    cell.wait_for(state="visible")
    return cell


def finished(page) -> bool:
    """Whether every code cell has been run."""
    return page.evaluate(
        "() => window.notebook.content.widgets.every(c => c.model.type !== 'code' || c.model.executionCount !== null)"
    )


def write_answer(page, course, source: str) -> str:
    """Type an answer into the exercise, run it and its check with Shift+Enter, and return what the check says."""
    index = place_of(course, answer_line("attention.softmax"))
    cell = scroll_to(page, index)
    before = page.evaluate("(i) => window.notebook.content.widgets[i].model.executionCount", index + 1)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        "([i, n]) => { const m = window.notebook.content.widgets[i].model; return m.executionCount > n && m.outputs.length; }",
        arg=[index + 1, before],
    )
    return scroll_to(page, index + 1).locator(".course-card").inner_text()


def test_a_learner_goes_through_lesson_04(course, browser):
    page = browser.new_page()
    course.open(page, "04_attention.ipynb")

    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        "() => window.notebook.content.widgets.every(c => c.model.type !== 'code' || c.model.executionCount !== null)",
        timeout=120_000,
    )
    assert finished(page)

    # a guess: the picture comes
    figure = scroll_to(page, place_of(course, "figures.attention_explorer("))
    figure.locator(".course-guesses button").nth(2).click()
    figure.locator(".course-figure").first.wait_for()

    # a slider: the picture changes
    numbers = figure.locator(".course-figure").first
    before = numbers.inner_text()
    handle = figure.locator("input[type=range]").first
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("([before]) => ![...document.querySelectorAll('.course-figure')].some(f => f.innerText === before)",
                           arg=[before])  # fmt: skip
    assert numbers.inner_text() != before

    # a token: its weights appear
    figure.get_by_role("button", name=re.compile("^forest, weight")).hover()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.course-figure')].some(f => /query: forest/.test(f.innerText))"
    )

    # wrong first: the mistake is named
    said = write_answer(page, course, WRONG)
    assert "FAILED: no shift, so exp overflows" in said
    assert "exp(1000) is infinity" in said

    # then right
    said = write_answer(page, course, RIGHT)
    assert "PASSED · attention.softmax · 2 of 2 points" in said

    # back tomorrow: the answer, its card and the progress are there
    page.evaluate("async () => { await window.notebook.context.save(); }")
    page.close()
    course.stop_kernels()
    page = browser.new_page()
    course.open(page, "04_attention.ipynb")
    index = place_of(course, answer_line("attention.softmax"))
    assert "scores.max" in page.evaluate("(i) => window.notebook.content.widgets[i].model.sharedModel.source", index)
    assert "PASSED" in scroll_to(page, index + 1).locator(".course-card").inner_text()
    page.evaluate(
        """async () => {
            const {commands} = window.jupyterapp, content = window.notebook.content;
            content.activeCellIndex = 0;
            await commands.execute('notebook:insert-cell-below');
            content.activeCell.model.sharedModel.source = 'from course_lib.lesson import progress_board\\nprogress_board()';
            await commands.execute('notebook:run-cell');
        }"""
    )
    board = page.locator(".course-board")
    board.wait_for()
    exercises = all_exercises()
    points = sum(exercise.points for exercise in exercises)
    assert f"1 of {len(exercises)} exercises, 2 of {points} points" in board.inner_text()
    with sqlite3.connect(course.root / "progress.sqlite") as connection:
        tries = connection.execute("SELECT state, misconception FROM attempts ORDER BY id").fetchall()
    connection.close()
    assert tries == [("failed", "no shift, so exp overflows"), ("passed", None)]
    page.close()
    course.stop_kernels()


def test_the_lab_sends_widget_messages_to_the_main_thread(course, browser):
    """The one setting that `make lab` brings: without it callbacks run on a second thread, beside the running cell."""
    page = browser.new_page()
    course.open(page, "00_start_here.ipynb")
    setting = page.evaluate(
        """async () => {
            const registry = await window.jupyterapp.serviceManager.settings.fetch('@jupyterlab/apputils-extension:kernels-settings');
            return registry.schema.properties.commsOverSubshells.default;
        }"""
    )
    page.close()
    course.stop_kernels()
    assert setting == "disabled"
