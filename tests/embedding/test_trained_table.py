"""The trained table: what is in the file, how it is written again, and what is said where it does not fit."""

import json
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from safetensors.numpy import load_file, save_file

from course_lib import corpus
from course_lib.data import data_file
from course_lib.embedding import groups, trained_table
from course_lib.embedding.training import Settings, train_table

ARRAYS = ("before", "after", "places", "bias", "losses", "kept_steps", "kept_rows")


def test_the_words_are_those_of_the_corpus_in_its_order():
    assert trained_table.vocabulary_of_text().words == corpus.vocabulary().words
    assert trained_table.load().words == corpus.vocabulary().words


def test_the_file_is_small_and_holds_the_table_before_and_after():
    found = trained_table.load()
    assert data_file(trained_table.FILE).stat().st_size < 600_000
    assert found.before.shape == found.after.shape == (633, found.settings["width"])
    assert len(found.losses) == found.settings["steps"] == found.kept_steps[-1]
    rows = [found.ids[word] for word in groups.map_words()]
    assert_array_equal(found.kept_rows[0], found.before[rows])
    assert_array_equal(found.kept_rows[-1], found.after[rows])
    assert found.losses[-100:].mean() < 0.6 < np.log(633) < found.losses[0]


def test_nobody_can_change_the_table_that_all_share():
    with pytest.raises(ValueError, match="read-only"):
        trained_table.load().after[0, 0] = 1.0


def test_training_changes_the_table_and_not_the_start():
    ids = np.random.default_rng(0).integers(0, 5, size=101)
    done = train_table(ids, ("a", "b", "blue", "queen", "red"), Settings(width=3, reach=2, steps=11, batch=7, seed=1))
    again = train_table(ids, ("a", "b", "blue", "queen", "red"), Settings(width=3, reach=2, steps=11, batch=7, seed=1))
    assert done.kept_rows.shape == (3, 3, 3)  # after 0, 10 and 11 steps; three of the words are on the map
    assert not np.array_equal(done.before, done.after)
    for name in ARRAYS:
        assert_array_equal(getattr(done, name), getattr(again, name))


def copy_with(path, metadata=None, **changed):
    arrays = load_file(data_file(trained_table.FILE)) | changed
    about = {"words": trained_table.load().words, "settings": trained_table.load().settings} | (metadata or {})
    save_file({name: array for name, array in arrays.items() if array is not None}, path, {"about": json.dumps(about)})
    return path


BAD = {
    "other words": ({"words": ["a", "b"]}, {}, "trained with 2 words that are not the 633"),
    "no table": (None, {"after": None}, "does not hold a trained table"),
    "a foreign array": (None, {"stranger": np.zeros(2)}, "does not hold a trained table"),
    "a table cut short": (None, {"before": np.zeros((5, 48))}, r"tables of \(5, 48\) and \(633, 48\)"),
    "other words on the map": (None, {"kept_rows": np.zeros((2, 7, 48))}, "43 rows a snapshot are expected"),
}


@pytest.mark.parametrize(("metadata", "changed", "message"), BAD.values(), ids=BAD)
def test_a_file_that_does_not_fit_is_refused_with_what_to_do(tmp_path, metadata, changed, message):
    assert trained_table.read(copy_with(tmp_path / "right")).ids["blue"] == trained_table.load().ids["blue"]
    with pytest.raises(ValueError, match=message) as raised:
        trained_table.read(copy_with(tmp_path / "wrong", metadata, **changed))
    assert "python -m course_lib regenerate embedding" in str(raised.value)


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "text").write_text("no weights here", encoding="utf-8")
    with pytest.raises(ValueError, match="does not hold a trained table"):
        trained_table.read(tmp_path / "text")


def test_a_missing_file_is_named_with_the_command_that_writes_it(monkeypatch):
    monkeypatch.setattr(trained_table, "FILE", "nowhere.safetensors")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.safetensors.*python -m course_lib regenerate embedding"):
        trained_table.load.__wrapped__()


def test_reading_the_table_leaves_torch_alone():
    code = "import sys; from course_lib.embedding import trained_table; trained_table.load(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
