"""The words by which lessons, notebooks and graders know an exercise: one grammar, read and written here alone.

An answer cell begins with ``# exercise: concept.name`` and has its answer between ``# >>> answer`` and ``# <<< answer``
(a lesson's source only); the next cell calls ``check("concept.name", name)``. In a lesson's prose a line
``{exercise concept.name}`` becomes the exercise's header.
"""

import re
from collections.abc import Callable

__all__ = ["BEGIN", "END", "answer_line", "answers_in", "checks_in", "fill_headers", "header_line", "headers_in"]

BEGIN, END = "# >>> answer", "# <<< answer"
#: Read with forbearance, as learners move, split and retype cells; written by `answer_line`.
_ANSWER = re.compile(r"^[^\S\n]*#[^\S\n]*exercise:[^\S\n]*(\S+)[^\S\n]*$", re.MULTILINE)
_HEADER = re.compile(r"^\{exercise (\S+)\}$", re.MULTILINE)
_CHECK = re.compile(r"""\bcheck\(\s*["']([^"']+)["']""")
#: A line that was meant for a header: a brace, a word that is nearly "exercise", and an id.
_NEARLY_HEADER = re.compile(r"^[^\S\n]*\{\s*ex\w*\W+\w+\.\w+.*$", re.MULTILINE | re.IGNORECASE)


def answer_line(exercise_id: str) -> str:
    """The comment with which an answer cell begins.

    >>> answers_in(answer_line("attention.softmax") + "\\ndef softmax(scores): ...")
    ['attention.softmax']
    """
    return f"# exercise: {exercise_id}"


def answers_in(source: str) -> list[str]:
    """The ids of the exercises that a code cell says it answers, in order, whether or not there are such exercises."""
    return _ANSWER.findall(source)


def checks_in(source: str) -> list[str]:
    """The ids that a code cell gives to ``check(...)``.

    >>> checks_in('check("attention.softmax", softmax)')
    ['attention.softmax']
    """
    return _CHECK.findall(source)


def header_line(exercise_id: str) -> str:
    """The line of a lesson's prose in whose place the exercise's header is put."""
    return f"{{exercise {exercise_id}}}"


def headers_in(source: str) -> list[tuple[int, str | None]]:
    """Where a piece of prose asks for headers: (line from 0, id), and (line, None) for a line that is misspelt.

    >>> headers_in("Now you.\\n\\n{exercise attention.softmax}\\n{excercise attention.softmax}")
    [(2, 'attention.softmax'), (3, None)]
    """
    found = []
    for number, line in enumerate(source.splitlines()):
        header = _HEADER.match(line)
        if header or _NEARLY_HEADER.match(line):
            found.append((number, header[1] if header else None))
    return found


def fill_headers(source: str, header_of: Callable[[str], str]) -> str:
    """A piece of prose with every header line replaced by what `header_of` gives for its id."""
    return _HEADER.sub(lambda match: header_of(match[1]), source)
