"""What a model's parameters are spent on, and which inputs reach which outputs: two looks at a whole model from outside."""

from collections.abc import Callable, Mapping

import torch
from jaxtyping import Bool, Int
from torch import Tensor, nn

from course_lib.transformer.models import n_parameters

__all__ = ["PARTS", "inventory", "reach", "table_of"]

PARTS = ("token tables", "positions", "self-attention", "cross-attention", "feed-forward", "norms", "output")


def _part_of(name: str) -> str:
    if "norm" in name:
        return "norms"
    for piece, part in ((".attention.", 2), (".cross.", 3), (".feed_forward.", 4)):
        if piece in name:
            return PARTS[part]
    if name in ("table", "source_table", "kinds"):
        return PARTS[0]
    return PARTS[1] if name == "positions" else PARTS[6]


def inventory(model: nn.Module) -> dict[str, int]:
    """How many parameters each part of a model has; they add up to all of them.

    >>> from course_lib.transformer.models import GPT, ModelConfig
    >>> inventory(GPT(ModelConfig(vocab=5, context=3, layers=1, d_model=2, n_heads=1)))["self-attention"]
    24
    """
    found = dict.fromkeys(PARTS, 0)
    for name, count in n_parameters(model).items():
        found[_part_of(name)] += count
    return found


def table_of(models: Mapping[str, nn.Module]) -> str:
    """The inventories of several models side by side, as text."""
    counts = {name: inventory(model) for name, model in models.items()}
    lines = [f"{'':16}" + "".join(f"{name:>17}" for name in counts)]
    for part in PARTS:
        lines.append(f"{part:16}" + "".join(f"{of[part]:>17,}" for of in counts.values()))
    lines.append(f"{'all':16}" + "".join(f"{sum(of.values()):>17,}" for of in counts.values()))
    return "\n".join(lines)


@torch.no_grad()
def reach(
    run: Callable[[Int[Tensor, "1 token"]], Tensor], ids: Int[Tensor, "1 token"], vocab: int
) -> Bool[Tensor, "output token"]:
    """Which tokens reach which outputs: token j is exchanged for another, and every output that changes has seen it.

    Args:
        run: from ids to one row of numbers for every output, (1, output, ...).
        ids: one sequence.
        vocab: the exchanged token is (id + 1) mod vocab.

    >>> reach(lambda ids: ids[..., None].float().cumsum(dim=1), torch.tensor([[1, 2]]), vocab=5).tolist()
    [[True, False], [True, True]]
    """
    before, columns = run(ids), []
    for j in range(ids.shape[1]):
        changed = ids.clone()
        changed[0, j] = (changed[0, j] + 1) % vocab
        columns.append((run(changed) != before)[0].flatten(1).any(dim=1))
    return torch.stack(columns, dim=1)
