"""The course as a folder of pages: from files, with the network off, figures alive, formulas drawn."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.explorer.palette import ROLES
from course_lib.practice.catalogue import find_exercise
from course_lib.publish import site
from course_lib.your_gpt.claims_map import claims_map
from tests.browser.lab import find_browser

ROOT = Path(__file__).resolve().parents[2]
CELLS = [
    new_markdown_cell("# 04 · Attention\n\nA root: $\\sqrt{d_k}$. See [lesson 02](02_embedding.ipynb)."),
    new_code_cell("from course_lib.attention import figures\n\nfigures.temperature_explorer()"),
    new_code_cell('from course_lib.claims import claim\n\nclaim("C50", {"the sum is 1": True})'),
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A checkout of two small lessons, on the real library."""
    root = tmp_path_factory.mktemp("checkout")
    (root / "notebooks").mkdir()
    for name, cells in (("04_attention", CELLS), ("02_embedding", [new_markdown_cell("# 02 · Embedding")])):
        nbformat.write(new_notebook(cells=cells), root / "notebooks" / f"{name}.ipynb")
    for name in ("course_lib", "data", "docs", "node_modules"):
        if (ROOT / name).exists():
            (root / name).symlink_to(ROOT / name)
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        (root / name).write_text(f"# {name}\n")
    return root


@pytest.fixture(scope="module")
def executed(checkout):
    return site.execute_all(checkout, checkout / "build" / "executed")


@pytest.fixture(scope="module")
def pages(checkout, executed):
    if not (ROOT / "node_modules" / "mathjax").exists():
        pytest.skip("MathJax is not there: npm ci")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "all_exercises", lambda: [find_exercise("attention.softmax")])  # all take a minute
        site.site_source(checkout, executed, claims_map()._repr_html_(), checkout / "build" / "source")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going"]
    done = subprocess.run(
        [*command, str(checkout / "build" / "source"), str(checkout / "build" / "site")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return checkout / "build" / "site"


def test_a_lesson_of_which_nothing_has_changed_is_not_run_again(checkout, executed):
    ran = []
    again = site.execute_all(checkout, checkout / "build" / "executed", tell=ran.append)
    assert (again, ran) == (executed, [])
    path = checkout / "notebooks" / "02_embedding.ipynb"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"Embedding", b"Embeddings"))
    site.execute_all(checkout, checkout / "build" / "executed", tell=ran.append)
    assert ran == ["02_embedding was run"]
    path.write_bytes(before)
    site.execute_all(checkout, checkout / "build" / "executed")


def test_frames_lie_in_files_of_their_own(pages):
    (frames,) = (pages / "_static" / "figures").iterdir()
    assert frames.name.startswith("04_attention-figure-")
    text = frames.read_text(encoding="utf-8")
    place, packed = json.loads(f"[{text.removeprefix('courseFigure(').strip().removesuffix(');')}]")
    assert frames.stem == place
    assert packed["spec"]["name"] == "attention.temperature"
    page = (pages / "04_attention.html").read_text(encoding="utf-8")
    assert "application/json" not in page
    assert f'data-frames="_static/figures/{frames.name}"' in page


def test_links_lead_to_pages(pages):
    assert 'href="02_embedding.html"' in (pages / "04_attention.html").read_text(encoding="utf-8")
    claims = (pages / "claims.html").read_text(encoding="utf-8")
    assert claims.count(">measured: ") == 78
    assert ".ipynb" not in claims.partition("<article")[2].partition("</article")[0]


def test_known_mistakes_have_an_anchor_a_reason_and_their_code(pages):
    page = (pages / "mistakes" / "attention.softmax.html").read_text(encoding="utf-8")
    exercise = find_exercise("attention.softmax")
    assert page.count("<details>") == len(exercise.wrong)
    assert 'id="m-attention-softmax-3"' in page
    assert "no shift, so exp overflows" in page
    assert page.count("<h2>") == len(exercise.wrong)


def test_without_mathjax_it_is_said_what_to_do(tmp_path):
    with pytest.raises(site.NotBuilt, match="npm ci"):
        site.site_source(tmp_path, {}, "", tmp_path / "out")


@pytest.mark.browser
def test_from_a_file_with_the_network_off_figures_live_and_formulas_are_drawn(pages):
    if not find_browser():
        pytest.skip("there is no chromium or google-chrome on the path")
    done = subprocess.run([sys.executable, "-m", "tests.publish.looking", str(pages / "04_attention.html")],
                          cwd=ROOT, capture_output=True, text=True, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found == {
        **{"figures": 1, "alive": 1, "formulas": 1, "errors": [], "requests": [], "moved": True, "axe": []},
        "weight in the dark": ROLES["weight"][1].lower(),
    }
