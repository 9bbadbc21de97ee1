"""The kit without a browser: frames, picks, messages of error, the static picture, what is saved."""

import base64
import json
import subprocess
import sys
import warnings

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

from course_lib.explorer import (
    Bars,
    Choice,
    Curves,
    DeclarationError,
    DotProduct,
    Explorer,
    Heatmap,
    Note,
    Points,
    Predict,
    Slider,
    Steps,
    Switch,
    TextInput,
    TokenRow,
    pick,
    prediction_hooks,
)
from course_lib.explorer.frames import ERROR, Store, TooLarge, compute_all, grid
from course_lib.explorer.palette import limits, table
from course_lib.practice.channels import channels

NAMES = ["p", "q", "r"]


def everything(n=2, noise=0.5, on=False):
    """One array for every kind of panel; sizes are primes, values differ with every control."""
    rng = np.random.default_rng(7)
    matrix = rng.standard_normal((3, 5)) * n
    matrix[0, 1], matrix[2, 3] = -np.inf, np.nan
    weights = rng.random((3, 3)) / n
    return {
        "matrix": matrix, "weights": weights, "left": rng.standard_normal((3, 7)), "right": rng.standard_normal((5, 7)),
        "x": np.linspace(0.5, 3, 11), "y": np.linspace(0.5, 3, 11) ** n + noise, "heights": np.array([n, -noise, 3.0]),
        "xy": rng.standard_normal((3, 2)) * n, "names": NAMES, "note": f"n is {n}, {'on' if on else 'off'}",
        "constant": np.arange(3.0), "level": noise,
    }  # fmt: skip


CONTROLS = [Slider("n", [1, 2, 3], value=2), Slider("noise", [0.1, 0.5]), Switch("on"), Steps("step", ["a", "b"])]
PANELS = [
    [TokenRow("names", weights="weights")],
    [
        Heatmap("matrix", rows="names", palette="diverging", beside="constant"),
        DotProduct("left", "right", rows="names"),
    ],
    [
        [Bars({"one": "heights", "two": "constant"}, labels="names"), Curves("x", {"y": "y"}, h_line="level")],
        Points("xy"),
    ],
    [Bars(pick("step", ["heights", "constant"])), Note("note")],
]


def make(**options):
    return Explorer(everything, CONTROLS, PANELS, **{"title": "All panels", **options})


def same(left, right, **tolerance):
    """Compare two nested structures of numbers and texts."""
    if isinstance(left, dict):
        assert left.keys() == right.keys()
        for key in left:
            same(left[key], right[key], **tolerance)
    elif isinstance(left, str) or (isinstance(left, list) and left and isinstance(left[0], str)):
        assert left == right
    else:
        np.testing.assert_allclose(left, right, **{"rtol": 1e-6, "atol": 1e-6, **tolerance})


# ---------------------------------------------------------------- frames


def test_all_frames_equal_what_compute_returns():
    names = ["matrix", "y", "note"]
    store = compute_all(everything, CONTROLS[:3], names)
    assert len(store.index) == 3 * 2 * 2
    for row, values in enumerate(grid(CONTROLS[:3])):
        truth = everything(**values)
        same({name: store.frame(row)[name] for name in names}, {name: truth[name] for name in names})


def test_equal_arrays_are_stored_once():
    store = compute_all(everything, CONTROLS[:3], ["constant", "matrix"])
    assert len(store.entries) == 1 + 3, "one constant, and one matrix for each n"
    assert len(store.buffer) == 4 * (3 + 3 * 15)


@pytest.fixture
def strict():
    """What a learner may have said in a notebook, about code of their own."""
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def careless(n, on):
    """Underflows, divides by zero and warns, and is right all the same."""
    warnings.warn("deprecated", DeprecationWarning, stacklevel=1)
    x = np.arange(6.0)
    y = np.exp(-n * 400.0 * x) + (np.zeros(6) / np.arange(6.0) > 1) + 1e-60 * on
    return {"x": x, "y": y}


@pytest.mark.parametrize("frames", ["auto", "never"])
def test_figures_are_deaf_to_what_is_said_about_warnings_and_errors_of_numbers(strict, frames):
    made = Explorer(careless, [Slider("n", [1, 2, 3]), Switch("on")], [[Curves("x", {"y": "y"})]], title="C",
                    frames=frames, alt=lambda values, frame: f"{np.float64(1.0) / np.float64(0.0)}")  # fmt: skip
    assert made.mode == ("frames" if frames == "auto" else "ask")
    assert made.frame()["y"][0] == 1
    assert ERROR not in made._answer(made._at)
    store = compute_all(careless, made.controls, ["x", "y"])
    assert all(ERROR not in store.frame(row) for row in range(6))
    assert made.alt() == "inf"
    assert made.png()[:4] == b"\x89PNG"
    assert made.drawn()
    with pytest.raises(FloatingPointError):
        np.exp(np.array(-1e5))  # and what the learner said still holds for the learner


def test_arrays_of_equal_bytes_but_other_shapes_stay_apart():
    store = Store(["a", "b"])
    store.add({"a": np.zeros((2, 3)), "b": np.zeros((3, 2))})
    assert store.frame(0)["a"].shape == (2, 3)
    assert store.frame(0)["b"].shape == (3, 2)


def test_a_frame_on_demand_is_the_framed_one():
    framed, asked = make(), make(frames="never")
    assert (framed.mode, asked.mode) == ("frames", "ask")
    sent = []
    asked._view.send = lambda content, buffers: sent.append((content, buffers))
    store = compute_all(everything, framed.taken, framed.names)
    for row, values in enumerate(grid(framed.taken)):
        at = {c.name: c.index_of(values[c.name]) for c in framed.taken} | {"step": 1}
        asked.hear({"kind": "ask", "id": str(row), "at": at})
        content, (buffer, index) = sent[-1]
        assert content["id"] == str(row)
        answer = Store([])
        answer.names, answer.entries = content["names"], content["entries"]
        answer.index, answer._pieces = [np.frombuffer(index, np.int32).tolist()], [buffer]
        got = {name: value for name, value in answer.frame(0).items() if name != "alt"}
        same(got, store.frame(row), rtol=0, atol=0)


def test_a_pick_is_no_axis_of_computation():
    explorer = make()
    assert [control.name for control in explorer.taken] == ["n", "noise", "on"]
    assert explorer.spec()["picked"] == ["step"]
    assert explorer.frame().keys() == everything().keys()


@pytest.mark.parametrize(("count", "mode"), [(4, "frames"), (3000, "ask")])
def test_a_grid_that_does_not_fit_is_computed_on_demand(count, mode):
    def large(n):
        return {"a": np.arange(701.0) + n}

    assert Explorer(large, [Slider("n", list(range(count)))], [[Bars("a")]]).mode == mode


def test_always_sends_what_auto_would_not():
    def large(n):
        return {"a": np.arange(1_100_000.0) + n}

    with pytest.raises(TooLarge):
        compute_all(large, [Slider("n", [0, 1])], ["a"])
    assert len(compute_all(large, [Slider("n", [0, 1])], ["a"], limits=False).index) == 2


def test_a_text_makes_the_figure_ask():
    explorer = Explorer(
        lambda text: {"lengths": [len(word) for word in text.split()], "words": text.split() or [""]},
        [TextInput("text", value="a fluffy blue creature")],
        [[Bars("lengths", labels="words")]],
    )
    assert explorer.mode == "ask"
    explorer.set(text="two words")
    assert explorer.drawn()["Bars 0"][""] == [3, 5]


def test_float32_keeps_infinities_and_nan():
    store = compute_all(everything, CONTROLS[:3], ["matrix"])
    matrix = store.frame(0)["matrix"]
    assert np.isneginf(matrix[0, 1])
    assert np.isnan(matrix[2, 3])


# ---------------------------------------------------------------- values


def test_set_moves_the_controls_before_and_after_they_are_shown():
    explorer = make()
    explorer.set(n=3)
    assert explorer.values == {"n": 3, "noise": 0.1, "on": False, "step": 0}
    assert explorer.view.at_n == 2
    explorer.set(on=True, step=1)
    assert explorer.values == {"n": 3, "noise": 0.1, "on": True, "step": 1}
    assert explorer.view.at_on == 1
    assert explorer.view.at_step == 1


def test_what_the_page_moves_is_what_python_sees():
    explorer = make()
    explorer.view.at_noise, explorer.view.at_on = 1, 1
    assert explorer.values["noise"] == 0.5
    assert explorer.frame()["note"] == "n is 2, on"


def test_values_written_alike_stay_two_stops():
    slider = Slider("n", [0.11, 0.12], format="{:.1f}")
    assert slider.spec()["labels"] == ["0.1", "0.1"]
    assert [slider.value_at(index) for index in (0, 1)] == [0.11, 0.12]


def test_true_and_one_are_two_values():
    assert Choice("c", {"one": 1, "yes": True}, value=True).start == 1


# ---------------------------------------------------------------- the static picture


@pytest.mark.parametrize("values", [{}, {"n": 1, "noise": 0.1}, {"n": 3, "noise": 0.5, "on": True, "step": 1}])
def test_matplotlib_drew_the_frame(values):
    explorer = make(focus=(1, 2))
    explorer.set(**values)
    frame, drawn = explorer.frame(), explorer.drawn()
    same(drawn["Heatmap 1"]["cells"], frame["matrix"])
    same(drawn["Heatmap 1"]["beside"], frame["constant"])
    same(drawn["TokenRow 0"]["weights"], frame["weights"][1])
    widths = (1 + 11 * np.minimum(frame["weights"][1], 1.2)) * 0.72
    same(drawn["TokenRow 0"]["widths"], np.where(frame["weights"][1] < 0.005, 0.72, widths))
    same(drawn["DotProduct 2"]["sum"], frame["left"][1] @ frame["right"][2])
    same(drawn["Bars 3"], {"one": frame["heights"], "two": frame["constant"]})
    same(drawn["Curves 4"]["y"], [frame["x"], frame["y"]])
    same(drawn["Points 5"]["xy"], frame["xy"])
    same(drawn["Bars 6"][""], frame[["heights", "constant"][explorer.values["step"]]])
    assert drawn["Note 7"]["text"] == frame["note"]


def test_arrows_are_drawn_as_vectors():
    explorer = Explorer(everything, [Slider("n", [1, 2])], [[Points("xy", arrows=True)]])
    same(explorer.drawn()["Points 0"]["xy"], everything(n=1)["xy"])


def test_points_on_logarithmic_axes_keep_their_numbers():
    xy = [[1e3, 2.0], [1e9, 7.0], [3e11, 5e5]]
    explorer = Explorer(lambda n: {"xy": xy}, [Slider("n", [1])], [[Points("xy", log_x=True, log_y=True)]])
    same(explorer.drawn()["Points 0"]["xy"], xy)
    axes = explorer.figure().axes[-1]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_bars_of_a_matrix_show_the_row_in_focus():
    explorer = Explorer(everything, [Slider("n", [1, 2])], [[Bars("weights", rows="names")]], focus=(2, 0))
    same(explorer.drawn()["Bars 0"][""], everything(n=1)["weights"][2])


def test_a_panel_picked_away_is_not_drawn():
    panel = Heatmap(pick("step", ["weights", None]))
    explorer = Explorer(everything, [Slider("n", [1, 2]), Steps("step", ["a", "b"])], [[panel], [Note("note")]])
    assert list(explorer.drawn()) == ["Heatmap 0", "Note 1"]
    explorer.set(step=1)
    assert list(explorer.drawn()) == ["Note 1"]


def test_the_kit_imports_neither_pyplot_nor_torch():
    code = "import sys, course_lib.explorer as e; e.Explorer(lambda: {'a': [1]}, [], [[e.Bars('a')]]).png();"
    code += "print('matplotlib.pyplot' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_lookup_table_reaches_both_renderers():
    spec = make().spec()
    assert spec["palettes"]["diverging"] == table("diverging").ravel().tolist()
    brightness = table("sequential") @ np.array([0.299, 0.587, 0.114])
    assert np.all(np.diff(brightness) > -1.0), "the order must survive in grey"


def test_colours_ignore_what_is_not_finite():
    assert limits("sequential", np.array([np.nan, 2.0, -np.inf, 5.0]), None, None) == (2.0, 5.0)
    assert limits("sequential", np.array([np.nan]), None, None) == (0.0, 1.0)
    assert limits("diverging", np.zeros(2), None, None) == (-1.0, 1.0)


# ---------------------------------------------------------------- what is saved


def test_the_bundle_holds_the_view_the_picture_and_a_sentence():
    explorer = make(alt=lambda values, arrays: f"n is {values['n']} and the first height {arrays['heights'][0]:.0f}")
    data, about = explorer._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.view.model_id
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == "n is 2 and the first height 2"
    assert about == {"image/png": {"alt": "n is 2 and the first height 2"}}
    assert "application/vnd.jupyter.widget-state+json" not in data


def test_a_saved_notebook_shows_the_static_picture(tmp_path):
    path, page = tmp_path / "figure.ipynb", tmp_path / "figure.html"
    cells = ["from course_lib.attention.figures import attention_explorer", "attention_explorer()"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    with channels() as settings:
        client = NotebookClient(
            notebook, timeout=60, kernel_name="python3", store_widget_state=False, config=Config(KernelManager=settings)
        )
        client.execute()
    nbformat.write(notebook, path)
    assert "widgets" not in notebook.metadata
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", str(path)], check=True, capture_output=True)
    html = page.read_text(encoding="utf-8")
    assert "data:image/png;base64," in html
    assert "Attention of the hand-built head" in html, (
        "nbconvert drops alternative texts, so the sentence stands as text"
    )


def test_the_same_values_give_the_same_bytes():
    assert make().png() == make().png()


def test_alternative_text_without_a_function_names_the_values():
    explorer = make()
    assert explorer.alt() == "All panels at n 2, noise 0.1, on off, step a."
    explorer.set(step=1)
    assert explorer.alt().endswith("step b.")


def test_alternative_texts_of_all_frames_are_sent_along():
    explorer = make(alt=lambda values, arrays: f"n {values['n']} step {values['step']} {arrays['note']}")
    assert explorer.mode == "frames"
    data = explorer._view.data
    index = np.frombuffer(data["index"], np.int32).reshape(-1, len(data["names"]))
    for row, values in enumerate(grid(explorer.taken)):
        for step in (0, 1):
            entry = data["entries"][index[row, data["names"].index(f"alt {step}")]]
            assert entry["text"] == f"n {values['n']} step {step} {everything(**values)['note']}"


def test_the_declaration_is_plain_data():
    spec = make(predict=Predict("?", answer=lambda arrays: 1, choices=["a", "b"])).spec()
    assert json.loads(json.dumps(spec)) == spec


# ---------------------------------------------------------------- errors in compute


def fails_at_two(n):
    if n == 2:
        raise ValueError("two is refused")
    return {"a": np.array([n, 1.0])}


@pytest.mark.parametrize("default", [1, 2])
def test_an_error_takes_its_own_frame_and_no_other(default):
    explorer = Explorer(fails_at_two, [Slider("n", [1, 2, 3], value=default)], [[Bars("a")]], title="t")
    assert explorer.mode == "frames"
    store = compute_all(fails_at_two, explorer.taken, ["a"])
    assert "error" not in store.frame(0)
    assert store.frame(1)["error"].splitlines()[0] == "ValueError: two is refused"
    assert 'raise ValueError("two is refused")' in store.frame(1)["error"].splitlines()[1]
    same(store.frame(2)["a"], [3, 1])
    explorer.set(n=2)
    assert explorer.drawn() == {}
    assert any("two is refused" in text.get_text() for axes in explorer.figure().axes for text in axes.texts)
    assert "two is refused" in explorer.alt()
    explorer.set(n=3)
    same(explorer.drawn()["Bars 0"][""], [3, 1])
    with pytest.raises(ValueError, match="two is refused"):
        explorer.set(n=2) or explorer.frame()


def test_what_is_no_dict_is_named():
    explorer = Explorer(lambda n: {"a": [1]} if n == 1 else [1], [Slider("n", [1, 2])], [[Bars("a")]])
    explorer.set(n=2)
    assert "compute returned list" in explorer.alt()


# ---------------------------------------------------------------- predictions


def test_a_prediction_reaches_the_hooks_with_its_score():
    predict = Predict("Which is highest?", choices=NAMES, answer=lambda arrays: int(np.argmax(arrays["heights"])))
    explorer = make(predict=predict, name="kit.all")
    heard = []
    prediction_hooks.append(lambda *what: heard.append(what))
    try:
        explorer.hear({"kind": "guess", "guess": 2})
        explorer.hear({"kind": "guess", "guess": 0})
    finally:
        prediction_hooks.pop()
    assert heard == [("kit.all", "Which is highest?", 2, 2, 1.0), ("kit.all", "Which is highest?", 0, 2, 0.0)]


@pytest.mark.parametrize(
    ("guess", "score"), [(0.5, 1.0), (0.59, 1.0), (0.41, 1.0), (0.61, 0.0), (0.39, 0.0), (2.5, 0.0), (-2.0, 0.0)]
)
def test_a_number_is_right_within_a_twentieth_of_the_range(guess, score):
    predict = Predict("How much?", low=0, high=2, answer=lambda arrays: arrays["level"])
    explorer = Explorer(everything, [Slider("noise", [0.1, 0.5], value=0.5)], PANELS[:1], predict=predict)
    assert explorer.answer == 0.5, "the answer belongs to the default values"
    assert predict.score(guess, explorer.answer) == score
    assert explorer.spec()["predict"]["margin"] == pytest.approx(0.1), (
        "the page says by the same rule whether it is right"
    )


# ---------------------------------------------------------------- bad declarations


def declare(controls=(), panels=None, compute=everything, **options):
    return lambda: Explorer(compute, list(controls), [[Bars("heights")]] if panels is None else panels, **options)


BAD = {
    "unknown array": (declare(panels=[[Heatmap("matrx")]]), r"no array of that name, only \['constant'"),
    "unknown labels": (declare(panels=[[Heatmap("matrix", rows="nams")]]), "Heatmap rows='nams'"),
    "unknown array in a dict": (declare(panels=[[Bars({"a": "heigths"})]]), "Bars series='heigths'"),
    "unknown array in a chain": (
        declare(panels=[[DotProduct("left", "right", chain=[("softmax", "wieghts")])]]),
        "DotProduct chain='wieghts'",
    ),
    "unknown array in a pick": (
        declare([Steps("step", ["a", "b"])], [[Heatmap(pick("step", ["weights", "nothing"]))]]),
        "'nothing'",
    ),
    "control that moves nothing": (declare([Slider("m", [1])]), "'m' moves nothing: compute takes"),
    "control that is missing": (declare(compute=lambda n: {"heights": [n]}), r"compute needs \['n'\]"),
    "pick by no control": (declare(panels=[[Bars(pick("stp", ["a"]))]]), r"pick\('stp', ...\): there is no control"),
    "pick of another length": (
        declare([Steps("step", ["a", "b", "c"])], [[Bars(pick("step", ["heights", "constant"]))]]),
        "has 2 options, but the control has 3 values",
    ),
    "pick by a text": (
        declare([TextInput("n")], [[Bars(pick("n", ["heights"]))]], compute=lambda n: {"heights": [1]}),
        "no list of values",
    ),
    "no values": (declare([Slider("n", [])]), "empty list of values"),
    "default not in the list": (
        declare([Slider("n", [1, 2], value=5)]),
        r"value 5, which is not among its values \[1, 2\]",
    ),
    "bad step": (declare([Steps("n", ["a"], value=3)]), "value 3"),
    "name that is no keyword": (declare([Slider("my n", [1])]), "becomes a keyword argument"),
    "two controls of a name": (declare([Slider("n", [1]), Switch("n")]), "Two controls have the same name"),
    "not a control": (declare(["n"]), "expected Slider, Choice"),
    "not a panel": (declare(panels=[["matrix"]]), "expected Heatmap"),
    "no panels": (declare(panels=[]), "panels= is empty"),
    "labels too few": (declare(panels=[[Heatmap("matrix", cols=["a", "b"])]]), "2 labels, but the array has 5 columns"),
    "wrong axes": (declare(panels=[[Heatmap("heights")]]), r"shape \(3,\), expected 2 axes"),
    "beside of another length": (declare(panels=[[Heatmap("matrix", beside="x")]]), "11 numbers for 3 rows"),
    "palette": (
        declare(panels=[[Heatmap("matrix", palette="rainbow")]]),
        "expected one of 'sequential', 'diverging'",
    ),
    "weights not square": (declare(panels=[[TokenRow("names", weights="matrix")]]), r"shape \(3, 5\) for 3 tokens"),
    "vectors of two lengths": (declare(panels=[[DotProduct("left", "matrix")]]), "7 numbers and those of right 5"),
    "curve of another length": (declare(panels=[[Curves("x", {"y": "heights"})]]), r"y has shape \(3,\) and x has"),
    "points in three dimensions": (declare(panels=[[Points("weights")]]), r"expected \(points, 2\)"),
    "logarithm of what is not above zero": (
        declare(panels=[[Points("xy", log_y=True)]]),
        "log_y=True needs coordinates",
    ),
    "arrows on a logarithmic axis": (
        declare(panels=[[Points("xy", arrows=True, log_x=True)]]),
        "log_x=True needs coordinates above zero and no arrows",
    ),
    "frames": (declare(frames="sometimes"), "expected 'auto', 'always' or 'never'"),
    "always with a text": (
        declare([TextInput("n")], compute=lambda n: {"heights": [1]}, frames="always"),
        "a text has no list of values",
    ),
    "one choice": (declare(predict=Predict("?", answer=len, choices=["a"])), "give at least two"),
    "no range": (declare(predict=Predict("?", answer=len)), "low= and high="),
    "answer outside": (declare(predict=Predict("?", answer=lambda arrays: 7, choices=["a", "b"])), "came out as 7"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_declaration_says_what_is_wrong(case):
    build, message = BAD[case]
    with pytest.raises(DeclarationError, match=message):
        build()


def test_a_value_that_is_not_there_cannot_be_set():
    with pytest.raises(DeclarationError, match="which is not among"):
        make().set(n=17)
    with pytest.raises(DeclarationError, match="no control 'm'"):
        make().set(m=1)
