"""``python -m course_lib.embedding``; see ``python -m course_lib.embedding --help``."""

import sys

from course_lib.embedding.cli import main

if __name__ == "__main__":
    sys.exit(main())
