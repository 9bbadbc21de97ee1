"""``python -m course_lib.corpus``; see ``python -m course_lib.corpus --help``."""

import sys

from course_lib.corpus.cli import main

if __name__ == "__main__":
    sys.exit(main())
