"""vision.vit_logits: a whole Vision Transformer, from pixels to a score for each class."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import causal_mask
from course_lib.block.by_hand import block, gelu, layer_norm
from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.vision import by_hand
from course_lib.vision.by_hand import patchify

ASKED = Asked(
    "The forward pass of a Vision Transformer. `image` is `(height, width, channel)`; return a score for each class, "
    "`(class,)`. `params` holds\n\n"
    "- `patch`, the size of a patch; `W_patch` and `b_patch`, which make a token of each;\n"
    "- `class_token` `(d_model,)`, which is put in front of the patches, and `positions`, a row for every token, the class "
    "token's first;\n"
    "- `blocks`, what `encoder_block(x, b, eps)` takes, in their order;\n"
    "- `gain` and `bias` of the norm after the last block, and `eps` for all norms;\n"
    "- `W_head` and `b_head`: the classifier, which reads the class token and nothing else.\n\n"
    "Build it from the parts of the cell above.",
    reference=by_hand.vit_logits,
    library=("course_lib.vit_logits",),
    points=4,
    minutes=15,
    difficulty=2,
)


def _params(rng: np.random.Generator, patch: int, n_patches: int, channels: int, n_blocks: int, eps: float) -> dict:
    """Random weights of width 6 with two heads and 7 classes; no gain is one and no bias zero, so that nothing hides."""

    def near(centre: float, *shape: int) -> np.ndarray:
        return centre + 0.5 * rng.normal(size=shape)

    def one_block() -> dict:
        made: dict = {"n_heads": 2} | {f"W_{name}": near(0, 6, 6) for name in "QKVO"}
        made |= {f"b_{name}": near(0, 6) for name in "QKVO"}
        made |= {"W_1": near(0, 6, 13), "b_1": near(0, 13), "W_2": near(0, 13, 6), "b_2": near(0, 6)}
        return made | {f"gain_{k}": near(1, 6) for k in (1, 2)} | {f"bias_{k}": near(0, 6) for k in (1, 2)}

    made = {"patch": patch, "W_patch": near(0, patch * patch * channels, 6), "b_patch": near(0, 6), "eps": eps}
    made |= {"class_token": near(0, 6), "positions": near(0, 1 + n_patches, 6), "gain": near(1, 6), "bias": near(0, 6)}
    made |= {"W_head": near(0, 6, 7), "b_head": near(0, 7), "blocks": tuple(one_block() for _ in range(n_blocks))}
    return made


def cases(rng: np.random.Generator) -> list[Case]:
    def case(note: str, size: tuple[int, int, int], patch: int, n_blocks: int, eps: float = 1e-12, rng=rng) -> Case:
        n_patches = size[0] * size[1] // patch**2
        return Case((rng.normal(size=size), _params(rng, patch, n_patches, size[2], n_blocks, eps)), note)

    return [
        case("", (4, 6, 3), 2, 2),
        case("three blocks, one channel", (6, 6, 1), 3, 3),
        case("a single patch", (3, 3, 2), 3, 1),
        case("eps = 0.1 for all norms", (4, 4, 3), 2, 2, eps=0.1),
        case("no block at all: the class token, its position, a norm, the classifier", (4, 4, 1), 2, 0),
        case("fixed weights", (6, 4, 2), 2, 2, eps=1e-3, rng=np.random.default_rng(15)),
    ]


def _project(image, p):
    return patchify(image, p["patch"]) @ p["W_patch"] + p["b_patch"]


def _start(image, p):
    return np.vstack([p["class_token"], _project(image, p)]) + p["positions"]


def _step(x, b, eps):
    return block(x, b, norm="pre", activation=gelu, eps=eps)


def _last(x, p):
    return layer_norm(x, p["gain"], p["bias"], p["eps"])


def _vit(
    start: Callable = _start,
    blocks: Callable = lambda blocks: blocks,
    step: Callable = _step,
    last: Callable = _last,
    pool: Callable = lambda x: x[0],
    head: Callable = lambda y, p: y @ p["W_head"] + p["b_head"],
) -> Callable:
    """The right forward pass, but for what is given."""

    def vit_logits(image, params):
        x = start(image, params)
        for b in blocks(params["blocks"]):
            x = step(x, b, params["eps"])
        return head(pool(last(x, params)), params)

    return vit_logits


@right
def step_by_step(image, params):
    x = patchify(image, params["patch"]) @ params["W_patch"] + params["b_patch"]
    x = np.concatenate([params["class_token"][None], x])
    x = x + params["positions"]
    for b in params["blocks"]:
        x = block(x, b, activation=gelu, eps=params["eps"])
    return layer_norm(x[0], params["gain"], params["bias"], params["eps"]) @ params["W_head"] + params["b_head"]


@right
def position_by_position(image, params):
    x = np.zeros(params["positions"].shape)
    x[0] = params["class_token"]
    x[1:] = _project(image, params)
    x += params["positions"]
    for b in params["blocks"]:
        x = _step(x, b, params["eps"])
    return (_last(x, params) @ params["W_head"] + params["b_head"])[0]


class_token_last = wrong(
    1,
    "the class token at the end",
    "You appended the class token. It stands in front, and its position is the first row of the table.",
    _vit(
        start=lambda image, p: np.vstack([_project(image, p), p["class_token"]]) + p["positions"], pool=lambda x: x[-1]
    ),
)
last_token_read = wrong(
    2,
    "the last token read",
    "The classifier reads your last token, as in a GPT. Here every token sees every other, and the one that was put there to be "
    "read is the first.",
    _vit(pool=lambda x: x[-1]),
)
mean_of_all = wrong(
    3,
    "the mean of all tokens read",
    "You averaged all tokens before the classifier. Some models do; this one reads the class token alone.",
    _vit(pool=lambda x: x.mean(axis=0)),
)
mean_of_patches = wrong(
    4,
    "the mean of the patches read",
    "You averaged the patches before the classifier. Some models do, and then need no class token; this one reads it alone.",
    _vit(pool=lambda x: x[1:].mean(axis=0)),
)
positions_forgotten = wrong(
    5,
    "positions forgotten",
    "No position is added: your model cannot tell an image from the same patches in another order.",
    _vit(start=lambda image, p: np.vstack([p["class_token"], _project(image, p)])),
)
no_position_for_the_class_token = wrong(
    6,
    "no position for the class token",
    "The patches have their positions, and the class token has none. The first row of the table is its own.",
    _vit(start=lambda image, p: np.vstack([p["class_token"], _project(image, p) + p["positions"][1:]])),
)
positions_shifted = wrong(
    7,
    "positions of the patches shifted by one",
    "Your patches have the rows of the table from the first on, which is the class token's. Put the class token in front before "
    "you add the table.",
    _vit(start=lambda image, p: np.vstack([p["class_token"], _project(image, p) + p["positions"][:-1]])),
)
patch_bias_forgotten = wrong(
    8,
    "the bias of the patches forgotten",
    "`b_patch` is missing: it is added to every patch after `W_patch`, and not to the class token.",
    _vit(start=lambda image, p: _start(image, p | {"b_patch": 0.0})),
)
class_token_projected = wrong(
    9,
    "the bias of the patches added to the class token too",
    "You added `b_patch` after the class token was in place. The class token is no patch: it is learned as it is.",
    _vit(start=lambda image, p: np.vstack([p["class_token"] + p["b_patch"], _project(image, p)]) + p["positions"]),
)
last_norm_forgotten = wrong(
    10,
    "the last norm forgotten",
    "The classifier reads what leaves the last block as it is. In this kind of model, with norms before each part, one more norm "
    "comes after the last block.",
    _vit(last=lambda x, p: x),
)
eps_forgotten = wrong(
    11,
    "eps left at its default in the last norm",
    'The last norm has another eps than the rest of your model: `params["eps"]` is for all of them. Where a token varies '
    "little, it decides.",
    _vit(last=lambda x, p: layer_norm(x, p["gain"], p["bias"])),
)
eps_of_blocks = wrong(
    12,
    "eps not handed to the blocks",
    'The norms inside your blocks have another eps than `params["eps"]`: hand it on.',
    _vit(step=lambda x, b, eps: _step(x, b, 1e-12)),
)
causal = wrong(
    13,
    "a causal mask",
    "Your blocks have a causal mask. The class token stands first and then sees nothing but itself: whatever the image, the "
    "scores are the same.",
    _vit(step=lambda x, b, eps: block(x, b, norm="pre", mask=causal_mask(len(x)), activation=gelu, eps=eps)),
)
first_block_only = wrong(
    14,
    "the first block only",
    "Your image passes one block, however many there are.",
    _vit(blocks=lambda blocks: blocks[:1]),
)
one_block_repeated = wrong(
    15,
    "blocks in reverse order",
    "You pass the blocks from the last to the first.",
    _vit(blocks=lambda blocks: blocks[::-1]),
)
every_token = wrong(
    16,
    "scores for every token",
    "You return scores for every token, `(token, class)`. One image gets one row of scores: that of the class token.",
    _vit(pool=lambda x: x),
)
head_bias = wrong(
    17,
    "the classifier's bias forgotten",
    "`b_head` is missing: each class has a number that is added to its score.",
    _vit(head=lambda y, p: y @ p["W_head"]),
)
softmaxed = wrong(
    18,
    "probabilities instead of scores",
    "You passed the scores through softmax. What is asked for stands before it.",
    _vit(head=lambda y, p: (lambda e: e / e.sum())(np.exp(y @ p["W_head"] + p["b_head"]))),
)
no_class_token = wrong(
    19,
    "a patch in place of the class token",
    "There is no class token in front, and your classifier reads the first patch. Put `class_token` there before the positions "
    "are added.",
    _vit(start=lambda image, p: _project(image, p) + p["positions"][1:]),
)
positions_at_the_end = wrong(
    20,
    "positions added after the blocks",
    "You added the positions when the blocks were done. They come before the first block, so that attention can tell one place "
    "from another.",
    _vit(
        start=lambda image, p: np.vstack([p["class_token"], _project(image, p)]),
        last=lambda x, p: _last(x + p["positions"], p),
    ),
)


@wrong(
    21,
    "positions added before every block",
    "You added the positions again in every block. They are added once: the residual path carries them on.",
)
def positions_in_every_block(image, params):
    x = np.vstack([params["class_token"], _project(image, params)])
    for b in params["blocks"]:
        x = _step(x + params["positions"], b, params["eps"])
    return _last(x, params)[0] @ params["W_head"] + params["b_head"]


@wrong(
    22,
    "the last norm inside the loop",
    "Your last norm stands inside the loop and acts after every block. It comes once, after the last of them.",
)
def last_norm_in_the_loop(image, params):
    x = _start(image, params)
    for b in params["blocks"]:
        x = _last(_step(x, b, params["eps"]), params)
    return x[0] @ params["W_head"] + params["b_head"]


norm_before_the_blocks = wrong(
    23,
    "the last norm before the blocks",
    "You applied the norm to what goes into the blocks, and none to what leaves them. It comes after the last block.",
    _vit(start=lambda image, p: _last(_start(image, p), p), last=lambda x, p: x),
)
norm_on_both_sides = wrong(
    24,
    "a norm before the blocks as well",
    "You applied the norm twice, before the blocks and after them. What goes into the first block is only tokens plus positions.",
    _vit(start=lambda image, p: _last(_start(image, p), p)),
)
residual_twice = wrong(
    25,
    "the input of a block added to its output",
    "You added `x` to what `encoder_block` returns. Its residual paths are inside it already.",
    _vit(step=lambda x, b, eps: x + _step(x, b, eps)),
)
class_instead_of_scores = wrong(
    26,
    "the class instead of the scores",
    "You returned the number of the best class. What is asked for is the score of every class.",
    _vit(head=lambda y, p: (y @ p["W_head"] + p["b_head"]).argmax()),
)
class_token_of_zeros = wrong(
    27,
    "zeros in place of the class token",
    'Row 0 starts as zeros and not as `params["class_token"]`.',
    _vit(start=lambda image, p: np.vstack([0 * p["class_token"], _project(image, p)]) + p["positions"]),
)
first_block_every_time = wrong(
    28,
    "the first block every time",
    "You pass as many blocks as there are, and each time it is the first one. Take them one after another.",
    _vit(blocks=lambda blocks: blocks[:1] * len(blocks)),
)
last_block_only = wrong(
    29,
    "the last block only",
    "Your image passes the last block alone. Does every block of your loop take what the one before returned?",
    _vit(blocks=lambda blocks: blocks[-1:]),
)
reshaped_image = wrong(
    30,
    "the image reshaped instead of cut",
    "Your rows are strips of the image and not patches: cut it with `patchify`.",
    _vit(
        start=lambda image, p: (
            np.vstack([p["class_token"], image.reshape(-1, len(p["W_patch"])) @ p["W_patch"] + p["b_patch"]])
            + p["positions"]
        )
    ),
)
a_row_too_many = wrong(
    31,
    "an axis too many",
    "Your numbers are right, in an array of shape `(1, class)`. `x[:1]` keeps the axis of tokens, `x[0]` drops it.",
    _vit(pool=lambda x: x[:1]),
)
blocks_without_effect = wrong(
    32,
    "the blocks without effect",
    "Your scores are those of a model with no block at all. `encoder_block` changes nothing: it returns the new rows, which "
    "you have to keep.",
    _vit(blocks=lambda blocks: ()),
)
first_patch_read = wrong(
    33,
    "the first patch read",
    "Your classifier reads row 1, the first patch. The class token is row 0.",
    _vit(pool=lambda x: x[1]),
)


def _normed(x: np.ndarray, p: dict) -> np.ndarray:
    return layer_norm(x, np.ones_like(p["gain"]), np.zeros_like(p["bias"]), p["eps"])


last_norm_without_gain = wrong(
    34,
    "gain and bias of the last norm forgotten",
    'Your last norm has neither gain nor bias: `params["gain"]` and `params["bias"]` are its own.',
    _vit(last=_normed),
)
last_norm_without_bias = wrong(
    35,
    "the bias of the last norm forgotten",
    'Your last norm has its gain and lacks its bias, `params["bias"]`.',
    _vit(last=lambda x, p: _normed(x, p) * p["gain"]),
)
positions_multiplied = wrong(
    36,
    "multiplied by the positions",
    "You multiplied the tokens by the positions. They are added.",
    _vit(start=lambda image, p: np.vstack([p["class_token"], _project(image, p)]) * p["positions"]),
)
class_token_on_every_patch = wrong(
    37,
    "the class token added to every patch",
    "You added the class token to each patch. It is a token of its own, a row in front of them.",
    _vit(start=lambda image, p: _project(image, p) + p["class_token"] + p["positions"][1:]),
)

HINTS = (
    "In order: cut, project, put the class token in front, add positions, pass the blocks, norm, read row 0, classify.",
    "`np.vstack([class_token, patches])` puts a row on top. After it there are as many rows as the table of positions has.",
    '`x = np.vstack([...]) + params["positions"]`; a loop over `params["blocks"]`; '
    "`layer_norm(x[0], gain, bias, eps) @ W_head + b_head`.",
)
