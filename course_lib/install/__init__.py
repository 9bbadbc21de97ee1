"""The course's environment: made where it is missing, made again where it is half made, silent where it is whole.

`start.py` and `dev/check_versions.py` use this before anything is installed: the standard library alone, no more.
"""

from course_lib.install.commands import Trouble, run
from course_lib.install.environment import interpreter, make, version_inside
from course_lib.install.packages import install
from course_lib.install.prepare import prepare

__all__ = ["Trouble", "install", "interpreter", "make", "prepare", "run", "version_inside"]
