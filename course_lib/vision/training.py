"""Training on the digits: one loop for a Vision Transformer and for a small convolution, and the three arms of position.

Everything is small enough for one core and a few seconds. A seed decides the first weights, the split where it is drawn, and
the order of the batches.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from course_lib.vision.digits import Split, load
from course_lib.vision.in_torch import ViT, ViTConfig

__all__ = ["ARMS", "CONFIG", "SETTING", "Convolution", "Setting", "Trained", "shuffled", "train"]

#: 16 patches of 2 x 2 pixels, two blocks of width 32 with four heads: 18,218 parameters. Positions start about as large as
#: the patches are: at the 0.02 of the large models a run ends five percent lower (data/vision.csv has both), and with 1200
#: steps still one to three.
CONFIG = ViTConfig(
    image=8, patch=2, channels=1, classes=10, layers=2, d_model=32, n_heads=4, d_ff=64, position_start=0.5
)
#: What is done to the patches, and whether the model has positions.
ARMS = ("as they are", "no positions", "one shuffle for all images", "a new shuffle for each image")


class Convolution(nn.Module):
    """The other way to read an image: two convolutions of 3 x 3, each followed by a maximum over 2 x 2, and a matrix.

    >>> Convolution()(torch.zeros(5, 8, 8, 1)).shape
    torch.Size([5, 10])
    """

    def __init__(self, channels: int = 24) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, 2 * channels, 3, padding=1)
        self.head = nn.Linear(8 * channels, 10)

    def forward(self, image: Float[Tensor, "batch height width 1"]) -> Float[Tensor, "batch class"]:
        """A score for each class."""
        x = functional.max_pool2d(functional.relu(self.first(image[..., 0].unsqueeze(1))), 2)
        return self.head(functional.max_pool2d(functional.relu(self.second(x)), 2).flatten(1))


@dataclass(frozen=True)
class Setting:
    """How long and how fast.

    Attributes:
        steps: how many.
        batch: images in a step, drawn anew each time.
        peak: the largest learning rate; it warms up for a tenth of the steps and then falls in a straight line.
        weight_decay: of AdamW.
    """

    steps: int = 400
    batch: int = 64
    peak: float = 3e-3
    weight_decay: float = 0.05


SETTING = Setting()


@dataclass(frozen=True)
class Trained:
    """A trained model with the share of images that it names rightly, among those trained on and among those held out."""

    model: nn.Module
    losses: tuple[float, ...]
    on_train: float
    on_held_out: float


def shuffled(
    images: Float[Tensor, "image height width channel"], patch: int, orders: Int[Tensor, "image patch"]
) -> Float[Tensor, "image height width channel"]:
    """Images whose patches were put in another order: place i of image k gets patch orders[k, i].

    >>> shuffled(torch.arange(4.0).reshape(1, 2, 2, 1), 1, torch.tensor([[3, 0, 1, 2]])).flatten().tolist()
    [3.0, 0.0, 1.0, 2.0]
    """
    n, height, width, channels = images.shape
    down, across = height // patch, width // patch
    cut = images.reshape(n, down, patch, across, patch, channels).transpose(2, 3).flatten(1, 2)
    moved = cut[torch.arange(n)[:, None], orders].unflatten(1, (down, across))
    return moved.transpose(2, 3).reshape(n, height, width, channels)


def _orders(arm: str, n: int, n_patches: int, seed: int) -> Int[Tensor, "image patch"]:
    """The order of the patches of each of n images, in one of the `ARMS`."""
    rng = np.random.default_rng([16, seed])
    if arm == "one shuffle for all images":
        return torch.from_numpy(rng.permutation(n_patches)).expand(n, -1)
    if arm == "a new shuffle for each image":
        return torch.from_numpy(np.stack([rng.permutation(n_patches) for _ in range(n)]))
    return torch.arange(n_patches).expand(n, -1)


def train(
    chosen: Split,
    seed: int,
    model: str = "ViT",
    arm: str = "as they are",
    setting: Setting = SETTING,
    config: ViTConfig = CONFIG,
) -> Trained:
    """Train on one part of the digits and look at the other.

    Args:
        chosen: which images.
        seed: of the first weights and of the batches.
        model: "ViT" or "convolution".
        arm: one of `ARMS`; where the patches are shuffled, so are those of the held-out images, and for
            "a new shuffle for each image" anew whenever an image is seen.
        setting: how long and how fast.
        config: the shape of the ViT.
    Raises:
        ValueError: there is no such model or arm.
    """
    if model not in ("ViT", "convolution") or arm not in ARMS:
        raise ValueError(f"a model is ViT or convolution, an arm one of {', '.join(ARMS)}; got {model!r}, {arm!r}")
    if arm == "no positions":
        config = replace(config, positions=False)
    x, y = torch.tensor(load().images, dtype=torch.float32), torch.tensor(load().labels)
    x = shuffled(x, config.patch, _orders(arm, len(x), config.n_patches, seed))
    torch.manual_seed(seed)
    network = ViT(config) if model == "ViT" else Convolution()
    optimizer = torch.optim.AdamW(network.parameters(), lr=setting.peak, weight_decay=setting.weight_decay)
    rng, losses, warm = np.random.default_rng(seed), [], max(1, setting.steps // 10)
    anew = arm == "a new shuffle for each image"
    for step in range(1, setting.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = setting.peak * min(step / warm, (setting.steps - step + 1) / (setting.steps - warm + 1))
        drawn = torch.from_numpy(chosen.train[rng.integers(0, len(chosen.train), setting.batch)])
        images = x[drawn]
        if anew:
            images = shuffled(images, config.patch, torch.from_numpy(
                np.argsort(rng.random((len(images), config.n_patches)), axis=1)))  # fmt: skip
        loss = functional.cross_entropy(network(images), y[drawn])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    network.eval()

    @torch.no_grad()
    def share(which: np.ndarray) -> float:
        return float((network(x[which]).argmax(dim=1) == y[which]).float().mean())

    return Trained(network, tuple(losses), share(chosen.train), share(chosen.held_out))
