"""What writing costs: the pace at which a model of a shape writes for one reader or for many.

What this adds to ``by_hand.decode_seconds``: the bytes of a shape's weights and cache, the experts of a mixture, and the
arithmetic, which becomes the limit where many texts are written at once.
"""

from dataclasses import dataclass

from course_lib.scale.by_hand import decode_seconds
from course_lib.scale.families import Shape, active_parameters, parameters
from course_lib.scale.limits import positive, whole
from course_lib.scale.memory import cache_bytes

__all__ = ["BANDWIDTHS", "Pace", "pace", "weights_read"]

#: From the makers' data sheets: bytes per second from the device's own memory.
BANDWIDTHS = {"V100": 900e9, "A100": 2039e9, "H100": 3350e9}


def weights_read(shape: Shape, texts: int) -> float:
    """How many weights are read for one more token of each text: all, and of the experts those that somebody goes to.

    The texts are taken to choose their experts independently and evenly, so that of E experts, with k chosen, an expert is
    left alone by all of them with probability (1 - k/E)^texts.

    >>> mixture = {"d_ff": 5, "experts": 4, "chosen": 1}
    >>> shape = Shape("llama", layers=2, d_model=6, heads=3, vocab=7, context=5, **mixture)
    >>> weights_read(shape, 1) == active_parameters(shape), round(weights_read(shape, 10**3)) == parameters(shape)
    (True, True)
    """
    if not shape.experts:
        return float(parameters(shape))
    resting = (1 - shape.chosen / shape.experts) ** whole("texts", texts)
    all_but_chosen = parameters(shape) - active_parameters(shape)
    experts = all_but_chosen / (1 - shape.chosen / shape.experts) if shape.chosen < shape.experts else 0.0
    return parameters(shape) - resting * experts


@dataclass(frozen=True)
class Pace:
    """How fast a model writes at best.

    Attributes:
        seconds: for one more token of each text.
        weight_bytes, cache_bytes: that are read for it.
        arithmetic: the seconds that the products alone would take.
        texts: how many are written at once.
    """

    seconds: float
    weight_bytes: float
    cache_bytes: float
    arithmetic: float
    texts: int

    @property
    def each(self) -> float:
        """Tokens per second that one reader sees."""
        return 1 / self.seconds

    @property
    def together(self) -> float:
        """Tokens per second of all texts together."""
        return self.texts / self.seconds


def pace(shape: Shape, read: int, texts: int, bandwidth: float, peak_flops: float, bytes_per_element: int = 2) -> Pace:
    """The pace of a model that has read `read` tokens of each of `texts` texts: memory or arithmetic, whichever is slower.

    >>> gpt2 = Shape("gpt", layers=12, d_model=768, heads=12, vocab=50257, context=1024)
    >>> one, many = (pace(gpt2, 512, texts, 2039e9, 312e12) for texts in (1, 64))
    >>> one.each > many.each, many.together > one.together
    (True, True)
    """
    weights = bytes_per_element * weights_read(shape, texts)
    cache = cache_bytes(shape, read, texts, bytes_per_element)
    arithmetic = 2 * active_parameters(shape) * texts / positive("peak_flops", peak_flops)
    return Pace(max(decode_seconds(weights, cache, bandwidth), arithmetic), weights, cache, arithmetic, texts)
