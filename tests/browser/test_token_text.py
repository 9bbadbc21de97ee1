"""The panel of coloured tokens as a learner meets it: text is typed, a token is pointed at, the keyboard moves along."""

import pytest
from test_explorer import drawn, show, state, wait_at

pytestmark = pytest.mark.browser

CELLS = [
    "from course_lib.tokenization.figures import typed_explorer\nfigure = typed_explorer()\nfigure # asks: frames='never'"
]


def test_typed_text_is_cut_into_coloured_tokens(lab, page):
    from course_lib.tokenization.figures import typed_frame

    show(lab, page, CELLS)
    for text in ("the array and the tree 🌲 森林", ""):
        page.locator(".course-controls input[type=text]").fill(text)
        wait_at(page, text=text)
        page.wait_for_timeout(150)
        expected = typed_frame(text, 512)
        assert drawn(page)["TokenText 0"] == {"tokens": expected["tokens"], "ids": expected["ids"].tolist()}
    page.locator(".course-controls input[type=text]").fill("the array")
    wait_at(page, text="the array")
    page.wait_for_timeout(150)
    boxes = page.locator(".course-tokentext rect.course-piece:not([display=none])")
    tokens = typed_frame("the array", 512)["tokens"]
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
