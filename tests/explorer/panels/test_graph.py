"""Boxes and arrows in the static picture, and what the panel says of a wrong declaration."""

import numpy as np
import pytest

from course_lib.explorer import DeclarationError, Explorer, Graph
from course_lib.explorer.panels import Place

FRAME = {
    "boxes": ["x", "w", "y = w · x"], "at": [[0, 0], [0, 1], [1, 0]], "edges": [[0, 2], [1, 2]], "values": [2.0, 3.0, 6.0],
    "below": [np.nan, np.nan, 1.0], "messages": [3.0, np.nan], "lit": [1.0, 0.0, 0.0],
}  # fmt: skip
NAMES = ("at", "edges", "values", "below", "messages", "lit")


def explorer(**changed):
    frame = {
        name: value if name == "boxes" else np.array(value, dtype=float) for name, value in (FRAME | changed).items()
    }
    return Explorer(lambda: frame, [], [[Graph("boxes", **{name: name for name in NAMES}, title="a graph")]])


def test_every_number_reaches_the_picture():
    figure = explorer()
    drawn = figure.drawn()["Graph 0"]
    for name in ("values", "below", "messages", "lit"):
        np.testing.assert_array_equal(drawn[name], np.array(FRAME[name], dtype=float))
    (axes,) = [axes for axes in figure.figure().axes if len(axes.texts) > 3]
    written = [text.get_text() for text in axes.texts]
    for text in ("y = w · x", "6", "gradient 1", "gradient ?"):
        assert text in written
    assert written.count("3") == 2, "the value of w, and the message to x"
    assert figure.png().startswith(b"\x89PNG")


def test_a_message_turns_its_arrow_round():
    def arrows(figure):
        (axes,) = [axes for axes in figure.figure().axes if len(axes.texts) > 3]
        return [(text.xyann, text.xy) for text in axes.texts if getattr(text, "arrowprops", None)]

    (sent, still), (plain, _) = arrows(explorer()), arrows(explorer(messages=[np.nan, np.nan]))
    assert sent == plain[::-1]
    assert still[0][0] < still[1][0], "without a message it points from the left to the right"


def test_boxes_do_not_touch_and_stay_inside():
    place = Place({name: np.array(value) if name != "boxes" else value for name, value in FRAME.items()}, {})
    panel = Graph("boxes", **{name: name for name in NAMES})
    for width in (300, 828):
        middle, wide = panel.geometry(place, width)
        assert middle[2, 0] - middle[0, 0] > wide
        assert middle[1, 1] - middle[0, 1] > panel.sizes.box_height
        assert middle[:, 0].min() >= wide / 2
        assert middle[:, 0].max() <= width - wide / 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"values": [1.0]}, r"Graph values: shape \(1,\), expected \(3,\): 3 boxes, 2 edges"),
        ({"at": [[0, 0, 0]] * 3}, r"Graph at: shape \(3, 3\), expected \(3, 2\)"),
        ({"messages": [1.0]}, r"Graph messages: shape \(1,\), expected \(2,\)"),
        ({"edges": [[0, 3], [1, 2]]}, "Graph edges go from 0 to 3, but the boxes are 0 to 2"),
        ({"edges": [0.0, 1.0]}, "the array has shape"),
    ],
)
def test_a_wrong_declaration_says_what_is_wrong(changed, message):
    with pytest.raises(DeclarationError, match=message):
        explorer(**changed)
