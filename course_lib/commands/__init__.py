"""What ``python -m course_lib`` can be asked to do: one file a command.

Each has a line of ``HELP``, ``add_arguments(parser)`` and ``run(chosen)``, which returns the exit status: 0 all well, 1 something
did not pass or was broken off, 2 not usable, 130 interrupted. A command may use every concept, and no concept uses a command. What
takes long to import (PyTorch, the concepts) is imported in ``run``, so that ``--help`` is there at once.

- ``lab``, ``grade``, ``progress``, ``update``: for learners
- ``train``, ``write``: train a small GPT on any text, with one process or several; let a finished one write
- ``measure``: what a device can do
- ``regenerate``: make what is shipped in data/ again
- ``page``: a lesson's figures on a page without a kernel; ``site``: the whole course as pages
- ``certificate``: what one has built, as a picture that can be checked
- ``classroom``: for those who teach: grade a whole class in a sandbox, fill gradebooks, release the students' edition
- ``mistakes``: the page of a known mistake, or all of them as files
- ``build``, ``verdicts``: for those who write lessons and exercises
- ``common``, ``material``, ``sampling``, ``processes``: what several of them share, and the processes of ``train --processes``
"""

from importlib import import_module
from importlib.util import find_spec

__all__ = ["COMMANDS"]

_ALL = (
    *("lab", "grade", "progress", "update", "train", "write", "measure", "regenerate"),
    *("build", "verdicts", "certificate", "page", "site", "mistakes", "classroom"),
)
#: In the order in which ``--help`` lists them; the students' edition has not all of them.
COMMANDS = {name: import_module(f"{__name__}.{name}") for name in _ALL if find_spec(f"{__name__}.{name}")}
