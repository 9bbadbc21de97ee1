"""Why a small model is trained on far more text than is best for its training: it will write for a long time.

Loss by the formula of Hoffmann et al. 2022 (arXiv:2203.15556, equation 10): L(N, D) = E + A / N^a + B / D^b, with their
constants and with those of Besiroglu et al. 2024 (arXiv:2404.10102), who fitted the same points again and got others. Both are
fits to models of less than 20 billion parameters and about 20 tokens for each; far from there they are guesses.
"""

from dataclasses import dataclass

from course_lib.scale.by_hand import training_flops
from course_lib.scale.limits import positive

__all__ = ["FITS", "Fit", "even_after", "twin"]


@dataclass(frozen=True)
class Fit:
    """Constants of the formula for the loss."""

    E: float
    A: float
    a: float
    B: float
    b: float

    def loss(self, n_params: float, tokens: float) -> float:
        """The loss of a model of N parameters after D tokens, in nats for each token of their text.

        >>> round(FITS["Hoffmann et al. 2022"].loss(70e9, 1.4e12), 3)
        1.937
        """
        return (
            self.E + self.A / positive("n_params", n_params) ** self.a + self.B / positive("tokens", tokens) ** self.b
        )


FITS = {
    "Hoffmann et al. 2022": Fit(E=1.69, A=406.4, a=0.34, B=410.7, b=0.28),
    "Besiroglu et al. 2024": Fit(E=1.8172, A=482.01, a=0.3478, B=2085.43, b=0.3658),
}


def twin(fit: Fit, n_params: float, tokens: float, ratio: float = 20.0) -> float:
    """How many parameters a model has that is trained on `ratio` tokens for each and comes to the same loss.

    >>> fit = FITS["Hoffmann et al. 2022"]
    >>> round(twin(fit, 70e9, 1.4e12) / 70e9, 6)  # trained that way already
    1.0
    """
    wanted = fit.loss(n_params, tokens)
    low, high = 1.0, 1e18
    for _ in range(200):  # the loss falls as the model grows: halve the interval, in logarithms
        middle = (low * high) ** 0.5
        low, high = (middle, high) if fit.loss(middle, ratio * middle) > wanted else (low, middle)
    return (low * high) ** 0.5


def even_after(fit: Fit, n_params: float, tokens: float, ratio: float = 20.0) -> float:
    """After how many written or read tokens the smaller, longer trained model has taken less work than its twin in all.

    Training takes 6 N D, each token that is read or written later 2 N.

    >>> even_after(FITS["Hoffmann et al. 2022"], 8e9, 15e12) > 0
    True
    """
    larger = twin(fit, n_params, tokens, ratio)
    more = training_flops(n_params, tokens) - training_flops(larger, ratio * larger)
    return max(0.0, more) / (2 * (larger - n_params))
