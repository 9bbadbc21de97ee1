"""What the first cell of every lesson imports: checking, hints, claims, the board, and what one has written oneself."""

import sqlite3

from course_lib.claims import claim, claim_table
from course_lib.explorer import prediction_hooks
from course_lib.explorer.predict import prediction_memories
from course_lib.practice import check, hint, progress_board
from course_lib.practice.mine import mine
from course_lib.practice.progress import open_progress

__all__ = ["check", "claim", "claim_table", "hint", "mine", "progress_board"]


def _keep_prediction(name: str, question: str, guess: object, answer: object, score: float) -> None:
    """Count a guess of a predict-first figure; a full or broken disk must not take the figure away."""
    try:
        progress = open_progress()
        if progress is not None:
            progress.record_prediction(name, question, guess, answer, score)
    except (sqlite3.Error, OSError):
        return


def _recall_prediction(name: str, question: str) -> str | None:
    """What was guessed at a figure in an earlier run."""
    try:
        progress = open_progress()
        return None if progress is None else progress.guess(name, question)
    except (sqlite3.Error, OSError):
        return None


if _recall_prediction not in prediction_memories:
    prediction_memories.append(_recall_prediction)
if _keep_prediction not in prediction_hooks:
    prediction_hooks.append(_keep_prediction)
