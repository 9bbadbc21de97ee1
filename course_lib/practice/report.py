"""What the learner sees: the card of a check, the hints, the progress board. HTML in a notebook, text elsewhere.

Colours come from JupyterLab's own variables where there are any, so that cards are legible in a light and a dark theme;
every state has a sign and a word besides its colour.
"""

import html
import re
import sqlite3
from dataclasses import dataclass

from course_lib.explorer.palette import role
from course_lib.practice.catalogue import all_exercises, find_exercise
from course_lib.practice.mistake_code import code_of
from course_lib.practice.mistakes import Mistake
from course_lib.practice.progress import Progress, damage, open_progress
from course_lib.practice.verdict import Reason, Verdict
from course_lib.syllabus import LESSONS

__all__ = ["Board", "Hint", "Report", "card", "progress_board"]

#: state -> (sign, role of its colour). Colour never speaks alone: the sign and the first word say it too.
SIGNS = {
    "passed": ("✓", "right"),
    "failed": ("✗", "wrong"),
    "error": ("!", "wrong"),
    "not attempted": ("○", "residual"),
    "hint": ("?", "query"),
    "true": ("✓", "right"),
    "qualified": ("≈", "feed-forward"),
    "false": ("✗", "wrong"),
    "not confirmed": ("!", "wrong"),
}


def _colour(kind: str) -> str:
    """The colour of a state as a style: the theme's own where a style sheet says which theme there is."""
    name = SIGNS[kind][1]
    return f"var(--course-{name}, {role(name).lower()})"


def card(kind: str, title: str, body: str, below: str = "") -> str:
    """The HTML of a card: a coloured edge with a sign, a title, a body, and smaller text below.

    `body` and `below` are HTML; `title` is plain text.
    """
    sign, colour = SIGNS[kind][0], _colour(kind)
    small = f'<div style="margin-top:6px;font-size:0.9em;opacity:0.9">{below}</div>' if below else ""
    inside = f'<div style="margin-top:4px;line-height:1.5">{body}</div>' if body else ""
    return (
        f'<div class="course-card" role="status" style="border:1px solid var(--jp-border-color1, #bdbdbd);'
        f"border-left:6px solid {colour};border-radius:4px;padding:10px 14px;margin:4px 0;max-width:860px;"
        "background:var(--jp-layout-color1, transparent);color:var(--jp-content-font-color1, inherit);"
        'font-family:var(--jp-content-font-family, sans-serif)">'
        f'<div style="font-weight:600"><span aria-hidden="true" style="display:inline-block;width:1.4em;'
        f'text-align:center;margin-right:8px;border-radius:3px;color:var(--course-on, #fff);background:{colour}">{sign}</span>'
        f"{html.escape(title)}</div>{inside}{small}</div>"
    )


def _prose(text: str) -> str:
    """Plain text as HTML, with `code` between backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def _pre(text: str) -> str:
    return (
        '<pre style="margin:6px 0 0 0;padding:8px 10px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:0.88em;'
        'color:inherit;background:var(--jp-layout-color2, rgba(128,128,128,0.12));border-radius:3px">'
        f"{html.escape(text)}</pre>"
    )


@dataclass(frozen=True, repr=False)
class Report:
    """The result of one check.

    Attributes:
        exercise: its id.
        verdict: what is to be said about the answer; its parts can be asked of the report.
        points: what the exercise is worth; 0 where there is no such exercise.
        note: anything about the surroundings, such as progress that could not be saved.
    """

    exercise: str
    verdict: Verdict
    points: float = 0.0
    note: str = ""

    @property
    def reason(self) -> Reason:
        """Why the verdict is what it is."""
        return self.verdict.reason

    @property
    def state(self) -> str:
        """Either "passed", "failed", "not attempted" or "error"."""
        return self.verdict.state

    @property
    def score(self) -> float:
        """What the answer has earned: all the points or none."""
        return self.points if self.state == "passed" else 0.0

    @property
    def message(self) -> str:
        """What happened, in sentences."""
        return self.verdict.message

    @property
    def misconception(self) -> str | None:
        """The name of the mistake, or None."""
        return self.verdict.misconception

    @property
    def example(self) -> str:
        """Inputs and outputs of the case that shows the mistake."""
        return self.verdict.example

    @property
    def printed(self) -> str:
        """What the answer printed in that case."""
        return self.verdict.printed

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The known mistakes that were found, each of which has a number and a page."""
        names = (self.misconception, *self.verdict.also)
        try:
            exercise = find_exercise(self.exercise)
        except LookupError:
            return ()
        return tuple(Mistake(exercise, wrong) for name in names for wrong in exercise.wrong if wrong.name == name)

    def as_record(self) -> dict[str, str | float | None]:
        """What a program wants to know of it, ready for JSON."""
        names = ("exercise", "state", "reason", "score", "points", "misconception", "message")
        return {name: getattr(self, name) for name in names}

    @property
    def title(self) -> str:
        """The first line: the state and the name of the mistake, the exercise, and the points."""
        points = f" · {self.score:g} of {self.points:g} point{'s' if self.points != 1 else ''}" if self.points else ""
        mistake = f": {self.misconception}" if self.misconception else ""
        return f"{self.state.upper()}{mistake} · {self.exercise}{points}"

    def __repr__(self) -> str:
        lines = [f"{SIGNS[self.state][0]} {self.title}", self.message]
        if self.example:
            lines += ["", self.example]
        if self.printed:
            lines += ["", "it printed:", self.printed.rstrip()]
        if self.mistakes:
            numbers = " and ".join(mistake.id for mistake in self.mistakes)
            lines += [
                "",
                f"{numbers}: `python -m course_lib mistakes {self.mistakes[0].id}` prints the page of a mistake.",
            ]
        if self.note:
            lines += ["", self.note]
        return "\n".join(lines).rstrip()

    def _repr_html_(self) -> str:
        body = _prose(self.message)
        if self.example:
            body += (
                '<details open style="margin-top:6px"><summary style="cursor:pointer">a case that shows it'
                f"</summary>{_pre(self.example)}</details>"
            )
        if self.printed:
            body += f'<div style="margin-top:6px">Your function printed:</div>{_pre(self.printed)}'
        for mistake in self.mistakes:
            body += (
                '<details style="margin-top:6px"><summary style="cursor:pointer">'
                f"<code>{mistake.id}</code>: the mistake as code</summary>{_pre(code_of(mistake.exercise, mistake.wrong))}</details>"
            )
        below = _prose(self.note)
        if self.state in ("failed", "error") and self.points:
            stuck = f'Stuck? Run <code>hint("{html.escape(self.exercise)}")</code> in a cell of your own.'
            below = f"{below}<br>{stuck}" if below else stuck
        return card(self.state, self.title, body, below)


@dataclass(frozen=True, repr=False)
class Hint:
    """The hints seen so far for one exercise, out of how many there are."""

    exercise: str
    texts: tuple[str, ...]
    available: int
    note: str = ""

    @property
    def shown(self) -> int:
        """How many hints have been seen."""
        return len(self.texts)

    @property
    def title(self) -> str:
        """The first line."""
        return f"{self.exercise} · hint {self.shown} of {self.available}" if self.available else self.exercise

    def __repr__(self) -> str:
        lines = [self.title, *(f"{i}. {text}" for i, text in enumerate(self.texts, 1))]
        return "\n".join([*lines, self.note] if self.note else lines)

    def _repr_html_(self) -> str:
        items = "".join(f'<li style="margin:2px 0">{_prose(text)}</li>' for text in self.texts)
        more = "Run the cell again for the next one." if self.shown < self.available else ""
        return card(
            "hint", self.title, f'<ol style="margin:0;padding-left:20px">{items}</ol>', _prose(self.note or more)
        )


@dataclass(frozen=True, repr=False)
class Board:
    """Where a learner stands, lesson by lesson."""

    rows: tuple[tuple[str, str, str, str, float, float], ...]  # lesson, exercise, state, detail, score, points
    predictions: tuple[int, float]
    note: str = ""

    @property
    def total(self) -> str:
        """The points so far, in words."""
        score, points = sum(row[4] for row in self.rows), sum(row[5] for row in self.rows)
        passed = sum(row[2] == "passed" for row in self.rows)
        guesses, mean = self.predictions
        told = f"; {guesses} prediction{'s' if guesses != 1 else ''}, {mean:.0%} right" if guesses else ""
        return f"{passed} of {len(self.rows)} exercises, {score:g} of {points:g} points{told}"

    def __repr__(self) -> str:
        width = max((len(row[1]) for row in self.rows), default=0)
        lines, lesson = [], None
        for row in self.rows:
            if row[0] != lesson:
                lesson = row[0]
                lines.append(lesson)
            sign = SIGNS[row[2]][0]
            lines.append(f"  {sign} {row[1]:<{width}}  {row[4]:>2g} of {row[5]:g}  {row[3]}".rstrip())
        return "\n".join(filter(None, [*lines, self.total, self.note]))

    def _repr_html_(self) -> str:
        lessons: dict[str, list] = {}
        for row in self.rows:
            lessons.setdefault(row[0], []).append(row)
        body = ""
        for lesson, rows in lessons.items():
            cells = "".join(_board_cell(*row[1:]) for row in rows)
            body += (
                f'<tr><th scope="row" style="text-align:left;padding:4px 14px 4px 0;vertical-align:top">'
                f'{html.escape(lesson)}</th><td style="text-align:left;padding:4px 0">{cells}</td></tr>'
            )
        return (
            '<div class="course-board" style="font-family:var(--jp-content-font-family, sans-serif);max-width:860px">'
            f'<table style="border-collapse:collapse;margin:0"><tbody>{body}</tbody></table>'
            f'<div style="margin-top:8px;font-weight:600">{html.escape(self.total)}</div>{_prose(self.note)}</div>'
        )


def _board_cell(exercise: str, state: str, detail: str, score: float, points: float) -> str:
    sign, colour = SIGNS[state][0], _colour(state)
    words = f"{exercise}: {state}, {score:g} of {points:g} points{', ' + detail if detail else ''}"
    return (
        f'<span title="{html.escape(words)}" style="display:inline-block;margin:0 8px 4px 0;padding:1px 8px;'
        f'border:1px solid {colour};border-radius:10px;white-space:nowrap">'
        f'<span style="color:{colour};font-weight:700">{sign}</span> {html.escape(exercise.partition(".")[2])}</span>'
    )


def progress_board(progress: Progress | None = None) -> Board:
    """Every exercise of the course with how you stand in it: passed, tried, hints seen, points, and your predictions.

    Args:
        progress: where to read; by default the file beside the notebooks.
    """
    progress = progress or open_progress()
    standings, predictions, note = {}, (0, 0.0), ""
    try:
        if progress is not None:
            standings, predictions = progress.standings(), progress.predictions()
    except (sqlite3.Error, OSError) as problem:
        note = f"Your progress in {progress.path} could not be read ({problem}). {damage(progress.path)}".rstrip()
    titles = {lesson.concept: f"{lesson.number:02d} {lesson.title}" for lesson in LESSONS}
    rows = []
    for exercise in all_exercises():
        standing = standings.get(exercise.id)
        state, detail, score = "not attempted", "", 0.0
        if standing is not None:
            score = standing.score
            state = "passed" if score >= exercise.points else standing.state
            tries = f"{standing.tries} tr{'y' if standing.tries == 1 else 'ies'}" if standing.tries else ""
            hints = f"{standing.hints} hint{'s' if standing.hints != 1 else ''}" if standing.hints else ""
            mistake = standing.misconception if state != "passed" else ""
            detail = ", ".join(filter(None, [tries, hints, mistake]))
        rows.append((titles[exercise.lesson.concept], exercise.id, state, detail, score, float(exercise.points)))
    return Board(tuple(rows), predictions, note)
