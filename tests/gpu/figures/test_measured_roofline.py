"""The roof and the marks under it are what was measured."""

import matplotlib.pyplot as plt
import torch

from course_lib.gpu import rates, work
from course_lib.gpu.datasheets import cards
from course_lib.gpu.figures.measured_roofline import draw_roofline


def test_the_roof_and_the_marks_are_what_was_measured():
    timing = rates.time_on(torch.device("cpu"), lambda: None, rounds=1, at_least=0.0)
    works = [work.Work("a", 0.5, 4e9, timing), work.Work("b", 50.0, 6e10, timing)]
    figure, axes = draw_roofline(1e11, 1e10, works, "a test")
    assert [line.get_label() for line in axes.lines if not line.get_label().startswith("_")] == ["the roof", "a", "b"]
    assert axes.lines[0].get_ydata().max() == 1e11
    plt.close(figure)


def test_a_recorded_machine_gets_a_roof_and_so_does_a_printed_card():
    timing = rates.time_on(torch.device("cpu"), lambda: None, rounds=1, at_least=0.0)
    works = [work.Work("a", 0.5, 4e9, timing)]
    machine = {
        "device": {"name": "a GPU"},
        "matmul": [{"dtype": "float32", "flops": 5e13}, {"dtype": "bfloat16", "flops": 8e14}],
        "copy": {"bytes_per_second": 2e12},
    }
    figure, axes = draw_roofline(1e11, 1e10, works, "a test", [machine])
    roof = next(line for line in axes.lines if line.get_label() == "a GPU")
    assert (roof.get_ydata().max(), [text.get_text() for text in axes.texts]) == (5e13, ["ridge"])
    plt.close(figure)
    card = cards()[0]
    figure, axes = draw_roofline(1e11, 1e10, works, "a test", printed=[card])
    roof = next(line for line in axes.lines if line.get_label() == f"{card.name}, as printed")
    assert roof.get_ydata().max() == card.peak
    plt.close(figure)
