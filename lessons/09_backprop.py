# %% [markdown]
# # 09 · Backpropagation
#
# After this lesson you can
#
# - build an engine that finds the gradient of every value in a graph, and say why it needs an order and a sum;
# - derive and write the way back through every operation of a GPT, up to a whole block;
# - train a GPT with your own engine, step for step as PyTorch does;
# - say what moves in training and what stays, and why gradients vanish in a recurrence and not in attention.
#
# About three hours, eleven exercises, 25 points. You need the Transformer ([lesson 07](07_transformer.ipynb)) and the loss
# ([lesson 08](08_loss.ipynb)). Without them, take on trust that a GPT scores every word as the next one, and that the loss
# says how bad the scores were. `by_hand` is the course's NumPy; C13 and its like are claims of the [five
# articles](00_start_here.ipynb).

# %%
import copy
from functools import partial

import numpy as np
import torch
from IPython.display import display

from course_lib.attention.by_hand import attention_weights, causal_mask, softmax
from course_lib.backprop import by_hand, by_parts, descent, engine, figures, gpt, graph, in_torch
from course_lib.backprop.by_hand import gelu_tanh_backward
from course_lib.backprop.by_parts import block_values
from course_lib.corpus import load
from course_lib.data import data_file
from course_lib.explorer.pictures import picture, subplots
from course_lib.lesson import check, claim, hint, mine
from course_lib.loss.by_hand import cross_entropy
from course_lib.numeric import largest_difference, numerical_gradient
from course_lib.positional_encoding.by_hand import sinusoidal
from course_lib.timing import median_seconds

# %% [markdown]
# ## One question
#
# A model has read a sentence, and the loss says how wrong it was. **Which way should each weight go, and how much does it
# matter?** That is the slope of the loss with respect to each weight, its **gradient**. The obvious method moves one weight
# at a time and runs the model twice for each: 350 billion runs for GPT-3. Backpropagation runs it once forward and once back.
#
# Below is one neuron with a residual path around it, and a squared error as its loss. Go back step by step. **Predict
# first:** the line under the graph asks what the next boxes will receive. At the end two messages reach $x$: what becomes of
# them?

# %%
figures.graph_explorer()

# %% [markdown]
# They are added, and two rules did all of it. **Along an edge, multiply:** a box sends to each input its own gradient times
# the slope of its operation. **At a box, add:** a value that is used twice matters twice.
#
# Now build the engine that applies them to any graph. A *node* knows its value, what it was made from, and how to send a
# gradient on. What it does not know is when: it may send only after everything that uses it has sent.
#
# {exercise backprop.backward}


# %%
# exercise: backprop.backward
def backward(node):
    """node: the last node of a graph, one number. Each node has name, value, inputs (nodes) and
    back(d), a tuple with what is sent to each input. Return {name: gradient} for all of them."""
    # >>> answer
    order, seen = [], set()

    def visit(one):
        if one.name not in seen:
            seen.add(one.name)
            for made_from in one.inputs:
                visit(made_from)
            order.append(one)

    visit(node)
    gradients = {node.name: 1.0}
    for one in reversed(order):
        for made_from, sent in zip(one.inputs, one.back(gradients[one.name]), strict=True):
            gradients[made_from.name] = gradients.get(made_from.name, 0.0) + sent
    return gradients
    # <<< answer


# %%
check("backprop.backward", backward)

# %% [markdown]
# Your engine on the neuron of the figure. The judge is the obvious method, which moves each given number a little up and down
# and knows nothing of slopes. The last column is the figure's mistake, in which the last message overwrites. **Predict
# first:** which gradients will that get wrong?

# %%
numbers = {"x": 2.0, "w": 1.5, "b": -1.0, "t": 1.0}
of = {name: engine.given(name, value) for name, value in numbers.items()}
sum_ = engine.plus("s", engine.times("m", of["w"], of["x"]), of["b"])
out = engine.plus("r", of["x"], engine.relu("a", sum_))
by_engine = mine.backward(engine.square("L", engine.minus("e", out, of["t"])))
values = graph.evaluate(graph.NEURON, numbers)
mistaken = graph.backward(graph.NEURON, values, overwrite=True)[-1].gradients
for name, value in numbers.items():
    above, below = (graph.evaluate(graph.NEURON, numbers | {name: value + h})["L"] for h in (1e-5, -1e-5))
    moved, back, wrong = (above - below) / 2e-5, by_engine[name], mistaken[name]
    print(f"{name}: by moving it {moved:8.4f}   by the engine {back:4.0f}   overwritten {wrong:4.0f}")
print("the engine is", mine.whose("backward"))

# %% [markdown]
# Only $x$ goes wrong, as it alone is used twice. No error appears, and a model may even learn that way, only worse. (To follow
# each way on its own and add up is right as well, and passes. But every value that is used twice doubles the ways: 30 in a
# row make a billion. That is what the order is for.)
#
# From now on nodes hold arrays. **A gradient has the shape of what it belongs to**: `d_x` stands for $\partial L/\partial x$,
# and `d_out` for what has arrived at the output of an operation. What remains is each operation's `back`. The first is a
# *gate*, found in the feed-forward networks of many newer models: one projection of $x$ multiplies another.
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
# ## Linear: nearly all the weights
#
# One entry at a time, $y_{tj} = \sum_i x_{ti} W_{ij} + b_j$. For each kind of input ask two things. Which outputs does it
# reach? With what slope? Add up `d_out` times slope over those outputs, then find the array operation that does it for all
# entries at once; the shapes leave little choice.
#
# **Predict first:** only the second of three tokens matters to the loss. Which rows of `d_x` are zero, and which entries of
# `d_W`?
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
# All rows of `d_x` but the second are zero: a token's gradient is its own. `d_W` has no such zeros, because every token uses
# all of $W$; each adds one table, its own vector times what arrived at it.
#
# A look-up is a linear layer too: row 5 of a table is a one-hot vector times the table. Nobody multiplies by all those zeros,
# forwards or back. **Predict first:** a word occurs three times in what was read, another never. What do their rows get?
#
# {exercise backprop.look_up_backward}


# %%
# exercise: backprop.look_up_backward
def look_up_backward(ids, d_out, vocab):
    """ids: (token,), d_out: (token, d). The model read table[ids]. Return d_table (vocab, d)."""
    # >>> answer
    d_table = np.zeros((vocab, d_out.shape[1]))
    np.add.at(d_table, ids, d_out)
    return d_table
    # <<< answer


# %%
check("backprop.look_up_backward", look_up_backward)

# %% [markdown]
# The three gradients are added, and the other row gets zeros. Libraries call this *scatter-add*.
#
# ## Softmax, in two steps
#
# $w_j = e^{s_j} / \sum_m e^{s_m}$. Raise one score: its own weight grows, and the others shrink, since they sum to one. First
# the slopes of every weight with respect to every score. Derive them with the quotient rule; they can be written with the
# weights alone.
#
# {exercise backprop.softmax_slopes}


# %%
# exercise: backprop.softmax_slopes
def softmax_slopes(weights):
    """weights: (n,), softmax's output. Return (n, n): row i, column j holds dw_j / ds_i."""
    # >>> answer
    return np.diag(weights) - np.outer(weights, weights)
    # <<< answer


# %%
check("backprop.softmax_slopes", softmax_slopes)

# %% [markdown]
# The second step is the chain rule: `d_scores` sums `d_weights` times these slopes over all weights of the row. Written out,
# most of the table collapses into one number for each row, so that it need never be made. **Predict first:** what does each
# row of the table add up to? So what do the scores get if all weights would gain alike?
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
# Zero, and nothing: what one weight gains the others lose. In words, your formula says *weight times what it would gain
# beyond the average gain*. We measure both in a moment.
#
# ## The loss: where the way back begins
#
# For one token, $L = \log\sum_v e^{z_v} - z_\text{target}$; the loss is the mean over all tokens. Differentiate the two
# terms: the slope of the first has a name that you know well.
#
# **Predict first:** four words, all equally likely, and the third one came. Which four gradients?
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
# A quarter each, less 1 for the word that came: *what was said minus what should have been said*. Three functions are enough
# to train a model: look up a vector for a character, multiply by a matrix, and score the character that follows.
#
# **Predict first:** the loss begins at ln 47 = 3.85. A model that knew how often each character occurs, and no more, would
# have 2.99. Where will this one be after 200 steps of 50 characters?

# %%
text = load(data_file("world_train.txt"))
letters = sorted(set(text))
stream = np.array([letters.index(letter) for letter in text[:200_000]])
draw, falling = np.random.default_rng(0), []
table, W, b = 0.1 * draw.normal(size=(47, 16)), 0.1 * draw.normal(size=(16, 47)), np.zeros(47)
for _ in range(200):
    at = draw.integers(len(stream) - 1, size=50)
    ids, following = stream[at], stream[at + 1]
    x = table[ids]
    logits = x @ W + b
    falling.append(cross_entropy(logits, following))
    d_x, d_W, d_b = mine.linear_backward(x, W, mine.cross_entropy_backward(logits, following))
    table, W, b = table - 3 * mine.look_up_backward(ids, d_x, 47), W - 3 * d_W, b - 3 * d_b
print(f"loss: {falling[0]:.2f} at first, {np.mean(falling[-20:]):.2f} at last")
for letter in "tqu":
    scores = table[letters.index(letter)] @ W + b
    print(f"after {letter!r} it expects", [letters[k] for k in np.argsort(-scores)[:3]])
print("gradients by", mine.whose("linear_backward", "cross_entropy_backward", "look_up_backward"))

# %% [markdown]
# Below 2.99: it has learned which character follows which, from slopes alone.
#
# ## Layer norm, in two steps
#
# $c = x - \mu$, then $n = c/s$ with $s = \sqrt{\operatorname{mean}(c^2) + \varepsilon}$, then $y = \text{gain} \cdot n +
# \text{bias}$. The catch is that $\mu$ and $s$ are made of $x$. Begin with the first: an entry reaches its own $c_i$
# directly, and every $c_j$ of its row through the mean.
#
# {exercise backprop.centre_backward}


# %%
# exercise: backprop.centre_backward
def centre_backward(d_out):
    """d_out: (token, d), the gradient of x minus its row's mean. Return d_x (token, d)."""
    # >>> answer
    return d_out - d_out.mean(axis=1, keepdims=True)
    # <<< answer


# %%
check("backprop.centre_backward", centre_backward)

# %% [markdown]
# Now all of it, from the end. Gain and bias are shared by all tokens, as weights are. Then from $n$ to $c$ there are two
# ways, directly and through $s$; work out how $s$ moves with one $c_i$, and how every $n_j$ moves with $s$. The mean you
# have.
#
# **Predict first:** add 1 to all entries of a row, or double their distance from the mean: what happens to $n$? What does
# that say about `d_x`?
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
    d_n = d_out * gain
    d_centred = (d_n - n * (d_n * n).mean(axis=-1, keepdims=True)) / s
    d_x = d_centred - d_centred.mean(axis=-1, keepdims=True)
    return d_x, (d_out * n).sum(axis=0), d_out.sum(axis=0)
    # <<< answer


# %%
check("backprop.layer_norm_backward", layer_norm_backward)

# %% [markdown]
# Nothing happens to $n$, so `d_x` can have no part in either direction: it sums to zero along a row, and its product with $n$
# is zero. Measured below, after the two statements about softmax. Take the deviation for a constant, or the mean as well, and
# it shows.

# %%
rng = np.random.default_rng(9)
w, x, gain, upstream = softmax(rng.normal(size=7)), *rng.normal(size=(3, 5, 7))
gain = gain[0] + 1
s = x.std(axis=1, keepdims=True)
n = (x - x.mean(axis=1, keepdims=True)) / s
print(f"softmax, row sums of the slopes   {abs(mine.softmax_slopes(w).sum(axis=1)).max():.0e}")
print(f"softmax, all weights gain alike   {abs(mine.softmax_backward(w, np.full(7, 5.0))).max():.0e}")
versions = {
    "norm, all ways": mine.layer_norm_backward(x, gain, upstream, 0.0)[0],
    "norm, the deviation constant": mine.centre_backward(upstream * gain / s),
    "norm, mean and deviation constant": upstream * gain / s,
}
for name, d_x in versions.items():
    sums, along = abs(d_x.sum(axis=1)).max(), abs((d_x * n).sum(axis=1)).max()
    print(f"{name:33} row sums {sums:.0e}   products with n {along:.0e}")
print("by", mine.whose("softmax_slopes", "softmax_backward", "centre_backward", "layer_norm_backward"))

# %% [markdown]
# ## Attention: four steps, last one first
#
# $s = QK^\top/\sqrt{d_k}$, masked; $w = \operatorname{softmax}(s)$; $\text{out} = wV$. You have every part: the first and the
# last step are products, in which each factor gets the other one, transposed. **Predict first:** does the mask need a step of
# its own on the way back?
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
# It does not: where a weight is 0, softmax sends 0 to the score.
#
# *Autograd* is PyTorch's engine: it notes the graph while computing, and walks it as yours does. All operations against it,
# with random inputs and a random `d_out`, so that no mistake can hide behind ones. An **activation** works entry by entry:
# `d_out` times the slope there. ReLU's slope is 0 or 1; GELU's is $\Phi(x) + x\varphi(x)$. **Predict first:** can that be
# negative, or above 1?

# %%
Q, K, V, d_mix = (rng.normal(size=shape) for shape in ((3, 5), (7, 5), (7, 2), (3, 2)))
W, W_1, W_2, d_y = (rng.normal(size=shape) for shape in ((7, 3), (7, 4), (7, 4), (5, 3)))
scores, mask, words = rng.normal(size=(5, 7)), rng.random((3, 7)) < 0.7, np.array([3, 0, 3, 1, 3])
calls = {
    "reused_value": (mine.reused_value, x, W_1, W_2, rng.normal(size=(5, 4))),
    "linear_backward": (mine.linear_backward, x, W, d_y),
    "look_up_backward": (mine.look_up_backward, words, upstream, 5),
    "gelu_tanh_backward": (by_hand.gelu_tanh_backward, x, upstream),
    "softmax_backward": (mine.softmax_backward, softmax(scores), upstream),
    "cross_entropy_backward": (mine.cross_entropy_backward, scores, np.array([6, 0, 2, 2, 5])),
    "layer_norm_backward": (mine.layer_norm_backward, x, gain, upstream),
    "attention_backward": (mine.attention_backward, Q, K, V, mask, d_mix),
}
for name, (ours, *inputs) in calls.items():
    tensors = [torch.tensor(one) if isinstance(one, np.ndarray) else one for one in inputs]
    pair = ours(*inputs), getattr(in_torch, name)(*tensors)
    found, right = (one if isinstance(one, tuple) else (one,) for one in pair)
    print(f"{name:23} {max(map(largest_difference, found, right)):.0e}")
print("by", mine.whose("reused_value", "linear_backward", "look_up_backward", "softmax_backward"))
print("by", mine.whose("cross_entropy_backward", "layer_norm_backward", "attention_backward"))
for at in (-3.0, -0.75, 0.0, 1.4):
    print(f"slope of GELU at {at}: {by_hand.gelu_backward(np.array(at), 1.0):.3f}")

# %% [markdown]
# ## A whole block
#
# The slope of GELU is both: below 0 left of −0.75, where it crosses zero, and above 1 around 1.4. Everything else agrees up
# to rounding.
#
# Now put your parts together. Nothing new is needed except care: read the block's lines from the last to the first, and
# remember at each what is used twice. There are three such places.
#
# {exercise backprop.block_backward}


# %%
# exercise: backprop.block_backward
def block_backward(x, params, d_out):
    """x, d_out: (token, d_model). Return d_x and {name: gradient} of all weights in params."""
    # >>> answer
    of, g = block_values(x, params), {}
    d_active, g["W_2"], g["b_2"] = linear_backward(of["active"], params["W_2"], d_out)
    d_inside = gelu_tanh_backward(of["inside"], d_active)
    d, g["W_1"], g["b_1"] = linear_backward(of["normed_2"], params["W_1"], d_inside)
    d, g["gain_2"], g["bias_2"] = layer_norm_backward(of["middle"], params["gain_2"], d)
    d_middle = d_out + d
    d_joined, g["W_O"], g["b_O"] = linear_backward(of["joined"], params["W_O"], d_middle)
    arrays = of["Q"], of["K"], of["V"], d_joined
    cut = [np.split(array, params["n_heads"], axis=1) for array in arrays]
    mask, d_normed = causal_mask(len(x)), 0
    heads = [attention_backward(q, k, v, mask, d) for q, k, v, d in zip(*cut, strict=True)]
    for name, parts in zip("QKV", zip(*heads, strict=True), strict=True):
        back = linear_backward(of["normed_1"], params[f"W_{name}"], np.hstack(parts))
        d_normed, g[f"W_{name}"], g[f"b_{name}"] = d_normed + back[0], *back[1:]
    d, g["gain_1"], g["bias_1"] = layer_norm_backward(x, params["gain_1"], d_normed)
    return d_middle + d, g
    # <<< answer


# %%
check("backprop.block_backward", block_backward)

# %% [markdown]
# Two residual paths, and `normed_1`, which became queries, keys and values.
#
# ## A whole GPT, by your engine
#
# `by_parts.gpt_loss` makes a graph in which a block is one node. All parameters are nodes too, used by every sentence of the
# *batch* (those read before one step), and the table stands at both ends of the model: your engine adds all that up. Here all
# weights are random. **Predict first:** how many of the 36 parameter arrays agree with autograd to $10^{-10}$? Does any have
# a gradient of zero?

# %%
params = gpt.random_params(vocab=11, context=7, layers=2, d_model=8, n_heads=2, rng=rng)
for parameter in gpt.named(params).values():
    parameter += 0.4 * rng.normal(size=parameter.shape)  # so large that no gradient is small by chance
ids, targets = rng.integers(0, 11, (2, 3, 7))
parts = {"look_up": mine.look_up_backward, "block": mine.block_backward, "linear": mine.linear_backward}
parts |= {"norm": mine.layer_norm_backward, "loss": mine.cross_entropy_backward}
ours = mine.backward(by_parts.gpt_loss(ids, targets, params, parts))
_, right = in_torch.loss_and_gradients(ids, targets, params)
gaps = {name: largest_difference(ours[name], gradient) for name, gradient in right.items()}
agreeing, worst = sum(gap < 1e-10 for gap in gaps.values()), max(gaps.values())
print(f"{agreeing} of {len(gaps)} arrays agree to 1e-10; the largest difference is {worst:.0e}")
sizes = {name: abs(ours[name]).max() for name in gaps}
for name in sorted(sizes, key=sizes.get)[:3]:
    print(f"largest gradient in {name:14} {sizes[name]:.0e}")
print("the way back by", mine.whose("backward", "block_backward", "linear_backward"))

# %% [markdown]
# All 36, although your engine knows nothing of Transformers. In each block one gradient is nothing but rounding, the **bias
# of the keys**. It adds the same number to all scores of a query, and softmax does not see a shift. GPT-2 has these biases
# all the same; no loss ever teaches them anything.
#
# The second judge moves every entry of four arrays up and down. It runs the model forward only, so it cannot share a mistake
# in a derivative. Then the purpose of it all: 40 steps of training by your functions, beside PyTorch's. **Predict first:**
# how far apart will the two curves be?

# %%
def loss_with(name, value):
    moved = copy.deepcopy(params)
    gpt.named(moved)[name][...] = value
    return cross_entropy(gpt.gpt(ids, moved)[0], targets)


hair = 0.0
for name in ("blocks.0.b_Q", "blocks.0.gain_1", "blocks.1.b_2", "positions"):
    numerical = numerical_gradient(partial(loss_with, name), gpt.named(params)[name])
    hair = max(hair, largest_difference(numerical, ours[name]))
rng = np.random.default_rng(9)
start = gpt.random_params(len(letters), 16, 2, 32, 4, rng)
batches = descent.draw_batches(stream, 300, 8, 16, rng)
weights, by_you = copy.deepcopy(start), []
for batch in batches[:40]:
    loss = by_parts.gpt_loss(*batch, weights, parts)
    gradients = mine.backward(loss)
    by_you.append(loss.value)
    for name, weight in gpt.named(weights).items():
        weight -= 0.3 * gradients[name]
by_torch = in_torch.train_gpt(start, batches, rate=0.3)
print(f"against moving each entry: {hair:.0e} off; curves {largest_difference(by_you, by_torch[:40]):.0e} apart")
print(f"loss {by_you[0]:.2f} at first, {by_you[-1]:.2f} after 40 steps, ln 47 = {np.log(47):.2f}")
print("by", mine.whose("backward", "block_backward", "look_up_backward", "linear_backward"))

# %% [markdown]
# Rounding again. That GPT was trained by an engine of a dozen lines and the parts you wrote.
#
# ## How much does each part get?
#
# One article says that gradients update feed-forward network, heads, queries, keys and values, layer by layer. At the first
# batch queries and keys get some 200 times less than values. Is that because attention is nearly even at first, so that it
# hardly matters who is asked?
#
# Test it: keys ten times larger and queries ten times smaller leave every score as it was; so do values ten times larger with
# an output matrix ten times smaller. **Predict first:** if even attention were the cause, what would the ratio do?

# %%
def sizes_with(keys, values, seed):
    draw = np.random.default_rng(seed)
    changed = gpt.random_params(len(letters), 16, 2, 32, 4, draw)
    for one in changed["blocks"]:
        factors = {"W_K": keys, "W_Q": 1 / keys, "W_V": values, "W_O": 1 / values}
        one |= {name: one[name] * factor for name, factor in factors.items()}
    loss, gradients = gpt.loss_and_gradients(*descent.draw_batches(stream, 1, 8, 16, draw)[0], changed)
    return loss, {name: np.linalg.norm(found) for name, found in gpt.named(gradients).items()}


_, size = sizes_with(1, 1, 9)
for name in ("W_Q", "W_K", "W_V", "W_O", "W_1", "W_2", "b_K", "b_V"):
    print(f"{name:4}" + "".join(f"   block {i}: {size[f'blocks.{i}.{name}']:.1e}" for i in range(2)))
variants = {"as it starts": (1, 1), "keys x 10": (10, 1), "values x 10": (1, 10), "both": (10, 10)}
for name, factors in variants.items():
    found = [sizes_with(*factors, seed) for seed in (9, 10, 11)]
    ratios = [one["blocks.0.W_V"] / one["blocks.0.W_Q"] for _, one in found]
    print(f"{name:13} loss {found[0][0]:.6f}   values : queries", [f"{ratio:.1f}" for ratio in ratios])

# %% [markdown]
# The same model, the same attention, the same loss: and 200 becomes 20, and 2. Evenness is not the cause. What goes back to a
# query is multiplied by the keys and, before that, by the values; both begin small, with matrices of deviation 0.02. The
# small start is the cause. [Lesson 10](10_training.ipynb) meets Adam, which makes steps of one length out of gradients of any
# size.
#
# ## What moves, and what stays
#
# One article says that input embeddings and positional encodings stay constant during training. Here are 300 steps, once with
# learned positions and once with the sinusoids of [lesson 03](03_positional_encoding.ipynb), which are not parameters. (The
# faster `descent.train_gpt` keeps what you compute anew.) **Predict first:** which of the three stays where it was?

# %%
journey = descent.train_gpt(start, batches, rate=0.3, watch=[*size])
waves = start | {"positions": 0.1 * sinusoidal(16, 32)}
with_waves = descent.train_gpt(waves, batches, rate=0.3, constant=["positions"], watch=["positions"])
curve_gap = largest_difference(journey.losses, by_torch)
far = {
    "token table": journey.distances["table"],
    "learned positions": journey.distances["positions"],
    "sinusoids": with_waves.distances["positions"],
}
figure, (left, right) = subplots(1, 2, size=(8.2, 3))
left.plot(journey.losses, lw=3, alpha=0.5, label="NumPy")
left.plot(by_torch, "--", lw=1, label="PyTorch")
for (name, distance), style in zip(far.items(), ("-", "--", ":"), strict=True):
    right.plot(range(1, 301), distance, style, label=name, lw=2)
    print(f"{name:18}", *(f"  step {step:>3}: {distance[step - 1]:.3f}" for step in (1, 10, 100, 300)))
left.set(xlabel="step", ylabel="loss, in nats", title="The same curve, twice")
right.set(xlabel="step", ylabel="distance from the start", title="What moves in training")
left.legend(), right.legend()
early, late = np.mean(journey.losses[:10]), np.mean(journey.losses[-10:])
picture(figure, f"The loss falls from {early:.2f} to {late:.2f} in both; the token table moves farthest, sinusoids not at all.")
print(f"loss, mean of ten steps: {early:.2f} at first, {late:.2f} at last; curves {curve_gap:.0e} apart")

# %% [markdown]
# Only the sinusoids stay; the article is half right. The token table is a parameter like any other and moves from the first
# step, and so do learned positions. (*Between* two steps a token's row is the same in every sentence; perhaps that was
# meant.)
#
# ## Why recurrences forget
#
# Before Transformers a network read word after word, $h_t = \tanh(x_t W_x + h_{t-1} W_h)$ ([lesson 00](00_start_here.ipynb)).
# To learn from a word 64 places back, a gradient has to pass 64 times through the same matrix, and through tanh, whose slope
# is at most 1. In attention the last word looks at every other one directly. **Predict first:** the matrix shortens every
# vector to 0.9. What is left after 64 places?

# %%
figures.distance_explorer()

# %% [markdown]
# Less than $0.9^{64}$, a thousandth, since tanh takes its share. Without tanh the gradient vanishes below 1 and explodes
# above; with it the balance lies a little higher and is as narrow. Attention's line wanders with the words and does not fall.
# (Both are drawn relative to the word before the last.)
#
# ## What it costs
#
# A product forward means two on the way back, one for each factor. **Predict first:** how many times as long as the way
# forward does the way back take? And who is faster, our NumPy or autograd on the readable model of [lesson
# 07](07_transformer.ipynb)? For a tiny model, and for a larger one?

# %% tags=["times"]
def timed(d_model, context, sentences):
    tokens, following = rng.integers(0, 65, (2, sentences, context))
    small = gpt.random_params(65, context, 2, d_model, 4, rng)
    ways = {
        "forward": lambda: gpt.gpt(tokens, small),
        "numpy": lambda: gpt.loss_and_gradients(tokens, following, small),
        "autograd": lambda: in_torch.loss_and_gradients(tokens, following, small),
    }
    rounds = [{name: median_seconds(way, repeats=1) for name, way in ways.items()} for _ in range(7)]
    return (np.median([seconds[name] for seconds in rounds]) for name in ways)


for shape in ((16, 8, 2), (64, 64, 12)):
    forward, by_numpy, by_autograd = timed(*shape)
    print(f"width {shape[0]}, {shape[1] * shape[2]:>3} tokens: the way back takes", end=" ")
    print(f"{by_numpy / forward - 1:.1f} times the way forward; autograd {1000 * by_autograd:.1f} ms,", end=" ")
    print(f"NumPy {by_numpy / by_autograd:.1f} of that")
n_weights = sum(weight.size for weight in gpt.named(start).values())
print(f"moving each weight of the small GPT above would take {2 * n_weights:,} runs for one step")

# %% [markdown]
# One to two times: the whole price of all gradients. (A busy machine makes such numbers jump.) NumPy beats PyTorch by most
# where there is least arithmetic; with more of it the lead shrinks. That fits a fixed price for each operation that autograd
# notes and walks. What the way back needs besides is memory, since values have to be kept until their turn comes; [lesson
# 11](11_gpu.ipynb) counts it.
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
display(
    claim("C13", {f"{len(learning)} of {len(size)} gradients are not zero": least_size > 1e-8,
                  f"training moved all of these; W_Q by {W_Q:.4f}": min(moved.values()) > 0,
                  "the others, the keys' biases, softmax cannot see": size["blocks.0.b_K"] < 1e-15}),
    claim("C14", {f"the token table moved {tables[0]:.2f} in one step": tables[0] > 0.1,
                  f"and {tables[-1]:.1f} in 300, learned positions {places[-1]:.2f}": places[-1] > 0.1,
                  "sinusoids moved 0 at every step": not any(far["sinusoids"])}),
    claim("C34", {f"recurrence: {left:.1e} of the gradient left at distance 64": left < 1e-3,
                  f"attention: {low:.1f} to {high:.1f} at every distance": low > 0.5}),
    claim("C66", {f"{agreeing} of {len(gaps)} arrays as by autograd, to {worst:.0e}": worst < 1e-10,
                  f"as by moving each entry, to {hair:.0e}": hair < 1e-7,
                  f"so the loss fell from {early:.2f} to {late:.2f}": late < early - 0.5}),
)

# %% [markdown]
# ## What to remember
#
# - Along an edge multiply, at a box add; send when everything has arrived.
# - A gradient has the shape of what it belongs to: write the shapes down, and few products fit.
# - Linear: $\text{d\_out}\,W^\top$, $x^\top\text{d\_out}$, a sum. Softmax: weight times (gain minus average gain). Loss:
#   probabilities minus one-hot. Look-up: scatter-add.
# - Wrong gradients raise no error: compare them with finite differences.
# - A gradient that passes many times through one matrix vanishes or explodes; attention and residual paths are short cuts.
#
# Next, [lesson 10](10_training.ipynb) turns gradients into training: better steps, schedules, and text that comes out.
#
# ## Where to read on
#
# - Rumelhart, Hinton and Williams 1986, *Learning representations by back-propagating errors*, Nature 323.
# - Pascanu et al. 2012, arXiv:1211.5063, on recurrences.
# - Karpathy 2020, *micrograd*, github.com/karpathy/micrograd.
