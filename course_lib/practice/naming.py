"""Which known mistake is it, also when it is not alone? Decided by the cases in which an answer fails, ordinary ones first.

Nothing here runs anything: `name_mistakes` goes by two tables, in which cases each known mistake errs, and in which the
answer did just what that mistake does. It prefers no name to a wrong one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

__all__ = ["Named", "name_mistakes", "ordinary"]

FIRST = 3  # how many cases count as ordinary where every case has a note: they are written in that order


@dataclass(frozen=True)
class Named:
    """The mistakes that were found in an answer.

    Attributes:
        first: the number (from 0, in the list of mistakes) of the one that explains the ordinary cases.
        second: of another one that explains cases which the first does not, or None.
        rest: the cases that neither explains.
        certain: whether the answer does all that the first mistake does; else it does so only where it fails.
    """

    first: int
    second: int | None = None
    rest: tuple[int, ...] = ()
    certain: bool = True


def ordinary(notes: Sequence[str]) -> Bool[np.ndarray, "case"]:
    """Which cases are ordinary ones: those without a note, or the first few where each has one.

    >>> ordinary(["", "a single row", ""]).tolist(), ordinary(["a", "b", "c", "d"]).tolist()
    ([True, False, True], [True, True, True, False])
    """
    plain = np.array([not note for note in notes], dtype=bool)
    return plain if plain.any() else np.arange(len(notes)) < FIRST


def name_mistakes(
    failing: Bool[np.ndarray, "case"],
    errs: Bool[np.ndarray, "mistake case"],
    alike: Bool[np.ndarray, "mistake case"],
    plain: Bool[np.ndarray, "case"],
) -> Named | None:
    """Name the mistake, or the two, that explain where an answer fails; None where no name is sure enough.

    Args:
        failing: where the answer is wrong.
        errs: where each known mistake is wrong.
        alike: where the answer did the same as each known mistake.
        plain: the ordinary cases.

    >>> failing = np.array([True, True, True])
    >>> errs = np.array([[True, True, False], [False, False, True]])
    >>> name_mistakes(failing, errs, errs & True, np.array([True, False, False]))
    Named(first=0, second=1, rest=(), certain=True)
    """
    for mistake in np.flatnonzero(alike.all(axis=1)):
        return Named(int(mistake))
    explained = alike & errs & failing
    # Made in full: wherever the mistake shows, the answer shows it. Cases of its own tell it from others.
    full = errs.any(axis=1) & (~errs | explained).all(axis=1)
    main = failing & plain if (failing & plain).any() else failing
    candidates = [m for m in np.flatnonzero(full) if (explained[m] & main).any()]
    if candidates:
        first = max(candidates, key=lambda m: (explained[m] & main).sum() * 1000 + explained[m].sum())
        return _with_second(int(first), failing, explained, full, certain=True)
    contradicted = errs & ~failing  # where the mistake would show, and the answer is right
    possible = [
        m
        for m in range(len(errs))
        if (explained[m] | ~main).all()
        and explained[m].sum() > 1
        and not (contradicted[m] & plain).any()
        and contradicted[m].sum() <= explained[m].sum()
    ]
    ranked = sorted(possible, key=lambda m: (-explained[m].sum(), contradicted[m].sum()))
    if not ranked:
        return None
    first, *others = ranked
    equal = [
        m
        for m in others
        if _strength(explained[m], contradicted[m]) == _strength(explained[first], contradicted[first])
    ]
    if equal:
        return None  # two mistakes explain it equally well
    return _with_second(first, failing, explained, full, certain=False)


def _strength(explained: np.ndarray, contradicted: np.ndarray) -> tuple[int, int]:
    return int(explained.sum()), int(contradicted.sum())


def _with_second(first: int, failing: np.ndarray, explained: np.ndarray, full: np.ndarray, certain: bool) -> Named:
    """Add the mistake, made in full, that explains most of what the first leaves over."""
    rest = failing & ~explained[first]
    if not rest.any():
        return Named(first, certain=certain)
    others = [m for m in np.flatnonzero(full) if m != first and (explained[m] & rest).any()]
    if not others:
        return Named(first, None, tuple(np.flatnonzero(rest).tolist()), certain)
    second = int(max(others, key=lambda m: (explained[m] & rest).sum()))
    return Named(first, second, tuple(np.flatnonzero(rest & ~explained[second]).tolist()), certain)
