"""``python -m course_lib COMMAND``; see ``python -m course_lib --help``."""

import sys

if __name__ == "__main__":
    try:
        import signal

        from course_lib.cli import main

        status = main()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: nothing is left that an interrupt could stop
    except KeyboardInterrupt:  # before the command had begun
        status = 130
    sys.exit(status)
