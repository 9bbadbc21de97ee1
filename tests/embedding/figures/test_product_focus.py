"""What is lit before anybody has pointed at anything: the row of a, the column of b and the cell that they make, and no more."""

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from course_lib.embedding.figures import product_explorer
from course_lib.explorer.sheet import ARC


def lit(axes):
    """(width, height, strength) of every frame in the colour of what is pointed at."""
    return [(patch.get_width(), patch.get_height(), patch.get_linewidth()) for patch in axes.patches
            if isinstance(patch, Rectangle) and not patch.get_fill() and to_hex(patch.get_edgecolor()) == ARC.lower()]  # fmt: skip


def test_the_row_of_a_and_the_column_of_b_are_marked_alike():
    a, b, product = [axes for axes in product_explorer().figure().axes if lit(axes)]
    ((wide, high, strength),) = lit(a)
    assert wide > high, "a row of a, and no cell in it"
    ((b_wide, b_high, b_strength),) = lit(b)
    assert b_high > b_wide, "a column of b, and no row of it"
    assert b_strength == strength, "neither is marked more than the other"
    assert len(lit(product)) == 2, "the row and the cell of the product"
    assert max(size[2] for size in lit(product)) == pytest.approx(2.5)
