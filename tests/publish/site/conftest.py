"""A small checkout on the real library, and its pages."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.practice.catalogue import find_exercise
from course_lib.publish import site
from course_lib.your_gpt.claims_map import claims_map

ROOT = Path(__file__).resolve().parents[3]
PROSE = (
    '## Ask and answer\n\nEach token has a <span class="course-query">query</span> and a key, and one <span class="course-value">value</span>; the score of a query and a key goes through softmax.\n\n'
    "See [here](#Ask-and-answer). A default value is no term, and a second softmax is no second link."
)
ATTENTION = [
    new_markdown_cell(
        "# 04 · Attention\n\nAbout 90 minutes. A root: $\\sqrt{d_k}$. See [lesson 02](02_embedding.ipynb)."
    ),
    new_code_cell(
        "from course_lib.attention import figures\nfrom course_lib.lesson import check\n\nfigures.temperature_explorer()"
    ),
    new_markdown_cell(PROSE),
    new_code_cell("figures.attention_explorer()"),
    new_code_cell("def softmax(scores):\n    ..."),
    new_code_cell('check("attention.softmax", softmax)'),
    new_code_cell('from course_lib.claims import claim\n\nclaim("C50", {"the sum is 1": True})'),
]


@pytest.fixture(scope="package")
def checkout(tmp_path_factory):
    """A checkout of two small lessons, on the real library."""
    root = tmp_path_factory.mktemp("checkout")
    (root / "notebooks").mkdir()
    lessons = {"04_attention": ATTENTION, "02_embedding": [new_markdown_cell("# 02 · Embedding\n\nAbout 60 minutes.")]}
    for name, cells in lessons.items():
        nbformat.write(new_notebook(cells=cells), root / "notebooks" / f"{name}.ipynb")
    for name in ("course_lib", "data", "docs", "node_modules"):
        if (ROOT / name).exists():
            (root / name).symlink_to(ROOT / name)
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        (root / name).write_text(f"# {name}\n\n[teaching](docs/teaching.md)\n")
    return root


@pytest.fixture(scope="package")
def executed(checkout):
    """Its lessons, run."""
    return site.execute_all(checkout, checkout / "build" / "executed")


@pytest.fixture(scope="package")
def pages(checkout, executed):
    """The folder of its pages: one exercise and one module stand for all, which take minutes."""
    if not (ROOT / "node_modules" / "mathjax").exists():
        pytest.skip("MathJax is not there: npm ci")
    source, out = checkout / "build" / "source", checkout / "build" / "site"
    modules = ["course_lib.attention.by_hand"]
    site.site_source(
        checkout, executed, claims_map()._repr_html_(), source, [find_exercise("attention.softmax")], modules
    )
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", str(source), str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return out
