"""A line of text."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

from course_lib.explorer.palette import SERIES
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.sheet import Box, Sheet


@dataclass(frozen=True)
class Note(Panel):
    """A line of text that compute returns under ``text``."""

    text: Any
    title: Any = None
    width: float = 1.0
    label_names: ClassVar[tuple[str, ...]] = ("text",)
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace(indent=12, first=17, line=20, bottom=8)

    def lines(self, place: Place, width: float) -> list[str]:
        """The text in lines that fit into this width."""
        room = max(20, int((width - 20) / 7.4))
        return [
            line for part in "\n".join(place.texts(self.text)).split("\n") for line in textwrap.wrap(part, room) or [""]
        ]

    def height(self, place: Place, width: float) -> float:
        return len(self.lines(place, width)) * self.sizes.line + self.sizes.bottom + self.head(place)

    def draw(self, sheet: Sheet, place: Place, box: Box) -> dict[str, Any]:
        s, axes = self.sizes, sheet.pixels(box)
        head = sheet.title(axes, self, place, x=s.indent)
        for i, line in enumerate(self.lines(place, box[2])):
            sheet.text(axes, s.indent, head + s.first + i * s.line, line, size=13.5)
        axes.plot([1, 1], [2, box[3]], color=SERIES[0], lw=2)
        return {"text": "\n".join(place.texts(self.text))}
