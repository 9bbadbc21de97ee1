"""Live figures over runs and trained models: checkpoints, generation, your own text, a missing part, dropout."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from course_lib import corpus
from course_lib.corpus import UNKNOWN
from course_lib.explorer import Bars, Choice, Curves, Explorer, Note, Predict, Slider, TextInput, TokenText
from course_lib.training.experiments import Overfit, writing_loss
from course_lib.training.in_torch import chooser
from course_lib.training.live import smoothed
from course_lib.training.loop import Trainer
from course_lib.training.world import PROMPT, Snapshot, next_probabilities, stream, write
from course_lib.transformer.generation import generate
from course_lib.transformer.models import GPT

__all__ = [
    "broken_explorer",
    "broken_frames",
    "checkpoint_frame",
    "checkpoints_explorer",
    "dropout_explorer",
    "dropout_frame",
    "generation_explorer",
    "generation_frames",
    "typed_explorer",
    "typed_frame",
]

SHOWN = 8


def _words() -> tuple[str, ...]:
    return corpus.vocabulary().words


# ---------------------------------------------------------------- through the training


def checkpoint_frame(snapshots: Sequence[Snapshot], at: int) -> dict[str, object]:
    """One saved moment of a run: the held-out loss up to the end, what the model wrote then, what it expected next."""
    here, last = snapshots[at], snapshots[-1]
    order = np.argsort(-last.weights, kind="stable")[:SHOWN]
    return {
        "steps": np.array([one.step for one in snapshots], dtype=float),
        "held_out": np.array([one.held_out for one in snapshots]),
        "now": float(here.step),
        "weights": here.weights[order],
        "words": [_words()[i] for i in order],
        "note": f"After {here.step} steps, held-out loss {here.held_out:.2f}:\n{here.sample}",
    }


def checkpoints_explorer(snapshots: Sequence[Snapshot], entropy: float) -> Explorer:
    """Scrub through a run: at each saved step the loss, a sample, and the words expected after the prompt."""
    by_step = {one.step: i for i, one in enumerate(snapshots)}
    return Explorer(
        lambda step: checkpoint_frame(snapshots, by_step[step]) | {"entropy": entropy},
        controls=[Slider("step", list(by_step), value=snapshots[-1].step, label="after step", format="{:d}")],
        panels=[
            [
                Curves("steps", {"held-out loss": "held_out"}, v_line="now", h_line="entropy", x_label="step", y_label="nats per token"),
                Bars("weights", labels="words", low=0, high=1, title=f"after “{PROMPT}”"),
            ],
            [Note("note", title="What it writes")],
        ],
        title="Through the training",
        alt=lambda values, arrays: f"At step {values['step']}. {arrays['note']}",
        name="training.checkpoints",
    )  # fmt: skip


# ---------------------------------------------------------------- through the writing


def generation_frames(model: GPT, prompt: str = PROMPT, n_tokens: int = 24, seed: int = 0) -> list[dict[str, object]]:
    """What a model writes, word by word: the text so far, and the distribution the next word was drawn from."""
    vocabulary = corpus.vocabulary()
    ids = torch.tensor([vocabulary.encode(prompt)])
    start = ids.shape[1]
    written = generate(model, ids, n_tokens, chooser(seed=seed))[0].tolist()
    frames = []
    for length in range(start, len(written)):
        pieces = [vocabulary.words[i] for i in written[:length]]
        weights = next_probabilities(model, pieces)
        order = np.argsort(-weights, kind="stable")[:SHOWN]
        chosen = written[length]
        frames.append(
            {
                "tokens": pieces,
                "ids": np.array(written[:length], dtype=float),
                "weights": weights[order],
                "words": [vocabulary.words[i] for i in order],
                "note": f"Drawn next: “{vocabulary.words[chosen]}”, which had a probability of {weights[chosen]:.2f} and was "
                f"number {int((weights > weights[chosen]).sum()) + 1} of {len(weights)}.",
            }
        )
    return frames


def generation_explorer(model: GPT, prompt: str = PROMPT, n_tokens: int = 24, seed: int = 0) -> Explorer:
    """Scrub through a text while it is written."""
    frames = generation_frames(model, prompt, n_tokens, seed)
    return Explorer(
        lambda word: frames[word - 1],
        controls=[Slider("word", list(range(1, n_tokens + 1)), value=1, label="new word", format="{:d}")],
        panels=[
            [TokenText("tokens", ids="ids", title="read so far")],
            [Bars("weights", labels="words", low=0, high=1, title="the likeliest next words")],
            [Note("note")],
        ],
        title="One word at a time",
        alt=lambda values, arrays: (
            f"Before new word {values['word']} the text ends in '{arrays['tokens'][-1]}'. {arrays['note']}"
        ),
        name="training.generation",
    )


# ---------------------------------------------------------------- your own text


def typed_frame(model: GPT, text: str) -> dict[str, object]:
    """The tokens of a text in the words of the course's world, and what the model expects next.

    >>> from course_lib.training.experiments import small_model
    >>> typed_frame(small_model(), "a blue dragon")["tokens"]
    ['a', 'blue', '<unknown>']
    """
    vocabulary = corpus.vocabulary()
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    pieces = corpus.words(text)[-model.config.context :]
    ids = vocabulary.encode(pieces, unknown=True) or [0]
    known = [vocabulary.words[i] for i in ids]
    weights = next_probabilities(model, known)
    order = np.argsort(-weights, kind="stable")[:SHOWN]
    strange = [word for word in dict.fromkeys(pieces) if word not in vocabulary]
    missing = f" Not in its world: {', '.join(strange[:6])}; words are lower case except names." if strange else ""
    return {
        "tokens": known,
        "ids": np.array(ids, dtype=float),
        "weights": weights[order],
        "words": [vocabulary.words[i] for i in order],
        "note": f"Next: “{vocabulary.words[order[0]]}” with {weights[order[0]]:.0%}."
        f"{' No text yet: this is how a story begins.' if not pieces else ''}{missing}",
    }


def typed_explorer(model: GPT, text: str = "Paul and Lena were neighbours who") -> Explorer:
    """Type anything in the words of the small world; see tokens, ids and predictions."""
    assert UNKNOWN in corpus.vocabulary()
    return Explorer(
        lambda text: typed_frame(model, text),
        controls=[TextInput("text", value=text, label="your text")],
        panels=[
            [TokenText("tokens", ids="ids")],
            [Bars("weights", labels="words", low=0, high=1, title="the likeliest next words")],
            [Note("note")],
        ],
        title="What comes next, in your own words",
        alt=lambda values, arrays: f"After '{values['text']}': {arrays['note']}",
        name="training.typed",
    )


# ---------------------------------------------------------------- a part taken out


def broken_frames(runs: Mapping[str, Trainer]) -> dict[str, dict[str, object]]:
    """For each run its curve, beside that of the run called "nothing"."""
    x, whole = smoothed(runs["nothing"].losses, 50)
    held_out = stream("held_out")
    frames = {}
    for name, run in runs.items():
        _, curve = smoothed(run.losses, 50)
        writing = writing_loss(run.model, held_out, run.context - 1)
        sample = write(run.model, n_tokens=11, cached=False)
        frames[name] = {
            "x": x,
            "whole": whole,
            "broken": curve,
            "writing": writing,
            "note": f"{'With everything' if name == 'nothing' else 'Without ' + name}: the training loss ends at {curve[-1]:.2f} (with everything: {whole[-1]:.2f}); where the model has "
            f"to write, the next word costs it {writing:.2f} nats.\n{sample}",
        }
    return frames


def broken_explorer(runs: Mapping[str, Trainer]) -> Explorer:
    """Switch off one part, and see what fails and how fast."""
    frames = broken_frames(runs)
    return Explorer(
        lambda missing: frames[missing],
        controls=[Choice("missing", list(frames), value="nothing", label="take out")],
        panels=[
            [Curves("x", {"with everything": "whole", "without it": "broken"}, x_label="step", y_label="training loss", y_range=(0, 7))],
            [Note("note", title="What to see")],
        ],
        title="A part taken out",
        alt=lambda values, arrays: str(arrays["note"]),
        name="training.broken",
    )  # fmt: skip


# ---------------------------------------------------------------- dropout


def dropout_frame(runs: Mapping[float, Overfit], dropout: float) -> dict[str, object]:
    """The two losses of a run on too little text."""
    run = runs[dropout]
    best = int(run.held_out.argmin())
    return {
        "steps": run.steps,
        "train": run.train,
        "held_out": run.held_out,
        "note": f"Dropout {dropout:g}: at the end {run.train[-1]:.2f} nats on the text it learned from, {run.held_out[-1]:.2f} on new text. "
        f"The best on new text was {run.held_out[best]:.2f}, after {run.steps[best]:.0f} steps.",
    }


def _course(losses: np.ndarray) -> int:
    """0: it falls to the end; 1: it falls and stays; 2: it rises again."""
    if losses[-1] > losses.min() + 0.3:
        return 2
    return int(losses.argmin() < len(losses) - 1)


def dropout_explorer(runs: Mapping[float, Overfit]) -> Explorer:
    """Training and held-out loss on a text that is far too short, with a slider over dropout."""
    first = min(runs)
    return Explorer(
        lambda dropout: dropout_frame(runs, dropout),
        controls=[Slider("dropout", sorted(runs), value=first, label="dropout p")],
        panels=[
            [
                Curves(
                    "steps", {"text it learned from": "train", "new text": "held_out"}, x_label="step", y_label="nats per token",
                    y_range=(0, 8),
                )
            ],
            [Note("note", title="What to see")],
        ],
        title="Learning by heart",
        alt=lambda values, arrays: str(arrays["note"]),
        predict=Predict(
            "A model reads the same 1000 words sixty times over, without dropout. What becomes of its loss on new text?",
            choices=["it falls to the end", "it falls, then stays level", "it falls, then rises again"],
            answer=lambda arrays: _course(arrays["held_out"]),
            explain="It learns the text by heart, and becomes very sure of things that are true of that text alone.",
        ),
        name="training.dropout",
    )  # fmt: skip
