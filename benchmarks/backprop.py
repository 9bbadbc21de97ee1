"""How long one training step takes by hand: NumPy against PyTorch in float64 on the CPU, with as many threads each.

The shape is nanoGPT's configuration for a CPU: 4 layers, 4 heads, 128 wide, a context of 64, a batch of 12, 65 characters. A
step is forward, backward and plain gradient descent. PyTorch's side is the module that the course trains (fused attention,
torch.optim.SGD); the two take the same weights and batch, and their losses and gradients are compared before anything is timed.
NumPy's matrix products run on as many threads as OMP_NUM_THREADS says when Python starts, or as there are cores.
"""

import copy
import os

import numpy as np
import torch

from course_lib.backprop import gpt
from course_lib.numeric import largest_difference
from course_lib.timing import median_seconds
from course_lib.transformer.models import GPT, ModelConfig

VOCAB, CONTEXT, LAYERS, D_MODEL, HEADS, BATCH, RATE = 65, 64, 4, 128, 4, 12, 0.1
WANTED = 4.0  # at most so many times PyTorch's time


def torch_model(params: dict) -> GPT:
    """The course's module in float64, with these weights."""
    config = ModelConfig(vocab=VOCAB, context=CONTEXT, layers=LAYERS, d_model=D_MODEL, n_heads=HEADS)
    model = GPT(config).double()
    with torch.no_grad():
        arrays = gpt.named(params)
        for name, tensor in gpt.named(model.params()).items():
            tensor.copy_(torch.from_numpy(arrays[name]))
    return model


def main() -> None:
    """Measure, and print one line for each claim."""
    threads = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
    torch.set_num_threads(threads)
    rng = np.random.default_rng(0)
    params = gpt.random_params(VOCAB, CONTEXT, LAYERS, D_MODEL, HEADS, rng)
    ids, targets = rng.integers(0, VOCAB, (2, BATCH, CONTEXT))
    model, own = torch_model(params), copy.deepcopy(params)
    optimiser = torch.optim.SGD(model.parameters(), lr=RATE)
    ids_torch, targets_torch = torch.from_numpy(ids), torch.from_numpy(targets).flatten()

    def step_in_numpy() -> tuple[float, dict]:
        loss, gradients = gpt.loss_and_gradients(ids, targets, own)
        moving = gpt.named(own)
        for name, gradient in gpt.named(gradients).items():
            moving[name] -= RATE * gradient
        return loss, gradients

    def step_in_torch() -> float:
        loss = torch.nn.functional.cross_entropy(model(ids_torch).flatten(end_dim=-2), targets_torch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return loss.item()

    (loss, gradients), theirs = step_in_numpy(), step_in_torch()
    gap = largest_difference(gradients["table"], model.table.grad)
    print(
        f"\none training step, {sum(array.size for array in gpt.named(params).values()):,} parameters, float64, {threads} threads\n"
    )
    print(f"losses differ by {abs(loss - theirs):.0e}, gradients of the table by {gap:.0e}")
    by_hand = median_seconds(step_in_numpy, repeats=15)
    by_torch = median_seconds(step_in_torch, repeats=15)
    forward = median_seconds(lambda: gpt.gpt(ids, own), repeats=15)
    met = "met" if by_hand / by_torch <= WANTED else "NOT MET"
    print(f"{'PyTorch':12}{by_torch * 1000:8.1f} ms")
    print(
        f"{'NumPy':12}{by_hand * 1000:8.1f} ms   {by_hand / by_torch:5.2f} of PyTorch's time, wanted at most {WANTED:g}: {met}"
    )
    print(
        f"{'forward only':12}{forward * 1000:8.1f} ms   the way back and the step take {by_hand / forward - 1:.2f} times as long"
    )
