"""A part taken out: the training loss with it and without it, and what the model writes."""

from collections.abc import Mapping

from course_lib.explorer import Choice, Curves, Explorer, Note
from course_lib.training.engine.loop import Trainer
from course_lib.training.figures.live import smoothed
from course_lib.training.studies.ablation import writing_loss
from course_lib.training.studies.story_model import stream, write

__all__ = ["broken_explorer", "broken_frames"]


def broken_frames(runs: Mapping[str, Trainer]) -> dict[str, dict[str, object]]:
    """For each run its curve, beside that of the run called "nothing"."""
    x, whole = smoothed(runs["nothing"].losses, 50)
    held_out = stream("held_out")
    frames = {}
    for name, run in runs.items():
        _, curve = smoothed(run.losses, 50)
        writing = writing_loss(run.model, held_out, run.context - 1)
        sample = write(run.model, n_tokens=11, cached=False)
        frames[name] = {
            "x": x,
            "whole": whole,
            "broken": curve,
            "writing": writing,
            "note": f"{'With everything' if name == 'nothing' else 'Without ' + name}: the training loss ends at {curve[-1]:.2f} (with everything: {whole[-1]:.2f}); where the model has "
            f"to write, the next word costs it {writing:.2f} nats.\n{sample}",
        }
    return frames


def broken_explorer(runs: Mapping[str, Trainer]) -> Explorer:
    """Switch off one part, and see what fails and how fast."""
    frames = broken_frames(runs)
    return Explorer(
        lambda missing: frames[missing],
        controls=[Choice("missing", list(frames), value="nothing", label="take out")],
        panels=[
            [Curves("x", {"with everything": "whole", "without it": "broken"}, x_label="step", y_label="training loss", y_range=(0, 7))],
            [Note("note", title="What to see")],
        ],
        title="A part taken out",
        alt=lambda values, arrays: str(arrays["note"]),
        name="training.broken",
    )  # fmt: skip
