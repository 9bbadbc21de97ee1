"""What a temperature does to a prediction, and to the loss on the whole held-out text."""

from functools import cache

import numpy as np

from course_lib import corpus
from course_lib.attention.by_hand import entropy, softmax
from course_lib.explorer import Bars, Choice, Curves, Explorer, Note, Predict, Slider
from course_lib.loss.by_hand import cross_entropy
from course_lib.loss.ladder import next_word_logits, tokens_of

__all__ = ["BEFORE", "TEMPERATURES", "temperature_explorer", "temperature_frame", "temperature_losses"]

TEMPERATURES = [0.1, 0.16, 0.25, 0.4, 0.63, 0.8, 1, 1.25, 1.6, 2.5, 4, 6.3, 10]
BEFORE = ["blue", "a", "sun", "Olga"]


@cache
def temperature_losses() -> np.ndarray:
    """The held-out loss of the model that knows the word before, at each of TEMPERATURES, in nats per token.

    >>> TEMPERATURES[int(temperature_losses().argmin())]
    1
    """
    ids, _ = tokens_of("held_out", "word")
    pairs, times = np.unique(np.stack([ids[:-1], ids[1:]]), axis=1, return_counts=True)
    logits = next_word_logits()
    losses = []
    for temperature in TEMPERATURES:
        # One loss for each pair of words that occurs, not for each place: a third of the work.
        each = cross_entropy(logits[pairs[0]] / temperature, pairs[1], reduction="none")
        losses.append(each @ times / times.sum())
    found = np.array(losses)
    found.setflags(write=False)
    return found


def temperature_frame(before: str, temperature: float) -> dict[str, object]:
    """The six likeliest words after `before` at a temperature: logits, scaled logits, probabilities; and all losses.

    >>> temperature_frame("blue", 1.0)["words"][:2]
    ['animal', 'creature']
    """
    if not temperature > 0:
        raise ValueError(f"a temperature is above 0; got {temperature}")
    words = corpus.vocabulary()
    logits = next_word_logits()[words.ids[before]]
    best = np.argsort(-logits, kind="stable")[:6]
    p = softmax(logits / temperature)
    bits = float(entropy(p))
    return {
        "words": [words.words[word] for word in best],
        "logits": logits[best],
        "scaled": (logits / temperature)[best],
        "probabilities": p[best],
        "entropy": np.float64(bits),
        "temperatures": np.array(TEMPERATURES, dtype=float),
        "losses": temperature_losses(),
        "temperature": np.float64(temperature),
        "note": f"After “{before}”: entropy {bits:.2f} bits of at most {np.log2(len(words)):.2f}, as open as a choice "
        f"among {2**bits:.1f} equal words. The six likeliest of {len(words)} hold {p[best].sum():.0%} of the probability.",
    }


def temperature_explorer() -> Explorer:
    """What the temperature does to one prediction, and to the loss on the whole held-out text."""
    return Explorer(
        temperature_frame,
        controls=[
            Choice("before", BEFORE, value="blue", label="the word before"),
            Slider("temperature", TEMPERATURES, value=2.5, label="temperature"),
        ],
        panels=[
            [
                Bars("logits", labels="words", title="logits"),
                Bars("scaled", labels="words", title="logits / temperature"),
                Bars("probabilities", labels="words", title="softmax", low=0, high=1),
            ],
            [
                Curves("temperatures", {"loss": "losses"}, log_x=True, title="loss on all of the held-out text",
                       x_label="temperature", y_label="nats per word", v_line="temperature", y_range=(0, 11)),
                Note("note", title="What to see"),
            ],
        ],
        title="Temperature: the same scores, more or less sure",
        alt=lambda values, arrays: (
            f"After {values['before']} at temperature {values['temperature']:g}: {arrays['words'][0]} has probability "
            f"{arrays['probabilities'][0]:.2f}, the entropy is {float(arrays['entropy']):.2f} bits, and the loss on the "
            f"held-out text {arrays['losses'][TEMPERATURES.index(values['temperature'])]:.2f} nats per word."
        ),
        predict=Predict(
            "A model has counted which word follows which. Now its logits are divided by a temperature, and it is judged "
            "on text that it has not counted. At which temperature is the loss smallest?",
            choices=["well below 1: it had better commit itself", "at 1: as it was counted",
                     "well above 1: it had better hedge"],
            answer=lambda arrays: int(np.digitize(TEMPERATURES[int(np.argmin(arrays["losses"]))], [0.75, 1.3])),
            explain="Probabilities that are true frequencies cannot be improved by making them sharper or flatter: the "
            "loss is smallest for a model that is as sure as it has reason to be. Being too sure costs far more.",
        ),
        name="loss.temperature",
    )  # fmt: skip
