"""The controls of a live figure: each is a name, the list of values it can take, and where it stands at first.

A control knows its values as a list, so that the page and Python speak of a value by its place in that list (its index).
Only :class:`TextInput` has no such list; a figure with one is computed on demand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class DeclarationError(ValueError):
    """A live figure was declared with something that does not fit; the message says what came and what was expected."""


@dataclass(frozen=True)
class Control:
    """What all controls share.

    name: the keyword under which ``compute`` receives the value.
    """

    name: str

    @property
    def shown(self) -> str:
        """The text beside the control."""
        return getattr(self, "label", None) or self.name.replace("_", " ")

    @property
    def options(self) -> list[Any]:
        """The values, in order."""
        raise NotImplementedError

    @property
    def labels(self) -> list[str]:
        """One text per value, in the same order."""
        return [str(option) for option in self.options]

    @property
    def start(self) -> Any:
        """Where the control stands at first, as the page counts: an index (a text for a TextInput)."""
        return self.index_of(self.options[0] if self.value is None else self.value)

    def index_of(self, value: Any) -> int:
        """The place of ``value`` in the options; raises :class:`DeclarationError` if it is not one of them."""
        for index, option in enumerate(self.options):
            if type(option) is type(value) and option == value:
                return index
        for index, option in enumerate(self.options):
            if option == value:
                return index
        raise DeclarationError(
            f"{type(self).__name__} {self.name!r} got the value {value!r}, which is not among its values "
            f"{_short(self.options)}. Give one of these, or add it to the list."
        )

    def value_at(self, index: Any) -> Any:
        """The value behind an index."""
        return self.options[int(index)]

    def check(self) -> None:
        """Raise :class:`DeclarationError` if the declaration cannot be drawn."""
        if not str(self.name).isidentifier():
            raise DeclarationError(
                f"A control is named {self.name!r}, but the name becomes a keyword argument of compute: "
                "use letters, digits and underscores, and put other text into label=."
            )
        if len(self.options) == 0:
            raise DeclarationError(
                f"{type(self).__name__} {self.name!r} has an empty list of values. Give it at least one value."
            )
        _ = self.start

    def spec(self) -> dict[str, Any]:
        """What the page needs to know."""
        return {"name": self.name, "label": self.shown, "kind": type(self).__name__, "start": self.start,
                "labels": self.labels, "size": len(self.options)}  # fmt: skip


@dataclass(frozen=True)
class Slider(Control):
    """A slider over any list of values, evenly spaced or not.

    values: what the slider stops at; value: where it stands at first (the first, if left out); label: the text beside it;
    format: how a value is written.

    >>> Slider("temperature", [0.1, 1, 10], value=1).start
    1
    >>> Slider("shift", [-3, 0.1, 10]).labels
    ['−3', '0.1', '10']
    """

    values: Sequence[Any] = ()
    value: Any = None
    label: str | None = None
    format: str = "{:g}"

    @property
    def options(self) -> list[Any]:
        return [value.item() if hasattr(value, "item") else value for value in self.values]

    @property
    def labels(self) -> list[str]:
        return [value if isinstance(value, str) else self._written(value) for value in self.options]

    def _written(self, value: Any) -> str:
        text = self.format.format(value)
        return f"−{text[1:]}" if text.startswith("-") else text  # as numbers are written in pictures


@dataclass(frozen=True)
class Choice(Control):
    """A drop-down list: label -> value, or a list of values.

    >>> Choice("mask", {"none": None, "causal": "causal"}, value="causal").start
    1
    """

    choices: Mapping[str, Any] | Sequence[Any] = ()
    value: Any = None
    label: str | None = None

    @property
    def options(self) -> list[Any]:
        return list(self.choices.values()) if isinstance(self.choices, Mapping) else list(self.choices)

    @property
    def labels(self) -> list[str]:
        return [str(choice) for choice in self.choices]


@dataclass(frozen=True)
class Switch(Control):
    """On or off."""

    value: bool = False
    label: str | None = None

    @property
    def options(self) -> list[Any]:
        return [False, True]

    @property
    def labels(self) -> list[str]:
        return ["off", "on"]


@dataclass(frozen=True)
class Steps(Control):
    """The stages of a computation, one after the other, back and forth. The value is the index of the stage.

    >>> Steps("step", ["scores", "weights"]).options
    [0, 1]
    """

    steps: Sequence[str] = ()
    value: int = 0
    label: str | None = None

    @property
    def options(self) -> list[Any]:
        return list(range(len(self.steps)))

    @property
    def labels(self) -> list[str]:
        return [str(step) for step in self.steps]


@dataclass(frozen=True)
class TextInput(Control):
    """A line of text of the learner's own. It has no list of values, so the figure is computed on demand.

    value: the text at first; examples: texts to choose from where there is no Python that could compute others.
    """

    value: str = ""
    label: str | None = None
    examples: Sequence[str] = ()

    @property
    def options(self) -> list[Any]:
        return [self.value]

    @property
    def start(self) -> str:
        return self.value

    def index_of(self, value: Any) -> str:
        return str(value)

    def value_at(self, index: Any) -> str:
        return str(index)


def _short(values: Sequence[Any], most: int = 12) -> str:
    """A list of values, cut where it gets long.

    >>> _short([1, 2, 3], most=2)
    '[1, 2, ... 3 in all]'
    """
    shown = ", ".join(repr(value) for value in values[:most])
    return f"[{shown}]" if len(values) <= most else f"[{shown}, ... {len(values)} in all]"
