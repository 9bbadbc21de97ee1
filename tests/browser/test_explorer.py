"""Live figures as a learner meets them: JupyterLab, a mouse, a keyboard, a kernel that is busy or gone."""

import re

import numpy as np
import pytest
from lab import outputs, run_all, run_cell

pytestmark = pytest.mark.browser

SETUP = (
    "from course_lib.explorer import *\nfrom course_lib.attention.figures import attention_explorer\nimport numpy as np"
)
ATTENTION = [SETUP, "figure = attention_explorer()\nfigure", "print(figure.drawn()['Heatmap 1'], figure.values)"]
FIGURE = ".course-figure"


def show(lab, page, cells, name="figure.ipynb", **options):
    """Open these cells, run them all and wait for the first picture."""
    page.set_default_timeout(15000)
    lab.open(page, lab.add(name, cells), **options)
    run_all(page)
    page.wait_for_selector(FIGURE, state="attached")
    done = "s?.painted" + ("" if "never" in str(cells) else " && s.mode === 'frames'")
    try:
        page.wait_for_function(
            f"() => {{ const s = document.querySelector('.course-figure').parentElement.courseState; return {done}; }}"
        )
    except Exception as error:
        found = """() => [...document.querySelectorAll('.course-figure')].map((f) => [f.clientWidth, f.parentElement.courseState,
            f.parentElement.courseFigure.mode, f.parentElement.courseFigure.next, document.visibilityState])"""
        raise AssertionError(
            f"no picture came: {page.evaluate(found)}; outputs {[o[:400] for o in outputs(page)]}"
        ) from error
    return page


def state(page):
    return page.evaluate("() => document.querySelector('.course-figure').parentElement.courseState")


def drawn(page):
    return page.evaluate("() => document.querySelector('.course-figure').parentElement.courseDrawn")


def wait_at(page, **at):
    """Until the picture on the screen is the one at these indices, and no answer is outstanding."""
    page.wait_for_function(
        """(at) => { const s = document.querySelector('.course-figure').parentElement.courseState;
                     return s && !s.waiting && Object.entries(at).every(([k, v]) => s.at[k] === v); }""",
        arg=at,
    )


def slider(page, place=0):
    return page.locator(".course-controls input[type=range]").nth(place)


def menu(page, name):
    """Choose from the figure's small menu."""
    page.locator(".course-menu summary").first.click()
    page.get_by_role("button", name=name).click()


def drag(page, place, part):
    """Drag a slider's handle to a part of its track, quickly, through twenty places."""
    box = slider(page, place).bounding_box()
    at = float(slider(page, place).evaluate("(input) => input.value / input.max"))
    left, wide = box["x"] + 9, box["width"] - 18  # the middle of the handle goes from end to end
    y = box["y"] + box["height"] / 2
    page.mouse.move(left + wide * at, y)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(left + wide * (0.5 + 0.5 * np.sin(step)), y)
    page.mouse.move(left + wide * part, y)
    page.mouse.up()


def printed(page, index):
    """What a cell printed."""
    return outputs(page)[index]


def frame_at(**values):
    from course_lib.attention.figures import attention_explorer

    explorer = attention_explorer()
    explorer.set(**values)
    return explorer


def close(page_side, python_side):
    """Both renderers drew the same numbers, to float32."""
    assert page_side.keys() == python_side.keys()
    for panel, numbers in python_side.items():
        for what in numbers.keys() - {"widths"}:
            mine, theirs = page_side[panel][what], numbers[what]
            if isinstance(theirs, str):
                assert mine == theirs
                continue
            if what in ("left", "right", "products"):  # how many fit depends on the width
                n = min(len(mine), len(theirs))
                mine, theirs = mine[:n], theirs[:n]
            np.testing.assert_allclose(np.array(mine, float), np.array(theirs, float), rtol=1e-5, atol=1e-5)


# ---------------------------------------------------------------- the same numbers, whatever moves them


def test_a_slider_moves_the_picture_and_both_renderers_agree(lab, page):
    show(lab, page, ATTENTION)
    close(drawn(page), frame_at().drawn())
    drag(page, 0, 0.0)
    wait_at(page, temperature=0)
    close(drawn(page), frame_at(temperature=0.1).drawn())
    run_cell(page, 2)
    assert "'temperature': 0.1" in printed(page, 2), "Python knows where the slider stands"


def test_every_step_and_mask_is_the_same_in_both(lab, page):
    show(lab, page, ATTENTION)
    for mask, name in enumerate(["none", "minus infinity before", "zero before", "zero after"]):
        page.locator(".course-controls select").nth(1).select_option(index=mask)
        for step in range(5):
            page.locator(".course-step").nth(step).click()
            wait_at(page, step=step, mask=mask)
            explorer = frame_at(step=step, mask=name)
            close(drawn(page), explorer.drawn())
            assert page.locator(FIGURE).get_attribute("aria-label") == explorer.alt()


@pytest.mark.parametrize("mode", ["", "frames='never'"])
def test_a_fast_drag_ends_on_the_last_value(lab, page, mode):
    show(lab, page, [SETUP, f"figure = attention_explorer({mode})\nfigure"])
    for part, index, value in ((1.0, 8, 10), (0.0, 0, 0.1), (1.0, 8, 10)):
        drag(page, 0, part)
        wait_at(page, temperature=index)
        close(drawn(page), frame_at(temperature=value).drawn())
    assert state(page)["mode"] == ("ask" if mode else "frames")


def test_python_moves_the_controls_and_the_picture(lab, page):
    show(lab, page, [SETUP, "figure = attention_explorer()\nfigure", "figure.set(temperature=3, scale=False, step=0)"])
    wait_at(page, temperature=6, scale=0, step=0)
    assert page.locator(".course-value").first.inner_text() == "3"
    assert not page.locator("input[type=checkbox]").first.is_checked()


def test_a_learners_text_is_computed_by_python(lab, page):
    compute = "lambda text: {'n': [float(len(w)) for w in text.split()] or [0.0], 'w': text.split() or ['']}"
    show(
        lab,
        page,
        [SETUP, f"Explorer({compute}, [TextInput('text', value='one')], [[Bars('n', labels='w')]], frames='never')"],
    )
    page.locator(".course-controls input[type=text]").fill("a fluffy blue creature")
    wait_at(page, text="a fluffy blue creature")
    assert drawn(page)["Bars 0"][""] == [1, 6, 4, 8]


# ---------------------------------------------------------------- pointing, keyboard


def test_pointing_at_a_token_shows_its_weights_everywhere(lab, page):
    show(lab, page, ATTENTION)
    page.locator(".course-stop").nth(7).hover()
    page.wait_for_function(
        "() => document.querySelector('.course-figure').parentElement.courseDrawn['TokenRow 0'].row === 7"
    )
    weights = frame_at().frame()["weights"]
    np.testing.assert_allclose(drawn(page)["TokenRow 0"]["weights"], weights[7], rtol=1e-5)
    shown = page.locator(".course-tokenrow text.course-number").all_text_contents()
    assert shown == [f"{w:.2f}" for w in weights[7]]
    assert page.locator(".course-heatmap text.course-strong").first.text_content() == "forest"
    page.mouse.move(2, 2)
    page.wait_for_function(
        "() => document.querySelector('.course-figure').parentElement.courseDrawn['TokenRow 0'].row === 3"
    )


def test_pointing_at_a_cell_shows_its_dot_product_and_a_click_pins_it(lab, page):
    show(lab, page, ATTENTION)
    heat = page.locator(".course-heatmap")
    geometry = page.evaluate(
        "() => { const f = document.querySelector('.course-figure').parentElement.courseFigure; return f.panels[1].geometry; }"
    )

    def cell(row, col):
        return {
            "x": geometry["left"] + (col + 0.5) * geometry["cw"],
            "y": geometry["top"] + (row + 0.5) * geometry["ch"],
        }

    heat.hover(position=cell(5, 1))
    page.wait_for_function("() => document.querySelector('.course-figure').parentElement.courseState.focus.col.i === 1")
    scores = frame_at().frame()["scores"]
    np.testing.assert_allclose(drawn(page)["DotProduct 2"]["sum"], scores[5, 1], rtol=1e-5)
    heat.click(position=cell(5, 1))
    heat.hover(position=cell(0, 0))
    page.wait_for_timeout(80)
    assert state(page)["pinned"]
    assert page.locator(".course-pin").is_visible(), "and the page says so"
    np.testing.assert_allclose(drawn(page)["DotProduct 2"]["sum"], scores[5, 1], rtol=1e-5)
    heat.click(position=cell(5, 1))
    page.wait_for_function("() => !document.querySelector('.course-figure').parentElement.courseState.pinned")


def test_the_keyboard_reaches_everything_and_jupyterlab_keeps_out(lab, page):
    show(lab, page, ATTENTION)
    cells = page.evaluate("() => window.notebook.content.widgets.length")
    page.locator(".course-stop[tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowRight", "b", "a", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function("() => document.querySelector('.course-figure').parentElement.courseState.pinned")
    assert drawn(page)["TokenRow 0"]["row"] == 5
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')").startswith("the, weight")
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('.course-figure').parentElement.courseState.pinned")
    page.locator(".course-heatmap").focus()
    for key in ("ArrowDown", "ArrowLeft", "b", "d", "d"):
        page.keyboard.press(key)
    page.wait_for_function(
        "() => { const {row, col} = document.querySelector('.course-figure').parentElement.courseState.focus;"
        " return row.i === 4 && col.i === 1; }"
    )
    slider(page).focus()
    for key in ("ArrowRight", "b", "ArrowRight"):
        page.keyboard.press(key)
    wait_at(page, temperature=6)
    for selector in (".course-step input", "input[type=checkbox]", "select", "summary.course-button"):
        page.locator(f".course-figure {selector}").first.focus()
        page.keyboard.press("b")
    assert page.evaluate("() => window.notebook.content.widgets.length") == cells, "b must not insert a cell"


def test_arrow_keys_in_bars_say_what_is_in_focus(lab, page):
    cell = "Explorer(lambda n: {'a': [n, 2.0, 3.0], 'names': list('xyz')}, [Slider('n', [1.0, 5.0])], [[Bars('a', labels='names', title='heights')]])"
    show(lab, page, [SETUP, cell])
    bars = page.locator(".course-bars")
    assert bars.get_attribute("aria-label") == "bars: heights"
    bars.focus()
    for said in ("x: 1", "y: 2", "z: 3"):
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(said) => document.querySelector('.course-live').textContent === said", arg=said)
    slider(page).focus()
    assert slider(page).get_attribute("aria-valuetext") == "1", "the value, not its place in the list"
    assert slider(page).evaluate("(input) => input.labels[0].textContent") == "n"


def test_each_panel_is_one_tab_stop(lab, page):
    show(lab, page, ATTENTION)
    assert page.locator(".course-stop[tabindex='0']").count() == 1
    assert page.locator(".course-stop").count() == 8
    assert page.locator(".course-heatmap[tabindex='0']").count() == 1


# ---------------------------------------------------------------- the bar


def test_reset_and_steps(lab, page):
    show(lab, page, ATTENTION)
    drag(page, 0, 1.0)
    page.locator("input[type=checkbox]").first.click()
    page.locator(".course-step input").nth(3).focus()
    page.keyboard.press("ArrowRight")
    wait_at(page, temperature=8, scale=0, step=4)
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    wait_at(page, step=0)
    menu(page, "Reset")
    wait_at(page, temperature=4, scale=1, step=3)
    assert page.locator(".course-value").first.inner_text() == "1", "the controls go back too"
    assert page.locator("input[type=checkbox]").first.is_checked()


def test_the_picture_can_be_saved(lab, page):
    show(lab, page, ATTENTION)
    with page.expect_download() as svg:
        menu(page, "Save as SVG")
    text = svg.value.path().read_text(encoding="utf-8")
    assert svg.value.suggested_filename == "attention.attention.svg"
    assert "creature" in text
    assert "data:image/png" in text, "the cells of the heat map are inside"
    assert "var(--" not in text, "the colours do not depend on the page"
    with page.expect_download() as png:
        menu(page, "Save as PNG")
    assert png.value.path().read_bytes().startswith(b"\x89PNG")


# ---------------------------------------------------------------- predict first


def test_the_picture_waits_for_a_guess(lab, page):
    cell = """from course_lib.explorer import prediction_hooks
heard = []
prediction_hooks.append(lambda *what: heard.append(what))
ask = Predict("Where does it look?", choices=["a", "fluffy"], answer=lambda f: int(f["weights"][3, 1] > f["weights"][3, 0]), explain="Nouns ask.")
attention_explorer(predict=ask)"""
    show(lab, page, [SETUP, cell, "print(heard)"])
    assert page.locator(".course-tokenrow .course-word").first.is_visible(), "what is asked about is there"
    for what in (
        ".course-arc",
        ".course-tokenrow .course-number",
        ".course-cell",
        "canvas",
        ".course-result",
        ".course-read",
        ".course-note text",
    ):
        assert not page.locator(f".course-body {what}").first.is_visible(), f"{what} would answer"
    hidden = "(labels) => labels.filter((label) => getComputedStyle(label).visibility !== 'visible').length"
    assert page.locator(".course-heatmap .course-label:not(.course-read)").evaluate_all(hidden) == 0, (
        "rows and columns have their names"
    )
    assert "hidden until" in page.locator(FIGURE).get_attribute("aria-label")
    page.get_by_role("button", name="a", exact=True).click()
    page.wait_for_function("() => getComputedStyle(document.querySelector('.course-arc')).visibility === 'visible'")
    assert page.locator(".course-verdict").inner_text() == "You guessed: a. It is: fluffy. Nouns ask."
    page.wait_for_timeout(300)
    run_cell(page, 2)
    assert "('attention.attention', 'Where does it look?', 0, 1, 0.0)" in printed(page, 2)


def test_before_the_guess_no_name_stands_where_the_data_are(lab, page):
    show(lab, page, ["from course_lib.embedding.figures import arrows_explorer\narrows_explorer()"])
    assert page.locator(".course-body.course-veiled").count() == 1
    names = page.locator(".course-points .course-label")
    shown = "(labels) => labels.filter((label) => getComputedStyle(label).visibility === 'visible').length"
    assert names.count() > 1
    assert names.evaluate_all(shown) == 0, "a name at the tip of an arrow tells where it points"


def test_a_number_can_be_guessed(lab, page):
    cell = "Explorer(lambda n: {'a': [n]}, [Slider('n', [2.0, 3.0])], [[Bars('a', low=0, high=10)]], predict=Predict('How high?', low=0, high=10, mark=(0, 'y'), answer=lambda f: f['a'][0]))"
    show(lab, page, [SETUP, cell])
    for text, said in (("", "Type a number first"), ("1e99", "It lies between 0 and 10")):
        page.locator(".course-guesses input").fill(text)
        page.locator(".course-guesses input").press("Enter")
        assert page.locator(".course-verdict").inner_text().startswith(said)
        assert not page.locator(".course-panel .course-bar").first.is_visible()
        assert not page.locator(".course-panel .course-tick").first.is_visible()
    assert page.locator(".course-controls").evaluate("(controls) => controls.inert"), "the controls rest until then"
    page.locator(".course-guesses input").fill("7")
    page.locator(".course-guesses input").press("Enter")
    page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.course-panel .course-bar')).visibility === 'visible'"
    )
    assert "You guessed: 7. It is: 2." in page.locator(".course-verdict").inner_text()
    page.wait_for_selector(".course-guess-label >> text=your guess", state="attached")
    line, bar = (
        page.locator(what).first.bounding_box() for what in ("line.course-guess", ".course-panel rect.course-bar")
    )
    zero = bar["y"] + bar["height"]
    assert (zero - line["y"]) / bar["height"] == pytest.approx(3.5, abs=0.1), "7 where the truth is 2"
    menu(page, "Ask me again")
    assert page.locator(".course-guesses").is_visible()
    assert not page.locator(".course-panel .course-bar").first.is_visible()


# ---------------------------------------------------------------- a kernel that does not answer


def test_frames_answer_while_the_kernel_is_busy(lab, page):
    show(
        lab,
        page,
        [
            *ATTENTION[:2],
            "import time\nfor _ in range(seconds if 'seconds' in dir() else 0): time.sleep(1)",
            "seconds = 60",
        ],
    )
    run_cell(page, 2, wait=False)
    page.wait_for_function("() => window.notebook.sessionContext.session.kernel.status === 'busy'")
    drag(page, 0, 1.0)
    wait_at(page, temperature=8)
    close(drawn(page), frame_at(temperature=10).drawn())
    menu(page, "Reset")
    wait_at(page, temperature=4)
    assert page.evaluate("() => window.notebook.sessionContext.session.kernel.status") == "busy"


def test_frames_answer_after_the_kernel_was_killed(lab, page):
    show(lab, page, ATTENTION)
    page.evaluate("async () => { await window.notebook.sessionContext.shutdown(); }")
    page.wait_for_timeout(300)
    drag(page, 0, 1.0)
    wait_at(page, temperature=8)
    close(drawn(page), frame_at(temperature=10).drawn())
    page.locator(".course-step").nth(1).click()
    wait_at(page, step=1)
    menu(page, "Reset")
    wait_at(page, temperature=4, step=3)
    close(drawn(page), frame_at().drawn())
    page.locator(".course-stop").nth(0).hover()
    page.wait_for_function(
        "() => document.querySelector('.course-figure').parentElement.courseDrawn['TokenRow 0'].row === 0"
    )


# ---------------------------------------------------------------- errors, static picture, many maps


@pytest.mark.parametrize("mode", ["always", "never"])
def test_an_error_stands_in_the_place_of_the_picture(lab, page, mode):
    cell = f"""def compute(n):
    if n == 2:
        raise ValueError("two is refused")
    return {{"a": [n, 1.0]}}
Explorer(compute, [Slider("n", [1, 2, 3])], [[Bars("a")]], frames={mode!r})"""
    show(lab, page, [SETUP, cell])
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".course-error", state="visible")
    text = page.locator(".course-error").inner_text()
    assert re.search(r"ValueError: two is refused\s+in compute, line 3: raise ValueError", text)
    assert not page.locator(".course-bars").is_visible()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".course-error", state="hidden")
    assert drawn(page)["Bars 0"][""] == [3, 1]


def test_the_static_picture_is_saved_and_not_shown_beside_the_living_one(lab, page):
    show(lab, page, ATTENTION[:2])
    assert "image/png" in printed(page, 1)
    assert "creature&#x27; attends most to" in printed(page, 1), "the sentence of the picture"
    page.wait_for_selector(".course-still", state="attached")
    assert not page.locator(".course-still").is_visible()


@pytest.mark.slow
def test_144_small_maps(lab, page):
    cell = """def heads(shift):
    rng = np.random.default_rng(0)
    return {f"head{i}": rng.random((13, 13)) + shift for i in range(144)}
Explorer(heads, [Slider("shift", [0.0, 1.0, 2.0])], [[Heatmap(f"head{12 * r + c}") for c in range(12)] for r in range(12)])"""
    show(lab, page, [SETUP, cell])
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    wait_at(page, shift=1)
    rng, maps = np.random.default_rng(0), drawn(page)
    truth = [rng.random((13, 13)) + 1 for _ in range(144)]
    np.testing.assert_allclose([maps[f"Heatmap {i}"]["cells"] for i in range(144)], truth, rtol=1e-5)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("width", [760, 1180])
def test_nothing_is_wider_than_the_notebook(lab, page, theme, width):
    page.set_viewport_size({"width": width, "height": 1200})
    show(lab, page, ATTENTION, theme=theme)
    wide = page.evaluate(
        """() => { const f = document.querySelector('.course-figure'), box = f.getBoundingClientRect();
            return [...f.querySelectorAll('text')].filter(t => t.getAttribute('display') !== 'none' && t.textContent)
                .filter(t => { const r = t.getBoundingClientRect(); return r.right > box.right || r.left < box.left; }).map(t => t.textContent); }"""
    )
    assert wide == []
    colors = page.evaluate(
        "() => { const f = document.querySelector('.course-figure'); return [getComputedStyle(f).color, getComputedStyle(f).backgroundColor]; }"
    )
    ink, ground = (np.mean([float(n) for n in re.findall(r"[\d.]+", color)[:3]]) for color in colors)
    assert abs(ink - ground) > 120, f"text {colors[0]} on {colors[1]}"


TEXTS = """() => [...document.querySelectorAll('.course-figure text')].filter((t) => t.getAttribute('display') !== 'none' && t.textContent)
    .map((t) => [t.textContent, Math.round(t.getBoundingClientRect().left), Math.round(t.getBoundingClientRect().top)].join(' @ '))"""


def test_there_and_back_is_the_same_picture(lab, page):
    """A label vanished after the width went to 2 and back: a node kept what it had been told for another word."""
    show(lab, page, [SETUP, "figure = attention_explorer()\nfigure"])
    page.wait_for_timeout(1500)  # until the heights of the other pictures are known
    before = page.evaluate(TEXTS)
    page.locator(FIGURE).hover(position={"x": 2, "y": 2})
    width = slider(page, 1)
    at = int(width.input_value())
    width.focus()
    for key, times in (("Home", 1), ("End", 1), ("Home", 1), ("ArrowRight", at)):
        for _ in range(times):
            page.keyboard.press(key)
        page.wait_for_timeout(60)
    wait_at(page, d_k=at)
    assert page.evaluate(TEXTS) == before


def test_a_figure_keeps_its_height(lab, page):
    show(lab, page, [SETUP, "figure = attention_explorer()\nfigure"])
    page.wait_for_timeout(1500)
    heights = set()
    for step in range(5):
        page.locator(".course-step").nth(step).click()
        wait_at(page, step=step)
        page.wait_for_timeout(350)
        heights.add(page.locator(FIGURE).bounding_box()["height"])
    assert len(heights) == 1, heights


# ---------------------------------------------------------------- one picture passes over into the next

WATCH = """() => { const el = document.querySelector('.course-figure').parentElement, motion = el.courseFigure.motion, start = motion.start.bind(motion);
    window.moved = 0; motion.start = (...given) => { window.moved += 1; return start(...given); }; }"""


def test_a_step_passes_over_and_a_slider_does_not(lab, page):
    show(lab, page, ATTENTION[:2])
    page.wait_for_timeout(1500)
    page.evaluate(WATCH)
    drag(page, 0, 1.0)
    wait_at(page, temperature=8)
    assert page.evaluate("() => window.moved") == 0
    page.locator(".course-step").nth(1).click()
    wait_at(page, step=1)
    assert page.evaluate("() => window.moved") > 0
    page.wait_for_function(
        "() => document.querySelector('.course-figure').parentElement.courseFigure.motion.moves.size === 0"
    )
    close(drawn(page), frame_at(temperature=10, step=1).drawn())


def test_nothing_moves_for_those_who_asked_for_less_motion(lab, page):
    page.emulate_media(reduced_motion="reduce")
    show(lab, page, ATTENTION[:2])
    page.evaluate(WATCH)
    page.locator(".course-step").nth(1).click()
    wait_at(page, step=1)
    assert page.evaluate("() => window.moved") == 0


@pytest.mark.slow
def test_the_steps_can_be_played(lab, page):
    show(lab, page, ATTENTION[:2])
    page.get_by_role("button", name="play: step").click()
    wait_at(page, step=4)
    page.get_by_role("button", name="play: step").click()
    wait_at(page, step=0)
    page.get_by_role("button", name="stop: step").click()


def test_the_numbers_as_a_table(lab, page):
    show(lab, page, ATTENTION[:2])
    assert page.locator(".course-table").is_hidden()
    menu(page, "Numbers as a table")
    rows = page.locator(".course-table table").nth(1).locator("tbody tr")
    assert rows.count() == 9, "eight rows, and the sums that stand beside them"
    first = frame_at().frame()["weights"][0]
    assert rows.first.locator("td").first.inner_text() == f"{first[0]:.4g}"
    page.locator(".course-step").nth(0).click()
    page.wait_for_function(
        "(old) => !document.querySelector('.course-table').innerText.includes(old)", arg=f"{first[0]:.4g}"
    )


# ---------------------------------------------------------------- many maps, one of them large

HEADS = [
    SETUP,
    """def compute(sharp):
    rng = np.random.default_rng(3)
    Q, K = rng.standard_normal((2, 2, 3, 5, 7)) * sharp
    return {"Q": Q, "K": K, "scores": Q @ K.swapaxes(-1, -2), "tokens": list("abcde")}
figure = Explorer(compute, [Slider("sharp", [1.0, 2.0])], [[Thumbnails("scores", palette="diverging")],
    [TokenRow("tokens", weights="scores"), Heatmap("scores", rows="tokens", cols="tokens", title="large")],
    [DotProduct("Q", "K", result="scores", rows="tokens", cols="tokens")]], title="Heads", focus=(1, 2, 4))
figure""",
    "print(figure.drawn()['Thumbnails 0']['chosen'])",
]
WAIT_MAP = (
    "([map, chosen]) => { const s = document.querySelector('.course-figure').parentElement.courseState;"
    " return s.map === map && s.chosen === chosen; }"
)


def scores_of_heads(sharp=1.0):
    Q, K = np.random.default_rng(3).standard_normal((2, 2, 3, 5, 7)) * sharp
    return (Q @ K.swapaxes(-1, -2)).reshape(6, 5, 5)


def large_map_is(page, k, row=1, sharp=1.0):
    scores = scores_of_heads(sharp)
    page_side = drawn(page)
    np.testing.assert_allclose(page_side["Heatmap 2"]["cells"], scores[k], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(page_side["TokenRow 1"]["weights"], scores[k][row], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(page_side["DotProduct 3"]["sum"], scores[k][row, 2], rtol=1e-5, atol=1e-5)
    title = page.locator(".course-heatmap text.course-title").text_content()
    assert title == f"large · layer {k // 3 + 1}, head {k % 3 + 1}"


def test_thumbnails_preview_on_hover_and_keep_on_click(lab, page):
    show(lab, page, HEADS)
    np.testing.assert_allclose(drawn(page)["Thumbnails 0"]["maps"], scores_of_heads(), rtol=1e-5)
    large_map_is(page, 4)
    corners = page.evaluate(
        "() => { const g = document.querySelector('.course-figure').parentElement.courseFigure.panels[0].geometry;"
        " return g.corners.map(([x, y]) => ({x: x + g.w / 2, y: y + g.h / 2})); }"
    )
    thumbnails = page.locator(".course-thumbnails")
    thumbnails.hover(position=corners[0])
    page.wait_for_function(WAIT_MAP, arg=[0, 4])
    large_map_is(page, 0)
    page.mouse.move(2, 2)
    page.wait_for_function(WAIT_MAP, arg=[4, 4])
    large_map_is(page, 4)
    thumbnails.click(position=corners[5])
    page.mouse.move(2, 2)
    page.wait_for_function(WAIT_MAP, arg=[5, 5])
    large_map_is(page, 5)
    page.locator(".course-stop").nth(3).click()  # a token stays pinned while one goes through the maps
    thumbnails.hover(position=corners[1])
    page.wait_for_function(WAIT_MAP, arg=[1, 5])
    large_map_is(page, 1, row=3)
    menu(page, "Reset")
    page.mouse.move(2, 2)
    page.wait_for_function(WAIT_MAP, arg=[4, 4])
    large_map_is(page, 4)


def test_thumbnails_follow_the_keyboard_and_the_slider_and_are_read_out(lab, page):
    show(lab, page, HEADS)
    cells = page.evaluate("() => window.notebook.content.widgets.length")
    page.locator(".course-thumbnails").focus()
    for key, k in (("ArrowUp", 1), ("ArrowRight", 2), ("b", 2), ("ArrowUp", 2), ("Home", 0), ("End", 5), ("Escape", 4)):
        page.keyboard.press(key)
        page.wait_for_function(WAIT_MAP, arg=[k, k])
    large_map_is(page, 4)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('.course-live').textContent === 'layer 2, head 1'")
    label = page.locator(".course-thumbnails").get_attribute("aria-label")
    assert label == "6 maps, layer 2, head 1 is shown large; arrow keys choose another"
    assert page.evaluate("() => window.notebook.content.widgets.length") == cells
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    wait_at(page, sharp=1)
    large_map_is(page, 3, sharp=2.0)
    assert page.locator(".course-thumbnails[tabindex='0']").count() == 1
