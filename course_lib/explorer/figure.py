"""The live figure: a pure function, the controls that move it, the panels that show it."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from course_lib.explorer.checks import check_controls, check_panels, flatten
from course_lib.explorer.controls import Control, DeclarationError, TextInput
from course_lib.explorer.frames import ERROR, Store, TooLarge, attempt, compute_all, grid, quiet
from course_lib.explorer.palette import ANCHORS, SERIES, WORDS, table
from course_lib.explorer.panels.panel import HEADS, Panel, Place
from course_lib.explorer.pictures import themed_html
from course_lib.explorer.predict import Predict, prediction_hooks


class Explorer:
    """A live figure. Put it last in a cell, or ``display`` it.

    compute: pure function, called as ``compute(**values)``, returns {name: array, number, text or list of texts};
    controls: what moves it; panels: rows of panels (a list inside a row is a column); title: above the picture;
    alt: (values, arrays) -> one sentence that says what the picture shows; predict: a question to answer first;
    name: under which a guess is recorded; frames: "auto" computes every frame at once where they fit, "always" and
    "never" decide it; focus: (row, column) in focus before anything is pointed at, and the map of Thumbnails as a third.

    Raises :class:`DeclarationError` where controls, panels and what compute returns do not fit together.

    >>> from course_lib.explorer import Bars, Explorer, Slider
    >>> squares = Explorer(lambda n: {"squares": [n, n * n]}, [Slider("n", [1, 2, 3])], [[Bars("squares")]])
    >>> squares.set(n=3); squares.values
    {'n': 3}
    """

    def __init__(
        self,
        compute: Callable[..., Mapping[str, Any]],
        controls: Sequence[Control] = (),
        panels: Sequence[Any] = (),
        title: str = "",
        alt: Callable[[Mapping[str, Any], Mapping[str, Any]], str] | None = None,
        predict: Predict | None = None,
        name: str = "",
        frames: str = "auto",
        focus: tuple[int, ...] = (0, 0),
    ):
        if frames not in ("auto", "always", "never"):
            raise DeclarationError(f"frames={frames!r}: expected 'auto', 'always' or 'never'.")
        self.compute, self.title, self.name, self.predict = compute, title, name or title, predict
        self.controls = list(controls)
        self.rows = [list(row) if isinstance(row, list | tuple) else [row] for row in panels]
        self.panels: list[Panel] = flatten(self.rows)
        if not self.panels:
            raise DeclarationError(
                "panels= is empty: give at least one row with one panel, such as [[Heatmap('name')]]."
            )
        self.focus, self._alt, self._frames = tuple(focus), alt, frames
        self.taken = check_controls(compute, self.controls, self.panels)
        self.only_picked = [control for control in self.controls if control not in self.taken]
        if frames == "always" and any(isinstance(control, TextInput) for control in self.controls):
            raise DeclarationError("frames='always' with a TextInput: a text has no list of values. Use 'auto'.")
        self._start = {control.name: control.start for control in self.controls}
        self._at = dict(self._start)
        self._view = None
        first = self._good_frame()
        self.names = check_panels(self.panels, first, self._start, self.controls) if first else self._all_names()
        self.answer = None
        if predict is not None:
            predict.check()
            self.answer = predict.answer_at(self._frame_at(self._start_values()))

    def with_controls(self, controls: Sequence[Control]) -> Explorer:
        """The same figure, moved by other controls of the same names: all its frames at once where they fit."""
        frames = "auto" if self._frames == "never" else self._frames
        return Explorer(
            self.compute, controls, self.rows, self.title, self._alt, self.predict, self.name, frames, self.focus
        )

    # ------------------------------------------------------------------ values and frames

    @property
    def values(self) -> dict[str, Any]:
        """The present values of the controls."""
        return {control.name: control.value_at(self.indices[control.name]) for control in self.controls}

    @property
    def indices(self) -> dict[str, Any]:
        """Where the controls stand, as the page counts."""
        if self._view is None:
            return dict(self._at)
        return {control.name: getattr(self._view, f"at_{control.name}") for control in self.controls}

    def set(self, **values: Any) -> None:
        """Move controls; raises :class:`DeclarationError` for a control or a value that there is not."""
        by_name = {control.name: control for control in self.controls}
        for name, value in values.items():
            if name not in by_name:
                raise DeclarationError(f"There is no control {name!r}, only {list(by_name)}.")
            index = by_name[name].index_of(value)
            self._at[name] = index
            if self._view is not None:
                setattr(self._view, f"at_{name}", index)

    def frame(self) -> dict[str, Any]:
        """What compute returns at the present values; whatever it raises is raised here too."""
        return self._frame_at(self.values)

    def alt(self) -> str:
        """The sentence that states what the picture shows at the present values."""
        found = attempt(self.compute, self._taken(self.values))
        return self._alt_at(self.values, found)

    def _start_values(self) -> dict[str, Any]:
        return {control.name: control.value_at(control.start) for control in self.controls}

    def _taken(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {control.name: values[control.name] for control in self.taken}

    @quiet()
    def _frame_at(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return dict(self.compute(**self._taken(values)))

    @quiet()
    def _alt_at(self, values: Mapping[str, Any], frame: Mapping[str, Any]) -> str:
        if ERROR in frame:
            return f"{self.title}: no picture at these values. {frame[ERROR]}"
        if self._alt is not None:
            try:
                return str(self._alt(dict(values), frame))
            except Exception as error:
                return f"{self.title} ({type(error).__name__} in the alternative text: {error})"
        stands = ", ".join(
            f"{c.shown} {c.labels[int(c.index_of(values[c.name]))] if not isinstance(c, TextInput) else values[c.name]}"
            for c in self.controls
        )
        return f"{self.title or 'Figure'} at {stands}." if stands else f"{self.title or 'Figure'}."

    def _good_frame(self) -> dict[str, Any] | None:
        """The frame at the default values, or the first that can be computed, or None."""
        found = attempt(self.compute, self._taken(self._start_values()))
        if ERROR not in found:
            return found
        for tried, values in enumerate(grid(self.taken)):
            found = attempt(self.compute, values)
            if ERROR not in found:
                return found
            if tried >= 100:
                break
        return None

    def _all_names(self) -> list[str]:
        """The names that the panels draw, where no frame is there to check them against."""
        place = Place({}, self._start)
        return list(dict.fromkeys(name for panel in self.panels for _, name in panel.references(place)))

    # ------------------------------------------------------------------ the page

    @property
    @quiet()
    def view(self):
        """The figure as an ipywidget (made when first asked for)."""
        if self._view is None:
            from course_lib.explorer.hosts.notebook import FigureView

            first = Store([*self.names, "alt"])
            first.add(self._answer(self._at))
            self._view = FigureView(self.controls, self.hear, spec=self.spec(), data=first.packed())
            if self.predict is not None:
                self._view.guess = self.predict.remembered(self.name)
            for control in self.controls:
                setattr(self._view, f"at_{control.name}", self._at[control.name])
        return self._view

    @property
    def mode(self) -> str:
        """ "frames" where all frames were computed at once, "ask" where Python computes each when it is asked for."""
        self.send_frames()
        return self._view.mode

    @quiet()
    def send_frames(self) -> None:
        """Compute all frames and send them to the page, or decide that the page has to ask."""
        if self.view.mode != "first":
            return
        try:
            if self._frames == "never" or any(isinstance(control, TextInput) for control in self.taken):
                raise TooLarge
            store = self.all_frames()
        except TooLarge:
            self._view.mode = "ask"
            return
        with self._view.hold_sync():
            self._view.data = store.packed()
            self._view.mode = "frames"

    def all_frames(self) -> Store:
        """Every frame, with the alternative texts; raises :class:`TooLarge` where they do not fit the limits."""
        columns = [f"alt {i}" for i, _ in enumerate(grid(self.only_picked))]
        return compute_all(self._with_alts, self.taken, [*self.names, *columns], limits=self._frames == "auto")

    def _with_alts(self, **taken: Any) -> dict[str, Any]:
        """A frame, with its alternative text at every value of the controls that compute does not take."""
        found = attempt(self.compute, taken)
        found = {name: value for name, value in found.items() if name in self._kept} if ERROR in found else found
        for i, picked in enumerate(grid(self.only_picked)):
            found[f"alt {i}"] = self._alt_at(taken | picked, found)
        return found

    @property
    def _kept(self) -> set[str]:
        return {*self.names, ERROR}

    def _answer(self, at: Mapping[str, Any]) -> dict[str, Any]:
        """One frame as the page gets it: the arrays that the panels draw, and the alternative text."""
        values = {control.name: control.value_at(at[control.name]) for control in self.controls}
        found = attempt(self.compute, self._taken(values))
        return {name: found[name] for name in [*self.names, ERROR] if name in found} | {
            "alt": self._alt_at(values, found)
        }

    @quiet()
    def hear(self, content: Mapping[str, Any]) -> None:
        """What the page says: it asks for a frame, or a learner has guessed."""
        if content.get("kind") == "ask":
            store = Store([*self.names, "alt"])
            store.add(self._answer(content["at"]))
            packed = store.packed()
            binary = [packed.pop("buffer"), packed.pop("index")]
            self.view.send({"kind": "answer", "id": content["id"], **packed}, buffers=binary)
        elif content.get("kind") == "guess" and self.predict is not None:
            score = self.predict.score(content["guess"], self.answer)
            for hook in prediction_hooks:
                hook(self.name, self.predict.question, content["guess"], self.answer, score)

    def spec(self) -> dict[str, Any]:
        """The declaration as plain data: all that the page knows about this figure."""
        places = iter(range(len(self.panels)))
        layout = [[[next(places) for _ in (item if isinstance(item, list | tuple) else [item])] for item in row]
                  for row in self.rows]  # fmt: skip
        kinds = {panel.kind: panel.about() for panel in self.panels}
        return {
            "title": self.title, "name": self.name, "focus": list(self.focus), "layout": layout,
            "predict": self.predict and self.predict.spec(self.answer), "kinds": kinds, "heads": vars(HEADS),
            "controls": [control.spec() for control in self.controls],
            "axes": [control.name for control in self.taken], "picked": [control.name for control in self.only_picked],
            "panels": [panel.spec() for panel in self.panels], "series": len(SERIES), "words": WORDS,
            "palettes": {name: table(name).ravel().tolist() for name in ANCHORS},
        }  # fmt: skip

    # ------------------------------------------------------------------ the static picture

    @quiet()
    def figure(self):
        """The picture at the present values as a matplotlib Figure that belongs to no window and no pyplot."""
        from course_lib.explorer.static import draw

        return draw(self)[0]

    @quiet()
    def drawn(self) -> dict[str, dict[str, Any]]:
        """What matplotlib drew, read back from its artists: {panel: {what: numbers}}."""
        from course_lib.explorer.static import draw

        return draw(self)[1]

    @quiet()
    def png(self) -> bytes:
        """The static picture as a PNG file."""
        out = io.BytesIO()
        self.figure().savefig(out, format="png", metadata={"Software": None})
        return out.getvalue()

    @quiet()
    def still(self) -> str:
        """The static picture as HTML, one image for each theme, each with the alternative text.

        A picture that answers the figure's question stays folded away behind it.
        """
        image = themed_html(self.figure(), self.alt(), transparent=False)
        if self.predict is None:
            return image
        asked = f"<p><strong>{html.escape(self.predict.question)}</strong></p>"
        return f"{asked}<details><summary>Guess first; then show the picture.</summary>{image}</details>"

    @quiet()
    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view, and beside it the static picture and its alternative text for whoever cannot show the view."""
        from course_lib.explorer.hosts.notebook import bundle

        return bundle(self)

    @quiet()
    def _ipython_display_(self) -> None:
        """Show the figure below the cell."""
        from course_lib.explorer.hosts.notebook import show

        show(self)
