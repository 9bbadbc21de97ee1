"""The panel of coloured tokens in the static picture, and what it says of a wrong declaration."""

import numpy as np
import pytest

from course_lib.explorer import DeclarationError, Explorer, Slider, TokenText
from course_lib.explorer.panels import Place
from course_lib.explorer.panels.token_text import drawable

TOKENS = ["a·", "fluffy", "E6 BC", "漢", "blue↵", "end"]


def explorer(tokens=TOKENS, ids=None, **options):
    ids = np.arange(len(tokens)) + 255 if ids is None else ids
    frame = {"tokens": tokens, "ids": ids}
    return Explorer(lambda n: frame, [Slider("n", [1, 2])], [[TokenText("tokens", ids="ids", **options)]])


def test_every_token_is_drawn_with_its_id():
    assert explorer().drawn()["TokenText 0"] == {"tokens": TOKENS, "ids": [255.0, 256.0, 257.0, 258.0, 259.0, 260.0]}


def test_a_line_ends_after_a_line_break_and_where_there_is_no_more_room():
    texts, slots = TokenText("tokens").slots(Place({"tokens": TOKENS}, {}), 800)
    assert texts == ["a·", "fluffy", "E6 BC", "E6 BC A2", "blue↵", "end"]
    assert [y for _, y, _ in slots] == [4, 4, 4, 4, 4, 50]
    assert slots[-1][0] == slots[0][0], "the next line begins at the left"
    narrow = TokenText("tokens").slots(Place({"tokens": TOKENS}, {}), 120)[1]
    assert all(x + w <= 120 for x, _, w in narrow)
    assert len({y for _, y, _ in narrow}) > 2
    right = [x + w for x, _, w in slots[:4]]
    assert all(x > before for before, (x, _, _) in zip(right, slots[1:5], strict=True)), "boxes do not touch"


def test_what_the_font_lacks_is_drawn_as_bytes_and_never_warned_about():
    assert (drawable("·blue↵→"), drawable("🌲")) == ("·blue↵→", "F0 9F 8C B2")
    assert explorer(["漢", "🌲"]).png().startswith(b"\x89PNG")


def test_no_tokens_at_all_and_no_ids():
    assert explorer([]).drawn()["TokenText 0"] == {"tokens": [], "ids": []}
    without = Explorer(lambda: {"tokens": TOKENS}, [], [[TokenText("tokens", title="cut")]])
    assert without.drawn()["TokenText 0"] == {"tokens": TOKENS, "ids": []}


def test_as_many_ids_as_tokens_are_asked_for():
    with pytest.raises(DeclarationError, match="TokenText tokens= has 6 labels, but the array has 2 ids"):
        explorer(ids=np.arange(2))


def test_the_page_gets_the_declaration():
    (spec,) = explorer().spec()["panels"]
    assert spec == {"kind": "TokenText", "tokens": "tokens", "ids": "ids", "title": None, "width": 1.0}
