"""A notebook run from top to bottom."""

import sys

import nbformat
import pytest

from course_lib.practice import channels as place
from course_lib.publish.executing import executed

LISTENS = """from ipykernel.kernelapp import IPKernelApp
print(IPKernelApp.instance().transport)"""


def said(tmp_path, *cells):
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), path)
    return [output["text"] for cell in executed(path, 60).cells for output in cell.outputs]


@pytest.mark.skipif(sys.platform == "win32", reason="has no sockets that are files")
def test_no_port_is_used_that_another_program_might_take(tmp_path):
    assert said(tmp_path, LISTENS) == ["ipc\n"]


def test_where_a_folder_lies_too_deep_for_a_socket_it_is_ports(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "LONGEST", 5)
    assert said(tmp_path, LISTENS) == ["tcp\n"]


def test_it_runs_in_a_folder_of_its_own_in_which_nothing_lies(tmp_path):
    assert said(tmp_path, "import os; print(os.listdir())", "open('made', 'w').close()") == ["[]\n"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.ipynb"]
