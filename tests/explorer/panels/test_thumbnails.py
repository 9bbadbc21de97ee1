"""Many maps and the one that is chosen: the other panels of the figure follow it."""

import numpy as np
import pytest

from course_lib.explorer import DeclarationError, DotProduct, Explorer, Heatmap, Slider, Thumbnails, TokenRow
from course_lib.explorer.frames import compute_all


def close(drawn, expected, rtol=1e-6):
    np.testing.assert_allclose(drawn, expected, rtol=rtol, atol=1e-6)


def heads_frame(sharp=1.0):
    """Two layers of three heads over five tokens, with queries and keys that differ from head to head."""
    rng = np.random.default_rng(11)
    Q, K = rng.standard_normal((2, 2, 3, 5, 7)) * sharp
    scores = Q @ K.swapaxes(-1, -2)
    return {"Q": Q, "K": K, "scores": scores, "totals": scores.sum(axis=-1), "flat": scores.reshape(6, 5, 5),
            "tokens": list("abcde"), "names": [f"map {k}" for k in range(6)]}  # fmt: skip


def heads_explorer(**options):
    panels = [
        [Thumbnails("scores", palette="diverging", title="all")],
        [TokenRow("tokens", weights="scores"), Heatmap("scores", rows="tokens", cols="tokens", title="large",
                                                      beside="totals", palette="diverging")],
        [DotProduct("Q", "K", result="scores", rows="tokens", cols="tokens", chain=[("again", "scores")])],
    ]  # fmt: skip
    return Explorer(heads_frame, [Slider("sharp", [1.0, 2.0])], panels, title="Heads", **options)


@pytest.mark.parametrize(("k", "layer", "head"), [(0, 0, 0), (2, 0, 2), (4, 1, 1), (5, 1, 2), (99, 1, 2)])
def test_the_other_panels_show_the_map_that_is_chosen(k, layer, head):
    explorer = heads_explorer(focus=(3, 1, k))
    frame, drawn = explorer.frame(), explorer.drawn()
    close(drawn["Thumbnails 0"]["maps"], frame["scores"].reshape(6, 5, 5))
    assert drawn["Thumbnails 0"]["chosen"] == 3 * layer + head
    chosen = frame["scores"][layer, head]
    close(drawn["Heatmap 2"]["cells"], chosen)
    close(drawn["Heatmap 2"]["beside"], chosen.sum(axis=-1))
    close(drawn["TokenRow 1"]["weights"], chosen[3])
    close(drawn["DotProduct 3"]["sum"], chosen[3, 1])
    close(drawn["DotProduct 3"]["chain"], [chosen[3, 1]])
    texts = [text.get_text() for axes in explorer.figure().axes for text in axes.texts]
    assert f"large · layer {layer + 1}, head {head + 1}" in texts
    assert f"shown large: layer {layer + 1}, head {head + 1}" in texts
    assert explorer.spec()["focus"] == [3, 1, k]


def test_three_axes_are_maps_with_names_of_their_own():
    panels = [[Thumbnails("flat", labels="names", columns=4)], [Heatmap("flat", title="large")]]
    explorer = Explorer(heads_frame, [Slider("sharp", [1.0, 2.0])], panels, focus=(0, 0, 4))
    texts = [text.get_text() for axes in explorer.figure().axes for text in axes.texts]
    assert "large · map 4" in texts
    close(explorer.drawn()["Heatmap 1"]["cells"], explorer.frame()["flat"][4])


def test_maps_are_sent_to_the_page_like_any_array():
    explorer = heads_explorer()
    assert explorer.mode == "frames"
    store = compute_all(heads_frame, explorer.taken, explorer.names)
    close(store.frame(1)["scores"], heads_frame(2.0)["scores"], rtol=1e-5)


@pytest.mark.parametrize(
    ("panels", "message"),
    [
        ([[Thumbnails("totals", labels="names")], [Heatmap("scores")]], r"has 6 labels, but the array has 2 maps"),
        ([[Thumbnails("tokens_only")]], r"no array of that name"),
        ([[Thumbnails("flat", labels="tokens")]], r"has 5 labels, but the array has 6 maps"),
        ([[Thumbnails("flat", columns=0)]], r"columns=0: expected at least 1"),
        ([[Heatmap("scores")]], r"shape \(2, 3, 5, 5\), expected 2 axes"),
        ([[Thumbnails("large")]], r"\(1, 2, 3, 5, 5\), expected \(map, row, column\)"),
    ],
)
def test_maps_that_do_not_fit_are_named(panels, message):
    def compute(sharp):
        return heads_frame(sharp) | {"large": heads_frame(sharp)["scores"][None]}

    with pytest.raises(DeclarationError, match=message):
        Explorer(compute, [Slider("sharp", [1.0])], panels)
