"""The words by which an exercise is known: read as learners leave them, written one way, and near misses seen."""

import pytest

from course_lib.practice.markers import answer_line, answers_in, checks_in, fill_headers, header_line, headers_in


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (answer_line("attention.softmax"), ["attention.softmax"]),
        ("  #exercise:   attention.softmax  \nx = 1", ["attention.softmax"]),
        ("x = 1\n# exercise: a.b\n\n# exercise: c.d", ["a.b", "c.d"]),
        ("# exercise: my own", []),
        ("# exercise:\na.b", []),
        ("x = 1  # exercise: a.b", []),
    ],
)
def test_an_answer_is_known_by_its_comment(source, found):
    assert answers_in(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('check("a.b", b)', ["a.b"]),
        ("check( 'a.b', b); check('c.d', d)", ["a.b", "c.d"]),
        ('recheck("a.b", b)', []),
        ("check(name, b)", []),
    ],
)
def test_a_check_is_known_by_its_call(source, found):
    assert checks_in(source) == found


@pytest.mark.parametrize(
    "line",
    ["{exersise a.b}", "{Exercise a.b}", "{exercise: a.b}", "{ exercise a.b }", "{exercise a.b", "  {exercise a.b}", "{exercise a.b}."],
)  # fmt: skip
def test_a_line_that_is_nearly_a_header_is_seen(line):
    assert headers_in(f"Now you.\n{line}") == [(1, None)]


@pytest.mark.parametrize("line", ["Take {exercise a.b} as it is", "$\\text{exp} x.y$", "{a.b}", "{x: y}", ""])
def test_other_lines_are_not(line):
    assert headers_in(f"Now you.\n{line}") == []


def test_headers_are_found_and_filled():
    source = f"Now you.\n\n{header_line('a.b')}\n\nThen:\n{header_line('c.d')}"
    assert headers_in(source) == [(2, "a.b"), (5, "c.d")]
    assert fill_headers(source, str.upper) == "Now you.\n\nA.B\n\nThen:\nC.D"
