"""The newer course by real git: what a learner does never keeps it away, is never written over, and git never sees it."""

import os
import subprocess

import pytest

from course_lib.worked.fetching import Refused, fetch


def git(folder, *words):
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def update(shared):
    """Fetch for the learner; returns what was told."""

    def update():
        told = []
        fetch(shared.learner.root, told.append)
        return " ".join(told)

    return update


def refusal(update):
    with pytest.raises(Refused) as caught:
        update()
    return str(caught.value)


def test_git_sees_no_difference_whatever_a_learner_runs_saves_or_solves(shared):
    shared.learner.run("50_means")
    assert shared.status() == ""
    shared.learner.solve("50_means")
    (shared.learner.own / "progress.sqlite").touch()
    (shared.learner.own / "kept").mkdir()
    (shared.learner.own / "kept" / "50_means.ipynb").touch()
    assert shared.status() == ""
    assert git(shared.learner.root, "diff", "HEAD") == ""


def test_a_plain_git_pull_is_never_refused_and_leaves_the_work_as_it_is(shared):
    shared.learner.run("51_weights")
    worked = shared.learner.solve("50_means")
    shared.newer()
    git(shared.learner.root, "pull", "--quiet")
    assert (shared.learner.own / "50_means.ipynb").read_bytes() == worked
    assert shared.is_newest()


def test_a_maintainer_builds_and_commits_notebooks_as_ever(shared):
    shared.maintainer.lesson("50_means", shared.maintainer.MEAN, title="Mended")
    assert git(shared.maintainer.root, "status", "--porcelain").split() == [
        *("M", "lessons/50_means.py"),
        *("M", "notebooks/50_means.ipynb"),
    ]
    shared.publish("mended")
    assert git(shared.maintainer.root, "status", "--porcelain") == ""


def test_the_newer_version_is_put_in_place(shared, update):
    assert "newest there is" in update()
    shared.newer()
    assert "The course is 1 commit newer" in update()
    assert shared.is_newest()
    assert "newest there is" in update()


def test_work_in_notebooks_itself_is_taken_over_and_outputs_there_are_no_hindrance(shared, update):
    worked = shared.learner.solve("50_means", folder="notebooks")
    shared.learner.run("51_weights", folder="notebooks")
    (shared.learner.root / "notebooks" / "52_rest.ipynb").write_text("mine")
    shared.newer()
    update()
    assert shared.is_newest()
    assert (shared.learner.own / "50_means.ipynb").read_bytes() == worked
    assert (shared.learner.own / "52_rest.ipynb").read_text() == "mine"


def test_a_notebook_that_was_moved_away_comes_back(shared, update):
    (shared.learner.root / "notebooks" / "50_means.ipynb").unlink()
    shared.newer()
    update()
    assert shared.is_newest()


@pytest.mark.parametrize("staged", [False, True])
def test_changed_files_of_the_library_are_refused_with_what_to_do(shared, update, staged):
    changed = shared.learner.root / "library.py"
    changed.write_text("x = 4\n")
    if staged:
        git(shared.learner.root, "add", "library.py")
    worked = shared.learner.solve("50_means", folder="notebooks")
    assert "newest there is" in update(), "nothing is in the way of nothing"
    shared.newer()
    head = shared.head()
    said = refusal(update)
    assert "files of the course were changed here: library.py; nothing was changed now" in said
    assert "git stash" in said
    assert "git restore" in said
    assert (changed.read_text(), shared.head()) == ("x = 4\n", head)
    assert (shared.learner.root / "notebooks" / "50_means.ipynb").read_bytes() == worked
    git(shared.learner.root, "stash", "--include-untracked")
    update()
    assert shared.is_newest()


def test_a_file_in_the_way_of_a_new_one_is_refused_and_stays(shared, update):
    (shared.learner.root / "new.py").write_text("mine")
    shared.newer()
    assert "changed here: new.py" in refusal(update)
    assert (shared.learner.root / "new.py").read_text() == "mine"


def test_many_changed_files_are_counted(shared, update):
    for number in range(8):
        (shared.maintainer.root / f"{number}.py").write_text("theirs")
        (shared.learner.root / f"{number}.py").write_text("mine")
    shared.newer()
    assert "4.py and 3 more; " in refusal(update)


def test_commits_of_ones_own_are_refused_with_what_to_do(shared, update):
    (shared.learner.root / "library.py").write_text("x = 4\n")
    git(shared.learner.root, "commit", "--quiet", "--all", "--message", "mine")
    head = shared.head()
    assert "newest there is" in update()
    shared.newer()
    said = refusal(update)
    assert "has 1 commit of its own" in said
    assert "git pull --rebase" in said
    assert shared.head() == head


def test_no_network_no_remote_no_branch_no_checkout_and_no_git_are_said_in_words(shared, update, monkeypatch):
    root, head = shared.learner.root, shared.head()
    shared.origin.rename(shared.origin.with_name("away"))
    said = refusal(update)
    assert "could not be fetched; nothing was changed. Is there a network?" in said
    assert str(shared.origin) in said, "git's own words"
    git(root, "checkout", "--quiet", "--detach")
    assert "on no branch" in refusal(update)
    git(root, "checkout", "--quiet", "main")
    git(root, "remote", "remove", "origin")
    assert "has no remote" in refusal(update)
    assert shared.head() == head
    with monkeypatch.context() as without:
        without.setenv("PATH", str(shared.learner.own))
        assert "an update needs git, which cannot be started" in refusal(update)
    (root / ".git").rename(root / "no longer")
    assert "is no git checkout, so there is nothing to fetch from" in refusal(update)


def test_a_zip_that_was_unpacked_inside_another_checkout_is_none(shared, tmp_path):
    inside = shared.learner.root / "unpacked"
    inside.mkdir()
    with pytest.raises(Refused, match="is no git checkout"):
        fetch(inside, print)


def test_a_branch_that_follows_nothing_takes_the_origins_branch_of_its_name(shared, update):
    git(shared.learner.root, "branch", "--unset-upstream")
    shared.newer()
    update()
    assert shared.is_newest()


@pytest.mark.parametrize("files", [["library.py"], ["library.py", "new.py", "notebooks/50_means.ipynb"]])
def test_an_update_of_git_that_was_broken_off_is_gone_on_with(shared, update, files):
    """git writes the files first, and notes last that it did."""
    shared.newer()
    for file in files:
        (shared.learner.root / file).write_bytes((shared.maintainer.root / file).read_bytes())
    update()
    assert shared.is_newest()


def test_a_lock_that_was_left_behind_is_named(shared, update):
    shared.newer()
    (shared.learner.root / ".git" / "index.lock").touch()
    assert "index.lock" in refusal(update)
    (shared.learner.root / ".git" / "index.lock").unlink()
    update()
    assert shared.is_newest()


def test_settings_of_a_git_command_around_us_are_not_ours(shared, update, monkeypatch):
    shared.newer()
    monkeypatch.setenv("GIT_DIR", os.devnull)
    update()
    monkeypatch.delenv("GIT_DIR")
    assert shared.is_newest()
