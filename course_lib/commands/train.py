"""``python -m course_lib train TEXT``: the loop of lesson 10 on any text file, with a progress bar, checkpoints and a sample.

With ``--processes``, or started by torchrun, it is lesson 11's run of several processes: see ``course_lib.commands.processes``.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.commands.common import complain
from course_lib.commands.sampling import add_sampling, check_sampling, start_of, written

if TYPE_CHECKING:  # at run time PyTorch stays out until a command runs
    from torch import Tensor

    from course_lib.commands.material import Material
    from course_lib.training.engine.config import TrainConfig
    from course_lib.transformer.models import ModelConfig

__all__ = ["HELP", "add_arguments", "begin", "checkpoint_of", "run", "settings", "shape_of"]

HELP = "train a small GPT on any text file, and let it write (lesson 10)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    number, share = int, float
    parser.add_argument(
        "text", type=Path, nargs="?", help="a text file in UTF-8 (default: the course's own small world)"
    )
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
    run.add_argument("--resume", action="store_true", help="go on where the checkpoint was written")
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
    if chosen.processes is not None or "RANK" in os.environ:  # torchrun says who is who in the environment
        from course_lib.commands import processes

        return processes.run(chosen)
    try:
        return _train(chosen)
    except (OSError, ValueError, LookupError) as problem:
        return complain(problem)


def settings(chosen: argparse.Namespace) -> "TrainConfig":
    """The run as it was chosen.

    Raises:
        ValueError: it makes no sense.
    """
    from course_lib.training.engine.config import TrainConfig

    if chosen.save_every < 1:
        raise ValueError(f"--save-every is a number of steps, at least 1; got {chosen.save_every}")
    if not 0 < chosen.rate < float("inf"):
        raise ValueError(f"--rate is a learning rate above 0; got {chosen.rate}")
    return TrainConfig(
        steps=chosen.steps,
        batch_size=chosen.batch,
        accumulate=chosen.accumulate,
        peak=chosen.rate,
        floor=chosen.rate / 10,
        warmup=min(100, max(chosen.steps, 0) // 10),
        seed=chosen.seed,
    )


def shape_of(chosen: argparse.Namespace, text: "Material") -> "ModelConfig":
    """The model as it was chosen, for the tokens of a text.

    Raises:
        ValueError: there is no such model.
    """
    from course_lib.transformer.models import ModelConfig

    return ModelConfig(
        vocab=len(text.tokens),
        context=chosen.context,
        layers=chosen.layers,
        d_model=chosen.width,
        n_heads=chosen.heads,
        dropout=chosen.dropout,
    )


def begin(chosen: argparse.Namespace, text: "Material") -> "Tensor | None":
    """What the model will go on from at the end, (token,); None where it is to write nothing.

    Raises:
        ValueError, KeyError: it could not write so; said before it is trained.
    """
    check_sampling(chosen)
    if chosen.sample < 1:
        return None
    if chosen.prompt is None:
        return text.held_out[: max(1, chosen.context // 4)]
    return start_of(chosen.prompt, text.tokens)


def checkpoint_of(chosen: argparse.Namespace, text: "Material") -> Path:
    """Where the run is saved.

    Raises:
        FileNotFoundError: there is nothing to resume.
        ValueError: a file is there, and nobody said --resume.
    """
    path = chosen.checkpoint or Path(f"{text.name}-model.safetensors")
    if path.exists() and not chosen.resume:
        raise ValueError(f"{path} is there already: --resume goes on from it, --checkpoint names another file")
    if chosen.resume and not path.exists():
        raise FileNotFoundError(
            f"no checkpoint {path} to go on from: check the spelling (on several machines its folder is a shared one)"
        )
    return path


def _train(chosen: argparse.Namespace) -> int:
    """By this process alone."""
    # Imported here, so that other commands need not wait for PyTorch.
    import torch

    from course_lib.commands.material import material
    from course_lib.training.engine.evaluate import mean_loss
    from course_lib.training.engine.loop import Trainer
    from course_lib.transformer.models import GPT, n_parameters

    for option in ("device", "double", "patience"):
        if getattr(chosen, option):
            raise ValueError(f"--{option} belongs to --processes (1 will do); got it alone")
    config, text = settings(chosen), material(chosen)
    start, path = begin(chosen, text), checkpoint_of(chosen, text)
    model = GPT(shape_of(chosen, text), torch.Generator().manual_seed(chosen.seed))
    trainer = Trainer(model, text.train, text.held_out, config, about=text.about)
    if chosen.resume:
        trainer.load(path)
        print(f"going on after step {trainer.done} of {path}")
    print(
        f"{len(text.train) + len(text.held_out):,} tokens of {len(text.tokens)} kinds, a tenth held out; "
        f"{sum(n_parameters(model).values()):,} parameters"
    )
    with _Progress(trainer) as progress:
        trainer.run(path=path, save_every=chosen.save_every, watchers=[progress])
    if trainer.interrupted:
        print(f"stopped after step {trainer.done}; nothing is lost: the same command with --resume goes on from {path}")
        return 130
    speed = trainer.done * config.batch_size * chosen.context / trainer.seconds
    print(
        f"held-out loss {mean_loss(model, text.held_out):.4f} nats per token after {trainer.seconds:.1f} s of training"
    )
    print(f"{speed:,.0f} tokens per second; checkpoint: {path}")
    if start is not None:
        print(f"\n{written(model, text.tokens, start, chosen.sample, chosen)}")
    return 0


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
