"""What stands in for a notebook's surroundings in the worker: magics, display, input. Nobody looks at what they show."""

import builtins
import io
import sys
import types
from typing import Any

__all__ = ["Printed", "StdinNotImplementedError", "surroundings"]

PRINT_LIMIT = 2000  # characters kept of what a call prints


class StdinNotImplementedError(RuntimeError):
    """Raised by input(): there is nobody who could type. A kernel raises one of the same name."""


class Printed(io.TextIOBase):
    """An output that keeps the beginning of what is written, and can neither be filled nor closed."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._left = PRINT_LIMIT

    def write(self, text: str) -> int:
        """Keep what there is still room for."""
        if self._left > 0:
            self._parts.append(str(text)[: self._left])
            self._left -= len(self._parts[-1])
        return len(text)

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def close(self) -> None:
        """Leave it open: what was printed before has still been printed."""

    def text(self) -> str:
        """What was kept."""
        return "".join(self._parts)


class _Shell:
    """What get_ipython() returns: a magic that runs code runs it, others do nothing."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.user_ns = names

    def run_line_magic(self, name: str, line: str, *rest: Any, **more: Any) -> None:
        """``%time f(x)`` runs f; ``%matplotlib inline`` does nothing."""
        if name in ("time", "prun"):
            exec(line, self.user_ns)

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """``%%time`` and ``%%capture`` run their cell."""
        if name in ("time", "capture", "prun"):
            exec(cell, self.user_ns)

    def system(self, command: str) -> None:
        """``!ls`` does nothing."""

    def getoutput(self, command: str, *rest: Any, **more: Any) -> list[str]:
        """``x = !ls`` is empty."""
        return []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *given, **named: None


def _ask(prompt: object = "") -> str:
    raise StdinNotImplementedError("input() waits for somebody to type, and nobody is there")


def surroundings() -> types.ModuleType:
    """The module that a notebook's cells run in, with what every notebook has."""
    module = types.ModuleType("__main__")
    shell = _Shell(module.__dict__)
    module.__dict__.update(
        get_ipython=lambda: shell, display=lambda *shown, **how: None, __builtins__=builtins, In=[], Out={}
    )
    builtins.input = _ask
    sys.modules["__main__"] = module
    return module
