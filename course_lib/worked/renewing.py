"""All of a learner's notebooks, after the course has become newer: kept, made anew, and the answers carried over.

Nothing notes how far this has come: a copy knows by its fingerprint which build it began as, what is kept is kept under the
same bytes once, and a notebook takes its place in one move. Broken off anywhere, it is run again and goes on.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_lib.practice.markers import answers_in
from course_lib.worked.carrying import answers_of, fill, needed_from, own_cells
from course_lib.worked.folder import copies, fresh, keep, names, own, replace
from course_lib.worked.state import Book, book_of, read_book, source_of

__all__ = ["Renewed", "Told", "renew"]


@dataclass
class Told:
    """What became of one notebook that held work on an older version.

    Attributes:
        name: the notebook's.
        kept: where all that it held is.
        carried: exercises whose answers stand in the new notebook now.
        elsewhere: exercises whose answers stand in another notebook now: exercise -> its name.
        held: exercises whose answers were not carried over, as another notebook holds one; they are in `kept` only.
        gone: exercises that the course has no more; their answers are in `kept` only.
        own: how many cells somebody had added or changed besides; they are in `kept` only.
        needs: names that a carried answer uses and that one of those cells defines: exercise -> names.
        unreadable: why no answer could be looked for, else "".
        retired: whether the course has no such notebook any more.
    """

    name: str
    kept: Path
    carried: list[str] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    own: int = 0
    needs: dict[str, list[str]] = field(default_factory=dict)
    unreadable: str = ""
    retired: bool = False


@dataclass
class Renewed:
    """What `renew` has done: new notebooks, those that nobody had worked in, and what became of the others."""

    made: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def __str__(self) -> str:
        lines = []
        if self.made:
            lines.append(f"new: {', '.join(self.made)}")
        if self.renewed:
            lines.append(f"brought up to date (nobody had worked there): {', '.join(self.renewed)}")
        for one in self.told:
            lines += _lines(one)
        return "\n".join(lines) or "Your notebooks are those of this version already."


def renew(root: Path) -> Renewed:
    """Bring every copy of a checkout to what its course is now.

    Raises:
        OSError: the folder cannot be written to.
        ValueError: a notebook of the course itself can neither be read nor built.
    """
    done = copies(root)
    result = Renewed(done.made, done.renewed)
    shipped = {name: book_of(fresh(root, name)) for name in names(root)}
    books: dict[str, Book | str] = {}
    for name, new in shipped.items():
        found = _found(own(root) / f"{name}.ipynb")
        if isinstance(found, str) or found.base != new.base:
            books[name] = found
    books |= _retired(root, shipped)
    for name in books:  # everything is kept before anything is replaced
        path = own(root) / f"{name}.ipynb"
        result.told.append(Told(name, keep(path, path), retired=name not in shipped))
    answers = {name: answers_of(book) if isinstance(book, Book) else {} for name, book in books.items()}
    contents = _filled(root, shipped, answers, result.told)
    for name, content in contents.items():
        replace(own(root) / f"{name}.ipynb", _bytes(content))
    for told in result.told:
        if told.retired:
            os.remove(own(root) / f"{told.name}.ipynb")
        _look_back(told, books[told.name], answers[told.name], shipped)
    return result


def _found(path: Path) -> Book | str:
    """What lies in a copy's place: a notebook, or why it is none."""
    try:
        return read_book(path)
    except (OSError, ValueError) as problem:
        return str(problem)


def _retired(root: Path, shipped: dict[str, Book]) -> dict[str, Book]:
    """Copies of notebooks that the course has no more. Those that nobody has worked in are removed."""
    found = {}
    for path in sorted(own(root).glob("[0-9][0-9]_*.ipynb")):
        book = _found(path)
        if path.stem in shipped or isinstance(book, str) or book.lesson != path.stem:
            continue  # one's own file, by whatever name
        if book.worked:
            found[path.stem] = book
        else:
            os.remove(path)
    return found


def _filled(
    root: Path, shipped: dict[str, Book], answers: dict[str, dict[str, str]], told: list[Told]
) -> dict[str, dict[str, Any]]:
    """What is to be written, by name. Notebooks that get answers from others come first: those are still there then."""
    receiving, others = {}, {}
    for name, new in shipped.items():
        content = new.content
        if name in answers:
            carried = fill(new.cells, answers[name])
            next(one for one in told if one.name == name).carried = carried
        elif isinstance(here := _found(own(root) / f"{name}.ipynb"), Book):
            content = here.content
        strangers = {exercise: text for other in answers if other != name for exercise, text in answers[other].items()}
        moved = fill(content["cells"], strangers)
        for one in told:
            one.elsewhere |= {exercise: name for exercise in moved if exercise in answers[one.name]}
        if moved:
            receiving[name] = content
        elif name in answers:
            others[name] = content
    return receiving | others


def _look_back(told: Told, book: Book | str, answers: dict[str, str], shipped: dict[str, Book]) -> None:
    """Note what was not carried over: answers to exercises that are gone, and cells of one's own."""
    if isinstance(book, str):
        told.unreadable = book
        return
    asked = {exercise for new in shipped.values() for cell in new.cells for exercise in answers_in(source_of(cell))}
    told.gone = [exercise for exercise in answers if exercise not in asked]
    told.held = [one for one in answers if one not in {*told.carried, *told.elsewhere, *told.gone}]
    newer = {source_of(cell) for cell in shipped[told.name].cells} if told.name in shipped else set()
    mine = own_cells(book, newer)
    told.own = len(mine)
    for exercise in [*told.carried, *told.elsewhere]:
        if names_needed := needed_from(answers[exercise], mine):
            told.needs[exercise] = names_needed


def _bytes(content: dict[str, Any]) -> bytes:
    """A notebook's file, laid out as a build lays it out."""
    try:
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
    except UnicodeEncodeError:  # half a surrogate in somebody's cell
        return (json.dumps(content, indent=1) + "\n").encode()


def _lines(told: Told) -> list[str]:
    what = "the course has no such notebook any more" if told.retired else "a newer version"
    lines = [f"{told.name}: {what}; all that yours held is in {told.kept}"]
    if told.unreadable:
        return [*lines, f"    it could not be read as a notebook ({told.unreadable}), so no answer was carried over"]
    if told.carried:
        lines.append(f"    answers carried over: {', '.join(told.carried)}")
    lines += [f"    carried over to {name}: {exercise}" for exercise, name in told.elsewhere.items()]
    lines += [
        f"    another notebook holds an answer to {exercise} already; this one is in the kept notebook"
        for exercise in told.held
    ]
    lines += [
        f"    the course has no exercise {exercise} any more; your answer is in the kept notebook"
        for exercise in told.gone
    ]
    if told.own:
        lines.append(
            f"    {told.own} cell{'s' if told.own > 1 else ''} that you added or changed "
            f"{'are' if told.own > 1 else 'is'} in the kept notebook only"
        )
    lines += [
        f"    {exercise} uses {', '.join(needed)} of such a cell: copy it over"
        for exercise, needed in told.needs.items()
    ]
    return lines
