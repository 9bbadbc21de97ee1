"""``python -m course_lib.multi_head``; see ``python -m course_lib.multi_head --help``."""

import sys

from course_lib.multi_head.cli import main

if __name__ == "__main__":
    sys.exit(main())
