"""Each kind of panel has one room: a declaration with its static drawing, and under the same name the drawing in the page."""

import inspect
from pathlib import Path

import pytest

from course_lib.explorer import panels
from course_lib.explorer.panels import Panel

FOLDER = Path(panels.__file__).parent
KINDS = [
    kind for kind in vars(panels).values() if inspect.isclass(kind) and issubclass(kind, Panel) and kind is not Panel
]


def test_the_table_of_contents_of_the_page_lists_the_same_kinds():
    listed = (FOLDER / "index.js").read_text(encoding="utf-8").split("KINDS = {")[1].split("}")[0]
    assert {name.strip() for name in listed.split(",")} == {kind.__name__ for kind in KINDS}
    assert len(KINDS) == 10


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_kind_is_drawn_in_both_files_of_its_room(kind):
    room = Path(inspect.getfile(kind))
    assert f"export class {kind.__name__} extends" in room.with_suffix(".js").read_text(encoding="utf-8")
    for method in ("height", "draw"):
        assert Path(inspect.getfile(getattr(kind, method))) == room
    assert kind.about()["main"] in kind.names + kind.label_names


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_size_that_is_sent_is_used_in_the_page_or_the_picture(kind):
    room = Path(inspect.getfile(kind))
    source = room.read_text(encoding="utf-8") + room.with_suffix(".js").read_text(encoding="utf-8")
    unused = [name for name in vars(kind.sizes) if f"s.{name}" not in source and f"sizes.{name}" not in source]
    assert unused == []
