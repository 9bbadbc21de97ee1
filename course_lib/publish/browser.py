"""The Chromium of this machine, for whatever is printed, photographed or tested."""

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

__all__ = ["FLAGS", "find_browser", "opened"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: It shows nothing, asks nobody, and runs as any user.
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage")  # fmt: skip


def find_browser() -> str | None:
    """Its path, or None where there is none."""
    return next((found for found in map(shutil.which, _NAMES) if found), None)


@contextlib.contextmanager
def opened(browser: str) -> Iterator[Any]:
    """The browser at this path, started by playwright and closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        running = started.chromium.launch(executable_path=browser, args=list(FLAGS))
        try:
            yield running
        finally:
            running.close()
