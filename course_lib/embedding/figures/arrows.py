"""Two arrows: their dot product, the shadow that one casts on the other, and the cosine."""

import numpy as np

from course_lib.embedding.by_hand import cosine_similarity, dot
from course_lib.explorer import Explorer, Note, Points, Predict, Slider

__all__ = ["arrows_explorer", "arrows_frame"]

U = np.array([2.0, 0.5])


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
        "note": f"v stands at {angle}° to u.\nu · v = {U[0]:.2f} × {v[0]:.2f} + {U[1]:.2f} × {v[1]:.2f} = {product:.2f}\n"
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
                Points("arrows", labels="names", groups="which", group_names="names", arrows=True, equal=True, angle=(0, 1), perpendicular=True,
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
