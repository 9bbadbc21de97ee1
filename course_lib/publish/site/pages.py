"""The pages beside the lessons: the list of lessons, claims, known mistakes, terms, references, and the library's own pages."""

import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from mdit_py_plugins.anchors.index import slugify

import course_lib
from course_lib.claims import claims
from course_lib.glossary import glossary
from course_lib.practice.catalogue import exercises_of
from course_lib.practice.diagnosing import Trial
from course_lib.practice.exercise import Exercise
from course_lib.practice.judging import trial
from course_lib.practice.mistakes import Mistake
from course_lib.publish.site.lessons import linked
from course_lib.references import cited_for, works
from course_lib.syllabus import LESSONS

__all__ = [
    "claims_page",
    "glossary_page",
    "index_page",
    "library_modules",
    "library_pages",
    "mistake_pages",
    "references_page",
]

#: What is no part of the library that a reader calls: answers and known mistakes, and the words of the command line.
_NOT_SHOWN = ("exercises", "commands", "__main__", "cli", "theme")


def index_page(minutes: Mapping[str, int | None]) -> str:
    """The first page.

    Args:
        minutes: of each lesson that there is, by name.
    """
    rows = "\n".join(
        f"| {lesson.number:02d} | [{lesson.title}]({lesson.name}.ipynb) | {lesson.summary} | {minutes[lesson.name] or ''} | {len(exercises_of(lesson)) or ''} |"
        for lesson in LESSONS
        if lesson.name in minutes
    )
    pages = "\n".join(sorted(minutes))
    return f"""# Transformers, taken apart

Move a slider, predict, be surprised. The figures on these pages are alive, without Python and without a network (one that needs
Python says so); what you have to write yourself, you write in JupyterLab: `make lab` in the course's folder opens it. Nothing is to be taken on trust: every number was
computed where you read it, or is cited.

| | lesson | what it is about | minutes | exercises |
| --- | --- | --- | ---: | ---: |
{rows}

New to it? Begin with lesson 00. In a hurry? Lesson 04 stands by itself. Teaching? [This way](teaching.md).

```{{toctree}}
:hidden:
:caption: Lessons

{pages}
```

```{{toctree}}
:hidden:
:caption: To look up

glossary
notation
claims
mistakes/index
references
library/index
```

```{{toctree}}
:hidden:
:caption: Behind the lessons

teaching
publishing
distributed
contributing
changelog
```
"""


def claims_page(shown: str) -> str:
    """All claims of the articles, with what each rests on.

    Args:
        shown: the map of claims, as HTML.
    """
    rows = "\n".join(
        f"| {known} | {claim.text} | {'; '.join(_citation(each) for each in cited_for()[known])} |"
        for known, claim in claims().items()
    )
    return (
        "# What the articles claimed\n\nThis course grew out of five articles. Each of their claims was tested in its lesson; what was "
        f"measured stands beside the verdict.\n\n<div>{linked(shown)}</div>\n\n## Where to check them\n\nThe verdicts rest on the "
        f"measurements. These works say where each thing comes from.\n\n| claim | it says | work |\n| --- | --- | --- |\n{rows}\n"
    )


def _citation(citation) -> str:
    work, place = citation.work, f", {citation.place}" if citation.place else ""
    return f"[{work.authors} {work.year}](references.md#{work.key}){place}"


def glossary_page() -> str:
    """All terms; Sphinx links every use of one to its entry."""
    entries = []
    for term in glossary().values():
        where = f"Lesson {term.lesson.number:02d}, [{term.section}]({term.lesson.name}.ipynb#{slugify(term.section)})"
        entries.append(f"{term.name}\n  {term.definition} {where}.")
    listed = "\n\n".join(entries)
    return (
        "# Glossary\n\nEach term with the section that teaches it. In the lessons a term has a dotted line under it where a section first uses "
        f"it: point at it, or reach it with the Tab key, and its meaning appears.\n\n```{{glossary}}\n{listed}\n```\n"
    )


def references_page(lessons: Mapping[str, str]) -> str:
    """All works, each with the lessons and the claims that cite it.

    Args:
        lessons: the text of each lesson, by name.
    """
    rests = {key: [] for key in works()}
    for known, citations in cited_for().items():
        for citation in citations:
            rests[citation.work.key].append(known)
    entries = []
    for work in sorted(works().values(), key=lambda work: (work.authors.lower(), work.year, work.title)):
        named = f"[{work.identifier}]({work.address})" if work.address else work.identifier
        citing = [
            f"[{name[:2]}]({name}.ipynb)" for name, text in sorted(lessons.items()) if _cites(text, work.identifier)
        ]
        where = (
            [f"lesson {', '.join(citing)}" if len(citing) == 1 else f"lessons {', '.join(citing)}"] if citing else []
        )
        where += [f"[{', '.join(rests[work.key])}](claims.md)"] if rests[work.key] else []
        told = f" Cited for {'; '.join(where)}." if where else ""
        entries.append(f"({work.key})=\n{work.authors} {work.year}. *{work.title}*. {named}.{told}")
    return "# References\n\nWhat the lessons, the library and the claims cite.\n\n" + "\n\n".join(entries) + "\n"


def _cites(text: str, identifier: str) -> bool:
    return identifier.removeprefix("https://") in text


def mistake_pages(exercises: Sequence[Exercise], folder: Path) -> None:
    """A page for each exercise, with all mistakes that its check knows; each has its number for an anchor."""
    folder.mkdir()
    for exercise in exercises:
        tried = trial(exercise, np.random.default_rng(0))
        specification = "\n".join(f"> {line}" for line in exercise.specification.splitlines())
        lesson = f"[lesson {exercise.lesson.number:02d}](../{exercise.lesson.name}.ipynb)"
        parts = [
            f"# {exercise.id}",
            f"What its check knows to be wrong, and why. The exercise of {lesson} asks:\n\n{specification}",
        ]
        for wrong in sorted(exercise.wrong, key=lambda wrong: wrong.number):
            parts.append(_mistake(Mistake(exercise, wrong), tried))
        (folder / f"{exercise.id}.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    listed = "\n".join(exercise.id for exercise in exercises)
    (folder / "index.md").write_text(
        f"# Known mistakes\n\nEvery check rejects these and names them.\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n",
        encoding="utf-8",
    )


def _mistake(mistake: Mistake, tried: Trial) -> str:
    head, *rest = mistake.page(tried).split("\n## ")
    title = head.splitlines()[0].removeprefix("# ")
    code, symptom, why = (part.partition("\n\n")[2].strip() for part in rest)
    return (
        f"({mistake.id})=\n## {title}\n\n{why}\n\n<details><summary>The code, and what it does</summary>\n\n{code}\n\n{symptom}\n\n"
        "</details>"
    )


def library_modules() -> list[str]:
    """The modules of the library that a reader may call, in alphabetical order."""
    found = pkgutil.walk_packages(course_lib.__path__, "course_lib.", onerror=lambda name: None)
    return sorted(module.name for module in found if not set(module.name.split(".")) & set(_NOT_SHOWN))


def library_pages(modules: Sequence[str], folder: Path) -> None:
    """A page for each package, from the docstrings of its modules."""
    folder.mkdir()
    packages: dict[str, list[str]] = {}
    for name in modules:
        packages.setdefault(name.split(".")[1], []).append(name)
    for package, names in packages.items():
        parts = [f"# {package}"]
        for name in names:
            # A package hands on what its modules define, and there it is shown.
            members = "" if any(other.startswith(f"{name}.") for other in names) else "   :members:\n"
            parts.append(f"## {name}\n\n```{{eval-rst}}\n.. automodule:: {name}\n{members}```")
        (folder / f"{package}.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    listed = "\n".join(sorted(packages))
    (folder / "index.md").write_text(
        "# The library\n\nWhat the lessons import: purpose, formula, shapes and an example of each function, from the docstrings, which the "
        "tests run. `by_hand` is NumPy, `in_torch` the same in PyTorch.\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n",
        encoding="utf-8",
    )
