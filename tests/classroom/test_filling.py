"""The teacher's own gradebook: the right column, the right rows, nothing else; what is not certain is left alone and told."""

import csv
import io

import pytest

from course_lib.classroom.filling import CANVAS, MOODLE, WORKSHEET, NotFillable, fill
from course_lib.classroom.hand_ins import HandIn
from course_lib.classroom.results import Results
from course_lib.classroom.submission import NOT_GRADED, Graded
from course_lib.cli import main

CANVAS_BOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Attention (4711),Loss (4712),Final Score
    Points Possible,,,,,20,10,(read only)
"Lovelace, Ada",101,s1,ada@uni.example,A,,7,
"Pascal, Blaise",102,s2,blaise@uni.example,A,,,
"Dürer, Albrecht",103,s3,ad@uni.example,B,3,,
"Student, Test",104,,,A,,,
"""
MARKS = {
    "lovelaceada_101_9_04_attention": (8.0, 10.0),
    "s2": (10.0, 10.0),
    "durer albrecht": (None, 10.0),
    "Nobody": (1.0, 10.0),
}


def rows(text, delimiter=","):
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def test_a_gradebook_of_canvas():
    filled = fill(CANVAS_BOOK, MARKS, "Attention")
    assert (filled.kind, filled.column) == (CANVAS, "Attention (4711)")
    before, after = rows(CANVAS_BOOK), rows(filled.text)
    assert [row[5] for row in after] == [
        "Attention (4711)",
        "20",
        "16",
        "20",
        "3",
        "",
    ]  # scaled; not graded stays as it was
    assert [row[:5] + row[6:] for row in after] == [row[:5] + row[6:] for row in before]
    assert filled.unmatched == ["Nobody"]
    assert filled.blank == ["durer albrecht"]
    assert filled.without == ["Student, Test"]


def test_a_gradebook_of_moodle():
    book = (
        "First name,Last name,ID number,Email address,Assignment: Attention (Real),Course total (Real),Last downloaded from this course\n"
        "Ada,Lovelace,s1,ada@uni.example,-,-,1\nBlaise,Pascal,s2,blaise@uni.example,-,-,1\nBlaise,Pascal,s3,other@uni.example,-,-,1\n"
    )
    marks = {"Ada Lovelace_77_assignsubmission_file": (7.5, 10.0), "Blaise Pascal": (1.0, 10.0), "s3": (2.0, 10.0)}
    filled = fill(book, marks, "attention")
    assert (filled.kind, filled.column) == (MOODLE, "Assignment: Attention (Real)")
    assert [row[4] for row in rows(filled.text)[1:]] == ["7.5", "-", "2"]
    assert filled.ambiguous == ["Blaise Pascal"]
    assert [
        row[4] for row in rows(fill(book, {"ada@uni.example": (7.5, 10.0)}, "attention", maximum=100).text)[1:]
    ] == ["75", "-", "-"]


@pytest.mark.parametrize(
    "head",
    [
        "Identifier,Full name,Status,Grade,Maximum Grade,Last modified (grade)",
        "Identifier,Vollständiger Name,Status,Bewertung,Bestwertung,Zuletzt geändert (Bewertung)",
        "Identifiant,Nom complet,Statut,Note,Note maximale,Dernière modification (note)",
    ],
)
def test_a_grading_worksheet_of_moodle_in_three_languages(head):
    book = f"{head}\nParticipant 12345,Ada Lovelace,Submitted,,100.00,-\nParticipant 12346,Émile Zola,Submitted,,100.00,-\n"
    marks = {
        "Ada Lovelace_12345_assignsubmission_file": (3.0, 4.0),
        "Zola Emile_12346_assignsubmission_file": (4.0, 4.0),
    }
    filled = fill(book, marks)
    assert filled.kind == WORKSHEET
    assert [row[3] for row in rows(filled.text)[1:]] == ["75", "100"]


def test_the_file_keeps_its_signs_and_line_ends():
    book = "Identifier;Full name;Grade\r\nParticipant 1;Ada;1,5\r\nParticipant 2;Bob;\r\n"
    text = fill(book, {"Bob": (2.5, 5.0)}).text
    assert text == "Identifier;Full name;Grade\r\nParticipant 1;Ada;1,5\r\nParticipant 2;Bob;2,5\r\n"


def test_two_folders_of_one_row_are_both_left_alone():
    filled = fill(CANVAS_BOOK, {"s1": (1.0, 10.0), "Ada Lovelace": (2.0, 10.0)}, "Attention")
    assert sorted(filled.ambiguous) == ["Ada Lovelace", "s1"]
    assert filled.text == CANVAS_BOOK


def test_no_mark_is_above_the_maximum():
    assert rows(fill(CANVAS_BOOK, {"s1": (11.0, 10.0)}, "Attention").text)[2][5] == "20"


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", "", "the file is empty"),
        ("a,b\n1,2\n", "", "no gradebook of Canvas"),
        (CANVAS_BOOK, "", "which column is it"),
        (CANVAS_BOOK, "Vision", "no column of an assignment, as in 'Homework 4 \\(12345\\)' is called 'Vision'"),
    ],
)
def test_what_cannot_be_filled_is_said(text, column, said):
    with pytest.raises(NotFillable, match=said):
        fill(text, MARKS, column)


def test_the_command_fills_a_copy_and_leaves_blank_what_could_not_be_graded(tmp_path, capsys):
    results = Results(tmp_path / "results")
    run = results.begin("sandbox: none", (), {})

    def mark(exercise, score, message=""):
        return Graded(exercise, "passed" if score is not None else NOT_GRADED, score, 2.0, message=message)

    of = {
        "s1": [mark("a.a", 2.0), mark("a.b", 1.0)],
        "s2": [mark("a.a", 2.0), mark("a.b", None, "grading failed")],  # a sum without it would look like a mark
        "s3": [mark("a.a", 2.0), mark("a.b", None, "not handed in")],
    }
    for student, marks in of.items():
        results.write(run, HandIn(student, (), (), "f"), marks, {"a.a": 1, "a.b": 2}, 0.0)
    export = tmp_path / "grades.csv"
    export.write_bytes(b"\xef\xbb\xbf" + CANVAS_BOOK.encode())
    fill_it = ["classroom", "fill", str(export), "--results", str(tmp_path / "results")]
    assert main([*fill_it, "--column", "Attention"]) == 0
    made = (tmp_path / "grades-filled.csv").read_bytes()
    assert made.startswith(b"\xef\xbb\xbf")
    assert [row[5] for row in rows(made.decode("utf-8-sig"))[1:]] == ["20", "15", "", "10", ""]
    assert export.read_bytes() == b"\xef\xbb\xbf" + CANVAS_BOOK.encode()
    assert "s2 = Pascal, Blaise  (not graded: left blank)" in capsys.readouterr().out
    assert main(fill_it) == 2
    assert "which column is it? Say --column" in capsys.readouterr().err
    assert main(["classroom", "fill", str(export), "--results", str(tmp_path)]) == 2
    assert "no results.sqlite" in capsys.readouterr().err
