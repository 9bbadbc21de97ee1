"""The class on one page: which exercises, which misconceptions, and a picture."""

import base64
import html
import io
from collections import Counter
from collections.abc import Sequence

from course_lib.classroom.feedback import page
from course_lib.classroom.results import Results, Row
from course_lib.classroom.submission import NOT_GRADED
from course_lib.classroom.tables import humans
from course_lib.explorer.palette import role

__all__ = ["STATES", "counts", "picture", "summary"]

#: state -> (role of its colour, hatch): colour never speaks alone.
STATES = {
    "passed": ("right", ""),
    "failed": ("wrong", "//"),
    "error": ("wrong", "xx"),
    "not attempted": ("residual", ""),
    NOT_GRADED: ("residual", ".."),
}


def counts(rows: Sequence[Row]) -> dict[str, Counter]:
    """How many students are in which state, exercise by exercise."""
    found: dict[str, Counter] = {}
    for row in rows:
        found.setdefault(row.graded.exercise, Counter())[row.graded.state] += 1
    return found


def picture(rows: Sequence[Row]) -> bytes:
    """A bar for each exercise, in parts for the states of its answers; a PNG."""
    from matplotlib.figure import Figure

    found = counts(rows)
    figure = Figure(figsize=(8, 1.1 + 0.3 * len(found)), layout="constrained")
    axes = figure.subplots()
    names = list(found)
    left = [0] * len(names)
    for state, (colour, hatch) in STATES.items():
        lengths = [found[name][state] for name in names]
        if any(lengths):
            axes.barh(names, lengths, left=left, color=role(colour), hatch=hatch, edgecolor="white", label=state)
        left = [before + length for before, length in zip(left, lengths, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel("students")
    axes.xaxis.get_major_locator().set_params(integer=True)
    figure.legend(loc="outside upper center", ncols=len(STATES), frameon=False)
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=120, metadata={"Software": None})
    return content.getvalue()


def summary(results: Results, image: bytes) -> str:
    """The page for the teacher."""
    rows = results.rows()
    found = counts(rows)
    said = "; ".join(
        f"{exercise}: {', '.join(f'{states[state]} {state}' for state in STATES if states[state])}"
        for exercise, states in found.items()
    )
    cages = "; ".join(sorted(set(results.sandboxes().values())))
    mistakes = Counter((row.graded.exercise, name) for row in rows for name in row.graded.misconceptions)
    parts = [
        "<h1>The class</h1>",
        f"<p>{len(results.students())} students, {len(found)} exercises. {html.escape(cages)}.</p>",
        f'<img alt="{html.escape(said)}" src="data:image/png;base64,{base64.b64encode(image).decode()}">',
        "<h2>Misconceptions, the most frequent first</h2>",
        _table(("exercise", "mistake", "students"), [(*key, str(count)) for key, count in mistakes.most_common(40)]),
        "<h2>What needs a human</h2>",
        _table(("student", "exercise", "file", "why"), humans(results)),
    ]
    return page("The class", "\n".join(parts))


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    if not lines:
        return "<p>None.</p>"
    top = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>" for line in lines)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
