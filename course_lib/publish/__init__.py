"""From lessons/ to notebooks/: the text source of a lesson becomes the notebook that a learner opens.

- ``cell``: one cell, the tags that its header may carry
- ``source``: reads a lesson's cells, and says file and line where something is wrong
- ``order``: what must hold between cells: each exercise has its header, its answer and its check
- ``notebook``: turns it into a notebook, answers cut or kept, the same bytes every time
- ``readme``: the list of lessons in README
- ``build``: writes a folder of notebooks, and never over somebody's work
"""

from course_lib.publish.build import EVERY, Built, build
from course_lib.publish.cell import LessonError
from course_lib.publish.notebook import notebook_text
from course_lib.publish.source import read_lesson

__all__ = ["EVERY", "Built", "LessonError", "build", "notebook_text", "read_lesson"]
