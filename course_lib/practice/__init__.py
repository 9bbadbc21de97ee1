"""The kit behind the exercises: what an exercise is, how an answer is judged, what the learner is told, what is kept.

- ``exercise``: an exercise is data, one file each: cases, a reference, known wrong answers, hints
- ``catalogue``: exercises found by their lesson or their id
- ``markers``: the words by which lessons, notebooks and graders know an exercise
- ``verdict``: what is said of an answer, and for which of a few reasons
- ``running``: one call of a learner's function, with fresh arguments and a time limit
- ``comparing``: is this value the expected one, and if not, in what way not
- ``screening``, ``judging``, ``diagnosing``: from an answer to a verdict that names the mistake
- ``advice``: what an exception usually means
- ``report``: the card, the hint and the progress board, in HTML and in text
- ``progress``: one SQLite file beside the notebooks
- ``kept``, ``mine``: an answer that passed is run again from its text, and used in later lessons
- ``grading``: a learner's notebooks, run again from top to bottom
- ``verdicts``: proof that every check can fail: exercise x wrong answer x verdict
"""

from course_lib.practice.check import check, hint
from course_lib.practice.report import progress_board

__all__ = ["check", "hint", "progress_board"]
