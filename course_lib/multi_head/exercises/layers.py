"""The layers that multi_head.multi_head_attention is tried on."""

import numpy as np

from course_lib.practice.exercise import Case


def _layer(rng: np.random.Generator, n_tokens: int, d_model: int) -> tuple:
    return (
        rng.normal(size=(n_tokens, d_model)),
        *(rng.normal(size=(d_model, d_model)) / np.sqrt(d_model) for _ in "QKVO"),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    gaps = rng.random((6, 6)) < 0.6
    gaps[np.arange(6), rng.permutation(6)] = True  # every token keeps something to look at
    fixed = np.random.default_rng(5)  # the same at every check: no mistake depends on a draw
    lonely = np.tri(5, dtype=bool)
    lonely[2] = False
    return [
        Case((*_layer(rng, 6, 15), 3), "six tokens, three heads of width 5"),
        Case((*_layer(rng, 4, 14), 2), "four tokens, two heads of width 7"),
        Case((*_layer(rng, 3, 10), 5), "more heads than tokens"),
        Case((*_layer(rng, 5, 6), 2), "a number of tokens that the heads do not divide"),
        Case((*_layer(rng, 6, 15), 3, np.tri(6, dtype=bool)), "a causal mask"),
        Case((*_layer(rng, 6, 14), 2, gaps), "a mask with gaps"),
        Case((*_layer(rng, 5, 6), 3, lonely), "a token that may attend to nothing"),
        Case((*_layer(rng, 5, 7), 1), "a single head"),
        Case((*_layer(rng, 1, 6), 2), "a single token"),
        Case((*_layer(fixed, 4, 6), 3)),
        Case(
            (*_layer(fixed, 4, 6), 2, np.array([[1, 0, 0, 1], [0, 0, 1, 0], [1, 1, 1, 1], [0, 0, 0, 0]], dtype=bool)),
            "a fixed mask, its last row empty",
        ),
    ]
