"""Whether an answer hands its work to a library, found by watching it once more: in whichever way the call is spelt.

Three watches at once, because no one of them sees all: arrays that report which ufuncs and functions of NumPy they reach,
PyTorch's own hook for every function of a tensor, and Python's profiler for everything else.
"""

import contextlib
import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import numpy as np

__all__ = ["MATRIX_PRODUCT", "in_words", "unwrapped", "watch"]

#: Every way to write a matrix product, or a part of one: "@" in an exercise's `library` stands for all of them.
MATRIX_PRODUCT = frozenset(
    {
        *("numpy.matmul", "numpy.dot", "numpy.inner", "numpy.vdot", "numpy.vecdot", "numpy.matvec", "numpy.vecmat"),
        *("numpy.einsum", "numpy.tensordot", "numpy.multi_dot", "numpy.convolve", "numpy.correlate"),
        *(
            "torch.matmul",
            "torch.mm",
            "torch.bmm",
            "torch.mv",
            "torch.dot",
            "torch.inner",
            "torch.vdot",
            "torch.einsum",
        ),
        *("torch.tensordot", "torch.addmm", "torch.linear", "torch.__matmul__", "torch.__rmatmul__", "torch.rmatmul"),
    }
)


def in_words(library: tuple[str, ...]) -> str:
    """What may not be used, for the header of an exercise.

    >>> in_words(("@",)), in_words(("torch.softmax", "scipy.softmax", "course_lib.cosines"))
    ('a matrix product (`@`, `np.dot`, `np.einsum` and the like)', "`torch.softmax`, `scipy.softmax` and the course's own `cosines`")
    """
    names = ["a matrix product (`@`, `np.dot`, `np.einsum` and the like)"] if "@" in library else []
    others = [name for name in library if name != "@" and not ("@" in library and name in MATRIX_PRODUCT)]
    names += [f"`{name}`" for name in others if not name.startswith("course_lib.")]
    own = [f"`{name.rpartition('.')[2]}`" for name in others if name.startswith("course_lib.")]
    if own:
        names.append(f"the course's own {', '.join(own)}")
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def unwrapped(answer: Any) -> Any:
    """The function that somebody wrote, inside what made a function of it: np.vectorize, functools.partial, a class."""
    for _ in range(8):
        inner = getattr(answer, "pyfunc", None) if isinstance(answer, np.vectorize) else None
        inner = answer.func if isinstance(answer, functools.partial) else inner
        inner = getattr(answer, "__wrapped__", None) if inner is None and inspect.isfunction(answer) else inner
        if (
            inner is None
            and not inspect.isroutine(answer)
            and type(type(answer).__dict__.get("__call__")).__name__ == "function"
        ):
            inner = type(answer).__call__
        if inner is None:
            return answer
        answer = inner
    return answer


def watch(
    run: Callable[[Callable[[Any], Any]], None], library: tuple[str, ...], own: CodeType | None, same_job: Callable
) -> str | None:
    """The first function of `library` that is used while `run` runs, or None.

    Args:
        run: calls the answer; it is given a function to convert arrays with.
        library: "home.function" each; "@" for every matrix product.
        own: the answer's own code, which may bear a library's name.
        same_job: code object -> the name of a function of the course that does the whole job, or None.
    """
    names = {*library, *(MATRIX_PRODUCT if "@" in library else ())}
    # By the library and the function: where in a library a function lives is its own affair.
    forbidden = {(name.partition(".")[0], name.rpartition(".")[2]): name for name in names}
    found: list[str] = []

    def used(home: str, function: str) -> None:
        if (home, function) in forbidden:
            found.append(forbidden[home, function])

    with _profiler(used, {home for home, _ in forbidden}, own, same_job, found), _tensors(used):
        run(_reporting_array(used))
    return found[0] if found else None


def _reporting_array(used: Callable[[str, str], None]) -> Callable[[Any], Any]:
    """Makes arrays that say which of NumPy's functions they reach, and are arrays in all else."""

    class Reporting(np.ndarray):
        def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any) -> Any:
            used("numpy", ufunc.__name__)
            plain = [value.view(np.ndarray) if isinstance(value, Reporting) else value for value in inputs]
            if out is not None:
                options["out"] = tuple(
                    value.view(np.ndarray) if isinstance(value, Reporting) else value for value in out
                )
            result = getattr(ufunc, method)(*plain, **options)
            return result.view(Reporting) if type(result) is np.ndarray else result

        def __array_function__(self, function: Callable, types: Any, args: Any, kwargs: Any) -> Any:
            used("numpy", function.__name__)
            return super().__array_function__(function, types, args, kwargs)

        def dot(self, *args: Any, **kwargs: Any) -> Any:
            used("numpy", "dot")
            return super().dot(*args, **kwargs)

    return lambda value: value.view(Reporting) if type(value) is np.ndarray else value


@contextlib.contextmanager
def _tensors(used: Callable[[str, str], None]) -> Iterator[None]:
    """Report every function of PyTorch that is given a tensor; nothing where PyTorch was never imported."""
    if "torch" not in sys.modules:
        yield
        return
    from torch.overrides import TorchFunctionMode

    class Reports(TorchFunctionMode):
        def __torch_function__(self, function: Callable, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            used("torch", getattr(function, "__name__", ""))
            return function(*args, **(kwargs or {}))

    with Reports():
        yield


@contextlib.contextmanager
def _profiler(
    used: Callable[[str, str], None], homes: set[str], own: CodeType | None, same_job: Callable, found: list[str]
) -> Iterator[None]:
    """Report every call of Python's: the course's own functions, and those of libraries that are written in Python or C."""

    def event(frame: Any, kind: str, arg: Any) -> None:
        if kind == "call":
            if frame.f_code is own:
                return
            if name := same_job(frame.f_code):
                found.append(name)
            for home in homes:
                if f"{_SEP}{home}{_SEP}" in frame.f_code.co_filename:
                    used(home, frame.f_code.co_name)
        elif kind == "c_call":
            used(_home(arg), getattr(arg, "__name__", ""))

    before = sys.getprofile()
    sys.setprofile(event)
    try:
        yield
    finally:
        sys.setprofile(before)


_SEP = "/" if "/" in __file__ else "\\"


def _home(function: Any) -> str:
    owner = getattr(function, "__self__", None)
    return (getattr(function, "__module__", None) or type(owner).__module__ or "").partition(".")[0]
