"""Figures on a page without a kernel: opened from a file, with the network off, every control moves its picture."""

import numpy as np
import pytest

from course_lib.attention import figures
from course_lib.explorer import TextInput
from course_lib.explorer.hosts.page import page_html
from course_lib.tokenization.figures import typed_explorer

pytestmark = pytest.mark.browser

MADE = {
    "attention": figures.attention_explorer,
    "temperature": figures.temperature_explorer,
    "scale": figures.scale_explorer,
    "typed": typed_explorer,
}


@pytest.fixture
def still(browser, tmp_path):
    """The page of these figures, and the errors and requests it has made."""
    path = tmp_path / "figures.html"
    path.write_text(
        page_html("Figures", [(f"<h2>{name}</h2>", make()) for name, make in MADE.items()]), encoding="utf-8"
    )
    page = browser.new_page()
    page.errors, page.asked = [], []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    browser.set_offline(True)
    page.goto(path.as_uri())
    page.evaluate("() => localStorage.clear()")
    page.reload()
    page.wait_for_function(
        "() => document.querySelectorAll('.course-place').length === document.querySelectorAll('.course-figure').length"
    )
    yield page
    browser.set_offline(False)
    page.close()


def element(place):
    return f"document.getElementById('figure-{place}')"


def guess(page, place):
    """Answer the question of a figure that has one, whatever the answer."""
    box = page.locator(f"#figure-{place} .course-guesses")
    if box.is_visible():
        number = box.locator("input")
        if number.count():
            number.fill(number.get_attribute("min"))
            number.press("Enter")
        else:
            box.locator("button").first.click()


def test_every_control_moves_its_picture_and_nothing_is_asked_of_anybody(still):
    for place, make in enumerate(MADE.values()):
        figure = make()
        if any(isinstance(control, TextInput) and not control.examples for control in figure.controls):
            continue
        guess(still, place)
        for at, control in enumerate(figure.controls):
            index = len(getattr(control, "examples", ())) or len(control.options) - 1
            box = still.locator(f"#figure-{place} .course-control").nth(at)
            if box.locator("input[type=range]").count():
                box.locator("input[type=range]").focus()
                still.keyboard.press("End")
            elif box.locator("select").count():
                box.locator("select").select_option(index=index)
            elif box.locator(".course-step").count():
                box.locator(".course-step").nth(index).click()
            else:
                box.locator("input[type=checkbox]").set_checked(True)
            still.wait_for_function(f"([n, i]) => {element(place)}.courseState?.at[n] === i", arg=[control.name, index])
            value = control.examples[-1] if isinstance(control, TextInput) else control.value_at(index)
            figure.set(**{control.name: value})
        still.wait_for_timeout(400)
        shown, truth = still.evaluate(f"() => {element(place)}.courseDrawn"), figure.drawn()
        assert shown.keys() == truth.keys()
        for panel, numbers in truth.items():
            for what in numbers.keys() - {"widths", "left", "right", "products"}:
                if isinstance(numbers[what], list) and np.asarray(numbers[what]).dtype.kind in "fi":
                    np.testing.assert_allclose(
                        np.array(shown[panel][what], float), np.array(numbers[what], float), rtol=1e-5, atol=1e-5
                    )
    assert still.errors == []
    assert [url for url in still.asked if not url.startswith(("file:", "data:"))] == []


def test_a_guess_is_asked_once_and_remembered(still):
    place = list(MADE).index("scale")
    assert still.locator(f"#figure-{place} .course-guesses").is_visible()
    assert still.locator(f"#figure-{place} .course-controls").evaluate("(controls) => controls.inert")
    guess(still, place)
    assert still.locator(f"#figure-{place} .course-verdict").inner_text().startswith("You guessed: 0.125.")
    still.reload()
    still.wait_for_selector(f"#figure-{place} .course-verdict >> text=You guessed: 0.125.")
    assert not still.locator(f"#figure-{place} .course-guesses").is_visible()
