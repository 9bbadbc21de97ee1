"""The figure of heads taken out."""

import numpy as np
import pytest
import torch

from course_lib import corpus
from course_lib.interpretation import by_hand
from course_lib.interpretation.figures.removed import SENTENCES, removed_explorer, removed_frame
from course_lib.interpretation.opened import look, removing
from course_lib.interpretation.trained import load_trained


@pytest.mark.parametrize("second", [None, (0, 0), (2, 3)])
def test_each_row_is_the_model_without_that_head(second):
    model, text = load_trained(1), SENTENCES[1]
    frame = removed_frame(model, text, second)
    ids = torch.tensor([corpus.vocabulary().encode(text)])
    for head in ((0, 0), (1, 2), (2, 3)):
        gone = {head} | ({second} if second else set())
        shares = look(model, ids, heads=removing(list(gone), by_hand.ablate_head)).logits[0, -1].softmax(-1)
        chosen = [corpus.vocabulary().ids[word] for word in frame["words"]]
        np.testing.assert_allclose(frame["predictions"][head][1], shares[chosen], atol=1e-5)
    assert (frame["predictions"][:, :, 0] == frame["predictions"][0, 0, 0]).all()


def test_it_is_drawn_at_both_ends_and_all_frames_are_there_before():
    figure = removed_explorer(load_trained(0))
    assert figure.mode == "frames"
    figure.set(sentence=SENTENCES[-1], second="layer 3, head 4")
    assert figure.png()
    assert "layer 3, head 4" in figure.alt()
