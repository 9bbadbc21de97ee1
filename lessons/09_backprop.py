# %% [markdown]
# # 09 · Backpropagation
#
# After this lesson you can
#
# - step back through any graph of operations with two rules, and say why a value that is used twice adds up what it gets;
# - derive and write the backward pass of a linear layer, softmax, cross-entropy, layer norm and attention;
# - show that a whole GPT in NumPy has the gradients of PyTorch, for every parameter, and train it by NumPy alone;
# - say what moves in training and what stays, and why gradients vanish in a recurrence and not in attention.
#
# About 120 minutes, six exercises, 12 points. It builds on the Transformer (lessons 04 to 07) and on the loss (lesson 08).

# %%
import copy
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import torch
from IPython.display import display

from course_lib.attention.by_hand import attention_weights, softmax
from course_lib.backprop import by_hand, descent, figures, gpt, graph, in_torch
from course_lib.corpus import load
from course_lib.data import data_file
from course_lib.lesson import check, claim, hint, mine
from course_lib.loss.by_hand import cross_entropy
from course_lib.numeric import largest_difference, numerical_gradient
from course_lib.positional_encoding.by_hand import sinusoidal
from course_lib.timing import median_seconds
from course_lib.transformer.in_torch import gpt_logits

# %% [markdown]
# ## One question
#
# A model has read a sentence, and lesson 08 has put a number on how wrong it was: the loss. Somewhere in its weights there are
# improvements to be had: this one a little up, that one a little down. **Which way should each weight go, and how much does
# it matter?** That is the slope of the loss with respect to each weight, its **gradient**.
#
# There is an honest method: move one weight a little up, then a little down, and run the model each time. It needs two runs
# for every weight. How many is that?

# %%
sizes = {"the GPT of this lesson": (47, 16, 2, 32, 4), "nanoGPT on a laptop": (65, 64, 4, 128, 4)}
for name, shape in sizes.items():
    weights = gpt.named(gpt.random_params(*shape, rng=np.random.default_rng(0)))
    print(f"{name:24}{2 * sum(weight.size for weight in weights.values()):>19,} runs for one step")
print(f"{'GPT-3':24}{2 * 175 * 10**9:>19,} runs for one step")

# %% [markdown]
# Backpropagation finds the same numbers, all of them, in **one** run forward and one run back. It needs no more than the chain
# rule of school calculus, kept in good order.
#
# ## The picture first
#
# Here is a model with one neuron. From left to right: $x$ is multiplied by a weight $w$, a bias is added, ReLU, and the
# residual path of lesson 06 adds $x$ itself; the target $t$ is subtracted, and the square is the loss. Every box shows its value.
#
# Now go back, step by step. **Predict first:** the line below the graph asks what the next boxes will receive; answer
# it before you click. At the end, two messages will have come to $x$. What will become of them?

# %%
figures.graph_explorer()

# %% [markdown]
# Two rules did all of it.
#
# 1. **Along an edge, multiply**: a box sends to each of its inputs its own gradient times the slope of its operation there.
# 2. **At a box, add**: what arrives along several edges is summed up, because a value that is used twice matters twice.
#
# Try three things. Set $w$ to 0: ReLU is off, its slope is 0, and nothing comes through the neuron; what does $x$ still get,
# and along which way? Set both $x$ and $w$ to −2: what is the loss, and what does each of them get? And switch the mistake on:
# which gradients go wrong?
#
# Are the numbers right? The honest method knows: move each of the four given numbers by a hair.

# %%
given = {"x": 2.0, "w": 1.5, "b": -1.0, "t": 1.0}
values = graph.evaluate(graph.NEURON, given)
right = graph.backward(graph.NEURON, values)[-1].gradients
mistaken = graph.backward(graph.NEURON, values, overwrite=True)[-1].gradients
for name, value in given.items():
    above, below = (graph.evaluate(graph.NEURON, given | {name: value + h})["L"] for h in (1e-5, -1e-5))
    moved, back, wrong = (above - below) / 2e-5, right[name], mistaken[name]
    print(f"{name}: by moving it {moved:8.4f}   through the graph {back:4.0f} overwritten {wrong:4.0f}")

# %% [markdown]
# The sum is right; with the mistake $x$ has lost the message that came first, and all others are as before. Such a mistake does
# not stop a program, and a model may even learn with it, only worse.
#
# From now on boxes hold arrays. A gradient has **the shape of what it belongs to**; `d_x` stands for $\partial L/\partial x$,
# and `d_out` for the gradient that has arrived at the output of the operation at hand. Your first one is a value used twice: a
# *gate*, as in the feed-forward networks of many newer models, where one projection of $x$ is multiplied by another.
#
# {exercise backprop.reused_value}


# %%
# exercise: backprop.reused_value
def reused_value(x, W_1, W_2, d_out):
    """x: (token, d_in), W_1 and W_2: (d_in, d), d_out: (token, d).
    For (x W_1) * (x W_2), return d_x (token, d_in)."""
    # >>> answer
    a, b = x @ W_1, x @ W_2
    return (d_out * b) @ W_1.T + (d_out * a) @ W_2.T
    # <<< answer


# %%
check("backprop.reused_value", reused_value)

# %% [markdown]
# ## Linear: the operation with nearly all the weights
#
# $y = xW + b$, one entry at a time: $y_{tj} = \sum_i x_{ti} W_{ij} + b_j$. Ask of each input: which outputs does it reach, and
# with what slope?
#
# | | reaches | with slope | so its gradient is | shapes |
# |---|---|---|---|---|
# | $x_{ti}$ | all $y_{tj}$ of its token | $W_{ij}$ | $\sum_j \text{d\_out}_{tj} W_{ij}$ | (token, d) (d, d_in) |
# | $W_{ij}$ | $y_{tj}$ of **every** token | $x_{ti}$ | $\sum_t x_{ti}\,\text{d\_out}_{tj}$ | (d_in, token) (token, d) |
# | $b_j$ | $y_{tj}$ of every token | 1 | $\sum_t \text{d\_out}_{tj}$ | sum of (token, d) over the tokens |
#
# **Predict first:** three tokens, $d_\text{in}$ = 2, $d$ = 2. Only the second token's output matters to the loss. Which rows of
# `d_x` are zero? Which entries of `d_W`?

# %%
x, W = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([[1.0, 0.0], [2.0, -1.0]])
d_out = np.array([[0.0, 0.0], [1.0, 10.0], [0.0, 0.0]])
for name, gradient in zip(("d_x", "d_W", "d_b"), by_hand.linear_backward(x, W, d_out), strict=True):
    print(name, gradient.tolist())

# %% [markdown]
# Only the second token gets a gradient; but `d_W` is full, since every token uses all of $W$. Here it is the second token's vector
# (3, 4), once for each column, times how much that column matters. With more tokens such tables are added up.
#
# {exercise backprop.linear_backward}


# %%
# exercise: backprop.linear_backward
def linear_backward(x, W, d_out):
    """x: (token, d_in), W: (d_in, d), d_out: (token, d).
    Return d_x (token, d_in), d_W (d_in, d), d_b (d,)."""
    # >>> answer
    return d_out @ W.T, x.T @ d_out, d_out.sum(axis=0)
    # <<< answer


# %%
check("backprop.linear_backward", linear_backward)

# %% [markdown]
# ## Activations: entry by entry
#
# Where every output depends on one input alone, the gradient is `d_out` times the slope there. For ReLU the slope is 1 above
# zero and 0 below. GELU is $x\,\Phi(x)$, with $\Phi$ the share of a normal distribution below $x$ and $\varphi$ its bell curve, so
# by the product rule its slope is $\Phi(x) + x\,\varphi(x)$.
#
# **Predict first:** can the slope of GELU be above 1, or below 0?

# %%
at = np.linspace(-4, 4, 161)
slopes = {name: getattr(by_hand, f"{name}_backward")(at, np.ones_like(at)) for name in ("relu", "gelu")}
figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
for (name, slope), style in zip(slopes.items(), ("-", "--"), strict=True):
    axes.plot(at, slope, style, label=name)
axes.set(xlabel="x", ylabel="slope", title="What an activation lets through on the way back")
axes.legend()
print(f"the slope of GELU lies between {slopes['gelu'].min():.3f} and {slopes['gelu'].max():.3f}")

# %% [markdown]
# Both: left of −0.75 GELU falls, so its slope is negative there, and around 1.4 it is steeper than ReLU. And where ReLU is
# switched off, for every negative $x$, GELU lets something through.
#
# ## Softmax: the weights of a row compete
#
# $w_j = e^{s_j} / \sum_m e^{s_m}$. Raise one score $s_i$: its own weight grows and all others shrink, because they share one unit:
#
# $$\frac{\partial w_j}{\partial s_i} = w_j\,([i = j] - w_i)
# \qquad\Rightarrow\qquad
# \text{d\_s}_i = \sum_j \text{d\_w}_j\, w_j\,([i = j] - w_i) = w_i\,\Big(\text{d\_w}_i - \sum_j w_j\,\text{d\_w}_j\Big)$$
#
# In words: what a weight would gain, beyond the average gain, times the weight. The table of slopes for three weights, a row
# for each score. **Predict first:** what does each row add up to?

# %%
w = np.array([0.7, 0.2, 0.1])
table_of_slopes = w * (np.eye(3) - w[:, None])
for row in table_of_slopes:
    print(row.round(3), " sum", f"{abs(row.sum()):.3f}")
for d_w in ([1.0, 0.0, 0.0], [5.0, 5.0, 5.0]):
    print("d_w", d_w, "-> d_s", (by_hand.softmax_backward(w, np.array(d_w)) + 0.0).round(3))

# %% [markdown]
# Zero: what one weight gains the others lose. So if all weights would gain alike, no score has any reason to move, which is the
# last line. The whole table never has to be written down: the formula needs one sum for each row.
#
# {exercise backprop.softmax_backward}


# %%
# exercise: backprop.softmax_backward
def softmax_backward(weights, d_weights):
    """weights: (..., n), softmax's output; d_weights: alike. Return d_scores: (..., n)."""
    # >>> answer
    average = (weights * d_weights).sum(axis=-1, keepdims=True)
    return weights * (d_weights - average)
    # <<< answer


# %%
check("backprop.softmax_backward", softmax_backward)

# %% [markdown]
# ## Cross-entropy: where the way back begins
#
# For one token, $L = \log\sum_v e^{z_v} - z_\text{target}$. The slope of the first term with respect to $z_w$ is
# $e^{z_w} / \sum_v e^{z_v}$, which is the probability $p_w$; the second has slope −1 at the target. So
#
# $$\text{d\_z} = \frac{p - \text{onehot}(\text{target})}{\text{tokens}}$$
#
# the division because the loss is a mean. Softmax and logarithm, each awkward alone, leave a plain difference: *what was said
# minus what should have been said*. **Predict first:** four words, all equally likely, and the third one came. Which gradients?

# %%
for logits in ([0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 6.0, 0.0], [6.0, 0.0, 0.0, 0.0]):
    d_logits = by_hand.cross_entropy_backward(np.array([logits]), np.array([2]))[0]
    print("logits", logits, " -> d_logits", d_logits.round(3), f" sum {abs(d_logits.sum()):.3f}")

# %% [markdown]
# Gradient descent goes *against* the gradient: the negative entry goes up, the positive ones down. The second model was nearly
# right and hardly changes. The third was sure of a wrong word, and gets a push of nearly 1 away from it and to the right one.
#
# {exercise backprop.cross_entropy_backward}


# %%
# exercise: backprop.cross_entropy_backward
def cross_entropy_backward(logits, targets):
    """logits: (token, vocab), targets: (token,). Return d_logits (token, vocab) of the mean."""
    # >>> answer
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    d_logits = exponentials / exponentials.sum(axis=1, keepdims=True)
    d_logits[np.arange(len(targets)), targets] -= 1
    return d_logits / len(targets)
    # <<< answer


# %%
check("backprop.cross_entropy_backward", cross_entropy_backward)

# %% [markdown]
# Two of your functions are enough to train a model. This one reads a character of the course's stories and scores the next: a
# linear layer on one-hot rows, so that its weights are a table with a row for each character. All of them begin at zero.
#
# **Predict first:** the loss begins at ln 47 = 3.85. A model that knew how often each character occurs would have 2.99. Where will
# this one be after 40 steps of 20 characters?

# %%
text = load(data_file("world_train.txt"))
letters = sorted(set(text))
stream = np.array([letters.index(letter) for letter in text[:200_000]])
draw, W, b, falling = np.random.default_rng(0), np.zeros((47, 47)), np.zeros(47), []
for _ in range(40):
    at = draw.integers(len(stream) - 1, size=20)
    x, following = np.eye(47)[stream[at]], stream[at + 1]
    logits = x @ W + b
    falling.append(cross_entropy(logits, following))
    _, d_W, d_b = mine.linear_backward(x, W, mine.cross_entropy_backward(logits, following))
    W, b = W - 10 * d_W, b - d_b
print(f"loss: {falling[0]:.2f} at first, {np.mean(falling[-5:]):.2f} at last")
for letter in "tqu":
    scores = W[letters.index(letter)] + b
    print(f"after {letter!r} it expects", [letters[k] for k in np.argsort(-scores)[:3]])
print("gradients by", mine.whose("linear_backward", "cross_entropy_backward"))

# %% [markdown]
# Below 2.99: it has learned which character follows which, from nothing but slopes. Lesson 10 does the same with a whole GPT.
#
# ## Layer norm: three ways from x to the loss
#
# $n = (x - \mu)/s$ with $s = \sqrt{\text{variance} + \varepsilon}$, then $y = \text{gain} \cdot n + \text{bias}$. The outer part is
# like a linear layer: d_bias sums `d_out` over the tokens, d_gain sums `d_out` · $n$, and $g$ = `d_out` · gain is the gradient of $n$. From
# $n$ to $x$ there are three ways, since $\mu$ and $s$ are made of $x$ too (all means over the $d$ entries of a row):
#
# | way | slope | adds to d_x |
# |---|---|---|
# | $x_i \to n_i$ | $1/s$ | $g/s$ |
# | $x_i \to \mu \to$ all $n_j$ | $\frac1d \cdot \left(-\frac1s\right)$ | $-\operatorname{mean}(g)/s$ |
# | $x_i \to s \to$ all $n_j$ | $\frac{n_i}{d} \cdot \left(-\frac{n_j}{s}\right)$ | $-n\,\operatorname{mean}(g \cdot n)/s$ |
#
# **Predict first:** raise all entries of a row by 1, or double their distance from the mean: what happens to $n$? So what must
# `d_x` add up to, and what is its dot product with $n$?

# %%
rng = np.random.default_rng(9)
x, gain, upstream = rng.normal(size=(5, 7)), rng.normal(size=7) + 1, rng.normal(size=(5, 7))
d_x, _, _ = by_hand.layer_norm_backward(x, gain, upstream, eps=0.0)
s = x.std(axis=1, keepdims=True)
n = (x - x.mean(axis=1, keepdims=True)) / s
taken_as_constants = upstream * gain / s
for name, gradient in {"all three ways": d_x, "mean and variance as constants": taken_as_constants}.items():
    sums, along = abs(gradient.sum(axis=1)).max(), abs((gradient * n).sum(axis=1)).max()
    print(f"{name:32} largest row sum {sums:.1e}   largest product with n {along:.1e}")

# %% [markdown]
# Nothing happens to $n$, so no gradient can point that way: what the norm ignores on the way forward it wipes out on the way
# back. Whoever takes mean and variance for constants keeps both parts, and trains a little beside the truth.
#
# {exercise backprop.layer_norm_backward}


# %%
# exercise: backprop.layer_norm_backward
def layer_norm_backward(x, gain, d_out, eps=1e-5):
    """x and d_out: (token, d), gain: (d,). Return d_x (token, d), d_gain (d,), d_bias (d,)."""
    # >>> answer
    centred = x - x.mean(axis=-1, keepdims=True)
    s = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)
    n = centred / s
    g = d_out * gain
    d_x = (g - g.mean(axis=-1, keepdims=True) - n * (g * n).mean(axis=-1, keepdims=True)) / s
    return d_x, (d_out * n).sum(axis=0), d_out.sum(axis=0)
    # <<< answer


# %%
check("backprop.layer_norm_backward", layer_norm_backward)

# %% [markdown]
# ## Attention: four steps, last one first
#
# You have every part. $\text{out} = wV$, $w = \operatorname{softmax}(s)$, masked, $s = QK^\top/\sqrt{d_k}$. The first and the last are
# matrix products, and in a product each factor receives the other one, turned over:
#
# | step back | gradient | shapes |
# |---|---|---|
# | the mix | d_V = $w^\top$ d_out | (key, query) (query, d_v) |
# | | d_w = d_out $V^\top$ | (query, d_v) (d_v, key) |
# | softmax | d_s = $w$ · (d_w − Σ $w$ · d_w) | (query, key) |
# | the mask | where $w$ is 0, d_s is 0 too | |
# | scaled product | d_Q = d_s $K/\sqrt{d_k}$ | (query, key) (key, d_k) |
# | | d_K = d_s$^\top Q/\sqrt{d_k}$ | (key, query) (query, d_k) |
#
# {exercise backprop.attention_backward}


# %%
# exercise: backprop.attention_backward
def attention_backward(Q, K, V, mask, d_out):
    """Q: (query, d_k), K: (key, d_k), V: (key, d_v), mask: (query, key) or None, d_out: (query, d_v).
    Return d_Q, d_K, d_V."""
    # >>> answer
    weights = attention_weights(Q, K, mask)
    d_scores = softmax_backward(weights, d_out @ V.T) / np.sqrt(Q.shape[-1])
    return d_scores @ K, d_scores.T @ Q, weights.T @ d_out
    # <<< answer


# %%
check("backprop.attention_backward", attention_backward)

# %% [markdown]
# ## Every operation against autograd
#
# What is left of the course is short. A **residual** $x + f(x)$: d_x is d_out plus what comes back through $f$. **Dropout**: d_out times the
# same mask. A **lookup** in a table: each row adds up what its tokens get. *Autograd* is PyTorch's own way back: it notes
# the graph while computing and walks it with the two rules. Each operation, yours among them, with random inputs and a random `d_out`.

# %%
Q, K, V = rng.normal(size=(3, 5)), rng.normal(size=(7, 5)), rng.normal(size=(7, 2))
W, scores, mask = rng.normal(size=(7, 3)), rng.normal(size=(5, 7)), rng.random((3, 7)) < 0.7
calls = {
    "linear_backward": (x, W, rng.normal(size=(5, 3))),
    "relu_backward": (x, upstream),
    "gelu_backward": (x, upstream),
    "gelu_tanh_backward": (x, upstream),
    "softmax_backward": (softmax(scores), upstream),
    "layer_norm_backward": (x, gain, upstream),
    "attention_backward": (Q, K, V, mask, rng.normal(size=(3, 2))),
    "embedding_backward": (np.array([3, 0, 3, 1, 3]), upstream, 5),
    "cross_entropy_backward": (scores, np.array([6, 0, 2, 2, 5])),
}
yours = {"linear_backward": mine.linear_backward, "softmax_backward": mine.softmax_backward}
yours |= {"layer_norm_backward": mine.layer_norm_backward, "attention_backward": mine.attention_backward}
yours |= {"cross_entropy_backward": mine.cross_entropy_backward}
for name, inputs in calls.items():
    as_tensors = [torch.tensor(given) if isinstance(given, np.ndarray) else given for given in inputs]
    pair = (yours.get(name) or getattr(by_hand, name))(*inputs), getattr(in_torch, name)(*as_tensors)
    ours, theirs = (found if isinstance(found, tuple) else (found,) for found in pair)
    print(f"{name:24} {max(map(largest_difference, ours, theirs)):.0e}")
print(mine.whose("linear_backward", "softmax_backward", "cross_entropy_backward"))
print(mine.whose("layer_norm_backward", "attention_backward"))

# %%
W_1, W_2, d_out = rng.normal(size=(7, 4)), rng.normal(size=(7, 4)), rng.normal(size=(5, 4))
leaf, *others = (torch.tensor(given, requires_grad=True) for given in (x, W_1, W_2))
(by_autograd,) = torch.autograd.grad((leaf @ others[0]) * (leaf @ others[1]), leaf, torch.tensor(d_out))
gate_gap = largest_difference(mine.reused_value(x, W_1, W_2, d_out), by_autograd)
print(f"{'the gate':24} {gate_gap:.0e}   by {mine.whose('reused_value')}")

# %% [markdown]
# Rounding, and no more. (The exact digits may differ on another machine.)
#
# ## A whole GPT
#
# Lined up in order they are the whole model, and the way back is the same list read from its end: output, last norm, then for
# each block from the last to the first feed-forward, norm, residual, attention, norm, residual; at the bottom table and positions. A
# tied table was used at both ends, so rule 2 applies to it. The code is in `course_lib/backprop`: `heads`, `blocks`, `gpt`.
#
# Below, a GPT whose weights are all random, and a random gradient for its logits. **Predict first:** how many of its parameters
# agree with autograd to $10^{-10}$? And is there one whose gradient is zero?

# %%
params = gpt.random_params(vocab=11, context=7, layers=2, d_model=8, n_heads=2, rng=rng)
for parameter in gpt.named(params).values():
    parameter += 0.4 * rng.normal(size=parameter.shape)  # large enough that no gradient is small by chance
ids, targets = rng.integers(0, 11, (2, 3, 7))
logits, kept = gpt.gpt(ids, params)
d_logits = rng.normal(size=logits.shape)
ours = gpt.named(gpt.gpt_backward(d_logits, kept))
leaves = in_torch.tensors(params)
gpt_logits(torch.tensor(ids), leaves).backward(torch.tensor(d_logits))
gaps = {name: largest_difference(ours[name], leaf.grad) for name, leaf in gpt.named(leaves).items()}
agreeing, worst = sum(gap < 1e-10 for gap in gaps.values()), max(gaps.values())
print(f"{agreeing} of {len(gaps)} parameters agree to 1e-10; the largest difference is {worst:.0e}")

# %% [markdown]
# The second judge is the honest method from the beginning, on four parameters from all over the model, every entry moved up and
# down. It runs the model forward only and knows nothing of derivatives, so it cannot share a mistake in one.

# %%
def loss_with(name, value):
    moved = copy.deepcopy(params)
    gpt.named(moved)[name][...] = value
    return cross_entropy(gpt.gpt(ids, moved)[0], targets)


loss, gradients = gpt.loss_and_gradients(ids, targets, params)
gradients = gpt.named(gradients)
by_moving = {}
for name in ("blocks.0.b_Q", "blocks.0.gain_1", "blocks.1.b_2", "positions"):
    numerical = numerical_gradient(partial(loss_with, name), gpt.named(params)[name])
    by_moving[name] = largest_difference(numerical, gradients[name])
    print(f"{name:16} largest gradient {abs(gradients[name]).max():.3f}   off by {by_moving[name]:.0e}")

# %% [markdown]
# ### Break it: forget one use of the table
#
# The tied table stands at the bottom and at the top. Suppose we forget rule 2 there, and keep the gradient of one use only.
# **Predict first:** which of the two uses has the larger gradient? Which rows does the use at the bottom reach?

# %%
untied = params | {"head": params["table"].copy()}  # two arrays: each use gets its own gradient
_, apart = gpt.loss_and_gradients(ids, targets, untied)
both = gradients["table"]
print(f"the sum of the two is off by {largest_difference(apart['table'] + apart['head'], both):.0e}")
for name, use in {"the use at the bottom": apart["table"], "the use at the top": apart["head"]}.items():
    cosine = (use * both).sum() / np.linalg.norm(use) / np.linalg.norm(both)
    rows = int((abs(use).max(axis=1) > 0).sum())
    length = np.linalg.norm(use)
    print(f"{name:22} length {length:.2f}   rows {rows:>2} of 11   cosine with the truth {cosine:.2f}")

# %% [markdown]
# At the top every word takes part in the sum under the softmax, so every row gets a gradient; at the bottom only the words that
# were read. Either one alone points in another direction than both, and no error message says so: only a comparison like
# those above does.
#
# ## How much does each part get?
#
# One article says that gradients flow back from the loss and update feed-forward network, heads, queries, keys and values, layer by
# layer. Here is the size of each gradient at the very first batch of a GPT that starts as GPT-2 does. It reads characters of
# the course's stories. **Predict first:** whose is the smallest?

# %%
rng = np.random.default_rng(9)
start = gpt.random_params(len(letters), 16, 2, 32, 4, rng)
batches = descent.draw_batches(stream, 300, 8, 16, rng)
first_loss, first = gpt.loss_and_gradients(*batches[0], start)
size = {name: np.linalg.norm(gradient) for name, gradient in gpt.named(first).items()}
print(f"{len(letters)} characters; first loss {first_loss:.3f}, log 47 = {np.log(47):.3f}")
print(f"table {size['table']:.2f}   positions {size['positions']:.2f}   last gain {size['gain']:.3f}")
for name in ("W_Q", "W_K", "W_V", "W_O", "W_1", "W_2", "gain_1", "gain_2", "b_Q", "b_K", "b_V", "b_O"):
    print(f"{name:8}" + "".join(f"   layer {i}: {size[f'blocks.{i}.{name}']:.1e}" for i in range(2)))

# %% [markdown]
# All of them get something, in both layers, with one exception: the **bias of the keys** gets nothing but rounding. It adds the same
# vector to every key, which raises all scores of a query alike, and softmax does not see that. GPT-2 has these biases all the
# same; no loss ever teaches them anything. And queries and keys get some two hundred times less than values at first: as long as attention is
# nearly even, it hardly matters who is asked.
#
# ## Trained by NumPy alone
#
# Now follow the gradients: every parameter minus 0.3 times its gradient, 300 batches. **Predict first:** PyTorch gets the same
# weights and the same batches. After 300 steps, how far apart will the losses be?

# %%
journey = descent.train_gpt(start, batches, rate=0.3, watch=[*size])
by_torch = in_torch.train_gpt(start, batches, rate=0.3)
curve_gap = largest_difference(journey.losses, by_torch)
figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
axes.plot(journey.losses, lw=3, alpha=0.5, label="NumPy")
axes.plot(by_torch, "--", lw=1, label="PyTorch")
axes.set(xlabel="step", ylabel="loss, in nats", title="The same curve, twice")
axes.legend()
early, late = np.mean(journey.losses[:10]), np.mean(journey.losses[-10:])
print(f"loss, mean of ten steps: {early:.2f} at first, {late:.2f} at last; curves {curve_gap:.0e} off")

# %% [markdown]
# One curve: the solid band and the dashed line lie on each other. Three hundred times forward, back and a step, and rounding is
# still all that is between them. Lesson 10 takes better steps than these; the gradients stay as they are.
#
# ## What moves, and what stays
#
# One article says that input embeddings and positional encodings stay constant during training. Measure it, step by step: how
# far is each from where it started? In a second run, the positions are the sinusoids of lesson 03, which no optimiser is
# told about. **Predict first:** three lines; which of them stay at zero?

# %%
waves = start | {"positions": 0.1 * sinusoidal(16, 32)}
with_waves = descent.train_gpt(waves, batches, rate=0.3, constant=["positions"], watch=["positions"])
far = {
    "token table": journey.distances["table"],
    "learned positions": journey.distances["positions"],
    "sinusoids": with_waves.distances["positions"],
}
figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
for (name, distance), style in zip(far.items(), ("-", "--", ":"), strict=True):
    axes.plot(range(1, 301), distance, style, label=name, lw=2)
axes.set(xlabel="step", ylabel="distance from the start", title="What moves in training")
axes.legend()
for name, distance in far.items():
    print(f"{name:18}", *(f"  step {step:>3}: {distance[step - 1]:.3f}" for step in (1, 10, 100, 300)))

# %% [markdown]
# Half of the sentence is right. Sinusoids are a formula, and stay. The token table is a parameter like any other and moves from the
# very first step, and so do positions where they are learned, as in GPT-2 and BERT. (A token's row stays the same from one sentence to the next
# *between* two steps; perhaps that was meant.)
#
# ## Why recurrences forget
#
# Before Transformers, a network read word after word, $h_t = \tanh(x_t W_x + h_{t-1} W_h)$ (lesson 00). For the last state to
# learn from a word 64 places back, the gradient must pass 64 times through the same matrix $W_h^\top$ and through tanh, whose
# slope is at most 1. If the matrix shortens vectors to $\lambda$ of their length, what arrives is about $\lambda^{64}$. In attention
# the last word looks at every other one directly: one step, whatever the distance.

# %%
figures.distance_explorer()

# %% [markdown]
# Without tanh, the gradient vanishes below 1, explodes above 1, and does neither at one size alone, exactly 1. With tanh the balance lies a
# little higher, and is as narrow: at 1.05 most is lost, at 1.25 it grows. The line of attention wanders, by what the words are, and does not fall. (The measure is how much the last output moves with each word,
# relative to the word before it. In absolute terms, more words share one unit of attention; but near and far share alike.)
#
# Recurrences had answers: gates that keep a state unchanged (LSTM), clipping gradients that explode. The residual path is the
# same idea for depth: in the first figure, $r = x + a$ passed its gradient on to $x$ whole.
#
# ## What it costs
#
# Every product forward has two on the way back, one for each factor. **Predict first:** how many times as long as the way forward
# does the way back take? And how does NumPy compare with autograd on the readable
# model of lesson 07, both in float64?

# %% tags=["times"]
tokens, following = rng.integers(0, 65, (2, 12, 64))
small = gpt.random_params(65, 64, 2, 64, 4, rng)
ways = {
    "forward": lambda: gpt.gpt(tokens, small),
    "NumPy": lambda: gpt.loss_and_gradients(tokens, following, small),
    "PyTorch": lambda: in_torch.loss_and_gradients(tokens, following, small),
}
rounds = [{name: median_seconds(way, repeats=1) for name, way in ways.items()} for _ in range(7)]
forward, by_numpy, by_autograd = (np.median([seconds[name] for seconds in rounds]) for name in ways)
ratios = by_numpy / forward - 1, by_numpy / by_autograd
print(f"the way back takes {ratios[0]:.1f} times the way forward")
print(f"a whole step by NumPy takes {ratios[1]:.1f} times what PyTorch's autograd takes")

# %% [markdown]
# Between one and two on a machine that does nothing else: that is the whole price for the gradients of all parameters, against two
# runs for each of them at the beginning of this lesson. (A machine that is busy makes such numbers jump.) What the way back needs besides is memory, since every value that a slope depends on
# has to be kept until its turn comes. Lesson 11 counts it.
#
# ## What the articles say, tested
#
# Four claims belong to this lesson. The numbers on the cards were all measured above.

# %%
learning = [name for name in size if not name.endswith("b_K")]
moved = {name: journey.distances[name][-1] for name in learning}
least_size, W_Q = min(size[name] for name in learning), moved["blocks.0.W_Q"]
tables, places = far["token table"], far["learned positions"]
near = figures.distance_frame(0.9)
low, high, left = near["attention"].min(), near["attention"].max(), float(near["left"])
hair = max(by_moving.values())
display(
    claim("C13", {f"{len(learning)} of {len(size)} gradients are not zero": least_size > 1e-8,
                  f"training moved all of these; W_Q by {W_Q:.4f}": min(moved.values()) > 0,
                  "the others, the keys' biases, softmax cannot see": size["blocks.0.b_K"] < 1e-15}),
    claim("C14", {f"the token table moved {tables[0]:.2f} in one step": tables[0] > 0.1,
                  f"and {tables[-1]:.1f} in 300, learned positions {places[-1]:.2f}": places[-1] > 0.1,
                  "sinusoids moved 0 at every step": not any(far["sinusoids"])}),
    claim("C34", {f"recurrence: {left:.1e} of the gradient left at distance 64": left < 1e-3,
                  f"attention: {low:.1f} to {high:.1f} at every distance": low > 0.5}),
    claim("C66", {f"{agreeing} of {len(gaps)} parameters as by autograd, to {worst:.0e}": worst < 1e-10,
                  f"as by moving each entry, to {hair:.0e}": hair < 1e-7,
                  f"so the loss fell from {early:.2f} to {late:.2f}": late < early - 0.5}),
)

# %% [markdown]
# ## What to remember
#
# - Along an edge multiply, at a box add. A value that is used twice adds up what it gets.
# - A gradient has the shape of what it belongs to; write the shapes down and only one product fits.
# - Linear: $\text{d\_out}\,W^\top$, $x^\top\text{d\_out}$, and the sum over the tokens. Softmax: weight times (gain minus average gain).
#   Cross-entropy: probabilities minus one-hot, over tokens.
# - What an operation ignores on the way forward gets no gradient: a shift of a softmax, the mean and length in a layer norm.
# - Wrong gradients raise no error. Compare with finite differences, in float64, with random upstream gradients.
# - A gradient that passes many times through one matrix vanishes or explodes; attention and residual paths are short cuts.
#
# Next, lesson 10 turns gradients into training: better steps, schedules, and text that comes out.
#
# ## Where to read on
#
# - Rumelhart, Hinton and Williams 1986, *Learning representations by back-propagating errors*, Nature 323.
# - Baydin et al. 2015, *Automatic differentiation in machine learning: a survey*, arXiv:1502.05767.
# - Pascanu, Mikolov and Bengio 2012, *On the difficulty of training recurrent neural networks*, arXiv:1211.5063.
# - Ba, Kiros and Hinton 2016, *Layer Normalization*, arXiv:1607.06450.
