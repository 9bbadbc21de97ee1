"""When a run has come to numbers that are none: it stops, and the file of the last good state is left as it is."""

import torch
from torch import Tensor, nn

from course_lib.loss.in_torch import fused_cross_entropy

__all__ = ["NotANumber", "require_numbers"]


class NotANumber(ArithmeticError):
    """The loss, the gradient or the weights of a run are infinite or not-a-number.

    Attributes:
        step: the update at which it was seen.
        what: it was.
    """

    def __init__(self, step: int, what: str) -> None:
        """Say both in a sentence."""
        super().__init__(f"step {step}: {what}; nothing can be learned from there")
        self.step, self.what = step, what


@torch.no_grad()
def require_numbers(model: nn.Module, step: int, inputs: Tensor | None = None, targets: Tensor | None = None) -> None:
    """Refuse a state that is not worth keeping.

    Weights can be finite and yet so large that nothing finite comes out of them: so a batch is tried as well.

    Args:
        model: from ids (batch, token) to logits; it is left in the mode in which it was.
        step: the update after which it is looked at.
        inputs, targets: a batch, (batch, token); only the weights are looked at where it is left out.
    Raises:
        NotANumber: a weight, or the loss on the batch, is infinite or not-a-number.
    """
    for name, weight in model.named_parameters():
        if not bool(torch.isfinite(weight).all()):
            raise NotANumber(step, f"the weights {name} are not all numbers any more")
    if inputs is None or targets is None:
        return
    device, was_training = next(model.parameters()).device, model.training
    model.eval()
    try:
        loss = float(fused_cross_entropy(model(inputs.to(device)), targets.to(device)))
    finally:
        model.train(was_training)
    if not loss < float("inf"):
        raise NotANumber(step, f"with the weights after this update the loss is {loss}")
