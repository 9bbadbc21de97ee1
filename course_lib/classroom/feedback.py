"""The page a student gets: what passed, which mistake it is, what to look at. No right answer, no case, nobody else."""

import html
from collections.abc import Sequence

from course_lib.classroom.results import Question, Row
from course_lib.classroom.submission import NOT_GRADED
from course_lib.practice.catalogue import find_exercise

__all__ = ["STYLE", "page", "page_of"]

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .8rem .3rem 0; vertical-align: top; }
td.number { text-align: right; white-space: nowrap; } tr { border-bottom: 1px solid #8884; }
section { border-left: .4rem solid #8888; padding: .1rem 0 .1rem 1rem; margin: 1.2rem 0; }
section.passed { border-color: #2e7d32; } section.failed, section.error { border-color: #b3261e; }
h2 { font-size: 1.1rem; margin: .4rem 0; } pre { white-space: pre-wrap; margin: 0; } img { max-width: 100%; }
"""
_SIGNS = {"passed": "✓", "failed": "✗", "error": "!", "not attempted": "○", NOT_GRADED: "–"}


def page(title: str, body: str) -> str:
    """A whole page with nothing that is loaded from elsewhere."""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def page_of(
    student: str,
    rows: Sequence[Row],
    problems: Sequence[tuple[str, str]],
    others: int = 0,
    questions: Sequence[Question] = (),
) -> str:
    """The page of one student.

    Args:
        student: the name or the code that stands above it.
        rows: the student's marks.
        problems: files that could not be read, each with what is wrong.
        others: hand-ins of this student that were no better, and do not count.
        questions: about the student's own code; they stand below the answer that they are about, without their answers.

    >>> "a.ipynb" in page_of("Ada", [], [("a.ipynb", "the file is empty; ask for it again")])
    True
    """
    given = [row for row in rows if row.score is not None]
    score, points = sum(row.score for row in given), sum(row.graded.points for row in given)
    passed = sum(row.graded.state == "passed" for row in given)
    parts = [f"<h1>{html.escape(student)}</h1>"]
    parts.append(f"<p>{passed} of {len(given)} exercises passed, {score:.6g} of {points:g} points.</p>")
    parts += [f"<p>{html.escape(line)}</p>" for line in _lateness(given)]
    if others:
        parts.append(
            f"<p>{others} other hand-in{'s' if others > 1 else ''} of yours had no more points; the better one counts.</p>"
        )
    for file, said in problems:
        where = f"<code>{html.escape(file)}</code>: " if file else ""
        parts.append(f"<p>{where}{html.escape(said)}.</p>")
    parts += [
        _section(row, [each.question for each in questions if each.exercise == row.graded.exercise]) for row in rows
    ]
    return page(f"Feedback for {student}", "\n".join(parts))


def _lateness(given: Sequence[Row]) -> list[str]:
    """A line for each lesson that came late."""
    late = {find_exercise(row.graded.exercise).lesson: row.late for row in given if row.late.days}
    return [
        f"Lesson {lesson.number:02} came late, on day {late.days} after the time that was due: {late.percent:g} % of its points "
        "are taken off."
        for lesson, late in late.items()
    ]


def _section(row: Row, questions: Sequence[str]) -> str:
    mark = row.graded
    if mark.state == NOT_GRADED:
        earned, said = "no mark", "Not handed in." if mark.message == "not handed in" else "Somebody will look at it."
    else:
        earned, said = f"{mark.score:g} of {mark.points:g}", mark.feedback
    mistake = f" · {html.escape(', '.join(mark.misconceptions))}" if mark.misconceptions else ""
    lesson = find_exercise(mark.exercise).lesson
    look = (
        f" What to read again: lesson {lesson.number:02}, {html.escape(lesson.title)}."
        if mark.state in ("failed", "error")
        else ""
    )
    kind = mark.state.replace(" ", "-")
    body = f"<p>{html.escape(said)}{look}</p>" if said or look else ""
    if questions:
        body += "<p>Can you say it without running it?</p><ol>"
        body += "".join(f"<li><pre>{html.escape(question)}</pre></li>" for question in questions) + "</ol>"
    return (
        f'<section class="{kind}"><h2>{_SIGNS[mark.state]} <code>{html.escape(mark.exercise)}</code> · {mark.state} · {earned}'
        f"{mistake}</h2>{body}</section>"
    )
