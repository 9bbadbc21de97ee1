"""`python -m course_lib regenerate`: each thing that is shipped is made again, where one says, or refused before any work."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from course_lib.cli import main
from course_lib.commands.regenerate import PRODUCTS
from course_lib.corpus import text
from course_lib.data import FOLDER, data_file
from course_lib.embedding import trained_table
from course_lib.interpretation import trained
from course_lib.multi_head import record
from course_lib.multi_head.small_model import Setting
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.resuming import load_model
from course_lib.training.studies import shipped_model, story_model


def test_alone_it_lists_what_there_is_with_sizes_and_times(capsys):
    assert main(["regenerate"]) == 0
    said = capsys.readouterr().out
    for name, product in PRODUCTS.items():
        assert name in said
        assert product.takes in said
        for file in product.files:
            assert f"{file} ({data_file(file).stat().st_size / 1000:,.0f} kB)" in said


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_product_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["regenerate", name, "--help"])
    assert ended.value.code == 0
    assert "--out" in capsys.readouterr().out


def test_the_texts_come_out_the_same_in_another_process(tmp_path):
    command = [sys.executable, "-m", "course_lib", "regenerate", "world_texts", "--out", str(tmp_path / "new")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == ["world_held_out.txt", "world_train.txt"]
    assert done.stdout.split() == [str(tmp_path / "new" / f"world_{part}.txt") for part in ("train", "held_out")]
    for name in names:
        assert (tmp_path / "new" / name).read_bytes() == (FOLDER / name).read_bytes()


def test_another_seed_gives_other_stories(tmp_path, capsys):
    assert main(["regenerate", "world_texts", "--out", str(tmp_path), "--seed", "1"]) == 0
    assert (tmp_path / "world_train.txt").read_text(encoding="utf-8") == text("train", seed=1) != text("train")
    assert "world_held_out.txt" in capsys.readouterr().out


def test_the_table_of_lesson_02_is_written_and_read_again(tmp_path, capsys):
    assert main(["regenerate", "embedding", "--out", str(tmp_path), "--steps", "3"]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / trained_table.FILE)
    first = (tmp_path / trained_table.FILE).read_bytes()
    found = trained_table.read(tmp_path / trained_table.FILE)
    assert found.kept_steps.tolist() == [0, 3]
    assert_array_equal(found.before, trained_table.load().before)  # the shipped start is what the seed gives
    np.testing.assert_allclose(found.losses, trained_table.load().losses[:3], rtol=0.01)
    assert main(["regenerate", "embedding", "--out", str(tmp_path), "--steps", "3"]) == 0
    assert (tmp_path / trained_table.FILE).read_bytes() == first
    assert main(["regenerate", "embedding", "--out", str(tmp_path), "--steps", "3", "--seed", "5"]) == 0
    assert (tmp_path / trained_table.FILE).read_bytes() != first


def test_the_heads_of_lesson_05_are_written_run_by_run(tmp_path, monkeypatch, capsys):
    tiny = Setting(d_model=8, n_layers=2, context=7, batch=3, steps=100)
    rows = list(record.run_all(tiny, seeds=(0,), say=lambda text: None))
    assert len(rows) == len(record.LAYERS) * len(record.HEADS)
    monkeypatch.setattr(record, "run_all", lambda: rows)
    assert main(["regenerate", "heads", "--out", str(tmp_path)]) == 0
    assert str(tmp_path / "heads.csv") in capsys.readouterr().out
    lines = (tmp_path / "heads.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "layers,heads,seed,parameters,step,held_out_loss"
    assert len(lines) == 1 + len(rows)
    assert [path.name for path in tmp_path.iterdir()] == ["heads.csv"]


def test_the_longer_runs_of_lesson_05_are_written_too(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(record, "LONGER", Setting(d_model=8, context=7, batch=3, steps=500))
    monkeypatch.setattr(record, "LONGER_SEEDS", (0,))
    assert main(["regenerate", "heads_longer", "--out", str(tmp_path)]) == 0
    assert str(tmp_path / "heads_longer.csv") in capsys.readouterr().out
    assert len((tmp_path / "heads_longer.csv").read_text(encoding="utf-8").splitlines()) == 1 + len(record.HEADS)


def test_the_runs_with_shared_keys_are_written_too(tmp_path, monkeypatch, capsys):
    tiny = Setting(d_model=8, context=7, batch=3, steps=2)
    rows = list(record.run_grouped(tiny, seeds=(0,), say=lambda text: None))
    monkeypatch.setattr(record, "run_grouped", lambda: rows)
    assert main(["regenerate", "heads_grouped", "--out", str(tmp_path)]) == 0
    assert str(tmp_path / "heads_grouped.csv") in capsys.readouterr().out
    lines = (tmp_path / "heads_grouped.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "groups,seed,parameters,step,held_out_loss"
    assert len(lines) == 1 + len(record.GROUPS)


def test_the_model_is_written_and_can_be_read(tmp_path, monkeypatch, capsys):
    run = story_model.trainer(TrainConfig(steps=2, batch_size=2, warmup=0, evaluate_every=1), 8, 8, 1, held_out=50)

    def short(watchers):
        run.run(watchers=watchers)
        return run

    monkeypatch.setattr(shipped_model, "train_shipped", short)
    assert main(["regenerate", "world_model", "--out", str(tmp_path / "new")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in said[:2]] == ["step 1", "step 2"]
    assert said[2] == str(tmp_path / "new" / "world_model.safetensors")
    assert load_model(said[2])[0].config.d_model == 8


def test_the_models_of_lesson_14_are_written_seed_by_seed(tmp_path, monkeypatch, capsys):
    first_of = trained.train
    monkeypatch.setattr(trained, "train", lambda seed, watchers: first_of(seed, watchers, steps=2))
    assert main(["regenerate", "inside", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in said[:3]] == [f"seed {seed}, step 2" for seed in trained.SEEDS]
    assert said[3:] == [str(tmp_path / f"inside_{seed}.safetensors") for seed in trained.SEEDS]
    written = [load_model(tmp_path / trained.file_name(seed))[0] for seed in trained.SEEDS]
    assert written[0].config == trained.load_trained(0).config
    assert not (written[0].table == written[1].table).all()


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_folder_that_cannot_be_written_is_named_before_any_work(name, tmp_path, capsys):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert main(["regenerate", name, "--out", str(tmp_path / "file")]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"course_lib: cannot write to {tmp_path / 'file'}: ")
    assert said.out == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["world_texts", "--seed", "-1"], "--seed is 0 or more; got -1"),
        (["embedding", "--steps", "0"], "--steps is 1 or more; got 0"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(options, words, tmp_path, capsys):
    assert main(["regenerate", *options, "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"course_lib: {words}\n"


def test_what_is_not_shipped_is_refused_with_what_is(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["regenerate", "moon"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "'moon'" in said
    assert all(name in said for name in PRODUCTS)
