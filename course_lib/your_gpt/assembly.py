"""A GPT made of the functions that exercises ask for: the learner's where they have passed, the course's elsewhere.

Nothing here computes a gradient or draws a batch itself. ``functions`` is anything that gives a function for an exercise's
id: ``mine``, or a dictionary.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float, Int

from course_lib.backprop.by_parts import gpt_loss
from course_lib.backprop.gpt import named, random_params
from course_lib.practice.mine import Mine, all_ids
from course_lib.training.by_hand import Settings

__all__ = [
    "WHOLE",
    "Functions",
    "arrays",
    "at_work",
    "batches",
    "gradients",
    "is_own",
    "logits",
    "mean_loss",
    "model_of",
    "train",
    "windows_of",
    "with_arrays",
    "write",
]


#: The exercise whose function is a whole model, forward and back.
WHOLE = "your_gpt.loss_and_gradients"


class Functions(Protocol):
    """What gives a function for an exercise's id."""

    def __getitem__(self, exercise_id: str) -> Callable: ...


def is_own(functions: Functions, exercise_id: str) -> bool:
    """Whether whoever gives the functions says that this one is not the course's; a dictionary says nothing.

    >>> is_own({WHOLE: print}, WHOLE), is_own(Mine({}), WHOLE)
    (False, False)
    """
    return bool(getattr(functions, "is_own", lambda known: False)(exercise_id))


def logits(functions: Functions, ids: Int[np.ndarray, "token"], params: Mapping) -> Float[np.ndarray, "token vocab"]:
    """The logits of one text, by ``transformer.gpt_logits``."""
    return functions["transformer.gpt_logits"](np.asarray(ids), {"eps": 1e-5, **params})


def gradients(
    functions: Functions,
    ids: Int[np.ndarray, "sentence token"],
    targets: Int[np.ndarray, "sentence token"],
    params: Mapping[str, Any],
) -> tuple[float, dict[str, np.ndarray]]:
    """The mean loss of a few texts and its gradient for every parameter, under the names of ``backprop.gpt.named``.

    By ``your_gpt.loss_and_gradients``, text by text, where that is one's own (``functions.is_own`` says so); else by the engine
    and the parts of lesson 09.
    """
    if is_own(functions, WHOLE):
        found = [functions[WHOLE](*text, params) for text in zip(ids, targets, strict=True)]
        each = [named(one) for _, one in found]
        return float(np.mean([loss for loss, _ in found])), {
            name: np.mean([one[name] for one in each], axis=0) for name in named(params)
        }
    parts = {
        "look_up": functions["backprop.look_up_backward"],
        "block": functions["backprop.block_backward"],
        "norm": functions["backprop.layer_norm_backward"],
        "linear": functions["backprop.linear_backward"],
        "loss": functions["backprop.cross_entropy_backward"],
    }
    loss = gpt_loss(ids, targets, params, parts)
    found = functions["backprop.backward"](loss)
    return float(loss.value), {name: found[name] for name in named(params)}


def arrays(params: Mapping[str, Any]) -> list[np.ndarray]:
    """Every array of a nest of params, in the order of ``named``: what ``training.train`` takes."""
    return list(named(params).values())


def with_arrays(params: Mapping[str, Any], found: Sequence[np.ndarray]) -> dict:
    """The same nest with other arrays.

    >>> nest = {"table": np.zeros((2, 1)), "blocks": [{"n_heads": 1, "W_O": np.zeros((1, 1))}]}
    >>> with_arrays(nest, [np.ones((2, 1)), np.full((1, 1), 7.0)])["blocks"][0]["W_O"].item()
    7.0
    """
    new = dict(params) | {"blocks": [dict(one) for one in params["blocks"]]}
    for name, array in zip(named(new), found, strict=True):
        *where, last = name.split(".")
        place: Any = new
        for step in where:
            place = place[int(step) if step.isdigit() else step]
        place[last] = array
    return new


def model_of(
    functions: Functions, params: Mapping[str, Any], constant: Sequence[str] = ()
) -> Callable[[list[np.ndarray], Any, Any], tuple[float, list[np.ndarray]]]:
    """What ``training.train`` asks for: from (weights, inputs, targets) to the loss and a list of gradients.

    constant: the ends of names of parameters that stay as they are (their gradient is set to zero).
    """

    def loss_and_gradients(weights, inputs, targets):
        loss, found = gradients(functions, inputs, targets, with_arrays(params, weights))
        ends = tuple(constant)
        return loss, [np.zeros_like(d) if ends and name.endswith(ends) else d for name, d in found.items()]

    return loss_and_gradients


def batches(
    functions: Functions, stream: Sequence[int], steps: int, size: int, context: int, rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray]]:
    """A pair of inputs and targets for each step, by ``training.batch``."""
    ids = np.asarray(stream)
    _needs_one_window(ids, context)
    return [functions["training.batch"](ids, size, context, rng) for _ in range(steps)]


def train(
    functions: Functions,
    params: Mapping[str, Any],
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
    config: Settings,
    constant: Sequence[str] = (),
) -> tuple[dict, list[float]]:
    """The whole run by ``training.train``: the trained params, and the loss at each step."""
    found, losses = functions["training.train"](model_of(functions, params, constant), arrays(params), pairs, config)
    return with_arrays(params, found), [float(loss) for loss in losses]


def windows_of(stream: Sequence[int], context: int, windows: int) -> Int[np.ndarray, "window token"]:
    """Windows evenly spread over a text, each with one token more than the context: the last to predict.

    Raises:
        ValueError: the text is shorter than that.

    >>> windows_of([5, 6, 7, 8, 9], context=2, windows=2).tolist()
    [[5, 6, 7], [7, 8, 9]]
    """
    ids = np.asarray(stream)
    _needs_one_window(ids, context)
    starts = np.linspace(0, len(ids) - context - 1, windows).astype(int)
    return ids[starts[:, None] + np.arange(context + 1)]


def _needs_one_window(ids: np.ndarray, context: int) -> None:
    if len(ids) <= context:
        raise ValueError(
            f"the text is cut into {len(ids)} tokens, and a window needs {context} and one more: take a longer text, or one "
            "that repeats itself less"
        )


def mean_loss(functions: Functions, stream: Sequence[int], params: Mapping[str, Any], windows: int = 40) -> float:
    """The mean loss on a text, by ``transformer.gpt_logits`` and ``loss.cross_entropy``, over windows evenly spread over it.

    Raises:
        ValueError: the text is shorter than a window and one token more.
    """
    measure = functions["loss.cross_entropy"]
    found = windows_of(stream, len(params["positions"]), windows)
    return float(np.mean([measure(logits(functions, row[:-1], params), row[1:]) for row in found]))


def write(
    functions: Functions,
    params: Mapping[str, Any],
    begin: Sequence[int],
    n: int,
    rng: np.random.Generator,
    temperature: float = 0.8,
    top_k: int | None = None,
) -> list[int]:
    """Go on with a text by n tokens, each drawn by ``training.sample`` from the logits of the last position."""
    ids, context = list(begin), len(params["positions"])
    for _ in range(n):
        last = logits(functions, np.array(ids[-context:]), params)[-1]
        ids.append(int(functions["training.sample"](last, temperature, top_k, rng)))
    return ids


def at_work(functions: Mine) -> dict[str, list[str]]:
    """Which exercises' functions are called, directly or by an answer that was kept, when a small GPT is trained, measured and writes.

    Returns:
        for each of the three, the exercises' ids in the order of the lessons.

    >>> list(at_work(Mine({})))
    ['a step of training', 'the loss on new text', 'writing']
    """
    params = random_params(5, 3, 1, 4, 2, np.random.default_rng(0))
    text, config = [0, 1, 2, 3, 4, 3, 2, 1], Settings(steps=2, warmup=1, peak=1e-2, floor=1e-3)
    doings = {
        "a step of training": lambda: train(
            functions, params, batches(functions, text, 2, 2, 3, np.random.default_rng(0)), config
        ),
        "the loss on new text": lambda: mean_loss(functions, text, params, windows=1),
        "writing": lambda: write(functions, params, [0], 1, np.random.default_rng(0)),
    }
    found = {}
    for what, do in doings.items():
        with functions.watching() as called:
            do()
        found[what] = [known for known in all_ids() if known in called]
    return found
