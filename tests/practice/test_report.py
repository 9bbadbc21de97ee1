"""What the learner sees: cards, hints and the board, as text and as HTML that is safe and legible in every theme."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from course_lib.explorer.palette import PLAIN, ROLES, role
from course_lib.explorer.sheet import contrast
from course_lib.practice.catalogue import all_exercises
from course_lib.practice.progress import Progress
from course_lib.practice.report import SIGNS, Board, Hint, Report, progress_board
from course_lib.practice.verdict import STATES, Reason, Verdict

SOFTMAX, MEAN = "attention.softmax", "start_here.mean_of_rows"
EVIL = "<script>alert('x')</script> & <b>\"bold\"</b>"
THEME = re.compile(r"^(inherit|var\(--jp-[\w-]+(, inherit)?\))$")


def rgb(text):
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], float)


class Page(HTMLParser):
    """The tags, styles and text of a piece of HTML; every tag must be closed in its turn."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.open, self.attributes, self.styles, self.text = [], [], [], [], ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.append(dict(attributes))
        pairs = (rule.split(":", 1) for rule in dict(attributes).get("style", "").split(";") if rule)
        self.styles.append({name.strip(): value.strip() for name, value in pairs})
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


REASONS = {
    "passed": Reason.PASSED,
    "failed": Reason.WRONG_VALUE,
    "error": Reason.RAISED,
    "not attempted": Reason.NOT_WRITTEN,
}


def report(state="failed", exercise=SOFTMAX, points=2.0, note="", **said):
    return Report(exercise, Verdict(REASONS[state], **{"message": "What happened.", **said}), points, note)


def board(**more):
    rows = (
        ("00 Start here", MEAN, "passed", "2 tries", 1.0, 1.0),
        ("04 Attention", SOFTMAX, "failed", "1 try, 3 hints, no scale", 0.0, 2.0),
        ("04 Attention", "attention.causal_mask", "not attempted", "", 0.0, 1.0),
    )
    return Board(**{"rows": rows, "predictions": (0, 0.0), **more})


EVERYTHING_SHOWN = {
    **{state: report(state, example="x = 1", printed="p", note="n", misconception="m") for state in REASONS},
    "hint": Hint(SOFTMAX, ("Look at `axis`.",), 3, "A note."),
    "board": board(note="A note."),
}
everything_shown = pytest.mark.parametrize("shown", EVERYTHING_SHOWN.values(), ids=EVERYTHING_SHOWN)


# --- the card of a check ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", REASONS)
def test_every_state_has_a_sign_and_a_word(state):
    sign = SIGNS[state][0]
    assert repr(report(state)).startswith(f"{sign} {state.upper()} · {SOFTMAX} · ")
    page = Page(report(state)._repr_html_())
    assert page.text.startswith(f"{sign}{state.upper()} · {SOFTMAX} · ")
    assert len({SIGNS[each][0] for each in REASONS}) == len(REASONS)


def test_the_title_names_the_mistake_and_the_points():
    assert report(misconception="no scale").title == f"FAILED: no scale · {SOFTMAX} · 0 of 2 points"
    assert report("passed", points=1.0).title == f"PASSED · {SOFTMAX} · 1 of 1 point"
    assert report("error", points=0.0).title == f"ERROR · {SOFTMAX}"


def test_the_text_of_a_report_in_full_and_at_its_shortest():
    assert repr(report("passed", message="")) == f"✓ PASSED · {SOFTMAX} · 2 of 2 points"
    full = report(misconception="no scale", example="Q = 1\nyours = 2", printed="seen\n\n", note="Not saved.")
    assert repr(full).splitlines() == [
        f"✗ FAILED: no scale · {SOFTMAX} · 0 of 2 points",
        "What happened.",
        "",
        "Q = 1",
        "yours = 2",
        "",
        "it printed:",
        "seen",
        "",
        "Not saved.",
    ]


def test_the_card_holds_all_that_the_text_holds():
    text = Page(report(misconception="no scale", example="Q = 1", printed="seen", note="Not saved.")._repr_html_()).text
    for part in ("no scale", "0 of 2 points", "What happened.", "a case that shows it", "Q = 1", "seen", "Not saved."):
        assert part in text


def test_every_reason_has_a_state_and_every_state_a_reason():
    assert set(STATES) == set(Reason)
    assert set(STATES.values()) == set(REASONS)
    for state, reason in REASONS.items():
        assert Verdict(reason).state == state


def test_the_record_of_a_report_survives_json():
    record = report(misconception="no scale").as_record()
    assert json.loads(json.dumps(record)) == {
        "exercise": SOFTMAX,
        "state": "failed",
        "reason": Reason.WRONG_VALUE,
        "score": 0.0,
        "points": 2.0,
        "misconception": "no scale",
        "message": "What happened.",
    }
    assert report("passed").as_record()["score"] == 2.0


@pytest.mark.parametrize(("state", "offered"), [("failed", True), ("error", True), ("passed", False)])
def test_a_hint_is_offered_where_it_helps(state, offered):
    assert (f'hint("{SOFTMAX}")' in Page(report(state)._repr_html_()).text) is offered
    assert "hint(" not in report("error", points=0.0)._repr_html_()  # an unknown exercise has none


def test_code_in_a_message_is_set_as_code():
    shown = report(message="Take `axis=-1`, and `a < b`.")._repr_html_()
    assert "Take <code>axis=-1</code>, and <code>a &lt; b</code>." in shown


# --- safety and legibility ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["exercise", "message", "misconception", "example", "printed", "note"])
def test_nothing_of_a_report_is_taken_for_html(field):
    page = Page(report(**{field: EVIL})._repr_html_())
    assert not {"script", "b"} & set(page.tags)
    assert EVIL in page.text


def test_nothing_of_a_hint_or_of_the_board_is_taken_for_html():
    row = (EVIL, f"attention.{EVIL}", "failed", EVIL, 0.0, 1.0)
    for shown in (Hint(EVIL, (EVIL,), 3, EVIL), board(rows=(row,), note=EVIL)):
        page = Page(shown._repr_html_())
        assert not {"script", "b"} & set(page.tags)
        assert EVIL in page.text


@everything_shown
def test_text_takes_its_colour_from_the_theme(shown):
    """The only colours of our own are those of the signs, on a ground of a state's colour or in it."""
    own = {f"var(--course-{name}, {role(name).lower()})" for sign, name in SIGNS.values()}
    for style in Page(shown._repr_html_()).styles:
        colour, ground = style.get("color", "inherit"), style.get("background", "")
        assert THEME.match(colour) or colour in own or (colour == "var(--course-on, #fff)" and ground in own)
        assert not ground or ground in own or ground.startswith("var(--jp-")


@pytest.mark.parametrize("name", sorted({name for sign, name in SIGNS.values()}))
@pytest.mark.parametrize("dark", [False, True])
def test_the_sign_can_be_read_and_its_ground_stands_out(name, dark):
    """Text of 4.5 to 1 on its ground, a ground of 3 to 1 on that of the page (WCAG 2.2, 1.4.3 and 1.4.11), in both themes."""
    colour, page = rgb(ROLES[name][dark]), rgb(PLAIN["ground"][dark])
    assert contrast(colour, rgb("#000000" if dark else "#FFFFFF")) >= 4.5
    assert contrast(colour, page) >= 3.0


@everything_shown
def test_the_html_brings_no_script_no_link_and_no_identifier_of_its_own(shown):
    page = Page(shown._repr_html_())
    assert not {"script", "style", "link", "img", "iframe", "a"} & set(page.tags)
    assert not [name for attributes in page.attributes for name in attributes if name == "id" or name.startswith("on")]


# --- hints --------------------------------------------------------------------------------------------------------


def test_hints_are_numbered_and_say_how_many_there_are():
    two = Hint(SOFTMAX, ("First.", "Second."), 3)
    assert repr(two).splitlines() == [f"{SOFTMAX} · hint 2 of 3", "1. First.", "2. Second."]
    page = Page(two._repr_html_())
    assert page.tags.count("li") == 2
    assert "Run the cell again for the next one." in page.text


def test_the_last_hint_promises_no_other_and_a_note_is_shown():
    assert "next one" not in Hint(SOFTMAX, ("First.",), 1)._repr_html_()
    noted = Hint(SOFTMAX, ("First.",), 1, "Not saved.")
    assert repr(noted).endswith("Not saved.")
    assert "Not saved." in noted._repr_html_()
    assert repr(Hint("nothing", (), 0, "there is no exercise")) == "nothing\nthere is no exercise"


# --- the board ----------------------------------------------------------------------------------------------------


def test_the_board_as_text_goes_lesson_by_lesson_and_ends_in_the_sum():
    assert repr(board(predictions=(3, 0.5), note="A note.")).splitlines() == [
        "00 Start here",
        "  ✓ start_here.mean_of_rows   1 of 1  2 tries",
        "04 Attention",
        "  ✗ attention.softmax         0 of 2  1 try, 3 hints, no scale",
        "  ○ attention.causal_mask     0 of 1",
        "1 of 3 exercises, 1 of 4 points; 3 predictions, 50% right",
        "A note.",
    ]


def test_the_board_as_html_has_a_row_a_lesson_and_says_the_state_in_words():
    page = Page(board(predictions=(1, 1.0))._repr_html_())
    assert (page.tags.count("tr"), page.tags.count("th")) == (2, 2)
    titles = [attributes["title"] for attributes in page.attributes if "title" in attributes]
    assert titles[1] == f"{SOFTMAX}: failed, 0 of 2 points, 1 try, 3 hints, no scale"
    assert page.text.endswith("1 of 3 exercises, 1 of 4 points; 1 prediction, 100% right")


def test_the_board_of_a_beginner_lists_every_exercise_and_no_point(tmp_path):
    empty = progress_board(Progress(tmp_path / "new.sqlite"))
    assert [row[1] for row in empty.rows] == [exercise.id for exercise in all_exercises()]
    points = sum(exercise.points for exercise in all_exercises())
    assert empty.total == f"0 of {len(all_exercises())} exercises, 0 of {points} points"
    assert list(tmp_path.iterdir()) == []


def test_the_board_shows_what_was_tried_and_forgets_no_pass(tmp_path):
    progress = Progress(tmp_path / "progress.sqlite")
    progress.record(SOFTMAX, "passed", 2.0, 2.0, None, None)
    progress.record(SOFTMAX, "failed", 0.0, 2.0, "not divided by the sum", None)
    progress.record("attention.scaled_scores", "failed", 0.0, 1.0, "no scale", None)
    progress.next_hint("attention.scaled_scores", 3)
    progress.next_hint(MEAN, 3)
    progress.record("lost.exercise", "passed", 5.0, 5.0, None, None)  # of an older course: no row, no points
    shown = progress_board(progress)
    rows = {row[1]: row[2:] for row in shown.rows}
    assert rows[SOFTMAX] == ("passed", "2 tries", 2.0, 2.0)
    assert rows["attention.scaled_scores"] == ("failed", "1 try, 1 hint, no scale", 0.0, 1.0)
    assert rows[MEAN] == ("not attempted", "1 hint", 0.0, 1.0)
    assert shown.total.startswith("1 of ")
    assert ", 2 of " in shown.total


def test_a_broken_progress_file_leaves_the_board_with_a_note(tmp_path):
    (tmp_path / "broken.sqlite").write_bytes(b"nothing" * 999)
    shown = progress_board(Progress(tmp_path / "broken.sqlite"))
    assert "could not be read" in shown.note
    assert shown.note in repr(shown)
    assert "broken.sqlite" in Page(shown._repr_html_()).text
