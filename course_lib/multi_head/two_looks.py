"""What one head cannot do: look at two places and keep apart what it has found there.

Six random words; the last one has to name the first word of the row and the word before itself. One layer of attention, and
one matrix that reads the two answers off what the last word took over. The number of weights does not depend on the heads.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn import functional

from course_lib.multi_head.in_torch import MultiHeadAttention

__all__ = ["PLACES", "TwoLooks", "train_two_looks"]

PLACES = 6
ASKED_FOR = (0, PLACES - 2)  # the first word, and the one before the last
TRIED = 4000


@dataclass(frozen=True)
class TwoLooks:
    """How often a trained layer is right about rows it has not seen.

    Attributes:
        first, before: the share of rows in which the first word, and the word before, is named.
        both: the share in which both are.
        parameters: how many numbers were trained.
    """

    first: float
    before: float
    both: float
    parameters: int


def train_two_looks(n_heads: int, seed: int, n_words: int = 40, d_model: int = 32, steps: int = 500) -> TwoLooks:
    """Train one layer on rows of random words, then try it on fresh ones.

    Args:
        n_heads: must divide d_model.
        seed: of the first weights and of the rows.
        n_words: how many words there are.
        d_model: the width of the words' vectors.
        steps: how many steps of Adam, each on 128 rows.

    >>> train_two_looks(2, seed=0, steps=1).parameters == train_two_looks(1, seed=0, steps=1).parameters
    True
    """
    torch.manual_seed(seed)
    rows = torch.Generator().manual_seed(seed + 100)
    words, places = (torch.nn.Parameter(torch.randn(size, d_model)) for size in (n_words, PLACES))
    layer = MultiHeadAttention(d_model, n_heads, bias=False)
    answers = torch.nn.Parameter(torch.randn(d_model, 2 * n_words) / d_model**0.5)
    trained = [words, places, answers, *layer.parameters()]
    optimizer = torch.optim.Adam(trained, lr=1e-2)

    def answer(ids: Int[Tensor, "row place"]) -> Tensor:
        x = words[ids] + places
        return (layer(x[:, -1:], source=x)[:, 0] @ answers).unflatten(-1, (2, n_words))

    for _ in range(steps):
        ids = torch.randint(n_words, (128, PLACES), generator=rows)
        loss = functional.cross_entropy(answer(ids).flatten(0, 1), ids[:, ASKED_FOR].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        ids = torch.randint(n_words, (TRIED, PLACES), generator=rows)
        hits = answer(ids).argmax(dim=-1) == ids[:, ASKED_FOR]
    first, before = hits.double().mean(dim=0).tolist()
    return TwoLooks(first, before, hits.all(dim=1).double().mean().item(), sum(one.numel() for one in trained))
