"""A matrix product whose every cell can be taken apart; with one-hot rows it looks rows up."""

import numpy as np

from course_lib.embedding.by_hand import matmul, one_hot
from course_lib.explorer import Choice, DotProduct, Explorer, Heatmap, Note, Slider

__all__ = ["LEFT", "product_explorer", "product_frame"]

LEFT = {
    "numbers": "numbers",
    "one-hot rows (a look-up)": "one-hot",
    "equal shares (averages)": "shares",
}


def product_frame(left: str, n: int, k: int, m: int) -> dict[str, object]:
    """Two small matrices and their product.

    Args:
        left: one of the values of LEFT: what stands in the first matrix.
        n, k, m: the shapes: (n, k) times (k, m).

    >>> frame = product_frame("one-hot", 3, 4, 2)
    >>> [frame[name].shape for name in ("a", "b", "product")], bool((frame["product"][0] == frame["b"][2]).all())
    ([(3, 4), (4, 2), (3, 2)], True)
    """
    rng = np.random.default_rng([2, k])
    b = rng.integers(-4, 6, size=(6, 6))[:k, :m].astype(float)
    ids = np.array([2, 0, 2, 1, 3])[:n] % k
    shapes = f"({n}, {k}) times ({k}, {m}) gives ({n}, {m})"
    cost = f"{n * m} dot products of {k} terms: {n * k * m} multiplications."
    if left == "numbers":
        a = rng.integers(-3, 4, size=(6, 6))[:n, :k].astype(float)
        told = f"{shapes}. {cost}"
    elif left == "one-hot":
        a = one_hot(ids, k)
        rows = ", ".join(map(str, ids))
        told = f"{shapes}. {cost} All but {n * m} are with a zero: the rows of the product are rows {rows} of b."
    elif left == "shares":
        a = np.full((n, k), 1 / k)
        told = f"{shapes}. {cost} Every row of the product is the average of the rows of b."
    else:
        raise ValueError(f"got left={left!r}; expected one of {', '.join(map(repr, LEFT.values()))}")
    return {
        "a": a, "b": b, "product": matmul(a, b), "note": told,
        "rows": [f"row {i}" for i in range(n)], "inner": [f"{c}" for c in range(k)],
        "cols": [f"col {j}" for j in range(m)],
    }  # fmt: skip


def product_explorer() -> Explorer:
    """Point at a cell of the product: the row, the column, and the dot product that made it."""
    return Explorer(
        product_frame,
        controls=[
            Choice("left", LEFT, value="numbers", label="first matrix"),
            Slider("n", [1, 2, 3, 4, 5], value=3, label="n, rows of a", format="{:d}"),
            Slider("k", [2, 3, 4, 5], value=4, label="k, inner", format="{:d}"),
            Slider("m", [1, 2, 3, 4], value=2, label="m, columns of b", format="{:d}"),
        ],
        panels=[
            [
                Heatmap("a", rows="rows", cols="inner", row_label="", col_label="", title="a", palette="diverging"),
                Heatmap("b", rows="inner", cols="cols", row_label="", col_label="", title="b", palette="diverging"),
                Heatmap("product", rows="rows", cols="cols", row_label="", col_label="", title="a @ b: point here",
                        palette="diverging"),
            ],
            [
                DotProduct("a", "b", result="product", rows="rows", cols="cols", left_label="a", right_label="b",
                           right_axis="cols", title="the cell in focus, number by number", width=1.4),
                Note("note", title="what to see"),
            ],
        ],
        title="A matrix product, cell by cell",
        alt=lambda values, arrays: (
            f"{arrays['note']} The cell in row {min(1, values['n'] - 1)} and the last column is "
            f"{arrays['product'][min(1, values['n'] - 1), -1]:g}."
        ),
        focus=(1, 1),
        name="embedding.product",
    )  # fmt: skip
