"""Every figure of the lesson is drawn and speaks at both ends of its controls."""

import pytest

from course_lib.embedding.figures.arrows import arrows_explorer
from course_lib.embedding.figures.gap import gap_explorer
from course_lib.embedding.figures.map import map_explorer
from course_lib.embedding.figures.neighbours import neighbours_explorer
from course_lib.embedding.figures.product import product_explorer
from course_lib.embedding.figures.steps import steps_explorer
from course_lib.explorer import TextInput
from course_lib.explorer.frames import compute_all

FIGURES = [
    arrows_explorer,
    product_explorer,
    gap_explorer,
    map_explorer,
    neighbours_explorer,
    steps_explorer,
]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.__name__)
def test_every_frame_can_be_computed_and_the_figure_drawn(figure):
    explorer = figure()
    typed = any(isinstance(control, TextInput) for control in explorer.controls)
    assert (explorer.mode == "frames") != typed
    assert explorer.drawn()
    for control in explorer.controls:
        for end in (control.options[0], control.options[-1]):
            explorer.set(**{control.name: end})
            assert explorer.alt()
            assert explorer.drawn()
    if typed:
        return
    store = compute_all(explorer.compute, explorer.taken, explorer.names)
    assert store.packed()
