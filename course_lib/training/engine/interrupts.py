"""Stopping between two steps: an interrupt waits until the step is done, so that no update is ever half made."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Asked", "finish_the_step"]


@dataclass
class Asked:
    """Whether somebody has asked to stop."""

    to_stop: bool = False


@contextlib.contextmanager
def finish_the_step() -> Iterator[Asked]:
    """While the block runs, the first interrupt (Ctrl-C, the square in JupyterLab) is noted; the second one is raised.

    Signals reach the main thread only. In another thread nothing is caught, and KeyboardInterrupt arrives as ever.
    """
    asked = Asked()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def note(number: int, frame: object) -> None:
        if asked.to_stop:
            raise KeyboardInterrupt
        asked.to_stop = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
