"""Notebooks such as students hand in."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.practice.markers import answer_line


def answer(exercise, body, arguments, before=""):
    """The source of an answer cell."""
    return f"{answer_line(exercise)}\n{before}def {exercise.partition('.')[2]}({arguments}):\n    {body}"


def write(path, cells, **metadata):
    """A notebook of these sources; a tuple holds Markdown."""
    made = [new_markdown_cell(*cell) if isinstance(cell, tuple) else new_code_cell(cell) for cell in cells]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=made, metadata=metadata), path)
    return path


NUMPY = "import numpy as np"
MEAN = "start_here.mean_of_rows"
SOFTMAX, SCALED, MASK = "attention.softmax", "attention.scaled_scores", "attention.causal_mask"
STABLE = "e = np.exp(scores - scores.max(-1, keepdims=True)); return e / e.sum(-1, keepdims=True)"
RIGHT_SOFTMAX = answer(SOFTMAX, STABLE, "scores")
RIGHT_MASK = answer(MASK, "return np.tri(n, dtype=bool)", "n")
RIGHT_SCALED = answer(SCALED, "return Q @ K.T / Q.shape[-1] ** 0.5", "Q, K")
LESSON = "04_attention.ipynb"
