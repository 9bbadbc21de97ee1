"""The figure in a notebook: the widget that holds the declaration and the frames, and the ipywidgets that move it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from course_lib.explorer.controls import Control

# Made from page/ and panels/ by `make bundle`, and kept, so that nobody needs Node to see a figure.
PAGE = Path(__file__).parents[1] / "page"
TRAITS = {"index": traitlets.Int, "value": traitlets.Any}


class FigureView(anywidget.AnyWidget):
    """One live figure in the page.

    spec: the declaration; mode: "first" (only the first frame is there), "frames" (all are) or "ask" (Python computes);
    data: a packed Store; guess: the learner's guess, or None.
    """

    # Paths, not texts: with ANYWIDGET_HMR=1 an open figure follows each new bundle and each change of the style.
    _esm = PAGE / "bundle.js"
    _css = PAGE / "figure.css"
    spec = traitlets.Dict().tag(sync=True)
    mode = traitlets.Unicode("first").tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    guess = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(self, controls: Sequence[Control], **state: Any):
        # Each control has its own trait, because jslink joins one trait to one trait. The page needs no echo of what it
        # has said itself, and on demand an echo stands in the way of the answer (measured: p95 114 ms with, 62 without).
        self.add_traits(
            **{
                at(control): TRAITS[control.trait](start_of(control)).tag(sync=True, echo_update=False)
                for control in controls
            }
        )
        super().__init__(**state)

    def _repr_mimebundle_(self, **kwargs: Any):
        return {"text/plain": "live figure"}


def at(control: Control) -> str:
    """The trait of the view that follows a control."""
    return f"at_{control.name}"


def start_of(control: Control) -> Any:
    """What that trait holds at first: a checkbox speaks of true and false, every other control of an index or a text."""
    return bool(control.start) if control.trait == "value" and len(control.options) == 2 else control.start


def box(view: FigureView, controls: Sequence[Control]) -> tuple[ipywidgets.VBox, dict[str, Any]]:
    """The controls above the view, linked in the page: a moved slider reaches the picture without Python."""
    widgets = {control.name: control.widget() for control in controls}
    for control in controls:
        ipywidgets.jslink((widgets[control.name], control.trait), (view, at(control)))
    bar = ipywidgets.Box(list(widgets.values()), layout=ipywidgets.Layout(flex_flow="row wrap", overflow="visible"))
    bar.add_class("course-controls")
    outer = ipywidgets.VBox([bar, view] if controls else [view], layout=ipywidgets.Layout(overflow="visible"))
    outer.add_class("course-explorer")
    return outer, widgets
