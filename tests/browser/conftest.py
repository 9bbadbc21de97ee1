"""Fixtures that drive the course as a learner meets it: JupyterLab in headless Chromium."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from lab import find_browser, running_browser, running_lab


@pytest.fixture(scope="session")
def _need_browser():
    """Skip, with the reason, where there is no Chromium; COURSE_REQUIRE_BROWSER=1 makes that a failure."""
    try:
        import playwright  # noqa: F401

        missing = None if find_browser() else "there is no chromium or google-chrome on the path"
    except ImportError:
        missing = "playwright is not installed"
    if missing:
        if os.environ.get("COURSE_REQUIRE_BROWSER") == "1":
            pytest.fail(f"COURSE_REQUIRE_BROWSER=1, but {missing}")
        pytest.skip(missing)


@pytest.fixture(scope="session")
def lab(_need_browser, tmp_path_factory):
    """A JupyterLab on an empty temporary folder: ``lab.add(name, cells)`` puts a notebook there, ``lab.open`` opens it."""
    with running_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="session")
def browser(_need_browser, tmp_path_factory):
    """One Chromium for all tests."""
    with running_browser(tmp_path_factory.mktemp("chromium")) as context:
        yield context


@pytest.fixture
def page(browser, lab):
    """A fresh page; its kernels are shut down afterwards."""
    page = browser.new_page()
    yield page
    page.close()
    lab.stop_kernels()
