"""A notebook run from top to bottom, for whoever wants to look at what it shows."""

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

__all__ = ["executed"]


def executed(path: Path, **surroundings: str) -> nbformat.NotebookNode:
    """A copy of a notebook after a run, in a folder that is gone afterwards. No progress is kept.

    Args:
        path: the notebook.
        surroundings: environment variables besides those of this process.
    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
    """
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        client.execute(env={**os.environ, "COURSE_PROGRESS": "off", **surroundings})
    return notebook
