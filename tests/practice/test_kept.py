"""A cell kept as text runs again elsewhere: what it needs is written down, what it draws is left out."""

import math
import textwrap

import numpy as np
import pytest

from course_lib.attention import by_hand
from course_lib.attention.by_hand import softmax
from course_lib.practice.kept import NotRunnable, free_names, run_again, setup_of


def code(text):
    return textwrap.dedent(text).strip("\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(x):\n    return x + 1", []),
        ("def f(x):\n    return [np.exp(i) for i in x]", ["np"]),
        ("import math\ndef f(x):\n    return math.exp(x) * scale", ["scale"]),
        (
            "def f(x, way=best):\n    try:\n        return way(x)\n    except ValueError as problem:\n        raise problem",
            ["best"],
        ),
        ("f = lambda x: g(h(x))", ["g", "h"]),
        ("def f(x):\n    def inner(y):\n        return y\n    return inner(x) + f(x)", []),
    ],
)
def test_free_names_are_those_that_somebody_else_has_to_bring(source, expected):
    assert free_names(source) == expected


def test_modules_functions_and_plain_numbers_are_written_down():
    names = {"np": np, "m": math, "softmax": softmax, "by_hand": by_hand, "HALF": 0.5, "secret": object()}
    setup = setup_of("def f(x):\n    return m.exp(HALF) * softmax(np.array(x)) + by_hand + secret + missing", names)
    assert setup.splitlines() == [
        "import math as m",
        "HALF = 0.5",
        "from course_lib.attention.by_hand import softmax as softmax",
        "import numpy as np",
        "import course_lib.attention.by_hand as by_hand",
    ]


def test_a_helper_from_another_cell_comes_along_with_what_it_needs(run_cell):
    names = run_cell("import math\nROOT = 2\ndef helper(x):\n    return math.sqrt(x * ROOT)")
    source = "def f(x):\n    return helper(x) + 1"
    setup = setup_of(source, names)
    assert run_again(source, setup, "f", {})(8.0) == 5.0


def test_what_somebody_else_provides_is_left_out(run_cell):
    names = run_cell("def softmax(scores):\n    return 'the learner typed this'")
    source = "def attention(Q):\n    return softmax(Q)"
    assert setup_of(source, names, frozenset({"softmax"})) == ""
    assert run_again(source, "", "attention", {"softmax": lambda Q: Q + 1})(1) == 2


def test_a_cell_is_run_for_its_definitions_alone(capsys, tmp_path):
    source = code(
        f"""
        %matplotlib inline
        open({str(tmp_path / "written")!r}, "w")
        print("hello")
        HALF = 1 / 2
        picture = draw_something_that_is_not_there()

        def f(x):
            return HALF * x
        """
    )
    assert run_again(source, "", "f", {})(4) == 2
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "written").exists()


@pytest.mark.parametrize(
    ("source", "setup", "says"),
    [
        ("def f(x:", "", "Python cannot read it"),
        ("def g(x):\n    return x", "", "it defines no function f"),
        ("import a_package_that_is_not_there\ndef f(x):\n    return x", "", "raised ModuleNotFoundError"),
        (
            "def f(x):\n    return x",
            "from course_lib.attention.by_hand import gone as gone",
            "what it was written with",
        ),
    ],
)
def test_what_no_longer_runs_says_why(source, setup, says):
    with pytest.raises(NotRunnable, match=says):
        run_again(source, setup, "f", {})


def test_the_lines_of_a_cell_that_ran_again_can_be_looked_up():
    import inspect

    function = run_again("HALF = 0.5\ndef f(x):\n    return HALF * x", "", "f", {})
    assert inspect.getsource(function) == "def f(x):\n    return HALF * x"
