"""Another optimizer, for comparison: the momentum of every matrix is made orthogonal before it is subtracted.

AdamW looks at each number by itself. Muon (Jordan et al. 2024) looks at a matrix as a whole: of its running mean of
gradients, M = U S Vᵀ, it takes U Vᵀ, so that every direction in which the matrix was told to move gets a step of the same
length, the rare ones too. Five rounds of a polynomial come close enough to U Vᵀ without a singular value decomposition.
Tables, gains and biases stay with AdamW.
"""

from collections import defaultdict

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_lib.training.engine.adamw import two_groups
from course_lib.training.engine.config import TrainConfig

__all__ = ["Muon", "muon", "orthogonalised"]


def orthogonalised(M: Float[Tensor, "... rows columns"], rounds: int = 5) -> Float[Tensor, "... rows columns"]:
    """About U Vᵀ of M = U S Vᵀ: singular values between 0.68 and 1.13 instead of exactly 1, which is near enough.

    Each round takes every singular value s to 3.4445 s - 4.775 s³ + 2.0315 s⁵.

    >>> singular = torch.linalg.svdvals(orthogonalised(torch.diag(torch.tensor([3.0, 2.0, 0.5]))))
    >>> bool((singular > 0.6).all() and (singular < 1.2).all())
    True
    """
    tall = M.shape[-2] > M.shape[-1]
    X = M.mT if tall else M
    X = X / (X.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(rounds):
        A = X @ X.mT
        X = 3.4445 * X + (-4.775 * A + 2.0315 * A @ A) @ X
    return X.mT if tall else X


class Muon(torch.optim.AdamW):
    """Muon for matrices, AdamW for everything else.

    Args:
        matrices: parameters of two axes, (d_in, d_out) each.
        others: parameter groups for AdamW.
        matrix_rate: the learning rate of the matrices where AdamW has its own; both follow one schedule.
        momentum: how much of the running mean is kept.
        weight_decay: of the matrices, times their learning rate.
    """

    orthogonal = staticmethod(orthogonalised)  # how the direction of a step is found; another may do it quicker

    def __init__(
        self,
        matrices: list[Tensor],
        others: list[dict],
        lr: float,
        betas: tuple[float, float] = (0.9, 0.99),
        eps: float = 1e-8,
        matrix_rate: float = 0.03,
        momentum: float = 0.95,
        weight_decay: float = 0.1,
    ) -> None:
        super().__init__(others, lr=lr, betas=betas, eps=eps, fused=True)
        self.peak, self.matrix_rate, self.momentum, self.matrix_decay = lr, matrix_rate, momentum, weight_decay
        self.of_one_shape: dict[tuple, list[Tensor]] = defaultdict(list)
        for matrix in matrices:
            self.of_one_shape[tuple(sorted(matrix.shape))].append(matrix)

    @torch.no_grad()
    def step(self, closure=None):
        """One update of everything; matrices of one shape are taken together, which is quicker."""
        loss = super().step(closure)
        rate = self.matrix_rate * self.param_groups[0]["lr"] / self.peak
        for (rows, _), matrices in self.of_one_shape.items():
            moved = []
            for matrix in matrices:
                mean = self.state[matrix].setdefault("momentum", torch.zeros_like(matrix))
                mean.mul_(self.momentum).add_(matrix.grad)
                ahead = matrix.grad + self.momentum * mean
                moved.append(ahead if matrix.shape[0] == rows else ahead.T)
            for matrix, direction in zip(matrices, self.orthogonal(torch.stack(moved)), strict=True):
                direction = direction if matrix.shape[0] == rows else direction.T
                scale = max(1.0, matrix.shape[1] / matrix.shape[0]) ** 0.5
                matrix.mul_(1 - rate * self.matrix_decay).add_(direction, alpha=-rate * scale)
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of the matrices too."""
        super().zero_grad(set_to_none)
        for matrices in self.of_one_shape.values():
            for matrix in matrices:
                matrix.grad = None


def muon(model: nn.Module, config: TrainConfig, kind: type[Muon] = Muon) -> Muon:
    """Muon for the matrices inside the blocks, AdamW for the tables, gains and biases. A `Trainer` takes it as optimizer.

    >>> from course_lib.transformer.models import GPT, ModelConfig
    >>> model = GPT(ModelConfig(vocab=5, context=4, layers=1, d_model=8, n_heads=2))
    >>> {shape: len(some) for shape, some in muon(model, TrainConfig()).of_one_shape.items()}
    {(8, 24): 1, (8, 8): 1, (8, 32): 2}
    """
    matrices = [matrix for name, matrix in model.named_parameters() if name.startswith("stack.") and matrix.dim() == 2]
    inside = set(map(id, matrices))
    others = [
        group | {"params": [parameter for parameter in group["params"] if id(parameter) not in inside]}
        for group in two_groups(model, config.weight_decay)
    ]
    betas = (config.beta_1, config.beta_2)
    return kind(matrices, others, config.peak, betas, config.eps, weight_decay=config.weight_decay)
