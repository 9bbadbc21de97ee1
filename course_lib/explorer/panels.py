"""The panels of a live figure: each says which named arrays it draws, and how.

A panel holds no numbers. It names arrays of the frame (what ``compute`` returned at the present values), so that the page
and the static picture can draw it from the same declaration. ``pick`` stands wherever a field may depend on a control.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError


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
    """What all panels share. ``names`` lists the fields that name arrays, ``label_names`` those that name labels.

    ``main`` is the field without which there is nothing to show; the first of them, unless a panel names another.
    """

    names: ClassVar[tuple[str, ...]] = ()
    label_names: ClassVar[tuple[str, ...]] = ()
    main: ClassVar[str] = ""

    @property
    def kind(self) -> str:
        return type(self).__name__

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
        field = {"Heatmap": "array", "TokenRow": "weights", "DotProduct": "left"}.get(self.kind)
        name = field and place.pick(getattr(self, field))
        if not place.called or name is None or place.array(name).ndim <= 2:
            return title
        return f"{title} · {place.called}" if title else place.called

    def picks(self) -> list[tuple[str, Pick]]:
        """(field, pick) of every field that follows a control."""
        found = []
        for field in fields(self):
            value = getattr(self, field.name)
            inside = value.values() if isinstance(value, Mapping) else [value]
            found += [(field.name, one) for one in inside if isinstance(one, Pick)]
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


@dataclass(frozen=True)
class Heatmap(Panel):
    """A matrix as coloured cells, with the numbers in them where they fit. Cells of −inf and NaN are hatched and say so.

    array: (row, column), with the axes of Thumbnails in front where the figure has some; rows, cols: labels (a name or a list); row_label, col_label: what rows and columns are;
    palette: "sequential", or "diverging" for signed values (centred on 0 unless vmin and vmax say otherwise);
    vmin, vmax: what the ends of the colours mean (None: this frame's own extremes); beside: (row,) array printed at the
    right end of each row, under beside_label; numbers: print them in the cells where they fit.
    """

    array: Any
    rows: Any = None
    cols: Any = None
    row_label: Any = "row"
    col_label: Any = "column"
    title: Any = None
    palette: Any = "sequential"
    vmin: Any = None
    vmax: Any = None
    beside: Any = None
    beside_label: Any = None
    numbers: Any = True
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("array", "beside")
    label_names: ClassVar[tuple[str, ...]] = ("rows", "cols")

    def check_shapes(self, place: Place) -> None:
        array = self._need(place, "array", (2,))
        self._fit(place, "rows", array.shape[0], "rows")
        self._fit(place, "cols", array.shape[1], "columns")
        palette = place.pick(self.palette)
        if palette not in ("sequential", "diverging"):
            raise DeclarationError(f"Heatmap palette={palette!r}: expected 'sequential' or 'diverging'.")
        if place.pick(self.beside) is not None:
            beside = self._need(place, "beside", (1,))
            if len(beside) != len(array):
                raise DeclarationError(
                    f"Heatmap beside= has {len(beside)} numbers for {len(array)} rows: give one a row."
                )


@dataclass(frozen=True)
class Bars(Panel):
    """Bars, one series or several side by side.

    series: the name of an array, or {label: name}; labels: one for each bar; low, high: the range of values (None: of
    this frame, 0 included). An array of two axes shows the row that is in focus; rows then labels its rows.
    """

    series: Any
    labels: Any = None
    low: Any = None
    high: Any = None
    title: Any = None
    y_label: Any = None
    rows: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("series",)
    label_names: ClassVar[tuple[str, ...]] = ("labels", "rows")

    def lines(self, place: Place) -> dict[str, np.ndarray]:
        """The series by their labels."""
        series = place.pick(self.series)
        chosen = series if isinstance(series, Mapping) else {"": series}
        return {label: place.array(name) for label, name in chosen.items()}

    def check_shapes(self, place: Place) -> None:
        for label, values in self.lines(place).items():
            if values.ndim not in (1, 2):
                raise DeclarationError(
                    f"Bars {label or self.series!r}: shape {values.shape}, expected one axis or two."
                )
            self._fit(place, "labels", values.shape[-1], "bars")
            if values.ndim == 2:
                self._fit(place, "rows", values.shape[0], "rows")


@dataclass(frozen=True)
class Curves(Panel):
    """Curves over a shared x.

    x: the name of the x values; lines: {label: name of the y values}; log_x, log_y: logarithmic axes; h_line, v_line:
    a reference line at a number, or at the number of that name in the frame; x_range, y_range: (low, high).
    """

    x: Any
    lines: Any
    title: Any = None
    x_label: Any = None
    y_label: Any = None
    log_x: Any = False
    log_y: Any = False
    h_line: Any = None
    v_line: Any = None
    x_range: Any = None
    y_range: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("x", "lines", "h_line", "v_line")

    def check_shapes(self, place: Place) -> None:
        x = self._need(place, "x", (1,))
        for label, name in place.pick(self.lines).items():
            y = place.array(name)
            if y.shape != x.shape:
                raise DeclarationError(
                    f"Curves {label!r}: y has shape {y.shape} and x has shape {x.shape}. Both need the same one axis."
                )


@dataclass(frozen=True)
class Points(Panel):
    """Points in the plane, with their labels.

    xy: (point, 2); labels: one for each; groups: (point,) whole numbers that choose colour and shape, named by
    group_names; arrows: draw each as an arrow from the origin; log_x, log_y: logarithmic axes (not with arrows, which
    have no origin there); x_range, y_range: (low, high).
    """

    xy: Any
    labels: Any = None
    groups: Any = None
    group_names: Any = None
    arrows: Any = False
    title: Any = None
    x_label: Any = None
    y_label: Any = None
    log_x: Any = False
    log_y: Any = False
    x_range: Any = None
    y_range: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("xy", "groups")
    label_names: ClassVar[tuple[str, ...]] = ("labels", "group_names")

    def check_shapes(self, place: Place) -> None:
        xy = self._need(place, "xy", (2,))
        if xy.shape[1] != 2:
            raise DeclarationError(f"Points xy has shape {xy.shape}, expected (points, 2): two coordinates for each.")
        for axis, log in enumerate((self.log_x, self.log_y)):
            if place.pick(log) and (place.pick(self.arrows) or (xy[:, axis] <= 0).any()):
                raise DeclarationError(
                    f"Points log_{'xy'[axis]}=True needs coordinates above zero and no arrows: leave it out, or return others."
                )
        self._fit(place, "labels", len(xy), "points")
        if place.pick(self.groups) is not None and place.array(self.groups).shape != (len(xy),):
            raise DeclarationError(f"Points groups has shape {place.array(self.groups).shape}, expected ({len(xy)},).")


@dataclass(frozen=True)
class Graph(Panel):
    """Boxes with arrows between them: each box has a label, a value and below it a second number that may not be known yet.

    boxes: the labels; at: (box, 2) array of column and row; edges: (edge, 2) array of whole numbers, from box to box;
    values: (box,); below: (box,) numbers under the values, NaN where there is none yet; messages: (edge,) numbers that
    travel back along the edges at present, NaN where none does; lit: (box,), above 0 for boxes that stand out;
    below_label: what the second number is called.
    """

    boxes: Any
    at: Any
    edges: Any
    values: Any
    below: Any
    messages: Any
    lit: Any
    below_label: Any = "gradient"
    title: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("at", "edges", "values", "below", "messages", "lit")
    label_names: ClassVar[tuple[str, ...]] = ("boxes",)
    main: ClassVar[str] = "boxes"

    def check_shapes(self, place: Place) -> None:
        n, edges = len(place.texts(self.boxes)), self._need(place, "edges", (2,))
        wanted = {"at": (n, 2), "values": (n,), "below": (n,), "lit": (n,)}
        wanted |= {"edges": (len(edges), 2), "messages": (len(edges),)}
        for field, shape in wanted.items():
            found = place.array(getattr(self, field)).shape
            if found != shape:
                raise DeclarationError(
                    f"Graph {field}: shape {found}, expected {shape}: {n} boxes, {len(edges)} edges."
                )
        if edges.size and not (edges.min() >= 0 and edges.max() < n):
            raise DeclarationError(
                f"Graph edges go from {edges.min():g} to {edges.max():g}, but the boxes are 0 to {n - 1}."
            )


@dataclass(frozen=True)
class TokenRow(Panel):
    """Tokens in a row. The one in focus sends arcs to the others, as wide as its row of weights, with the numbers.

    tokens: the labels; weights: (token, token) array, or one for each map of the figure's Thumbnails; query_label: what the token in focus is called.
    """

    tokens: Any
    weights: Any = None
    title: Any = None
    query_label: Any = "query"
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("weights",)
    label_names: ClassVar[tuple[str, ...]] = ("tokens",)
    main: ClassVar[str] = "tokens"

    def check_shapes(self, place: Place) -> None:
        tokens = place.texts(self.tokens)
        if place.pick(self.weights) is not None:
            weights = self._need(place, "weights", (2,))
            if weights.shape != (len(tokens), len(tokens)):
                raise DeclarationError(
                    f"TokenRow weights has shape {weights.shape} for {len(tokens)} tokens, "
                    f"expected ({len(tokens)}, {len(tokens)}): one row and one column for each token."
                )


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

    def check_shapes(self, place: Place) -> None:
        if place.pick(self.ids) is not None:
            self._fit(place, "tokens", len(self._need(place, "ids", (1,))), "ids")


@dataclass(frozen=True)
class DotProduct(Panel):
    """The dot product behind the cell in focus: both vectors, their products, the sum.

    left: (row, d), right: (column, d), or (d, column) where right_axis is "cols"; result: (row, column), the array whose
    cell is explained (None: the sum alone); rows, cols: labels; chain: [(what is done, name of the array after it)], the
    numbers that the cell becomes in later steps; left_label, right_label: what the two vectors are called.
    """

    left: Any
    right: Any
    result: Any = None
    rows: Any = None
    cols: Any = None
    left_label: Any = None
    right_label: Any = None
    right_axis: Any = "rows"
    chain: Any = None
    title: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("left", "right", "result", "chain")
    label_names: ClassVar[tuple[str, ...]] = ("rows", "cols")

    def check_shapes(self, place: Place) -> None:
        left, right = self._need(place, "left", (2,)), self._need(place, "right", (2,))
        right = right.T if place.pick(self.right_axis) == "cols" else right
        if left.shape[1] != right.shape[1]:
            raise DeclarationError(
                f"DotProduct: the vectors of left have {left.shape[1]} numbers and those of right {right.shape[1]}. "
                'Both need the same length; right_axis="cols" reads the columns of right.'
            )
        self._fit(place, "rows", len(left), "rows")
        self._fit(place, "cols", len(right), "columns")


@dataclass(frozen=True)
class Thumbnails(Panel):
    """Many maps, small, side by side. Pointing at one shows it in the figure's other panels; a click keeps it there.

    The other panels (Heatmap, TokenRow, DotProduct) follow where they name arrays with the same axes in front as `maps`.

    maps: (map, row, column), or (layer, head, row, column), which stand in a grid; labels: one for each map (None: "head 1"
    and so on); map_name, row_name: what the maps are and what a row of the grid is; columns: how many stand side by side
    where there are three axes; palette, vmin, vmax: as of a Heatmap, shared by all maps.
    """

    maps: Any
    labels: Any = None
    map_name: Any = "head"
    row_name: Any = "layer"
    columns: Any = 8
    title: Any = None
    palette: Any = "sequential"
    vmin: Any = None
    vmax: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("maps",)
    label_names: ClassVar[tuple[str, ...]] = ("labels",)

    def count(self, place: Place) -> int:
        """How many maps there are."""
        return int(np.prod(place.array(self.maps).shape[:-2]))

    def grid(self, place: Place) -> tuple[int, int]:
        """How many rows and columns of maps."""
        shape = place.array(self.maps).shape
        if len(shape) == 4:
            return shape[0], shape[1]
        across = min(shape[0], int(place.pick(self.columns)))
        return -(-shape[0] // across), across

    def label(self, place: Place, k: int) -> str:
        """What map k is called."""
        labels, shape = place.texts(self.labels), place.array(self.maps).shape
        if labels is not None:
            return labels[k]
        if len(shape) == 3:
            return f"{place.pick(self.map_name)} {k + 1}"
        row, column = divmod(k, shape[1])
        return f"{place.pick(self.row_name)} {row + 1}, {place.pick(self.map_name)} {column + 1}"

    def check_shapes(self, place: Place) -> None:
        shape = place.array(self.maps).shape
        if len(shape) not in (3, 4) or 0 in shape:
            raise DeclarationError(
                f"Thumbnails maps={place.pick(self.maps)!r}: the array has shape {shape}, expected (map, row, column) or "
                "(layer, head, row, column), none of them 0."
            )
        self._fit(place, "labels", self.count(place), "maps")
        if int(place.pick(self.columns)) < 1:
            raise DeclarationError(f"Thumbnails columns={place.pick(self.columns)!r}: expected at least 1.")


@dataclass(frozen=True)
class Note(Panel):
    """A line of text that compute returns under ``text``."""

    text: Any
    title: Any = None
    width: float = 1.0
    label_names: ClassVar[tuple[str, ...]] = ("text",)


def _plain(value: Any) -> Any:
    """A declaration as lists, dicts, numbers and texts."""
    if isinstance(value, Pick):
        return {"pick": value.control, "options": [_plain(option) for option in value.options]}
    if isinstance(value, Mapping):
        # A list of pairs: the page must keep the order, and a label may look like a number.
        return {"pairs": [[str(key), _plain(one)] for key, one in value.items()]}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value
