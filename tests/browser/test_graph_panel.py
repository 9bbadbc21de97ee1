"""The graph that one steps back through, in the page: it draws what Python computes, and says it to whoever cannot see."""

import pytest
from lab import run_all

from course_lib.backprop.figures import graph_frame

pytestmark = pytest.mark.browser

STATE = "document.querySelector('.course-figure').parentElement"


def test_a_step_back_draws_the_messages_and_a_box_pointed_at_is_outlined(lab, page):
    page.set_default_timeout(15000)
    cells = ["from course_lib.backprop.figures import graph_explorer", "graph_explorer()"]
    lab.open(page, lab.add("graph.ipynb", cells))
    run_all(page)
    page.wait_for_function(f"() => {STATE}?.courseState?.painted && {STATE}.courseState.mode === 'frames'")
    page.locator(".course-step", has_text="m sends").click()
    page.wait_for_function(f"() => {STATE}.courseDrawn['Graph 0'].messages[0] === 12")
    drawn, frame = page.evaluate(f"() => {STATE}.courseDrawn['Graph 0']"), graph_frame(step=7)
    assert drawn["values"] == frame["values"].tolist()
    assert drawn["below"] == frame["gradients"].tolist()
    assert drawn["lit"] == frame["lit"].tolist()
    assert [message for message in drawn["messages"] if message is not None and message == message] == [12, 9]
    page.locator(".course-graph").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.course-live').textContent.includes('gradient 15')")
    assert page.locator(".course-graph .course-focus:not([display])").count() == 1
