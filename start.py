"""The front door: finds a Python that fits, sees to the course's environment, and does what was asked.

    py start.py lab                  open the course (on Windows; elsewhere `make lab` types this for you)
    py start.py update               fetch its newer version, and carry your answers over
    py start.py grade                or progress, train, ...: every command of `python -m course_lib`
    py start.py run -m pytest        anything else, by the environment's Python
    py start.py install              make the environment, and no more

It needs a Python and nothing else. An old one, too, must be able to read this file, far enough to say that it is too old:
no annotations, no f-strings, plain ASCII. What it hands over to (course_lib/install) may use all that 3.11 has.
"""

from __future__ import print_function

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(ROOT, ".venv")
OLDEST = (3, 11)
# PyTorch 2.13.0, the pin, has builds for Python 3.10 to 3.14; on a newer one nothing could be installed.
NEWEST = (3, 14)
if os.name == "nt":
    CANDIDATES = [["py", "-3.14"], ["py", "-3.13"], ["py", "-3.12"], ["py", "-3.11"], ["python"]]
    CHOOSE = "py -3.12 start.py lab"
else:
    CANDIDATES = [["python3"], ["python3.11"], ["python3.12"], ["python3.13"], ["python3.14"], ["python"]]
    CHOOSE = "make lab PYTHON=/path/to/python3.12"
ASK_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


class TooOld(Exception):
    """No Python that fits, in words for the person who wants to start the course."""


def fits(version):
    """Whether the course runs on this version of Python.

    >>> fits((3, 10, 13)), fits((3, 11, 0)), fits((3, 15, 0))
    (False, True, False)
    """
    return OLDEST <= tuple(version[:2]) <= NEWEST


def answer(command):
    """What a command prints, or "" where it cannot be started or fails."""
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output = process.communicate()[0].decode("utf-8", "replace")
    except OSError:
        return ""
    return output if process.returncode == 0 else ""


def find_python(version, answer=answer, out=None):
    """The command for a Python that fits, where the one that runs this does not.

    Raises:
        TooOld: there is none on the path, with what to do.
    """
    this, span = "%d.%d" % tuple(version[:2]), "%d.%d to %d.%d" % (OLDEST + NEWEST)
    for command in CANDIDATES:
        said = answer(command + ["-c", ASK_VERSION]).strip()
        if re.match(r"\d+\.\d+$", said) and fits([int(part) for part in said.split(".")]):
            message = "The course needs Python %s, and this is %s: it takes %s."
            print(message % (span, this, " ".join(command)), file=out or sys.stderr)
            return command
    message = "The course needs Python %s, and this is %s (%s). Install one, or name yours: %s"
    raise TooOld(message % (span, this, sys.executable, CHOOSE))


def command_for(word, arguments, python):
    """The command line that a word stands for, or None where nothing is left to do.

    >>> command_for("grade", ["homework"], "python")
    ['python', '-m', 'course_lib', 'grade', 'homework']
    """
    if word == "install":
        return None
    return [python] + ([] if word == "run" else ["-m", "course_lib", word]) + list(arguments)


def hand_over(command):
    """Become this command; on Windows, which cannot, wait for it and return its exit status."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execvp(command[0], command)
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # Ctrl-C is meant for the command, which has got it too


def main(arguments, version=sys.version_info, answer=answer, hand_over=hand_over):
    """Do one word; return its exit status."""
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(__doc__.strip())
        return 0 if arguments else 2
    if not fits(version):
        try:
            return hand_over(find_python(version, answer) + [os.path.abspath(__file__)] + arguments)
        except TooOld as trouble:
            print(trouble, file=sys.stderr)
            return 1
    sys.path.insert(0, ROOT)
    from course_lib.install import Trouble, interpreter, prepare

    try:
        prepare(FOLDER)
    except Trouble as trouble:
        print("\n%s" % trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nBroken off. The next command makes the environment again.", file=sys.stderr)
        return 130
    command = command_for(arguments[0], arguments[1:], interpreter(FOLDER))
    return hand_over(command) if command else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
