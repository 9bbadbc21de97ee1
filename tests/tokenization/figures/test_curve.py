"""Tokens per word fall as merges are added, and are what the plain encoder counts."""

import numpy as np

from course_lib.tokenization import by_hand
from course_lib.tokenization.figures.curve import curve_frame
from course_lib.tokenization.figures.merges import learned
from course_lib.tokenization.figures.typed import SENTENCE
from course_lib.tokenization.texts import STORY


def test_the_curves_fall_and_are_the_tokens_per_word():
    frame = curve_frame(1024)
    for name in ("seen", "unseen"):
        assert (np.diff(frame[name]) <= 0).all()
    words = len(STORY.split())
    assert frame["unseen"][0] == len(STORY.encode()) / words
    assert frame["unseen"][-1] == len(by_hand.encode(STORY, list(learned()))) / words
    assert frame["seen"][-1] < frame["unseen"][-1], "what it was trained on ends up shorter"
    assert curve_frame(0)["at"] == frame["x"][0] == 0.5
    assert curve_frame(0)["tokens"] == list(SENTENCE.replace(" ", "·"))
