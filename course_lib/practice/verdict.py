"""What is to be said about an answer."""

from dataclasses import dataclass

__all__ = ["Verdict"]


@dataclass(frozen=True)
class Verdict:
    """What is to be said about an answer.

    Attributes:
        state: "passed", "failed", "not attempted" or "error".
        message: what happened, in sentences.
        misconception: the name of the mistake, or None where it is not a known one.
        example: the inputs and outputs of the case that shows it, ready to print.
        printed: what the answer printed in that case.
    """

    state: str
    message: str
    misconception: str | None = None
    example: str = ""
    printed: str = ""
