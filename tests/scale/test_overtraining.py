"""The formula for the loss, its twin models, and when the small one has paid off."""

import pytest

from course_lib.scale.overtraining import FITS, Fit, even_after, twin


def test_a_loss_on_paper():
    assert Fit(E=1.0, A=6.0, a=0.5, B=4.0, b=1.0).loss(9.0, 8.0) == pytest.approx(1 + 2 + 0.5)


def test_the_published_optimum_is_better_than_gpt_3_for_less_work():
    for fit in FITS.values():
        assert fit.loss(70e9, 1.4e12) < fit.loss(175e9, 300e9)


@pytest.mark.parametrize("name", list(FITS))
def test_the_twin_comes_to_the_same_loss(name):
    fit = FITS[name]
    larger = twin(fit, 8e9, 15e12)
    assert larger > 8e9
    assert fit.loss(larger, 20 * larger) == pytest.approx(fit.loss(8e9, 15e12), abs=1e-9)


@pytest.mark.parametrize("name", list(FITS))
def test_both_have_taken_the_same_work_after_that_many_tokens(name):
    fit, n_params, tokens = FITS[name], 8e9, 15e12
    larger, written = twin(fit, n_params, tokens), even_after(fit, n_params, tokens)
    work = [6 * N * D + 2 * N * written for N, D in ((n_params, tokens), (larger, 20 * larger))]
    assert work[0] == pytest.approx(work[1])
