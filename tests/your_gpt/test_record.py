"""The table of runs."""

import pytest

from course_lib.your_gpt.record import PUBLISHED, Run, keep, record_path, table


def test_a_run_is_kept_with_its_day_and_read_again(tmp_path):
    path = tmp_path / "record.csv"
    keep(Run("you", "a, text\nwith “marks”", 123, 1.5, 7.25, "lesson 16"), path)
    keep(Run("you", "another", 5, 0.5), path)
    runs = [run for run in table(path).runs if run not in PUBLISHED]
    assert [(run.who, run.text, run.parameters, run.loss) for run in runs] == [
        ("you", "a, text\nwith “marks”", 123, 1.5), ("you", "another", 5, 0.5)]  # fmt: skip
    assert all(len(run.day) == 10 for run in runs)
    assert "1.880" in repr(table(path)), "what others published stands beside it"
    assert "“marks”" in table(path)._repr_html_()
    assert "nanoGPT" not in path.read_text(encoding="utf-8")


def test_the_same_run_once_more_takes_the_place_of_the_earlier_one(tmp_path):
    path = tmp_path / "record.csv"
    keep(Run("you", "t", 5, 0.5, 9.0, "lesson 16"), path)
    keep(Run("you", "t", 5, 0.5, 7.0, "lesson 16"), path)
    keep(Run("you", "t", 5, 0.4, 7.0, "lesson 16"), path)
    assert [(run.loss, run.seconds) for run in table(path).runs if run not in PUBLISHED] == [(0.5, 7.0), (0.4, 7.0)]


@pytest.mark.parametrize("bad", [Run(" ", "t", 1, 1.0), Run("you", "t", 1, float("nan")), Run("you", "t", 1, -1.0)])
def test_nonsense_is_refused_and_nothing_is_written(tmp_path, bad):
    with pytest.raises(ValueError, match="a run needs a name and a loss"):
        keep(bad, tmp_path / "record.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_table_is_left_alone(tmp_path):
    path = tmp_path / "record.csv"
    path.write_text("something else\n1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="Move it to another name"):
        keep(Run("you", "t", 1, 1.0), path)
    assert path.read_text(encoding="utf-8") == "something else\n1\n"


def test_with_progress_off_nothing_is_kept(monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    assert record_path() is None
    assert keep(Run("you", "t", 1, 1.0)).runs[-1].who == "you"
    assert table().runs == PUBLISHED
