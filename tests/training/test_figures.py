"""The lesson's live figures: their pure functions at both ends of every slider, and that the declarations hold."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib import corpus
from course_lib.training import by_hand, experiments, explore, explore_runs, world
from course_lib.training.config import TrainConfig
from course_lib.training.live import LiveCurve, png, smoothed, svg


@pytest.fixture(scope="module")
def run():
    """A run of a few steps, watched."""
    trainer = world.trainer(TrainConfig(steps=6, warmup=2, batch_size=2, evaluate_every=3), 16, 16, held_out=200)
    snapshots = world.Snapshots().begin(trainer)
    trainer.run(watchers=[LiveCurve(), snapshots])
    return trainer, snapshots.taken


# ---------------------------------------------------------------- schedules


@pytest.mark.parametrize(("warmup", "floor"), list(itertools.product([0, 10, 400], [0.0, 0.1, 1.0])))
def test_the_curve_of_the_figure_is_the_schedule(warmup, floor):
    frame = explore.schedule_frame("cosine", warmup, floor)
    assert_allclose(
        frame["rate"], [by_hand.learning_rate(s, warmup, 1000, 1e-3, floor * 1e-3) for s in range(1, 1201, 4)]
    )
    assert_allclose(frame["rate"][-1], floor * 1e-3)
    assert explore.schedule_frame("noam", warmup, floor)["rate"].argmax() == pytest.approx(max(warmup, 1) / 4, abs=1)


def test_gpt_3_warms_up_from_zero_and_comes_down_to_a_tenth():
    assert explore.gpt3_rate(0) == 0
    assert explore.gpt3_rate(187.5e6) == pytest.approx(3e-5)
    assert explore.gpt3_rate(375e6) == pytest.approx(6e-5)
    assert explore.gpt3_rate(260e9) == explore.gpt3_rate(300e9) == pytest.approx(6e-6)
    frame = explore.schedule_frame("gpt3", 0, 0.0)
    assert "375 million tokens" in frame["note"]
    assert frame["x"][frame["rate"].argmax()] == pytest.approx(375e6, rel=0.15)
    with pytest.raises(ValueError, match="there are cosine, noam, gpt3"):
        explore.schedule_frame("step", 1, 0.1)


# ---------------------------------------------------------------- drawing

WORDS = [f"w{i}" for i in range(23)]
LOGITS = np.random.default_rng(0).normal(size=23) * 2


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p", "draws"),
    list(itertools.product([0.1, 1.0, 5.0], [1, 5, 23], [0.1, 1.0], [1, 500])),
)
def test_the_figure_shows_the_distribution_and_draws_from_it(temperature, top_k, top_p, draws):
    frame = explore.sampling_frame(LOGITS, WORDS, temperature, top_k, top_p, draws)
    weights = by_hand.probabilities(LOGITS, temperature, top_k, top_p)
    assert_allclose(frame["after"].sum(), 1.0)
    assert_allclose(frame["drawn"].sum(), 1.0)
    assert_allclose(frame["after"][0], weights.max())
    assert frame["shown"][0] == WORDS[LOGITS.argmax()]
    assert_allclose(frame["scaled"] * temperature, frame["logits"])
    assert f"{(weights > 0).sum()} of 23 words" in frame["note"]
    assert np.abs(frame["drawn"] - frame["after"]).max() < (0.1 if draws == 500 else 1.01)
    if top_k == 1:
        assert frame["entropy"][0] == 0
        assert frame["drawn"][0] == 1


def test_a_cut_word_is_never_drawn():
    frame = explore.sampling_frame(LOGITS, WORDS, 5.0, 3, 1.0, 500)
    assert (frame["drawn"][frame["after"] == 0] == 0).all()


@pytest.mark.parametrize("figure", [explore.schedule_explorer, lambda: explore.sampling_explorer(LOGITS, WORDS, "a")])
def test_figures_declare_what_they_draw(figure):
    figure = figure()
    for control in figure.controls:
        for value in (control.options[0], control.options[-1]):
            figure.set(**{control.name: value})
            assert figure.alt()
            assert all(np.isfinite(one).all() for one in figure.frame().values() if isinstance(one, np.ndarray))
    assert figure.png()[:4] == b"\x89PNG"


# ---------------------------------------------------------------- runs


def test_snapshots_are_taken_before_and_wherever_the_loss_was_measured(run):
    trainer, taken = run
    assert [one.step for one in taken] == [0, 3, 6]
    assert [one.held_out for one in taken[1:]] == [loss for _, loss in trainer.measured]
    assert taken[0].held_out == pytest.approx(np.log(633), abs=0.05)
    assert all(one.sample.startswith(world.PROMPT) and one.weights.sum() == pytest.approx(1) for one in taken)


@pytest.mark.parametrize("at", [0, 2])
def test_the_figure_of_checkpoints_shows_the_one_that_is_chosen(run, at):
    _, taken = run
    frame = explore_runs.checkpoint_frame(taken, at)
    assert frame["now"] == taken[at].step
    assert taken[at].sample in frame["note"]
    assert frame["weights"].max() <= taken[at].weights.max()
    figure = explore_runs.checkpoints_explorer(taken, 0.5)
    figure.set(step=taken[at].step)
    assert taken[at].sample in figure.alt()
    assert figure.png()


def test_the_figure_of_writing_shows_the_text_that_is_written(run):
    trainer, _ = run
    frames = explore_runs.generation_frames(trainer.model, n_tokens=20, seed=3)
    assert len(frames) == 20, "also beyond the context of 16"
    written = corpus.vocabulary().encode(
        world.write(trainer.model, n_tokens=20, seed=3).replace("<start>", "START"), unknown=True
    )
    for i, frame in enumerate(frames):
        assert len(frame["tokens"]) == 4 + i
        known = [number for number in frame["ids"].astype(int).tolist() if number > 1]
        assert known == [one for one in written if one > 1][: len(known)]
    assert explore_runs.generation_explorer(trainer.model, n_tokens=3).png()


@pytest.mark.parametrize(
    ("text", "tokens", "words"),
    [
        ("the king", ["the", "king"], "Next:"),
        ("", ["<start>"], "this is how a story begins"),
        ("a Dragon 🌲", ["a", "<unknown>", "<unknown>"], "Not in its world: Dragon, 🌲"),
        ("\ud83c half a pair", ["<unknown>", "half", "a", "pair"], ""),
        ("the " * 40, ["the"] * 16, "Next:"),
    ],
)
def test_whatever_is_typed_gets_a_prediction(run, text, tokens, words):
    frame = explore_runs.typed_frame(run[0].model, text)
    assert len(frame["tokens"]) == len(tokens)
    assert words in frame["note"]
    assert 0 < frame["weights"].sum() <= 1
    assert (np.diff(frame["weights"]) <= 0).all()


def test_the_typed_figure_builds(run):
    figure = explore_runs.typed_explorer(run[0].model)
    figure.set(text="the mole")
    assert "the mole" in figure.alt()


def test_the_broken_figure_compares_with_the_whole_model():
    runs = {"nothing": experiments.broken_run((), 12), "mask": experiments.broken_run(("mask",), 12)}
    frames = explore_runs.broken_frames(runs)
    assert_allclose(frames["nothing"]["whole"], frames["nothing"]["broken"])
    assert_allclose(frames["mask"]["broken"], runs["mask"].losses)
    assert f"{frames['mask']['writing']:.2f} nats" in frames["mask"]["note"]
    assert explore_runs.broken_explorer(runs).png()


def test_the_dropout_figure_knows_the_answer_to_its_question():
    steps = np.array([1.0, 2.0, 3.0])
    for held_out, answer in (([5, 4, 3], 0), ([5, 3, 3.01], 1), ([5, 3, 3.2], 1), ([5, 4, 4.5], 2)):
        runs = {0.0: experiments.Overfit(steps, np.array([5.0, 2, 1]), np.array(held_out, dtype=float))}
        runs[0.5] = runs[0.0]
        assert explore_runs.dropout_explorer(runs).answer == answer
    assert "The best on new text was 4.00, after 2 steps" in explore_runs.dropout_frame(runs, 0.5)["note"]


# ---------------------------------------------------------------- the live curve


def test_the_live_curve_says_how_far_it_is(run):
    trainer, _ = run
    page = svg(trainer, {"a & b": 0.5})
    assert 'value="6" max="6"' in page
    assert "step 6 of 6" in page
    assert "a &amp; b 0.50" in page
    assert page.count("<circle") == len(trainer.measured) == 2
    picture, alt = png(trainer, {"entropy": 0.5})
    assert picture[:4] == b"\x89PNG"
    assert f"Held out: {trainer.measured[-1][1]:.2f}" in alt
    LiveCurve().finish(trainer)  # outside a notebook there is nobody to show it to


@pytest.mark.parametrize("n", [1, 2, 300, 301, 997])
def test_a_smoothed_curve_keeps_its_mean_and_its_length(n):
    losses = np.random.default_rng(n).normal(size=n)
    steps, means = smoothed(losses)
    assert len(steps) == len(means) == min(n, 300)
    assert steps[0] >= 1
    assert steps[-1] <= n
    weights = [len(part) for part in np.array_split(losses, len(means))]
    assert_allclose(np.average(means, weights=weights), losses.mean())
