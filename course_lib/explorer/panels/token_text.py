"""A text cut into its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

from course_lib.explorer.palette import SERIES
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.sheet import SOFT, Box, Sheet, text_width


@dataclass(frozen=True)
class TokenText(Panel):
    """A text cut into its tokens: each a coloured box, with its id below and, when pointed at, in words.

    tokens: the texts of the tokens, with spaces made visible (a line ends after "↵"); ids: (token,) array of their ids.
    """

    tokens: Any
    ids: Any = None
    title: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("ids",)
    label_names: ClassVar[tuple[str, ...]] = ("tokens",)
    main: ClassVar[str] = "tokens"
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace(
        text=14, id=11, pad=10, id_pad=6, edge=2, gap=4, line=46, word=17, number=37, bottom=20, colours=6,
    )  # fmt: skip

    def check_shapes(self, place: Place) -> None:
        if place.pick(self.ids) is not None:
            self._fit(place, "tokens", len(self._need(place, "ids", (1,))), "ids")

    def height(self, place: Place, width: float) -> float:
        slots = self.slots(place, width)[1]
        return (slots[-1][1] + self.sizes.line if slots else self.head(place) + self.sizes.edge) + self.sizes.bottom

    def slots(self, place: Place, width: float) -> tuple[list[str], list[tuple[float, float, float]]]:
        """The texts as they can be drawn, and for each box where it stands and how wide it is."""
        s = self.sizes
        texts = [drawable(text) for text in place.texts(self.tokens)]
        ids = [""] * len(texts) if place.pick(self.ids) is None else [f"{i:.0f}" for i in place.array(self.ids)]
        x, y, slots = float(s.edge), float(self.head(place) + s.edge), []
        for text, number in zip(texts, ids, strict=True):
            w = min(width - 2 * s.edge, max(text_width(text, s.text) + s.pad, text_width(number, s.id) + s.id_pad))
            if x > s.edge and x + w > width - s.edge:
                x, y = float(s.edge), y + s.line
            slots.append((x, y, w))
            x += w + s.gap
            if text.endswith("↵"):
                x, y = float(s.edge), y + s.line
        return texts, slots

    def draw(self, sheet: Sheet, place: Place, box: Box) -> dict[str, Any]:
        from matplotlib.patches import FancyBboxPatch

        s, axes = self.sizes, sheet.pixels(box)
        sheet.title(axes, self, place)
        texts, slots = self.slots(place, box[2])
        ids = [] if place.pick(self.ids) is None else place.array(self.ids).tolist()
        for i, (text, (x, y, w)) in enumerate(zip(texts, slots, strict=True)):
            axes.add_patch(FancyBboxPatch((x + 3, y + 3), w - 6, 18, boxstyle="round,pad=3", facecolor=SERIES[i % s.colours],
                                          alpha=0.33, lw=0))  # fmt: skip
            sheet.text(axes, x + w / 2, y + s.word, text, size=s.text, ha="center")
            if ids:
                sheet.text(axes, x + w / 2, y + s.number, f"{ids[i]:.0f}", size=s.id, ha="center", color=SOFT)
        says = (
            f"{len(texts)} token{'s' if len(texts) != 1 else ''}. · is a space, ↵ the end of a line"
            if texts
            else "no tokens"
        )
        sheet.text(axes, 2, box[3] - 8, says, size=12, color=SOFT)
        return {"tokens": place.texts(self.tokens), "ids": ids}


def drawable(text: str) -> str:
    """The text, or its bytes where matplotlib's font has no picture of one of its characters.

    >>> drawable("blue"), drawable("漢")
    ('blue', 'E6 BC A2')
    """
    from matplotlib.font_manager import FontProperties, findfont, get_font

    known = get_font(findfont(FontProperties())).get_char_index
    return text if all(known(ord(character)) for character in text) else text.encode("utf-8").hex(" ").upper()
