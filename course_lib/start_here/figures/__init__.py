"""The figures of lesson 00, in its order, one file each.

- ``reach``: who has heard of whom after how many steps
- ``work``: multiplications, and steps that wait for each other
"""

from course_lib.start_here.figures.reach import reach_explorer, reach_frame
from course_lib.start_here.figures.work import work_explorer, work_frame

__all__ = ["reach_explorer", "reach_frame", "work_explorer", "work_frame"]
