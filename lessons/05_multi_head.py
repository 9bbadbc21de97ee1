# %% [markdown]
# # 05 · Multi-head attention
#
# After this lesson you can
#
# - say why one head is not enough, and what several heads cost (hardly anything);
# - split projected tokens among heads and join them again, and tell the silent ways of getting it wrong from the right one;
# - write the layer, write its output as a sum over heads, and convert its weights to PyTorch's own layer and back;
# - report what 1, 2, 4 and 8 heads gain on the same text at the same size, with the spread over several runs.
#
# About 90 minutes, four exercises, 9 points. It builds on one attention head (lesson 04).

# %%
from dataclasses import replace

import numpy as np
import torch
from IPython.display import display

from course_lib.attention.by_hand import attention, causal_mask, scaled_scores, softmax
from course_lib.corpus import START, vocabulary, words
from course_lib.lesson import check, claim, hint, mine
from course_lib.multi_head import by_hand, figures, in_torch, record, small_model
from course_lib.multi_head.cache import KeyValueCache
from course_lib.multi_head.packed import as_torch_layer
from course_lib.multi_head.wrong_ways import attention_in_token_groups
from course_lib.numeric import influence, largest_difference
from course_lib.sentence import TOKENS
from course_lib.timing import median_seconds

# %% [markdown]
# ## One question
#
# > a fluffy blue creature roamed the verdant forest
#
# To go on with this story, *creature* has to know several things: what it looks like, what it does, and whether it has been
# spoken of before. One head gives it one row of shares, which sum to one, and returns **one average**. What is given to *blue* is
# taken from *roamed*, and what comes back is a blend. **How can a word ask several questions at once, and keep the answers apart?**
#
# **Predict first:** a head gives half of its attention to *blue* and half to *roamed*. If the two words change their values,
# can the output tell?

# %%
rng = np.random.default_rng(5)
blue, roamed = rng.normal(size=(2, 2)).round(1)
shares = np.array([0.5, 0.5])
one_head = [shares @ np.array(pair) for pair in ((blue, roamed), (roamed, blue))]
two_heads = [np.concatenate(pair) for pair in ((blue, roamed), (roamed, blue))]
print("one head, half a share each:  ", one_head[0].round(2), " exchanged:", one_head[1].round(2))
print("two heads, a whole share each:", two_heads[0], " exchanged:", two_heads[1])

# %% [markdown]
# An average of two does not say which was which. Two heads can put their answers **side by side**. That is the whole idea of
# this lesson; the rest is doing it without extra cost, and without a slip.
#
# ## The picture first
#
# The head of lesson 04 was built by hand. These sixteen are not: a small model of two layers with eight heads each learns to
# predict the next word of the course's corpus, some 1500 little stories. It has nothing but attention. Training takes about ten
# seconds (how it works is lesson 10); then we look at where its heads look.

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
# Each small square is one head: a row for every word that asks, a column for every word it looks at, bright where the share is
# large. Point at a square and it appears large below; click to keep it, or go along with the arrow keys. Then point at the words.
#
# **Predict first:** will the eight heads of a layer look at the same words? Nobody has told them to differ.

# %%
figures.heads_explorer(maps)

# %% [markdown]
# They differ. They began as different random numbers, and training has not made them alike. (Everything right of the diagonal is dark because
# the model may not look ahead.) Here is what *creature* asks in the second layer, head by head.

# %%
sentence, weights = maps[texts[0]]
at = sentence.index("creature")
favourites = weights[1, :, at].argmax(axis=-1)
for head, place in enumerate(favourites):
    print(f"layer 2, head {head + 1}: {sentence[place]:10} {weights[1, head, at, place]:.2f}")

# %% [markdown]
# Several questions, several answers, each in features of its own: where this was written, one head found *blue*, another *fluffy*, a
# third *a*, nearly whole shares all of them. The heads that have nothing to ask put their share on the start, as in lesson 04. Do not read
# more into single squares: what a head does, and whether the model needs it, is measured in lesson 14.
#
# ## Several heads for the price of one
#
# Eight heads as wide as the model would cost eight times as much. The trick is to make each one narrower:
#
# $$d_\text{head} = \frac{d_\text{model}}{h}$$
#
# **Predict first:** a layer of width 64 has how many weights with 1 head, and how many with 8? And what should happen when
# 7 heads are to share 512 features?

# %%
counts = {}
for n_heads in (1, 2, 4, 8):
    layer = in_torch.MultiHeadAttention(64, n_heads, bias=False)
    counts[n_heads] = sum(weights.numel() for weights in layer.parameters())
    print(f"heads {n_heads}   width {layer.d_head:2}   weights {counts[n_heads]}")
print("512 features, 8 heads: width", by_hand.head_width(512, 8))
try:
    by_hand.head_width(512, 7)
except ValueError as problem:
    refusal = str(problem)
    print(refusal)

# %% [markdown]
# The same count each time: $W_Q$, $W_K$, $W_V$ and a fourth matrix $W_O$, each $d_\text{model} \times d_\text{model}$. The number of
# heads is not a question of size. It decides how one budget is shared out.
#
# ## What exactly is shared out?
#
# One of our articles says that each head processes "its own slice of the input embedding". Let us see. A head has its own
# matrices of shape $(d_\text{model}, d_\text{head})$. Put those of all heads side by side, and one product makes all queries at
# once; head $h$ finds its own in columns $h\,d_\text{head}$ up to $(h+1)\,d_\text{head}$.

# %%
n, d_model, n_heads = 6, 12, 3
d_head = by_hand.head_width(d_model, n_heads)
x = rng.normal(size=(n, d_model))
W_Q, W_K, W_V, W_O = rng.normal(size=(4, d_model, d_model)) / np.sqrt(d_model)
for h in range(n_heads):
    own = slice(h * d_head, (h + 1) * d_head)
    gap = largest_difference((x @ W_Q)[:, own], x @ W_Q[:, own])
    print(f"head {h}: columns {own.start} to {own.stop - 1} of x W_Q are x times its own matrix, to {gap:.0e}")

# %% [markdown]
# So the **projection** is cut, and the projection has read the whole embedding. Test of the article's sentence: change one
# single feature of one token, the very last one, which would lie in the slice of head 2.
#
# **Predict first:** which of the three heads notice?

# %%
nudged = x.copy()
nudged[2, -1] += 1.0
outputs = by_hand.head_outputs(x, W_Q, W_K, W_V, n_heads)
moved = abs(by_hand.head_outputs(nudged, W_Q, W_K, W_V, n_heads) - outputs).max(axis=(1, 2))
for h, distance in enumerate(moved):
    print(f"head {h}: its output moves by up to {distance:.2f}")

# %% [markdown]
# All of them. A head chooses from the *whole* token what it wants to work with, and what is narrow is its choice.
#
# ## Cutting: one right way and three that look right
#
# Here are six projected tokens of twelve features. Every number is an address: 3.05 is token 3, feature 5. Above, the figure
# shows which head each number goes to; below, what each head holds.
#
# **Predict first**, then try the other cuts: with 3 heads, in which of the four can token 1 and token 6 still meet in one head?
# And what will the slider do at 5 heads?

# %%
figures.split_explorer()

# %% [markdown]
# Only cuts along the **features** leave every token in every head. `np.split` cuts axis 0 unless told otherwise, and axis 0 holds
# the tokens. The plain reshape is more deceitful: its shape is exactly the right one, (head, token, d_head), with whole tokens cut
# into pieces inside. And features dealt out like cards make sound heads, but not the ones the weights were trained for.
#
# {exercise multi_head.split_heads}


# %%
# exercise: multi_head.split_heads
def split_heads(x, n_heads):
    """x: (token, d_model). Return (head, token, d_head): head h gets its block of features of every token."""
    # >>> answer
    n_tokens, d_model = x.shape
    cut = x.reshape(n_tokens, n_heads, d_model // n_heads)
    return cut.swapaxes(0, 1)
    # <<< answer


# %%
check("multi_head.split_heads", split_heads)

# %% [markdown]
# ### The cut costs nothing, the join costs a copy
#
# An array is a block of numbers in memory and a note that says how to walk through it: the **strides**, how many bytes to the next
# entry along each axis. A reshape that cuts an axis and a transpose only rewrite the note.
#
# **Predict first:** will the split copy anything? And the way back, which puts the pieces of a token side by side again?

# %%
Q = x @ W_Q
heads = by_hand.split_heads(Q, n_heads)
found = attention(heads, heads, heads)
print("Q               strides", Q.strides, " shape", Q.shape)
print("split heads     strides", heads.strides, " shape", heads.shape)
print("after attention strides", found.strides, " shape", found.shape)
tensor = torch.tensor(Q)
pieces = in_torch.split_heads(tensor, n_heads)
found_torch = in_torch.attention(pieces, pieces, pieces)
view = {"NumPy": np.shares_memory(Q, heads), "PyTorch": tensor.data_ptr() == pieces.data_ptr()}
copy = {
    "NumPy": not np.shares_memory(found, by_hand.merge_heads(found)),
    "PyTorch": in_torch.merge_heads(found_torch).data_ptr() != found_torch.data_ptr(),
}
print("the split is a view:", view, "  the join is a copy:", copy)

# %% [markdown]
# Read the strides: in `Q` the next token is 96 bytes on, twelve numbers of eight. In the split array the next *head* is 32 bytes on,
# the next token still 96. The same numbers in the same place, walked in another order. What attention returns is a new array, one
# head after the other, 192 bytes each: the pieces of one token lie far apart, no note can make neighbours of them, and the join has to
# copy. (PyTorch's fused kernel, which we meet below, may write its result token by token from the start, to save even that.)
#
# {exercise multi_head.merge_heads}


# %%
# exercise: multi_head.merge_heads
def merge_heads(x):
    """x: (head, token, d_head). Return (token, d_model): each token's pieces side by side, head 0 first."""
    # >>> answer
    n_heads, n_tokens, d_head = x.shape
    return x.swapaxes(0, 1).reshape(n_tokens, n_heads * d_head)
    # <<< answer


# %%
check("multi_head.merge_heads", merge_heads)

# %% [markdown]
# ## The bug that says nothing
#
# Two of the articles' lines of code are `np.split(Q, number_of_heads)` and `np.concatenate(attention_results)`, both without an axis.
# Run as they stand, they take and give arrays of the right shape, and no error.
#
# **Predict first:** the two lines put together, with nothing in between, give what? And how far does token 6 then reach? The figure
# nudges each token in turn and measures how far every output moves (the influence of lesson 04).

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
    noisy = str(problem)
    print("seven tokens:", noisy)

# %% [markdown]
# On the right, pairs of tokens talk among themselves, and everywhere else stands exactly 0.00: **a token cannot reach the other
# groups**, however the weights are trained. Nothing failed, and nothing was reported. Two things give it away by chance: a number
# of tokens that the heads do not divide, and the join alone, which makes a wrong shape of heads that were split correctly.
#
# ## All heads at once
#
# Now for the layer. `attention` works on the last two axes and carries any axes in front along, so a single call serves all heads.
# After the join stands one more matrix, $W_O$, and we come to its purpose in a moment:
#
# $$\operatorname{multihead}(x) = \operatorname{concat}(\text{head}_1, \dots, \text{head}_h)\,W_O
# \qquad \text{head}_i = \operatorname{attention}(xW_Q^{(i)}, xW_K^{(i)}, xW_V^{(i)})$$
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
# Now put your layer where it counts: into the trained reader of the beginning, in place of PyTorch's. The reader is two such
# layers and a table of words; each layer's output is added to its input. **Predict first:** which word should follow
# *the gardener said that the mole cannot*?


# %%
def read_on(text):
    """The reader's scores for the word after a text, computed by the layer one has written."""
    ids = vocabulary().encode([START, *words(text)])
    x = reader.model.embed(torch.tensor([ids]))[0].detach().double().numpy()
    for layer in reader.model.layers:
        matrices = [W.detach().double().numpy() for W in (layer.W_Q, layer.W_K, layer.W_V, layer.W_O)]
        x = x + mine.multi_head_attention(x, *matrices, layer.n_heads, causal_mask(len(ids)))
    return x[-1] @ reader.model.table.detach().double().numpy().T


text = "the gardener said that the mole cannot"
scores = read_on(text)
chances = softmax(scores)
best = ", ".join(f"{vocabulary().decode([k])} {chances[k]:.0%}" for k in np.argsort(-scores)[:5])
with torch.no_grad():
    own = reader.model(torch.tensor([vocabulary().encode([START, *words(text)])]))[0, -1]
print(f"{text} …  {best}")
print(f"against the reader's own layers: {largest_difference(scores, own):.0e}, by", mine.whose("multi_head_attention"))

# %% [markdown]
# *See*, and the reader is sure of it. One function, written on this page, and a model reads with it. (The difference is the rounding of single precision, in which the
# reader computes.)
#
# The sizes of the original Transformer, traced live: a token of 512 features, eight heads of 64, a matrix of 512 by 512. One row is
# enough to follow the shapes.

# %%
row, *big = rng.normal(size=(1, 512)), *rng.normal(size=(4, 512, 512)) / np.sqrt(512)
trace = {"row": row, "projected": row @ big[0]}
trace["split"] = mine.split_heads(trace["projected"], 8)
trace["one head"] = trace["split"][0]
trace["attended"] = by_hand.head_outputs(row, *big[:3], n_heads=8)
trace["joined"] = mine.merge_heads(trace["attended"])
trace["W_O"] = big[3]
trace["output"] = trace["joined"] @ trace["W_O"]
for name, array in trace.items():
    print(f"{name:10} {array.shape}")
print("split and joined by", mine.whose("split_heads", "merge_heads"))

# %% [markdown]
# ## What W_O is for: the output is a sum over heads
#
# After the join, each head owns a block of features. Without another matrix the blocks would stay apart. $W_O$ mixes them, and there
# is a second way to read that product. A row [head 0 | head 1 | …] times $W_O$ is each piece times the rows of $W_O$ that it meets, all
# added up:
#
# $$\operatorname{concat}(\text{head}_1, \dots, \text{head}_h)\,W_O = \sum_i \text{head}_i\,W_O^{(i)}$$
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
# So each head writes a vector of the full width and they are added: a head makes a *change* to the token, and does not know of
# the others. The figure shows that sum for one token and eight random head outputs. Each row is what one head adds, the last row is
# the output; orange is positive, purple negative. In the upper picture $W_O$ is the identity, in the lower it is the one that the
# reader from the beginning has learned.
#
# **Predict first:** which entries can a head write to in the upper picture?

# %%
learned = reader.model.layers[0].W_O.detach().double().numpy()
some_heads = rng.normal(size=(8, 5, 8))
matrices = {"W_O: identity": np.eye(64), "W_O: learned": learned}
added = {name: by_hand.contributions(some_heads, matrix) for name, matrix in matrices.items()}
spill = {}
for name, parts in added.items():
    power = (parts**2).sum(axis=1).reshape(8, 8, 8).sum(axis=-1)  # head that writes, block written to
    spill[name] = 1 - np.trace(power) / power.sum()
figures.show_contributions(added)
for name, share in spill.items():
    print(f"{name}: {share:.0%} of what heads write lands outside their own block")

# %% [markdown]
# With the identity a head is locked into its own features, as the joined row was. The learned matrix lets every head write
# everywhere, nearly evenly: seven of eight blocks, 88 %, are not its own. After it, "the features of head 3" mean nothing any more.
#
# The equality itself, in numbers. For whole numbers no rounding is involved, and both ways must agree to the bit.

# %%
mixed = mine.merge_heads(outputs) @ W_O
sum_gap = largest_difference(mine.sum_over_heads(outputs, W_O), mixed)
whole_heads = rng.integers(-9, 9, size=(3, 6, 4)).astype(float)
whole_W_O = rng.integers(-9, 9, size=(12, 12)).astype(float)
to_the_bit = np.array_equal(
    mine.sum_over_heads(whole_heads, whole_W_O), mine.merge_heads(whole_heads) @ whole_W_O
)
print(f"join and multiply, against the sum: {sum_gap:.0e}   whole numbers, equal: {to_the_bit}")
print("both by", mine.whose("merge_heads", "sum_over_heads"))

# %% [markdown]
# ## What a narrow head gives up
#
# In GPT-3 a token has 12 288 features, and each of 96 heads has queries and keys of width 128. A table of scores between $n$ tokens
# has $n \times n$ entries, but they are products of vectors of width $d_\text{head}$, and that limits how many independent patterns
# of rows it can hold: its **rank** is at most $d_\text{head}$.
#
# **Predict first:** 40 tokens of width 64. What rank do the scores have with one head of width 64, and with heads of width 8?

# %%
tokens = rng.normal(size=(40, 64))
ranks = {}
for width in (64, 8, 2, 1):
    W_q, W_k = rng.normal(size=(2, 64, width))
    ranks[width] = int(np.linalg.matrix_rank(scaled_scores(tokens @ W_q, tokens @ W_k)))
    print(f"head of width {width:2}: scores {40} × {40}, rank {ranks[width]}")
gpt3_width = by_hand.head_width(12288, 96)
print("GPT-3: 12288 features, 96 heads, width", gpt3_width)

# %% [markdown]
# The price of many heads: each asks a coarser question. With width 1 a token's query is one number, and all rows of scores are
# multiples of one another. (Softmax comes afterwards and is not linear, so the *weights* can have a higher rank.) Somewhere
# between one rich head and many poor ones lies what works.
#
# ## What does another head buy?
#
# So let us measure. A model with one layer of attention, trained as the reader was: same text, same number of weights, same 500
# steps, and 1, 2, 4 or 8 heads; each with five different seeds, as one run alone could be luck. Then the same with two layers. Those
# forty runs take ten minutes and are recorded in `data/heads.csv` (`python -m course_lib regenerate heads` repeats them).
#
# **Predict first:** which step brings more, from 1 head to 2, or from 2 to 8? And which is better, two layers of one head or one
# layer of four, which has fewer weights?

# %%
final = {layers: record.final_losses(layers) for layers in record.LAYERS}
for layers, losses in final.items():
    for heads_here, values in losses.items():
        spread = f"{values.min():.2f} … {values.max():.2f}"
        print(f"layers {layers}  heads {heads_here}  mean {values.mean():.2f}  from {spread}")
figures.show_losses(final)

# %% [markdown]
# With one layer the second head brings most: every run with one head is far worse than every run with more, much further than seeds
# spread. From 2 to 4 a little; from 4 to 8 nothing beyond the spread, and with two layers eight heads of width 8 are even a
# little worse than four of width 16. With two layers the first step is much smaller, since a second layer is a second chance to look;
# yet one layer of four heads (1.43, in one seed 1.49) does about as well as two layers of one (1.48). Not *more heads are better*: **one is too few, and
# past a few it no longer matters**, for this text and this size.
#
# A record is only worth something if it can be repeated. The reader above was one of the forty (two layers, eight heads, seed 0). Two
# more, live, in about ten seconds:

# %%
live = {heads: small_model.train_attention_only(heads, seed=0, every=500) for heads in (1, 4)}
advantage = live[1].losses[-1] - live[4].losses[-1]
for heads, run in live.items():
    kept = record.recorded(1, heads, 0)[1][-1]
    print(f"heads {heads}  weights {run.parameters}  loss {run.losses[-1]:.2f}  in the record {kept:.2f}")
kept = record.recorded(2, 8, 0)[1][-1]
print(f"the reader  weights {reader.parameters}  loss {reader.losses[-1]:.2f}  in the record {kept:.2f}")

# %% [markdown]
# ## One by one, all at once, in PyTorch, and PyTorch's own
#
# Four ways to compute one layer: head by head in a loop, all at once (yours), the same in PyTorch, and `torch.nn.MultiheadAttention`.
# The last keeps its weights in another form: $W_Q$, $W_K$ and $W_V$ lie below one another in one matrix, each transposed. And its
# masks mean the opposite: True *hides*. With three heads, six tokens and a causal mask:

# %%
mask = causal_mask(n)
layer = in_torch.MultiHeadAttention(d_model, n_heads, bias=False).double()
with torch.no_grad():
    layer.W_QKV.copy_(torch.tensor(np.hstack([W_Q, W_K, W_V])))
    layer.W_O.copy_(torch.tensor(W_O))
theirs = as_torch_layer(layer)
print("ours: W_QKV", tuple(layer.W_QKV.shape), "  theirs: in_proj_weight", tuple(theirs.in_proj_weight.shape))
at_once = mine.multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask)
inputs = [torch.tensor(x[None], requires_grad=True) for _ in range(2)]
ours_out = layer(inputs[0], causal=True)
theirs_out = theirs(*[inputs[1]] * 3, attn_mask=torch.tensor(~mask), need_weights=False)[0]
gaps = {
    "one head after the other": by_hand.multi_head_by_loops(x, W_Q, W_K, W_V, W_O, n_heads, mask),
    "this course's layer": ours_out[0],
    "torch.nn.MultiheadAttention": theirs_out[0],
}
gaps = {name: largest_difference(at_once, other) for name, other in gaps.items()}
for name, gap in gaps.items():
    print(f"all at once against {name:27} {gap:.0e}")
print("all at once:", mine.whose("multi_head_attention"))

# %% [markdown]
# Equal outputs are half of the proof. The other half is the gradients: of the input and of every weight, for a random combination of
# all outputs. The gradient of PyTorch's packed matrix is the transpose of ours, as the matrix is.

# %%
upstream = torch.tensor(rng.normal(size=(1, n, d_model)))
ours = torch.autograd.grad(ours_out, [inputs[0], layer.W_QKV, layer.W_O], upstream)
other = torch.autograd.grad(theirs_out, [inputs[1], theirs.in_proj_weight, theirs.out_proj.weight], upstream)
gradient_gaps = {
    "input": largest_difference(ours[0], other[0]),
    "W_Q, W_K, W_V": largest_difference(ours[1], other[1].T),
    "W_O": largest_difference(ours[2], other[2].T),
}
print("gradients:", "   ".join(f"{name} {gap:.0e}" for name, gap in gradient_gaps.items()))

# %% [markdown]
# ### Faster, and equal
#
# The layer can compute its heads in two ways: with the `attention` that you can read, or with PyTorch's fused kernel, which never
# holds the table of weights. And a model that writes text need not compute old keys and values again for every new word: a
# **cache** keeps them. Both are worth having only if nothing changes.
#
# **Predict first:** how large will the differences be, in single precision?

# %%
torch.manual_seed(5)
fused = in_torch.MultiHeadAttention(64, 8)
readable = in_torch.MultiHeadAttention(64, 8, fused=False)
readable.load_state_dict(fused.state_dict())
text = torch.randn(2, 300, 64)
with torch.no_grad():
    whole = fused(text, causal=True)
    fused_gap = largest_difference(whole, readable(text, causal=True))
    cache = KeyValueCache()
    steps = [fused(text[:, i : i + 1], causal=True, cache=cache) for i in range(40)]
    cache_gap = largest_difference(torch.cat(steps, dim=1), whole[:, :40])
print(f"fused against readable: {fused_gap:.0e}   word by word with a cache against all at once: {cache_gap:.0e}")

# %% [markdown]
# The rounding of single precision, and no more. What is gained, on this machine? First 300 words at once, then 200 words one after
# the other, as when a text is written. Seconds, each divided by those of the quicker way.

# %% tags=["times"]
def one_by_one(cache=None):
    for i in range(200):
        fused(text[:, i : i + 1] if cache is not None else text[:, : i + 1], causal=True, cache=cache)


with torch.no_grad():
    seconds = [median_seconds(lambda f=f: f(text, causal=True), repeats=5) for f in (fused, readable)]
    writing = [median_seconds(lambda: one_by_one(KeyValueCache()), 1), median_seconds(one_by_one, 1)]
print(f"all at once: readable {seconds[1] / seconds[0]:.1f} times the time of fused")
print(f"one by one: without a cache {writing[1] / writing[0]:.1f} times the time of with it")

# %% [markdown]
# ## Back to the figure
#
# Return to [the sixteen heads](#The-picture-first). You know now how each was cut out of one projection, why its map is 10 by 10 however
# narrow the head is, and that what it finds is added to what the others find. Click *forest* to pin it and go through the heads with
# the arrow keys: which find the adjective that belongs to it, which one of the other half of the sentence?
#
# ## What the articles say, tested
#
# Eleven of the claims belong to this lesson. First the cut and the join, with the two lines of code that say nothing; then what the
# layer is, and what it gains.

# %%
exact = trace["split"].shape == (8, 1, 64) and trace["joined"].shape == (1, 512) == trace["output"].shape
right, wrong = reached.values()
across = max(reach["tokens split (np.split)"][i, j] for i, j in np.ndindex(n, n) if i // 2 != j // 2)
display(
    claim("C05", {f"one feature moves every head, by {moved.min():.2f} or more": (moved > 0.01).all()}),
    claim("C06", {"1×512 → 8 heads of 1×64 → 1×512, times 512×512": exact and big[3].shape == (512, 512)}),
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
worst_gap, worst_gradient = max(gaps.values()), max(gradient_gaps.values())
single, others = final[1][1], np.concatenate([final[1][heads] for heads in (2, 4, 8)])
deep_one, deep_others = final[2][1], np.concatenate([final[2][heads] for heads in (2, 4)])
display(
    claim("C20", {f"loops and PyTorch's own layer: within {worst_gap:.0e}": worst_gap < 1e-12,
                  f"its gradients: within {worst_gradient:.0e}": worst_gradient < 1e-12}),
    claim("C41", {"W_O = identity: a head writes to its own block only": abs(spill["W_O: identity"]) < 1e-12,
                  f"learned: {spill['W_O: learned']:.0%} lands outside": spill["W_O: learned"] > 0.5}),
    claim("C72", {f"GPT-3: 12288 to {gpt3_width}": gpt3_width == 128,
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
# - A head returns one average. Several heads keep several answers side by side, at the same number of weights.
# - Project first, with the whole embedding; then cut the **features**: reshape the last axis, then move the head axis to the front.
# - The split is a view, the join a copy. `np.split` without an axis cuts the tokens, and nothing complains.
# - The output is a sum: every head adds its own vector to the token, through its own rows of $W_O$.
# - A narrow head has scores of low rank. One head is too few; past a few, more did not help here.
# - PyTorch's packed matrix is ours transposed, and its mask means the opposite.
#
# Next, lesson 06 puts this layer into a block: with a feed-forward part, a residual and a norm, and can then be stacked.
#
# ## Where to read on
#
# - Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2, and table 3, rows (A): the same comparison of heads for translation.
# - Michel, Levy and Neubig 2019, *Are Sixteen Heads Really Better than One?*, arXiv:1905.10650: many can be removed after training.
# - Voita et al. 2019, arXiv:1905.09418: what the heads that stay are doing.
# - Elhage et al. 2021, *A Mathematical Framework for Transformer Circuits*: the sum over heads taken seriously.
