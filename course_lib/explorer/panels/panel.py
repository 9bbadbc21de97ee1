"""What all panels share: how they find what they name, how they are checked, and what the page is told of them.

A panel holds no numbers. It names arrays of the frame (what ``compute`` returned at the present values), so that the page
and the static picture can draw it from the same declaration. ``pick`` stands wherever a field may depend on a control.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError

HEADS = SimpleNamespace(titled=24, bare=2)  # what stands above a panel's picture, in pixels, in both renderers


@dataclass(frozen=True)
class Pick:
    """One of ``options``, chosen by the index of the control ``control``."""

    control: str
    options: tuple[Any, ...]


def pick(control: str, options: Sequence[Any]) -> Pick:
    """Let a field of a panel follow a control: its i-th value shows the i-th option.

    >>> pick("step", ["scores", "weights"]).options
    ('scores', 'weights')
    """
    return Pick(control, tuple(options))


class Place:
    """Where a panel finds what it names: the frame, the index of every control, and which of several maps is chosen.

    chosen: the number of the map, in a figure with Thumbnails, None in a figure without; called: the name of that map.
    """

    def __init__(
        self, frame: Mapping[str, Any], indices: Mapping[str, Any], chosen: int | None = None, called: str = ""
    ):
        self.frame, self.indices, self.chosen, self.called = frame, indices, chosen, called

    def pick(self, field: Any) -> Any:
        """The field itself, or the option that its control chooses."""
        return field.options[int(self.indices[field.control])] if isinstance(field, Pick) else field

    def array(self, name: Any) -> np.ndarray:
        """The array under a name (a name may be picked), as float."""
        name = self.pick(name)
        return np.asarray(self.frame[name], dtype=np.float64)

    def whole(self, name: Any) -> bool:
        """Whether all numbers of an array are whole, as the page sees them (float32); such numbers get no decimals."""
        numbers = self.array(name).astype(np.float32)
        return bool(np.all(~np.isfinite(numbers) | (numbers == np.round(numbers))))

    def chosen_map(self, name: Any, axes: int = 2) -> np.ndarray:
        """The last `axes` axes of an array: all there is, or the part of the map that is chosen."""
        array = self.array(name)
        if array.ndim <= axes:
            return array
        maps = array.reshape(-1, *array.shape[array.ndim - axes :])
        return maps[min(self.chosen or 0, len(maps) - 1)]

    def texts(self, field: Any) -> list[str] | None:
        """A list of labels: a name of the frame, or the labels themselves, or nothing."""
        field = self.pick(field)
        if field is None:
            return None
        found = self.frame[field] if isinstance(field, str) else field
        return [found] if isinstance(found, str) else [str(text) for text in found]


@dataclass(frozen=True)
class Panel:
    """What all panels share.

    names: the fields that name arrays; label_names: those that name labels; main: the field without which there is
    nothing to show (the first of them, unless a panel names another); follows: the field that may hold several maps, of
    which the panel shows one and says which; sizes: the lengths in pixels that both renderers lay the panel out by.
    """

    names: ClassVar[tuple[str, ...]] = ()
    label_names: ClassVar[tuple[str, ...]] = ()
    main: ClassVar[str] = ""
    follows: ClassVar[str] = ""
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace()

    @property
    def kind(self) -> str:
        """The name of the kind, by which the page finds its drawing."""
        return type(self).__name__

    def hidden(self, place: Place) -> bool:
        """Whether the panel shows nothing at present: what it draws was picked to be None."""
        return place.pick(getattr(self, self.first_field())) is None

    def height(self, place: Place, width: float) -> float:
        """How high the static picture of this panel is, in pixels, where it is ``width`` wide."""
        raise NotImplementedError

    def draw(self, sheet: Any, place: Place, box: tuple[float, float, float, float]) -> dict[str, Any]:
        """Draw into a box of a :class:`~course_lib.explorer.sheet.Sheet`; return what the artists now hold."""
        raise NotImplementedError

    @classmethod
    def first_field(cls) -> str:
        """The field without which there is nothing to show."""
        return cls.main or (cls.names + cls.label_names)[0]

    @classmethod
    def about(cls) -> dict[str, Any]:
        """What the page needs to know of this kind, whatever the declaration: the same for every panel of it."""
        return {"main": cls.first_field(), "follows": cls.follows, "sizes": vars(cls.sizes)}

    def references(self, place: Place) -> list[tuple[str, str]]:
        """(field, name) of everything this panel takes from the frame at the present values."""
        found = []
        for field in self.names + self.label_names:
            value = place.pick(getattr(self, field))
            if field in self.names and isinstance(value, Mapping):
                found += [(field, place.pick(name)) for name in value.values()]
            elif field in self.names and isinstance(value, list | tuple):
                found += [(field, place.pick(name)) for _, name in value]
            elif isinstance(value, str):
                found.append((field, value))
        return found

    def heading(self, place: Place) -> str:
        """The title, and after it the name of the chosen map where this panel shows one of several."""
        title = place.pick(getattr(self, "title", None)) or ""
        name = self.follows and place.pick(getattr(self, self.follows))
        if not place.called or not name or place.array(name).ndim <= 2:
            return title
        return f"{title} · {place.called}" if title else place.called

    def head(self, place: Place) -> float:
        """How much of the height the heading takes."""
        return HEADS.titled if self.heading(place) else HEADS.bare

    def picks(self) -> list[tuple[str, Pick]]:
        """(field, pick) of every field that follows a control."""
        found = []
        for field in fields(self):
            value = getattr(self, field.name)
            inside = value.values() if isinstance(value, Mapping) else [value]
            found += [(field.name, choice) for choice in inside if isinstance(choice, Pick)]
        return found

    def check_shapes(self, place: Place) -> None:
        """Raise :class:`DeclarationError` where labels and arrays do not fit together."""

    def spec(self) -> dict[str, Any]:
        """The declaration as plain data, for the page."""
        return {"kind": self.kind} | {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def _need(self, place: Place, field: str, ndim: tuple[int, ...]) -> np.ndarray:
        """The array that ``field`` names, which must have one of these numbers of axes.

        In a figure with Thumbnails it may have one or two more in front, and the map that is chosen is taken.
        """
        name = place.pick(getattr(self, field))
        array = place.array(name)
        if place.chosen is not None and len(ndim) == 1 and array.ndim - ndim[0] in (1, 2):
            return place.chosen_map(name, ndim[0])
        if array.ndim not in ndim:
            raise DeclarationError(
                f"{self.kind} {field}={name!r}: the array has shape {array.shape}, expected "
                f"{' or '.join(map(str, ndim))} axes. Return another array from compute, or choose another panel."
            )
        return array

    def _fit(self, place: Place, field: str, size: int, axis: str) -> None:
        """The labels that ``field`` names must be ``size`` many."""
        labels = place.texts(getattr(self, field))
        if labels is not None and len(labels) != size:
            raise DeclarationError(
                f"{self.kind} {field}= has {len(labels)} labels, but the array has {size} {axis}. "
                "Give one label for each, or leave the labels out."
            )


def _plain(value: Any) -> Any:
    """A declaration as lists, dicts, numbers and texts."""
    if isinstance(value, Pick):
        return {"pick": value.control, "options": [_plain(option) for option in value.options]}
    if isinstance(value, Mapping):
        # A list of pairs: the page must keep the order, and a label may look like a number.
        return {"pairs": [[str(key), _plain(part)] for key, part in value.items()]}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.item() if isinstance(value, np.generic) else value
