"""Who notices another order, with positions, with a mask, and without both."""

import pytest

from course_lib.positional_encoding.figures.order import ORDERS, order_frame


@pytest.mark.parametrize("order", ORDERS)
def test_without_positions_nobody_notices_the_order(order):
    assert order_frame(False, False, order)["largest"] < 1e-12
    changed = order != "as it is"
    assert (order_frame(True, False, order)["largest"] > 0.1) == changed
    assert (order_frame(False, True, order)["largest"] > 0.1) == changed


def test_an_unknown_order_is_refused():
    with pytest.raises(ValueError, match="expected one of"):
        order_frame(True, True, "sideways")
