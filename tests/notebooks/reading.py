"""An executed lesson as a page, and what axe-core finds on it: for those who read with their ears or the keyboard.

The browser is driven in a process of its own (``python -m tests.notebooks.reading PAGE``): Playwright's plain interface does not
run where another event loop does, and the tests of notebooks have theirs.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbconvert.filters import markdown2html

from course_lib.explorer.hosts.page import shell
from course_lib.publish.browser import find_browser
from tests.browser.lab import running_browser

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
#: What is of the course on the page; highlighted code and MathJax are others' work.
OURS = [".course-figure", ".course-card", ".course-picture", ".course-board", ".course-still", ".lesson-prose"]


def need() -> None:
    """Skip, with the reason, without a Chromium or axe-core; COURSE_REQUIRE_BROWSER=1 makes the former a failure."""
    missing = None if find_browser() else "there is no chromium or google-chrome on the path"
    if missing and os.environ.get("COURSE_REQUIRE_BROWSER") == "1":
        pytest.fail(f"COURSE_REQUIRE_BROWSER=1, but {missing}")
    if missing or not AXE.exists():
        pytest.skip(missing or "axe-core is not there: npm ci")


def as_page(notebook: nbformat.NotebookNode, title: str) -> str:
    """The prose of a notebook and all that its cells show, figures alive."""
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(f'<div class="lesson-prose">{markdown2html(cell.source)}</div>')
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                parts.append("".join(data["text/html"]))
    return shell(title, "\n".join(parts))


@contextlib.contextmanager
def opened(html: str) -> Iterator:
    """The page in a browser, with the network off and every figure alive."""
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / "page.html").write_text(html, encoding="utf-8")
        with running_browser(folder / "chromium") as browser:
            browser.set_offline(True)
            page = browser.new_page()
            page.errors = []
            page.on("pageerror", lambda error: page.errors.append(str(error)))
            page.goto((folder / "page.html").as_uri())
            page.wait_for_function(
                "() => [...document.querySelectorAll('.course-place')].every((place) => place.courseState?.painted)"
            )
            yield page
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def findings(page, scheme: str) -> list[str]:
    """Serious and critical findings of axe-core in what is ours, in a light or a dark scheme."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.add_script_tag(path=str(AXE))
    found = page.evaluate(
        """async (ours) => {
            const include = ours.filter((selector) => document.querySelector(selector));
            const { violations } = await axe.run({ include }, { resultTypes: ['violations'] });
            return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
                .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => [id, html.slice(0, 300), any[0]?.message ?? '']));
        }""",
        OURS,
    )
    return [json.dumps(one, ensure_ascii=False) for one in found]


def cut_off(page) -> list[str]:
    """Texts of figures that reach beyond their panel, and are not read to their end."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.course-panel')].filter((panel) => panel.clientWidth > 0).flatMap((panel) => {
            const box = panel.getBoundingClientRect(), figure = panel.closest('.course-figure');
            return [...panel.querySelectorAll('svg text')]
                .filter((text) => text.getAttribute('display') !== 'none' && text.textContent)
                .filter((text) => { const b = text.getBoundingClientRect();
                                    return b.right > box.left + panel.scrollWidth + 1.5 || b.left < box.left - 1.5; })
                .map((text) => `${figure.querySelector('.course-heading').textContent}: ${text.textContent}`);
        })"""
    )


def read_by_everybody(html: str) -> dict[str, list[str]]:
    """What is found on a page: {"light", "dark": findings of axe-core, "cut off": texts, "errors": of the page's code}."""
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8", delete=False) as file:
        file.write(html)
    try:
        command = [sys.executable, "-m", "tests.notebooks.reading", file.name]
        run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=240, check=False)
        assert run.returncode == 0, run.stderr[-2000:]
        return json.loads(run.stdout)
    finally:
        os.unlink(file.name)


if __name__ == "__main__":
    with opened(Path(sys.argv[1]).read_text(encoding="utf-8")) as shown:
        found = {"light": findings(shown, "light"), "cut off": cut_off(shown), "dark": findings(shown, "dark")}
        print(json.dumps(found | {"errors": shown.errors}, ensure_ascii=False))
