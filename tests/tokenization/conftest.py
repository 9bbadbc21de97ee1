"""Texts that the tokenizers are tried on."""

import os
from pathlib import Path

import numpy as np
import pytest

WORDS = [
    "the",
    "fox",
    "sat",
    "by",
    "brook",
    "and",
    "moss",
    "while",
    "owls",
    "asked",
    "again",
    "naïve",
    "森林",
    "🌲",
    "Ένα",
]


@pytest.fixture(scope="session")
def prose():
    """Forty thousand characters that look like prose: words of several scripts by Zipf's law, lines, many ties."""
    rng = np.random.default_rng(17)
    shares = 1 / np.arange(1, len(WORDS) + 1)
    drawn = rng.choice(WORDS, size=8000, p=shares / shares.sum())
    ends = rng.choice([" ", " ", " ", " ", " ", ", ", ".\n", "\n\n"], size=8000)
    return "".join(word + end for word, end in zip(drawn, ends, strict=True))


@pytest.fixture(scope="session")
def own_text():
    """The text that COURSE_TEXT names, such as tiny Shakespeare; skipped without one."""
    name = os.environ.get("COURSE_TEXT")
    if not name:
        pytest.skip("COURSE_TEXT is not set: it may name a large text file to train on")
    return Path(name).read_text(encoding="utf-8")
