"""Pip's many lines, and the few that are shown of them."""

import io

import pytest

from course_lib.install.progress import Progress, bar

LINES = [
    "Obtaining file:///home/me/course\n",
    "  Installing build dependencies: started\n",
    "Collecting torch==2.13.0\n",
    "  Downloading torch-2.13.0-cp312-cp312-manylinux_2_28_x86_64.whl.metadata (30 kB)\n",
    "Requirement already satisfied: six in ./lib (1.17.0)\n",
    "Downloading torch-2.13.0-cp312-cp312-manylinux_2_28_x86_64.whl (526.6 MB)\n",
    "Progress 0 of 526600000\n",
    "Progress 131650000 of 526600000\n",
    "Downloading comm-0.2.3-py3-none-any.whl (7.3 kB)\n",
    "Installing collected packages: comm, torch\n",
    "Successfully installed comm-0.2.3 torch-2.13.0\n",
]


class Terminal(io.StringIO):
    """Says that lines can be replaced."""

    def isatty(self):
        return True


def shown(out):
    progress = Progress(out, clock=iter([10.0, 85.0]).__next__)
    for line in LINES:
        progress.line(line)
    progress.done()
    return out.getvalue()


def test_a_log_keeps_the_large_downloads_and_the_end():
    assert shown(io.StringIO()).splitlines() == [
        "  torch 2.13.0 (526.6 MB)",
        "  unpacking 2 packages ...",
        "  done, in 75 s",
    ]


def test_on_a_terminal_one_line_moves():
    text = shown(Terminal())
    states = [one.rstrip() for one in text.replace("\n", "\r").split("\r") if one.strip()]
    assert states == [
        "  looking for torch==2.13.0",
        "  torch 2.13.0 (526.6 MB)",
        bar("torch 2.13.0", 0, 526.6e6),
        bar("torch 2.13.0", 131.65e6, 526.6e6),
        "  comm 0.2.3 (7.3 kB)",
        "  unpacking 2 packages ...",
        "  done, in 75 s",
    ]
    assert text.count("\n") == 2


def test_no_line_is_longer_than_a_narrow_terminal():
    out = Terminal()
    Progress(out).line("Collecting " + "x" * 200)
    assert len(out.getvalue()) < 80


@pytest.mark.parametrize(("fetched", "signs"), [(0, "[....]"), (50, "[##..]"), (100, "[####]")])
def test_the_bar_is_empty_half_full_and_full(fetched, signs):
    assert signs in bar("a", fetched * 1e6, 100e6, width=4)


def test_a_download_of_unknown_length_has_an_empty_bar():
    assert "[....] 5 of 0 MB" in bar("a", 5e6, 0, width=4)
