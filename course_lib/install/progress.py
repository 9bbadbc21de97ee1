"""What pip says, in few words: one line that moves on a terminal, a few lines elsewhere."""

import re
import time
from collections.abc import Callable
from typing import TextIO

__all__ = ["Progress", "bar"]

WIDTH = 78


class Progress:
    """Reads pip's several hundred lines and shows of each what a person wants to know.

    Without a terminal (in CI, in a log) only downloads of megabytes and the end are kept.
    """

    DOWNLOADING = re.compile(r"\s*Downloading ([^\s/]+?)-(\d[^-\s]*)\S*(?<!\.metadata) \(([\d.]+ [kMG]B)\)")
    FETCHED = re.compile(r"Progress (\d+) of (\d+)")

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.out, self.clock, self.started = out, clock, clock()
        self.terminal = out.isatty()
        self.name = "packages"

    def line(self, text: str) -> None:
        """Take one line of pip's."""
        if fetched := self.FETCHED.match(text):
            self.show(bar(self.name, int(fetched[1]), int(fetched[2])))
        elif downloading := self.DOWNLOADING.match(text):
            self.name = f"{downloading[1]} {downloading[2]}"
            self.show(f"  {self.name} ({downloading[3]})", keep=downloading[3].endswith(("MB", "GB")))
        elif text.startswith("Collecting "):
            self.show(f"  looking for {text.split()[1]}")
        elif text.startswith("Installing collected packages:"):
            self.clear()
            count = text.count(",") + 1
            self.out.write(f"  unpacking {count} package{'s' if count > 1 else ''} ...\n")
            self.out.flush()

    def show(self, text: str, keep: bool = False) -> None:
        """Show a line in the place of the one before; where lines cannot be replaced, only those to keep."""
        if self.terminal:
            self.out.write(f"\r{text[:WIDTH]:<{WIDTH}}")
        elif keep:
            self.out.write(f"{text}\n")
        self.out.flush()

    def clear(self) -> None:
        """Make the moving line empty."""
        if self.terminal:
            self.out.write(f"\r{'':{WIDTH}}\r")

    def done(self) -> None:
        """Say how long it took."""
        self.clear()
        self.out.write(f"  done, in {self.clock() - self.started:.0f} s\n")
        self.out.flush()


def bar(name: str, fetched: float, total: float, width: int = 24) -> str:
    """A name, a bar, and how much of how much has come; plain signs, for not every terminal has others.

    >>> bar("torch 2.13.0", 263e6, 526e6, width=8)
    '  torch 2.13.0                 [####....] 263 of 526 MB'
    """
    full = int(width * fetched / total) if total else 0
    return f"  {name:<28} [{'#' * full}{'.' * (width - full)}] {fetched / 1e6:.0f} of {total / 1e6:.0f} MB"
