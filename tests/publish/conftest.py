"""Small lessons to build from: a sound one, and a way to write it with something changed."""

import pytest

PARTS = {
    "title": "# %% [markdown]\n# # A lesson\n#\n# with two paragraphs, a sign × and a “quote”.\n",
    "code": "# %%\nimport numpy as np\n\nx = np.eye(3)\n",
    "header": "# %% [markdown]\n# Now you.\n#\n# {exercise start_here.mean_of_rows}\n",
    "answer": (
        "# %%\n# exercise: start_here.mean_of_rows\ndef mean_of_rows(x):\n    # >>> answer\n"
        "    return x.mean(axis=0)\n    # <<< answer\n"
    ),
    "check": '# %%\ncheck("start_here.mean_of_rows", mean_of_rows)\n',
    "end": "# %% [markdown]\n# The end.\n",
}


@pytest.fixture
def lesson(tmp_path):
    """Write the sound lesson with some parts replaced (None leaves one out) and return its path."""

    def write(name="50_made_up.py", folder=None, **changed):
        path = (folder or tmp_path / "lessons") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = {**PARTS, **changed}
        path.write_text("\n".join(part for part in parts.values() if part is not None), encoding="utf-8")
        return path

    return write
