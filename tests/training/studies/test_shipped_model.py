"""The model of data/."""

from course_lib import corpus
from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.studies.shipped_model import load_shipped
from course_lib.training.studies.story_model import stream


def test_the_shipped_model_is_a_good_one():
    shipped = load_shipped()
    assert corpus.entropy() - 0.05 < mean_loss(shipped, stream("held_out")[:4096]) < 0.9
    assert not shipped.training
