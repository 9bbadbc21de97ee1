"""What is kept of runs too long for a notebook is what the functions that made it would write."""

import pytest

from course_lib.data import read_table
from course_lib.training.studies import record
from course_lib.training.studies.two_means import WAYS, distances


def test_a_short_run_gives_rows_of_the_table_and_a_file(tmp_path):
    rows = list(record.run_broken(contexts=(4,), seeds=(0,), steps=12))
    assert [row["variant"] for row in rows] == [name for name in record.WITHOUT for _ in range(2)]
    record.save(tmp_path / "training_runs.csv", rows)
    assert (tmp_path / "training_runs.csv").read_text().splitlines()[0] == ",".join(record.COLUMNS)


def test_the_table_has_every_run_and_the_last_measurement_counts():
    assert len(record.recorded("longer", "1200 steps", "all held out")) == 2
    for variant in record.STARTS:
        assert len(record.recorded("start", variant, "held out")) == len(record.SEEDS)
    for study in ("broken, 8 words", "broken, 32 words"):
        for variant in record.WITHOUT:
            assert len(record.recorded(study, variant, "writing")) == len(record.SEEDS)
    assert list(read_table("training_runs.csv")[0]) == list(record.COLUMNS)


def test_a_run_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(LookupError, match="there are"):
        record.recorded("start", "no luck", "held out")


def test_what_the_two_means_do():
    assert set(distances([1.0])) == set(WAYS)
    small, large = distances([0.001] * 50), distances([5.0] * 50)
    assert large["gradient"][0] == pytest.approx(5000 * small["gradient"][0])
    assert large["mean / size"][0] == pytest.approx(small["mean / size"][0], rel=1e-3)
    to_and_fro = distances([5.0, -5.0] * 50)
    assert to_and_fro["its mean"][1] < to_and_fro["gradient"][1] / 5
