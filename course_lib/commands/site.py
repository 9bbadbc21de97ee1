"""``python -m course_lib site``: the whole course as pages, figures alive, for a folder or any static host."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "write the whole course as pages with live figures, which need no Python and no network"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("--out", type=Path, help="the folder of pages (default: build/site)")
    parser.add_argument("--jobs", type=int, default=2, help="lessons run at a time (default: 2)")
    parser.add_argument(
        "--pdf", action="store_true", help="print the lessons too, each and all together (needs a Chromium)"
    )


def run(chosen: argparse.Namespace) -> int:
    """0 done, 1 a lesson or a page failed, 2 something is missing."""
    from nbclient.exceptions import CellExecutionError

    from course_lib.publish.browser import find_browser
    from course_lib.publish.site import NotBuilt, execute_all, site_source
    from course_lib.your_gpt.claims_map import claims_map

    build = common.ROOT / "build"
    out = (chosen.out or build / "site").resolve()
    browser = find_browser() if chosen.pdf else None
    if chosen.pdf and browser is None:
        return common.complain("there is no chromium or google-chrome on the path, which prints the pages")
    began = time.perf_counter()
    try:
        executed = execute_all(common.ROOT, build / "executed", chosen.jobs, _tell)
        ran = time.perf_counter() - began
        site_source(common.ROOT, executed, claims_map()._repr_html_(), build / "site-source")
    except CellExecutionError as problem:
        sys.stderr.write(f"course_lib: a lesson does not run: {problem}\n")
        return 1
    except (NotBuilt, OSError) as problem:
        return common.complain(problem)
    words = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "--jobs", "2", "-d", str(build / "site-doctrees")]
    if subprocess.run([*words, str(build / "site-source"), str(out)]).returncode:
        return 1
    built = time.perf_counter() - began - ran
    print(f"{out / 'index.html'}: {len(executed)} lessons; {ran:.0f} s to run them, {built:.0f} s for the pages")
    return _print(out, sorted(executed), browser) if browser else 0


def _print(out: Path, names: list[str], browser: str) -> int:
    from playwright.sync_api import Error

    from course_lib.publish.site.printing import print_lessons
    from course_lib.syllabus import lesson_of

    began = time.perf_counter()
    try:
        whole = print_lessons(out, [lesson_of(name) for name in names], browser, _tell)
    except (Error, OSError) as problem:
        sys.stderr.write(f"course_lib: the pages could not be printed: {problem}\n")
        return 1
    print(f"{whole}: all lessons; {time.perf_counter() - began:.0f} s to print them")
    return 0


def _tell(line: str) -> None:
    print(line, flush=True)
