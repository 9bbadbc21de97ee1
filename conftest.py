"""For every test and doctest: no check writes into the progress of whoever runs the tests."""

import os

os.environ["COURSE_PROGRESS"] = "off"
os.environ.pop("COURSE_STRICT", None)
# Jupyter's own files follow platformdirs from now on; without this it warns, and warnings are errors here.
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")


def pytest_collection_modifyitems(items: list) -> None:
    """The longest part begins first: whoever of two workers came to it at the end would leave the other without work for a quarter of an hour."""
    items.sort(key=lambda item: "publish/site/test_whole.py" not in item.nodeid)
