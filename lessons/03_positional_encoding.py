# %% [markdown]
# # 03 · Positional encoding
#
# After this lesson you can
#
# - show that a model which looks at everything at once does not know in which order it stands;
# - write the table of sinusoids, and the matrix that moves a position along by any number of steps;
# - compare four ways of telling positions, on a task that needs them, and say what each does past the length it was trained on.
#
# About 60 minutes, three exercises, 6 points. It builds on vectors and matrix products (lesson 02).

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from IPython.display import display

from course_lib.explorer.palette import SERIES
from course_lib.lesson import check, claim, hint, mine
from course_lib.numeric import largest_difference
from course_lib.positional_encoding import by_hand, figures, in_torch, order_task
from course_lib.start_here.by_hand import mix_by_likeness

# %% [markdown]
# ## One question
#
# > a fluffy blue creature roamed the verdant forest
#
# > a fluffy blue forest roamed the verdant creature
#
# The same eight words, and not the same story. A recurrence reads them in order and cannot help noticing. A Transformer looks
# at all of them at once: every word takes a weighted average of all words, with weights that depend on how well two words fit
# (lesson 04 takes this apart). **Does such an average know the order?**
#
# The figure asks you before it shows anything.

# %%
figures.order_explorer()

# %% [markdown]
# ## Order blindness, measured
#
# What you saw in the figure, as one number. `mix_by_likeness` gives every word the average of all words, weighted by likeness.
# Put the words in any other order, and the results come out in that other order, otherwise the same: the average is
# **equivariant** under permutations.

# %%
rng = np.random.default_rng(3)
words = rng.normal(size=(8, 16))
shuffled = rng.permutation(8)
blind = largest_difference(mix_by_likeness(words[shuffled]), mix_by_likeness(words)[shuffled])
past_alone = largest_difference(
    mix_by_likeness(words[shuffled], causal=True), mix_by_likeness(words, causal=True)[shuffled]
)
print(f"all words seen: shuffle, then average, or the reverse: {blind:.0e} apart")
print(f"the past alone: shuffle, then average, or the reverse: {past_alone:.2f} apart")

# %% [markdown]
# The second line is a nuance worth keeping. If a token may only look back (the causal mask of lesson 04), the first token sees
# one word, the second two, and so on: the mask alone already leaks something about the order. It is no substitute for telling
# positions, but it is not nothing (Haviv et al. 2022, arXiv:2203.16634, train language models without any encoding).
#
# So we have to **put the position into the vector**. How?
#
# ## The plainest idea: write down the number
#
# Position 0, 1, 2, 3: add that number to every entry of the word's vector. **Predict first:** the entries of a word vector are
# about 1 in size. What will be left of the word at position 30?

# %%
positions = by_hand.integers(100, 64)
waves = by_hand.sinusoidal(100, 64)
word = rng.normal(size=64)
figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
blue, orange, green, *_ = SERIES
axes.semilogy(range(1, 100), np.linalg.norm(positions, axis=1)[1:], "--", color=orange, label="integers")
axes.semilogy(np.linalg.norm(waves, axis=1), color=blue, label="sinusoids")
axes.axhline(np.linalg.norm(word), color="grey", linestyle=":", label="a word vector")
axes.set(xlabel="position", ylabel="length of the vector", title="How loud is the position?")
axes.legend()
at_30 = np.linalg.norm(positions[30]) / np.linalg.norm(word)
print(f"at position 30 the number is {at_30:.0f} times as long as the word")

# %% [markdown]
# The number drowns the word, and the more so the longer the text; and a position that training has not seen is a number larger
# than any it has seen. What we want instead: vectors of **one length** for all positions, all **different**, and such that
# "three further on" looks the same wherever one stands.
#
# ## A clock with many hands
#
# A clock does that. Its second hand is back after a minute, so alone it cannot tell minutes apart; but there is the minute hand,
# and the hour hand. Every hand has the same length wherever it points, and "three minutes later" turns the minute hand by 18
# degrees, whatever the time is.
#
# The Transformer's encoding is a clock with $d/2$ hands (Vaswani et al. 2017). Hand $i$ turns by $1 / 10000^{2i/d}$ radians
# from one position to the next, and its tip has two coordinates, a sine and a cosine:
#
# $$PE[p, 2i] = \sin\frac{p}{10000^{2i/d}} \qquad PE[p, 2i+1] = \cos\frac{p}{10000^{2i/d}}$$

# %%
figures.table_explorer()

# %% [markdown]
# Each row of the table is one position, each pair of columns one hand: on the left the hands are quick, on the right they hardly
# move. The picture beside it compares every position with every other: strongest along the diagonal, so near positions are alike,
# and the same pattern wherever one stands. Move the width and the pair, and watch how the waves slow down.
#
# {exercise positional_encoding.sinusoidal}


# %%
# exercise: positional_encoding.sinusoidal
def sinusoidal(n_positions, d_model):
    """Return the table of sinusoids, (n_positions, d_model)."""
    # >>> answer
    angles = np.arange(n_positions)[:, None] / 10000 ** (np.arange(0, d_model, 2) / d_model)
    table = np.zeros((n_positions, d_model))
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table
    # <<< answer


# %%
check("positional_encoding.sinusoidal", sinusoidal)

# %% [markdown]
# Yours, and the same table one number at a time and in PyTorch. Then two of your entries that a pocket calculator can check:
# sin 1 and cos 1, the first pair at position 1.

# %%
loops = by_hand.sinusoidal_by_loops(50, 32)
by_torch = in_torch.sinusoidal(50, 32, dtype=torch.float64)
waves = mine.sinusoidal(50, 32)
print("waves by", mine.whose("sinusoidal"))
print(f"waves against loops: {largest_difference(loops, waves):.0e}")
print(f"waves against torch: {largest_difference(by_torch, waves):.0e}")
print("position 1, first pair:", mine.sinusoidal(2, 512)[1, :2])

# %% [markdown]
# ## A shift is a rotation
#
# Here is what the hands are good for. Going from position $p$ to $p + k$ turns hand $i$ by $k / 10000^{2i/d}$ radians, **and by
# nothing else**: where one stands does not matter. Move $p$ in the figure and watch the angle between the two arrows stay; move
# $k$ and watch it change.

# %%
figures.shift_explorer()

# %% [markdown]
# A rotation is a matrix. With the two formulas from school, $\sin(a + b) = \sin a\cos b + \cos a\sin b$ and
# $\cos(a + b) = \cos a\cos b - \sin a\sin b$, one pair of columns moves like this:
#
# $$\begin{pmatrix}\sin(a+b)\\ \cos(a+b)\end{pmatrix} =
# \begin{pmatrix}\cos b & \sin b\\ -\sin b & \cos b\end{pmatrix}\begin{pmatrix}\sin a\\ \cos a\end{pmatrix}$$
#
# The whole matrix has such a block for each pair along its diagonal, each with its own $b$.
#
# {exercise positional_encoding.shift_matrix}


# %%
# exercise: positional_encoding.shift_matrix
def shift_matrix(k, d_model):
    """Return M, (d_model, d_model), with M @ PE[p] = PE[p + k] for every p."""
    # >>> answer
    M = np.zeros((d_model, d_model))
    for i in range(d_model // 2):
        b = k / 10000 ** (2 * i / d_model)
        M[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[np.cos(b), np.sin(b)], [-np.sin(b), np.cos(b)]]
    return M
    # <<< answer


# %%
check("positional_encoding.shift_matrix", shift_matrix)

# %% [markdown]
# **Predict first:** how exactly does one matrix carry *every* position to the one $k$ further on? To two digits, to seven, to
# all that the machine has? Measured over 200 positions and every shift from −20 to 20, with your table and your matrix:

# %%
table = mine.sinusoidal(240, 64)
residual = 0.0
for k in range(-20, 21):
    moved = table[20:220] @ mine.shift_matrix(k, 64).T
    residual = max(residual, largest_difference(moved, table[20 + k : 220 + k]))
M = mine.shift_matrix(7, 64)
print(f"largest error over 200 positions and 41 shifts: {residual:.0e}")
print("table and matrix by", mine.whose("sinusoidal", "shift_matrix"))
print(f"M Mᵀ is the identity to {largest_difference(M @ M.T, np.eye(64)):.0e}", end=", ")
print(f"and its determinant {np.linalg.det(M):.6f}")

# %% [markdown]
# All that the machine has. This is why the articles say that sinusoids let a model attend to *relative* positions: "the word
# before me" is one fixed matrix, the same at every place of the text. A model can learn that matrix. Whether it does is the next
# question.
#
# ## Into the vector: add
#
# The encoding is **added** to the word's vector, entry by entry. It may look reckless to add two things into one place. Before
# you judge it, write it.
#
# {exercise positional_encoding.add_positions}


# %%
# exercise: positional_encoding.add_positions
def add_positions(embeddings, table):
    """embeddings: (batch, token, d_model), table: (max, d_model). Return (batch, token, d_model)."""
    # >>> answer
    return embeddings + table[: embeddings.shape[1]]
    # <<< answer


# %%
check("positional_encoding.add_positions", add_positions)

# %% [markdown]
# **Predict first:** from your sums alone, can one still read off which word it was, and which position? Let us try with the
# plainest reader there is, one matrix fitted by least squares: 12 words at 16 positions, all 192 sums, at several widths.

# %%
read_back = {}
for width in (8, 16, 32, 64):
    vocabulary, places = rng.normal(size=(12, width)), mine.sinusoidal(16, width)
    texts = np.repeat(vocabulary[:, None], 16, axis=1)  # 12 texts of one word, 16 times over
    sums = mine.add_positions(texts, places).reshape(-1, width)
    which_word, which_place = np.repeat(np.arange(12), 16), np.tile(np.arange(16), 12)
    right = []
    for labels, n in ((which_word, 12), (which_place, 16)):
        reader = np.linalg.lstsq(np.c_[sums, np.ones(len(sums))], np.eye(n)[labels], rcond=None)[0]
        right.append(((np.c_[sums, np.ones(len(sums))] @ reader).argmax(axis=1) == labels).mean())
    read_back[width] = right
    print(f"width {width:>2}: word {right[0]:4.0%}, position {right[1]:4.0%}   (guessing: 8%, 6%)")
print("added by", mine.whose("add_positions"))

# %% [markdown]
# In a narrow vector the position gets lost in the sum; in a wide one there is room for both. (The reader is tested on the sums it
# was fitted to: this asks whether the two *can* be told apart, no more.) Real models have hundreds of entries.
#
# ## Four encodings, one task
#
# Now the test that counts. At every token of a random sequence, one attention head has to name **the word before it**. That
# cannot be done without knowing the order. Four models, alike but for the encoding: none, integers, sinusoids, and a **learned**
# table, which starts random and is trained like everything else. Sequences of 16 tokens, 400 steps each.
#
# **Predict first:** put the four in order. Guessing gives 8 %.

# %%
runs = {encoding: order_task.train_on_order(encoding) for encoding in order_task.ENCODINGS}
for encoding, run in runs.items():
    print(f"{encoding:<11} right at positions 1 to 15: {run.inside:4.0%}")

# %%
colours = {"none": "grey", "integers": orange, "sinusoidal": blue, "learned": green}
dashes = {"none": ":", "integers": "--", "sinusoidal": "-", "learned": "-."}
figure, axes = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
for encoding, run in runs.items():
    for axis, numbers in zip(axes, (run.losses, run.accuracy), strict=True):
        axis.plot(numbers, dashes[encoding], color=colours[encoding], label=encoding)
axes[1].axvline(order_task.TRAINED_LENGTH - 0.5, color="grey", linewidth=0.8)
axes[0].set(xlabel="step", ylabel="loss", title="learning")
axes[1].set(xlabel="position", ylabel="right answers", title="trained on the left of the line alone")
axes[0].legend()
for encoding, run in runs.items():
    print(f"{encoding:<11} inside {run.inside:4.0%}   past the trained length {run.beyond:4.0%}")

# %% [markdown]
# Read the left picture first: without positions, and with integers, the task is not learned; sinusoids and the learned table
# both solve it. (Without positions one does better than guessing: the word before is at least *in* the sentence.)
#
# Then the right one, past the line. The learned table has rows there that no training step has ever touched: it falls to
# guessing, at once. The sinusoids fall too, but come back in waves, probably where the hands of the clock stand much as they stood
# in training. Neither is a promise for longer texts. (Su et al. 2021,
# arXiv:2104.09864, build the rotation into attention itself, and many models since have followed them.)
#
# What has the head learned? Its weights, on one sequence:

# %%
figure, axes = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
for axis, encoding in zip(axes, ("none", "sinusoidal"), strict=True):
    axis.imshow(runs[encoding].weights, cmap="cividis", vmin=0, vmax=1)
    axis.set(title=f"weights, {encoding}", xlabel="is looked at", ylabel="looks")
previous = np.diagonal(runs["sinusoidal"].weights, -1).mean()
print(f"with sinusoids, the token before gets {previous:.0%} of the weight, an even share {1 / 16:.0%}")

# %% [markdown]
# A stripe below the diagonal: mostly the token before. (Row 0 has nothing before it, and was never asked.) Nobody wrote that rule
# down. A rotation by one step *could* do it at every length; the fall past the line says that this head has learned something
# that fits the trained positions alone.
#
# ## Gradients: what is trained and what is not
#
# The sum passes gradients on to both of its terms. For the sinusoids nothing comes of it, since they are constants. A learned
# table receives, for each position, the sum of what arrives there over the batch, and its rows past the longest sequence receive
# nothing at all: that is the fall you saw.

# %%
embeddings = torch.randn(5, 3, 4, dtype=torch.float64, requires_grad=True)
learned = torch.randn(7, 4, dtype=torch.float64, requires_grad=True)
arriving = torch.randn(5, 3, 4, dtype=torch.float64)
in_torch.add_positions(embeddings, learned).backward(arriving)
same_sum = largest_difference(
    in_torch.add_positions(embeddings, learned),
    mine.add_positions(embeddings.detach().numpy(), learned.detach().numpy()),
)
print(f"NumPy against torch, forward: {same_sum:.0e}")
summed = largest_difference(learned.grad[:3], arriving.sum(0))
print(f"gradient of the table against the sum over the batch: {summed:.0e}")
print("gradient of the rows that no sequence reached:", learned.grad[3:].abs().max().item())

# %% [markdown]
# ## What the articles say, tested
#
# Five of the claims belong to this lesson; the numbers were measured above.

# %%
words_read, places_read = read_back[64]
sine, table_learned, plain = runs["sinusoidal"], runs["learned"], runs["integers"]
display(
    claim("C21", {f"shuffled first or last, the outputs differ by {blind:.0e}": blind < 1e-12,
                  f"but by {past_alone:.2f} if tokens see the past alone": past_alone > 0.1}),
    claim("C22", {f"at position 30 the number is {at_30:.0f} times as long as a word": at_30 > 10,
                  f"trained, {plain.inside:.0%} right": plain.inside < 0.5,
                  f"against {sine.inside:.0%} with sinusoids": sine.inside > 0.9}),
    claim("C23", {f"one matrix a shift, exact to {residual:.0e} at 200 positions": residual < 1e-12,
                  f"a trained head puts {previous:.0%} on the token before": previous > 0.4,
                  f"past the trained length it names the word before in {sine.beyond:.0%}, inside in {sine.inside:.0%}":
                      sine.beyond < sine.inside}),
    claim("C45", {f"fixed sinusoids: {sine.inside:.0%} right": sine.inside > 0.9,
                  f"a learned table: {table_learned.inside:.0%} right": table_learned.inside > 0.9}),
    claim("C46", {"the sum in NumPy and in torch is the same": same_sum < 1e-12,
                  f"read back at width 64: words {words_read:.0%}": words_read > 0.95,
                  f"and positions {places_read:.0%}": places_read > 0.95}),
)

# %% [markdown]
# ## What to remember
#
# - Averages do not know the order of their terms: without positions, a permuted sentence gives permuted outputs.
# - Sinusoids give every position a vector of the same length; each pair of columns is the hand of a clock.
# - A shift by $k$ is one rotation for all positions, so "the word before me" can be learned once.
# - The encoding is added. In a wide vector, word and position can both be read back.
# - Learned tables work as well inside the trained length, and know nothing past it.
#
# Next, lesson 04 opens the average itself: who decides the weights?
#
# ## Where to read on
#
# - Vaswani et al. 2017, arXiv:1706.03762, section 3.5; row E of table 3 compares learned positions: no difference there.
# - Haviv et al. 2022, arXiv:2203.16634: language models without positional encodings still learn positions.
# - Su et al. 2021, *RoFormer*, arXiv:2104.09864: the rotation inside attention.
