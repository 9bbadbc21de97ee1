"""Whether the computer has what the course needs: what is found, what is missing, and how both are shown."""

import importlib.metadata

import pytest

from course_lib.start_here import machine
from course_lib.start_here.machine import Machine, Requirement, check_machine


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Where progress would be kept: a folder that is still to be made."""
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "new" / "progress.sqlite"))
    return tmp_path


def requirement(found, name):
    return next(one for one in found.requirements if one.name == name)


def test_where_the_tests_run_the_packages_are_there_in_the_versions_that_are_pinned():
    found = check_machine()
    assert requirement(found, "Python 3.11 or newer").enough
    for name in machine.NEEDED:
        assert requirement(found, name) == Requirement(
            name, importlib.metadata.version(name).partition("+")[0], True, requirement(found, name).advice
        )
    assert requirement(found, "processor").found.split()[0].isdigit()
    assert "GiB" in requirement(found, "a folder to keep progress in").found


def test_a_package_that_is_not_installed_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setattr(machine, "NEEDED", ("numpy", "no-such-package-at-all"))
    found = check_machine()
    missing = requirement(found, "no-such-package-at-all")
    assert (missing.found, missing.enough) == ("not installed", False)
    assert not found.ready
    assert found.summary == "Not everything is there yet; look at: no-such-package-at-all."
    assert (
        "✗ no-such-package-at-all: not installed  (run make clean, then make lab: it installs what is pinned)"
        in repr(found)
    )


def test_another_version_than_the_pinned_one_will_do_and_is_mentioned(monkeypatch, tmp_path):
    (tmp_path / "pins.txt").write_text("numpy==1.2.3\n")
    monkeypatch.setattr(machine, "PINS", tmp_path / "pins.txt")
    found = requirement(check_machine(), "numpy")
    assert found.enough
    assert found.found.endswith("(the course is tested with 1.2.3)")


def test_without_the_file_of_pins_nothing_is_said_about_versions(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "PINS", tmp_path / "missing.txt")
    assert requirement(check_machine(), "numpy").found == importlib.metadata.version("numpy")


@pytest.mark.parametrize(("gib", "enough"), [(2.0, False), (3.4, False), (4.0, True), (67.0, True)])
def test_too_little_memory_is_said_with_the_number(monkeypatch, gib, enough):
    monkeypatch.setattr(machine, "_memory_gib", lambda: gib)
    assert requirement(check_machine(), "memory of 4 GiB").enough is enough
    assert requirement(check_machine(), "memory of 4 GiB").found == f"{gib:.1f} GiB"


@pytest.mark.parametrize(("limit", "said"), [("1610612736\n", 1.5), ("max\n", 64.0), ("9223372036854771712", 64.0)])
def test_the_memory_of_a_container_is_its_limit_and_not_the_hosts(monkeypatch, tmp_path, limit, said):
    (tmp_path / "memory.max").write_text(limit)
    monkeypatch.setattr(machine, "CONTAINER_LIMITS", (tmp_path / "memory.max", tmp_path / "missing"))
    monkeypatch.setattr(machine.os, "sysconf", lambda name: 4096 if name == "SC_PAGE_SIZE" else 2**24, raising=False)
    assert machine._memory_gib() == said


def test_an_installation_without_the_table_of_claims_is_said(monkeypatch, tmp_path):
    assert requirement(check_machine(), "the course's data").enough
    monkeypatch.setattr(machine.data, "FOLDER", tmp_path)
    missing = requirement(check_machine(), "the course's data")
    assert (missing.enough, "--editable" in missing.advice) == (False, True)


def test_memory_that_the_system_does_not_tell_is_left_out(monkeypatch):
    monkeypatch.setattr(machine, "_memory_gib", lambda: None)
    assert all("memory" not in one.name for one in check_machine().requirements)


def test_a_folder_that_cannot_be_written_is_said(monkeypatch, place):
    def refuse(dir):
        raise PermissionError("read-only file system")

    monkeypatch.setattr(machine.tempfile, "NamedTemporaryFile", refuse)
    kept = requirement(check_machine(), "a folder to keep progress in")
    assert (kept.found, kept.enough, kept.advice) == (
        f"{place}: read-only file system",
        False,
        machine.KEEP_ELSEWHERE,
    )


def test_a_full_disk_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 2**20})())
    monkeypatch.chdir(tmp_path)
    kept = requirement(check_machine(), "a folder to keep progress in")
    assert (kept.found, kept.enough) == ("0 GiB free", False)
    assert list(tmp_path.iterdir()) == [], "trying to write leaves nothing behind"


@pytest.mark.parametrize(
    ("cuda", "mps", "said"),
    [(True, False, "the GPU Test <9>"), (False, True, "the GPU of this Mac (MPS)"), (False, False, "the processor")],
)
def test_the_device_is_looked_up(monkeypatch, cuda, mps, said):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Test <9>")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert said in check_machine().summary


def test_text_from_outside_is_escaped_in_the_table():
    shown = Machine((Requirement("<b>", "a & b", False, "<i>do</i>"),), "GPU <1>")
    table = shown._repr_html_()
    for escaped in ("✗ &lt;b&gt;", "a &amp; b", "&lt;i&gt;do&lt;/i&gt;", "look at: &lt;b&gt;"):
        assert escaped in table
    assert "<b>" not in table
    assert "<i>" not in table


def test_advice_is_given_only_where_something_is_missing():
    ready = Machine((Requirement("memory", "8 GiB", True, "buy more"),), "x")
    assert ready.ready
    assert "buy more" not in repr(ready) + ready._repr_html_()
    assert repr(ready).splitlines() == [
        "✓ memory: 8 GiB",
        "This machine has what the course needs. PyTorch will compute on: x.",
    ]
