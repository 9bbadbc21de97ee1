"""What a model's parameters are spent on: how many each part of it has."""

from collections.abc import Mapping

from torch import nn

from course_lib.transformer.models import n_parameters

__all__ = ["PARTS", "parameter_table", "parameters_by_part"]

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


def parameters_by_part(model: nn.Module) -> dict[str, int]:
    """How many parameters each part of a model has; they add up to all of them.

    >>> from course_lib.transformer.models import GPT, ModelConfig
    >>> parameters_by_part(GPT(ModelConfig(vocab=5, context=3, layers=1, d_model=2, n_heads=1)))["self-attention"]
    24
    """
    found = dict.fromkeys(PARTS, 0)
    for name, count in n_parameters(model).items():
        found[_part_of(name)] += count
    return found


def parameter_table(models: Mapping[str, nn.Module]) -> str:
    """The parameters of several models by part, side by side, as text."""
    counts = {name: parameters_by_part(model) for name, model in models.items()}
    lines = [f"{'':16}" + "".join(f"{name:>17}" for name in counts)]
    for part in PARTS:
        lines.append(f"{part:16}" + "".join(f"{spent[part]:>17,}" for spent in counts.values()))
    lines.append(f"{'all':16}" + "".join(f"{sum(spent.values()):>17,}" for spent in counts.values()))
    return "\n".join(lines)
