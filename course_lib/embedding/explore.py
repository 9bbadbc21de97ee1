"""Two live figures: two arrows and their dot product, and a matrix product whose every cell can be taken apart."""

import numpy as np

from course_lib.embedding.by_hand import cosine_similarity, dot, matmul, one_hot
from course_lib.explorer import Choice, DotProduct, Explorer, Heatmap, Note, Points, Predict, Slider

__all__ = ["arrows_explorer", "arrows_frame", "product_explorer", "product_frame"]

U = np.array([2.0, 0.5])
LEFT = {
    "numbers": "numbers",
    "one-hot rows (a look-up)": "one-hot",
    "equal shares (averages)": "shares",
}


def arrows_frame(angle: int, length: float) -> dict[str, object]:
    """A fixed arrow u, an arrow v at an angle to it, and the shadow that v casts on the line of u.

    Args:
        angle: from u to v, in degrees.
        length: of v.

    >>> frame = arrows_frame(90, 2.0)
    >>> abs(frame["dot"]) < 1e-12, abs(frame["cosine"]) < 1e-12
    (True, True)
    """
    turn = np.radians(angle)
    size = np.sqrt(dot(U, U))
    v = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ U / size * length
    product, cosine = dot(U, v), cosine_similarity(U, v)
    shadow = product / size  # signed: negative where v points away from u
    return {
        "arrows": np.stack([U, v, U / size * shadow]),
        "names": ["u", "v", "shadow"],
        "which": np.arange(3),
        "dot": product,
        "cosine": cosine,
        "note": f"u · v = {U[0]:.2f} × {v[0]:.2f} + {U[1]:.2f} × {v[1]:.2f} = {product:.2f}\n"
        f"The shadow is {shadow:.2f} long; times the length of u, {size:.2f}, that is {product:.2f} again.\n"
        f"Divided by both lengths, {size:.2f} and {length:.2f}, it is the cosine: {cosine:.2f}.",
    }


def arrows_explorer() -> Explorer:
    """Turn and stretch an arrow: what happens to the dot product, what to the cosine."""
    return Explorer(
        arrows_frame,
        controls=[
            Slider("angle", list(range(0, 181, 15)), value=45, label="angle in degrees", format="{:d}"),
            Slider("length", [0.5, 1.0, 1.5, 2.0, 3.0], value=1.5, label="length of v"),
        ],
        panels=[
            [
                Points("arrows", labels="names", groups="which", group_names="names", arrows=True,
                       title="two arrows, and the shadow of v on u", x_range=(-3.4, 3.4), y_range=(-1.6, 3.6), width=1.3),
                Note("note", title="in numbers"),
            ],
        ],
        title="The dot product of two arrows",
        alt=lambda values, arrays: (
            f"Two arrows {values['angle']} degrees apart, the second {values['length']:g} long: dot product "
            f"{arrays['dot']:.2f}, cosine {arrays['cosine']:.2f}."
        ),
        predict=Predict(
            "The second arrow turns away from the first, from 0 to 180 degrees. Where is its shadow on the first gone?",
            choices=["at 45 degrees", "at 90 degrees", "at 180 degrees"],
            answer=lambda arrays: int(np.argmin([abs(arrows_frame(angle, 1.5)["dot"]) for angle in (45, 90, 180)])),
            explain="At a right angle nothing of v goes along u. Beyond it the shadow lies on the other side, and the dot product "
            "is negative. Where is it most negative?",
        ),
        name="embedding.arrows",
    )  # fmt: skip


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
