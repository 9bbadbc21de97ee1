"""A notebook that was saved and is opened again, before anything is run: pictures, a sentence that says what wakes them, and no
answer given away."""

import pytest
from lab import run_cell
from test_explorer import show

pytestmark = pytest.mark.browser

FIGURE = """from course_lib.explorer import *
Explorer(lambda n: {"a": [1.0, float(n)]}, [Slider("n", [1, 2, 3], value=2)], [[Bars("a")]], title="Two bars",
         alt=lambda values, arrays: f"Two bars, the second {values['n']} high.")"""
QUESTION = """Explorer(lambda n: {"a": [1.0, float(n)]}, [Slider("n", [1, 2, 3], value=2)], [[Bars("a")]], title="A question",
         predict=Predict("How high is the second?", answer=lambda frame: frame["a"][1], low=0, high=3), name="test.reopened")"""
PICTURE = """from course_lib.explorer.pictures import picture, subplots
chart, axes = subplots(size=(6, 2))
axes.plot([1, 2, 4])
picture(chart, "A line that rises from 1 to 4.")"""


def reopened(lab, page, cells, theme="JupyterLab Light"):
    show(lab, page, cells, name="saved.ipynb")
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.notebook.context.model.dirty")
    lab.stop_kernels()
    lab.open(page, "saved.ipynb", theme)
    page.wait_for_selector(".course-still", state="attached")
    page.wait_for_timeout(1500)  # for what the widget manager may still say of widgets that are gone
    return page


def test_a_still_picture_says_what_brings_it_to_life(lab, page):
    reopened(lab, page, [FIGURE, PICTURE])
    still = page.locator(".course-still").first
    assert still.locator("img.course-light").is_visible()
    assert not still.locator("img.course-dark").is_visible()
    assert still.locator("img.course-light").get_attribute("alt") == "Two bars, the second 2 high."
    assert "Run the cell above" in still.inner_text()
    assert page.locator(".course-figure").count() == 0, "nothing that looks alive"
    seen = page.locator(".jp-Notebook").inner_text()
    assert "model not found" not in seen.lower()
    assert "error displaying widget" not in seen.lower()
    chart = page.locator(".course-picture img.course-light").last
    assert chart.is_visible()
    assert chart.get_attribute("alt") == "A line that rises from 1 to 4."
    run_cell(page, 0)
    page.wait_for_selector(".course-figure")
    assert not still.is_visible(), "the living figure stands for it"


def test_in_a_dark_theme_the_dark_picture_is_shown(lab, page):
    reopened(lab, page, [FIGURE, PICTURE], theme="JupyterLab Dark")
    for picture in page.locator(".course-picture").all():
        assert picture.locator("img.course-dark").is_visible()
        assert not picture.locator("img.course-light").is_visible()


def test_no_answer_is_given_away(lab, page):
    reopened(lab, page, [FIGURE, QUESTION])
    asked = page.locator(".course-still").nth(1)
    assert "How high is the second?" in asked.inner_text()
    assert not asked.locator("img").first.is_visible()
    asked.locator("summary").click()
    assert asked.locator("img.course-light").is_visible(), "whoever wants to see it can"
