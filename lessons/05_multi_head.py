# %% [markdown]
# # 05 · Multi-head attention
#
# After this lesson you can
#
# - say what one head cannot do, and what several heads cost: no more weights, but more work;
# - split projected tokens among heads and join them, and tell the silent ways of getting it wrong from the right one;
# - write the layer, read it as a sum of heads, and take a head apart into *who looks where* and *what is carried*;
# - write a key-value cache and grouped queries, and say what they save and what they cost.
#
# About 95 minutes, six exercises, 14 points.
#
# **What it needs:** one attention head ([lesson 04](04_attention.ipynb)). Without it, take on trust that a head gives each word a row of
# shares over all words, and returns the average of their values by those shares. `by_hand` is the course's own NumPy; a card such as C05
# tests a sentence from one of the five articles this course grew out of. **Loss** is a number that says how badly a model guesses the next
# word, the lower the better (lesson 08). Heads are counted from 1; only Python's indices start at 0.

# %%
from dataclasses import replace

import numpy as np
import torch
from IPython.display import display

from course_lib.attention.by_hand import attention, causal_mask, scaled_scores, softmax
from course_lib.corpus import START, vocabulary, words
from course_lib.lesson import check, claim, hint, mine
from course_lib.multi_head import by_hand, figures, in_torch, record, small_model
from course_lib.multi_head.packed import as_torch_layer
from course_lib.multi_head.two_looks import train_two_looks
from course_lib.multi_head.wrong_ways import attention_in_token_groups
from course_lib.numeric import influence, largest_difference
from course_lib.sentence import TOKENS
from course_lib.timing import median_seconds

# %% [markdown]
# ## One question
#
# > a fluffy blue creature roamed the verdant forest
#
# To go on with this story, *creature* has to know several things: what it looks like, what it does. One head gives it one row of shares and
# returns **one average**. **How can a word look at two places at once, and keep apart what it has found?**
#
# A test: six random words, and the last one must name the *first* word of the row and the word *before itself*. One layer is trained, with one
# head of width 32 or two of width 16, three times each. **Predict first:** how often will one head name both? Could an average of two be
# taken apart again?

# %%
looks = {heads: [train_two_looks(heads, seed) for seed in range(3)] for heads in (1, 2)}
for heads, runs in looks.items():
    for run in runs:
        shares = f"first {run.first:4.0%}   before {run.before:4.0%}   both {run.both:4.0%}"
        print(f"{heads} head{'s' if heads > 1 else ' '}   {shares}   weights {run.parameters}")

# %% [markdown]
# Two heads name both, in all three runs, with the same number of weights. One head either finds one word and gives the other up, or takes a
# share of each and must read two words off one sum: not hopeless, since uneven shares leave a trace, but its best run is wrong in a quarter of
# the rows. (After 500 steps; 3000 bring the three runs to 89, 2 and 2 %.)
#
# Two heads put their answers **side by side**. That is the idea of this lesson; the rest is doing it without a slip, and knowing the price.

# %% [markdown]
# ## The picture first
#
# These sixteen heads were built by nobody: a small model of two layers with eight heads each learns to predict the next word of the course's
# corpus, some 1500 little stories. It has nothing but attention. Training takes about ten seconds; how it works is lesson 10.

# %%
two_layers = replace(small_model.SETTING, n_layers=2)
reader = small_model.train_attention_only(8, seed=0, setting=two_layers, every=500)
texts = [
    " ".join(TOKENS) + ".",
    "the gardener said that the mole cannot see the sun.",
    "Vera and Tom found out why the keys under the small chair were broken.",
]
maps = {}
for text in texts:
    sentence = [START, *words(text)]
    maps[text] = sentence, small_model.attention_maps(reader.model, sentence)
print(f"{reader.parameters} trained numbers, loss on held-out text {reader.losses[-1]:.2f}")

# %% [markdown]
# Each small square is one head: a row for every word that asks, a column for every word it looks at, bright where the share is large. Point
# at a square and it appears large below; click to keep it, or use the arrow keys. Then point at the words.
#
# **Predict first:** will the eight heads of a layer look at the same words? Nobody has told them to differ.

# %%
figures.heads_explorer(maps)

# %% [markdown]
# They differ: they began as different random numbers, and training has not made them alike. (Right of the diagonal all is dark, as the model
# may not look ahead.) Pin *creature* and go through the second layer: several words get nearly a whole share, each from another head. What a
# single head does, and whether the model needs it, is measured in lesson 14.
#
# ## What several heads cost
#
# Eight heads as wide as the model would cost eight times the weights. So each is made narrower:
#
# $$d_\text{head} = \frac{d_\text{model}}{h}$$
#
# **Predict first**, for 1 to 8 heads: how does the number of weights grow? The number of entries in all tables of scores? And the time?

# %% tags=["times"]
wide = torch.randn(1, 1000, 64)
print("for 1000 words                           time against one head:")
print("heads  width  weights  entries of scores  readable  fused")
for n_heads in (1, 2, 4, 8):
    both = [in_torch.MultiHeadAttention(64, n_heads, bias=False, fused=fused) for fused in (False, True)]
    weights = sum(one.numel() for one in both[0].parameters())
    with torch.no_grad():
        seconds = np.array([median_seconds(lambda f=f: f(wide), repeats=3) for f in both])
    one_head = seconds if n_heads == 1 else one_head
    readable, fused = seconds / one_head
    print(f"{n_heads:5}  {both[0].d_head:5}  {weights:7}  {n_heads * 1000**2:17,}  {readable:8.1f}  {fused:5.1f}")
try:
    by_hand.head_width(512, 7)
except ValueError as problem:
    refusal = str(problem)
    print(refusal)

# %% [markdown]
# The weights stay: $W_Q$, $W_K$, $W_V$ and a fourth matrix $W_O$, each $d_\text{model} \times d_\text{model}$. But every head has a table of
# scores of its own, $h\,n^2$ entries to scale, to put through softmax and to keep, and that grows with the heads. In long texts more heads cost time;
# how much depends on the machine. (*Fused* is PyTorch's own kernel, which never holds a whole table.) And the number of heads has to divide
# the width: seven heads for 512 features are refused, with a list of what would do.

# %% [markdown]
# ## What exactly is shared out?
#
# One article says that each head processes "its own slice of the input embedding". A head has its own matrices of shape
# $(d_\text{model}, d_\text{head})$; those of all heads stand side by side in $W_Q$, $W_K$, $W_V$. Change one single feature of one token, the very last.
# **Predict first:** which of three heads notice?

# %%
rng = np.random.default_rng(5)
n, d_model, n_heads = 6, 12, 3
d_head = by_hand.head_width(d_model, n_heads)
x = rng.normal(size=(n, d_model))
W_Q, W_K, W_V, W_O = rng.normal(size=(4, d_model, d_model)) / np.sqrt(d_model)
nudged = x.copy()
nudged[2, -1] += 1.0
outputs = by_hand.head_outputs(x, W_Q, W_K, W_V, n_heads)
moved = abs(by_hand.head_outputs(nudged, W_Q, W_K, W_V, n_heads) - outputs).max(axis=(1, 2))
for h, distance in enumerate(moved):
    columns = f"columns {h * d_head + 1} to {(h + 1) * d_head} of W_Q, W_K and W_V"
    print(f"head {h + 1}, {columns}: its output moves by up to {distance:.2f}")

# %% [markdown]
# All of them. The **projection** is cut, and the projection has read the whole token. A head chooses from everything; what is narrow is its
# choice.
#
# ## Cutting: one right way and three that look right
#
# Here are six projected tokens of twelve features, each number in the colour and shape of the head it goes to. On the right: in how many heads
# two tokens stand together, for only there can one look at the other.
#
# **Predict first**, then try the other cuts: with 3 heads, in which of the four can token 1 and token 6 still meet? And what will happen at 5
# heads?

# %%
figures.split_explorer()

# %% [markdown]
# Tokens 1 and 6 meet in the two cuts along the **features**, and in no other. `np.split` cuts axis 0 unless told otherwise, which holds the
# tokens. The plain reshape has exactly the right shape, (head, token, d_head), with pieces of whole tokens inside. Features dealt out like
# cards make sound heads, but not the ones the weights were trained for. At 5 heads nothing is cut: 5 divides neither 12 features nor 6
# tokens, and NumPy refuses.
#
# {exercise multi_head.split_heads}


# %%
# exercise: multi_head.split_heads
def split_heads(x, n_heads):
    """x: (token, d_model). Return (head, token, d_head): each head its block of features of every token."""
    # >>> answer
    n_tokens, d_model = x.shape
    cut = x.reshape(n_tokens, n_heads, d_model // n_heads)
    return cut.swapaxes(0, 1)
    # <<< answer


# %%
check("multi_head.split_heads", split_heads)

# %% [markdown]
# And the way back: after attention the pieces of a token must stand side by side again.
#
# {exercise multi_head.merge_heads}


# %%
# exercise: multi_head.merge_heads
def merge_heads(x):
    """x: (head, token, d_head). Return (token, d_model): each token's pieces side by side, the first head first."""
    # >>> answer
    n_heads, n_tokens, d_head = x.shape
    return x.swapaxes(0, 1).reshape(n_tokens, n_heads * d_head)
    # <<< answer


# %%
check("multi_head.merge_heads", merge_heads)

# %% [markdown]
# ### The cut costs nothing, the join costs a copy
#
# An array is a block of numbers in memory and a note that says how to walk through it: the **strides**, how many bytes to the next entry
# along each axis. **Predict first:** does the course's split copy anything? And the join, after attention?
#
# In the same cell, your two functions at the sizes of the original Transformer: a token of 512 features, eight heads of 64.

# %%
Q = x @ W_Q
heads = by_hand.split_heads(Q, n_heads)
found = attention(heads, heads, heads)
for name, array in {"Q": Q, "split heads": heads, "after attention": found}.items():
    print(f"{name:16} shape {array.shape!s:10} strides {array.strides}")
tensor = torch.tensor(Q)
pieces = in_torch.split_heads(tensor, n_heads)
found_torch = in_torch.attention(pieces, pieces, pieces)
view = {"NumPy": np.shares_memory(Q, heads), "PyTorch": tensor.data_ptr() == pieces.data_ptr()}
joined_torch = in_torch.merge_heads(found_torch)
copy = {"NumPy": not np.shares_memory(found, by_hand.merge_heads(found))}
copy["PyTorch"] = joined_torch.data_ptr() != found_torch.data_ptr()
print("the split is a view:", view, "  the join is a copy:", copy)

row, big_O = rng.normal(size=(1, 512)), rng.normal(size=(512, 512))
trace = {"row": row, "split": mine.split_heads(row, 8)}
trace |= {"one head": trace["split"][0], "joined": mine.merge_heads(trace["split"])}
trace |= {"W_O": big_O, "output": trace["joined"] @ big_O}
print("  ".join(f"{name} {array.shape}" for name, array in trace.items()))
print("split and joined by", mine.whose("split_heads", "merge_heads"))

# %% [markdown]
# In `Q` the next token is 96 bytes on. In the split array the next *head* is 32 bytes on and the next token still 96: the same numbers,
# walked in another order. Attention returns a new array, one head after the other; no note can make neighbours of a token's pieces, and the join
# has to copy.
#
# ## The bug that says nothing
#
# Two of the articles' lines of code are `np.split(Q, number_of_heads)` and `np.concatenate(attention_results)`, both without an axis. They take and
# give arrays of the right shape. **Predict first:** with nothing in between, what do the two lines give? And how far does token 6
# reach? The figure nudges each token and measures how far every output moves.

# %%
undone = np.array_equal(np.concatenate(np.split(Q, n_heads)), Q)
layers = {
    "features split (right)": by_hand.multi_head_attention,
    "tokens split (np.split)": attention_in_token_groups,
}
reach = {
    name: influence(lambda t, f=function: f(t, W_Q, W_K, W_V, W_O, n_heads), x) for name, function in layers.items()
}
figures.show_reach(reach)
print("np.concatenate after np.split gives Q back, unchanged:", undone)
reached = {name: int(np.count_nonzero(array)) for name, array in reach.items()}
print("pairs of tokens that reach each other, of", n * n, ":", list(reached.values()))
wrong_join = np.concatenate(list(heads)).shape
print("correct heads joined without an axis:", wrong_join, "instead of", Q.shape)
try:
    np.split(np.ones((7, 12)), n_heads)
except ValueError as problem:
    print("seven tokens:", problem)

# %% [markdown]
# The two lines undo each other. In between, on the right, pairs of tokens talk among themselves, and everywhere else stands exactly 0.00: **a
# token cannot reach the other groups**, however the weights are trained. Token 6 reaches token 5 and itself. Nothing failed and
# nothing was reported; only luck gives it away, such as seven tokens.
#
# ## All heads at once
#
# `attention` works on the last two axes and carries any axes in front along, so one call serves all heads. After the join stands one more
# matrix, $W_O$; we come to its purpose in a moment.
#
# {exercise multi_head.multi_head_attention}


# %%
# exercise: multi_head.multi_head_attention
def multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    """x: (token, d_model), the matrices (d_model, d_model), mask: (token, token). Return (token, d_model)."""
    # >>> answer
    Q = split_heads(x @ W_Q, n_heads)
    K = split_heads(x @ W_K, n_heads)
    V = split_heads(x @ W_V, n_heads)
    return merge_heads(attention(Q, K, V, mask)) @ W_O
    # <<< answer


# %%
check("multi_head.multi_head_attention", multi_head_attention)

# %% [markdown]
# Put your layer into the trained reader in place of PyTorch's. The reader is two such layers and a table of words; each layer's output is
# added to its input. **Predict first:** which word should follow *the gardener said that the mole cannot*?


# %%
table = reader.model.table.detach().double().numpy()


def matrices_of(layer):
    return [W.detach().double().numpy() for W in (layer.W_Q, layer.W_K, layer.W_V, layer.W_O)]


def embedded(ids):
    return reader.model.embed(torch.tensor([ids]))[0].detach().double().numpy()


def read_on(ids):
    """The reader's scores for the next word, computed by the layer one has written."""
    x = embedded(ids)
    for layer in reader.model.layers:
        x = x + mine.multi_head_attention(x, *matrices_of(layer), layer.n_heads, causal_mask(len(ids)))
    return x[-1] @ table.T


beginning = vocabulary().encode([START, *words("the gardener said that the mole cannot")])
scores = read_on(beginning)
print("next:", ", ".join(f"{vocabulary().decode([k])} {softmax(scores)[k]:.0%}" for k in np.argsort(-scores)[:4]))
with torch.no_grad():
    gap = largest_difference(scores, reader.model(torch.tensor([beginning]))[0, -1])
print(f"against the reader's own layers: {gap:.0e}, by", mine.whose("multi_head_attention"))

# %% [markdown]
# *See*. A function written on this page, and a model reads with it. (The difference is the rounding of single precision, in which the reader
# computes.)
#
# ## What W_O is for: the output is a sum over heads
#
# After the join each head owns a block of features. There are two ways to read the product with $W_O$: join, then multiply; or let each head
# add its own part.
#
# {exercise multi_head.sum_over_heads}


# %%
# exercise: multi_head.sum_over_heads
def sum_over_heads(heads, W_O):
    """heads: (head, token, d_head), W_O: (d_model, d_model). Return (token, d_model), a sum of contributions."""
    # >>> answer
    n_heads, n_tokens, d_head = heads.shape
    total = np.zeros((n_tokens, W_O.shape[1]))
    for h in range(n_heads):
        total = total + heads[h] @ W_O[h * d_head : (h + 1) * d_head]
    return total
    # <<< answer


# %%
check("multi_head.sum_over_heads", sum_over_heads)

# %% [markdown]
# So each head writes a vector of the full width: a *change* to the token, made without knowing of the other heads. The figure shows that sum
# for one token and eight random head outputs, a row for each head and the sum below; orange is positive, purple negative. $W_O$ is first the
# identity, then the reader's before training (random numbers), then the one it has learned.
#
# **Predict first:** into which features can a head write, in each of the three?

# %%
torch.manual_seed(0)  # the reader's own start
untrained = small_model.AttentionOnly(len(vocabulary()), 8, two_layers).layers[0]
some_heads = rng.normal(size=(8, 5, 8))
matrices = {"W_O: identity": np.eye(64), "W_O: untrained": matrices_of(untrained)[3]}
matrices["W_O: learned"] = matrices_of(reader.model.layers[0])[3]
added = {name: by_hand.contributions(some_heads, matrix) for name, matrix in matrices.items()}
spill = {}
for name, parts in added.items():
    power = (parts**2).sum(axis=1).reshape(8, 8, 8).sum(axis=-1)  # head that writes, block written to
    spill[name] = 1 - np.trace(power) / power.sum()
    print(f"{name:15} {spill[name]:.0%} of what heads write lands outside their own block")
figures.show_contributions(added)
sum_gap = largest_difference(mine.sum_over_heads(outputs, W_O), mine.merge_heads(outputs) @ W_O)
whole_heads = rng.integers(-9, 9, size=(3, 6, 4)).astype(float)
whole_O = rng.integers(-9, 9, size=(12, 12)).astype(float)
to_the_bit = np.array_equal(mine.sum_over_heads(whole_heads, whole_O), mine.merge_heads(whole_heads) @ whole_O)
print(f"join and multiply, against the sum: {sum_gap:.0e}   whole numbers, equal: {to_the_bit}")
print("both by", mine.whose("merge_heads", "sum_over_heads"))

# %% [markdown]
# With the identity a head is locked into its own features. Any full matrix unlocks them: before training as much lands outside as after,
# seven of eight blocks. Training does not decide *whether* a head may write everywhere, but *what* it writes there.

# %% [markdown]
# ## One head, two products: who looks where, what is carried
#
# A head has four matrices, and they only ever act in pairs. The scores are $x\,(W_Q W_K^\top)\,x^\top$: this product decides **who looks
# where**. What the head adds is its weights times $x\,(W_V W_O)$: this one decides **what is carried** once somebody is looked at.
#
# **Predict first:** we multiply a head's $W_Q$ by a random matrix $A$ and its $W_K$ by the inverse of $A$, transposed. Every query and key
# changes. Which shares do? And the first product of a head of width 8 is 64 by 64: how many of its rows are independent of each other (its
# **rank**)?

# %%
q, k, v, o = matrices_of(reader.model.layers[1])
own = slice(16, 24)  # the third head of the second layer
looks_where, is_carried = q[:, own] @ k[:, own].T, v[:, own] @ o[own]
tokens = rng.normal(size=(40, 64))
shares = softmax(tokens @ looks_where @ tokens.T / np.sqrt(8))
as_before = by_hand.contributions(by_hand.head_outputs(tokens, q, k, v, 8), o)[2]
print(f"the head from its two products: {largest_difference(shares @ tokens @ is_carried, as_before):.0e}")

A = rng.normal(size=(8, 8))
other_q, other_k = q[:, own] @ A, k[:, own] @ np.linalg.inv(A).T
shares_moved = largest_difference(softmax(scaled_scores(tokens @ other_q, tokens @ other_k)), shares)
print(f"queries move by up to {largest_difference(tokens @ other_q, tokens @ q[:, own]):.0f}, shares by {shares_moved:.0e}")
ranks = {}
for width in (64, 8, 2, 1):
    W_q, W_k = rng.normal(size=(2, 64, width))
    ranks[width] = int(np.linalg.matrix_rank(scaled_scores(tokens @ W_q, tokens @ W_k)))
print("rank of the first product:", np.linalg.matrix_rank(looks_where), "  of 40 × 40 scores, by width of the head:", ranks)
for word in ("blue", "gardener"):
    gains = embedded(vocabulary().encode([word]))[0] @ is_carried @ table.T
    print(f"carried from {word}: toward", ", ".join(vocabulary().decode([j]) for j in np.argsort(-gains)[:5]))

# %% [markdown]
# No share moves: queries and keys have no meaning by themselves, only their product has. The same holds for values and $W_O$. So a head
# is best read by its two products, and the last lines do: which next words this head would favour if it looked at *blue*, or at *gardener*,
# at the start of a text. (Roughly: the first layer has its say too.)
#
# The rank is the price of being narrow. A head of width 8 asks a coarser question than its 64 by 64 table suggests; in GPT-3 a token
# has 12 288 features and each of 96 heads a width of 128. (Softmax is not linear, so the *shares* can have a higher rank.)

# %% [markdown]
# ## What does another head buy?
#
# The reader again with one layer or two and 1, 2, 4 or 8 heads: same text, same weights for each depth, 500 steps, five seeds. Twelve
# longer runs have 3000 steps, one layer and three seeds. All are recorded in `data/` (`python -m course_lib regenerate` lists how), and two are
# repeated here. **Predict first:** which step brings more, from 1 head to 2, or from 2 to 8?

# %%
final = {layers: record.final_losses(layers) for layers in record.LAYERS}
groups = {f"{layers} layer{'s' * (layers > 1)}, 500 steps": final[layers] for layers in final}
for name, losses in (groups | {"1 layer, 3000 steps": record.longer_losses()}).items():
    ranges = (f"{heads}: {values.min():.2f} … {values.max():.2f}" for heads, values in losses.items())
    print(f"{name:20}  heads", "   ".join(ranges))
figures.show_losses(final)
live = {heads: small_model.train_attention_only(heads, seed=0, every=500) for heads in (1, 4)}
advantage = live[1].losses[-1] - live[4].losses[-1]
for heads, run in live.items():
    kept = record.recorded(1, heads, 0)[1][-1]
    print(f"live, heads {heads}  weights {run.parameters}  loss {run.losses[-1]:.2f}  in the record {kept:.2f}")

# %% [markdown]
# The second head, every time: with one layer, each run with one head is worse than every run with more, after 500 steps and after 3000. What
# 2, 4 and 8 are worth depends on the training. After 500 steps 4 and 8 differ by less than seeds do, and with two layers 8 are even a little worse
# than 4; after 3000 steps 2 is clearly behind 4 and 8, and those two are close. With two layers the first step is smaller: a second layer
# is, we think, a second chance to look. All of this is one text and one small size.

# %% [markdown]
# ## One by one, all at once, and PyTorch's own
#
# `torch.nn.MultiheadAttention` keeps $W_Q$, $W_K$ and $W_V$ below one another in one matrix, each transposed, and its masks mean the
# opposite: True *hides*. Here are your layer, loops, the course's two PyTorch versions and PyTorch's own, with a causal mask; gradients too.
# **Predict first:** which line shows more than rounding?

# %%
mask = causal_mask(n)
layer = in_torch.MultiHeadAttention(d_model, n_heads, bias=False).double()
with torch.no_grad():
    layer.W_QKV.copy_(torch.tensor(np.hstack([W_Q, W_K, W_V])))
    layer.W_O.copy_(torch.tensor(W_O))
theirs = as_torch_layer(layer)
inputs = [torch.tensor(x[None], requires_grad=True) for _ in range(2)]
ours_out = layer(inputs[0], causal=True)
theirs_out = theirs(*[inputs[1]] * 3, attn_mask=torch.tensor(~mask), need_weights=False)[0]
upstream = torch.tensor(rng.normal(size=(1, n, d_model)))
ours = torch.autograd.grad(ours_out, [inputs[0], layer.W_QKV, layer.W_O], upstream)
other = torch.autograd.grad(theirs_out, [inputs[1], theirs.in_proj_weight, theirs.out_proj.weight], upstream)
at_once = mine.multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask)
layer.fused = False
versions = {"head by head": by_hand.multi_head_by_loops(x, W_Q, W_K, W_V, W_O, n_heads, mask)}
versions |= {"course, fused": ours_out[0], "course, readable": layer(inputs[0], causal=True)[0]}
gaps = {name: largest_difference(at_once, out) for name, out in (versions | {"torch's own": theirs_out[0]}).items()}
as_theirs = [ours[0], ours[1].T, ours[2].T]
gaps["its gradients"] = max(largest_difference(a, b) for a, b in zip(as_theirs, other, strict=True))
print("  ".join(f"{name} {gap:.0e}" for name, gap in gaps.items()), "\nall against", mine.whose("multi_head_attention"))

# %% [markdown]
# None: one function, five times.
#
# ## Write without reading everything again
#
# A model that writes adds one word at a time. Under the causal mask no word looks ahead, so nothing that was computed for the old words
# changes when a new one comes. What the new word still needs of them is kept in a **cache**, and only one new row is computed.
#
# {exercise multi_head.attend_with_cache}


# %%
# exercise: multi_head.attend_with_cache
def attend_with_cache(q, k, v, cache):
    """q, k, v: (head, 1, d), cache: (K, V), each (head, old, d). Return (head, 1, d) and the longer cache."""
    # >>> answer
    K = np.concatenate([cache[0], k], axis=1)
    V = np.concatenate([cache[1], v], axis=1)
    return attention(q, K, V), (K, V)
    # <<< answer


# %%
check("multi_head.attend_with_cache", attend_with_cache)

# %% [markdown]
# Now let the reader write twenty words with your cache, and then by reading everything again each time. **Predict first:** will the texts
# differ? And how many rows pass through a layer in the two ways?

# %%
def read_one_more(ids, caches):
    """The scores after the last word alone, and the caches with it."""
    x, longer = embedded(ids)[-1:], []
    for layer, cache in zip(reader.model.layers, caches, strict=True):
        W_q, W_k, W_v, W_o = matrices_of(layer)
        q, k, v = (mine.split_heads(x @ W, layer.n_heads) for W in (W_q, W_k, W_v))
        found, cache = mine.attend_with_cache(q, k, v, cache)
        x = x + mine.merge_heads(found) @ W_o
        longer.append(cache)
    return x[-1] @ table.T, longer


caches = [(np.zeros((8, 0, 8)), np.zeros((8, 0, 8)))] * 2
for end in range(1, len(beginning) + 1):
    scores, caches = read_one_more(beginning[:end], caches)
cached, again = list(beginning), list(beginning)
for _ in range(20):
    cached.append(int(scores.argmax()))
    again.append(int(read_on(again).argmax()))
    scores, caches = read_one_more(cached, caches)
print(*vocabulary().decode(cached).split()[1:])
rows = len(cached), sum(range(len(beginning), len(cached)))
print(f"the same words: {cached == again}   rows through a layer: {rows[0]} and {rows[1]}")
print("with", mine.whose("split_heads", "merge_heads", "attend_with_cache"))

# %% [markdown]
# The same words, from less than a tenth of the rows. The cache saves work and changes nothing. What it costs is memory: two vectors for each token, head
# and layer, for as long as the text goes on.
#
# ## Share the keys: grouped queries
#
# In a large model that memory becomes the limit. The remedy of many models since 2023: several heads **share** keys and values and keep their
# own queries. One set for all heads is *multi-query attention* (Shazeer 2019), some sets are *grouped-query attention* (Ainslie et al. 2023).
#
# {exercise multi_head.grouped_attention}


# %%
# exercise: multi_head.grouped_attention
def grouped_attention(Q, K, V, mask=None):
    """Q: (head, token, d), K and V: (group, token, d), mask: (token, token). Return (head, token, d)."""
    # >>> answer
    each = len(Q) // len(K)
    return attention(Q, np.repeat(K, each, axis=0), np.repeat(V, each, axis=0), mask)
    # <<< answer


# %%
check("multi_head.grouped_attention", grouped_attention)

# %% [markdown]
# What does sharing cost? First, in the reader as it is, each group gets the *mean* of its heads' keys and values. Then recorded runs, one layer
# of eight heads trained *with* their groups, three seeds. **Predict first:** which does the greater harm? And how much cache does LLaMA-3 8B
# save, with 32 heads in 8 groups, at 8192 tokens?

# %%
def loss_with(n_groups, n_windows=40):
    """The reader's loss on held-out text when its heads share the mean of their keys and values."""
    losses, ids = [], small_model.ids_of("held_out").tolist()
    for window in (ids[start : start + 33] for start in range(0, 32 * n_windows, 32)):
        x = embedded(window[:-1])
        for layer in reader.model.layers:
            W_q, W_k, W_v, W_o = matrices_of(layer)
            Q, K, V = (by_hand.split_heads(x @ W, 8) for W in (W_q, W_k, W_v))
            K, V = (one.reshape(n_groups, -1, *one.shape[1:]).mean(axis=1) for one in (K, V))
            x = x + by_hand.merge_heads(mine.grouped_attention(Q, K, V, causal_mask(32))) @ W_o
        losses.append(-np.log(softmax(x @ table.T)[np.arange(32), window[1:]]).mean())
    return np.mean(losses)


merged = {n_groups: loss_with(n_groups) for n_groups in record.GROUPS}
for n_groups, losses in record.grouped_losses().items():
    spread = f"{losses.min():.2f} … {losses.max():.2f}"
    print(f"8 heads, groups: {n_groups}   merged {merged[n_groups]:.2f}   trained so {spread}")
print("merged with", mine.whose("grouped_attention"))
for n_groups in (32, 8, 1):  # K and V, 2 bytes a number, 32 layers, groups of width 128, 8192 tokens
    print(f"LLaMA-3 8B, groups: {n_groups:2}   {2 * 2 * 32 * n_groups * 128 * 8192 / 1e9:.2f} GB of cache")

# %% [markdown]
# Merging destroys the reader: a mean of two heads' keys is the key of neither. (With 8 groups nothing is merged: that line is the reader
# itself, 1.54 on these 40 windows and 1.41 on all the held-out text.) Trained as groups, our small heads lose more with each halving (width 8,
# 500 steps); Ainslie et al. report that large models lose little. LLaMA-3 8B (Grattafiori et al. 2024) saves three quarters of its cache.
#
# ## Back to the figure
#
# Return to [the sixteen heads](#The-picture-first). Each was cut out of one projection, and what it finds is added to what the others find.
#
# ## What the articles say, tested
#
# Eleven of the claims belong to this lesson: first the cut and the join, then what the layer is and what it gains.

# %%
exact = trace["split"].shape == (8, 1, 64) and trace["joined"].shape == (1, 512) == trace["output"].shape
right, wrong = reached.values()
across = max(reach["tokens split (np.split)"][i, j] for i, j in np.ndindex(n, n) if i // 2 != j // 2)
display(
    claim("C05", {f"one feature moves every head, by {moved.min():.2f} or more": (moved > 0.01).all()}),
    claim("C06", {"1×512 → 8 heads of 1×64 → 1×512, times 512×512": exact and big_O.shape == (512, 512)}),
    claim("C07", {"the split shares memory, in NumPy and PyTorch": all(view.values()),
                  "the join copies, in both": all(copy.values())}),
    claim("C17", {f"tokens that reach each other: {wrong} pairs instead of {right}": wrong < right == n * n,
                  f"largest influence across groups: {across}": across == 0}),
    claim("C18", {"on token groups it gives Q back": undone,
                  f"on real heads the shape is {wrong_join}": wrong_join != Q.shape}),
    claim("C40", {"512 / 8 = 64": trace["one head"].shape == (1, 64),
                  "7 heads are refused, with a list of those that fit": "choose" in refusal}),
)  # fmt: skip

# %%
single, others = final[1][1], np.concatenate([final[1][heads] for heads in (2, 4, 8)])
deep_one, deep_others = final[2][1], np.concatenate([final[2][heads] for heads in (2, 4)])
unlocked = {name: spill[f"W_O: {name}"] for name in ("untrained", "learned")}
display(
    claim("C20", {f"loops and PyTorch's own layer, gradients too: within {max(gaps.values()):.0e}":
                      max(gaps.values()) < 1e-12}),
    claim("C41", {"W_O = identity: a head writes to its own block only": abs(spill["W_O: identity"]) < 1e-12,
                  f"untrained {unlocked['untrained']:.0%}, learned {unlocked['learned']:.0%} outside it":
                      min(unlocked.values()) > 0.5}),
    claim("C72", {"GPT-3: 12288 features, 96 heads: 128": by_hand.head_width(12288, 96) == 128,
                  "scores of 40 tokens have the rank of the head": ranks == {64: 40, 8: 8, 2: 2, 1: 1}}),
    claim("C76", {f"joined and multiplied, against the sum: {sum_gap:.0e}": sum_gap < 1e-12,
                  "with whole numbers, to the bit": to_the_bit}),
    claim("C42", {f"1 layer, best of 1 head {single.min():.2f}, worst of 2, 4 and 8 {others.max():.2f}":
                      single.min() > others.max(),
                  f"2 layers, best of 1 head {deep_one.min():.2f}, worst of 2 and 4 {deep_others.max():.2f} "
                  f"(but of 8: {final[2][8].max():.2f})": deep_one.min() > deep_others.max(),
                  f"live, at one size: 4 heads gain {advantage:.2f} over 1":
                      advantage > 0.3 and live[1].parameters == live[4].parameters}),
)  # fmt: skip

# %% [markdown]
# ## What to remember
#
# - One head returns one average. Several heads keep several answers side by side: the same number of weights, $h\,n^2$ scores to work through.
# - Project first, with the whole token; then cut the **features**: reshape the last axis, then move the head axis to the front.
# - The split is a view, the join a copy. `np.split` without an axis cuts the tokens, and nothing complains.
# - A head is two products, who looks where and what is carried, and the output is the sum over heads.
# - One head was too few in every comparison; what more than two are worth depended on how long we trained.
# - A cache keeps keys and values, and changes no word. Grouped queries make it smaller, and have to be trained.
#
# Next, [lesson 06](06_block.ipynb) puts this layer into a block that can be stacked.
#
# ## Where to read on
#
# - Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2, and table 3, rows (A): the same comparison of heads for translation.
# - Michel, Levy and Neubig 2019, *Are Sixteen Heads Really Better than One?*, arXiv:1905.10650: many can be removed after training.
# - Voita et al. 2019, arXiv:1905.09418: what the heads that stay are doing.
# - Elhage et al. 2021, *A Mathematical Framework for Transformer Circuits*: the two products, taken seriously.
# - Shazeer 2019, arXiv:1911.02150, and Ainslie et al. 2023, arXiv:2305.13245: shared keys and values.
