"""Speed and time of a step are drawn as multiples of the smallest batch."""

import matplotlib.pyplot as plt

from course_lib.gpu.figures.batches import draw_batches


def test_both_lines_are_multiples_of_the_smallest_batch():
    figure, axes = draw_batches([1, 2, 4], [10.0, 15.0, 20.0], [0.1, 0.2, 0.4], "a test")
    assert axes.lines[0].get_ydata().tolist() == [1.0, 1.5, 2.0]
    assert axes.lines[1].get_ydata().tolist() == [1.0, 2.0, 4.0]
    plt.close(figure)
