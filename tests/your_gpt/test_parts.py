"""The map of the parts, and the map of the claims."""

from course_lib.claims import claims
from course_lib.practice.catalogue import all_exercises
from course_lib.practice.mine import Mine
from course_lib.your_gpt.claims_map import claims_map
from course_lib.your_gpt.parts import FLOOR_PLAN, missing, parts_map


def test_every_part_is_an_exercise():
    ids = {exercise.id for exercise in all_exercises()}
    assert {known for _, parts in FLOOR_PLAN for known in parts} <= ids


def test_a_part_that_passed_is_lit():
    mine = Mine()
    assert parts_map(mine).own == 0
    mine.keep("attention.softmax", lambda scores: scores)
    found = parts_map(mine)
    assert found.own == 1
    assert "● softmax" in repr(found)
    assert "● softmax" in found._repr_html_()
    assert found._repr_html_().count("●") == 2, "the one part, and what the sign means"
    assert "softmax" not in missing(mine)["04_attention"]
    assert "attention" in missing(mine)["04_attention"]


def test_the_map_of_claims_holds_all_of_them():
    found = claims_map()
    assert sum(found.counts.values()) == len(claims()) == 78
    text = found._repr_html_()
    assert all(f"· {known}:" in text for known in claims())
