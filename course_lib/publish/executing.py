"""A notebook run from top to bottom, for whoever wants to look at what it shows."""

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

from course_lib.practice.channels import channels

__all__ = ["executed"]


def executed(path: Path, seconds: int = 600, **surroundings: str) -> nbformat.NotebookNode:
    """A copy of a notebook after a run, in a folder that is gone afterwards. No progress is kept.

    Args:
        path: the notebook.
        seconds: for each cell at most.
        surroundings: environment variables besides those of this process.
    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
        nbclient.exceptions.CellTimeoutError: a cell took longer.
    """
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder, channels() as settings:
        client = NotebookClient(
            notebook,
            timeout=seconds,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            config=Config(KernelManager=settings),
            resources={"metadata": {"path": folder}},
        )
        client.execute(env={**os.environ, "COURSE_PROGRESS": "off", **surroundings})
    return notebook
