"""Several judges at a time: the marks of one, a judge that is lost, a cluster."""

import os
import signal
import subprocess
import sys
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from course_lib.classroom import grading, judges
from course_lib.classroom.grading import Means, grade_class, seconds_left
from course_lib.classroom.hand_ins import HandIn
from course_lib.classroom.judges import Handled, Orders, graded_elsewhere
from course_lib.classroom.progress import Progress
from course_lib.classroom.sandbox import NoCage
from course_lib.classroom.submission import NOT_GRADED, Graded, Limits
from tests.classroom.handing_in import LESSON, NUMPY, RIGHT_MASK, RIGHT_SCALED, RIGHT_SOFTMAX, SCALED, answer, write

CLASS = {
    "Ada": [RIGHT_SOFTMAX, RIGHT_SCALED],
    "Blaise": [answer(SCALED, "return Q @ K.T", "Q, K")],
    "Carl": [answer(SCALED, "import os; os._exit(1)", "Q, K"), RIGHT_MASK],
    "Dürer": [RIGHT_MASK],
}


@pytest.fixture(autouse=True)
def one_copy_for_all(course_copy, monkeypatch):
    monkeypatch.setattr(grading, "copy_course", lambda folder: course_copy)


def hand_in(folder):
    for student, cells in CLASS.items():
        write(folder / student / LESSON, [NUMPY, *cells])
    return folder


def told(results):
    return [(row.student, row.graded.exercise, row.graded.state, row.graded.score) for row in results.rows()]


def test_two_judges_give_the_marks_of_one(tmp_path, cage):
    hand_in(tmp_path / "in")
    one = grade_class(tmp_path / "in", tmp_path / "one", means=Means(jobs=1))
    two = grade_class(tmp_path / "in", tmp_path / "two", means=Means(jobs=2))
    assert told(two) == told(one)
    assert {row.seed for row in two.rows()} != {row.seed for row in one.rows()}
    assert len({row.seed for row in two.rows()}) == 5  # one an exercise, whoever judged


class Fake:
    """Judges that are lost at some hand-ins, as a process pool is."""

    def __init__(self, most=2):
        self.most, self.broken = most, False

    def submit(self, work, orders, hand_in):
        made = Future()
        if self.broken or hand_in.student in LOST:
            self.broken = True
            made.set_exception(BrokenProcessPool("a judge is gone"))
        elif hand_in.student == "odd":
            made.set_exception(ValueError("odd"))
        else:
            made.set_result(Handled([Graded(SCALED, "passed", 1.0, 1.0)], 0.1, None))
        return made

    def shutdown(self, wait=True, cancel_futures=False):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        pass


LOST = {"c"}


def test_a_judge_that_is_lost_costs_the_hand_in_that_no_judge_survives_and_no_other():
    class_ = [HandIn(name, (), (), name) for name in ("a", "b", "c", "odd", "d", "e")]
    found = dict(
        (hand_in.student, judged)
        for hand_in, judged in graded_elsewhere(iter(class_), Orders((SCALED,), {SCALED: 1}, Limits()), Fake, 2)
    )
    assert set(found) == {"a", "b", "c", "odd", "d", "e"}
    states = {student: judged.marks[0].state for student, judged in found.items()}
    assert {student for student, state in states.items() if state == NOT_GRADED} == {"c", "odd"}
    assert found["c"].marks[0].score is None
    assert "a judge is gone" in found["c"].marks[0].human


def test_a_judge_that_finds_no_cage_as_safe_as_required_ends_the_grading():
    class Unsafe(Fake):
        def submit(self, work, orders, hand_in):
            made = Future()
            made.set_exception(NoCage("--require-sandbox"))
            return made

    with pytest.raises(NoCage, match="--require-sandbox"):
        list(graded_elsewhere(iter([HandIn("a", (), (), "a")]), Orders((SCALED,), {SCALED: 1}, Limits()), Unsafe, 2))


def test_a_judge_that_is_killed_is_replaced(tmp_path, cage, monkeypatch):
    """A real pool, whose first judge is killed while it has Ada in hand."""
    hand_in(tmp_path / "in")
    make, killed = judges.on_this_machine(2), []

    def made(*given):
        pool = make(*given)
        real = pool.submit

        def submit(*work):
            future = real(*work)
            if not killed:
                (pid, *_) = pool._processes
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            return future

        pool.submit = submit
        return pool

    monkeypatch.setattr(grading, "on_this_machine", lambda jobs: made)
    results = grade_class(tmp_path / "in", tmp_path / "out", means=Means(jobs=2))
    assert killed
    one = grade_class(tmp_path / "in", tmp_path / "one", means=Means(jobs=1))
    assert told(results) == told(one)


def test_how_long_it_will_take_is_said_once_it_can_be_told_and_as_a_span():
    assert seconds_left([1.0, 2.0, 3.0], 10) is None
    least, most = seconds_left([1.0, 1.5, 4.0, 4.2, 9.0, 9.5], 100)
    assert least < 9.5 / 6 * 94 < most
    assert seconds_left([1.0, 2.0, 4.0, 5.0, 6.0], 5) == (0.0, 0.0)


def test_a_cluster_without_dask_or_without_a_scheduler_is_said(tmp_path, cage):
    hand_in(tmp_path / "in")
    with pytest.raises((ImportError, OSError)):
        grade_class(tmp_path / "in", tmp_path / "out", means=Means(scheduler="tcp://127.0.0.1:9"))


@pytest.mark.slow
def test_a_cluster_of_two_of_which_one_is_killed_in_the_middle(tmp_path, cage):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install -e '.[cluster]'")
    hand_in(tmp_path / "in")
    for number in range(12):
        write(tmp_path / "in" / f"Student {number:02}" / LESSON, [NUMPY, RIGHT_SCALED, RIGHT_MASK])
    python = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    address = "tcp://127.0.0.1:18786"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen([*python, "--host", "127.0.0.1", "--port", "18786", "--no-dashboard"], **quiet)]
    try:
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
        started += [subprocess.Popen([*worker, "--no-dashboard"], **quiet) for _ in range(2)]
        _wait_for_workers(address, 2)
        killed = []

        class Killer(Progress):
            def one(self, *given):
                if not killed:
                    started[1].kill()
                    killed.append(given[0])

        results = grade_class(tmp_path / "in", tmp_path / "out", Killer(), means=Means(scheduler=address))
    finally:
        for process in started:
            process.kill()
            process.wait()
    assert killed
    one = grade_class(tmp_path / "in", tmp_path / "one", means=Means(jobs=1))
    assert told(results) == told(one)


def _wait_for_workers(address, count):
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)
