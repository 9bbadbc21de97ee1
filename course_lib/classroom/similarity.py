"""Whose answers resemble each other more than chance has it: a hint to look, with the places, and never a verdict.

Statements are compared, not texts: names are numbered in the order in which they come, so renaming hides nothing; words of
documentation, types and the order of statements do not count. What the course itself has written (references, known right
and wrong answers) is nobody's own and is taken out, and what many write weighs little: a statement that k of n write counts
as log2(n / k) for each node of its tree, so what only two of thirty share counts as 3.9 each.

All of it happens on this machine.
"""

import ast
import copy
import html
import inspect
import math
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from course_lib.classroom.answers import Answer, answers_of
from course_lib.classroom.feedback import page
from course_lib.classroom.results import Results
from course_lib.practice.exercise import Exercise

__all__ = ["Alike", "Place", "alike", "pieces_of", "similarity_page"]

LEAST = 6  # nodes of a statement: below that, chance is enough
SHOWN = 60.0  # weight from which on a pair is shown


@dataclass(frozen=True)
class Place:
    """Where two answers share something.

    Attributes:
        exercise: its id.
        weight: how unlikely that is.
        lines: of the one and of the other, counted from 1 in the definition.
    """

    exercise: str
    weight: float
    lines: tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Alike:
    """Two students whose answers share more than others do.

    Attributes:
        students: who.
        weight: over all places, the highest for the least likely.
        places: where, the least likely first.
        words: names and comments that only these two write.
    """

    students: tuple[str, str]
    weight: float
    places: tuple[Place, ...]
    words: tuple[str, ...]


class _Numbered(ast.NodeTransformer):
    """Names become numbers in the order in which they come; types and the course's shape comments go."""

    def __init__(self) -> None:
        self.numbers: dict[str, str] = {}

    def _number(self, name: str) -> str:
        return self.numbers.setdefault(name, f"_{len(self.numbers)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._number(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(self._number(node.arg))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.Pass()
        return self.visit(ast.Assign([node.target], node.value))


def pieces_of(node: ast.FunctionDef) -> dict[str, tuple[int, set[int]]]:
    """The statements of a definition without names: shape -> (nodes, lines where it stands, from 1 for the ``def``).

    >>> one, other = (ast.parse(text).body[0] for text in ("def f(x):\\n    y = x @ x.T\\n    return y", "def f(a):\\n    b = a @ a.T\\n    return b"))
    >>> pieces_of(one) == pieces_of(other)
    True
    """
    found: dict[str, tuple[int, set[int]]] = {}
    for statement in _statements(node):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # words
        tree = _Numbered().visit(copy.deepcopy(_head(statement)))
        size = sum(1 for part in ast.walk(tree) if not isinstance(part, ast.expr_context | ast.Load))
        if size >= LEAST:
            _, lines = found.get(ast.dump(tree), (size, set()))
            found[ast.dump(tree)] = size, lines | {statement.lineno - node.lineno + 1}
    return found


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _statements(child)


def _head(statement: ast.stmt) -> ast.AST:
    """A statement without the statements in it, which count by themselves."""
    if not isinstance(getattr(statement, "body", None), list):
        return statement
    emptied = copy.copy(statement)
    for part in ("body", "orelse", "finalbody", "handlers", "cases", "decorator_list"):
        if hasattr(emptied, part):
            setattr(emptied, part, [])
    return emptied


def _of_the_course(exercise: Exercise) -> tuple[set[str], set[str]]:
    """The shapes and the words that the course itself has written for an exercise."""
    shapes, words = set(), set()
    for function in (exercise.reference, *exercise.also_right, *(wrong.function for wrong in exercise.wrong)):
        function = getattr(function, "function", function)
        try:
            source = textwrap.dedent(inspect.getsource(function))
            tree = ast.parse(source[source.index("def ") :])
        except (OSError, TypeError, ValueError, SyntaxError):  # a lambda, or one that was made
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                shapes |= set(pieces_of(node))
        words |= _words(source)
    return shapes, words | _words(" ".join((exercise.specification, *exercise.hints)))


def _words(text: str) -> set[str]:
    return {word for word in "".join(c if c.isalnum() or c == "_" else " " for c in text).split() if len(word) > 3}


def alike(results: Results, exercises: Sequence[Exercise], least: float = SHOWN) -> list[Alike]:
    """The pairs of a class whose passed or failed answers share what few write, the least likely first."""
    answers = {
        student: answers_of(work, exercises) for student in results.students() if (work := results.work(student))
    }
    shared: dict[tuple[str, str], list[Place]] = defaultdict(list)
    words: dict[str, set[str]] = defaultdict(set)
    common: set[str] = set()
    for exercise in exercises:
        own = {student: found[exercise.id] for student, found in answers.items() if exercise.id in found}
        shapes, ours = _of_the_course(exercise)
        common |= ours
        for place in _places(own, shapes):
            shared[place[0]].append(Place(exercise.id, *place[1:]))
        for student, answer in own.items():
            words[student] |= _words("\n".join(answer.lines))
    writers = Counter(word for own in words.values() for word in own)
    found = []
    for (one, other), places in shared.items():
        weight = sum(place.weight for place in places)
        if weight >= least:
            both = sorted(word for word in words[one] & words[other] if writers[word] == 2 and word not in common)
            places = sorted(places, key=lambda place: -place.weight)
            found.append(Alike((one, other), weight, tuple(places), tuple(both)))
    return sorted(found, key=lambda pair: -pair.weight)


def _places(answers: dict[str, Answer], shapes: set[str]) -> Iterator[tuple[tuple[str, str], float, tuple]]:
    """What pairs of students share in one exercise."""
    pieces = {student: pieces_of(answer.node) for student, answer in answers.items()}
    own = {student: {shape for shape in found if shape not in shapes} for student, found in pieces.items()}
    writers = Counter(shape for found in own.values() for shape in found)
    for one, other in combinations(sorted(own), 2):
        both = [shape for shape in own[one] & own[other] if writers[shape] < len(own)]
        weight = sum(pieces[one][shape][0] * math.log2(len(own) / writers[shape]) for shape in both)
        if weight > 0:
            lines = tuple(
                tuple(sorted({line for shape in both for line in pieces[student][shape][1]}))
                for student in (one, other)
            )
            yield (one, other), weight, lines


def similarity_page(results: Results, pairs: Sequence[Alike], exercises: Sequence[Exercise]) -> str:
    """A page for the teacher: each pair with its answers side by side, what is shared marked."""
    parts = [
        "<h1>Answers that resemble each other</h1>",
        "<p>A hint where to look, and no verdict: two who have learned from the same book write alike too. What the course has "
        "written, and what many write, does not count; names do not count in the comparison. Ask about the code.</p>",
    ]
    if not pairs:
        parts.append("<p>No pair shares more than chance has it.</p>")
    for number, pair in enumerate(pairs, 1):
        names = " · ".join(html.escape(results.shown(student)) for student in pair.students)
        parts.append(f"<h2>{number}. {names}: {pair.weight:.0f}</h2>")
        if pair.words:
            parts.append(
                f"<p>Words that only these two write: <code>{html.escape(', '.join(pair.words[:12]))}</code></p>"
            )
        found = [answers_of(results.work(student), exercises) for student in pair.students]
        for place in pair.places[:6]:
            sides = "".join(
                f"<td><pre>{_marked(answers[place.exercise].lines, lines)}</pre></td>"
                for answers, lines in zip(found, place.lines, strict=True)
            )
            parts.append(
                f"<h3><code>{place.exercise}</code>: {place.weight:.0f}</h3><table><tbody><tr>{sides}</tr></tbody></table>"
            )
    return page("Answers that resemble each other", "\n".join(parts))


def _marked(lines: Sequence[str], shared: Sequence[int]) -> str:
    return "\n".join(
        f"<mark>{html.escape(line)}</mark>" if number in shared else html.escape(line)
        for number, line in enumerate(lines, 1)
    )
