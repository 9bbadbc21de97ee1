"""What an exception usually means to somebody who is learning: a sentence beside Python's own words.

An exception says what the machine could not do. These say what the learner most likely meant.
"""

import dis
import re
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["advice", "shapes_that_do_not_meet"]

#: (exception's words, what to say). The first that matches counts.
USUAL = (
    (
        r"truth value of an array",
        "`if` needs one True or False and got a whole array of them. To ask whether an optional argument was given, "
        "write `if mask is not None:`.",
    ),
    (
        r"could not be broadcast|operands could not be broadcast",
        "Two arrays of shapes that do not fit were combined entry by entry. Which rows or columns of each are needed here? "
        "If one of them came from `sum`, `max` or `mean` over an axis, `keepdims=True` keeps that axis with length 1, so that "
        "the result still lines up with what it came from.",
    ),
    (
        r"axis \d+ is out of bounds",
        "The array has fewer axes than that. `axis=-1` means the last one, however many there are.",
    ),
    (
        r"unexpected keyword|missing \d+ required positional",
        "A function was called with arguments that it does not have: compare the call with its `def` line.",
    ),
    (r"local variable .* (referenced|not associated)", "A name is used before anything was assigned to it."),
    (r"is not defined", "Has the cell that defines it been run since the kernel started?"),
)


def advice(error: BaseException, case_args: tuple = ()) -> str:
    """A sentence for the usual cause of an exception, or nothing where there is no usual one.

    Args:
        error: what the answer raised.
        case_args: the arguments it was called with, to name shapes that do not meet.

    >>> advice(ValueError("The truth value of an array with more than one element is ambiguous."))[-41:]
    ' was given, write `if mask is not None:`.'
    """
    text = str(error)
    if "matmul" in text or "mat1 and mat2" in text or ("shapes" in text and "not aligned" in text):
        return shapes_that_do_not_meet(case_args)
    return next((say for pattern, say in USUAL if re.search(pattern, text)), "")


def shapes_that_do_not_meet(case_args: tuple) -> str:
    """Why a matrix product of these arguments failed: which lengths have to agree.

    >>> shapes_that_do_not_meet((np.zeros((3, 7)), np.zeros((5, 7))))[:62]
    'A matrix product needs as many columns on the left as rows on '
    """
    shapes = [np.shape(arg) for arg in case_args if isinstance(arg, np.ndarray) and arg.ndim == 2]
    given = f" The arguments here have shapes {', '.join(map(str, shapes))}." if shapes else ""
    return (
        "A matrix product needs as many columns on the left as rows on the right: (a, b) @ (b, c). "
        f"Which of the two has to be transposed, with `.T`?{given}"
    )


def calls_of(answer: Callable, names: set[str]) -> list[str]:
    """Which functions of these names an answer calls (a learner's own, from exercises before).

    >>> calls_of(lambda x: sorted(x), {"sorted", "len"})
    ['sorted']
    """
    code: Any = getattr(answer, "__code__", None)
    if code is None:
        return []
    # Global names only: `text.encode()` is a method of the text, not the learner's own encode.
    looked_up = (step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    return [name for name in dict.fromkeys(looked_up) if name in names]
