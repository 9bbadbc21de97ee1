"""The lessons in their order, and where each one's exercises live. The one list that everything else reads."""

from dataclasses import dataclass

__all__ = ["LESSONS", "Lesson", "lesson_of"]


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes:
        number: its place in the course, from 0.
        concept: the one word of its files, package, tests and exercise ids.
        title, summary: what it is called, and what it is about.
        seconds: how long its notebook may take from top to bottom on two cores of its own; the tests hold it to
            that, and leave some runs of a lesson of 20 seconds or more to `make check-all`.
    """

    number: int
    concept: str
    title: str
    summary: str
    seconds: int = 30

    @property
    def name(self) -> str:
        """The file name without its ending, e.g. "04_attention"."""
        return f"{self.number:02d}_{self.concept}"


LESSONS = (
    Lesson(0, "start_here", "Start here", "why Transformers, how this course works, a first exercise", seconds=15),
    Lesson(1, "tokenization", "Tokenization", "text becomes a list of integers: byte-pair encoding from scratch"),
    Lesson(2, "embedding", "Embedding", "integers become vectors, and vectors come to mean something", seconds=20),
    Lesson(
        3, "positional_encoding", "Positional encoding", "how a model that reads everything at once knows the order"
    ),
    Lesson(4, "attention", "Attention", "every token asks, and takes what it needs from the others", seconds=15),
    Lesson(
        5, "multi_head", "Multi-head attention", "several views at once, split and joined without a slip", seconds=60
    ),
    Lesson(6, "block", "The block", "feed-forward, residual, norm: the part that is repeated", seconds=60),
    Lesson(
        7, "transformer", "The Transformer", "encoder, decoder, and the three families built from one block", seconds=60
    ),
    Lesson(8, "loss", "Loss", "one number that says how wrong a prediction was", seconds=20),
    Lesson(9, "backprop", "Backpropagation", "the gradient of every operation by hand", seconds=60),
    Lesson(10, "training", "Training", "a full run, and text that comes out of it", seconds=70),
    Lesson(11, "gpu", "GPU training", "what a GPU is good at, measured", seconds=60),
    Lesson(12, "scale", "The scale of GPT-3", "its published numbers, recomputed three ways"),
    Lesson(
        13,
        "modern",
        "Since GPT-3",
        "what a model of today has that GPT-3 had not, each change measured alone",
        seconds=60,
    ),
    Lesson(14, "interpretation", "Inside a trained model", "what attention learned, measured", seconds=60),
    Lesson(15, "vision", "Vision Transformer", "image patches as tokens", seconds=75),
    Lesson(16, "your_gpt", "Your GPT", "the functions you wrote, assembled and trained", seconds=75),
)


def lesson_of(concept: str) -> Lesson:
    """The lesson whose concept, file name or number is this.

    Raises:
        LookupError: there is no such lesson.

    >>> lesson_of("gpu").name, lesson_of("04").concept
    ('11_gpu', 'attention')
    """
    for lesson in LESSONS:
        if concept in (lesson.concept, lesson.name, f"{lesson.number:02d}"):
            return lesson
    raise LookupError(f"there is no lesson {concept!r}; the lessons are {', '.join(each.concept for each in LESSONS)}")
