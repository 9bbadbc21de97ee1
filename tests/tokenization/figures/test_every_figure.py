"""The figures are declared without a contradiction, drawn, and speak."""

from course_lib.explorer import TextInput
from course_lib.tokenization.figures import curve_explorer, typed_explorer


def test_the_figures_are_declared_without_a_contradiction():
    typed, curve = typed_explorer(), curve_explorer()
    assert isinstance(typed.controls[0], TextInput)
    assert typed.mode == "ask"
    assert curve.mode == "frames"
    assert curve.predict.low < curve.answer < curve.predict.high
    assert typed.alt().endswith(f"becomes {typed.frame()['count']} tokens.")
    for explorer in (typed, curve):
        assert explorer.png().startswith(b"\x89PNG")
