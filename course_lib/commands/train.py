"""``python -m course_lib train TEXT``: the loop of lesson 10 on any text file, with a progress bar, checkpoints and a sample.

With ``--processes``, or started by torchrun, it is lesson 11's run of several processes: see ``course_lib.commands.processes``.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.commands.common import complain
from course_lib.commands.limits import TRAIN, check_limits
from course_lib.commands.planning import (
    begin,
    checkpoint_of,
    last_good,
    prove_checkpoint,
    refuse_other_settings,
    settings,
    shape_of,
    what_to_do,
)
from course_lib.commands.sampling import add_sampling, show, written

if TYPE_CHECKING:  # at run time PyTorch stays out until a command runs
    from torch import Tensor

    from course_lib.commands.material import Material
    from course_lib.training.engine.loop import Trainer

__all__ = ["HELP", "add_arguments", "run"]

HELP = "train a small GPT on any text file, and let it write (lesson 10)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    number, share = int, float
    parser.add_argument(
        "text", type=Path, nargs="?", help="a text file in UTF-8 (default: the course's own small world)"
    )
    parser.add_argument("--encoding", help="how the file's bytes stand for characters (default: utf-8)")
    shape = parser.add_argument_group("the model")
    shape.add_argument("--tokenizer", choices=("characters", "words", "bpe"), help="(default: characters)")
    shape.add_argument("--tokens", type=number, help="merges of bpe, or different words (default: 512)")
    shape.add_argument("--layers", type=number, default=4, help="blocks (default: 4)")
    shape.add_argument("--width", type=number, default=128, help="of the tokens' vectors (default: 128)")
    shape.add_argument("--heads", type=number, default=4, help="attention heads (default: 4)")
    shape.add_argument("--context", type=number, default=64, help="tokens that the model sees (default: 64)")
    shape.add_argument("--dropout", type=share, default=0.0, help="share that is dropped in training (default: 0)")
    run = parser.add_argument_group("the run")
    run.add_argument("--steps", type=number, default=500, help="updates (default: 500)")
    run.add_argument("--batch", type=number, default=12, help="windows for each update (default: 12)")
    run.add_argument("--accumulate", type=number, default=1, help="micro-batches for each update (default: 1)")
    run.add_argument("--rate", type=share, default=3e-3, help="highest learning rate (default: 0.003)")
    run.add_argument("--seed", type=number, default=0)
    run.add_argument("--checkpoint", type=Path, help="where to save (default: NAME-model.safetensors, here)")
    run.add_argument("--save-every", type=number, default=100, help="steps between two checkpoints (default: 100)")
    run.add_argument(
        "--resume",
        action="store_true",
        help="go on where the checkpoint was written; with more --steps also after the last one, at the rates of the longer run",
    )
    many = parser.add_argument_group("several processes", "each takes its share of every batch (lesson 11)")
    many.add_argument(
        "--processes", type=number, help="how many on this machine; docs/distributed.md has several machines"
    )
    many.add_argument("--device", choices=("cuda", "mps", "cpu"), help="where they run (default: the best there is)")
    many.add_argument("--double", action="store_true", help="float64: to compare two runs to the last digits")
    many.add_argument("--patience", type=share, help="seconds to wait for one another (default: 600)")
    text = parser.add_argument_group("what it writes at the end")
    text.add_argument("--sample", type=number, default=300, help="tokens to write (default: 300; 0 for none)")
    text.add_argument("--prompt", help="what to go on from (default: the beginning of the text that was held out)")
    add_sampling(text)


def run(chosen: argparse.Namespace) -> int:
    """Run the command: 0 all well, 1 broken off, 2 not usable, 130 interrupted (a checkpoint is written, --resume goes on)."""
    try:
        check_limits(chosen, TRAIN)
    except ValueError as problem:
        return complain(problem)
    if chosen.processes is not None or "RANK" in os.environ:  # torchrun says who is who in the environment
        from course_lib.commands import processes

        return processes.run(chosen)
    try:
        return _train(chosen)
    except (OSError, ValueError, LookupError) as problem:
        return complain(problem)


def _train(chosen: argparse.Namespace) -> int:
    """By this process alone: first everything that can be wrong, then the run, then what comes of it."""
    # Imported here, so that other commands need not wait for PyTorch.
    import torch

    from course_lib.commands.material import material
    from course_lib.device import out_of_memory
    from course_lib.training.engine import checkpoint
    from course_lib.training.engine.loop import Trainer
    from course_lib.training.engine.not_a_number import NotANumber
    from course_lib.training.engine.room import need_room
    from course_lib.transformer.models import GPT, n_parameters

    for option in ("device", "double", "patience"):
        if getattr(chosen, option):
            raise ValueError(f"--{option} belongs to --processes (1 will do); got it alone")
    config, text = settings(chosen), material(chosen)
    start, path, shape = begin(chosen, text), checkpoint_of(chosen, text), shape_of(chosen, text)
    need_room(shape, config, torch.device("cpu"))
    if chosen.resume:
        refuse_other_settings(path, checkpoint.load(path)[1], chosen)
    prove_checkpoint(path, shape)
    model = GPT(shape, torch.Generator().manual_seed(chosen.seed))
    trainer = Trainer(model, text.train, text.held_out, config, about=text.about)
    if chosen.resume:
        print(_going_on(trainer, path, chosen))
    print(
        f"{len(text.train) + len(text.held_out):,} tokens of {len(text.tokens)} kinds, a tenth held out; "
        f"{sum(n_parameters(model).values()):,} parameters"
    )
    try:
        with _Progress(trainer) as progress:
            trainer.run(path=path, save_every=chosen.save_every, watchers=[progress])
    except NotANumber as problem:
        return _broken_off(what_to_do(problem, chosen, path))
    except KeyboardInterrupt:  # the second one, which does not wait for the step
        return _interrupted(f"stopped at once. {last_good(path)}: the same command with --resume goes on from there")
    except (OSError, MemoryError, RuntimeError) as problem:
        if isinstance(problem, OSError):
            return _broken_off(f"broken off after step {trainer.done}: {problem}. {last_good(path)}")
        if isinstance(problem, MemoryError) or out_of_memory(problem):
            why = "memory ran out: take a smaller --batch, or more --accumulate"
            return _broken_off(f"broken off after step {trainer.done}: {why}. {last_good(path)}")
        raise
    if trainer.interrupted:
        print(f"stopped after step {trainer.done}; nothing is lost: the same command with --resume goes on from {path}")
        return 130
    try:
        _tell(trainer, text, start, path, chosen)
    except KeyboardInterrupt:
        return _interrupted(f"stopped; the run is finished and saved in {path}: `write` lets it write")
    return 0


def _going_on(trainer: "Trainer", path: Path, chosen: argparse.Namespace) -> str:
    """Load the checkpoint, and say what comes now."""
    from course_lib.training.engine import checkpoint

    before = checkpoint.load(path)[1]["config"]["steps"]
    trainer.load(path)
    said = f"going on after step {trainer.done} of {path}"
    if chosen.steps > before:
        said += f"; the run is {chosen.steps} steps long now (it was {before}), and the rate goes on as in a run of that length"
    elif trainer.done == chosen.steps:
        said += ": the run is finished, and more --steps would make it longer"
    return said


def _tell(trainer: "Trainer", text: "Material", start: "Tensor | None", path: Path, chosen: argparse.Namespace) -> None:
    """What has come of a finished run."""
    from course_lib.training.engine.evaluate import mean_loss

    speed = trainer.done * chosen.batch * chosen.context / max(trainer.seconds, 1e-9)
    loss = mean_loss(trainer.model, text.held_out)
    print(f"held-out loss {loss:.4f} nats per token after {trainer.seconds:.1f} s of training")
    print(f"{speed:,.0f} tokens per second; checkpoint: {path}")
    if start is not None:
        show(f"\n{written(trainer.model, text.tokens, start, chosen.sample, chosen)}")


def _broken_off(why: str) -> int:
    complain(why)
    return 1


def _interrupted(why: str) -> int:
    complain(why)
    return 130


class _Progress:
    """A progress bar where somebody is looking; a line now and then where the output goes into a file."""

    def __init__(self, trainer) -> None:
        from tqdm import tqdm

        self.trainer, self.looking = trainer, sys.stderr.isatty()
        self.lines = {trainer.config.steps * i // 10 for i in range(1, 11)}
        self.bar = tqdm(total=trainer.config.steps, initial=trainer.done, unit="step", disable=not self.looking)

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *problem) -> None:
        self.bar.close()

    def __call__(self, trainer, step) -> None:
        if self.looking:
            self.bar.set_postfix(loss=f"{step.loss:.3f}", refresh=False)
            self.bar.update(1)
        elif step.number in self.lines:
            print(f"step {step.number} of {trainer.config.steps}: loss {step.loss:.3f}", flush=True)
