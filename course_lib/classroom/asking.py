"""Questions about one's own code, made from it: who has understood an answer can say what its lines do.

Two kinds, and the answers are computed, not thought up. One runs the answer on a small input and notes what each line sets:
what shape has `scores` after line 3, which numbers are in it. The other changes one thing in a line (a keyword argument is
left out, a number is another one, a statement is gone) and has the judge try what is left: for which inputs does it go wrong,
or why does it not? All code of learners runs in the sandbox.
"""

import ast
import copy
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.classroom.answers import Answer, answers_of
from course_lib.classroom.feedback import page
from course_lib.classroom.hand_ins import HandIn
from course_lib.classroom.judging import Judged, judge_remote
from course_lib.classroom.results import Question, Results
from course_lib.classroom.sandbox import Cage
from course_lib.classroom.seeds import Seeds
from course_lib.classroom.sending import Sender
from course_lib.classroom.stand_in import file_of, show_to_linecache, stand_in
from course_lib.classroom.submission import plain_cell
from course_lib.classroom.worker import Lost, Worker
from course_lib.practice.diagnosing import Trial
from course_lib.practice.exercise import Case, Exercise
from course_lib.practice.needed_cells import needed_cells
from course_lib.practice.verdict import Reason

__all__ = ["Change", "changes_of", "questions_about", "questions_page"]

SMALL = 30  # numbers in an input that can be looked at
TRIED = 12  # changes of one answer
SECONDS = 10.0


@dataclass(frozen=True)
class Change:
    """One thing in an answer that is another.

    Attributes:
        line: where, counted from 1 for the ``def``.
        said: what is changed, as an instruction.
        node: the definition as it would be.
    """

    line: int
    said: str
    node: ast.FunctionDef


def changes_of(node: ast.FunctionDef, source: str) -> list[Change]:
    """What can be changed in a definition, one thing at a time, in the order of its lines.

    >>> text = "def f(x):\\n    return x.sum(-1, keepdims=True)"
    >>> [change.said for change in changes_of(ast.parse(text).body[0], text)]
    ['leave out `keepdims=True` in line 2', 'put 0 in place of -1 in line 2']
    """
    found: list[Change] = []
    for at, part in enumerate(ast.walk(node)):
        for said, change in _ways(part, source):
            changed = copy.deepcopy(node)
            twin = next(other for number, other in enumerate(ast.walk(changed)) if number == at)
            change(twin)
            line = (part.lineno if hasattr(part, "lineno") else node.lineno) - node.lineno + 1
            found.append(Change(line, f"{said} in line {line}", ast.fix_missing_locations(changed)))
        if isinstance(part, ast.FunctionDef | ast.For | ast.While | ast.If | ast.With):
            for number, statement in enumerate(part.body):
                documentation = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
                if documentation or _only_refuses(statement) or isinstance(statement, _KEPT):
                    continue
                changed = copy.deepcopy(node)
                twin = next(other for place, other in enumerate(ast.walk(changed)) if place == at)
                twin.body[number] = ast.Pass()
                line = statement.lineno - node.lineno + 1
                text = (ast.get_source_segment(source, statement) or "").splitlines()
                shown = (
                    f"`{text[0]}`" + (" and what belongs to it" if len(text) > 1 else "") if text else "the statement"
                )
                found.append(Change(line, f"leave out {shown} (line {line})", ast.fix_missing_locations(changed)))
    return sorted(found, key=lambda change: change.line)


def _ways(part: ast.AST, source: str) -> Iterator[tuple[str, Any]]:
    """What can be changed in one node: words for it, and a function that does it to the node's twin."""
    if isinstance(part, ast.Call):
        for number, keyword in enumerate(part.keywords):
            if keyword.arg:
                said = f"leave out `{keyword.arg}={ast.unparse(keyword.value)}`"
                yield said, lambda twin, number=number: twin.keywords.pop(number)
        for number, argument in enumerate(part.args):
            yield from _numbers(argument, lambda twin, value, number=number: twin.args.__setitem__(number, value))
    if isinstance(part, ast.Subscript):
        yield from _numbers(part.slice, lambda twin, value: setattr(twin, "slice", value))
    if isinstance(part, ast.keyword):
        yield from _numbers(part.value, lambda twin, value: setattr(twin, "value", value))
    if isinstance(part, ast.BinOp):
        for kind, other, sign, new in _SIGNS:
            if isinstance(part.op, kind):
                shown = ast.unparse(part)
                if len(shown) < 60:
                    yield (
                        f"put {new} in place of {sign} in `{shown}`",
                        lambda twin, other=other: setattr(twin, "op", other()),
                    )


_KEPT = (ast.Return, ast.Pass, ast.FunctionDef)


def _only_refuses(statement: ast.stmt) -> bool:
    """Whether a statement does nothing but refuse bad input, which no check gives."""
    inside = statement.body if isinstance(statement, ast.If) else [statement]
    return all(isinstance(each, ast.Raise | ast.Assert) for each in inside)


_SIGNS = ((ast.Add, ast.Sub, "+", "-"), (ast.Sub, ast.Add, "-", "+"), (ast.Div, ast.Mult, "/", "*"))


def _numbers(part: ast.AST, put: Any) -> Iterator[tuple[str, Any]]:
    try:
        value = ast.literal_eval(part)
    except (ValueError, TypeError, SyntaxError):
        return
    if type(value) is int and -3 <= value <= 3:
        other = {-1: 0, 0: 1, 1: 0}.get(value, value - 1)
        yield f"put {other} in place of {value}", lambda twin: put(twin, ast.Constant(other))


# ---------------------------------------------------------------------- asking


def questions_about(
    hand_in: HandIn, passed: Sequence[Exercise], cage: Cage, seeds: Seeds, each: int = 2
) -> list[Question]:
    """Questions about a student's answers that passed, so many for each answer; none where its worker is lost.

    Args:
        hand_in: what was handed in.
        passed: the exercises whose answers are asked about.
        cage: where the answers run.
        seeds: of the cases; the choice of questions rests on them too.
        each: how many questions for each answer.
    """
    found: list[Question] = []
    for known, answer in answers_of(hand_in, passed).items():
        exercise = next(one for one in passed if one.id == known)
        tried = seeds.trial(exercise)
        rng = np.random.default_rng(seeds.seed(known))
        cells = [plain_cell(cell) for cell in answer.notebook.cells]
        show_to_linecache(cells)
        try:
            with cage.worker() as worker:
                for place in needed_cells(cells, [answer.place]):
                    worker.ask("cell", SECONDS, source=cells[place], file=file_of(place), seconds=SECONDS)
                values = _about_values(worker, exercise, answer, tried, rng)
                changes = _about_changes(worker, exercise, answer, tried, rng)
        except Lost:
            continue
        own = [question for pair in zip(values, changes, strict=False) for question in pair]
        own += [*values[len(changes) :], *changes[len(values) :]]
        found += [Question(known, asked, told) for asked, told in own[:each]]
    return found


def _about_values(
    worker: Worker, exercise: Exercise, answer: Answer, tried: Trial, rng: np.random.Generator
) -> list[tuple[str, str]]:
    """What a line sets, for an input that can be looked at."""
    case = next((case for case in tried.cases if _can_be_shown(case)), None)
    if case is None:
        return []
    args = tuple(
        np.round(arg, 1) if isinstance(arg, np.ndarray) and arg.dtype.kind == "f" else arg for arg in case.args
    )
    said = worker.ask(
        "trace", SECONDS, Sender(), name=exercise.name, args=args, kwargs=dict(case.kwargs), seconds=SECONDS
    )
    if said.get("error") or type(said.get("found")) is not list:
        return []
    first = answer.node.lineno
    lines = {}
    for told in said["found"]:
        if type(told) is not list or [type(part) for part in told[:2]] != [int, str] or len(told) != 3:
            continue  # what a worker says may be anything
        line, name, value = told
        shown = _shown(value)
        if shown and first < line <= (answer.node.end_lineno or first) and name.isidentifier():
            lines.setdefault((line, name), (shown, value))
    chosen = list(lines.items())
    rng.shuffle(chosen)
    names = [argument.arg for argument in answer.node.args.args]
    given = "\n".join(f"{name} = {_text(arg)}" for name, arg in zip(names, args, strict=False))
    code = _numbered(answer)
    found = []
    for (line, name), (shown, value) in chosen[:2]:
        by_head = not isinstance(value, np.ndarray) or (value.dtype.kind in "bi" and value.size <= 12)
        if name == "return":
            what = "What does it return?" if by_head else "What shape does what it returns have?"
        else:
            asked = f"What is {name}" if by_head else f"What shape does {name} have"
            what = f"{asked} after line {line - first + 1}?"
        found.append((f"{code}\n\n{given}\n\n{what}", shown if by_head else f"{value.shape}; it is {shown}"))
    return found


def _can_be_shown(case: Case) -> bool:
    plain = all(isinstance(arg, np.ndarray | int | float | str | tuple | list) for arg in case.args)
    return plain and sum(np.size(arg) for arg in case.args if isinstance(arg, np.ndarray)) <= SMALL and not case.kwargs


def _text(value: Any) -> str:
    return np.array2string(value, precision=3, separator=", ") if isinstance(value, np.ndarray) else repr(value)


def _shown(value: Any) -> str:
    """A value on a few lines, or nothing where it is too long to be asked for."""
    if isinstance(value, np.ndarray) and value.size > 60:
        return ""
    text = _text(value)
    return text if len(text) <= 600 else ""


def _numbered(answer: Answer) -> str:
    """The lines with their numbers, without the words of documentation."""
    first, words = answer.node.body[0], range(0)
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        start = answer.node.lineno - 1
        words = range(first.lineno - start, first.end_lineno - start + 1)
    return "\n".join(f"{number:2}  {line}" for number, line in enumerate(answer.lines, 1) if number not in words)


def _about_changes(
    worker: Worker, exercise: Exercise, answer: Answer, tried: Trial, rng: np.random.Generator
) -> list[tuple[str, str]]:
    """What a change in a line does, the most telling first: wrong for some inputs, harmless, wrong for all."""
    changes = changes_of(answer.node, answer.cell)
    rng.shuffle(changes)
    told: list[tuple[int, str, str]] = []
    for change in changes[:TRIED]:
        cell = ast.unparse(change.node)
        said = worker.ask("cell", SECONDS, source=cell, file=file_of(answer.place), seconds=SECONDS)
        if said.get("error"):
            continue
        judged = judge_remote(tried, worker, stand_in(cell, exercise.name, answer.place), watched=False)
        if judged.lost:
            break
        rank, outcome = _outcome(judged, tried)
        if outcome:
            asked = (
                f"{_numbered(answer)}\n\nSuppose you {change.said}. Does the function still do what was asked? "
                "If not, for which inputs does it go wrong, and how?"
            )
            told.append((rank, asked, outcome))
    told.sort(key=lambda each: each[0])
    return [(asked, outcome) for _, asked, outcome in told[:2]]


def _outcome(judged: Judged, tried: Trial) -> tuple[int, str]:
    """How telling it is, and what happens."""
    verdict = judged.verdict
    if verdict.state == "passed":
        return 1, "It does: every check still passes. Why does it not matter?"
    if verdict.reason is Reason.RAISED:
        return 3, judged.feedback
    if verdict.state != "failed":
        return 9, ""
    some = any(case.note and case.note in judged.feedback for case in tried.cases)
    return (0 if some else 2), judged.feedback


def questions_page(results: Results) -> str:
    """All questions with their answers, for the teacher."""
    parts = [
        "<h1>Questions about their own code</h1>",
        "<p>The questions stand on each student's page of feedback, without the answers.</p>",
    ]
    for student, questions in results.questions().items():
        parts.append(f"<h2>{html.escape(results.shown(student))}</h2>")
        for each in questions:
            parts.append(
                f"<section><h3><code>{each.exercise}</code></h3><pre>{html.escape(each.question)}</pre>"
                f"<p><strong>Answer.</strong></p><pre>{html.escape(each.answer)}</pre></section>"
            )
    return page("Questions about their own code", "\n".join(parts))
