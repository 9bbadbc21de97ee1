"""Still pictures: once in light, once in dark colours, each with its sentence."""

import base64
import io
import re

import matplotlib.image
import numpy as np
import pytest
from matplotlib.colors import to_hex

from course_lib.explorer import Bars, Explorer, Heatmap, Predict, Slider
from course_lib.explorer.palette import PLAIN, ROLES, SERIES, SERIES_DARK, role
from course_lib.explorer.pictures import darken, picture, subplots, themed_html


def images(html):
    """{"light": (height, width, 4), "dark": ...} from 0 to 1."""
    found = re.findall(r'class="course-(light|dark)".*?base64,([^"]+)"', html)
    return {name: matplotlib.image.imread(io.BytesIO(base64.b64decode(data)), format="png") for name, data in found}


def test_a_line_of_a_role_has_its_partner_in_the_dark_picture():
    figure, axes = subplots(size=(3, 2))
    (line,) = axes.plot([0, 1], [0, 1], color=role("query"))
    (series,) = axes.plot([0, 1], [1, 0])
    bars = axes.bar([0, 1], [0.5, 0.2], color=SERIES[1], alpha=0.5)
    points = axes.scatter([0.5], [0.5], color=SERIES[2])
    arrow = axes.annotate("", (0, 0), (1, 1), arrowprops={"arrowstyle": "->", "color": role("gradient")})
    figure.draw_without_rendering()
    darken(figure)
    assert to_hex(line.get_color()) == ROLES["query"][1].lower()
    assert to_hex(series.get_color()) == SERIES_DARK[0].lower()
    assert to_hex(bars[0].get_facecolor()) == SERIES_DARK[1].lower()
    assert bars[0].get_facecolor()[3] == 0.5, "as transparent as it was"
    assert to_hex(points.get_facecolor()[0]) == SERIES_DARK[2].lower()
    assert to_hex(axes.xaxis.label.get_color()) == PLAIN["soft"][1].lower()
    assert to_hex(arrow.arrow_patch.get_edgecolor()) == ROLES["gradient"][1].lower()


def test_white_and_black_on_coloured_cells_stay():
    figure, axes = subplots(size=(3, 2))
    axes.imshow(np.eye(2))
    white, black, ink = (axes.text(0, 0, "1", color=color) for color in ("white", "black", PLAIN["ink"][0]))
    darken(figure)
    assert (white.get_color(), black.get_color()) == ("white", "black")
    assert to_hex(ink.get_color()) == PLAIN["ink"][1].lower()


def test_both_pictures_are_of_one_size_and_the_dark_one_is_for_a_dark_ground():
    figure, axes = subplots(size=(3, 2))
    axes.set_title("A title")
    found = images(themed_html(figure, "Nothing but a title."))
    assert found["light"].shape == found["dark"].shape == (300, 450, 4)
    drawn = {name: image[..., :3][image[..., 3] > 0.9] for name, image in found.items()}
    assert drawn["light"].min() < 0.2, "ink"
    assert drawn["dark"].max() > 0.85, "and its partner"
    assert found["light"][0, 0, 3] == 0, "the ground is that of the page"


def test_the_alternative_text_stands_in_both_and_cannot_break_out():
    figure, _ = subplots(size=(2, 1))
    html = themed_html(figure, 'Loss < 1 & "falling"')
    assert html.count('alt="Loss &lt; 1 &amp; &quot;falling&quot;"') == 2


def test_a_picture_without_a_sentence_is_refused():
    figure, _ = subplots()
    with pytest.raises(ValueError, match="alt is empty"):
        picture(figure, " ")


def test_matplotlib_draws_no_grid_over_an_image():
    figure, axes = subplots(1, 2)
    axes[0].imshow(np.eye(2))
    themed_html(figure, "Two.")
    assert not any(line.get_visible() for line in axes[0].get_xgridlines())
    assert any(line.get_visible() for line in axes[1].get_xgridlines())


def made(**more):
    return Explorer(lambda n: {"a": [[1.0, n], [0.0, 2.0]]}, [Slider("n", [1, 2])], [[Heatmap("a", col_label="key"), Bars("a", role="weight")]],
                    title="A figure", alt=lambda values, arrays: f"It stands at {values['n']}.", **more)  # fmt: skip


def test_the_still_of_a_live_figure_is_there_for_both_themes_with_its_sentence():
    found = made().still()
    assert found.count('alt="It stands at 1."') == 2
    light, dark = images(found).values()
    np.testing.assert_allclose(light[2, 2, :3], 1, atol=1e-6)
    np.testing.assert_allclose(dark[2, 2, :3], 0x11 / 255, atol=0.01)


def test_a_still_picture_does_not_answer_the_question_of_its_figure():
    ask = Predict("How high?", answer=lambda frame: 1.0, low=0, high=2)
    found = made(predict=ask).still()
    assert found.index("How high?") < found.index("<details>") < found.index("<img")
    assert "open" not in found[found.index("<details") : found.index("<summary")]


def test_a_role_colours_bars_and_labels():
    figure = made().figure()
    texts = {text.get_text(): to_hex(text.get_color()) for axes in figure.axes for text in axes.texts}
    assert texts["key →"] == ROLES["key"][0].lower()
    assert texts["← row"] == PLAIN["soft"][0].lower()
    bars = [patch for axes in figure.axes for container in axes.containers for patch in container]
    assert {to_hex(bar.get_facecolor()) for bar in bars} == {ROLES["weight"][0].lower()}


def test_the_sentence_is_still_there_in_html_that_nbconvert_makes(monkeypatch):
    """nbconvert drops the alternative text of an image output; of HTML it drops nothing."""
    import nbformat
    from nbconvert import HTMLExporter

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **options: shown.append(data))
    made()._ipython_display_()
    figure, _ = subplots(size=(2, 1))
    picture(figure, "A line that falls.")
    data = [one if isinstance(one, dict) else {"text/html": one.data} for one in shown]
    cell = nbformat.v4.new_code_cell(
        "figure", outputs=[nbformat.v4.new_output("display_data", data=one) for one in data]
    )
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert page.count('alt="It stands at 1."') == 2
    assert page.count('alt="A line that falls."') == 2
    assert "Run the cell above to bring the figure to life" in page
