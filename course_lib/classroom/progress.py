"""How a grading gets on, for whoever wants to show it."""

__all__ = ["Progress"]


class Progress:
    """Is told how a grading gets on; this one keeps silent. A screen of one's own overrides what it wants to show."""

    def say(self, line: str) -> None:
        """Something that is worth a line."""

    def begin(self, count: int) -> None:
        """So many hand-ins will be graded."""

    def one(self, student: str, score: float, points: float, seconds: float, left: tuple[float, float] | None) -> None:
        """One was: its points, its seconds, and between how many seconds the rest will take, once that can be told."""
