"""The whole site, as `make site` writes it: every page in the browser, both themes, with the network off. Slow: all lessons are run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.practice.catalogue import all_exercises
from course_lib.publish.browser import find_browser
from course_lib.syllabus import LESSONS
from tests.publish.site.links import broken

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600), pytest.mark.xdist_group("site")]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """``make site``; lessons that build/executed has already are not run again."""
    if not (ROOT / "node_modules" / "mathjax").exists():
        pytest.skip("MathJax is not there: npm ci")
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "course_lib", "site", "--out", str(out)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "WARNING" not in done.stderr, done.stderr[-3000:]
    return out


def test_every_lesson_and_every_exercise_has_its_page_and_every_link_leads_somewhere(pages):
    assert all((pages / f"{lesson.name}.html").exists() for lesson in LESSONS)
    assert all((pages / "mistakes" / f"{exercise.id}.html").exists() for exercise in all_exercises())
    assert broken(pages) == []


@pytest.mark.browser
def test_every_page_can_be_read_by_everybody_and_asks_nobody(pages):
    if not find_browser():
        pytest.skip("there is no chromium or google-chrome on the path")
    done = subprocess.run([sys.executable, "-m", "tests.publish.site.reading", str(pages)], cwd=ROOT, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert len(found) == len(list(pages.rglob("*.html")))
    assert {page: each for page, each in found.items() if each["axe"]} == {}
    assert {page: each for page, each in found.items() if each["errors"] or each["requests"]} == {}
    assert {page: each for page, each in found.items() if each["figures"] != each["alive"]} == {}
    assert {page: each for page, each in found.items() if each["wider than 320"]} == {}
