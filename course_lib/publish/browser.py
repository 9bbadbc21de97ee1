"""The Chromium of this machine, for whatever is printed, photographed or tested."""

import shutil

__all__ = ["FLAGS", "find_browser"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: It shows nothing, asks nobody, and runs as any user.
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage")  # fmt: skip


def find_browser() -> str | None:
    """Its path, or None where there is none."""
    return next((found for found in map(shutil.which, _NAMES) if found), None)
