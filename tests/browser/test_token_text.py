"""The panel of coloured tokens as a learner meets it: text is typed, a token is pointed at, the keyboard moves along."""

import json
import subprocess
import sys

import pytest
from test_explorer import drawn, show, state, wait_at

pytestmark = pytest.mark.browser

CELLS = [
    "from course_lib.tokenization.figures import typed_explorer\nfigure = typed_explorer()\nfigure # asks: frames='never'"
]


def frame_of(text):
    """What Python computes for a text, in a process as fresh as a kernel."""
    code = "import json, sys; from course_lib.tokenization.figures import typed_frame; f = typed_frame(sys.argv[1], 512); print(json.dumps([f['tokens'], f['ids'].tolist()]))"
    run = subprocess.run([sys.executable, "-c", code, text], capture_output=True, text=True, check=True)
    tokens, ids = json.loads(run.stdout)
    return {"tokens": tokens, "ids": ids}


def test_typed_text_is_cut_into_coloured_tokens(lab, page):
    show(lab, page, CELLS)
    for text in ("the array and the tree 🌲 森林", ""):
        page.locator(".course-controls input[type=text]").fill(text)
        wait_at(page, text=text)
        page.wait_for_timeout(150)
        assert drawn(page)["TokenText 0"] == frame_of(text)
    page.locator(".course-controls input[type=text]").fill("the array")
    wait_at(page, text="the array")
    page.wait_for_timeout(150)
    boxes = page.locator(".course-tokentext rect.course-piece:not([display=none])")
    tokens = frame_of("the array")["tokens"]
    assert boxes.count() == len(tokens) >= 2
    assert boxes.nth(0).get_attribute("fill") != boxes.nth(1).get_attribute("fill"), "neighbours differ"

    first = boxes.nth(0).bounding_box()
    page.mouse.move(first["x"] + first["width"] / 2, first["y"] + 8)
    says = page.locator(".course-tokentext text.course-axis").first
    page.wait_for_function(
        "() => document.querySelector('.course-tokentext text.course-axis').textContent.startsWith('token 1 of')"
    )
    assert tokens[0] in says.text_content()
    page.locator(".course-tokentext").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.course-live').textContent.startsWith('token 2 of')")
    page.mouse.move(2, 2)
    assert state(page)["mode"] == "ask"
