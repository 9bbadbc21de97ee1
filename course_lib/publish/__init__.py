"""From lessons/ to notebooks/: the text source of a lesson becomes the notebook that a learner opens.

- ``source``: reads a lesson, checks it, and says file and line where something is wrong
- ``notebook``: turns it into a notebook, answers cut or kept, the same bytes every time
- ``build``: writes a folder of notebooks, and never over somebody's work
"""

from course_lib.publish.build import build, holds_work
from course_lib.publish.notebook import notebook_text
from course_lib.publish.source import LessonError, read_lesson

__all__ = ["LessonError", "build", "holds_work", "notebook_text", "read_lesson"]
