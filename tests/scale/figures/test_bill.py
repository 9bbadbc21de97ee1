"""The bill at both ends of every slider, and what it says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.scale.by_hand import parameter_count
from course_lib.scale.figures.bill import MARKS, bill_explorer, bill_frame

START = {
    "layers": 12, "d_model": 768, "heads": 12, "context": 1024, "vocab": 50257, "tokens": 1e10, "device": "A100",
    "n_devices": 8, "utilisation": 0.4, "watts": 400, "price": 0,
}  # fmt: skip


def test_the_bill_of_gpt3_is_the_published_one():
    gpt3 = {"layers": 96, "d_model": 12288, "heads": 96, "context": 2048, "tokens": 3e11}
    run = {"device": "V100", "n_devices": 10_000, "utilisation": 24.6 / 125, "watts": 330, "price": 2}
    frame = bill_frame(**START | gpt3 | run, own_flops=(1e12, 2e12))
    assert round(float(frame["energy"][0])) in (1287, 1288)
    assert round(float(frame["days"][0]), 1) == 14.8
    assert_allclose(frame["memory"], [349.2, 2793.7, 275.4, 9.66], rtol=1e-3)
    assert_allclose(frame["cost"], frame["days"] * 24 * 10_000 * 2)
    assert "174,604,259,328 parameters" in frame["size"]
    assert "9.66 GB = 9 GiB of cache" in frame["size"]
    assert (
        "On your own device, as fast as it was a moment ago and without a pause: 4,980 years to 9,959 years."
        in frame["bill"]
    )
    assert_allclose(frame["marks"][-1], MARKS["GPT-3 175B"], rtol=1e-3)


def test_no_price_is_invented():
    assert "Set a price for a device-hour: yours, none is given." in bill_frame(**START)["bill"]
    assert bill_frame(**START)["cost"][0] == 0
    assert "On your own device" not in bill_frame(**START)["bill"]
    figure = bill_explorer()
    assert next(control for control in figure.controls if control.name == "price").value == 0


ENDS = [
    (control.name, end) for control in bill_explorer().controls for end in (control.options[0], control.options[-1])
]


@pytest.mark.parametrize(("name", "end"), ENDS)
def test_the_bill_at_both_ends_of_every_slider(name, end):
    values = START | {name: end}
    if name == "heads" and 768 % end:
        values |= {"d_model": 12288}
    if name == "d_model":
        values |= {"heads": 1}
    frame = bill_frame(**values)
    expected = parameter_count(values["layers"], values["d_model"], values["vocab"], values["context"])
    assert f"{expected:,} parameters" in frame["size"]
    assert_allclose(frame["share"].sum(), 100)
    assert frame["marks"].shape == (len(frame["names"]), 2) == (len(MARKS) + 1, 2)
    for numbers in (frame["memory"], frame["marks"], frame["days"], frame["energy"]):
        assert np.isfinite(numbers).all()
        assert (numbers > 0).all()
    assert 1e4 < frame["marks"][-1, 0] < 1e13
    assert 1e9 < frame["marks"][-1, 1] < 1e28


def test_the_smallest_and_the_largest_of_everything_lie_inside_the_axes():
    controls = {control.name: control for control in bill_explorer().controls}
    for place, heads in ((0, 1), (-1, 96)):
        values = {name: control.options[place] for name, control in controls.items()} | {"heads": heads}
        x, y = bill_frame(**values)["marks"][-1]
        assert 1e4 < x < 1e13
        assert 1e10 < y < 1e28


def test_heads_that_do_not_divide_are_answered_in_the_figure():
    figure = bill_explorer()
    figure.set(heads=25)
    assert "25 heads do not divide a width of 768: 768 / 25 leaves 18 over. Near it, 24 or 32 heads do." in figure.alt()


def test_an_unknown_device_is_named():
    with pytest.raises(ValueError, match="device must be one of V100, A100, H100; got 'abacus'"):
        bill_frame(**START | {"device": "abacus"})


def test_the_figure_of_the_bill_draws_and_its_sentence_states_it():
    figure = bill_explorer(own_flops=(1e11, 1e12))
    assert figure.mode == "ask"
    assert figure.alt().startswith("124,439,808 parameters. To write: 249 MB = 237 MiB of weights")
    assert_allclose(figure.drawn()["Points 0"]["xy"], figure.frame()["marks"])
