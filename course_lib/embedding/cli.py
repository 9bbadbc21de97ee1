"""``python -m course_lib.embedding``: train the table again and write it to data/."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib.data import FOLDER

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write, and print where; the exit status is 2 where the file cannot be written."""
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.embedding",
        description="Train the table of lesson 02 on the course's corpus: about a minute on a free core. On one machine "
        "the file comes out the same byte for byte; on another the last digits may differ.",
    )
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder to write to (default: data/)")
    parser.add_argument("--seed", type=int, help="another random start")
    parser.add_argument("--steps", type=int, help="how long to train")
    chosen = parser.parse_args(arguments)

    import torch  # here, so that --help is there at once

    from course_lib.corpus import stream
    from course_lib.embedding.trained_table import save, vocabulary_of_text
    from course_lib.embedding.training import Settings, train_table

    torch.set_num_threads(1)  # the number of threads decides the order of sums, and so the last digits
    given = {name: value for name in ("seed", "steps") if (value := getattr(chosen, name)) is not None}
    settings = Settings(**given)
    vocabulary = vocabulary_of_text()
    ids = vocabulary.encode(stream("train"))
    trained = train_table(
        ids, vocabulary.words, settings, tell=lambda step, loss: print(f"step {step:5}  loss {loss:.3f}")
    )
    try:
        print(save(trained, vocabulary.words, settings, chosen.out))
    except OSError as problem:
        print(f"course_lib.embedding: cannot write to {chosen.out}: {problem}", file=sys.stderr)
        return 2
    return 0
