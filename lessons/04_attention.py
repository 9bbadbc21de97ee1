# %% [markdown]
# # 04 · Attention
#
# After this lesson you can
#
# - say what queries, keys and values are, and compute one attention head on paper;
# - write softmax, the scaled scores, a mask, attention and a head, and tell the usual mistakes by their symptoms;
# - show by measurement why the scores are divided by $\sqrt{d_k}$, and why a mask is minus infinity *before* softmax;
# - prove that attention as loops, as matrix products, in PyTorch, and PyTorch's own kernel are one function, gradients included.
#
# About 90 minutes, five exercises, 10 points. **What it needs:** vectors and matrix products ([lesson 02](02_embedding.ipynb)).
# `by_hand` is the course's own NumPy; *the articles* are the five that this course grew out of, and C01 and the like are sentences
# of theirs, tested at the end.

# %%
from functools import partial

import numpy as np
import torch

from course_lib.attention import by_hand, figures, in_torch, toy
from course_lib.attention.figures import FEATURES, WORDS
from course_lib.attention.masking import MASKINGS, masked_weights
from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import picture, subplots
from course_lib.lesson import check, claim, claim_table, hint, mine
from course_lib.numeric import influence, largest_difference, numerical_gradient
from course_lib.sentence import TOKENS
from course_lib.timing import median_seconds, peak_bytes

# %% [markdown]
# ## One question
#
# > a fluffy blue creature roamed the verdant forest
#
# A model cuts text into **tokens**; here every word is one token. Each has a vector. The vector of *creature* is the same in every
# sentence of the world: nothing in it says *fluffy*, nothing says *blue*. **How can a word take over something from the words it depends on, and leave the rest alone?**
#
# Real word vectors have hundreds of entries that nobody can read. For this lesson we write our own, with entries that one
# can: what kind of word it is, and whether it stands in the first half of the sentence.

# %%
print(f"{'':10}", "  ".join(FEATURES))
for token, row in zip(TOKENS, WORDS, strict=True):
    cells = [f"{value:^{len(name)}.0f}" for value, name in zip(row, FEATURES, strict=True)]
    print(f"{token:10}", "  ".join(cells))

# %% [markdown]
# ## The picture first
#
# Here is the whole lesson in one figure. Point at a token: it looks at the others, and takes a share from each; the arcs are
# those shares and the numbers beside the tokens are their sizes. Click to pin, and use the arrow keys to go along.
#
# One such mechanism is called a **head**. This one was built by hand, by two rules: nouns ask for adjectives, and adjectives,
# articles and verbs ask for nouns; and every word prefers its own half of the sentence. **Predict first:** the figure asks what
# *creature* looks at. *verdant* is an adjective too: will it get a share? And what will *the* look at? Then hover over the tokens.

# %%
figures.attention_explorer(predict=figures.CREATURE_LOOKS_AT)

# %% [markdown]
# Leave the switches for later; we will come back to this figure when you have written what it computes. What it shows is an
# **average**: the new vector of *creature* is nearly half *fluffy*, nearly half *blue*, with little of *verdant*, which stands in
# the other half. *the* gives half of itself to *forest*. And every word must look somewhere: each row of shares sums to one.
#
# The plainest average would give every word the same share. Try it, and look at what that does to the sentence.

# %%
n = len(TOKENS)
equal_shares = np.full((n, n), 1 / n)
(equal_shares @ WORDS).round(2)

# %% [markdown]
# Every row is the same: each word has forgotten what it was. The words have to decide the shares themselves.
#
# ## Ask, offer, pass on
#
# Each token plays three parts at once, and has a vector for each:
#
# - a <span class="course-query">query</span> $q$: what I am looking for;
# - a <span class="course-key">key</span> $k$: what I can be found by;
# - a <span class="course-value">value</span> $v$: what I pass on to whoever finds me.
#
# These three keep their colours from here on, and so do the shares, the <span class="course-weight">weights</span>.
#
# A token's share in another is large where the query of the one matches the key of the other. All three are $x$ times a
# matrix: $q = xW_Q$, $k = xW_K$, $v = xW_V$, learned, and random at first.

# %%
rng = np.random.default_rng(4)
W_Q, W_K = rng.normal(size=(2, 5, 3))  # 5 features in, queries and keys of width d_k = 3
W_V = rng.normal(size=(5, 2))  # values of width d_v = 2
Q, K, V = WORDS @ W_Q, WORDS @ W_K, WORDS @ W_V
Q.shape, K.shape, V.shape

# %% [markdown]
# A token is a *row* here, on the left of its matrix; many papers write a column, $q = W_q e$: the same, transposed.
#
# ## Scores: how well does a query match a key?
#
# The measure is the **dot product**: multiply entry by entry and add up. It is large where two vectors point the same way,
# zero where they have nothing to do with each other, negative where they are opposed:
#
# $$s_{ij} = q_i \cdot k_j = \sum_{c=1}^{d_k} q_{ic}\,k_{jc}$$
#
# For all pairs at once it is a matrix product, every row of $Q$ with every row of $K$: $S = QK^\top$.
#
# **Predict first:** with 8 tokens, what is the shape of $S$ if $d_k$ is 3? And if it is 3000?

# %%
i, j = TOKENS.index("creature"), TOKENS.index("blue")
terms = [f"({q:.3f} × {k:.3f})" for q, k in zip(Q[i], K[j], strict=True)]
print("q·k =", " + ".join(terms), f"= {Q[i] @ K[j]:.3f}")
S = Q @ K.T
wide = WORDS @ rng.normal(size=(5, 3000))
print(f"S[{i}, {j}] = {S[i, j]:.3f}")
print("shape at d_k = 3:", S.shape, "   at d_k = 3000:", (wide @ wide.T).shape)

# %% [markdown]
# Tokens by tokens, whatever the width. What the words *are* has dropped out of this matrix; it holds how they are related.
#
# ## Softmax: from scores to shares
#
# Shares have to be positive and to sum to one. Two steps do it. The exponential makes every score positive, and a difference
# between scores becomes a ratio between shares; the division makes them sum to one:
#
# $$w_j = \frac{e^{s_j}}{\sum_m e^{s_m}}$$
#
# **Predict first:** scores 1, 2, 3 give some shares. What happens to the shares if every score is raised by 1000? And if every
# score is multiplied by 10?

# %%
small, large = np.array([1.0, 2.0, 3.0]), np.array([1001.0, 1002.0, 1003.0])
for scores in (small, large, 10 * small):
    print(scores, "->", by_hand.softmax(scores).round(4))
with np.errstate(all="ignore"):
    as_the_formula_stands = np.exp(large) / np.exp(large).sum()
print(large, "->", as_the_formula_stands, "as the formula stands")

# %% [markdown]
# Raising all of them changes nothing: only differences count. Multiplying sharpens the choice. Dividing softens it, and the
# number one divides by has a name, the **temperature**. Move it from 0.1 to 10 and watch the **entropy**, a measure in bits of how
# open the choice is: 0 where one key has everything, 1 for two equal keys, 2 for four.

# %%
figures.temperature_explorer()

# %% [markdown]
# That only differences count also saves the computation. In double precision $e^s$ overflows above $s = 709.78$, and infinity
# divided by infinity is not a number: that was the last line of the cell before. But 1001, 1002, 1003, less their largest, are
# −2, −1, 0: no exponent above zero, nothing to overflow, and the same quotient.
#
# {exercise attention.softmax}


# %%
# exercise: attention.softmax
def softmax(scores):
    """scores: (..., n). Return weights of the same shape; every row (last axis) sums to one."""
    # >>> answer
    shifted = scores - scores.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
    # <<< answer


# %%
check("attention.softmax", softmax)

# %% [markdown]
# ## Why divide by the square root?
#
# A dot product has $d_k$ terms. If the entries of $q$ and $k$ are independent, with mean 0 and variance 1, each term has
# variance 1, and variances of independent terms add up: the dot product has variance $d_k$, so it spreads by $\sqrt{d_k}$.
# The wider the vectors, the further apart the scores; and you have seen what softmax makes of scores far apart.
#
# The figure holds its picture back until you have guessed.

# %%
figures.scale_explorer()

# %% [markdown]
# Now the argument above by measurement, at five widths, for 10 000 random pairs each. **Predict first:** if it is right, which
# number stands in the last column, at every width?

# %%
widths = [4, 16, 64, 256, 1024]
variance, variance_scaled = [], []
for d in widths:
    q, k = rng.normal(size=(2, 10_000, d))
    dots = (q * k).sum(axis=1)
    variance.append(dots.var())
    variance_scaled.append((dots / np.sqrt(d)).var())
    print(f"d_k {d:>5}   q·k: variance {variance[-1]:8.1f}   q·k / √d_k: {variance_scaled[-1]:.3f}")

# %% [markdown]
# So the divisor belongs to the **head**: it is the $d_k$ that the dot product runs over, not the $d_\text{model}$ of the tokens. A
# head of width 64 inside a model of width 512 has scores of variance 64; dividing by $\sqrt{512}$ would leave 0.125.
#
# Why it matters: a model learns by following slopes (lesson 09). Where one share is nearly 1 and the rest nearly 0, softmax is
# flat: a score may move and hardly any share does. The slope of a share with respect to its own score is $w(1 - w)$, at most ¼,
# and 0 at both ends. Its average over many queries with 8 keys, with and without the scale:

# %%
frames = {scaled: [figures.scale_frame(d, scaled) for d in widths] for scaled in (True, False)}
figure, axes = subplots(size=(7.4, 3.2))
blue, orange, *_ = SERIES
for scaled, style, colour in ((True, "o-", blue), (False, "s--", orange)):
    slopes = [float(frame["gradient"]) for frame in frames[scaled]]
    label = "divided by √d_k" if scaled else "not divided"
    axes.loglog(widths, slopes, style, color=colour, label=label)
axes.set(xlabel="d_k", ylabel="slope of a weight, mean", title="What is left for the gradient")
axes.legend()
flatter = float(frames[True][-1]["gradient"]) / float(frames[False][-1]["gradient"])
picture(figure, f"The slope stays with the scale; without it falls, {flatter:.0f} times lower at width {widths[-1]}.")
print(f"at d_k = {widths[-1]} the slope is {flatter:.0f} times larger with the scale")

# %% [markdown]
# {exercise attention.scaled_scores}


# %%
# exercise: attention.scaled_scores
def scaled_scores(Q, K):
    """Q: (token, d_k), K: (other, d_k). Return the scores: (token, other)."""
    # >>> answer
    return Q @ K.T / np.sqrt(Q.shape[-1])
    # <<< answer


# %%
check("attention.scaled_scores", scaled_scores)

# %% [markdown]
# ## Mix: the shares meet the values
#
# The last step is the average from the beginning, now with shares that the tokens have chosen. Output $i$ is
#
# $$o_i = \sum_j w_{ij}\,v_j$$
#
# As a sum over tokens, for *creature*, and as one matrix product for all tokens. The weights come from the two functions that you have
# written: the course's own stand in until yours pass.

# %%
weights = mine.softmax(mine.scaled_scores(Q, K))
one_by_one = sum(weights[i, j] * V[j] for j in range(n))
output = weights @ V
print("weights by", mine.whose("softmax", "scaled_scores"))
print("as a sum:", one_by_one.round(4), "   as a product:", output[i].round(4))

# %% [markdown]
# Each row of weights is positive and sums to one, so an output never leaves the range of the values: attention mixes,
# it does not add.
#
# ## The matrices are learned: watch it happen
#
# The head of the first figure was built by hand, and the matrices since then are random. Now a head gets a task it can be judged
# by: six words in random order, one adjective and one noun among them, and **the noun's output must name the adjective**. Nobody
# tells it who should ask whom. Training takes about three seconds; how it works is lesson 10.

# %%
trained = toy.train_head()
ids, target = toy.noun_sentences(np.random.default_rng(9), 1)
sentence = [toy.WORDS[word] for word in ids[0]]
x = trained.table[ids[0]]
print(f"error at the first step {trained.losses[0]:.3f}, at the last {trained.losses[-1]:.6f}")
toy.show(trained, ids[0])

# %% [markdown]
# Yellow is a weight near 1; purple is positive and orange negative. Before, all is noise. After, the noun (here *mole*) has nearly
# all its weight on the adjective, and the values of the four adjectives are four directions, far longer than the others'.
#
# The other rows put their weight on words whose value is zero. Softmax must give its one unit of attention to somebody, so the head
# has learned a place to put it. Large models do the same (Xiao et al. 2023, arXiv:2309.17453: an *attention sink*).
#
# **Who asks?** One article says that adjectives answer the noun *through their own queries*. Exchange queries and keys.
# **Predict first:** who will look for whom?

# %%
W_q, W_k, W_v = trained.after
noun, adjective = int(target[0].sum(axis=1).argmax()), int(np.flatnonzero(ids[0] < 4)[0])
S_before, S_after = mine.scaled_scores(x @ W_q, x @ W_k), mine.scaled_scores(x @ W_k, x @ W_q)
asks, exchanged = mine.softmax(S_before), mine.softmax(S_after)
turned = largest_difference(S_after, S_before.T)
for name, pair in ("noun at adjective", (noun, adjective)), ("adjective at noun", (adjective, noun)):
    print(f"looks {name}: {asks[pair]:.2f}   after the exchange: {exchanged[pair]:.2f}")
print(f"scores after the exchange, against the transpose of those before: {turned:.0e}")

# %% [markdown]
# Now the adjective looks for its noun: whose query it is decides who asks.
#
# ## Masks: not every token may look everywhere
#
# A model that writes predicts each word from those before it; a token that could look ahead would see the answer. So
# the scores get a **mask**: True where a token *may* attend. The causal mask, with a row for the token that asks:
#
# | | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|
# | **1** | True | False | False | False |
# | **2** | True | True | False | False |
# | **3** | True | True | True | False |
# | **4** | True | True | True | True |
#
# {exercise attention.causal_mask}


# %%
# exercise: attention.causal_mask
def causal_mask(n):
    """Return an (n, n) array of booleans, True where row i may attend to column j."""
    # >>> answer
    positions = np.arange(n)
    return positions[:, None] >= positions
    # <<< answer


# %%
check("attention.causal_mask", causal_mask)

# %% [markdown]
# ### Break it: three ways to apply a mask
#
# One article says that masking fills the upper triangle "with minus infinity or zero". That *or* is worth a measurement.
#
# **Predict first:** which of these three keeps the future out, and which keeps the rows summing to one?
#
# 1. forbidden scores become minus infinity, then softmax;
# 2. forbidden scores become zero, then softmax;
# 3. softmax, then forbidden weights become zero.
#
# The mask is yours, and so are the scores.

# %%
mask = np.asarray(mine.causal_mask(n))
scores = mine.scaled_scores(Q, K)
leak, row_sums = {}, {}
for masking in MASKINGS[1:]:
    masked = masked_weights(scores, mask, masking)
    leak[masking] = masked[~mask].sum() / n
    row_sums[masking] = masked.sum(axis=1)
    low, high = row_sums[masking].min(), row_sums[masking].max()
    print(f"{masking:22} weight on later tokens {leak[masking]:5.1%}  row sums {low:.2f} … {high:.2f}")
print("mask and scores by", mine.whose("causal_mask", "scaled_scores"))

# %% [markdown]
# Only minus infinity does both. A score of zero is not "nothing": $e^0 = 1$ is a perfectly ordinary share. And erasing shares
# afterwards leaves rows that no longer sum to one, decided by the very scores that were to be hidden.
#
# How sure can one be that nothing leaks? Change the last three words and look at the outputs of the first five: they should be
# not nearly equal but **equal to the last bit**. For the whole picture, nudge each token in turn and measure how far every
# output moves: the **influence** of a token on a row.

# %%
changed = WORDS.copy()
changed[5:] = rng.normal(size=changed[5:].shape)
before, after = (by_hand.single_head(tokens, W_Q, W_K, W_V, mask) for tokens in (WORDS, changed))
same_bits = [bool((a == b).all()) for a, b in zip(before, after, strict=True)]
figure, axes = subplots(1, 2, size=(8.2, 3.4))
reach = {}
for axis, (name, allowed) in zip(axes, {"no mask": None, "causal mask": mask}.items(), strict=True):
    head = partial(by_hand.single_head, W_Q=W_Q, W_K=W_K, W_V=W_V, mask=allowed)
    reach[name] = influence(head, WORDS)
    image = axis.imshow(reach[name], cmap="cividis", vmin=0, vmax=3)
    axis.set(title=name, xlabel="this token is nudged", yticks=range(n), yticklabels=TOKENS)
    axis.set_xticks(range(n))
    axis.set_xticklabels(TOKENS, rotation=60)
axes[0].set_ylabel("this output moves")
figure.colorbar(image, ax=axes, label="how far, per nudge")
picture(figure, "Without a mask every token moves every output; under the causal mask none moves an earlier one.")
print("rows that are the same, to the bit:", same_bits)
print("largest influence of a later token under the mask:", reach["causal mask"][~mask].max())

# %% [markdown]
# Bright is much influence, the darkest colour is little or none. Above the diagonal, under the mask, it is exactly zero: the last
# line of the output says so.
#
# ## Attention, whole
#
# You have all the parts: scores, scale, mask, softmax, mix.
#
# $$\operatorname{attention}(Q, K, V) = \operatorname{softmax}\!\left(\frac{QK^\top}{\sqrt{d_k}}\right)V$$
#
# One corner is left. With an arbitrary mask a token may be allowed to attend to **nothing**: all its scores are minus
# infinity, and $e^{-\infty} / \sum e^{-\infty}$ is 0 / 0. In this course its output is defined as zeros.
#
# {exercise attention.attention}


# %%
# exercise: attention.attention
def attention(Q, K, V, mask=None):
    """Q: (token, d_k), K: (other, d_k), V: (other, d_v), mask: (token, other). Return (token, d_v)."""
    # >>> answer
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    if mask is None:
        mask = np.ones(scores.shape, dtype=bool)
    scores = np.where(mask, scores, -np.inf)
    largest = scores.max(axis=-1, keepdims=True)
    exponentials = np.exp(scores - np.where(np.isinf(largest), 0.0, largest))
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / np.where(total == 0.0, 1.0, total) @ V
    # <<< answer


# %%
check("attention.attention", attention)

# %% [markdown]
# ## One head
#
# A **head** is attention together with its three matrices. If queries, keys and values all come from the same tokens, it is
# *self-attention*.
#
# {exercise attention.single_head}


# %%
# exercise: attention.single_head
def single_head(x, W_Q, W_K, W_V, mask=None):
    """x: (token, d_model), each matrix (d_model, d_head). Return (token, d_head)."""
    # >>> answer
    return attention(x @ W_Q, x @ W_K, x @ W_V, mask)
    # <<< answer


# %%
check("attention.single_head", single_head)

# %% [markdown]
# Put it to work: here is your head with the matrices that were trained above, on 200 sentences it has never seen. The noun's
# output should name the adjective, one of four. **Predict first:** in how many of them will it, and in how many with the
# matrices from before the training?
#
# And if the queries come from one sequence, the keys and values from another, it is *cross-attention*: your function is the
# same, only its inputs differ. Translation works that way (lesson 07). In the last line three German words ask eight English ones.

# %%
fresh, targets = toy.noun_sentences(np.random.default_rng(10), 200)
named = {}
for when, matrices in {"before training": trained.before, "after training": trained.after}.items():
    said = [mine.single_head(trained.table[words], *matrices) for words in fresh]
    of_nouns = np.array(said)[targets.any(axis=-1)]  # one row of each sentence
    named[when] = np.mean(of_nouns.argmax(axis=1) == targets.sum(axis=1).argmax(axis=1))
    print(f"{when:15} the noun names its adjective in {named[when]:.0%} of 200 sentences")
german = rng.normal(size=(3, 5))
self_attention = mine.attention(WORDS @ W_Q, WORDS @ W_K, WORDS @ W_V)
cross_attention = mine.attention(german @ W_Q, WORDS @ W_K, WORDS @ W_V)
print("self:", self_attention.shape, "  cross:", cross_attention.shape)
print("both lines by", mine.whose("single_head", "attention"))

# %% [markdown]
# Before training the head guesses: one in four would be chance. All that training changed are three small matrices; the function
# that reads the sentence through them is the one you wrote.
#
# ## Two things that a head loses
#
# Take from our words the column *first half*, the one thing in them that says where they stand, and read the sentence **backwards**
# through your head, without a mask. And look once more at *creature* in the first figure. **Predict first:** what happens to the
# eight outputs? And *creature* goes in as a noun: as what does it come out?

# %%
no_place, backwards = WORDS * [1, 1, 1, 1, 0], np.arange(n)[::-1]
forth, back = (mine.single_head(words, W_Q, W_K, W_V) for words in (no_place, no_place[backwards]))
print(f"backwards: the same eight outputs, in the other order, to {largest_difference(back, forth[backwards]):.0e}")
print("head by", mine.whose("single_head"))
print(f"\n{'creature':10}", "  ".join(FEATURES))
for when, row in {"goes in": WORDS[i], "comes out": figures.attention_frame()["output"][i]}.items():
    print(f"{when:10}", "  ".join(f"{value:^{len(name)}.2f}" for value, name in zip(row, FEATURES, strict=True)))

# %% [markdown]
# **Order.** Attention is blind to it, unless the vectors say where a word stands (lesson 03), or a mask tells before from after.
#
# **Itself.** *creature* comes out as an adjective; of the noun a hundredth is left, its share in itself. Lesson 06 adds the token's
# own vector again: the *residual path*.
#
# ## Your function, four others, and PyTorch's own
#
# Loops, matrix products, *einsum* (a product in which every axis has a letter), PyTorch by hand, and a *fused kernel*
# (all steps in one go) of the kind that many large models are trained with. Same inputs, and the causal mask.
#
# **Predict first:** how large will the differences be?

# %%
q, k, v = rng.normal(size=(3, 2, 3, n, 5))
matrices = by_hand.attention(q, k, v, mask)
one_head = [by_hand.attention_by_loops(q[b, h], k[b, h], v[b, h], mask) for b, h in np.ndindex(2, 3)]
loops = np.reshape(one_head, v.shape)
yours = [mine.attention(q[b, h], k[b, h], v[b, h], mask) for b, h in np.ndindex(2, 3)]
leaves = [torch.tensor(array, requires_grad=True) for array in (q, k, v)]
readable = in_torch.attention(*leaves, torch.tensor(mask))
fused = torch.nn.functional.scaled_dot_product_attention(*leaves, attn_mask=torch.tensor(mask))
others = {
    "loops": loops,
    "einsum": by_hand.attention_by_einsum(q, k, v, mask),
    "torch, by hand": readable,
    "torch, fused": fused,
    "mine.attention": np.reshape(yours, v.shape),
}
gaps = {name: largest_difference(matrices, other) for name, other in others.items()}
for name, gap in gaps.items():
    print(f"matrix products against {name:15} {gap:.1e}")
print("mine.attention is", mine.whose("attention"))

# %% [markdown]
# Numbers of that size are the rounding of double precision: one function, six times. Equal outputs are half of the proof; a
# model learns through **gradients**, the slopes of its output with respect to its inputs. PyTorch works them out by itself; we
# compare those of both versions for a random combination of all outputs, and those of the NumPy version for the keys, found by
# moving each entry a little up and down. That method is good to about ten digits. (Lesson 09 derives them by hand; on a first
# reading, run the cell and go on.)

# %%
upstream = rng.normal(size=readable.shape)
arrived = torch.tensor(upstream)
by_version = [torch.autograd.grad(version, leaves, arrived) for version in (readable, fused)]
gradient_gap = max(largest_difference(a, b) for a, b in zip(*by_version, strict=True))


def loss(K):
    return (by_hand.attention(q[0, 0], K, v[0, 0], mask) * upstream[0, 0]).sum()


numerical = numerical_gradient(loss, k[0, 0])
numerical_gap = largest_difference(numerical, by_version[0][1][0, 0])
print(f"torch by hand against fused, gradients of Q, K, V: {gradient_gap:.1e}")
print(f"NumPy (finite differences) against autograd, K:    {numerical_gap:.1e}")

# %% [markdown]
# ## What it costs
#
# Every query meets every key, so the weights are $n \times n$. **Predict first:** twice the length, how many times the memory?
# And the time?

# %% tags=["times"]
lengths, seconds, megabytes = [256, 512, 1024, 2048], [], []
for length in lengths:
    tokens = rng.normal(size=(length, 32))
    run = partial(by_hand.attention, tokens, tokens, tokens)
    seconds.append(median_seconds(run, repeats=3))
    megabytes.append(peak_bytes(run) / 1e6)
    print(f"{length:>5} tokens  {megabytes[-1]:8.2f} MB  {seconds[-1] * 1000:8.2f} ms")
print("memory, each to the one before:", np.round(np.divide(megabytes[1:], megabytes[:-1]), 1))
print("time, each to the one before:  ", np.round(np.divide(seconds[1:], seconds[:-1]), 1))

# %% [markdown]
# Four times the memory for twice the length; the time heads for the same factor. The square is the price of attention, and
# the reason for kernels that compute the same output block by block without ever holding the whole matrix (Dao et al.
# 2022, arXiv:2205.14135).
#
# ## Back to the figure
#
# Return to [the first figure](#The-picture-first) and go through its five steps. Its $q$ and $k$ hold the two rules,
# written along random directions, and its $V$ is the table of features; all that follows you have written. Predict each
# switch before you throw it:
#
# - scale off at $d_k = 128$: what becomes of the weights at step *softmax*?
# - mask *zero before softmax*: which number in the figure gives the leak away?
# - temperature 10: what will the outputs of all tokens have in common?
#
# <details><summary>Answers, once you have tried</summary>Without the scale nearly every row gives everything to one
#   token. The rows
# still sum to one, so their sums do not show the leak; <em>What to see</em> counts the weight on later tokens. At
#   temperature 10 all
# outputs are nearly the average of the sentence.</details>
#
# ## What the articles say, tested
#
# Fourteen claims: four are true with a condition, among them the *or* that was half wrong, and one is false: who asks.

# %%
off_one, causal = abs(weights.sum(axis=1) - 1).max(), reach["causal mask"]
moved = largest_difference(trained.table @ trained.before[2], trained.table @ trained.after[2])
head_gap = largest_difference(mine.single_head(WORDS, W_Q, W_K, W_V), self_attention)
claim_table(
    claim("C01", {f"row sums off 1 by at most {off_one:.0e}": off_one < 1e-12}),
    claim("C02", {f"{S.shape} at d_k = 3 and at d_k = 3000": S.shape == (wide @ wide.T).shape == (n, n)}),
    claim("C03", {f"random at first; training moved V by up to {moved:.1f}": moved > 0.5}),
    claim("C04", {"one weight scales all entries of a value": np.allclose(one_by_one, output[i])}),
    claim("C16", {f"head of 64, by √64: variance {variance_scaled[2]:.2f}": 0.9 < variance_scaled[2] < 1.1,
                  f"by the √512 of its model: {variance[2] / 512:.3f}": variance[2] / 512 < 0.2}),
    claim("C36", {f"all {n} × {n} weights above zero": (weights > 0).all(),
                  f"two sequences: {cross_attention.shape}": len(cross_attention) == 3}),
    claim("C37", {f"a head, attention of three products: {head_gap:.0e} apart": head_gap < 1e-9}),
    claim("C38", {f"at d_k = 1024, softmax is {flatter:.0f} times flatter without it": flatter > 3}),
    claim("C39", {f"loops against matrix product: {gaps['loops']:.0e}": gaps["loops"] < 1e-12}),
    claim("C48", {"minus infinity before: nothing leaks": leak["minus infinity before"] == 0,
                  f"zero before: {leak['zero before']:.0%} leaks": leak["zero before"] > 0.01,
                  f"zero after: a row sums to {row_sums['zero after'].min():.2f}": row_sums["zero after"].min() < 0.9}),
    claim("C49", {"earlier outputs keep their bits": same_bits[:5] == [True] * 5,
                  "every token influences itself": (causal.diagonal() > 0).all()}),
    claim("C50", {"scores of 1000 give NaN without the shift": np.isnan(as_the_formula_stands).all()}),
    claim("C71", {"as columns, W.T @ e, the same numbers": np.allclose(W_Q.T @ WORDS[i][:, None], Q[i][:, None])}),
    claim("C73", {f"noun at adjective {asks[noun, adjective]:.2f}": asks[noun, adjective] > 0.8,
                  f"adjective at noun {asks[adjective, noun]:.2f}": asks[adjective, noun] < 0.2}),
)  # fmt: skip

# %% [markdown]
# ## What to remember
#
# - A token **asks** with its query, is **found** by its key, **passes on** its value. All three are learned projections.
# - scores → divide by $\sqrt{d_k}$ → mask with minus infinity → softmax over the keys → mix the values.
# - The scale keeps the variance at one; without it softmax saturates and the gradient dies.
# - Minus infinity before softmax; zero leaks before it and breaks the sum after it.
# - A head always attends to something; it knows no order, and hands on values alone.
# - Memory and time grow with the square of the length.
#
# Next, [lesson 05](05_multi_head.ipynb) runs several heads side by side.
#
# ## Where to read on
#
# - Vaswani et al. 2017, *Attention Is All You Need*, arXiv:1706.03762, section 3.2 and footnote 4 for the scale.
# - Bahdanau, Cho and Bengio 2014, arXiv:1409.0473: attention before the Transformer, between two recurrent networks.
# - Dao et al. 2022, *FlashAttention*, arXiv:2205.14135: the same function without the matrix.
# - Xiao et al. 2023, arXiv:2309.17453: where heads put their weight when they want nothing.
