"""What is to be said about an answer, and for which of a few reasons."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["STATES", "Reason", "Verdict", "may_lack_a_cell"]


class Reason(StrEnum):
    """Why a verdict is what it is. Code goes by the reason; the message is for people, and may be worded anew."""

    PASSED = "passed"
    NOT_WRITTEN = "not written"  # a stub, or a body of nothing but a docstring
    UNKNOWN_EXERCISE = "unknown exercise"
    NOT_A_FUNCTION = "not a function"
    WRONG_SIGNATURE = "wrong signature"
    BORROWED = "borrowed"  # the library does the whole job
    NAMED_MISTAKE = "named mistake"  # one of the exercise's known wrong answers
    RETURNED_NOTHING = "returned nothing"
    CONSTANT = "constant"
    CHANGED_ARGUMENTS = "changed arguments"
    WRONG_VALUE = "wrong value"
    RAISED = "raised"
    CALLS_A_STUB = "calls a stub"  # another exercise's function, not written yet
    TOO_SLOW = "too slow"
    INTERRUPTED = "interrupted"
    UNREADABLE = "unreadable"  # an object that raises when it is looked at


_ERRORS = (
    *(Reason.UNKNOWN_EXERCISE, Reason.NOT_A_FUNCTION, Reason.RAISED, Reason.CALLS_A_STUB),
    *(Reason.TOO_SLOW, Reason.INTERRUPTED, Reason.UNREADABLE),
)
#: reason -> state: "passed", "not attempted", "error" where no result could be compared, "failed" where one could.
STATES = {reason: "failed" for reason in Reason} | dict.fromkeys(_ERRORS, "error")
STATES |= {Reason.PASSED: "passed", Reason.NOT_WRITTEN: "not attempted"}


#: What is raised, or said, where an answer or a cell lacks what another cell would have given.
_LACKING = ("NameError", "UnboundLocalError", "AttributeError", "TypeError")


def may_lack_a_cell(reason: str, message: str) -> bool:
    """Whether a verdict is one that an answer gets where cells that it needs were not run.

    >>> may_lack_a_cell(Reason.RAISED, "Your function raised NameError: name 'helper' is not defined")
    True
    """
    return reason == Reason.NOT_A_FUNCTION or any(name in message for name in _LACKING)


@dataclass(frozen=True)
class Verdict:
    """What is to be said about an answer.

    Attributes:
        reason: why, in one of a few words that code may rely on.
        message: what happened, in sentences.
        misconception: the name of the mistake, or None where it is not a known one.
        example: the inputs and outputs of the case that shows it, ready to print.
        printed: what the answer printed in that case.
        also: the names of further mistakes that were found in it.

    >>> Verdict(Reason.TOO_SLOW, "Your function was still running after 10 seconds.").state
    'error'
    """

    reason: Reason
    message: str = ""
    misconception: str | None = None
    example: str = ""
    printed: str = ""
    also: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Either "passed", "failed", "not attempted" or "error"; it follows from the reason."""
        return STATES[self.reason]
