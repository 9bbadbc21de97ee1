"""What is wrong with a declaration is said when the figure is made, not when a learner moves a slider."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from course_lib.explorer.controls import Control, DeclarationError, TextInput
from course_lib.explorer.panels import Panel, Place, Thumbnails


def keywords(compute: Callable[..., Any]) -> tuple[set[str], set[str], bool]:
    """The keywords that compute can take, those that it must get, and whether it takes any."""
    parameters = inspect.signature(compute).parameters.values()
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return (
        {p.name for p in named},
        {p.name for p in named if p.default is p.empty},
        any(p.kind == p.VAR_KEYWORD for p in parameters),
    )


def flatten(rows: Sequence[Any]) -> list[Panel]:
    """All panels in reading order; a list inside a row is a column of panels."""
    found = []
    for row in rows:
        for item in row if isinstance(row, list | tuple) else [row]:
            found += list(item) if isinstance(item, list | tuple) else [item]
    return found


def check_controls(compute: Callable[..., Any], controls: Sequence[Control], panels: Sequence[Any]) -> list[Control]:
    """Check the controls against compute and the panels; return those that compute takes, in order."""
    for control in controls:
        if not isinstance(control, Control):
            raise DeclarationError(f"controls= holds {control!r}, expected Slider, Choice, Switch, Steps or TextInput.")
        control.check()
    for panel in panels:
        if not isinstance(panel, Panel):
            raise DeclarationError(f"panels= holds {panel!r}, expected Heatmap, Bars, Curves, Points, TokenRow, ...")
    names = [control.name for control in controls]
    if len(set(names)) < len(names):
        raise DeclarationError(f"Two controls have the same name: {names}. Give each its own.")
    by_name = dict(zip(names, controls, strict=True))
    picked = set()
    for panel in panels:
        for field, choice in panel.picks():
            if choice.control not in by_name:
                raise DeclarationError(
                    f"{panel.kind} {field}=pick({choice.control!r}, ...): there is no control of that name, only {names}."
                )
            control = by_name[choice.control]
            if isinstance(control, TextInput) or len(choice.options) != len(control.options):
                size = "no list of values" if isinstance(control, TextInput) else f"{len(control.options)} values"
                raise DeclarationError(
                    f"{panel.kind} {field}=pick({choice.control!r}, ...) has {len(choice.options)} options, but the control "
                    f"has {size}. Give one option for each value of the control."
                )
            picked.add(choice.control)
    takes, needs, takes_any = keywords(compute)
    for name in names:
        if name not in takes and not takes_any and name not in picked:
            raise DeclarationError(
                f"The control {name!r} moves nothing: compute takes {sorted(takes)}, and no panel picks by it. "
                f"Name it as compute does, add a keyword {name} to compute, or leave it out."
            )
    missing = needs - set(names)
    if missing:
        raise DeclarationError(
            f"compute needs {sorted(missing)}, but the controls are {names}. "
            "Add a control for each, or give the keyword a default."
        )
    return [control for control in controls if control.name in takes or (takes_any and control.name not in picked)]


def check_panels(panels: Sequence[Panel], frame: Mapping[str, Any], indices: Mapping[str, Any], controls) -> list[str]:
    """Check every panel against a frame, at every option of its picks; return the names that the panels draw."""
    names: dict[str, None] = {}
    chosen = 0 if any(isinstance(panel, Thumbnails) for panel in panels) else None
    sizes = {control.name: len(control.options) for control in controls}
    for panel in panels:
        by = {choice.control for _, choice in panel.picks()}
        for control in by or {None}:
            for index in range(sizes[control]) if control else [0]:
                place = Place(frame, {**indices, control: index} if control else indices, chosen)
                for field, name in panel.references(place):
                    if isinstance(name, str) and name not in frame:
                        raise DeclarationError(
                            f"{panel.kind} {field}={name!r}: compute returned no array of that name, "
                            f"only {sorted(frame)}. Correct the name, or return it from compute."
                        )
                    names.setdefault(name)
                if not panel.hidden(place):
                    panel.check_shapes(place)
    return list(names)
