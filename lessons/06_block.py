# %% [markdown]
# # 06 · The block
#
# After this lesson you can
#
# - write the feed-forward network and the norm, each as GPT-2 and as LLaMA has it, dropout, and the whole block;
# - say what residual paths and norms are for, with measurements down to 64 blocks;
# - explain why the norm after the sum needs small first steps, and show it;
# - carry a block's weights into PyTorch's own encoder layer, outputs and gradients equal.
#
# About 105 minutes, six exercises, 13 points. It builds on attention ([lesson 04](04_attention.ipynb)) and several heads
# ([lesson 05](05_multi_head.ipynb)); without them, take on trust that attention makes each token a weighted average. `by_hand` is the
# course's NumPy; C08 and the like are claims of the five articles that the course tests.

# %%
import numpy as np
import torch
from IPython.display import display

from course_lib.block import by_hand, deep_task, depth, figures, in_torch
from course_lib.block.inventory import inventory
from course_lib.block.peers import gaps
from course_lib.block.stages import random_params, stages
from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import picture, subplots
from course_lib.lesson import check, claim, hint, mine
from course_lib.multi_head.by_hand import multi_head_attention
from course_lib.numeric import largest_difference, numerical_gradient

# %% [markdown]
# ## One question
#
# GPT-3 is one part, repeated 96 times. Attention belongs to that part, and you have written it. Why not stack attention on
# attention, 96 times, and be done? **What does attention lack?**
#
# Let us try it: eight random tokens, random matrices, two heads, again and again. We watch the largest distance of any token from
# the mean of all, as a share of the largest entry. **Predict first:** what is that share after four layers?

# %%
rng = np.random.default_rng(6)
x = rng.normal(size=(8, 16))
apart = []
for _ in range(13):
    apart.append(np.abs(x - x.mean(axis=0)).max() / np.abs(x).max())
    x = multi_head_attention(x, *rng.normal(size=(4, 16, 16)) / 4, n_heads=2)
for layer in (0, 1, 2, 3, 4, 8, 12):
    print(f"after {layer:>2} layers the tokens differ by {apart[layer]:.0e} of their size")

# %% [markdown]
# After four layers, eight words have become one, to fourteen digits: averages of averages lie ever closer together. No later layer can
# recover which word stood where.
#
# ## The picture first
#
# A **block** wraps attention in what it lacks. A second part, the *feed-forward network*, works on every token by itself. Both parts
# **add** to the tokens (the *residual path*). A *norm* keeps the numbers within reach, in one of two places:
#
# ```
# after  (2017)   x ─┬─ attention ── + ── norm ─┬─ feed-forward ── + ── norm ──▶
#                    └───────────────┘          └──────────────────┘
# before (GPT-2)  x ─┬─ norm ── attention ── + ─┬─ norm ── feed-forward ── + ──▶
#                    └───────────────────────┘  └──────────────────────────┘
# ```
#
# Walk along the lower one. **Predict first:** how much of what arrives is still there at the end? And with the paths off?

# %%
figures.stream_explorer()

# %% [markdown]
# With the paths on, what leaves points much the same way as what arrived (the last bar of the cosines). With them off, hardly anything
# of it is left: in lesson 04, *creature* came out of its head as an adjective, the noun gone. The path keeps the noun.
#
# ## Feed-forward: every token by itself
#
# Attention mixes tokens, and mixing is all it does. To make something of what it has gathered, each token goes through a small
# network of its own: up into a wider space, through a threshold, and back.
#
# The weights below are written by hand, so that each of the eight hidden units has a meaning. Step on, and see what is added to whom.

# %%
figures.feed_forward_explorer()

# %% [markdown]
# No word had the feature *described*. Now *creature* and *forest* have it: a unit fires where "noun" and "has taken in an adjective"
# pass a threshold **together**. Switch the activation to *none* and six words get a negative "described": without a threshold, a sum
# is all there is.
#
# The threshold is ReLU: negative numbers become 0, positive ones stay. In front of it stands a matrix with a bias, $W_1$ and $b_1$;
# behind it another, $W_2$ and $b_2$.
#
# {exercise block.feed_forward}


# %%
# exercise: block.feed_forward
def feed_forward(x, W_1, b_1, W_2, b_2):
    """x: (token, d_model), W_1: (d_model, d_ff), W_2: (d_ff, d_model). Return (token, d_model)."""
    # >>> answer
    inside = np.maximum(x @ W_1 + b_1, 0.0)
    return inside @ W_2 + b_2
    # <<< answer


# %%
check("block.feed_forward", feed_forward)

# %% [markdown]
# Three questions to your network. **Predict first:**
#
# 1. Leave the ReLU out: how many matrices does it take to do the work of $W_1$ and $W_2$?
# 2. In the paper of 2017, tokens are 512 wide and 2048 inside. Which share of a block's numbers sits in its network?
# 3. One article has it the other way round, narrow inside. In how many directions can 300 tokens of width 64 then leave?

# %%
W_1, b_1, W_2, b_2 = (rng.normal(size=shape) for shape in ((16, 64), (64,), (64, 16), (16,)))
x = rng.normal(size=(8, 16))
two_products, one_product = (x @ W_1 + b_1) @ W_2 + b_2, x @ (W_1 @ W_2) + (b_1 @ W_2 + b_2)
with_relu = mine.feed_forward(x, W_1, b_1, W_2, b_2)
print(f"1. one matrix against two: {largest_difference(two_products, one_product):.0e} without ReLU, "
      f"{largest_difference(with_relu, one_product):.0f} with it")
sizes = {"d_model": 512, "n_heads": 8, "d_ff": 2048, "norm": "post", "activation": "relu"}
base = in_torch.Block(in_torch.BlockConfig(**sizes))
in_network = sum(p.numel() for p in base.feed_forward.parameters())
in_block = sum(p.numel() for p in base.parameters())
print(f"2. {in_network:,} of {in_block:,} parameters: {in_network / in_block:.0%}")
many, ranks = rng.normal(size=(300, 64)), {}
for inside in (256, 16):
    up, down = rng.normal(size=(64, inside)), rng.normal(size=(inside, 64))
    output = mine.feed_forward(many, up, np.zeros(inside), down, np.zeros(64))
    ranks[inside] = int(np.linalg.matrix_rank(output))
    print(f"3. 64 -> {inside:>3} -> 64: the outputs span {ranks[inside]} directions")
print("computed by", mine.whose("feed_forward"))

# %% [markdown]
# One matrix would do: without the threshold the wide middle is worth nothing. Two thirds of the block are in its network. And all that
# leaves has passed through the middle, so a narrow middle of 16 lets 16 directions through.
#
# ## ReLU and GELU
#
# GPT-2, GPT-3 and BERT have a smooth relative of ReLU, **GELU**: $x$ times the share of a normal distribution below $x$, $x\,\Phi(x)$.
#
# **Predict first:** is the slope of GELU ever above 1, or below 0? Is there a negative $x$ where it is exactly 0? Move $x$ and look.

# %%
figures.activation_explorer()

# %% [markdown]
# GELU comes in two forms: exact, with the error function, and, in GPT-2, $x\,\tfrac12\bigl(1 + \tanh(\sqrt{2/\pi}\,(x + 0.044715\,x^3))\bigr)$,
# from a time when erf was slow. **Predict first:** put GPT-2's weights into a model with the exact form. In which digit would you
# notice?

# %%
grid = np.linspace(-6, 6, 120_001)
gap = np.abs(by_hand.gelu(grid) - by_hand.gelu_tanh(grid))
slope = np.gradient(by_hand.gelu(grid), grid)
flat = grid[np.flatnonzero(np.diff(np.sign(slope)))]
print(f"the two forms: at most {gap.max():.2e} apart, at |x| = {abs(grid[gap.argmax()]):.2f}")
print(f"slope of GELU: {slope.min():.3f} at x = {grid[slope.argmin()]:.2f}, "
      f"{slope.max():.3f} at x = {grid[slope.argmax()]:.2f}, and 0 at x = {flat[0]:.2f}")

# %% [markdown]
# The slope runs from −0.129 to 1.129. Around −0.75, GELU is as flat as ReLU, and lets no gradient through; elsewhere below 0 it lets a
# little through, as ReLU never does.
#
# The two forms differ in the fourth digit: too little to notice in a text, far too much for a test that asks for $10^{-5}$. If your
# copy of a model is off by a few times $10^{-4}$, look here first.
#
# ## A gate: SwiGLU
#
# LLaMA and most large models since use another network: two products lead into the middle, and one decides how much of the other
# passes.
#
# {exercise block.swiglu}


# %%
# exercise: block.swiglu
def swiglu(x, W_gate, W_up, W_down):
    """x: (token, d_model), W_gate, W_up: (d_model, d_ff), W_down: (d_ff, d_model). Return (token, d_model)."""
    # >>> answer
    z = x @ W_gate
    gate = z * (1 + np.tanh(z / 2)) / 2  # z times its sigmoid, without an exponential that could overflow
    return (gate * (x @ W_up)) @ W_down
    # <<< answer


# %%
check("block.swiglu", swiglu)

# %% [markdown]
# What does multiplying add? Take a network without biases and double the token. **Predict first:** by how much does the length of the
# output grow with ReLU? And with a gate?
#
# Three matrices instead of two also cost more. LLaMA therefore makes its middle narrower: which width gives as many weights as
# $4\,d_\text{model}$ with two?

# %%
growth = {"ReLU": [], "SwiGLU": []}
for _ in range(20):
    x, up, gate = rng.normal(size=(1, 16)), *rng.normal(size=(2, 16, 64)) / 4
    down = rng.normal(size=(64, 16)) / 8
    outputs = {"ReLU": [mine.feed_forward(one, up, np.zeros(64), down, np.zeros(16)) for one in (x, 2 * x)],
               "SwiGLU": [mine.swiglu(one, gate, up, down) for one in (x, 2 * x)]}
    for name, (once, twice) in outputs.items():
        growth[name].append(np.linalg.norm(twice) / np.linalg.norm(once))
for name, factors in growth.items():
    print(f"{name:6} token doubled: output times {min(factors):.2f} to {max(factors):.2f}")
torch_gate, torch_up, torch_down = (torch.tensor(matrix.T) for matrix in (gate, up, down))
linear, tokens = torch.nn.functional.linear, torch.tensor(x)
inside = torch.nn.SiLU()(linear(tokens, torch_gate)) * linear(tokens, torch_up)
swiglu_gap = largest_difference(mine.swiglu(x, gate, up, down), linear(inside, torch_down))
print(f"against torch.nn.SiLU and linear layers: {swiglu_gap:.0e}   by {mine.whose('feed_forward', 'swiglu')}")
print(f"LLaMA 7B: d_model 4096, middle {8 / 3 * 4096:.0f}, rounded up to 11008")

# %% [markdown]
# ReLU doubles, exactly; the gate makes it four times and more, since both branches double: it *multiplies* features. Two thirds
# of the width give as many weights: $3 \cdot \tfrac83 d^2 = 2 \cdot 4 d^2$.
#
# ## Residual: add, do not replace
#
# Write $x \leftarrow x + \text{part}(x)$ for every part. The output of 96 blocks is then the first input plus 192 contributions.
#
# Going down, the gradient (lesson 09) is multiplied by the slope of each part in turn. With a residual path that slope is
# $1 + \text{part}'$: the 1 lets it pass. Without, it is $\text{part}'$ alone, and many small factors leave nothing. So much for the
# argument; the figure asks for your guess about 64 blocks.

# %%
figures.depth_explorer()

# %% [markdown]
# Go through the six combinations. Here they are as a table, for 48 blocks and three draws of the weights: what arrives at the bottom
# of a gradient of length 1, the size of the tokens on top, what still tells them apart. In a seventh line the queries are zero, so
# that attention is even.
#
# **Predict first:** with residual paths and no norm, is the gradient near 1?

# %%
kinds = [(norm, residual) for norm in depth.NORMS for residual in (False, True)]
draws = {kind: [depth.flow(*kind, [48], seed=seed) for seed in (6, 7, 8)] for kind in kinds}
even = [depth.flow("none", True, [48], seed=seed, even=True) for seed in (6, 7, 8)]
flows = {kind: found[0] for kind, found in draws.items()}


def told(numbers):
    return f"{min(numbers):.0e} … {max(numbers):.0e}"


print(f"{'norm  residual':15} {'gradient arriving':>17}  {'size on top':>18}  {'tokens differ by':>18}")
rows = {f"{norm:5} {'on' if residual else 'off'}": found for (norm, residual), found in draws.items()}
for name, found in (rows | {"none  on, even": even}).items():
    arrives = told([flow.gradients[48][0] for flow in found])
    size, differ = told([flow.scale[48] for flow in found]), told([flow.apart[48] for flow in found])
    print(f"{name:15} {arrives:>17}  {size:>18}  {differ:>18}")

# %% [markdown]
# Line by line:
#
# - **Neither:** the gradient vanishes, and so do the tokens and their differences.
# - **Residual alone:** the gradient *explodes*, and so do the tokens, while their differences shrink to a hundred-thousandth or less.
#   With even attention the gradient grows only as much as the tokens: the rest comes through the scores.
# - **Norm alone:** more of the gradient survives, and the tokens have become one.
# - **Both, norm after the sum:** size and gradient hold; the tokens draw together, more slowly.
# - **Both, norm before the part:** all three survive.
#
# ## Layer norm
#
# For every token by itself: take the mean of its entries away, divide by their standard deviation, then apply a gain and a bias
# for each feature, which are learned.

# %%
figures.norm_explorer()

# %% [markdown]
# Shift and stretch are gone; the pattern remains. Only where the variance is as small as $\epsilon = 10^{-5}$ does the stretch show:
# the price of never dividing by zero.
#
# Two details decide whether your norm equals that of every library: the variance divides by $d$, not $d - 1$, and $\epsilon$ stands
# inside the root.
#
# {exercise block.layer_norm}


# %%
# exercise: block.layer_norm
def layer_norm(x, gain, bias, eps=1e-5):
    """x: (..., d), gain and bias: (d,). Return an array of the shape of x."""
    # >>> answer
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    return gain * centred / np.sqrt(variance + eps) + bias
    # <<< answer


# %%
check("block.layer_norm", layer_norm)

# %% [markdown]
# LLaMA and most models since leave out two of its steps, the mean and the bias. What remains is **RMSNorm**.
#
# {exercise block.rms_norm}


# %%
# exercise: block.rms_norm
def rms_norm(x, gain, eps=1e-6):
    """x: (..., d), gain: (d,). Return an array of the shape of x."""
    # >>> answer
    return gain * x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps)
    # <<< answer


# %%
check("block.rms_norm", rms_norm)

# %% [markdown]
# Both of yours against PyTorch's, and against *The Annotated Transformer*, a widely read tutorial that divides by $d - 1$ and puts
# $\epsilon$ outside the root. **Predict first:** at which width does the tutorial's slip show more, 4 or 1024? And at which are layer norm
# and RMSNorm closer together?

# %%
norm_gaps = []
for d in (4, 1024):
    row, ones = rng.normal(size=d), np.ones(d)
    layer, rms = mine.layer_norm(row, ones, 0 * ones), mine.rms_norm(row, ones)
    torch_layer = torch.nn.functional.layer_norm(torch.tensor(row), (d,))
    torch_rms = torch.nn.functional.rms_norm(torch.tensor(row), (d,), eps=1e-6)
    norm_gaps += [largest_difference(layer, torch_layer), largest_difference(rms, torch_rms)]
    tutorial = (row - row.mean()) / (row.std(ddof=1) + 1e-6)
    slip, without_mean = largest_difference(tutorial, torch_layer), largest_difference(layer, rms)
    print(f"width {d:>4}: against torch {max(norm_gaps):.0e}, the tutorial's against torch {slip:.0e}, "
          f"layer norm against RMSNorm {without_mean:.0e}")
print("norms by", mine.whose("layer_norm", "rms_norm"))

# %% [markdown]
# Both gaps are wide at width 4 and narrow at 1024. A wide model hides the tutorial's slip; a comparison of outputs finds it. And the
# mean of 1024 independent entries is nearly 0 already. (In trained models Zhang and Sennrich 2019, arXiv:1910.07467, found no loss.)
#
# ## Dropout
#
# A network that sees the same texts often begins to lean on single units that happen to fit. **Dropout** works against that: in
# training, each entry becomes zero with probability $p$, drawn anew each time, and survivors are divided by $1 - p$. In use, nothing
# happens. Why divide? **Predict first:** with *divide survivors* off and $p = 0.3$, by which factor is the mean off?

# %%
figures.dropout_explorer()

# %% [markdown]
# Without the division the mean is 30 % lower in training than in use, and all that follows is trained for the wrong size.
#
# Randomness comes in as a generator, so that a run can be repeated.
#
# {exercise block.dropout}


# %%
# exercise: block.dropout
def dropout(x, p, rng, training):
    """x: any shape, p: the probability to drop, rng: a generator. Return an array of the shape of x."""
    # >>> answer
    if not training:
        return x
    survives = rng.random(x.shape) >= p
    return x * survives / (1 - p)
    # <<< answer


# %%
check("block.dropout", dropout)

# %% [markdown]
# In a block, dropout has up to **three places**:
#
# 1. on the attention weights, after softmax;
# 2. inside the feed-forward network (PyTorch's layer; not GPT-2);
# 3. on what each part puts out, *before* it is added to the residual path.
#
# Never on the path itself. **Predict first:** drop a tenth of the path's entries after each of 48 blocks. How many are left on top?
#
# A module of PyTorch knows whether it is training: `.train()` and `.eval()` switch. Forget `.eval()`, and the model answers
# differently at every call.

# %%
ones, p = np.ones((500, 200)), 0.3
dropped = mine.dropout(ones, p, np.random.default_rng(1), training=True)
unchanged = mine.dropout(ones, p, np.random.default_rng(1), training=False)
zeros, mean = (dropped == 0).mean(), dropped.mean()
print(f"training: {zeros:.1%} zeros, survivors {dropped.max():.4f}, mean {mean:.4f}; "
      f"in use, the same to the bit: {bool((unchanged == ones).all())}")
path, draw = ones, np.random.default_rng(2)
for _ in range(48):
    path = mine.dropout(path, 0.1, draw, training=True)
print(f"on the path itself, p = 0.1: {(path != 0).mean():.1%} of the entries are left; by {mine.whose('dropout')}")
layer = torch.nn.TransformerEncoderLayer(8, 2, dropout=p)
places = [name for name, part in layer.named_modules() if isinstance(part, torch.nn.Dropout)]
print(f"PyTorch's layer: self_attn (on its weights, p = {layer.self_attn.dropout}), {', '.join(places)}")
leaky, tokens = in_torch.Block(in_torch.BlockConfig(8, 2, dropout=p)), torch.randn(1, 5, 8)
agree = {mode: bool((leaky.train(mode)(tokens) == leaky(tokens)).all()) for mode in (True, False)}
print(f"two calls agree: training {agree[True]}, in use {agree[False]}")

# %% [markdown]
# Of the path, six entries in a thousand would be left. Added contributions may be thinned out; the path has to stay whole.
# (PyTorch's `dropout` is place 2; `dropout1` and `dropout2` are place 3, for the two parts.)
#
# ## The block, whole
#
# All pieces are there. `multi_head_attention` of lesson 05 is imported already; `feed_forward` and `layer_norm` are yours. Both
# arrangements of the picture, with ReLU and without dropout. A mask belongs to the attention alone: the other parts never look at a
# second token.
#
# {exercise block.block}


# %%
# exercise: block.block
def block(x, params, norm="pre", mask=None):
    """x: (token, d_model), norm: "pre" or "post", mask: (token, token) or None. Return (token, d_model)."""

    # >>> answer
    def attend(y):
        matrices = [params[name] for name in ("W_Q", "W_K", "W_V", "W_O")]
        return multi_head_attention(y, *matrices, params["n_heads"], mask)

    def think(y):
        return feed_forward(y, params["W_1"], params["b_1"], params["W_2"], params["b_2"])

    def norm_1(y):
        return layer_norm(y, params["gain_1"], params["bias_1"])

    def norm_2(y):
        return layer_norm(y, params["gain_2"], params["bias_2"])

    if norm == "post":
        x = norm_1(x + attend(x))
        return norm_2(x + think(x))
    x = x + attend(norm_1(x))
    return x + think(norm_2(x))
    # <<< answer


# %%
check("block.block", block)

# %% [markdown]
# ## Before or after?
#
# Attention on attention made eight words one after four layers. Now twelve of *your* blocks take its place. **Predict first:** do the
# words stay apart, in both arrangements? What does each promise about mean and variance of the rows that leave? And under a causal
# mask, which rows change when the last three words do?

# %%
words = figures.stream_frame()["station 0"]  # word vectors plus sinusoidal positions
params = random_params(np.random.default_rng(7), 8, 2)
seen, seen_after = stages(words, params, "pre"), stages(words, params, "post")
put_together = words + seen["attention adds"] + seen["feed-forward adds"]
sum_gap = largest_difference(put_together, mine.block(words, params, "pre"))
print(f"words + positions + attention + feed-forward = block, to {sum_gap:.0e}")
causal = np.tri(len(words), dtype=bool)
other_end = np.vstack([words[:5], rng.normal(size=(3, 8))])
for norm in ("post", "pre"):
    leaves = mine.block(words, params, norm)
    means, spread = abs(leaves.mean(axis=1)), leaves.var(axis=1)
    tokens, draw = words, np.random.default_rng(8)
    for _ in range(12):
        tokens = mine.block(tokens, random_params(draw, 8, 2), norm)
    distance = np.abs(tokens - tokens.mean(axis=0)).max() / np.abs(tokens).max()
    moved = mine.block(words, params, norm, causal) != mine.block(other_end, params, norm, causal)
    print(f"{norm:4}: means up to {means.max():.2f}, variance {spread.min():.2f} … {spread.max():.2f}; "
          f"after 12 blocks apart by {distance:.2f}; causal, rows that change: {np.flatnonzero(moved.any(axis=1))}")
print("computed by", mine.whose("block"))

# %% [markdown]
# With the norm before the part the words are still apart, and the path's size grows slowly: a GPT has one more norm at its very end.
# With the norm after the sum they have drawn close, and every row leaves with mean 0 and variance 1. Under the mask, the past does not
# move.
#
# ## The same in PyTorch, and PyTorch's own
#
# The course's `Block` beside your NumPy block, then beside `torch.nn.TransformerEncoderLayer`, which keeps its matrices transposed and
# says True for what must *not* be attended to: outputs, and the gradients of the tokens and of twelve weight tensors. **Predict first:**
# how large is the worst difference?

# %%
torch.manual_seed(7)
small = in_torch.Block(in_torch.BlockConfig(6, 2, d_ff=5, norm="pre", activation="relu")).double()
x, upstream = torch.randn(2, 3, 6, dtype=torch.float64)
arrays = {k: v if k == "n_heads" else v.detach().numpy() for k, v in small.params().items()}
in_module = small(x[None])[0]
(exact,) = torch.autograd.grad(in_module, [small.feed_forward.W_1], upstream)
slope = numerical_gradient(
    lambda W_1: (mine.block(x.numpy(), arrays | {"W_1": W_1}, "pre") * upstream.numpy()).sum(), arrays["W_1"])
print(f"{mine.whose('block')}, against the module: "
      f"output {largest_difference(mine.block(x.numpy(), arrays, 'pre'), in_module):.0e}, "
      f"gradient of W_1 by moving each entry a little {largest_difference(slope, exact):.0e}")
peer_gaps, lower = {}, torch.ones(7, 7, dtype=torch.bool).tril()
for norm, activation in (("pre", "relu"), ("pre", "gelu"), ("post", "relu"), ("post", "gelu")):
    config = in_torch.BlockConfig(10, 2, d_ff=13, norm=norm, activation=activation)
    ours = in_torch.Block(config).double()
    for parameter in ours.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    found = gaps(ours, *torch.randn(2, 3, 7, 10, dtype=torch.float64), lower)
    peer_gaps[norm, activation] = worst = max(found.values())
    print(f"module against PyTorch's layer, {norm:4} {activation}: worst of {len(found)} {worst:.0e}")

# %% [markdown]
# Rounding, nothing else: one function, gradients included.
#
# ## Break it: twelve blocks and the easiest task there is
#
# Does all this matter for learning? Random words go in, and **each word has to come out again**; a stack that leaves its tokens alone
# would do. Four kinds of stack, 40 steps, three draws each. The number is the *loss*, how wrong the answers are (lesson 08); guessing
# blindly among 13 words costs $\ln 13 = 2.56$.
#
# **Predict first:** which of the four learn it with two blocks? Which with twelve?

# %%
kinds = {"norm before": ("pre", True), "norm after": ("post", True)}
kinds |= {"no residual": ("pre", False), "no norm": ("none", True)}
runs = {(blocks, kind): [deep_task.train_stack(*kinds[kind], depth=blocks, seed=seed) for seed in (6, 7, 8)]
        for blocks in (2, 12) for kind in kinds}
for (blocks, kind), found in runs.items():
    last = [run.losses[-1] for run in found]
    learned = sum(run.learned_at is not None for run in found)
    print(f"{blocks:>2} blocks, {kind:12} loss after 40 steps {min(last):8.3f} … {max(last):8.3f}   "
          f"learned in {learned} of {len(found)}")

# %% [markdown]
# With two blocks, all four go down. With twelve, one learns.
#
# - **No residual:** stays at guessing, as the table leads one to expect: at the top all tokens are the same.
# - **No norm:** far worse than guessing.
# - **Norm after:** hardly better than guessing, though size and gradient hold. What is wrong?
#
# ### Small first steps
#
# The paper of 2017 has the norm after the sum, and *warms up*: its first 4000 steps grow from tiny to full size. That size is set by the
# **learning rate** (lesson 10), 0.002 so far. Two remedies: a warm-up over 200 steps to the same 0.002, or 0.0005 throughout.
#
# **Predict first:** which of the three learn within these 200 steps?

# %%
settings = {"0.002": {}, "0.002, warm-up": {"warm_up": 200}, "0.0005": {"learning_rate": 5e-4}}
slow = {name: [deep_task.train_stack("post", True, 200, seed=seed, **how) for seed in (6, 7, 8)]
        for name, how in settings.items()}
figure, axes = subplots(size=(7.6, 3.4))
axes.axhline(deep_task.CHANCE, xmax=200 / 245, color="grey", linewidth=0.8)
axes.set(xlabel="step", ylabel="loss", xlim=(0, 245), title="Norm after, twelve blocks (grey: guessing)")
for (name, found), colour, style in zip(slow.items(), SERIES, ("-", "--", ":"), strict=False):
    for run in found:
        axes.semilogy(run.losses, style, color=colour, linewidth=1.1)
    ends = [run.losses[-10:].mean() for run in found]
    axes.annotate(name, (203, np.mean(ends)), color=colour, va="center", annotation_clip=False)
    print(f"learning rate {name:15} loss, last ten of 200 steps {min(ends):.3f} … {max(ends):.3f}")
picture(figure, "Nine runs: at the high rate without warm-up none leaves guessing; the others learn, as printed.")

# %% [markdown]
# At 0.002 it sticks; with a warm-up the same rate learns, and so does a quarter of it. The stack was sound, its first steps too large.
# (Eight blocks still learn at 0.002: tried apart from this notebook.) The norm before the part needs no such care, and most large
# language models since GPT-2 have it there. Why large first steps hurt is not settled by this; Xiong et al. 2020 have a proposal.
#
# ## What the articles say, tested
#
# Nine claims belong to this lesson, all measured above. One article has the feed-forward network the wrong way round. **Predict
# first:** a decoder's block also reads the encoder (lesson 07). How many norms does it have?

# %%
at = {x: figures.activation_frame(x) for x in (-2.0, 2.0)}
(keeps, _, _), (passes, _, _) = at[2.0]["values"], at[2.0]["slopes"]
(cuts, _, _), (stops, _, _) = at[-2.0]["values"], at[-2.0]["slopes"]
token = torch.randn(1, 512)
wide = torch.relu(token @ base.feed_forward.W_1 + base.feed_forward.b_1)
back = wide @ base.feed_forward.W_2 + base.feed_forward.b_2
widths, count = (token.shape[1], wide.shape[1], back.shape[1]), 2 * 512 * 2048 + 2048 + 512
display(
    claim("C08", {f"at 2: value {keeps:.0f}, slope {passes:.0f}": (keeps, passes) == (2, 1),
                  f"at −2: value {cuts:.0f}, slope {stops:.0f}": (cuts, stops) == (0, 0)}),
    claim("C09", {"traced: 512 -> 2048 -> 512": widths == (512, 2048, 512),
                  f"2 · 512 · 2048 + 2048 + 512 = {in_network:,} parameters": in_network == count,
                  "nothing negative after ReLU": bool((wide >= 0).all())}),
    claim("C53", {"the first map goes up, the second comes down": widths[0] < widths[1] > widths[2],
                  f"narrow inside, 64 -> 16 -> 64: {ranks[16]} directions leave": ranks[16] == 16,
                  f"wide inside, 64 -> 256 -> 64: all {ranks[256]}": ranks[256] == 64}),
)

# %%
decoder = in_torch.Block(in_torch.BlockConfig(**sizes, cross=True))
models = {"encoder": base, "decoder": decoder}
parts = {name: [part.kind for part in inventory(model)] for name, model in models.items()}
networks = {name: found.count("feed-forward") for name, found in parts.items()}
norms = {name: found.count("norm") for name, found in parts.items()}
print("norms in a block:", norms)
summed = seen_after["between"] + seen_after["feed-forward adds"]
normed = mine.layer_norm(summed, params["gain_2"], params["bias_2"])
post_gap = largest_difference(normed, mine.block(words, params, "post"))
apart_by, as_torch = largest_difference(seen["leaves"], seen_after["leaves"]), peer_gaps["post", "relu"]
display(
    claim("C10", {f"post-norm is norm(x + feed-forward(x)), to {post_gap:.0e}": post_gap < 1e-12,
                  f"and PyTorch's layer, to {as_torch:.0e}": as_torch < 1e-12,
                  f"pre-norm gives other numbers, by up to {apart_by:.1f}": apart_by > 0.1}),
    claim("C25", {f"networks in the encoder's block: {networks['encoder']}": networks["encoder"] == 1,
                  f"networks in the decoder's block: {networks['decoder']}": networks["decoder"] == 1}),
    claim("C51", {f"words + positions + what both parts add = what leaves, to {sum_gap:.0e}": sum_gap < 1e-12}),
)

# %%
arrives = {kind: found.gradients[48][0] for kind, found in flows.items()}
lone, alone = arrives["none", False], arrives["none", True]
normed_only, path = arrives["pre", False], arrives["pre", True]
bare, before, after = (flows[norm, True].scale[48] for norm in ("none", "pre", "post"))
stuck, fine = (runs[12, kind][0].losses[-1] for kind in ("no residual", "norm before"))
display(
    claim("C26", {f"48 blocks, no norms: {lone:.0e} arrives without the path": lone < 1e-6,
                  f"with it {alone:.0e}: explodes instead, and the norm is for that": alone > 1,
                  f"norm before: {normed_only:.2f} without, {path:.0f} with": normed_only < 0.5 < path,
                  f"12 blocks trained without the path: loss {stuck:.2f}": stuck > 2.3,
                  f"and with it: {fine:.3f}": fine < 0.1}),
    claim("C52", {f"48 blocks without norms: size {bare:.0e}": bare > 1e6,
                  f"norm after the sum: {after:.1f}, before the part: {before:.0f}": before < 30}),
    claim("C54", {f"p = {p}: {zeros:.1%} become zero in training": abs(zeros - p) < 0.01,
                  f"survivors are divided by 1 − p: the mean stays {mean:.3f}": abs(mean - 1) < 0.01,
                  "in use, x to the bit": bool((unchanged == ones).all())}),
)

# %% [markdown]
# A norm for every part: two in the encoder's block, three in the decoder's.
#
# ## What to remember
#
# - Attention alone cannot be stacked: a few layers of averages make all tokens one.
# - **Feed-forward**: each token by itself, wide in the middle; ReLU, GELU, or a gate (SwiGLU).
# - **Residual**: parts add, so that tokens and gradients have a way past every part.
# - **Norm**: over the features of a token. Layer norm takes the mean away, RMSNorm does not.
# - **After** the sum it needs small first steps; **before** the part it leaves the path alone.
# - **Dropout**: in training only, survivors divided by $1 - p$, never on the path itself.
#
# Next, [lesson 07](07_transformer.ipynb) stacks these blocks into encoders, decoders and GPTs.
#
# ## Where to read on
#
# - Vaswani et al. 2017, arXiv:1706.03762, sections 3.1, 3.3 and 5.4.
# - He et al. 2015, *Deep Residual Learning*, arXiv:1512.03385.
# - Ba, Kiros and Hinton 2016, *Layer Normalization*, arXiv:1607.06450; Zhang and Sennrich 2019 (RMSNorm).
# - Hendrycks and Gimpel 2016, *GELU*, arXiv:1606.08415; Shazeer 2020, *GLU Variants Improve Transformer*, arXiv:2002.05202.
# - Xiong et al. 2020, *On Layer Normalization in the Transformer Architecture*, arXiv:2002.04745: before or after.
# - Dong, Cordonnier and Loukas 2021, *Attention is not all you need*, arXiv:2103.03404: the collapse.
