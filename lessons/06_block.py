# %% [markdown]
# # 06 · The block
#
# After this lesson you can
#
# - write the feed-forward network, layer norm, dropout and the whole block, with the norm before or after, and tell the usual mistakes by their symptoms;
# - say what residual paths and norms are for, with measurements down to 64 blocks: what fails without each, and how fast;
# - trace a token along the residual path, and add up to the last bit what each part has contributed;
# - carry the weights of a block into PyTorch's own encoder layer and back, and show that outputs and all gradients agree.
#
# About 90 minutes, four exercises, 10 points. It builds on attention (lesson 04) and several heads (lesson 05).

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from IPython.display import display

from course_lib.block import by_hand, deep_task, depth, figures, in_torch
from course_lib.block.inventory import inventory, show_inventory
from course_lib.block.peers import OUR_NAMES, gaps
from course_lib.block.stages import random_params, stages
from course_lib.explorer.palette import SERIES
from course_lib.lesson import check, claim, hint, mine
from course_lib.multi_head.by_hand import multi_head_attention
from course_lib.numeric import largest_difference, numerical_gradient

# %% [markdown]
# ## One question
#
# GPT-3 is one part, repeated 96 times. Attention is in that part, and you have written it. So why not put attention on top of
# attention, 96 times, and be done? **What does attention lack, that it cannot be repeated?**
#
# Let us try with twelve. Eight random tokens, random matrices, attention with two heads, again and again. We watch what tells
# the tokens apart: the largest distance of any token from the mean of all, as a share of the largest entry. **Predict first:**
# what will that share be after four layers?

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
# After four layers eight words have become one, to fourteen digits. Attention takes averages, averages of averages lie ever
# closer together, and the closer tokens are, the more even the weights: the collapse speeds itself up (Dong et al. 2021,
# arXiv:2103.03404, prove it). Whatever is built on top of such a layer cannot know any more which word stood where.
#
# ## The picture first
#
# A **block** wraps attention in what it lacks. A second part works on every token by itself (the *feed-forward network*). Both
# parts **add** to the tokens instead of replacing them (the *residual path*). A *norm* keeps the numbers in reach. In two arrangements:
#
# ```
# after  (2017)   x ─┬─ attention ── + ── norm ─┬─ feed-forward ── + ── norm ──▶
#                    └───────────────┘          └──────────────────┘
# before (GPT-2)  x ─┬─ norm ── attention ── + ─┬─ norm ── feed-forward ── + ──▶
#                    └───────────────────────┘  └──────────────────────────┘
# ```
#
# The figure walks along the lower one, station by station: the course's sentence, word vectors plus positions, through a block of
# random weights. **Predict first:** how much of what arrives is still there when it leaves? And with the residual paths off?

# %%
figures.stream_explorer()

# %% [markdown]
# With the paths on, what leaves points much the same way as what arrived (the last bar of the cosines): the two parts have
# written *into* the tokens. With them off, hardly anything is left of it. The rest of the lesson takes the five pieces one by one,
# and breaks each.
#
# ## Feed-forward: every token by itself
#
# Attention mixes tokens, and mixing is all it does. To make something of what it has collected, "a noun, and it has met an
# adjective", each token goes through a small network of its own: up into a wider space, through a threshold, and back.
#
# $$\operatorname{ffn}(x) = \max(0,\; xW_1 + b_1)\,W_2 + b_2$$
#
# The sentence below comes from the attention of lesson 04; the weights are written by hand, so that each of the eight hidden
# units has a meaning. Point at a cell and read off the dot product that made it; step on, and see what is added to whom.

# %%
figures.feed_forward_explorer()

# %% [markdown]
# One feature, *described*, belonged to no word. Now *creature* and *forest* have it: a unit fires where "noun" and "has taken in an
# adjective" pass a threshold **together**. Switch the activation to *none*: six words get a negative "described", because without a
# threshold a sum is all there is. (With GELU they are slightly negative too: it bends softly and dips below zero. The last unit never
# fires. Such units exist in trained networks too.)
#
# How little is left without the threshold? **Predict first:** without ReLU, how many matrices does it take to do the work of
# $W_1$ and $W_2$?

# %%
weights = [rng.normal(size=shape) for shape in ((16, 64), (64,), (64, 16), (16,))]
W_1, b_1, W_2, b_2 = weights
x = rng.normal(size=(8, 16))
two_products = (x @ W_1 + b_1) @ W_2 + b_2
one_product = x @ (W_1 @ W_2) + (b_1 @ W_2 + b_2)
with_relu = by_hand.feed_forward(x, *weights)
print(f"two products without ReLU against one: {largest_difference(two_products, one_product):.0e}")
print(f"the same, with ReLU in between:        {largest_difference(with_relu, one_product):.0f}")

# %% [markdown]
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
# In the paper of 2017 tokens are 512 wide, and 2048 inside. **Predict first:** of all the numbers that a block learns, which share
# sits in the feed-forward network? Half? Less, more?

# %%
torch.manual_seed(6)
base = in_torch.Block(in_torch.BlockConfig(512, 8, d_ff=2048, norm="post", activation="relu"))
token = torch.randn(1, 512)
wide = torch.relu(token @ base.feed_forward.W_1 + base.feed_forward.b_1)
back = wide @ base.feed_forward.W_2 + base.feed_forward.b_2
print("token", tuple(token.shape), "-> inside", tuple(wide.shape), "-> token", tuple(back.shape))
in_network = sum(p.numel() for p in base.feed_forward.parameters())
in_block = sum(p.numel() for p in base.parameters())
print(f"feed-forward {in_network:,} of {in_block:,} parameters: {in_network / in_block:.0%}")

# %% [markdown]
# Two thirds. Attention gets the headlines, and the feed-forward network most of the weights.
#
# One article puts the order the other way round: from a higher dimension to a lower one. It can be built that way. What would be
# lost? Everything that leaves such a network has passed through its middle, and a product through a narrow middle has a low
# **rank**: the outputs of however many tokens lie in a space of that few directions.

# %%
many = rng.normal(size=(300, 64))
ranks = {}
for inside in (256, 16):
    up, down = rng.normal(size=(64, inside)), rng.normal(size=(inside, 64))
    output = mine.feed_forward(many, up, np.zeros(inside), down, np.zeros(64))
    ranks[inside] = int(np.linalg.matrix_rank(output))
    print(f"64 -> {inside:>3} -> 64: the outputs of 300 tokens span {ranks[inside]} directions")
print("computed by", mine.whose("feed_forward"))

# %% [markdown]
# ## ReLU and GELU
#
# ReLU is a threshold: what is positive passes, with its gradient; what is negative is zero, and no gradient comes back. GPT-2,
# GPT-3 and BERT use a smooth relative, **GELU**: $x$ times the share of a normal distribution below $x$, $x\,\Phi(x)$. Move $x$ from
# −4 to 4. Where do the two differ most? Is the slope of GELU ever above 1, or below 0?

# %%
figures.activation_explorer()

# %% [markdown]
# GELU comes in two forms. Exactly, with the error function: $x\,\tfrac12\bigl(1 + \operatorname{erf}(x/\sqrt2)\bigr)$. And as GPT-2 has it,
# with tanh: $x\,\tfrac12\bigl(1 + \tanh(\sqrt{2/\pi}\,(x + 0.044715\,x^3))\bigr)$, a form from times when erf was slow. **Predict first:** loading
# GPT-2's weights into a model with the other form, in which digit would you notice?

# %%
grid = np.linspace(-6, 6, 120_001)
gap = np.abs(by_hand.gelu(grid) - by_hand.gelu_tanh(grid))
worst = float(abs(grid[gap.argmax()]))
one = np.array(1.0)
print(f"GELU at 1: exact {by_hand.gelu(one):.12f}, tanh {by_hand.gelu_tanh(one):.12f}")
print(f"largest difference {gap.max():.2e}, at |x| = {worst:.2f}")

# %% [markdown]
# In the fourth digit: too little to notice in a text, far too much when a test compares logits to $10^{-5}$. If your copy of a model
# is off by a few times $10^{-4}$, look here first.
#
# ## Residual: add, do not replace
#
# Write $x \leftarrow x + \text{part}(x)$ for every part. Then the output of a block is its input plus two contributions, and
# the output of 96 blocks is the first input plus 192 of them: a sum that one can take apart. For one block, with the norms
# before the parts, from words plus positions to what leaves:

# %%
words = figures.stream_frame()["station 0"]  # word vectors plus sinusoidal positions
params = random_params(np.random.default_rng(7), 8, 2)
seen = stages(words, params, "pre")
put_together = words + seen["attention adds"] + seen["feed-forward adds"]
to_the_bit = bool((put_together == by_hand.block(words, params, "pre")).all())
print("words + positions + attention + feed-forward = block, to the bit:", to_the_bit)

# %% [markdown]
# Now the gradient: how much what comes out at the top changes with what goes in (lessons 02 and 04 measured it for single parts; lesson
# 09 derives it). Going down, it is multiplied by the slope of each part in turn. With a residual path the slope of a step
# is $1 + \text{part}'$: whatever the part does, the 1 lets the gradient pass. Without it the slope is $\text{part}'$ alone, and many
# small factors in a row leave nothing.
#
# That is the argument. The figure asks for your guess about 64 blocks, before it shows the measurement.

# %%
figures.depth_explorer()

# %% [markdown]
# Take your time with this one, and go through the six combinations. The same measurement as a table: 48 blocks, a gradient of
# length 1 at the top, what arrives at the bottom; beside it the size of the tokens on top, and what still tells them apart.
# Random weights are luck, so three draws of them. **Predict first:** residual paths on and norms off, is the gradient then near 1?

# %%
kinds = [(norm, residual) for norm in depth.NORMS for residual in (False, True)]
draws = {kind: [depth.flow(*kind, [12, 48], seed=seed) for seed in (6, 7, 8)] for kind in kinds}
flows = {kind: found[0] for kind, found in draws.items()}
print("norm  residual   gradient at the bottom   size on top   tokens differ by")
for (norm, residual), found in draws.items():
    arrives = sorted(flow.gradients[48][0] for flow in found)
    size, differ = flows[norm, residual].scale[48], flows[norm, residual].apart[48]
    told = f"{arrives[0]:.0e} … {arrives[-1]:.0e}"
    print(f"{norm:5} {'on' if residual else 'off':9}  {told:>22}  {size:12.0e}  {differ:17.0e}")

# %% [markdown]
# Read it line by line; it is subtler than the slogan.
#
# - **Neither norm nor residual:** the gradient vanishes, and so do the tokens.
# - **Residual alone:** nothing vanishes. It *explodes*: every part adds in proportion to what it reads, so the tokens grow at every
#   step, and the gradients much faster still. (A score is a product of two tokens: the larger they are, the steeper it gets.)
# - **Norm alone:** the gradient shrinks far less, since norms pull every size back to one. And still the stack is useless: look at
#   the last column. The tokens have become the same, to sixteen digits; it is the collapse from the beginning.
# - **Residual and norm after the sum:** the size stays, the gradient loses little; the tokens still draw together, only more slowly.
# - **Residual and norm before the part:** the gradient arrives, sizes stay moderate, and the tokens remain different.
#
# So the two need each other. The residual path carries tokens and gradients past the averages; the norm keeps the sum in bounds.
#
# ## Layer norm
#
# For every token by itself: take away the mean of its entries, divide by their standard deviation. What is learned
# is a gain and a bias for each feature.
#
# $$\operatorname{norm}(x) = g\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + b \qquad \mu = \tfrac1d\sum_i x_i \qquad \sigma^2 = \tfrac1d\sum_i (x_i - \mu)^2$$

# %%
figures.norm_explorer()

# %% [markdown]
# Shift and stretch are gone; what remains is the pattern. Only where the variance gets as small as $\epsilon = 10^{-5}$ does the
# stretch begin to show: that is the price of never dividing by zero.
#
# Two details decide whether your norm equals that of every library: the variance divides by $d$, not by $d - 1$, and $\epsilon$ stands
# *inside* the root. A widely read tutorial (*The Annotated Transformer*) has neither. **Predict first:** at which width would that be
# noticed more, 4 or 1024?

# %%
for d in (4, 1024):
    row = rng.normal(size=d)
    ours = by_hand.layer_norm(row, np.ones(d), np.zeros(d))
    theirs = torch.nn.functional.layer_norm(torch.tensor(row), (d,)).numpy()
    tutorial = (row - row.mean()) / (row.std(ddof=1) + 1e-6)
    print(f"d = {d:>4}: ours against torch {largest_difference(ours, theirs):.0e}, ", end="")
    print(f"the tutorial's against torch {largest_difference(tutorial, theirs):.0e}")

# %% [markdown]
# In the first digit at width 4, in the third at width 1024: a wide model hides the slip, and a comparison of outputs finds it.
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
# ## Dropout
#
# A network that has seen the same texts often begins to lean on single units that happen to fit. **Dropout** takes that away: in
# training, each entry is set to zero with probability $p$, drawn anew each time, and the survivors are divided by $1 - p$. In use,
# nothing happens.
#
# Why divide? Switch *divide survivors* off and compare the histogram with the line. **Predict first**, for $p = 0.3$: by which factor will
# the mean be off?

# %%
figures.dropout_explorer()

# %% [markdown]
# Without the division the layer's mean is 30 % lower in training than later in use, and all that follows has been trained for the wrong
# size. With it the mean stays where it was; only the spread tells that anything was dropped.
#
# Randomness comes in as a generator here, so that a run can be repeated.
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
# In PyTorch a module knows whether it is training: `.train()` and `.eval()` switch. Forgetting `.eval()` is a classic: the model works, a
# little worse than it could, and differently at every call.

# %%
ones, p = np.ones((500, 200)), 0.3
dropped = mine.dropout(ones, p, np.random.default_rng(1), training=True)
unchanged = mine.dropout(ones, p, np.random.default_rng(1), training=False)
zeros, mean = (dropped == 0).mean(), dropped.mean()
print(f"training: {zeros:.1%} zeros, survivors {dropped.max():.4f}, mean {mean:.4f}")
print("in use, the same to the bit:", bool((unchanged == ones).all()), "  by", mine.whose("dropout"))
leaky = in_torch.Block(in_torch.BlockConfig(8, 2, dropout=p))
tokens = torch.randn(1, 5, 8)
calls_agree = {mode: bool((leaky.train(mode)(tokens) == leaky(tokens)).all()) for mode in (True, False)}
print(f"two calls agree: training {calls_agree[True]}, in use {calls_agree[False]}")

# %% [markdown]
# ## The block, whole
#
# All pieces are there. `multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads)` of lesson 05 is imported already;
# `feed_forward` and `layer_norm` are yours. Both arrangements of the picture, with ReLU, without mask and without dropout:
#
# {exercise block.block}


# %%
# exercise: block.block
def block(x, params, norm="pre"):
    """x: (token, d_model), params: weights by name, norm: "pre" or "post". Return (token, d_model)."""

    # >>> answer
    def attend(y):
        matrices = [params[name] for name in ("W_Q", "W_K", "W_V", "W_O")]
        return multi_head_attention(y, *matrices, params["n_heads"])

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
# This lesson began with attention on attention: after four layers eight words were one. Here are twelve of *your* blocks in its
# place. **Predict first:** do the words stay apart, in both arrangements?
#
# In 2017 the norm came after the sum, so that it lies *on* the residual path; GPT-2 moved it onto the branch. On one block, with gain 1 and
# bias 0: what does each arrangement promise about the rows that leave? And what becomes of their size over 48 blocks?

# %%
seen_after = stages(words, params, "post")
summed = seen_after["between"] + seen_after["feed-forward adds"]
normed = mine.layer_norm(summed, params["gain_2"], params["bias_2"])
post_gap = largest_difference(normed, mine.block(words, params, "post"))
for norm in ("post", "pre"):
    leaves, scale = mine.block(words, params, norm), flows[norm, True].scale
    means, spread = abs(leaves.mean(axis=1)), leaves.var(axis=1)
    print(f"{norm:4}: means up to {means.max():.2f}, variance {spread.min():.2f} … {spread.max():.2f}; "
          f"size after 12 and 48 blocks {scale[12]:.1f}, {scale[48]:.1f}")
    tokens, draw = words, np.random.default_rng(8)
    for _ in range(12):
        tokens = mine.block(tokens, random_params(draw, 8, 2), norm)
    distance = np.abs(tokens - tokens.mean(axis=0)).max() / np.abs(tokens).max()
    print(f"      after 12 blocks the tokens differ by {distance:.2f} of their size")
print("computed by", mine.whose("block", "layer_norm"))

# %% [markdown]
# Twelve blocks on, the words are still apart: the residual path carries each of them past the averages. With the norm after the
# sum they have drawn close (0.04; without residual paths it was zero to the last digit after four), with the norm before the part hardly.
#
# After the sum: every row leaves with mean 0 and variance 1, at every depth. Before the part: the residual path is never normed and
# its size grows slowly, which is why a GPT has one more norm at its very end. Which of the two trains better is a question for an
# experiment, further down.
#
# ## The same in PyTorch, and PyTorch's own
#
# Two tests. First NumPy against the course's PyTorch module, forward, and the gradient of the feed-forward weights by moving each
# entry a little. Then the course's `Block` against `torch.nn.TransformerEncoderLayer`, which keeps each of its matrices
# transposed, fuses three of them into one, and says True in a mask for what must *not* be attended to.

# %%
torch.manual_seed(7)
small = in_torch.Block(in_torch.BlockConfig(6, 2, d_ff=5, norm="pre", activation="gelu")).double()
x, upstream = torch.randn(2, 3, 6, dtype=torch.float64)
arrays = {k: v if k == "n_heads" else v.detach().numpy() for k, v in small.params().items()}
in_numpy = by_hand.block(x.numpy(), arrays, "pre", activation=by_hand.gelu)
in_module = small(x[None])[0]
forward_gap = largest_difference(in_numpy, in_module)
(exact,) = torch.autograd.grad(in_module, [small.feed_forward.W_1], upstream)


def loss(W_1):
    changed = by_hand.block(x.numpy(), arrays | {"W_1": W_1}, "pre", activation=by_hand.gelu)
    return (changed * upstream.numpy()).sum()


slope_gap = largest_difference(numerical_gradient(loss, arrays["W_1"]), exact)
print(f"NumPy against the module: forward {forward_gap:.0e}, gradient of W_1 {slope_gap:.0e}")

# %% [markdown]
# **Predict first:** fourteen numbers are compared for each arrangement: the output, the gradient of the tokens, and those of the twelve
# weight tensors. Random weights and biases, a causal mask, a random gradient arriving. How large is the worst of the fourteen?

# %%
causal = torch.ones(7, 7, dtype=torch.bool).tril()
peer_gaps = {}
for norm in ("pre", "post"):
    for activation in ("relu", "gelu"):
        config = in_torch.BlockConfig(10, 2, d_ff=13, norm=norm, activation=activation)
        ours_block = in_torch.Block(config).double()
        for parameter in ours_block.parameters():
            torch.nn.init.normal_(parameter, std=0.5)
        x, upstream = torch.randn(2, 3, 7, 10, dtype=torch.float64)
        found = gaps(ours_block, x, upstream, causal)
        peer_gaps[norm, activation] = worst = max(found.values())
        print(f"{norm:4} {activation:4}: output {found['output']:.0e}, worst of all {worst:.0e}")
print("\nthe last one, gradient by gradient:")
for theirs, (ours, turned) in OUR_NAMES.items():
    print(f"{theirs:25} {ours:18} {'transposed' if turned else '':10} {found[ours]:.0e}")

# %% [markdown]
# Rounding, nothing else: it is the same function, gradients included, in both arrangements.
#
# ## Break it: twelve blocks and the easiest task there is
#
# Random weights have shown what gets through at the first step. Does it matter for learning? The task could not be easier: random
# words go in, and **each word has to come out again**. A stack that leaves its tokens alone would do. Four kinds of stack, at two blocks and at
# twelve, 40 steps each; some seconds. Guessing has a loss of $\ln 13 = 2.56$.
#
# **Predict first:** which of the four learn it at two blocks? Which at twelve?

# %%
kinds = {"norm before": ("pre", True), "norm after": ("post", True)}
kinds |= {"no residual": ("pre", False), "no norm": ("none", True)}
runs = {(blocks, kind): deep_task.train_stack(*kinds[kind], depth=blocks)
        for blocks in (2, 12) for kind in kinds}
for (blocks, kind), run in runs.items():
    learned = f"learned at step {run.learned_at}" if run.learned_at else "not learned"
    first, last = run.losses[0], run.losses[-1]
    print(f"{blocks:>2} blocks, {kind:12} loss {first:6.2f} -> {last:6.3f}   {learned}")

# %%
blue, orange, green, purple, *_ = SERIES
styles = {"norm before": ("-", blue), "norm after": ("-.", green)}
styles |= {"no residual": ("--", orange), "no norm": (":", purple)}
figure, axes = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained", sharey=True)
for (blocks, kind), run in runs.items():
    style, colour = styles[kind]
    axes[int(blocks == 12)].semilogy(run.losses, style, color=colour, label=kind)
for axis, blocks in zip(axes, (2, 12), strict=True):
    axis.axhline(deep_task.CHANCE, color="grey", linewidth=0.8)
    axis.set(xlabel="step", title=f"{blocks} blocks (grey line: guessing)")
axes[0].set(ylabel="loss")
legend = axes[1].legend(loc="center right")
# %% [markdown]
# At two blocks all four go down: slowest without residual paths, quickest without norms, since nothing has had the depth to
# explode. At twelve, one of the four learns it.
#
# - **No residual:** on the line of guessing from the first step to the last. At the top all tokens are one, so all get one answer.
# - **No norm:** the loss starts in the hundreds, and after 40 steps is still there.
# - **Norm after:** it has hardly left the line. The stack is sound but slow to start; Xiong et al. 2020 trace it to large
#   gradients near the top, and the paper of 2017 raises its learning rate gently over 4000 steps for it.
# - **Norm before:** learns at twelve blocks as quickly as at two. Most large language models since GPT-2 stand there.
#
# ## What a model is made of
#
# Encoder or decoder, every block has a feed-forward network. A decoder's block has one part more: cross-attention, with a
# norm of its own, which reads what the encoder has written (lesson 07). **Predict first:** how many norms does each have?

# %%
config = {"d_model": 512, "n_heads": 8, "d_ff": 2048, "norm": "post", "activation": "relu"}
models = {name: in_torch.Block(in_torch.BlockConfig(**config, cross=name == "decoder"))
          for name in ("encoder", "decoder")}
for name, model in models.items():
    print(f"{name}'s block\n{show_inventory(model)}\n")

# %% [markdown]
# ## What the articles say, tested
#
# Nine of the claims belong to this lesson, all measured above. First the feed-forward network; one article has it the wrong
# way round.

# %%
at = {x: figures.activation_frame(x) for x in (-2.0, 2.0)}
(keeps, _, _), (passes, _, _) = at[2.0]["values"], at[2.0]["slopes"]
(cuts, _, _), (stops, _, _) = at[-2.0]["values"], at[-2.0]["slopes"]
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
kinds_of = {name: [part.kind for part in inventory(model)] for name, model in models.items()}
networks = {name: found.count("feed-forward") for name, found in kinds_of.items()}
apart_by = largest_difference(seen["leaves"], seen_after["leaves"])
as_torch = peer_gaps["post", "relu"]
display(
    claim("C10", {f"post-norm is norm(x + feed-forward(x)), to {post_gap:.0e}": post_gap < 1e-12,
                  f"and PyTorch's layer, to {as_torch:.0e}": as_torch < 1e-12,
                  f"pre-norm gives other numbers, by up to {apart_by:.1f}": apart_by > 0.1}),
    claim("C25", {f"networks in the encoder's block: {networks['encoder']}": networks["encoder"] == 1,
                  f"networks in the decoder's block: {networks['decoder']}": networks["decoder"] == 1}),
    claim("C51", {"words + positions + what both parts add = what leaves, to the bit": to_the_bit}),
)

# %%
arrives = {kind: found.gradients[48][0] for kind, found in flows.items()}
lone, alone = arrives["none", False], arrives["none", True]
normed_only, path = arrives["pre", False], arrives["pre", True]
bare, before, after = (flows[norm, True].scale[48] for norm in ("none", "pre", "post"))
stuck, fine = runs[12, "no residual"].losses[-1], runs[12, "norm before"].losses[-1]
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
# ## What to remember
#
# - Attention alone cannot be repeated: a few layers of averages make all tokens one.
# - **Feed-forward**: each token by itself, four times wider in the middle, ReLU or GELU between. Two thirds of the weights of such a block
#   (half where there is cross-attention).
# - **Residual**: parts add to the tokens. Tokens and gradients have a way past every part.
# - **Layer norm**: over the features of a token, variance divided by $d$, $\epsilon$ inside the root. Without it the sum explodes.
# - **Before or after**: after norms what leaves, and needs a gentle start; before leaves the residual path alone.
# - **Dropout**: in training only, survivors divided by $1 - p$, so that the mean stays.
#
# Next, lesson 07 stacks these blocks into encoders, decoders and GPTs.
#
# ## Where to read on
#
# - Vaswani et al. 2017, arXiv:1706.03762, sections 3.1, 3.3 and 5.4.
# - He et al. 2015, *Deep Residual Learning*, arXiv:1512.03385: where residual paths come from.
# - Ba, Kiros and Hinton 2016, *Layer Normalization*, arXiv:1607.06450.
# - Hendrycks and Gimpel 2016, *Gaussian Error Linear Units*, arXiv:1606.08415.
# - Xiong et al. 2020, *On Layer Normalization in the Transformer Architecture*, arXiv:2002.04745: before or after.
# - Dong, Cordonnier and Loukas 2021, *Attention is not all you need*, arXiv:2103.03404: the collapse of attention alone.
