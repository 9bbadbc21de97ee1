"""The course as a folder of pages: executed lessons, figures alive without Python, nothing asked of any other machine.

Lessons are run once, with their figures written for a page (see ``explorer.hosts.page``), and kept in ``build/executed`` until what they
are made of changes. Then they become the source of a Sphinx site: each figure's frames are a file of their own, loaded when
the figure comes near the screen; formulas are drawn by a MathJax that lies beside the pages.
"""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import nbformat
import numpy as np

from course_lib.explorer.hosts.notebook import FOR_A_PAGE
from course_lib.explorer.hosts.page import PAGE
from course_lib.practice.catalogue import all_exercises
from course_lib.practice.diagnosing import Trial
from course_lib.practice.judging import trial
from course_lib.practice.mistakes import Mistake
from course_lib.publish.executing import executed
from course_lib.syllabus import LESSONS

__all__ = ["NotBuilt", "execute_all", "site_source"]

_FIGURE = re.compile(r'\n?<script type="application/json" data-course-figure="([^"]+)">(.*?)</script>', re.DOTALL)
_LINK = re.compile(r'href="((?:\d\d_[a-z_]+))\.ipynb(#[^"]*)?"')


class NotBuilt(RuntimeError):
    """Something that a site is made of is missing; the message says what to do."""


def _fingerprint(library: Path) -> bytes:
    """Of all that decides what runs of notebooks show, besides their text: the library and its data."""
    digest = hashlib.sha256()
    for path in sorted([*library.rglob("*.py"), *library.rglob("*.js"), *(library.parent / "data").glob("*")]):
        if path.is_file() and "commands" not in path.parts and "classroom" not in path.parts:
            digest.update(str(path.relative_to(library.parent)).encode() + path.read_bytes())
    return digest.digest()


def execute_all(
    root: Path, folder: Path, jobs: int = 2, tell: Callable[[str], None] = lambda line: None
) -> dict[str, Path]:
    """The lessons' notebooks, executed for a page; those of which nothing has changed are not run again.

    Args:
        root: the checkout.
        folder: where they are kept.
        jobs: how many run at a time.
        tell: is given a line for each that was run.
    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lessons = [lesson for lesson in LESSONS if (root / "notebooks" / f"{lesson.name}.ipynb").exists()]

    found, waiting, ground = {}, [], _fingerprint(root / "course_lib")
    for lesson in lessons:
        source, made = root / "notebooks" / f"{lesson.name}.ipynb", folder / f"{lesson.name}.ipynb"
        mark = hashlib.sha256(ground + source.read_bytes()).hexdigest()
        found[lesson.name] = made
        if not made.exists() or nbformat.read(made, 4).metadata.get("course", {}).get("made_of") != mark:
            waiting.append((lesson, source, made, mark))
    waiting.sort(key=lambda each: -each[0].seconds)
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:  # kernels are asked over loops that a process closes
        runs = {pool.submit(_execute, source, made, mark): lesson.name for lesson, source, made, mark in waiting}
        for run in as_completed(runs):
            run.result()
            tell(f"{runs[run]} was run")
    return found


def _execute(source: Path, made: Path, mark: str) -> None:
    book = executed(source, OMP_NUM_THREADS="1", **{FOR_A_PAGE: "1"})
    book.metadata.setdefault("course", {})["made_of"] = mark
    nbformat.write(book, made)


def site_source(root: Path, lessons: dict[str, Path], claims: str, out: Path) -> None:
    """Write what Sphinx reads: pages, figures' frames and scripts.

    Args:
        root: the checkout.
        lessons: those that were run, by name.
        claims: the map of claims, as HTML.
        out: a folder that is made anew.
    Raises:
        NotBuilt: MathJax is not there.
    """
    mathjax = root / "node_modules" / "mathjax" / "es5" / "tex-svg.js"
    if not mathjax.is_file():
        raise NotBuilt("no MathJax in node_modules: npm ci (it is written beside the pages, so that they ask nobody)")
    shutil.rmtree(out, ignore_errors=True)
    static = out / "_static"
    (static / "figures").mkdir(parents=True)
    shutil.copy2(mathjax, static / "tex-svg.js")
    shutil.copy2(mathjax.parents[1] / "LICENSE", static / "mathjax-LICENSE.txt")
    (static / "course.js").write_text(_script(), encoding="utf-8")
    (static / "course.css").write_text(_style(), encoding="utf-8")
    for name, path in lessons.items():
        book = nbformat.read(path, 4)
        _lesson_page(book, name, static / "figures")
        nbformat.write(book, out / f"{name}.ipynb")
    (out / "index.md").write_text(_index(sorted(lessons)), encoding="utf-8")
    (out / "claims.md").write_text(_claims(claims), encoding="utf-8")
    _mistakes(out)
    for name in ("teaching", "distributed"):
        shutil.copy2(root / "docs" / f"{name}.md", out / f"{name}.md")
    for name in ("CONTRIBUTING", "CHANGELOG"):
        shutil.copy2(root / f"{name}.md", out / f"{name.lower()}.md")
    (out / "conf.py").write_text(_CONF, encoding="utf-8")


def _lesson_page(book: nbformat.NotebookNode, name: str, frames: Path) -> None:
    """A notebook for the site: frames go into files, links lead to pages, ids of figures are the site's own."""
    book.metadata.pop("widgets", None)
    for cell in book.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" not in data:
                continue
            text = "".join(data["text/html"])
            for known, packed in _FIGURE.findall(text):
                place = f"{name}-{known}"
                (frames / f"{place}.js").write_text(f"courseFigure({json.dumps(place)},{packed});\n", encoding="utf-8")
                text = text.replace(f'id="{known}"', f'id="{place}" data-frames="_static/figures/{place}.js"', 1)
            text = _FIGURE.sub("", text)
            data["text/html"] = _LINK.sub(lambda found: f'href="{found[1]}.html{found[2] or ""}"', text)
            for other in [kind for kind in data if kind not in ("text/html", "text/plain")]:
                del data[other]


def _script() -> str:
    """Classic, because a module cannot be loaded from a file; the figures' own module travels in it."""
    module = base64.b64encode((PAGE / "bundle.js").read_bytes()).decode("ascii")
    return (
        "(() => {\n"
        f'const ready = import("data:text/javascript;base64,{module}").then((module) => module.default);\n'
        "window.courseFigure = async (place, packed) => {\n"
        "  const hosts = await ready, el = document.getElementById(place);\n"
        "  el.replaceChildren();\n"
        "  hosts.mount(el, packed);\n"
        "};\n"
        "const load = (el) => {\n"
        "  if (el.dataset.asked) return;\n"
        "  el.dataset.asked = 'yes';\n"
        "  const script = document.createElement('script');\n"
        "  script.src = el.dataset.frames;\n"
        "  document.head.append(script);\n"
        "};\n"
        "const near = new IntersectionObserver((seen) => {\n"
        "  for (const entry of seen) if (entry.isIntersecting) { near.unobserve(entry.target); load(entry.target); }\n"
        "}, { rootMargin: '900px' });\n"
        "const begin = () => {\n"
        "  for (const el of document.querySelectorAll('[data-frames]')) near.observe(el);\n"
        "  // What the theme leaves out for those who read with the keyboard or their ears.\n"
        "  for (const el of document.querySelectorAll('p.caption[role=heading]')) el.setAttribute('aria-level', '2');\n"
        "  for (const el of document.querySelectorAll('pre')) if (el.scrollWidth > el.clientWidth) el.tabIndex = 0;\n"
        "};\n"
        "if (document.readyState === 'loading') addEventListener('DOMContentLoaded', begin); else begin();\n"
        "addEventListener('beforeprint', () => { for (const el of document.querySelectorAll('[data-frames]')) load(el); });\n"
        "})();\n"
    )


def _style() -> str:
    colours = (PAGE / "page.css").read_text(encoding="utf-8").partition("body {")[0]
    lesson = (PAGE.parents[1] / "lab_config" / "custom" / "custom.css").read_text(encoding="utf-8")
    lesson = lesson.replace(".jp-RenderedMarkdown", "article")
    figure = (PAGE / "figure.css").read_text(encoding="utf-8")
    return f"{figure}\n{lesson}\n{colours}\n{_SITE}"


_SITE = """
.theme-toggle-container, .theme-toggle { display: none !important; } /* light or dark as the reader's system is, for figures too */
.content { width: 58em; max-width: 100%; }
.course-place { min-height: 120px; }
.cell_output .course-figure, .cell_output .course-card, .cell_output .course-picture { max-width: 100%; }
h2 { font-size: 1.6em; } h3 { font-size: 1.25em; }
@media print { .sidebar-drawer, .toc-drawer, .mobile-header { display: none !important; } }
"""


def _index(names: Sequence[str]) -> str:
    rows = "\n".join(
        f"| {lesson.number:02d} | [{lesson.title}]({lesson.name}.ipynb) | {lesson.summary} |"
        for lesson in LESSONS
        if lesson.name in names
    )
    pages = "\n".join(names)
    return f"""# Transformers, taken apart

Move a slider, predict, be surprised. Every figure on these pages is alive, without Python and without a network; what you have to write
yourself, you write in JupyterLab: `make lab` in the course's folder opens it.

| | lesson | what it is about |
| --- | --- | --- |
{rows}

```{{toctree}}
:hidden:
:caption: Lessons

{pages}
```

```{{toctree}}
:hidden:
:caption: Beside the lessons

claims
mistakes/index
teaching
distributed
contributing
changelog
```
"""


def _claims(text: str) -> str:
    linked = _LINK.sub(lambda link: f'href="{link[1]}.html"', text)
    return f"# What the articles claimed\n\n<div>{linked}</div>\n"


def _mistakes(out: Path) -> None:
    """A page for each exercise, with all mistakes that its check knows; each has its number for an anchor."""
    folder = out / "mistakes"
    folder.mkdir()
    names = []
    for exercise in all_exercises():
        tried = trial(exercise, np.random.default_rng(0))
        specification = "\n".join(f"> {line}" for line in exercise.specification.splitlines())
        asks = f"What its check knows to be wrong, and why. The exercise of [lesson {exercise.lesson.number:02d}](../{exercise.lesson.name}.ipynb) asks:"
        parts = [f"# {exercise.id}", f"{asks}\n\n{specification}"]
        for wrong in sorted(exercise.wrong, key=lambda wrong: wrong.number):
            parts.append(_mistake(Mistake(exercise, wrong), tried))
        (folder / f"{exercise.id}.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
        names.append(exercise.id)
    listed = "\n".join(names)
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


_CONF = '''"""Made by `make site`."""

project = "Transformers, taken apart"
extensions = ["myst_nb"]
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_js_files = ["course.js"]
html_show_sourcelink = False
html_show_copyright = False
html_copy_source = False
nb_execution_mode = "off"
nb_number_source_lines = False
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
mathjax_path = "tex-svg.js"
suppress_warnings = ["myst.header", "myst.xref_missing", "mystnb.unknown_mime_type"]
'''
