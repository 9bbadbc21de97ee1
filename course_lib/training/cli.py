"""``python -m course_lib train TEXT``: the lesson's loop on any text file, with a progress bar, checkpoints and a sample."""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["add_arguments", "train", "write_shipped"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    number, share = int, float
    parser.add_argument("text", type=Path, help="a text file in UTF-8")
    shape = parser.add_argument_group("the model")
    shape.add_argument("--tokenizer", choices=("characters", "words", "bpe"), default="characters")
    shape.add_argument("--tokens", type=number, default=512, help="merges of bpe, or different words (default: 512)")
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
    text = parser.add_argument_group("what it writes at the end")
    text.add_argument("--sample", type=number, default=300, help="tokens to write (default: 300; 0 for none)")
    text.add_argument("--prompt", help="what to go on from (default: the beginning of the text that was held out)")
    text.add_argument("--temperature", type=share, default=0.8, help="0 takes the likeliest token (default: 0.8)")
    text.add_argument("--top-k", type=number, help="draw from the K likeliest tokens")
    text.add_argument("--top-p", type=share, help="draw from the likeliest tokens that together have the probability P")


def train(chosen: argparse.Namespace) -> int:
    """Run the command: 0 all well, 2 not usable, 130 interrupted (a checkpoint is written, --resume goes on)."""
    try:
        return _train(chosen)
    except (OSError, ValueError, LookupError) as problem:
        said = problem.args[0] if isinstance(problem, KeyError) and problem.args else problem
        print(f"course_lib: {said}", file=sys.stderr)
        return 2


def _train(chosen: argparse.Namespace) -> int:
    # Imported here, so that other commands need not wait for PyTorch.
    import torch

    from course_lib.corpus import load
    from course_lib.training.engine.config import TrainConfig
    from course_lib.training.engine.evaluate import mean_loss
    from course_lib.training.engine.loop import Trainer
    from course_lib.training.engine.tokens import learn
    from course_lib.transformer.models import GPT, ModelConfig, n_parameters

    text = load(chosen.text)
    config = TrainConfig(
        steps=chosen.steps,
        batch_size=chosen.batch,
        accumulate=chosen.accumulate,
        peak=chosen.rate,
        floor=chosen.rate / 10,
        warmup=min(100, chosen.steps // 10),
        seed=chosen.seed,
    )
    tokens = learn(text, chosen.tokenizer, chosen.tokens)
    ids = torch.tensor(tokens.encode(text))
    cut = len(ids) * 9 // 10
    if cut <= chosen.context or len(ids) - cut < 2:
        raise ValueError(
            f"{chosen.text} has {len(ids)} {chosen.tokenizer if chosen.tokenizer != 'bpe' else 'tokens'}; nine tenths of "
            f"them must be more than the context of {chosen.context}: take a longer text, or a smaller --context"
        )
    shape = ModelConfig(
        vocab=len(tokens),
        context=chosen.context,
        layers=chosen.layers,
        d_model=chosen.width,
        n_heads=chosen.heads,
        dropout=chosen.dropout,
    )
    model = GPT(shape, torch.Generator().manual_seed(chosen.seed))
    about = {"tokens": tokens.as_json(), "text": hashlib.sha256(text.encode()).hexdigest()}
    trainer = Trainer(model, ids[:cut], ids[cut:], config, about=about)
    path = chosen.checkpoint or Path(f"{chosen.text.stem}-model.safetensors")
    if chosen.resume:
        trainer.load(path)
        print(f"going on after step {trainer.done} of {path}")
    elif path.exists():
        raise ValueError(f"{path} is there already: --resume goes on from it, --checkpoint names another file")
    print(
        f"{len(ids):,} tokens of {len(tokens)} kinds, a tenth held out; {sum(n_parameters(model).values()):,} parameters"
    )
    with _Progress(trainer) as progress:
        trainer.run(path=path, save_every=chosen.save_every, watchers=[progress])
    if trainer.interrupted:
        print(f"stopped after step {trainer.done}; nothing is lost: the same command with --resume goes on from {path}")
        return 130
    speed = trainer.done * config.batch_size * chosen.context / trainer.seconds
    print(f"held-out loss {mean_loss(model, ids[cut:]):.4f} nats per token after {trainer.seconds:.1f} s of training")
    print(f"{speed:,.0f} tokens per second; checkpoint: {path}")
    if chosen.sample > 0:
        print(f"\n{_written(model, tokens, chosen, ids[cut:])}")
    return 0


def _written(model, tokens, chosen: argparse.Namespace, held_out) -> str:
    """What the model writes after the prompt."""
    from course_lib.training.in_torch import chooser
    from course_lib.transformer.generation import generate

    start = held_out[: max(1, chosen.context // 4)] if chosen.prompt is None else _ids(tokens, chosen.prompt)
    choose = chooser(chosen.temperature, chosen.top_k, chosen.top_p, chosen.seed)
    return tokens.decode(generate(model, start[None], chosen.sample, choose)[0].tolist())


def _ids(tokens, prompt: str):
    import torch

    ids = tokens.encode(prompt)
    if not ids:
        raise ValueError("the prompt is empty: give at least one token to go on from")
    return torch.tensor(ids)


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


def write_shipped(arguments: Sequence[str] | None = None) -> int:
    """``python -m course_lib.training``: train the model of data/ again and write it."""
    from course_lib.data import FOLDER
    from course_lib.training.studies import shipped_model

    parser = argparse.ArgumentParser(prog="python -m course_lib.training", description=write_shipped.__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="where to write (default: data/)")
    chosen = parser.parse_args(arguments)

    def say(trainer, step) -> None:
        if step.held_out is not None:
            print(f"step {step.number}: held-out loss {step.held_out:.3f} after {trainer.seconds:.0f} s", flush=True)

    print(shipped_model.save_shipped(shipped_model.train_shipped([say]), chosen.out))
    return 0
