"""Guess first: a question that stands before the picture until the learner has answered it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.explorer.controls import DeclarationError

# How far from the answer a guessed number may lie and still count as right, as a part of the range.
NEAR = 0.05

# Called as hook(name, question); returns the guess that was made there before, as it was written down, or None.
prediction_memories: list[Callable[[str, str], str | None]] = []

# Called as hook(name, question, guess, answer, score) once a learner has guessed; a progress store listens here.
prediction_hooks: list[Callable[[str, str, Any, Any, float], None]] = []


@dataclass(frozen=True)
class Predict:
    """A question whose answer is computed from the frame at the default values, never typed in.

    question: what is asked; answer: frame -> the index of the right choice, or a number; choices: the answers to choose
    from; low, high: where a number is asked, the range it lies in; explain: the sentence that follows the guess; mark:
    (panel, "x" or "y"), the axis on which a guessed number is drawn in, panels counted from 0.
    """

    question: str
    answer: Callable[[Mapping[str, Any]], Any]
    choices: Sequence[str] | None = None
    low: float | None = None
    high: float | None = None
    explain: str = ""
    mark: tuple[int, str] | None = None

    def check(self) -> None:
        """Raise :class:`DeclarationError` unless there are choices, or a range."""
        if self.choices is not None and len(self.choices) < 2:
            raise DeclarationError(f"Predict {self.question!r} has {len(self.choices)} choices: give at least two.")
        if self.choices is None and (self.low is None or self.high is None or not self.low < self.high):
            raise DeclarationError(
                f"Predict {self.question!r}: give choices=[...], or low= and high= with low below high "
                f"(got low={self.low!r}, high={self.high!r})."
            )

        if self.mark is not None and (self.choices is not None or self.mark[1] not in ("x", "y")):
            raise DeclarationError(
                f"Predict {self.question!r}: mark={self.mark!r}, expected (panel, 'x' or 'y') and a number to guess."
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

    @property
    def margin(self) -> float:
        """How far a guess may lie from the answer: nothing for a choice, a twentieth of the range for a number."""
        return 0.0 if self.choices is not None else NEAR * (self.high - self.low)

    def score(self, guess: float, answer: float) -> float:
        """1 for a right guess and 0 for another, by the rule that the page says it by: no further off than ``margin``.

        >>> ask = Predict("How many?", answer=len, low=0, high=10)
        >>> ask.score(5.5, 5.0), ask.score(5.75, 5.0)
        (1.0, 0.0)
        """
        return 1.0 if abs(float(guess) - float(answer)) <= self.margin else 0.0

    def remembered(self, name: str) -> float | None:
        """The guess that was made at the figure of this name in an earlier run, or None."""
        for memory in prediction_memories:
            text = memory(name, self.question)
            try:
                guess = None if text is None else float(text)
            except ValueError:
                continue
            if guess is not None and (self.choices is None or guess in range(len(self.choices))):
                return guess if self.choices is None else int(guess)
        return None

    def spec(self, answer: int | float) -> dict[str, Any]:
        """What the page needs to know, the right answer and how near counts as right included."""
        return {"question": self.question, "choices": self.choices and list(self.choices), "low": self.low,
                "high": self.high, "margin": self.margin, "explain": self.explain, "mark": self.mark, "answer": answer}  # fmt: skip
