"""Is this value the expected one, and if not, in what way not?"""

import itertools
import math
import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Difference", "Part", "difference", "parts", "plain", "same"]

SINGLE_PRECISION = 1e-5  # how close a float32 result of float64 inputs is expected to come


@dataclass(frozen=True)
class Difference:
    """How a value differs from the expected one.

    Attributes:
        kind: "type", "shape", "dtype", "nan" or "value".
        message: a sentence for the learner.
    """

    kind: str
    message: str


def plain(value: Any) -> Any:
    """The same value without PyTorch: tensors become arrays, also inside lists, tuples and dictionaries.

    Masked arrays and matrices become plain arrays too: NumPy calls a masked number equal to every other one.

    >>> plain([1, (2.0,)])
    [1, (2.0,)]
    """
    if type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach"):
        value = value.detach().cpu()
        return (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    if type(value) is dict:
        return {key: plain(part) for key, part in value.items()}
    return value


def difference(
    got: Any, expected: Any, rtol: float = 1e-7, atol: float = 1e-9, what: str = "your answer"
) -> Difference | None:
    """How `got` differs from `expected`, or None where it does not.

    The expected value decides what is asked for: an array of that shape and kind of number, a number, a text, a list,
    a tuple or a dictionary. Tensors, lists of numbers and zero-dimensional arrays are accepted where they are harmless.

    >>> difference([1.0, 2.0], np.array([1.0, 2.0])) is None
    True
    >>> difference(np.zeros((2, 3)), np.zeros((3, 2))).message
    'your answer has shape (2, 3) where (3, 2) is expected.'
    """
    got = plain(got)
    if isinstance(expected, np.ndarray):
        return _array(got, expected, rtol, atol, what)
    if isinstance(expected, bool | np.bool_ | str):
        if not isinstance(got, type(expected) | np.bool_ if isinstance(expected, bool | np.bool_) else str):
            return _wrong_type(got, "True or False" if not isinstance(expected, str) else "a text", what)
        return None if got == expected else Difference("value", f"{what} is {got!r} where {expected!r} is expected.")
    if isinstance(expected, numbers.Number):
        return _number(got, expected, rtol, atol, what)
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            return _wrong_type(got, "a dictionary", what)
        return _keys(got, expected, what) or _first(
            difference(got[key], part, rtol, atol, f"{what}[{key!r}]") for key, part in expected.items()
        )
    if isinstance(expected, tuple | list):
        return _sequence(got, expected, rtol, atol, what)
    raise TypeError(
        f"an exercise may not expect a {type(expected).__name__}; use arrays, numbers, texts and containers"
    )


@dataclass(frozen=True)
class Part:
    """A part of an answer that has several: where it stands, what stands there and what should, and whether it is right."""

    path: str
    got: Any
    expected: Any
    right: bool


def parts(got: Any, expected: Any, rtol: float = 1e-7, atol: float = 1e-9, path: str = "") -> list[Part]:
    """An answer of several arrays taken apart, as far as it is made like the expected one; what is right is left whole.

    >>> [(part.path, part.right) for part in parts((1.0, {"a": [2.0, 3.0]}), (1.0, {"a": [2.0, 4.0]}))]
    [('[0]', True), ("[1]['a'][0]", True), ("[1]['a'][1]", False)]
    """
    if isinstance(expected, dict) and isinstance(got, dict) and got.keys() == expected.keys():
        pairs = [(f"[{key!r}]", got[key], right) for key, right in expected.items()]
    elif isinstance(expected, tuple | list) and isinstance(got, tuple | list) and len(got) == len(expected):
        pairs = [(f"[{i}]", *pair) for i, pair in enumerate(zip(got, expected, strict=True))]
    else:
        return [Part(path, got, expected, difference(got, expected, rtol, atol) is None)]
    found = [part for step, mine, right in pairs for part in parts(mine, right, rtol, atol, path + step)]
    if path and found and all(part.right for part in found):
        return [Part(path, got, expected, True)]
    return found


def same(first: Any, second: Any, rtol: float = 1e-7, atol: float = 1e-9) -> bool:
    """Whether two outputs are one and the same, NaN and infinities in the same places included.

    >>> same(np.array([1.0, np.nan]), np.array([1.0, np.nan])), same(1.0, 2.0), same([1], [1, 2])
    (True, False, False)
    """
    first, second = plain(first), plain(second)
    if isinstance(first, str | type(None)) or isinstance(second, str | type(None)):
        return type(first) is type(second) and first == second
    if isinstance(first, dict) or isinstance(second, dict):
        both = isinstance(first, dict) and isinstance(second, dict)
        return both and first.keys() == second.keys() and all(same(first[k], second[k], rtol, atol) for k in first)
    if isinstance(first, tuple) or isinstance(second, tuple):
        return _same_entries(first, second, rtol, atol)
    try:
        first, second = np.asarray(first), np.asarray(second)
    except ValueError:  # a list whose rows differ in length
        return _same_entries(first, second, rtol, atol)
    if first.shape != second.shape:
        return False
    if first.ndim and first.dtype.kind == second.dtype.kind == "O":  # a list of dictionaries, say
        return _same_entries(first.tolist(), second.tolist(), rtol, atol)
    if first.dtype.kind not in "fiub" or second.dtype.kind not in "fiub":
        return first.dtype == second.dtype and bool(np.array_equal(first, second))
    return bool(np.allclose(first, second, rtol=rtol, atol=atol, equal_nan=True))


def _same_entries(first: Any, second: Any, rtol: float, atol: float) -> bool:
    both = isinstance(first, tuple | list) and isinstance(second, tuple | list) and len(first) == len(second)
    return both and all(same(*pair, rtol, atol) for pair in zip(first, second, strict=True))


def _first(differences: Any) -> Difference | None:
    return next((found for found in differences if found is not None), None)


def _wrong_type(got: Any, wanted: str, what: str) -> Difference:
    name = type(got).__name__
    article = "an" if name[0] in "aeiou" else "a"
    hint = " Call it, rather than returning it." if callable(got) else ""
    return Difference("type", f"{what} is {article} {name} where {wanted} is expected.{hint}")


def _array(got: Any, expected: np.ndarray, rtol: float, atol: float, what: str) -> Difference | None:
    wanted = f"an array of shape {expected.shape}"
    if isinstance(got, list | tuple | numbers.Number):
        try:
            got = np.asarray(got)
        except ValueError:
            return Difference("shape", f"{what} is a list whose rows differ in length where {wanted} is expected.")
    if not isinstance(got, np.ndarray):
        return _wrong_type(got, wanted, what)
    if got.shape != expected.shape:
        return Difference("shape", f"{what} has shape {got.shape} where {expected.shape} is expected.")
    if expected.size and not _right_kind(got, expected):
        kinds = {"b": "booleans", "i": "whole numbers", "u": "whole numbers", "f": "float64 numbers"}
        return Difference("dtype", f"{what} has dtype {got.dtype} where {kinds[expected.dtype.kind]} are expected.")
    if got.dtype == np.float32 and expected.dtype == np.float64:
        rtol, atol = max(rtol, SINGLE_PRECISION), max(atol, SINGLE_PRECISION / 10)
    return _values(got, expected, rtol, atol, what)


def _right_kind(got: np.ndarray, expected: np.ndarray) -> bool:
    """Whether the numbers are of the expected kind; whole numbers are harmless where the right result is whole."""
    if expected.dtype.kind in "iu":
        return got.dtype.kind in "iu"
    if expected.dtype.kind == "f":
        single_or_double = got.dtype.kind == "f" and got.dtype.itemsize >= 4
        return single_or_double or (got.dtype.kind in "iu" and np.array_equal(got, expected))
    return got.dtype.kind == expected.dtype.kind


def _values(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float, what: str) -> Difference | None:
    if got.dtype.kind == "f" and not np.isfinite(got).all() and np.isfinite(expected).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(got))[0])
        count = int((~np.isfinite(got)).sum())
        return Difference(
            "nan", f"{what} holds {got[where]} at {list(where)} ({count} of {got.size} numbers are not finite)."
        )
    if np.allclose(got, expected, rtol=rtol, atol=atol, equal_nan=True):
        return None
    if expected.dtype.kind == "b":
        apart = got != expected
        where = tuple(int(i) for i in np.argwhere(apart)[0])
        return Difference(
            "value",
            f"{what} differs at {int(apart.sum())} of {got.size} places, first at {list(where)}: "
            f"{bool(got[where])} where {bool(expected[where])} is expected.",
        )
    if expected.dtype.kind in "iu" and np.asarray(got).dtype.kind in "iu":
        apart = np.argwhere(got != expected)  # whole numbers are mostly ids: how far apart they are says nothing
        where = tuple(int(i) for i in apart[0])
        return Difference(
            "value",
            f"{what} differs at {len(apart)} of {got.size} places, first at {list(where)}: "
            f"{got[where]} where {expected[where]} is expected.{_pattern(got, expected)}",
        )
    gaps = np.abs(np.asarray(got, float) - np.asarray(expected, float))
    where = tuple(int(i) for i in np.unravel_index(np.nanargmax(gaps), gaps.shape))
    if _nearly(got, expected):
        return Difference("value", _by_a_hair(gaps[where], f"{what} differs at {list(where)}"))
    mine, right = _told_apart(got[where], expected[where])
    return Difference(
        "value",
        f"{what} is off by {gaps[where]:.3g} at {list(where)}: {mine} where {right} is expected.{_pattern(got, expected)}",
    )


def _nearly(got: np.ndarray, expected: np.ndarray) -> bool:
    """Whether every number is right to about five digits, so that what differs is no other formula but a small addend."""
    return bool(np.allclose(got, expected, rtol=1e-5, atol=1e-7 * np.abs(expected).max(initial=0.0), equal_nan=True))


def _by_a_hair(apart: float, start: str) -> str:
    return (
        f"{start} from the right value by {apart:.2g}: is there an epsilon in it that does not belong there, or one "
        "missing, or a step in lower precision?"
    )


def _told_apart(mine: float, right: float) -> tuple[str, str]:
    """Two numbers as text, with as many digits as it takes to see that they differ, and six at least.

    >>> _told_apart(1.0, 3.0), _told_apart(1.2345678, 1.2345679)
    (('1', '3'), ('1.2345678', '1.2345679'))
    """
    for digits in range(6, 18):
        texts = f"{mine:.{digits}g}", f"{right:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts


def _pattern(got: np.ndarray, expected: np.ndarray) -> str:
    """What the wrong values have in common with the right ones, where that is easy to see."""
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    if got.ndim == 2 and got.shape[0] == got.shape[1] > 1 and np.allclose(got.T, expected):
        return " Transposed they would be right: have rows and columns changed places, or a direction?"
    if not got.any():
        return " All these numbers are 0." if got.size > 1 else ""
    if expected.any() and np.allclose(got, -expected, rtol=1e-6, atol=0):
        return " Your numbers have the wrong sign throughout." if got.size > 1 else " It has the wrong sign."
    big = np.abs(expected) > 1e-6 * max(np.abs(expected).max(), 1e-300)
    if big.sum() > 1 and not np.allclose(expected[big], expected[big][0]):
        ratios = got[big] / expected[big]
        if np.allclose(ratios, ratios[0], rtol=1e-6) and np.allclose(got, ratios[0] * expected):
            if f"{ratios[0]:.4g}" in ("0", "1"):  # so far off, or so near, that the factor says nothing
                return ""
            return f" All these numbers are {ratios[0]:.4g} times the expected ones."
        gaps = (got - expected).ravel()
        if np.allclose(gaps, gaps[0]):
            return f" All these numbers are {abs(gaps[0]):.4g} too {'large' if gaps[0] > 0 else 'small'}."
    wrong = ~np.isclose(got, expected)
    if got.ndim == 2 and got.shape[0] > 1:
        rows = np.flatnonzero(wrong.any(axis=1))
        if 0 < len(rows) < got.shape[0]:
            if len(rows) == 1:
                return f" Only row {rows[0]} differs."
            named = ", ".join(map(str, rows[:-1] if len(rows) < 6 else rows[:4]))
            return f" Only rows {named} and {rows[-1] if len(rows) < 6 else f'{len(rows) - 4} more'} differ."
    return ""


def _number(got: Any, expected: numbers.Number, rtol: float, atol: float, what: str) -> Difference | None:
    wanted = "a whole number" if isinstance(expected, int | np.integer) else "a number"
    if isinstance(got, np.ndarray):
        if got.shape != ():
            return Difference("shape", f"{what} is an array of shape {got.shape} where {wanted} is expected.")
        got = got.item()
    if isinstance(got, bool | np.bool_) or not isinstance(got, numbers.Real):
        return _wrong_type(got, wanted, what)
    if wanted == "a whole number":
        if not isinstance(got, int | np.integer) and not float(got).is_integer():
            return Difference("value", f"{what} is {got} where {expected}, a whole number, is expected.")
        return None if got == expected else Difference("value", f"{what} is {got} where {expected} is expected.")
    if not math.isfinite(got) and math.isfinite(expected):
        return Difference("nan", f"{what} is {got}, which is not a finite number.")
    if isinstance(got, np.float32):
        rtol = max(rtol, SINGLE_PRECISION)
    if math.isclose(got, expected, rel_tol=rtol, abs_tol=atol) or (got != got and expected != expected):
        return None
    both = np.array([got], float), np.array([expected], float)
    if _nearly(*both):
        return Difference("value", _by_a_hair(abs(got - expected), f"{what} differs"))
    mine, right = _told_apart(got, expected)
    return Difference("value", f"{what} is {mine} where {right} is expected.{_pattern(*both)}")


def _keys(got: dict, expected: dict, what: str) -> Difference | None:
    missing, extra = expected.keys() - got.keys(), got.keys() - expected.keys()
    if not missing and not extra:
        return None
    parts = [f"lacks {_some(missing)}" if missing else "", f"has {_some(extra)} besides" if extra else ""]
    return Difference("value", f"{what} {' and '.join(filter(None, parts))}.")


def _some(keys: set) -> str:
    shown = ", ".join(map(repr, sorted(keys, key=repr)[:3]))
    return f"{shown} and {len(keys) - 3} more" if len(keys) > 3 else shown


def _sequence(got: Any, expected: tuple | list, rtol: float, atol: float, what: str) -> Difference | None:
    wanted = f"a {type(expected).__name__} of {len(expected)}"
    if isinstance(got, np.ndarray) and got.ndim >= 1:  # two rows of one array unpack like two arrays
        got = got.tolist() if isinstance(expected, list) else list(got)
    if not isinstance(got, list | tuple):
        return _wrong_type(got, wanted, what)
    if len(got) != len(expected):
        return Difference("shape", f"{what} has {len(got)} entries where {len(expected)} are expected.")
    found = _first(
        difference(mine, right, rtol, atol, f"{what}[{i}]")
        for i, (mine, right) in enumerate(zip(got, expected, strict=True))
    )
    return _other_order(got, expected, rtol, atol, what) or found if found else None


def _other_order(got: list | tuple, expected: list | tuple, rtol: float, atol: float, what: str) -> Difference | None:
    """A few arrays that are all right and stand in the wrong order, such as gradients."""
    if not 2 <= len(expected) <= 4 or not all(isinstance(part, np.ndarray) for part in expected):
        return None
    for order in itertools.permutations(range(len(expected))):
        if all(difference(got[i], right, rtol, atol) is None for i, right in zip(order, expected, strict=True)):
            return Difference(
                "value",
                f"{what} holds the right arrays in another order: what is expected first stands at [{order[0]}].",
            )
    return None
