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


def run(chosen: argparse.Namespace) -> int:
    """0 done, 1 a lesson or a page failed, 2 something is missing."""
    from nbclient.exceptions import CellExecutionError

    from course_lib.publish.site import NotBuilt, execute_all, site_source
    from course_lib.your_gpt.claims_map import claims_map

    build = common.ROOT / "build"
    out = chosen.out or build / "site"
    began = time.perf_counter()
    try:
        executed = execute_all(common.ROOT, build / "executed", chosen.jobs, lambda line: print(line, flush=True))
        ran = time.perf_counter() - began
        site_source(common.ROOT, executed, claims_map()._repr_html_(), build / "site-source")
    except CellExecutionError as problem:
        sys.stderr.write(f"course_lib: a lesson does not run: {problem}\n")
        return 1
    except (NotBuilt, OSError) as problem:
        return common.complain(problem)
    words = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "--jobs", "2", str(build / "site-source"), str(out)]
    done = subprocess.run(words)
    took = time.perf_counter() - began
    if done.returncode == 0:
        print(
            f"{out / 'index.html'}: {len(executed)} lessons; {ran:.0f} s to run them, {took - ran:.0f} s for the pages"
        )
    return 1 if done.returncode else 0
