"""Whether a function hands its work to a library. In the worker's copy of the course ``practice/borrowing.py`` lies in this place:
it needs nothing but NumPy, and the package around it takes time to import.
"""

from course_lib.practice.borrowing import unwrapped, watch

__all__ = ["unwrapped", "watch"]
