"""The signature figure of the lesson: its pure function at the ends of every slider, and the two mistakes it shows."""

import itertools

import numpy as np
import pytest

from course_lib.attention.by_hand import attention, causal_mask, softmax
from course_lib.attention.figures.attention import FEATURES, HEADS, MASKS, WORDS, attention_explorer, attention_frame
from course_lib.explorer.frames import compute_all
from course_lib.sentence import TOKENS

N = len(TOKENS)
ENDS = list(itertools.product(HEADS.values(), [True, False], MASKS.values(), [0.1, 10.0], [2, 128]))


@pytest.mark.parametrize("values", ENDS)
def test_both_ends_of_every_slider(values):
    frame = attention_frame(*values)
    _, scale, mask, temperature, d_k = values
    assert frame["Q"].shape == frame["K"].shape == (N, d_k)
    np.testing.assert_allclose(frame["scores"], frame["Q"] @ frame["K"].T)
    factor = temperature * (np.sqrt(d_k) if scale else 1)
    np.testing.assert_allclose(frame["scaled"] * factor, frame["scores"])
    assert np.all((frame["weights"] >= 0) & (frame["weights"] <= 1))
    np.testing.assert_allclose(frame["output"], frame["weights"] @ WORDS)
    np.testing.assert_allclose(frame["row_sums"], frame["weights"].sum(axis=1))
    if mask != "zero after":
        np.testing.assert_allclose(frame["row_sums"], 1.0)


@pytest.mark.parametrize("temperature", [1e-3, 0.7, 1e6])
@pytest.mark.parametrize("d_k", [1, 3, 257])
def test_odd_values(temperature, d_k):
    frame = attention_frame(temperature=temperature, d_k=d_k, mask="minus infinity before")
    assert np.isfinite(frame["weights"]).all()
    np.testing.assert_allclose(frame["weights"].sum(axis=1), 1.0)
    np.testing.assert_array_equal(frame["weights"][~causal_mask(N)], 0.0)


def test_at_temperature_one_it_is_attention():
    for mask, allowed in (("none", None), ("minus infinity before", causal_mask(N))):
        frame = attention_frame(mask=mask)
        np.testing.assert_allclose(frame["output"], attention(frame["Q"], frame["K"], WORDS, allowed))


@pytest.mark.parametrize("head", HEADS.values())
def test_entries_have_unit_variance_so_scores_grow_with_the_width(head):
    spread = []
    for d_k in (8, 32, 128):
        frame = attention_frame(head=head, d_k=d_k, scale=False)
        for matrix in (frame["Q"], frame["K"]):
            np.testing.assert_allclose(np.mean(matrix**2), 1.0)
        spread.append(frame["scores"].std())
    assert spread[0] < spread[1] < spread[2]
    assert attention_frame(head=head, d_k=128, scale=False)["weights"].max(axis=1).mean() > 0.85, (
        "the softmax saturates"
    )


@pytest.mark.parametrize("d_k", [8, 16, 32, 64, 128])
def test_nouns_find_the_adjectives_of_their_own_half(d_k):
    weights = attention_frame(d_k=d_k)["weights"]
    best = {token: {TOKENS[j] for j in np.argsort(-weights[i])[:n]} for i, (token, n) in
            enumerate(zip(TOKENS, [1, 1, 1, 2, 1, 1, 1, 1], strict=True))}  # fmt: skip
    assert best["creature"] == {"fluffy", "blue"}
    assert best["forest"] == {"verdant"}


def test_zero_before_softmax_leaks_and_zero_after_breaks_the_rows():
    right, before, after = (
        attention_frame(mask=mask) for mask in ("minus infinity before", "zero before", "zero after")
    )
    assert right["future"] == 0.0
    assert before["future"] > 0.05
    scores = np.where(causal_mask(N), before["scaled"], 0.0)
    np.testing.assert_allclose(before["weights"], softmax(scores))
    assert after["future"] == 0.0
    assert after["row_sums"].min() < 0.9
    assert "leak" not in right["note"]
    assert "exp(0) = 1" in before["note"]
    assert "not to 1" in after["note"]


@pytest.mark.parametrize(
    "bad", [{"head": "trained"}, {"mask": "causal"}, {"temperature": 0.0}, {"temperature": -1.0}, {"d_k": 0}]
)
def test_what_cannot_be_drawn_is_refused(bad):
    with pytest.raises(ValueError, match="expected"):
        attention_frame(**bad)


def test_the_same_values_give_the_same_numbers():
    first, again = attention_frame(head="random"), attention_frame(head="random")
    np.testing.assert_array_equal(first["weights"], again["weights"])
    first["Q"][0] = 99.0
    assert attention_frame(head="random")["Q"][0, 0] != 99.0, "a caller must not be able to change the next frame"


def test_the_figure_sends_all_its_frames():
    explorer = attention_explorer()
    assert explorer.mode == "frames"
    store = compute_all(explorer.compute, explorer.taken, explorer.names)
    assert len(store.index) == 2 * 4 * 9 * 7 * 2
    assert store.size * 4 < 1_000_000, "equal arrays are stored once"


@pytest.mark.parametrize("step", range(5))
def test_every_step_is_drawn_with_its_own_numbers(step):
    explorer = attention_explorer()
    explorer.set(step=step, mask="minus infinity before", scale=False)
    frame, drawn = explorer.frame(), explorer.drawn()
    name = ["scores", "scaled", "masked", "weights", "output"][step]
    np.testing.assert_allclose(drawn["Heatmap 1"]["cells"], frame[name])
    np.testing.assert_allclose(drawn["TokenRow 0"]["weights"], frame["weights"][3])
    total = frame["output"][3, 2] if step == 4 else frame["scores"][3, 2]
    np.testing.assert_allclose(drawn["DotProduct 2"]["sum"], total)
    assert ("beside" in drawn["Heatmap 1"]) == (step == 3), "row sums stand beside the weights"
    assert len(FEATURES) == frame["output"].shape[1]


def test_the_sentence_says_where_creature_looks():
    explorer = attention_explorer()
    assert "'creature' attends most to 'fluffy' with weight 0.45" in explorer.alt()
    explorer.set(mask="zero after")
    assert "rows add up to 0." in explorer.alt()
