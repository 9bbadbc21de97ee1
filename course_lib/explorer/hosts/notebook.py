"""The figure in a notebook: the widget that holds the declaration and the frames and talks with the page, and what a cell shows."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from course_lib.explorer.controls import Control, TextInput
from course_lib.explorer.hosts.page import figure_html

if TYPE_CHECKING:
    from course_lib.explorer.figure import Explorer

__all__ = ["FOR_A_PAGE", "FigureView", "bundle", "show"]

VIEW = "application/vnd.jupyter.widget-view+json"
#: Set in the environment of a run whose notebook becomes a page.
FOR_A_PAGE = "COURSE_FIGURES_FOR_A_PAGE"
shown_before = itertools.count()
WAKE = "This is a still picture. Run the cell above to bring the figure to life."

# Made from page/ and panels/ by `make bundle`, and kept, so that nobody needs Node to see a figure.
PAGE = Path(__file__).parents[1] / "page"


class FigureView(anywidget.AnyWidget):
    """One live figure in the page, an ipywidget with its controls inside.

    spec: the declaration; mode: "first" (only the first frame is there), "frames" (all are) or "ask" (Python computes);
    data: a packed Store; guess: the learner's guess, or None; at_NAME: where each control stands, an index or a text.
    hear: is called with what the page says, on the kernel's main thread, whichever thread brings it. JupyterLab, Notebook
    and a hub may each deliver messages through a subshell, which is a thread of its own: what a figure computes would run
    beside the cell that is running, with its settings half changed.
    """

    # Paths, not texts: with ANYWIDGET_HMR=1 an open figure follows each new bundle and each change of the style.
    _esm = PAGE / "bundle.js"
    _css = PAGE / "figure.css"
    spec = traitlets.Dict().tag(sync=True)
    mode = traitlets.Unicode("first").tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    guess = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(self, controls: Sequence[Control], hear: Callable[[Mapping[str, Any]], None], **state: Any):
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
        self._hear, self._loop = hear, _running_loop()
        self.on_msg(self._bring)

    def _bring(self, view: Any, content: Mapping[str, Any], buffers: Any) -> None:
        elsewhere = threading.current_thread() is not threading.main_thread()
        if elsewhere and self._loop is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._hear, content)
        else:
            self._hear(content)

    def _repr_mimebundle_(self, **kwargs: Any):
        return {"text/plain": "live figure"}


def at(control: Control) -> str:
    """The trait of the view that follows a control."""
    return f"at_{control.name}"


def _running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop of the main thread, if this is the main thread and it has one (in a kernel it has)."""
    if threading.current_thread() is not threading.main_thread():
        return None
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def bundle(figure: Explorer) -> tuple[dict[str, Any], dict[str, Any]]:
    """The live view as one output, beside the picture for whoever shows images alone; none where it would answer a question."""
    figure.send_frames()
    live = {VIEW: _view_data(figure), "text/plain": figure.alt()}
    if figure.predict is not None:
        return live | {"text/plain": figure.predict.question}, {}
    image = base64.b64encode(figure.png()).decode("ascii")
    return live | {"image/png": image}, {"image/png": {"alt": figure.alt()}}


def show(figure: Explorer) -> None:
    """Show the view at once; then compute the frames and draw the static picture, which can take half a second.

    They are two outputs, because an output that changes is drawn anew by JupyterLab. figure.css hides the second where the
    first is alive; a notebook that is opened without its kernel shows the second, and says what wakes the first. The picture
    is HTML, because nobody hands on the alternative text of an image that is none.

    With COURSE_FIGURES_FOR_A_PAGE set, the output is what hosts/page.js brings to life on a page without a kernel.
    """
    from IPython.display import display

    if os.environ.get(FOR_A_PAGE):
        place = f"figure-{next(shown_before)}"
        display({"text/html": figure_html(figure, place), "text/plain": figure.title}, raw=True)
        return
    named = f"{figure.title or 'Figure'} (live where this notebook runs)"
    display({VIEW: _view_data(figure), "text/plain": named}, raw=True)
    figure.send_frames()
    still = f'<div class="course-still">{figure.still()}<p class="course-wake"><em>{WAKE}</em></p></div>'
    display({"text/html": still, "text/plain": WAKE}, raw=True)


def _view_data(figure: Explorer) -> dict[str, Any]:
    return {"version_major": 2, "version_minor": 0, "model_id": figure.view.model_id}
