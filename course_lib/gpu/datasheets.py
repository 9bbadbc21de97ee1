"""What makers print about their cards: the two numbers of a roof, with their source. Printed, not measured."""

from dataclasses import dataclass

from course_lib.data import read_table
from course_lib.gpu.by_hand import ridge

__all__ = ["Card", "cards"]


@dataclass(frozen=True)
class Card:
    """A graphics card on paper.

    Attributes:
        name: as it is sold.
        year: of its announcement.
        peak: FLOP per second of products in 16 bits, all numbers counted (no sparsity).
        bandwidth: bytes per second of its memory.
        memory: bytes of it.
        source: where this is printed.
    """

    name: str
    year: int
    peak: float
    bandwidth: float
    memory: float
    source: str

    @property
    def ridge(self) -> float:
        """FLOP per byte at which slope and roof meet."""
        return ridge(self.peak, self.bandwidth)


def cards() -> tuple[Card, ...]:
    """Every card of ``data/gpus.csv``, the oldest first.

    >>> [round(card.ridge) for card in cards()]
    [139, 203, 153, 295, 206]
    """
    return tuple(
        Card(
            row["card"],
            int(row["year"]),
            1e12 * float(row["tflops_16_bits"]),
            1e9 * float(row["bandwidth_gb_per_s"]),
            1e9 * float(row["memory_gb"]),
            row["source"],
        )
        for row in read_table("gpus.csv")
    )
