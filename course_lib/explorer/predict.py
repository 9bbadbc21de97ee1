"""Guess first: a question that stands before the picture until the learner has answered it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.explorer.controls import DeclarationError

# Called as hook(name, question, guess, answer, score) once a learner has guessed; a progress store listens here.
prediction_hooks: list[Callable[[str, str, Any, Any, float], None]] = []


@dataclass(frozen=True)
class Predict:
    """A question whose answer is computed from the frame at the default values, never typed in.

    question: what is asked; answer: frame -> the index of the right choice, or a number; choices: the answers to choose
    from; low, high: where a number is asked, the range it lies in; explain: the sentence that follows the guess.
    """

    question: str
    answer: Callable[[Mapping[str, Any]], Any]
    choices: Sequence[str] | None = None
    low: float | None = None
    high: float | None = None
    explain: str = ""

    def check(self) -> None:
        """Raise :class:`DeclarationError` unless there are choices, or a range."""
        if self.choices is not None and len(self.choices) < 2:
            raise DeclarationError(f"Predict {self.question!r} has {len(self.choices)} choices: give at least two.")
        if self.choices is None and (self.low is None or self.high is None or not self.low < self.high):
            raise DeclarationError(
                f"Predict {self.question!r}: give choices=[...], or low= and high= with low below high "
                f"(got low={self.low!r}, high={self.high!r})."
            )

    def answer_at(self, frame: Mapping[str, Any]) -> int | float:
        """The right answer at this frame; raises :class:`DeclarationError` if it is not among the choices."""
        answer = self.answer(frame)
        if self.choices is None:
            return float(answer)
        if not 0 <= int(answer) < len(self.choices):
            raise DeclarationError(
                f"Predict {self.question!r}: the answer came out as {answer!r}, expected the index of one of the "
                f"{len(self.choices)} choices (0 to {len(self.choices) - 1})."
            )
        return int(answer)

    def score(self, guess: float, answer: float) -> float:
        """1 for the right choice and 0 for another; a number scores by how near it is, as a part of the range.

        >>> Predict("How many?", answer=len, low=0, high=10).score(7.5, 5.0)
        0.75
        """
        if self.choices is not None:
            return 1.0 if int(guess) == int(answer) else 0.0
        return max(0.0, 1.0 - abs(float(guess) - float(answer)) / (self.high - self.low))
