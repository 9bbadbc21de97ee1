"""Weights under other people's names: a table of names, and a transfer that refuses whatever does not fit, by name.

A library's model and ours are the same function if the same numbers stand in the right places. Which place is which says
a table with a row for every tensor of ours (`Row`); nothing is guessed, skipped in silence or broadcast.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

__all__ = [
    "ConversionError",
    "Report",
    "Row",
    "as_arrays",
    "compare",
    "from_theirs",
    "tied_head",
    "to_theirs",
    "without_prefix",
]


class ConversionError(ValueError):
    """The tensors that were given are not those of the model that was asked for; the message names each of them."""


@dataclass(frozen=True)
class Row:
    """One tensor of ours and where it comes from.

    Attributes:
        ours: its name here.
        theirs: the names of the tensors that stand side by side in it; mostly one.
        shape: what each of theirs must have.
        turned: theirs is kept the other way round, as torch.nn.Linear does: (out, in).
    """

    ours: str
    theirs: tuple[str, ...]
    shape: tuple[int, ...]
    turned: bool = False

    def join(self, tensors: Sequence[Tensor]) -> Tensor:
        """Theirs to ours."""
        return torch.cat([tensor.T if self.turned else tensor for tensor in tensors], dim=-1)

    def part(self, tensor: Tensor) -> tuple[Tensor, ...]:
        """Ours to theirs."""
        parts = tensor.chunk(len(self.theirs), dim=-1)
        return tuple((part.T if self.turned else part).contiguous() for part in parts)


@dataclass(frozen=True)
class Report:
    """How the tensors that were given compare with those that are needed, all by name.

    Attributes:
        unknown: given and not needed.
        missing: needed and not given.
        misshapen: name, shape given, shape needed.
        skipped: known, and without anything to learn in them (masks, lists of positions).
    """

    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    misshapen: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...]
    skipped: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing is unknown, missing or of another shape."""
        return not (self.unknown or self.missing or self.misshapen)

    def __str__(self) -> str:
        shapes = [f"{name} has {got} where {needed} is needed" for name, got, needed in self.misshapen]
        parts = {"unknown": self.unknown, "missing": self.missing, "of another shape": shapes}
        said = [f"{what}: {', '.join(names)}" for what, names in parts.items() if names]
        said += [f"skipped: {', '.join(self.skipped)}"] if self.skipped else []
        return "; ".join(said) or "every tensor fits"


def compare(rows: Sequence[Row], state: Mapping[str, Tensor], skip: Sequence[str] = ()) -> Report:
    """Hold the tensors of a model against the table.

    Args:
        rows: the table.
        state: theirs, by name.
        skip: regular expressions for whole names that are known and not needed.

    >>> row = Row("table", ("wte",), (3, 2))
    >>> print(compare([row], {"wte": torch.zeros(2, 3), "wpe": torch.zeros(1), "mask": torch.ones(1)}, ["mask"]))
    unknown: wpe; of another shape: wte has (2, 3) where (3, 2) is needed; skipped: mask
    """
    needed = {name: row.shape for row in rows for name in row.theirs}
    others = [name for name in state if name not in needed]
    skipped = tuple(name for name in others if any(re.fullmatch(pattern, name) for pattern in skip))
    shapes = {name: tuple(state[name].shape) for name in needed if name in state}
    return Report(
        unknown=tuple(name for name in others if name not in skipped),
        missing=tuple(name for name in needed if name not in state),
        misshapen=tuple((name, shape, needed[name]) for name, shape in shapes.items() if shape != needed[name]),
        skipped=skipped,
    )


def from_theirs(
    model: nn.Module, rows: Sequence[Row], state: Mapping[str, Tensor], skip: Sequence[str] = ()
) -> nn.Module:
    """Fill a model of ours with their numbers, in their kind of number; it is returned in evaluation mode.

    Raises:
        ConversionError: a tensor is unknown, missing or of another shape; the message has all of them.
    """
    report = compare(rows, state, skip)
    if not report.fits:
        raise ConversionError(f"these are not the weights of this model. {report}")
    ours = {row.ours: row.join([state[name] for name in row.theirs]) for row in rows}
    kinds = {tensor.dtype for tensor in ours.values()}
    if len(kinds) == 1:
        model = model.to(kinds.pop())
    model.load_state_dict(ours)
    return model.eval()


def to_theirs(model: nn.Module, rows: Sequence[Row]) -> dict[str, Tensor]:
    """The numbers of a model of ours under their names, as copies."""
    ours = model.state_dict()
    return {
        name: part.clone()
        for row in rows
        for name, part in zip(row.theirs, row.part(ours[row.ours]), strict=True)
    }  # fmt: skip


def without_prefix(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors without a prefix that some checkpoints have and some have not.

    Raises:
        ConversionError: a tensor is there with the prefix and without it.

    >>> list(without_prefix({"transformer.wte": torch.ones(1), "lm_head": torch.ones(1)}, "transformer."))
    ['wte', 'lm_head']
    """
    twice = [name for name in state if name.startswith(prefix) and name.removeprefix(prefix) in state]
    if twice:
        raise ConversionError(f"given twice, with {prefix!r} and without: {', '.join(twice)}")
    return {name.removeprefix(prefix): tensor for name, tensor in state.items()}


def tied_head(state: dict[str, Tensor], head: str, table: str) -> dict[str, Tensor]:
    """The tensors without an output matrix that is the token table over again.

    Raises:
        ConversionError: it is not: dropping it would change the model.
    """
    if head not in state or table not in state:
        return state
    if not torch.equal(state[head], state[table]):
        raise ConversionError(
            f"{head} differs from {table}, but the config says that the output is tied to the table. "
            "Say tie_word_embeddings=False (tied=False) if the model has an output matrix of its own"
        )
    return {name: tensor for name, tensor in state.items() if name != head}


def as_arrays(params: Any) -> Any:
    """The weights that ``params()`` of a model gives, tensors turned into NumPy arrays, for the functions of ``by_hand``.

    >>> as_arrays({"n_heads": 2, "blocks": [{"W": torch.ones(1, 2)}]})
    {'n_heads': 2, 'blocks': [{'W': array([[1., 1.]], dtype=float32)}]}
    """
    if isinstance(params, Tensor):
        return params.detach().cpu().numpy()
    if isinstance(params, Mapping):
        return {name: as_arrays(value) for name, value in params.items()}
    return [as_arrays(value) for value in params] if isinstance(params, list) else params
