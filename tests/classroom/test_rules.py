"""What lateness costs, which of two hand-ins counts, and codes for names."""

import csv
from datetime import datetime, timedelta

import pytest

from course_lib.classroom import grading
from course_lib.classroom.filling import NotFillable, totals
from course_lib.classroom.results import Results
from course_lib.classroom.rules import Late, Rules, read_rules
from course_lib.classroom.times import read_time, times_of
from course_lib.cli import main
from tests.classroom.handing_in import (
    LESSON,
    NUMPY,
    RIGHT_MASK,
    RIGHT_SCALED,
    RIGHT_SOFTMAX,
    SOFTMAX,
    answer,
    write,
)

DUE = datetime(2026, 11, 20, 23, 59).astimezone()
RULES = """
[late]
due = 2026-11-20T23:59:00
grace_minutes = 10
percent_per_day = 25
at_most_percent = 60
closed_after_days = 5

[late.students]
"Blaise" = 2026-11-30T12:00:00
"""
BETTER = '[hand_ins]\ncount = "better"\n'
HIDDEN = "[pages]\nanonymous = true\n"


@pytest.mark.parametrize(
    ("minutes", "late"),
    [
        (-5, Late(0, 0)),
        (10, Late(0, 0)),  # within the grace
        (11, Late(1, 25)),
        (24 * 60, Late(1, 25)),
        (24 * 60 + 1, Late(2, 50)),
        (3 * 24 * 60, Late(3, 60)),
        (5 * 24 * 60, Late(5, 60)),
        (5 * 24 * 60 + 1, Late(6, 100)),
    ],
)
def test_what_lateness_costs(minutes, late):
    rules = read_rules(RULES)
    assert rules.late("04_attention", "Ada", DUE + timedelta(minutes=minutes)) == late


def test_somebody_with_more_time_is_not_late_and_neither_is_an_unknown_time():
    rules = read_rules(RULES)
    assert rules.late("04_attention", "Blaise", DUE + timedelta(days=3)) == Late(0, 0)
    assert rules.late("04_attention", "Ada", None) == Late(0, 0)
    assert Rules().late("04_attention", "Ada", DUE) == Late(0, 0)


def test_a_lesson_can_be_due_at_another_time():
    rules = read_rules(f"{RULES}\n[late.lessons]\n05_multi_head = 2026-11-27T23:59:00\n")
    came = DUE + timedelta(days=3)
    assert (rules.late("04_attention", "Ada", came).days, rules.late("05_multi_head", "Ada", came).days) == (3, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[late", "no TOML"),
        ("[lateness]\nx = 1", r"no rule \[lateness\]; there are \[late\]"),
        ("[late]\nper_day = 1", "no rule 'per_day' in .late.; there are at_most_percent"),
        ("[late]\ndue = 2026-11-20", "date with a time"),
        ("[late]\npercent_per_day = 120", "0 to 100; got 120"),
        ("[late]\nclosed_after_days = -1", "at least 0; got -1"),
        ("[late.lessons]\n44_x = 2026-11-20T23:59:00", "'44_x' is no lesson"),
        ('[hand_ins]\ncount = "first"', '"better" or "last"; got \'first\''),
        ('[pages]\nanonymous = "yes"', "true or false; got 'yes'"),
    ],
)
def test_what_is_no_rule_is_said(text, said):
    with pytest.raises(ValueError, match=said):
        read_rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 23:59",
        "Friday, 20 November 2026, 11:59 PM",
        "Freitag, 20. November 2026, 23:59",
        "vendredi 20 novembre 2026, 23:59",
        "viernes, 20 de noviembre de 2026, 23:59",
        "20/11/2026 23:59",
        "20.11.2026 23:59",
    ],
)
def test_a_time_as_people_and_servers_write_it(text):
    assert read_time(text) == DUE


@pytest.mark.parametrize(
    ("text", "said"),
    [("soon", "no time"), ("2026-11-20", "no time of day"), ("05/11/2026 23:59", "one of two days")],
)
def test_a_time_that_cannot_be_told_is_not_guessed(text, said):
    with pytest.raises(ValueError, match=said):
        read_time(text)


def test_times_from_a_grading_worksheet(tmp_path):
    path = tmp_path / "worksheet.csv"
    path.write_text(
        'Identifier,"Full name",Grade,"Last modified (submission)"\n'
        'Participant 77,"Ada Lovelace",,"Friday, 20 November 2026, 11:59 PM"\nParticipant 78,Blaise,,-\n',
        encoding="utf-8-sig",
    )
    assert times_of(path, ["Ada Lovelace_77_assignsubmission_file", "Blaise", "Carl"]) == {
        "Ada Lovelace_77_assignsubmission_file": DUE
    }
    path.write_text("student,mark\nAda,1\n")
    with pytest.raises(NotFillable, match=r"a column for students .* and one for times"):
        times_of(path, ["Ada"])
    path.write_text("student,handed in\nAda,soon\n")
    with pytest.raises(NotFillable, match="Ada: 'soon' is no time"):
        times_of(path, ["Ada"])


@pytest.fixture(autouse=True)
def one_copy_for_all(course_copy, monkeypatch):
    monkeypatch.setattr(grading, "copy_course", lambda folder: course_copy)


def grade(folder, rules="", times=(), **hand_ins):
    for student, cells in hand_ins.items():
        write(folder / "in" / student / LESSON, [NUMPY, *cells])
    (folder / "rules.toml").write_text(rules)
    (folder / "times.csv").write_text("student,handed in\n" + "".join(f"{who},{at}\n" for who, at in times))
    more = ["--rules", str(folder / "rules.toml"), "--times", str(folder / "times.csv")]
    assert main(["classroom", "grade", str(folder / "in"), "--out", str(folder / "out"), *more]) == 0
    return Results(folder / "out")


def lines(results):
    text = (results.folder / "gradebook.csv").read_text(encoding="utf-8")
    return {line["student"]: line for line in csv.DictReader(text.splitlines())}


def test_late_work_has_less_points_in_gradebook_page_and_export_and_its_own_marks_stay(tmp_path, cage):
    times = [("Ada", "2026-11-21 08:00"), ("Blaise", "2026-11-28 08:00")]
    results = grade(tmp_path, RULES, times, Ada=[RIGHT_SOFTMAX, RIGHT_SCALED], Blaise=[RIGHT_SCALED])
    found = lines(results)
    assert (found["Ada"][SOFTMAX], found["Ada"]["taken off for lateness"], found["Ada"]["total"]) == (
        "2",
        "0.75",
        "2.25",
    )
    assert (found["Blaise"]["taken off for lateness"], found["Blaise"]["total"]) == ("", "1")
    assert totals(results)["Ada"][0] == 2.25
    page = (tmp_path / "out" / "feedback" / "Ada.html").read_text()
    assert "2.25 of 10 points" in page
    assert "Lesson 04 came late, on day 1 after the time that was due: 25 % of its points are taken off." in page
    assert "late" not in (tmp_path / "out" / "feedback" / "Blaise.html").read_text()


def test_other_rules_change_the_points_and_run_nothing(tmp_path, cage, monkeypatch):
    grade(tmp_path, RULES, [("Ada", "2026-11-21 08:00")], Ada=[RIGHT_SCALED])
    monkeypatch.setattr(grading, "grade_one", lambda *given: pytest.fail("something was graded again"))
    softer = RULES.replace("percent_per_day = 25", "percent_per_day = 10")
    assert lines(grade(tmp_path, softer, [("Ada", "2026-11-21 08:00")]))["Ada"]["total"] == "0.9"


def test_where_no_time_is_known_nothing_is_taken_off_and_it_is_said(tmp_path, cage, capsys):
    assert lines(grade(tmp_path, RULES, Ada=[RIGHT_SCALED]))["Ada"]["total"] == "1"
    assert "when these handed in is not known, so nothing is taken off (--times FILE): Ada" in capsys.readouterr().out


def test_the_better_of_two_hand_ins_counts_where_the_rules_say_so(tmp_path, cage, monkeypatch):
    rules = RULES + BETTER
    first = [("Ada", "2026-11-20 08:00")]
    grade(tmp_path, rules, first, Ada=[RIGHT_SCALED, RIGHT_MASK])
    later = [("Ada", "2026-11-22 08:00")]  # three points of which half are taken off
    results = grade(tmp_path, rules, later, Ada=[RIGHT_SOFTMAX, RIGHT_SCALED])
    assert lines(results)["Ada"]["total"] == "2"
    assert "1 other hand-in of yours had no more points" in (tmp_path / "out" / "feedback" / "Ada.html").read_text()
    work = results.work("Ada")
    assert "causal_mask" in work.notebooks[0].cells[-1]
    monkeypatch.setattr(grading, "grade_one", lambda *given: pytest.fail("something was graded again"))
    assert lines(grade(tmp_path, rules, later))["Ada"]["total"] == "2"
    milder = rules.replace("percent_per_day = 25", "percent_per_day = 5")
    assert lines(grade(tmp_path, milder, later))["Ada"]["total"] == "2.7"


def test_the_last_hand_in_counts_where_nothing_is_said(tmp_path, cage):
    grade(tmp_path, Ada=[RIGHT_SCALED, RIGHT_MASK])
    assert lines(grade(tmp_path, Ada=[RIGHT_SCALED]))["Ada"]["total"] == "1"


def test_codes_stand_in_the_place_of_names(tmp_path, cage, capsys):
    wrong = answer(SOFTMAX, "return scores", "scores")
    results = grade(tmp_path, HIDDEN, Ada=[RIGHT_SCALED], Blaise=[wrong])
    said = capsys.readouterr().out
    codes = {student: results.shown(student) for student in ("Ada", "Blaise")}
    assert len(set(codes.values())) == 2
    out = tmp_path / "out"
    assert {path.stem for path in (out / "feedback").iterdir()} == set(codes.values())
    pages = [path for path in out.rglob("*") if path.suffix in (".html", ".csv") and path.name != "names.csv"]
    assert len(pages) == 5
    for text in (said, *(path.read_text(encoding="utf-8") for path in pages)):
        assert "Ada" not in text
        assert "Blaise" not in text
    assert (out / "names.csv").read_text().splitlines()[1:] == [f"{code},{name}" for name, code in codes.items()]
    assert set(totals(results)) == {"Ada", "Blaise"}  # a gradebook is filled by names
    grade(tmp_path, "")  # without the rule the names are back, and no page under a code is left
    assert {path.stem for path in (out / "feedback").iterdir()} == {"Ada", "Blaise"}
    assert not (out / "names.csv").exists()


def test_a_file_of_rules_that_is_none_changes_nothing(tmp_path, cage, capsys):
    grade(tmp_path, RULES, [("Ada", "2026-11-21 08:00")], Ada=[RIGHT_SCALED])
    (tmp_path / "rules.toml").write_text("[lates]")
    more = ["--rules", str(tmp_path / "rules.toml")]
    assert main(["classroom", "grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), *more]) == 2
    assert "no rule [lates]" in capsys.readouterr().err
    assert Results(tmp_path / "out").rules.percent_per_day == 25
