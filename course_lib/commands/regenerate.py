"""``python -m course_lib regenerate NAME``: make again what the course ships in data/ and nobody wrote by hand."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course_lib.commands.common import complain, writable
from course_lib.data import FOLDER

__all__ = ["HELP", "PRODUCTS", "Product", "add_arguments", "run"]

HELP = "make again what is shipped in data/; alone it lists what there is"


@dataclass(frozen=True)
class Product:
    """Something in data/ that a program made.

    Attributes:
        files: its files there.
        takes: how long it takes, on a free core.
        about: what it is, and whether it comes out the same.
        make: writes it again, and returns the paths.
        options: what else it can be told; each with its help.
    """

    files: tuple[str, ...]
    takes: str
    about: str
    make: Callable[[argparse.Namespace], list[Path]]
    options: dict[str, str]


def _world_texts(chosen: argparse.Namespace) -> list[Path]:
    from course_lib.corpus.parts import write_files
    from course_lib.corpus.stories import SEED

    return write_files(chosen.out, SEED if chosen.seed is None else chosen.seed)


def _embedding(chosen: argparse.Namespace) -> list[Path]:
    import torch

    from course_lib.corpus import stream
    from course_lib.embedding import trained_table, training

    torch.set_num_threads(1)  # the number of threads decides the order of sums, and so the last digits
    given = {name: value for name in ("seed", "steps") if (value := getattr(chosen, name)) is not None}
    settings = training.Settings(**given)
    vocabulary = trained_table.vocabulary_of_text()

    def tell(step: int, loss: float) -> None:
        print(f"step {step:5}  loss {loss:.3f}", flush=True)

    trained = training.train_table(vocabulary.encode(stream("train")), vocabulary.words, settings, tell=tell)
    return [trained_table.save(trained, vocabulary.words, settings, chosen.out)]


def _heads(chosen: argparse.Namespace) -> list[Path]:
    from course_lib.multi_head import record

    record.save(chosen.out / "heads.csv", list(record.run_all()))
    return [chosen.out / "heads.csv"]


def _heads_longer(chosen: argparse.Namespace) -> list[Path]:
    from course_lib.multi_head import record

    runs = record.run_all(record.LONGER, record.LONGER_SEEDS, depths=(1,), every=500)
    record.save(chosen.out / "heads_longer.csv", list(runs))
    return [chosen.out / "heads_longer.csv"]


def _heads_grouped(chosen: argparse.Namespace) -> list[Path]:
    from course_lib.multi_head import record

    record.save(chosen.out / "heads_grouped.csv", list(record.run_grouped()))
    return [chosen.out / "heads_grouped.csv"]


def _world_model(chosen: argparse.Namespace) -> list[Path]:
    from course_lib.training.studies.shipped_model import save_shipped, train_shipped

    def tell(trainer, step) -> None:
        if step.held_out is not None:
            print(f"step {step.number}: held-out loss {step.held_out:.3f} after {trainer.seconds:.0f} s", flush=True)

    return [save_shipped(train_shipped([tell]), chosen.out)]


def _training_runs(chosen: argparse.Namespace) -> list[Path]:
    from course_lib.training.studies import record

    record.save(chosen.out / "training_runs.csv", list(record.run_all()))
    return [chosen.out / "training_runs.csv"]


def _inside(chosen: argparse.Namespace) -> list[Path]:
    import torch

    from course_lib.interpretation import trained

    torch.set_num_threads(1)
    paths = []
    for seed in trained.SEEDS:

        def tell(run, step, seed=seed) -> None:
            if step.held_out is not None:
                print(
                    f"seed {seed}, step {step.number}: held-out loss {step.held_out:.3f} after {run.seconds:.0f} s",
                    flush=True,
                )

        paths.append(trained.save_trained(trained.train(seed, [tell]), chosen.out))
    return paths


def _vision(chosen: argparse.Namespace) -> list[Path]:
    import torch

    from course_lib.vision import record

    torch.set_num_threads(1)  # the number of threads decides the order of sums, and so the last digits
    record.save(chosen.out / "vision.csv", list(record.run_all()))
    return [chosen.out / "vision.csv"]


def _modern_changes(chosen: argparse.Namespace) -> list[Path]:
    from course_lib.modern import changes

    changes.save(chosen.out / "modern_changes.csv", list(changes.record()))
    return [chosen.out / "modern_changes.csv"]


def _claims_measured(chosen: argparse.Namespace) -> list[Path]:
    from course_lib.commands.common import ROOT
    from course_lib.your_gpt import measured

    return [measured.write(ROOT / "notebooks", chosen.out / measured.FILE, lambda line: print(line, flush=True))]


#: By name, in the order in which one needs another.
PRODUCTS = {
    "world_texts": Product(
        ("world_train.txt", "world_held_out.txt"), "seconds",
        "the small world's text, byte for byte the same for a seed",
        _world_texts, {"seed": "other stories of the same world"},
    ),
    "embedding": Product(
        ("embedding.safetensors",), "a minute",
        "the table of lesson 02; on another machine the last digits may differ",
        _embedding, {"seed": "another random start", "steps": "how long to train"},
    ),
    "heads": Product(
        ("heads.csv",), "ten minutes",
        "the forty runs of lesson 05 with 1, 2, 4 and 8 heads; on another machine losses differ a little",
        _heads, {},
    ),
    "heads_longer": Product(
        ("heads_longer.csv",), "ten minutes",
        "twelve runs of lesson 05 with six times the steps; on another machine losses differ a little",
        _heads_longer, {},
    ),
    "heads_grouped": Product(
        ("heads_grouped.csv",), "three minutes",
        "twelve runs of lesson 05 in which heads share keys and values; on another machine losses differ a little",
        _heads_grouped, {},
    ),
    "modern_changes": Product(
        ("modern_changes.csv",), "a quarter of an hour",
        "the runs of lesson 13, one change since GPT-2 at a time; on another machine losses differ a little",
        _modern_changes, {},
    ),
    "world_model": Product(
        ("world_model.safetensors",), "some minutes",
        "the GPT that lesson 10 ships; on another machine as good, and not the same to the byte",
        _world_model, {},
    ),
    "training_runs": Product(
        ("training_runs.csv",), "five minutes",
        "the runs that lesson 10 compares, several seeds each; on another machine losses differ a little",
        _training_runs, {},
    ),
    "inside": Product(
        ("inside_0.safetensors", "inside_1.safetensors", "inside_2.safetensors"), "four minutes",
        "the three models that lesson 14 opens; on another machine as good, and not the same to the byte",
        _inside, {},
    ),
    "vision": Product(
        ("vision.csv",), "ten minutes",
        "the runs of lesson 15 on 50 to 1437 digits; on another machine shares differ a little",
        _vision, {},
    ),
    "claims_measured": Product(
        ("claims_measured.csv",), "ten minutes",
        "what one run of all lessons measured for the claims; on another machine numbers differ a little",
        _claims_measured, {},
    ),
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told: a NAME, and what belongs to it."""
    names = parser.add_subparsers(dest="name", metavar="NAME")
    for name, product in PRODUCTS.items():
        word = names.add_parser(name, help=f"{product.about} ({product.takes})", description=f"Make {product.about}.")
        word.add_argument("--out", type=Path, default=FOLDER, help="the folder to write to (default: data/)")
        for option, meaning in product.options.items():
            word.add_argument(f"--{option}", type=int, help=meaning)


def run(chosen: argparse.Namespace) -> int:
    """Make it and print its paths, or print the list: 0, or 2 where it cannot be written or an option makes no sense."""
    if chosen.name is None:
        print(_listed())
        return 0
    for option, least in (("seed", 0), ("steps", 1)):
        value = getattr(chosen, option, None)
        if value is not None and value < least:
            return complain(f"--{option} is {least} or more; got {value}")
    try:
        writable(chosen.out)
        for path in PRODUCTS[chosen.name].make(chosen):
            print(path)
    except OSError as problem:
        return complain(problem)
    return 0


def _listed() -> str:
    lines = []
    for name, product in PRODUCTS.items():
        sizes = [f"{file} ({_size(FOLDER / file)})" for file in product.files]
        lines += [f"{name:<14} {product.takes:<13} {', '.join(sizes)}", f"{'':<14} {product.about}"]
    lines += [
        "",
        "`measure --out data/gpu_measurements.json` writes what GPUs did; the tables of papers were copied by hand.",
    ]
    return "\n".join(lines)


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1000:,.0f} kB" if path.is_file() else "not there"
