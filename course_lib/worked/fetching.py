"""The newer course, by git: fetched, and put in the place of the older one, or refused in words before anything is changed.

The standard library alone, and nothing of the course that needs more: packages may be exchanged right after.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from course_lib.worked.folder import adopt

__all__ = ["Refused", "fetch"]

OF_GIT = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")  # set where a git command runs us
LISTED = 5


class Refused(Exception):
    """Why the course stays as it is, and what to do."""


def fetch(root: Path, tell: Callable[[str], None]) -> bool:
    """Bring a checkout to the newest version of the branch it is on.

    Work in ``notebooks/`` itself, where nobody has to work any more, goes to the copies first. An update that was broken off
    is gone on with: a file that is as the newer version has it is nobody's change.

    Args:
        root: the checkout.
        tell: is given what happens, in sentences.

    Returns:
        Whether there was a newer version.

    Raises:
        Refused: nothing was changed: no git, no checkout, no remote, no network, or changes of one's own in the course.
    """
    git = _Git(root)
    remote, branch = _source(git)
    tell(f"Looking for a newer version at {git.ask('remote', 'get-url', remote) or remote} ...")
    status, said = git.run("fetch", "--quiet", remote, branch)
    if status:
        raise Refused(
            f"the newer version could not be fetched; nothing was changed. Is there a network? git says:\n{said.strip()}"
        )
    newer = git.need("rev-parse", "FETCH_HEAD")
    ahead, behind = map(int, git.need("rev-list", "--left-right", "--count", f"HEAD...{newer}").split())
    if not behind:
        tell("The course is the newest there is.")
        return False
    if ahead:
        raise Refused(
            f"this checkout has {ahead} commit{'s' if ahead > 1 else ''} of its own (git log {newer[:10]}..HEAD shows them), "
            "and its origin has newer ones; nothing was changed. Put yours on top of them with: git pull --rebase. Then the "
            "same command again"
        )
    _clear_the_way(git, newer)
    status, said = git.run("merge", "--ff-only", "--quiet", newer)
    if status:
        raise Refused(f"git could not put the newer version in place. It says:\n{said.strip()}")
    tell(f"The course is {behind} commit{'s' if behind > 1 else ''} newer; CHANGELOG.md says what is new.")
    return True


class _Git:
    """git in one checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *words: str) -> tuple[int, str]:
        """The exit status of a git command, and all that it says."""
        surroundings = {name: value for name, value in os.environ.items() if name not in OF_GIT} | {"LC_ALL": "C"}
        try:
            command = ["git", "-C", str(self.root), *words]
            done = subprocess.run(command, env=surroundings, check=False, capture_output=True)
        except OSError as problem:
            raise Refused(
                f"an update needs git, which cannot be started ({problem}). Install it, or unpack the newer version's zip "
                "over this folder; then: update --notebooks"
            ) from None
        output = done.stdout if done.returncode == 0 else done.stdout + done.stderr
        return done.returncode, output.decode("utf-8", "surrogateescape")

    def ask(self, *words: str) -> str:
        """What a git command answers, or "" where it has no answer."""
        status, said = self.run(*words)
        return "" if status else said.rstrip("\n")

    def need(self, *words: str) -> str:
        """What a git command answers.

        Raises:
            Refused: it fails, with git's words.
        """
        status, said = self.run(*words)
        if status:
            raise Refused(f"git {words[0]} failed; nothing was changed. It says:\n{said.strip()}")
        return said.rstrip("\n")

    def paths(self, *words: str) -> list[str]:
        """The paths that a git command lists (with -z among its words)."""
        return [path for path in self.need(*words).split("\0") if path]


def _source(git: _Git) -> tuple[str, str]:
    """The remote and the branch there that this checkout follows."""
    status, top = git.run("rev-parse", "--show-toplevel")
    if status or os.path.realpath(top.rstrip("\n")) != os.path.realpath(git.root):
        reason = f" (git says: {top.strip()})" if status and "not a git repository" not in top else ""
        raise Refused(
            f"{git.root} is no git checkout{reason}, so there is nothing to fetch from. Unpack the newer version's zip over "
            "this folder (my_notebooks/ is not in it); then: update --notebooks"
        )
    branch = git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
    if not branch:
        raise Refused("this checkout is on no branch, so there is nothing to follow. Go back to one: git switch main")
    remotes = git.ask("remote").split()
    remote = git.ask("config", f"branch.{branch}.remote") or ("origin" if "origin" in remotes else "".join(remotes[:1]))
    if not remote:
        raise Refused(
            "this checkout has no remote, so there is nothing to fetch from. Name where the course came from: "
            "git remote add origin ADDRESS"
        )
    return remote, git.ask("config", f"branch.{branch}.merge") or f"refs/heads/{branch}"


def _clear_the_way(git: _Git, newer: str) -> None:
    """See that no file is in the newer version's way; what was written in ``notebooks/`` is taken over first."""
    changed = git.paths("diff", "--name-only", "-z", "--no-renames", "HEAD")
    coming = git.paths("diff", "--name-only", "-z", "--no-renames", "--diff-filter=A", "HEAD", newer)
    there = [path for path in coming if os.path.lexists(git.root / path)]
    found = list(dict.fromkeys([*changed, *there]))
    as_newer = {path for path in found if _is_as_in(git, path, newer)}  # an update was broken off here
    notebooks = {path for path in found if Path(path).parent == Path("notebooks") and path.endswith(".ipynb")}
    strange = [path for path in found if path not in as_newer | notebooks]
    if strange:
        listed = ", ".join(strange[:LISTED]) + (f" and {len(strange) - LISTED} more" if len(strange) > LISTED else "")
        raise Refused(
            f"files of the course were changed here: {listed}; nothing was changed now. Put your changes aside (git stash "
            "--include-untracked, and git stash pop afterwards) or give them up (git restore FILE; a file that is not git's "
            "you move away). Then the same command again"
        )
    for path in sorted(notebooks - as_newer):
        adopt(git.root, Path(path).stem)
    for path in found:
        if git.run("cat-file", "-e", f"HEAD:{path}")[0] == 0:
            git.need("checkout", "--quiet", "HEAD", "--", path)
        else:
            git.run("rm", "--cached", "--quiet", "--ignore-unmatch", "--", path)
            (git.root / path).unlink(missing_ok=True)


def _is_as_in(git: _Git, path: str, commit: str) -> bool:
    """Whether a file is what a commit has in its place, be it nothing."""
    there = git.ask("rev-parse", "--quiet", "--verify", f"{commit}:{path}")
    if not os.path.lexists(git.root / path):
        return not there
    return bool(there) and (git.root / path).is_file() and git.ask("hash-object", "--", path) == there
