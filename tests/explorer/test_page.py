"""The page's own code: its small functions under Node, and whether the bundle that is kept was made from what is there."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXPLORER = ROOT / "course_lib" / "explorer"
TESTS = sorted((Path(__file__).parent / "page").glob("*.test.js"))


def need_node(packages: bool) -> str:
    """The Node of this machine; skips, with the reason, where there is none or where its packages are not installed."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node on the path")
    if packages and not (ROOT / "node_modules" / "esbuild").is_dir():
        pytest.skip("the packages of package.json are not installed here: npm ci")
    return node


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_the_page_under_node(path):
    node = need_node(packages=path.name == "scales.test.js")
    done = subprocess.run([node, "--test", str(path)], capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 0" not in done.stdout


def test_the_bundle_is_made_from_what_is_there():
    node = need_node(packages=True)
    command = [node, str(EXPLORER / "bundle.mjs"), "--print"]
    made = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT).stdout
    kept = (EXPLORER / "page" / "bundle.js").read_text(encoding="utf-8")
    assert made == kept, "page/, panels/ or hosts/ changed since the bundle was made: make bundle"


def test_there_are_tests_of_the_page():
    assert len(TESTS) >= 5
