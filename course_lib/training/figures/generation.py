"""Through the writing: one word at a time, with the distribution it was drawn from."""

import numpy as np
import torch

from course_lib import corpus
from course_lib.explorer import Bars, Explorer, Note, Slider, TokenText
from course_lib.training.in_torch import chooser
from course_lib.training.studies.story_model import PROMPT, next_probabilities
from course_lib.transformer.generation import generate
from course_lib.transformer.models import GPT

__all__ = ["generation_explorer", "generation_frames"]

SHOWN = 8


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
