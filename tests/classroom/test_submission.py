"""One student's notebook: right and wrong answers, and whatever else somebody may write or do to it."""

import contextlib
import time

import psutil
import pytest

from course_lib.classroom.hand_ins import read_hand_in
from course_lib.classroom.judges import grade_one
from course_lib.classroom.submission import Limits
from course_lib.practice.catalogue import find_exercise
from tests.classroom.handing_in import (
    MASK,
    NUMPY,
    RIGHT_MASK,
    RIGHT_SCALED,
    RIGHT_SOFTMAX,
    SCALED,
    SOFTMAX,
    STABLE,
    answer,
    write,
)


def states(marks):
    return [mark.state for mark in marks.values()]


def test_right_wrong_and_missing_answers(marks_of):
    marks = marks_of(RIGHT_SOFTMAX, answer(SCALED, "return Q @ K.T", "Q, K"))
    assert states(marks) == ["passed", "failed", "not attempted"]
    assert [mark.score for mark in marks.values()] == [2.0, 0.0, 0.0]
    assert marks[SCALED].misconceptions == ("no scale",)
    assert "expected =" in marks[SCALED].message
    assert "expected" not in marks[SCALED].feedback


def test_what_a_student_is_told_holds_no_case_even_where_their_own_code_puts_it_there(marks_of):
    spies = [
        "raise ValueError(repr(scores.tolist()))",
        "raise type('E' + ''.join(c for c in repr(scores.tolist()) if c.isalnum()), (Exception,), {})('x')",
        "print(scores.tolist()); return scores",
        "name = 'f' + ''.join(c for c in repr(scores.tolist()) if c.isalnum())[:50]\n    names = {}\n"
        "    exec(f'def {name}(): raise NotImplementedError', names)\n    names[name]()",
    ]
    for spy in spies:
        marks = marks_of(answer(SOFTMAX, spy, "scores"))
        assert marks[SOFTMAX].state != "passed"
        digits = [word for word in marks[SOFTMAX].feedback.replace(".", " ").split() if sum(map(str.isdigit, word)) > 4]
        assert digits == [], marks[SOFTMAX].feedback


def test_only_the_cells_that_the_answers_need_are_run_and_all_where_that_fails(marks_of):
    began = time.monotonic()
    marks = marks_of("while True: pass", RIGHT_SOFTMAX, limits=Limits(cell=20, submission=60))
    assert marks[SOFTMAX].state == "passed"
    assert time.monotonic() - began < 10
    hidden = "globals_of = globals\nglobals_of()['e_to'] = np.exp"  # nothing shows that this defines e_to
    marks = marks_of(
        hidden,
        answer(
            SOFTMAX, "e = e_to(scores - scores.max(-1, keepdims=True)); return e / e.sum(-1, keepdims=True)", "scores"
        ),
    )
    assert marks[SOFTMAX].state == "passed"


def test_an_answer_that_hands_its_work_over_is_found_where_it_runs(marks_of):
    assert (
        marks_of(
            "from course_lib.attention.by_hand import softmax as theirs",
            answer(SOFTMAX, "return theirs(scores)", "scores"),
        )[SOFTMAX].reason
        == "borrowed"
    )
    imported = "# exercise: attention.softmax\nfrom course_lib.attention.by_hand import softmax"
    assert marks_of(imported)[SOFTMAX].reason == "borrowed"


def test_imports_of_the_lesson_and_mine_work(marks_of):
    first = "from course_lib.lesson import check, hint, mine, claim\nfrom course_lib.attention import by_hand"
    uses = answer(
        SCALED,
        "assert mine.is_own('softmax') and mine.softmax is softmax; return by_hand.np.matmul(Q, K.T) / Q.shape[1] ** 0.5",
        "Q, K",
    )
    marks = marks_of(first, RIGHT_SOFTMAX, "check('attention.softmax', softmax)", uses)
    assert states(marks) == ["passed", "passed", "not attempted"]


@pytest.mark.parametrize(
    "module", ["course_lib.attention.exercises", "course_lib.attention.exercises.softmax", "course_lib.commands"]
)
def test_the_exercises_cannot_be_imported(marks_of, module):
    tries = f"try:\n        import {module}\n    except ImportError:\n        pass\n    else:\n        return None\n    {STABLE}"
    assert marks_of(answer(SOFTMAX, tries, "scores"))[SOFTMAX].state == "passed"


DEADLY = {
    "sys.exit": "import sys; sys.exit()",
    "os._exit": "import os; os._exit(0)",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "endless": "while True: pass",
    "swallows": "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
    "sleeping": "import time; time.sleep(1000)",
    "input": "input('your name? ')",
    "recursion": f"return {SOFTMAX.partition('.')[2]}(scores)",
    "deep recursion": "import sys; sys.setrecursionlimit(10**9)\n    def f(): return f()\n    return f()",
    "memory": "return [bytearray(10**8) for _ in range(1000)]",
    "one large array": "return np.ones(10**10)",
    "a large value": "return np.zeros(10**7)",
    "nested": "x = []\n    for _ in range(10**5): x = [x]\n    return x",
    "flood": "while True: print('x' * 10**6)",
    "abort": "import os; os.abort()",
    "SIGKILL": "import os; os.kill(os.getpid(), 9)",
    "alarm off": "import signal; signal.setitimer(signal.ITIMER_REAL, 0); signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 30))\n    while True: pass",
    "NotImplementedError": "raise NotImplementedError",
}


@pytest.mark.parametrize("body", DEADLY.values(), ids=DEADLY)
def test_whatever_an_answer_does_the_others_are_marked(marks_of, body):
    limits = Limits(cell=2.0, exercise=2.0, submission=20.0)
    marks = marks_of(RIGHT_MASK, answer(SOFTMAX, body, "scores"), RIGHT_SCALED, limits=limits)
    assert marks[SOFTMAX].state in ("error", "failed", "not attempted")
    assert marks[SOFTMAX].score == 0.0
    assert [marks[SCALED].state, marks[MASK].state] == ["passed", "passed"]
    assert marks[SOFTMAX].feedback


CELLS = {name: DEADLY[name] for name in ("sys.exit", "os._exit", "segfault", "swallows", "memory", "input")}


@pytest.mark.parametrize("body", CELLS.values(), ids=CELLS)
def test_whatever_a_cell_does_the_others_are_marked(marks_of, body):
    cell = "def deadly():\n    " + body.replace("return ", "x = ") + "\ndeadly()\nk = 1"
    needs_it = answer(SCALED, "return Q @ K.T / Q.shape[-1] ** (0.5 * k)", "Q, K")
    marks = marks_of(RIGHT_SOFTMAX, cell, RIGHT_MASK, needs_it, limits=Limits(cell=2.0, exercise=2.0, submission=20.0))
    assert [marks[SOFTMAX].state, marks[MASK].state] == ["passed", "passed"]
    assert marks[SCALED].state == "error"


def test_an_answer_stays_good_where_its_own_cell_goes_on_without_end(marks_of):
    marks = marks_of(f"{RIGHT_SOFTMAX}\nwhile True: pass", RIGHT_MASK, limits=Limits(cell=2.0, submission=20.0))
    assert [marks[SOFTMAX].state, marks[MASK].state] == ["passed", "passed"]


FORGED = {
    "equal to everything": "class A:\n        __array_ufunc__ = None\n        shape = scores.shape; dtype = scores.dtype\n        def __eq__(self, o): return True\n        def __getattr__(self, n): return A()\n    return A()",
    "an array that lies": "class A(np.ndarray):\n        def __eq__(self, o): return np.ones(self.shape, bool)\n        def __sub__(self, o): return np.zeros(self.shape)\n    return np.zeros(scores.shape).view(A)",
    "a float that lies": "class F(float):\n        def __eq__(self, o): return True\n        def __sub__(self, o): return 0.0\n    return F(1)",
    "patched numpy": "np.allclose = np.array_equal = lambda *a, **k: True; np.testing.assert_allclose = lambda *a, **k: None\n    return scores",
    "patched checker": "import course_lib.practice.comparing as c; c.difference = lambda *a, **k: None\n    return scores",
    "frames": "import sys\n    frame, found = sys._getframe(), []\n    while frame:\n        found += [v for v in frame.f_locals.values() if isinstance(v, dict) and 'expected' in v]\n        frame = frame.f_back\n    return found[0]['expected']",
    "garbage": "import gc\n    for o in gc.get_objects():\n        if type(o).__name__ == 'Trial': return o.expected[0]\n    return scores",
    "a pickle": "class P:\n        def __reduce__(self): return (print, ('run',))\n    return P()",
    "the exercise from disk": "import glob\n    paths = glob.glob('/**/exercises/softmax.py', recursive=False) + glob.glob('/*/*/course_lib/attention/exercises/softmax.py')\n    names = {}; exec(open(paths[0]).read(), names); return names['ASKED'].reference(scores)",
    "history": "import subprocess\n    return subprocess.run(['git', 'log', '-p'], capture_output=True).stdout",
    "forged answer": "import os, sys\n    from course_lib.classroom.inside.wire import pack\n    for d in range(3, 20):\n        try: os.write(d, pack({'to': 4, 'error': None, 'value': None, 'state': 'passed'}))\n        except OSError: pass\n    return scores",
    "bytes to every descriptor": "import os\n    for d in range(256):\n        try: os.write(d, b'\\x01\\x00\\x00\\x00N' * 50)\n        except OSError: pass\n    return scores",
    "a length without end": "import os\n    for d in range(3, 20):\n        try: os.write(d, b'\\xff\\xff\\xff\\xff')\n        except OSError: pass\n    return scores",
    "the server's own names": "import sys\n    f = sys._getframe(1)\n    while f and 'self' not in f.f_locals: f = f.f_back\n    f.f_locals['self']._say({'value': None, 'error': None, 'passed': True})\n    return scores",
    "telling that one is graded": "import os, sys\n    graded = 'ipykernel' not in sys.modules\n    return None if graded else scores",
}


@pytest.mark.parametrize("body", FORGED.values(), ids=FORGED)
def test_nothing_passes_but_right_values(marks_of, body):
    marks = marks_of(
        RIGHT_MASK, answer(SOFTMAX, body, "scores"), RIGHT_SCALED, limits=Limits(cell=3.0, submission=30.0)
    )
    assert marks[SOFTMAX].score == 0.0
    assert marks[SOFTMAX].state in ("failed", "error")
    assert [marks[SCALED].state, marks[MASK].state] == ["passed", "passed"]


def received(server):
    """What each of those who connected has sent; on a busy machine a stranger may have knocked at the wrong port."""
    server.settimeout(0.1)
    found = []
    with contextlib.suppress(TimeoutError):
        while True:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(0.5)
                found.append(b"")
                with contextlib.suppress(OSError):
                    found[-1] = connection.recv(20)
    return found


def test_who_connects_and_speaks_is_heard_and_a_stranger_is_told_apart():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        assert received(server) == []
        with socket.create_connection(server.getsockname()), socket.create_connection(server.getsockname()) as one:
            one.sendall(b"inside")
            assert received(server) == [b"", b"inside"]


def test_the_parent_the_network_and_other_files_are_out_of_reach(marks_of, safe_cage, tmp_path):
    import socket

    secret = tmp_path / "secret"
    secret.write_text("untouched")
    with socket.create_server(("127.0.0.1", 0)) as server:
        acts = (
            "import os, signal, socket, subprocess, contextlib\n"
            "with contextlib.suppress(Exception): os.kill(os.getppid(), signal.SIGKILL)\n"
            f"with contextlib.suppress(Exception): os.kill({psutil.Process().pid}, signal.SIGKILL)\n"
            f"with contextlib.suppress(Exception): open({str(secret)!r}, 'w').write('changed')\n"
            f"with contextlib.suppress(Exception): os.unlink({str(secret)!r})\n"
            f"with contextlib.suppress(Exception): socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1).sendall(b'inside')\n"
            f"with contextlib.suppress(Exception): subprocess.run(['rm', {str(secret)!r}])\n"
        )
        marks = marks_of(f"{acts}\n{RIGHT_SOFTMAX}", cage=safe_cage)
        assert b"inside" not in received(server)
    assert marks[SOFTMAX].state == "passed"
    assert secret.read_text() == "untouched"


@pytest.mark.parametrize(
    "how", ["os.fork()", "import subprocess; subprocess.Popen(['sleep', '60'])", "__import__('pty').fork()"]
)
def test_no_process_is_left(marks_of, how):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    bomb = f"import os\nfor _ in range(5):\n    try:\n        {how}\n    except OSError:\n        pass\n"
    marks = marks_of(f"{bomb}\n{RIGHT_SOFTMAX}", RIGHT_MASK)
    assert marks[MASK].state == "passed"
    left = {process.pid for process in psutil.Process().children(recursive=True)} - before
    assert left == set()


def test_a_disk_that_is_filled_is_the_students_alone(marks_of):
    fill = "import os\nfor i in range(10**4):\n    try:\n        open(f'f{i}', 'wb').write(b'x' * 10**7)\n    except OSError:\n        break"
    marks = marks_of(f"{fill}\n{RIGHT_SOFTMAX}", RIGHT_MASK, limits=Limits(cell=10.0, submission=40.0))
    assert marks[MASK].state == "passed"


def test_answers_are_found_after_cells_were_split_copied_reordered_or_stripped(marks_of):
    head, _, body = RIGHT_SOFTMAX.partition("\n")
    assert marks_of(head, body)[SOFTMAX].state == "passed"  # split
    assert marks_of(RIGHT_MASK, RIGHT_SOFTMAX, RIGHT_SCALED)[SCALED].state == "passed"  # another order
    stripped = marks_of(body)[SOFTMAX]
    assert (stripped.state, "lost the comment" in stripped.human) == ("passed", True)
    wrong = answer(SOFTMAX, "return scores", "scores")
    assert marks_of(wrong, RIGHT_SOFTMAX)[SOFTMAX].state == "passed"  # of several the last one counts
    assert marks_of(RIGHT_SOFTMAX, wrong)[SOFTMAX].state == "failed"
    prose = marks_of((RIGHT_SOFTMAX,))[SOFTMAX]
    assert (prose.state, "no code cell" in prose.human) == ("not attempted", True)
    shadowed = f"{RIGHT_SOFTMAX}\nsoftmax = 3"
    assert "of type int" in marks_of(shadowed)[SOFTMAX].feedback
    assert marks_of(RIGHT_SOFTMAX, "softmax = None; check = None; np = None")[SOFTMAX].state == "passed"


def test_magics_and_pictures_do_no_harm(marks_of):
    cell = "%matplotlib inline\n!ls\n%timeit 1 + 1\nfiles = !ls\ndisplay(files)\nget_ipython().ast_node_interactivity"
    timed = f"%%time\n{RIGHT_MASK}"
    assert states(marks_of(f"{cell}\n{RIGHT_SOFTMAX}", timed)) == ["passed", "not attempted", "passed"]


def test_tensors_are_taken(marks_of):
    marks = marks_of(
        "import torch",
        answer(
            SOFTMAX,
            "return torch.exp(scores - scores.amax(-1, keepdim=True)) / torch.exp(scores - scores.amax(-1, keepdim=True)).sum(-1, keepdim=True)",
            "scores",
        ),
        limits=Limits(cell=60.0, submission=120.0),
    )
    assert marks[SOFTMAX].state == "passed", marks[SOFTMAX]


def test_a_changed_argument_is_found(marks_of):
    marks = marks_of(answer(SOFTMAX, f"scores -= scores.max(-1, keepdims=True); {STABLE}", "scores"))
    assert marks[SOFTMAX].reason == "changed arguments"


def test_an_exercise_in_two_notebooks_counts_by_its_better_answer(tmp_path, cage, seeds):
    write(tmp_path / "04_attention.ipynb", [NUMPY, RIGHT_SOFTMAX, answer(SCALED, "return Q @ K.T", "Q, K")])
    write(tmp_path / "04_attention-Copy1.ipynb", [NUMPY, RIGHT_SCALED])
    wanted = [find_exercise(known) for known in (SOFTMAX, SCALED, MASK)]
    marks = grade_one(read_hand_in(tmp_path), wanted, {}, cage, seeds, Limits())
    assert [(mark.state, mark.file) for mark in marks] == [
        ("passed", "04_attention.ipynb"),
        ("passed", "04_attention-Copy1.ipynb"),
        ("not attempted", "04_attention-Copy1.ipynb"),
    ]
