"""All that Sphinx reads, in one folder: pages, figures' frames, style and script."""

import base64
import html
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from course_lib.explorer.hosts.page import PAGE
from course_lib.explorer.palette import ROLES
from course_lib.glossary import glossary
from course_lib.practice.catalogue import all_exercises
from course_lib.practice.exercise import Exercise
from course_lib.publish.site import pages
from course_lib.publish.site.lessons import lesson_page, minutes
from course_lib.syllabus import lesson_of

__all__ = ["NotBuilt", "site_source"]

THEME = Path(__file__).parent / "theme"
#: What is drawn in the colour of a role, besides text that has its class.
DRAWN = {"query": ".course-pill.course-chosen", "weight": ".course-arc", "gradient": ".course-sent"}


class NotBuilt(RuntimeError):
    """Something that a site is made of is missing; the message says what to do."""


def site_source(
    root: Path,
    lessons: Mapping[str, Path],
    claims: str,
    out: Path,
    exercises: Sequence[Exercise] | None = None,
    modules: Sequence[str] | None = None,
) -> None:
    """Write what Sphinx reads: pages, figures' frames and scripts.

    Args:
        root: the checkout.
        lessons: those that were run, by name.
        claims: the map of claims, as HTML.
        out: a folder that is made anew.
        exercises: those whose known mistakes get a page; all by default.
        modules: those of the library that are shown; all by default.
    Raises:
        NotBuilt: MathJax is not there.
    """
    mathjax = root / "node_modules" / "mathjax" / "es5" / "tex-svg.js"
    if not mathjax.is_file():
        raise NotBuilt("no MathJax in node_modules: npm ci (it is written beside the pages, so that they ask nobody)")
    shutil.rmtree(out, ignore_errors=True)
    static = out / "_static"
    for name in ("figures", "pictures"):
        (static / name).mkdir(parents=True)
    shutil.copy2(mathjax, static / "tex-svg.js")
    shutil.copy2(mathjax.parents[1] / "LICENSE", static / "mathjax-LICENSE.txt")
    shutil.copy2(THEME / "course.js", static / "course.js")
    (static / "made.js").write_text(_made(), encoding="utf-8")
    (static / "course.css").write_text(_style(), encoding="utf-8")
    shutil.copy2(THEME / "conf.py", out / "conf.py")

    texts, times = {}, {}
    for name, path in lessons.items():
        book = nbformat.read(path, 4)
        texts[name], times[name] = "\n".join(cell.source for cell in book.cells), minutes(book)
        lesson_page(book, lesson_of(name), static)
        nbformat.write(book, out / f"{name}.ipynb")
    written = {
        "index": pages.index_page(times),
        "claims": pages.claims_page(claims),
        "glossary": pages.glossary_page(),
        "references": pages.references_page(texts),
    }
    for name, text in written.items():
        (out / f"{name}.md").write_text(text, encoding="utf-8")
    pages.mistake_pages(all_exercises() if exercises is None else exercises, out / "mistakes")
    pages.library_pages(pages.library_modules() if modules is None else modules, out / "library")
    for name in ("notation", "teaching", "publishing", "distributed"):
        shutil.copy2(root / "docs" / f"{name}.md", out / f"{name}.md")
    for name in ("CONTRIBUTING", "CHANGELOG"):
        text = (root / f"{name}.md").read_text(encoding="utf-8")
        (out / f"{name.lower()}.md").write_text(text.replace("](docs/", "]("), encoding="utf-8")


def _made() -> str:
    """What the script needs and is made from other files: the figures' module, what each term means, the roles and what is drawn of them."""
    module = base64.b64encode((PAGE / "bundle.js").read_bytes()).decode("ascii")
    terms = {term.slug: html.escape(term.definition) for term in glossary().values()}
    made = {"Module": module, "Glossary": terms, "Roles": list(ROLES), "Drawn": DRAWN}
    return "".join(f"window.course{name} = {json.dumps(value, ensure_ascii=False)};\n" for name, value in made.items())


def _style() -> str:
    colours = (PAGE / "page.css").read_text(encoding="utf-8").partition("body {")[0]
    lesson = (PAGE.parents[1] / "lab_config" / "custom" / "custom.css").read_text(encoding="utf-8")
    lesson = lesson.replace(".jp-RenderedMarkdown", "article")
    figure = (PAGE / "figure.css").read_text(encoding="utf-8")
    own = (THEME / "course.css").read_text(encoding="utf-8")
    return "\n".join((figure, lesson, colours, own, *map(_lit, ROLES)))


def _lit(role: str) -> str:
    """What a figure and the text show of a role while somebody points at it."""
    lit, mark = f'[data-lit="{role}"]', f"course-role-{role}"
    drawn = ", ".join(f"{lit} .course-panel {kind}" for kind in (f"text.{mark}", DRAWN.get(role)) if kind)
    return (
        f"{drawn} {{ filter: drop-shadow(0 0 3px var(--course-{role})) drop-shadow(0 0 1px var(--course-{role})); }}\n"
        f'{lit} .course-panel[data-role="{role}"] {{ outline: 2px solid var(--course-{role}); outline-offset: 3px; border-radius: 4px; }}\n'
        f"{lit} article .course-{role}, {lit} article .course-of-{role} {{ color: var(--course-{role}); "
        f"background: color-mix(in srgb, var(--course-{role}) 16%, transparent); border-radius: 3px; }}"
    )
