"""The figure in a notebook: the widget that holds the declaration and the frames, and talks with the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course_lib.explorer.controls import Control, TextInput

# Made from page/ and panels/ by `make bundle`, and kept, so that nobody needs Node to see a figure.
PAGE = Path(__file__).parents[1] / "page"


class FigureView(anywidget.AnyWidget):
    """One live figure in the page, an ipywidget with its controls inside.

    spec: the declaration; mode: "first" (only the first frame is there), "frames" (all are) or "ask" (Python computes);
    data: a packed Store; guess: the learner's guess, or None; at_NAME: where each control stands, an index or a text.
    """

    # Paths, not texts: with ANYWIDGET_HMR=1 an open figure follows each new bundle and each change of the style.
    _esm = PAGE / "bundle.js"
    _css = PAGE / "figure.css"
    spec = traitlets.Dict().tag(sync=True)
    mode = traitlets.Unicode("first").tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    guess = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(self, controls: Sequence[Control], **state: Any):
        # The page needs no echo of what it has said itself, and on demand an echo stands in the way of the answer
        # (measured: p95 114 ms with, 62 without).
        self.add_traits(
            **{
                at(control): (traitlets.Unicode if isinstance(control, TextInput) else traitlets.Int)(
                    control.start
                ).tag(sync=True, echo_update=False)
                for control in controls
            }
        )
        super().__init__(**state)

    def _repr_mimebundle_(self, **kwargs: Any):
        return {"text/plain": "live figure"}


def at(control: Control) -> str:
    """The trait of the view that follows a control."""
    return f"at_{control.name}"
