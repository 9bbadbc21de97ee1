"""The figure that goes through the writing."""

from course_lib import corpus
from course_lib.training.figures.generation import generation_explorer, generation_frames
from course_lib.training.studies.story_model import write


def test_the_figure_of_writing_shows_the_text_that_is_written(watched_run):
    trainer, _ = watched_run
    frames = generation_frames(trainer.model, n_tokens=20, seed=3)
    assert len(frames) == 20, "also beyond the context of 16"
    written = corpus.vocabulary().encode(
        write(trainer.model, n_tokens=20, seed=3).replace("<start>", "START"), unknown=True
    )
    for i, frame in enumerate(frames):
        assert len(frame["tokens"]) == 4 + i
        known = [number for number in frame["ids"].astype(int).tolist() if number > 1]
        assert known == [number for number in written if number > 1][: len(known)]
    assert generation_explorer(trainer.model, n_tokens=3).png()
