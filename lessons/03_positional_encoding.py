# %% [markdown]
# # 03 · Positional encoding
#
# After this lesson you can
#
# - show that a model which looks at everything at once does not know the order of its words;
# - write the table of sinusoids, the matrix that moves a position along, and the rotation that most language models use today;
# - show that after this rotation a score depends on distance alone;
# - compare seven encodings on a task that needs them, and say what each does past the length it was trained on.
#
# About 60 minutes, four exercises, 9 points. You need vectors and matrix products
# ([lesson 02](02_embedding.ipynb)), sine and cosine. Without it, take on trust that every word has become a vector, a row of
# numbers.

# %% [markdown]
# As in every lesson, `by_hand` is the course's own code in NumPy and `in_torch` the same in PyTorch; C21 and its like are numbers
# of claims, taken from the [five articles](00_start_here.ipynb) that this course tests.

# %%
import numpy as np
import torch
from IPython.display import display

from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import picture, subplots
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
# The same eight words, and not the same story. A network that reads them one by one cannot help noticing. A Transformer looks
# at all of them at once: every word takes a weighted average of all words, weighted by how well two words fit
# ([lesson 04](04_attention.ipynb)). **Does such an average know the order?** The figure asks you before it shows anything.

# %%
figures.order_explorer()

# %% [markdown]
# ## Order blindness, measured
#
# Now in one number. `mix_by_likeness` gives every word the average of all words, weighted by likeness. If that is blind to
# order, it makes no difference whether one shuffles the words first or the results afterwards. **Predict first:** does that
# still hold if each word may look only at itself and at the words before it?

# %%
rng = np.random.default_rng(3)
words = rng.normal(size=(8, 16))
shuffled = rng.permutation(8)
blind = largest_difference(mix_by_likeness(words[shuffled]), mix_by_likeness(words)[shuffled])
past_alone = largest_difference(
    mix_by_likeness(words[shuffled], causal=True), mix_by_likeness(words, causal=True)[shuffled]
)
print(f"all words seen: shuffled before and after are {blind:.0e} apart")
print(f"the past alone: shuffled before and after are {past_alone:.2f} apart")

# %% [markdown]
# Seeing everything, the average is blind: it is **equivariant** under permutations. Seeing the past alone (the causal mask of
# lesson 04), it is not: the first word has one word to look at, the second two, and that gives part of the order away. Language
# models have been trained with the mask and no encoding at all (Haviv et al. 2022, arXiv:2203.16634).

# %% [markdown]
# ## The plainest ideas: write down the number
#
# Position $p$ is a number: add it to every entry of the word's vector. Or divide by the length first and add $p/n$, which never
# exceeds 1. **Predict first:** entries of a word vector are about 1 in size. What is left of the word at position 30? And what
# is wrong with $p/n$?

# %%
word = rng.normal(size=64)
positions, waves = by_hand.integers(100, 64), by_hand.sinusoidal(100, 64)
figure, axes = subplots(size=(7.4, 3.2))
blue, orange, *_ = SERIES
axes.semilogy(range(1, 100), np.linalg.norm(positions, axis=1)[1:], "--", color=orange, label="p")
axes.semilogy(np.linalg.norm(waves, axis=1), color=blue, label="what we will build")
axes.axhline(np.linalg.norm(word), color="grey", linestyle=":", label="a word vector")
axes.set(xlabel="position", ylabel="length of the vector", title="How loud is the position?")
axes.legend()
picture(figure, "The length of p grows with the position; that of the sinusoids stays, near that of a word vector.")
at_30 = np.linalg.norm(positions[30]) / np.linalg.norm(word)
print(f"p:   at position 30 the number is {at_30:.0f} times as long as the word")
for n in (10, 1000):
    print(f"p/n: in a text of {n:4} words, 0.5 is word {n // 2:3}, and one step is {1 / n}")

# %% [markdown]
# The number $p$ drowns the word, the more so the longer the text, and past the trained length it is larger than anything seen in
# training. The number $p/n$ stays small, but means another place, and another step, in every text: "the word before me" is 0.1 away
# in one and 0.001 in the other.
#
# We want vectors of **one length** for all positions, all **different**, and such that "three further on" looks the same wherever
# one stands.

# %% [markdown]
# ## A clock with many hands
#
# A clock does that. Its minute hand alone cannot tell the hours apart, but there is the hour hand. Both keep their length wherever
# they point, and "three minutes later" turns the minute hand by 18 degrees, whatever the time is.
#
# The first Transformer's encoding is a clock with $d/2$ hands (Vaswani et al. 2017). From one position to the next, hand $i$ turns by
# $1 / 10000^{2i/d}$ radians; a hand has two coordinates, a sine and a cosine. **Predict first:** which columns of such a table hardly
# change from row to row?

# %%
figures.table_explorer()

# %% [markdown]
# Each row is a position and each pair of columns a hand: quick on the left, hardly moving on the right. The second picture
# compares every position with every other: near ones are alike, and the pattern along the diagonal is the same everywhere.
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
# In the paper's notation you have written
#
# $$PE[p, 2i] = \sin\frac{p}{10000^{2i/d}} \qquad PE[p, 2i+1] = \cos\frac{p}{10000^{2i/d}}$$
#
# Here is your table beside two others, and two entries that a pocket calculator can check: the first pair at position 1 is sin 1
# and cos 1.

# %%
waves = mine.sinusoidal(50, 32)
tables = {
    "one number at a time": by_hand.sinusoidal_by_loops(50, 32),
    "PyTorch": in_torch.sinusoidal(50, 32, dtype=torch.float64),
}
for name, table in tables.items():
    print(f"waves against {name:21} {largest_difference(table, waves):.0e}")
print("position 1, first pair:", mine.sinusoidal(2, 512)[1, :2], "  waves by", mine.whose("sinusoidal"))

# %% [markdown]
# ## A shift is a rotation
#
# Going from position $p$ to $p + k$ turns hand $i$ by $k / 10000^{2i/d}$ radians **and does nothing else**. Move $p$ in the
# figure and the angle between the two arrows stays; move $k$ and it changes.

# %%
figures.shift_explorer()

# %% [markdown]
# So there should be one matrix for a shift by $k$ that works at every position. Two formulas from school lead to it:
#
# $$\sin(a + b) = \sin a\cos b + \cos a\sin b \qquad \cos(a + b) = \cos a\cos b - \sin a\sin b$$
#
# One hand points to $(\sin a, \cos a)$ and has to get to $(\sin(a + b), \cos(a + b))$. Which four numbers do that, and what is $b$ for hand
# $i$? Work it out on paper for one hand, then write the whole matrix.
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
# all that the machine has? Try 200 positions and every shift from −20 to 20, with your table and your matrix.

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
# To all that the machine has. This is why the articles say that sinusoids let a model attend to *relative* positions: "the word
# before me" is one fixed matrix, the same at every place of the text. A model can learn that matrix. Whether it does is measured
# below.
#
# ## Into the vector: add
#
# The encoding is **added** to the word's vector, entry by entry. Two things in one place: before you judge that, write it.
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
# **Predict first:** can one still read off from your sums which word it was, and which position? The plainest reader is one
# matrix fitted by least squares. It gets all 192 sums of 12 words and 16 positions, at several widths; and then, for comparison, the
# 16 positions with no word added.

# %%
read_back = {}
for width in (8, 16, 32, 64):
    vocabulary, places = rng.normal(size=(12, width)), mine.sinusoidal(16, width)
    texts = np.repeat(vocabulary[:, None], 16, axis=1)  # 12 texts of one word, 16 times over
    sums = mine.add_positions(texts, places).reshape(-1, width)
    which_word, which_place = np.repeat(np.arange(12), 16), np.tile(np.arange(16), 12)
    right = []
    for vectors, labels in ((sums, which_word), (sums, which_place), (places, np.arange(16))):
        with_one = np.c_[vectors, np.ones(len(vectors))]
        reader = np.linalg.lstsq(with_one, np.eye(16)[labels], rcond=None)[0]
        right.append(((with_one @ reader).argmax(axis=1) == labels).mean())
    read_back[width] = right[:2]
    print("width {:2}: word {:4.0%}, position {:4.0%}; the position alone {:4.0%}".format(width, *right))
print("guessing: 8% and 6%; added by", mine.whose("add_positions"))

# %% [markdown]
# Alone, every position can be read at every width. In a narrow sum it gets lost; in a wide one there is room for both. (The reader is tested on the sums it
# was fitted to: we ask whether the two *can* be told apart, no more.)

# %% [markdown]
# ## From adding to rotating
#
# In lesson 04 each token makes a **query** $q$, with which it asks, and a **key** $k$, by which it is found. Their **score**
# $q \cdot k$ decides how much one takes from the other. With sinusoids added to both, the two products in the middle mix a word with
# an absolute place:
#
# $$(q + PE_m)\cdot(k + PE_n) = q\cdot k + q\cdot PE_n + PE_m\cdot k + PE_m\cdot PE_n$$
#
# But a shift is a rotation, and a rotation can be done to any vector. So add nothing: turn the pairs of features of $q$ and $k$
# **themselves**, each by the angle of its token's position. A product of two arrows depends on the angle between them.
# **Predict first:** move query and key along the text together. Which of the two curves stays where it is?

# %%
figures.rotary_explorer()

# %% [markdown]
# Both arrows turn, the angle between them stays, and so does the curve of the rotated pair; the curve of the sums moves. These are
# **rotary positions** (Su et al. 2021, *RoPE*), which LLaMA and most open language models after it use.
#
# {exercise positional_encoding.rotate}


# %%
# exercise: positional_encoding.rotate
def rotate(x, positions, base=10000.0):
    """x: (..., token, d), positions: (token,). Return floats of the same shape, every pair turned."""
    # >>> answer
    d = x.shape[-1]
    angles = positions[:, None] / base ** (np.arange(0, d, 2) / d)
    cos, sin = np.cos(angles), np.sin(angles)
    u, v = x[..., 0::2], x[..., 1::2]
    turned = np.empty(x.shape)
    turned[..., 0::2], turned[..., 1::2] = u * cos - v * sin, u * sin + v * cos
    return turned
    # <<< answer


# %%
check("positional_encoding.rotate", rotate)

# %% [markdown]
# The promise, tested with your function: one query and one key of 32 random numbers, at distances from 0 to 30, the query at
# positions 50, 500 and 5000. **Predict first:** how far apart will the three curves be on the left, and how far on the right?

# %%
q, k = rng.normal(size=(2, 32))
distances, wave_table, spread = np.arange(31), mine.sinusoidal(5001, 32), {}
figure, axes = subplots(1, 2, size=(8.2, 3.2), sharex=True)
for p, style, width in ((50, "-", 4.5), (500, "--", 2.5), (5000, ":", 1.5)):
    there = p - distances
    turned = mine.rotate(np.tile(k, (31, 1)), there) @ mine.rotate(q[None], np.array([p]))[0]
    summed = (k + wave_table[there]) @ (q + wave_table[p])
    for axis, name, scores in zip(axes, ("added", "rotated"), (summed, turned), strict=True):
        colour = SERIES[(50, 500, 5000).index(p)]
        axis.plot(distances, scores, style, lw=width, color=colour, label=f"query at {p}")
        axis.set(title=f"sinusoids {name}" if name == "added" else "both rotated", xlabel="distance")
        spread.setdefault(name, []).append(scores)
spread = {name: np.ptp(scores, axis=0).max() for name, scores in spread.items()}
axes[0].set_ylabel("score q · k")
axes[1].legend()
picture(figure, f"Scores by distance: added, up to {spread['added']:.2f} apart; rotated, three curves in one.")
print(f"largest gap between the curves: added {spread['added']:.2f}, rotated {spread['rotated']:.0e}")
print("rotated by", mine.whose("rotate"))

# %% [markdown]
# On the left the place shifts and bends the whole curve. On the right the three lie on each other: the same distance, the same
# score, at 50 as at 5000. Nothing else was lost: a rotation keeps every length.
#
# It is the rotation that you know. A row times your `shift_matrix(p)` is the same thing, and so is a multiplication of
# complex numbers, which is how the paper writes it: a pair $(u, v)$ is $u + iv$, and turning it by $b$ multiplies by $e^{ib}$.

# %%
x, at = rng.normal(size=(3, 7, 16)), np.arange(7) + 100
turned = mine.rotate(x, at)
pairs = torch.view_as_complex(torch.tensor(x).reshape(3, 7, 8, 2))
angles = torch.tensor(at[:, None] * by_hand.angular_frequencies(16))
versions = {
    "complex numbers in PyTorch": torch.view_as_real(pairs * torch.exp(1j * angles)).reshape(3, 7, 16),
    "in_torch.rotate": in_torch.rotate(torch.tensor(x), torch.tensor(at)),
    "one pair at a time": by_hand.rotate_by_loops(x, at),
    "shift matrices": np.stack([x[:, t] @ mine.shift_matrix(p, 16) for t, p in enumerate(at)], axis=1),
}
rotation_gaps = {name: largest_difference(version, turned) for name, version in versions.items()}
for name, gap in rotation_gaps.items():
    print(f"rotated against {name:27} {gap:.0e}")
print("by", mine.whose("rotate", "shift_matrix"))

# %% [markdown]
# One rotation, five times. (Many libraries pair feature $i$ with $i + d/2$ instead of its neighbour. Scores keep the same property, but
# weights trained with one pairing are useless with the other. LLaMA 3 has a base of 500 000, for slower
# hands and longer texts: Grattafiori et al. 2024, arXiv:2407.21783.)

# %% [markdown]
# ## Seven encodings, one task
#
# At every token of a random sequence, a small model has to name **the word before it**, one of 12. It is one **attention head**
# (lesson 04): three trained matrices make query, key and value of each token, scores become shares, shares mix the values. All
# seven are trained alike, on sequences of 16 words.
#
# The seven: nothing, $p$, $p/n$, sinusoids, a **learned** table (rows that are trained like everything else), rotary, and **ALiBi**,
# which changes no vector and takes half the distance off every score (Press et al. 2021). Each has five random starts, with and
# without the mask that hides the future. **Predict first:** which will still answer at positions 16 to 47?

# %%
runs = {
    (encoding, masked): order_task.train_on_order(encoding, causal=masked)
    for encoding in order_task.ENCODINGS
    for masked in (False, True)
}
print(f"{'':11}{'--- all words seen ---':>26}{'--- the past alone ---':>26}")
print(f"{'right at':11}" + f"{'1 to 15':>12}{'16 to 47':>14}" * 2)
for encoding in order_task.ENCODINGS:
    line = f"{encoding:11}"
    for masked in (False, True):
        inside, beyond = runs[encoding, masked].inside, runs[encoding, masked].beyond
        for numbers, width in ((inside, 12), (beyond, 14)):
            low, high = (f"{100 * number:.0f}" for number in (numbers.min(), numbers.max()))
            line += f"{low if low == high else f'{low} to {high}':>{width - 2}} %"
    print(line)
print(f"lowest and highest of {len(order_task.SEEDS)} starts; guessing gives {order_task.CHANCE:.0%}")

# %%
dashes = {"p/n": "--", "sinusoidal": "-.", "learned": ":", "rotary": "-", "ALiBi": (0, (1, 1))}
figure, axes = subplots(1, 2, size=(8.2, 3.4), sharey=True)
for axis, masked in zip(axes, (False, True), strict=True):
    for colour, (encoding, style) in zip(SERIES, dashes.items(), strict=False):
        right = runs[encoding, masked].accuracy
        axis.plot(right.mean(axis=0), linestyle=style, color=colour, label=encoding)
        low, high = right.min(axis=0), right.max(axis=0)
        axis.fill_between(range(48), low, high, color=colour, alpha=0.15, lw=0)
    axis.axvline(order_task.TRAINED_LENGTH - 0.5, color="grey", linewidth=0.8)
    axis.set(xlabel="position", title="the past alone" if masked else "all words seen")
axes[0].set_ylabel("right answers")
axes[1].legend(loc="center left")
far = {name: runs[name, True].accuracy[:, order_task.TRAINED_LENGTH :].mean() for name in dashes}
picture(figure, "Right past the trained length, of the past alone: " + ", ".join(f"{n} {v:.0%}" for n, v in far.items()))
print("lines: mean of five starts; bands: lowest to highest; trained on the left of the grey line")
for n in (16, 48):  # position p of 16 has the p/n of position 3p of 48
    many = np.random.default_rng(0).integers(0, order_task.N_WORDS, (300, n))
    last = order_task.head_scores(runs["p/n", True], 0, many, np.arange(n) * 48 // n).mean(axis=0)[-1, :-1]
    print(f"p/n: the last of {n} words scores each key {np.polyfit(range(n - 1), last, 1)[0]:.2f} higher than the one before it")

# %% [markdown]
# Inside the trained length sinusoids, a learned table and rotary positions solve the task, and **p** is worse than nothing: it drowns
# the word. Past the line:
#
# - A **learned table** falls to guessing: no training step has touched those rows.
# - **Sinusoids** fall too. A fixed rotation *could* serve every place, but nothing in training demanded it.
# - **Rotary** loses a little, more from some starts than from others.
# - **ALiBi** goes on, with the mask it was made for; without, it cannot tell the word before from the one after.
# - **p/n** surprises: poor without the mask, good with it. Its scores rise with the key's position, so the latest word wins: an
#   ALiBi whose slope falls to a third when the text is three times as long.

# %% [markdown]
# ## Why rotary is not perfect past the line
#
# At position 40 a rotary head can meet distances up to 40, and it was trained on 15 at most. If that is the trouble, hiding
# whatever is further than 15 away should cure it. Here are the five trained heads, run by **your** `rotate`: how often does the
# largest share fall on the word before? **Predict first:** what happens if all positions are raised by 1000?

# %%
ids, places = rng.integers(0, order_task.N_WORDS, (40, 48)), np.arange(48)
far = abs(places[:, None] - places) >= order_task.TRAINED_LENGTH
moved, found = 0.0, []
for seed in range(len(order_task.SEEDS)):
    scores = order_task.head_scores(runs["rotary", False], seed, ids, places, mine.rotate)
    later = order_task.head_scores(runs["rotary", False], seed, ids, places + 1000, mine.rotate)
    moved = max(moved, largest_difference(scores, later))
    chosen = [S[:, 16:].argmax(axis=-1) for S in (scores, np.where(far, -np.inf, scores))]
    found.append([(choice == places[15:-1]).mean() for choice in chosen])
everything, window = np.array(found).T
print("finds the word before at positions 16 to 47, each start:")
print("  all 48 words seen:   ", "  ".join(f"{share:6.1%}" for share in everything))
print("  15 on each side seen:", "  ".join(f"{share:6.1%}" for share in window))
print(f"all positions raised by 1000: scores move by {moved:.0e}   rotated by", mine.whose("rotate"))

# %% [markdown]
# Hiding the far words cures it, and raising all positions by 1000 changes nothing. Places were never the trouble; distances not
# met in training were. Models that read texts longer than they were trained on attack that point: a window, a larger base, or
# angles that are squeezed together (Chen et al. 2023, arXiv:2306.15595).
#
# What a head has learned shows in its shares, here on 48 words, the trained length marked by a frame:

# %%
figure, axes = subplots(1, 2, size=(8.2, 3.7))
on_previous = {}
for axis, encoding in zip(axes, ("sinusoidal", "rotary"), strict=True):
    scores = order_task.head_scores(runs[encoding, False], 0, ids[:1], places, mine.rotate)[0]
    shares, on_16 = (torch.softmax(torch.tensor(S), dim=-1) for S in (scores, scores[:16, :16]))
    image = axis.imshow(shares, cmap="cividis", vmin=0, vmax=1)
    axis.plot([-0.5, 15.5, 15.5], [15.5, 15.5, -0.5], color="white", lw=1)
    axis.set(title=encoding, xlabel="is looked at", ylabel="looks")
    on_previous[encoding] = np.diagonal(on_16, -1).mean()
figure.colorbar(image, ax=axes, label="share")
picture(figure, f"Share on the word before: sinusoidal {on_previous['sinusoidal']:.0%}, rotary {on_previous['rotary']:.0%}.")
for encoding, share in on_previous.items():
    print(f"{encoding:10} on the first 16 words alone: the word before gets {share:.0%}")

# %% [markdown]
# A stripe below the diagonal: mostly the token before. Nobody wrote that rule down. For the sinusoids it breaks up outside
# the frame; for the rotated pairs it runs on. (Row 0 has nothing before it, and was never asked.)
#
# ## What is trained and what is not
#
# Sinusoids and angles are constants. A learned table is trained, by its **gradient**, the direction in which each entry should
# move ([lesson 09](09_backprop.ipynb)). **Predict first:** a table of 7 rows, sequences of 3 tokens: which rows receive a gradient?

# %%
embeddings = torch.randn(5, 3, 4, dtype=torch.float64, requires_grad=True)
learned = torch.randn(7, 4, dtype=torch.float64, requires_grad=True)
arriving = torch.randn(5, 3, 4, dtype=torch.float64)
sums = in_torch.add_positions(embeddings, learned)
sums.backward(arriving)
in_numpy = mine.add_positions(embeddings.detach().numpy(), learned.detach().numpy())
same_sum = largest_difference(sums, in_numpy)
summed = largest_difference(learned.grad[:3], arriving.sum(0))
print(f"NumPy against torch, the sums: {same_sum:.0e}, with", mine.whose("add_positions"))
print(f"gradient of the first three rows against the sum over the batch: {summed:.0e}")
print("gradient of the rows that no sequence reached:", learned.grad[3:].abs().max().item())

# %% [markdown]
# The first three, each the sum of what arrives there over all five sequences. The other rows receive exactly nothing: that is
# the fall of the learned table.
#
# ## What the articles say, tested
#
# Five of the claims belong to this lesson; the numbers were measured above.

# %%
words_read, places_read = read_back[64]
sine, plain = (runs[name, False] for name in ("sinusoidal", "p"))
learned_inside, rotary_inside = (runs[name, False].inside.min() for name in ("learned", "rotary"))
previous = on_previous["sinusoidal"]
low, high = sine.inside.min(), sine.beyond.max()
display(
    claim("C21", {f"shuffled first or last, the outputs differ by {blind:.0e}": blind < 1e-12,
                  f"but by {past_alone:.2f} if tokens see the past alone": past_alone > 0.1}),
    claim("C22", {f"at position 30 the number is {at_30:.0f} times as long as a word": at_30 > 10,
                  f"trained, at most {plain.inside.max():.0%} right": plain.inside.max() < 0.5,
                  f"the worst start with sinusoids: {low:.0%}": low > 0.9}),
    claim("C23", {f"one matrix a shift, exact to {residual:.0e} at 200 positions": residual < 1e-12,
                  f"a trained head puts {previous:.0%} on the token before": previous > 0.4,
                  f"past the trained length it is right in at most {high:.0%}": high < low}),
    claim("C45", {f"the worst of five starts, fixed sinusoids: {low:.0%} right": low > 0.9,
                  f"a learned table: {learned_inside:.0%}": learned_inside > 0.9,
                  f"and a third way, rotary: {rotary_inside:.0%}": rotary_inside > 0.9}),
    claim("C46", {"the sum in NumPy and in torch is the same": same_sum < 1e-12,
                  f"read back at width 64: words {words_read:.0%}": words_read > 0.95,
                  f"and positions {places_read:.0%}": places_read > 0.95}),
)

# %% [markdown]
# ## What to remember
#
# - An average does not know the order of its terms: without positions, a permuted sentence gives permuted outputs.
# - Sinusoids give every position a vector of the same length; each pair of columns is the hand of a clock.
# - A shift by $k$ is one rotation for all positions.
# - Rotate queries and keys by their positions, and the score depends on the distance alone.
# - Learned tables and sinusoids work inside the trained length. Rotary positions and ALiBi carry further; what stops rotary ones is
#   a distance that was never trained.
#
# Next, [lesson 04](04_attention.ipynb) opens the average itself: who decides the weights?

# %% [markdown]
# ## Where to read on
#
# - Vaswani et al. 2017, arXiv:1706.03762, section 3.5; row E of table 3 compares learned positions: no difference there.
# - Su et al. 2021, *RoFormer*, arXiv:2104.09864: rotary positions.
# - Press, Smith and Lewis 2021, *Train Short, Test Long*, arXiv:2108.12409: ALiBi.
# - Haviv et al. 2022, arXiv:2203.16634: language models without positional encodings still learn positions.
