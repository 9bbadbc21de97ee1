# %% [markdown]
# # 02 · Embedding
#
# After this lesson you can
#
# - say what an embedding table is, and show that looking a row up is a matrix product in disguise;
# - compute dot products, matrix products and cosines on paper, and say which matrices can be multiplied;
# - train a small table on real text, and find the nearest words in it;
# - judge by measurement whether "near" and "direction" mean anything in a table, and say what no table can know.
#
# About 80 minutes, four exercises, 8 points. [Lesson 01](01_tokenization.ipynb) turned a text into a list of whole numbers, its ids.
# `by_hand` is the course's NumPy; C31 and the like are claims of the five articles that the course tests.

# %%
from functools import partial

import numpy as np
import torch
from IPython.display import display

from course_lib.embedding import by_hand, figures, in_torch, meaning, trained_table
from course_lib.embedding.groups import kinds, relations
from course_lib.lesson import check, claim, hint, mine
from course_lib.numeric import largest_difference
from course_lib.sentence import TOKENS
from course_lib.timing import median_seconds

# %% [markdown]
# ## One question
#
# > a fluffy blue creature roamed the verdant forest
#
# From here on we use the course's own corpus: 1500 little stories in 633 different tokens, every word and sign one token, with ids
# in the order of the alphabet. Here are the ids of the sentence, and the words on both sides of *blue*.

# %%
learned = trained_table.load()
ids = np.array([learned.ids[token] for token in TOKENS])
blue = learned.ids["blue"]
print("ids:", ids)
around = [*range(blue - 2, blue + 3), learned.ids["red"]]
print("around blue, and red: ", "   ".join(f"{i} {learned.words[i]}" for i in around))

# %% [markdown]
# *Boat* has almost the id of *blue*, and *red* is hundreds away. An id says **which** word it is, and nothing about **what** it is. How
# does it become something that can be compared, added, and learned from?
#
# ## A table with a row for every token
#
# Give every token a list of numbers of its own, a **vector**, and keep all of them in one table. The id is the number of the row. The
# rows are random at first; training changes them.
#
# **Predict first:** 633 tokens, 48 numbers each. What is the table's shape, and how many parameters does it hold?

# %%
table = learned.before
creature = table[learned.ids["creature"]]
print("shape:", table.shape, "  parameters:", table.size)
print("creature, the first eight of its numbers:", creature[:8].round(2))
print("GPT-2's table would be", (50257, 768), "with", f"{50257 * 768:,} parameters")

# %% [markdown]
# One row per token, one column per **dimension**. The number of columns is $d_\text{model}$, the width of the model: every later
# lesson carries vectors of this width.
#
# {exercise embedding.look_up}


# %%
# exercise: embedding.look_up
def look_up(table, ids):
    """table: (vocab, d_model), ids: (token,). Return the vectors of the tokens, (token, d_model)."""
    # >>> answer
    return table[ids]
    # <<< answer


# %%
check("embedding.look_up", look_up)

# %% [markdown]
# ## How alike are two vectors?
#
# Two vectors of two numbers can be drawn as arrows. Let light fall onto the line of $u$ at a right angle: how long is the **shadow**
# of $v$?
#
# The figure asks you something first. Then turn $v$ from 0 to 180 degrees, and stretch it.

# %%
figures.arrows_explorer()

# %% [markdown]
# The length of the shadow times the length of $u$ is the **dot product**: large where two arrows point the same way, zero at a right
# angle, negative where they point apart. No angle is needed to compute it. Multiply entry by entry, and add up:
#
# $$u \cdot v = \sum_{c=1}^{d} u_c\,v_c$$
#
# **Predict first:** what is $(1, 2, 3) \cdot (4, 0, -1)$? In Python it is written `u @ v`.

# %%
u, v = np.array([1.0, 2.0, 3.0]), np.array([4.0, 0.0, -1.0])
terms = [f"{first:g} × {second:g}" for first, second in zip(u, v, strict=True)]
print(" + ".join(terms), "=", by_hand.dot(u, v), "=", u @ v)
blue_row, red_row = table[learned.ids["blue"]], table[learned.ids["red"]]
print(f"blue · red, 48 random numbers each: {blue_row @ red_row:.3f}")

# %% [markdown]
# ## Many dot products at once
#
# Every row of one table with every column of another: that is a **matrix product**. Point at a cell of `a @ b`; below stand the row
# and the column that made it, their products and the sum. Click to pin it, and use the arrow keys.
#
# **Predict first:** `a` has 3 rows and 4 columns, `b` has 4 rows and 2 columns. What shape has the product? And can they be multiplied
# the other way round?

# %%
figures.product_explorer()

# %% [markdown]
# The product is 3 by 2: its rows come from `a`, its columns from `b`, and the inner size 4 is used up by the sums. The other way
# round, rows of two would meet columns of three.
#
# {exercise embedding.matmul_by_loops}


# %%
# exercise: embedding.matmul_by_loops
def matmul_by_loops(a, b):
    """a: (n, k), b: (k, m). Return their product, (n, m)."""
    # >>> answer
    product = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for c in range(a.shape[1]):
                product[i, j] += a[i, c] * b[c, j]
    return product
    # <<< answer


# %%
check("embedding.matmul_by_loops", matmul_by_loops)

# %% [markdown]
# In a formula: $(ab)_{ij} = \sum_c a_{ic}\,b_{cj}$. The **columns of the first** must be as many as the **rows of the second**.
#
# **Predict first:** which of these five pairs can be multiplied, and what comes out? And your loops against NumPy: how far apart are the
# results, and how many times longer do the loops take?

# %% tags=["times"]
rng = np.random.default_rng(2)
shapes = [((3, 4), (4, 2)), ((4, 2), (3, 4)), ((3, 4), (3, 4)), ((3, 4), (4, 3)), ((1, 5), (5, 1))]
exists, complaints = {}, []
for first, second in shapes:
    try:
        exists[first, second] = (rng.normal(size=first) @ rng.normal(size=second)).shape
    except ValueError as problem:
        complaints.append(str(problem))
    print(first, "@", second, "->", exists.get((first, second), "does not exist"))
print("NumPy's words:", complaints[0], "\n")
a, b = rng.normal(size=(29, 31)), rng.normal(size=(31, 37))
by_loops, by_torch = mine.matmul_by_loops(a, b), torch.tensor(a) @ torch.tensor(b)
print(f"against NumPy: loops {largest_difference(by_loops, a @ b):.0e}, "
      f"PyTorch {largest_difference(by_torch, a @ b):.0e}")
slower = median_seconds(partial(mine.matmul_by_loops, a, b), repeats=3) / median_seconds(lambda: a @ b, repeats=3)
print(f"the loops take {slower:,.0f} times as long; they are {mine.whose('matmul_by_loops')}")

# %% [markdown]
# NumPy's *core dimension* is the inner size; the message says which two numbers should have been equal. The usual cure is a missing
# transpose (`b.T`). The loops do the same multiplications, but Python looks at each number anew.
#
# ## Looking up is a matrix product
#
# In the figure above, choose *one-hot rows*. A **one-hot** row has a single 1, in the column of a token's id. Its product with the table
# is that token's row.
#
# **Predict first:** the sum has 633 terms in floating point. How far is it from the row itself? And how many times longer does it
# take, with 633, 5000, and GPT-2's 50 257 rows?

# %% tags=["times"]
hot = by_hand.one_hot(ids, len(table))
vectors, by_product = np.asarray(mine.look_up(table, ids), dtype=float), hot @ table
same_bits = bool((vectors.view(np.int64) == by_product.view(np.int64)).all())
print("one-hot", hot.shape, "times table", table.shape, "=", by_product.shape, "  the same bits:", same_bits)
print("looked up by", mine.whose("look_up"))
ratios = []
for vocab in (633, 5000, 50257):
    large, some = rng.normal(size=(vocab, 48)), rng.integers(0, vocab, size=32)
    ways = (partial(way, large, some) for way in (by_hand.look_up_by_product, by_hand.look_up))
    slow, fast = (median_seconds(way, repeats=5) for way in ways)
    ratios.append(slow / fast)
    print(f"{vocab:6} rows: the product takes {ratios[-1]:7,.0f} times as long")

# %% [markdown]
# Not a bit apart: 632 zeros and one number add up to that number. And the product's time grows with the table, while a look-up copies the
# rows it needs. So why speak of a product? Because we know how errors flow back through one (lesson 09): what a token has to change
# goes to the row it came from, and a token that occurs twice brings two shares, **added up**.
#
# Here a random change arrives at nine tokens; two ids occur twice. **Predict first:** how many of the 633 rows change?

# %%
repeated = np.append(ids, ids[3])  # "a fluffy blue creature roamed the verdant forest creature"
repeated[5] = ids[0]  # and "a" a second time
upstream = rng.normal(size=(len(repeated), table.shape[1]))
layer = torch.nn.Embedding.from_pretrained(torch.tensor(table), freeze=False)
leaf = torch.tensor(table, requires_grad=True)
for output in (layer(torch.tensor(repeated)), in_torch.look_up(leaf, torch.tensor(repeated))):
    output.backward(torch.tensor(upstream))
ours = by_hand.look_up_gradient(table, repeated, upstream)
gaps = [largest_difference(ours, other) for other in
        (layer.weight.grad, leaf.grad, by_hand.one_hot(repeated, len(table)).T @ upstream)]
added, overwritten = np.zeros_like(table), np.zeros_like(table)
np.add.at(added, repeated, upstream)
overwritten[repeated] += upstream
print(f"rows that change: {(ours != 0).any(axis=1).sum()}; against PyTorch's and the product's: {max(gaps):.0e}")
print(f"np.add.at: off by {largest_difference(ours, added):.0e}   "
      f"`d[ids] += ...`: off by up to {largest_difference(ours, overwritten):.2f}")

# %% [markdown]
# Seven rows: through a look-up, only words that were seen learn anything. And a trap to remember: `d[ids] += …` keeps one share of a
# repeated id and loses the rest; `np.add.at` adds all of them. It is used below.
#
# ## Direction without length
#
# The dot product mixes two things: whether two vectors point the same way, and how long they are. For *how alike* we want the first
# alone: 1 for the same direction, 0 for a right angle, −1 for opposite ones. That is the **cosine** of the angle.
#
# {exercise embedding.cosine_similarity}


# %%
# exercise: embedding.cosine_similarity
def cosine_similarity(u, v):
    """u, v: (d,). Return their cosine, one number; 0.0 where one of them is all zeros."""
    # >>> answer
    lengths = np.sqrt(u @ u) * np.sqrt(v @ v)
    return float(u @ v / lengths) if lengths > 0 else 0.0
    # <<< answer


# %%
check("embedding.cosine_similarity", cosine_similarity)

# %% [markdown]
# $\cos(u, v) = u \cdot v \,/\, (|u|\,|v|)$. With it one can ask what the ids could not answer: **who is near whom?** For that we have to
# sort, and `np.argsort` returns not the sorted numbers but their places, the smallest number first.
#
# What about equals? A sort is **stable** if it leaves equal numbers in the order in which they stood; NumPy promises that only for
# `kind="stable"`. **Predict first:** which places come out below?

# %%
closeness = np.array([0.2, 0.9, 0.5, 0.9, 0.5])
print("smallest first:", np.argsort(closeness, kind="stable"))
print("largest first: ", np.argsort(-closeness, kind="stable"))
print("reversed:      ", np.argsort(closeness, kind="stable")[::-1])
many = np.tile(closeness, 5)
print("25 numbers, without a promise, largest first:", np.argsort(-many)[:10])
print("25 numbers, stable, largest first:           ", np.argsort(-many, kind="stable")[:10])

# %% [markdown]
# Sort the *negative* numbers, and equals keep their order; reverse the result, and they lose it. Without the promise, equals in a longer
# list may come in any order, and on another processor in another one.
#
# {exercise embedding.nearest}


# %%
# exercise: embedding.nearest
def nearest(table, i, k):
    """table: (vocab, d), i: a row, k: how many. Return the ids of the k rows closest to it, (k,)."""
    # >>> answer
    lengths = np.sqrt((table * table).sum(axis=1))
    unit = table / np.where(lengths == 0, 1.0, lengths)[:, None]  # a row of zeros stays as it is: its cosines are 0
    cosines = unit @ unit[i]
    cosines[i] = -np.inf
    return np.argsort(-cosines, kind="stable")[:k]
    # <<< answer


# %%
check("embedding.nearest", nearest)

# %% [markdown]
# Now let it ask the random table. **Predict first:** who is nearest to *blue*, and to *seven*? And how large is the largest of 632 cosines
# with random vectors of 48 numbers?


# %%
def show_neighbours(table, *words):
    print("found by", mine.whose("nearest", "cosine_similarity"))
    for word in words:
        i = learned.ids[word]
        near = mine.nearest(table, i, 5)
        closest = mine.cosine_similarity(table[i], table[near[0]])
        print(f"{word:10} {closest:.2f}  {', '.join(learned.words[j] for j in near)}")


show_neighbours(learned.before, "blue", "seven", "queen", "roamed")

# %% [markdown]
# Nonsense, as it has to be. But mark the number: among hundreds of random vectors, some always point roughly the same way. A cosine of
# 0.4 means nothing by itself.
#
# ## Train one yourself
#
# "You shall know a word by the company it keeps" (J. R. Firth, 1957). So take a word, one of its neighbours in the text, and a
# stranger from anywhere. A word has two rows: one for itself, one for its part as a neighbour. A dot product, squeezed between 0 and 1,
# guesses "are these two neighbours?". Then both rows move: closer where the guess was too low, apart where it was too high. This is
# *skip-gram* (Mikolov et al. 2013).

# %%
text = trained_table.ids_of_text()


def train(reach, seed=2, width=24, steps=800, rate=0.05, n=1024):
    rng = np.random.default_rng(seed)
    table, as_neighbour = rng.normal(size=(633, width)) / np.sqrt(width), np.zeros((633, width))
    look_up = mine.look_up
    for _ in range(steps):
        at = rng.integers(reach, len(text) - reach, size=n)
        away = rng.integers(1, reach + 1, size=n) * rng.choice([-1, 1], size=n)
        word, near, stranger = text[at], text[at + away], text[rng.integers(len(text), size=n)]
        u, moves = np.asarray(look_up(table, word)), 0
        for other, truth in ((near, 1), (stranger, 0)):
            v = np.asarray(look_up(as_neighbour, other))
            error = truth - 1 / (1 + np.exp(-(u * v).sum(axis=1, keepdims=True)))
            moves = moves + rate * error * v
            np.add.at(as_neighbour, other, rate * error * u)
        np.add.at(table, word, moves)
    return table


own = train(reach=2)
print("rows looked up by", mine.whose("look_up"))
show_neighbours(own, "blue", "seven", "queen", "roamed")

# %% [markdown]
# Colours, numbers, people and (mostly) verbs: from 800 steps of moving rows a little, and nobody told the table what a word means.
#
# You choose how far a word looks: `reach`. **Predict first:** with neighbours from one word away, and from up to eight, what will
# *roamed* be near? As a score, let us count among the five nearest of every word those of its own part of speech (noun, verb, adjective …).

# %%
kind = kinds(learned.words)
own_tables = {1: [train(1), train(1, seed=3)], 2: [own, train(2, seed=3)], 8: [train(8), train(8, seed=3)]}
for reach, found in own_tables.items():
    scores = [f"{meaning.same_kind_share(rows, kind):.0%}" for rows in found]
    print(f"reach {reach}: {' and '.join(scores)} of the neighbours are of the same kind (two draws)")
for reach in (1, 8):
    show_neighbours(own_tables[reach][0], "queen", "roamed")

# %% [markdown]
# With a short reach, near is what can stand **in the same place**; with a long one, what turns up **in the same sentence**, such as
# the beasts that roam. Near in what sense? In the sense the game asks for. Change `width`, `steps` or `rate` as well, if you like.
#
# For the rest of the lesson we take a table that was trained longer on a richer game: guess a hidden word from the four on each
# side, 1500 steps, 48 numbers a row. Choose a sentence and guess yourself, before you throw the switch to *after training*. None of
# these sentences was trained on.

# %%
figures.gap_explorer()

# %% [markdown]
# After training, most of the first words *could* stand in the gap, even where the right one is not on top.
#
# Watch the table learn: 43 words of seven groups, which *we* have named and the model has never heard of. The plane is the one in which the
# trained words are spread most widely, 2 dimensions of 48, so what looks mixed may well be apart in the other 46. **Predict first:**
# after how many of 1500 steps are the groups there?

# %%
figures.map_explorer()

# %% [markdown]
# A hundred steps do most of it.
#
# ## Neighbours, after training
#
# Type any word: the figure says if the stories do not know it. Switch training off, and change the measure. **Predict first:** who is
# nearest to *milk* by *distance*?

# %%
figures.neighbours_explorer()

# %% [markdown]
# `<unknown>`: a row that no text ever used, and the shortest of the table. Distance favours short rows, since what lies near the middle
# is far from nobody. The cosine does not fall for it.
#
# Examples prove little, so here are scores, beside those of 20 random tables. **Predict first:** nearly half of all words are nouns. What
# share would a random table score? And of the pairs below, which are closest: king and queen, cow and calf, clock and clocks, or
# hot and cold? (The rank is the place of the second word among all neighbours of the first; 1 is the nearest.)

# %%
random_tables = [meaning.random_table(table, np.random.default_rng(seed)) for seed in range(20)]
by_chance = [meaning.same_kind_share(rows, kind) for rows in random_tables]
before, after = (meaning.same_kind_share(rows, kind) for rows in (learned.before, learned.after))
shares = np.unique(kind, return_counts=True)[1] / len(kind)
print(f"same kind: before training {before:.1%}, after {after:.1%}; "
      f"20 random tables {min(by_chance):.1%} to {max(by_chance):.1%}")
print(f"nouns are {shares.max():.0%}; two words drawn blindly agree in {(shares**2).sum():.1%}")
related, still = relations(learned.ids), {}
for name, pairs in related.items():
    still[name] = meaning.partner_ranks(learned.after, pairs)
    middle = np.median([meaning.partner_ranks(rows, pairs) for rows in random_tables])
    first, second = (learned.words[i] for i in pairs[0])
    print(f"{name:9} {first:>6} – {second:7} median rank {np.median(still[name]):5.1f}, "
          f"nearest in {np.sum(still[name] == 1):2} of {len(pairs)}   random tables: {middle:.0f}")

# %% [markdown]
# Not 47 %: a noun meets a noun that often, a verb meets a verb far less, and the mean is the sum of the squared shares. From there to
# three quarters: closeness means something.
#
# But *hot* and *cold* are among the nearest: soup may be either. What was measured is "exchangeable in a sentence", not "close in meaning".
#
# ## Directions
#
# The famous claim goes further: **directions** carry meaning. If "the young of" is one, the same step leads from *cow* to
# *calf* and from *dog* to *puppy*. So take the mean of such differences, **leaving out** the pair to be tested, and walk.
#
# **Predict first:** who comes near on the way from *dog*, which is "how far" 0? Then try *king*, also with −1, the wrong way.

# %%
figures.steps_explorer()

# %% [markdown]
# *Queen* is first in either direction: she was the nearest from the start. So "king − man + woman = queen" alone shows little. A fair test
# counts the pairs in which the partner comes first, with **no step**, the **learned** step, **random steps** of the same length, and on
# **random tables**. Two more numbers: how **parallel** the differences are (mean cosine), and how often the step **ends at some** second
# word of the relation.
#
# **Predict first:** for which of the four relations does the learned step do more than no step?

# %%
scores, parallel, arrived = {}, {}, {}
unit = by_hand.unit_rows(learned.after)
print("relation   no step  learned  random steps  random tables  parallel  (by chance up to)  ends at some")
for name, pairs in related.items():
    steps = meaning.learned_steps(learned.after, pairs)
    aimless = [meaning.random_steps(steps, np.random.default_rng(seed)) for seed in range(20)]
    ranks = {
        "no step": [still[name]],
        "learned": [meaning.step_ranks(learned.after, pairs, steps)],
        "random steps": [meaning.step_ranks(learned.after, pairs, step) for step in aimless],
        "random tables": [meaning.step_ranks(rows, pairs, meaning.learned_steps(rows, pairs))
                          for rows in random_tables],
    }
    hits = {way: np.mean([np.sum(rank == 1) for rank in found]) for way, found in ranks.items()}
    scores[name], parallel[name] = hits, meaning.parallelism(learned.after, pairs)
    chance = max(meaning.parallelism(rows, pairs) for rows in random_tables)
    ends = [by_hand.nearest_to(unit, unit[start] + step, 1, exclude=[start])[0]
            for (start, _), step in zip(pairs, steps, strict=True)]
    arrived[name] = int(np.isin(ends, pairs[:, 1]).sum())
    numbers = "  ".join(f"{hits[way]:{len(way)}.1f}" for way in ("no step", "learned", "random steps", "random tables"))
    print(f"{name:9}  {numbers}  {parallel[name]:8.2f}  {chance:17.2f}  {arrived[name]:5} of {len(pairs)}")

# %% [markdown]
# Four relations, four answers.
#
# - **young**: none without a step, all with the learned one, hardly any at random. Here a direction carries meaning.
# - **gender**: nearly all with no step, so the hits prove nothing; the differences are parallel all the same.
# - **opposite**: no direction. Which of *hot* and *cold* should come first?
# - **plural**: a direction that leads every noun to *a* plural, never its own.
#
# All this holds for one small table. What carries over is the way to ask.
#
# ## One word, one row
#
# The stories know four kinds of *mole*: the animal, the amount of a substance, the spot on the skin, the spy. **Predict first:** which of
# the four is the row of *mole* near to?

# %%
mole = learned.after[learned.ids["mole"]]
senses = {
    "animal": ("dug", "tunnel", "worms", "garden"),
    "chemistry": ("grams", "atoms", "carbon", "laboratory"),
    "skin": ("freckle", "itched", "cream", "clinic"),
    "spy": ("codes", "enemy", "camera", "embassy"),
}
for sense, words in senses.items():
    values = [mine.cosine_similarity(mole, learned.after[learned.ids[word]]) for word in words]
    told = "  ".join(f"{word} {value:.2f}" for word, value in zip(words, values, strict=True))
    print(f"{sense:10} mean {np.mean(values):.2f}   {told}")
to_all = by_hand.cosines(learned.after, mole[None])[:, 0]
any_four = [to_all[rng.choice(len(to_all), 4, replace=False)].mean() for _ in range(2000)]
low, high = np.quantile(any_four, [0.05, 0.95])
print(f"any four words: mean {low:.2f} to {high:.2f} in nine cases of ten")
show_neighbours(learned.after, "mole")

# %% [markdown]
# To none of them more than to any four words. One row was pulled by all four senses, and it is the same in every sentence. To know *which*
# mole, a vector has to take something over from the words around it: that is attention (lesson 04).
#
# ## What the articles say, tested
#
# Five claims belong to this lesson: three about shapes and products, two about meaning, each beside its score by chance.

# %% tags=["times"]
wrong_pairs = [(first, second) for first, second in shapes if first[1] != second[0]]
refused = [pair for pair in shapes if pair not in exists]
display(
    claim("C44", {f"{table.shape}: a row each for 633 tokens": table.shape == (len(learned.words), 48),
                  f"{table.size:,} parameters, the product of the two": table.size == 633 * 48}),
    claim("C47", {f"{len(exists)} of 5 pairs exist: those of equal inner size": refused == wrong_pairs,
                  f"the other {len(refused)} raise an error": len(complaints) == len(refused) == 2}),
    claim("C31", {"look-up and one-hot product: the same bits": same_bits,
                  f"largest difference of what flows back: {max(gaps):.0e}": max(gaps) < 1e-12,
                  f"50 257 rows: the product takes {ratios[-1]:,.0f} times as long": ratios[-1] > 10}),
)

# %%
young, gender, plural = scores["young"], scores["gender"], scores["plural"]
stray = max(young["random steps"], young["random tables"])
display(
    claim("C32", {
        f"neighbours of one kind: {before:.0%} before training, {after:.0%} after": after > 2 * before,
        f"20 random tables: {min(by_chance):.0%} to {max(by_chance):.0%}": max(by_chance) < after / 2,
        "opposites are near too: closeness is company, not sameness": np.median(still["opposite"]) < 10,
    }),
    claim("C75", {
        f"young: {young['learned']:.0f} of 10 held-out pairs, {young['no step']:.0f} with no step":
            young["learned"] - young["no step"] > 5,
        f"random directions and random tables: {stray:.1f} of 10 at most, on average": stray < 2,
        f"gender: {gender['learned']:.0f} of 12, but {gender['no step']:.0f} with no step":
            gender["no step"] > 6,
        f"plural: {plural['learned']:.0f} of 20, yet {arrived['plural']} end at a plural":
            arrived["plural"] > 15,
        f"opposites: no common direction, mean cosine {parallel['opposite']:.2f}":
            abs(parallel["opposite"]) < 0.1,
    }),
)

# %% [markdown]
# ## What to remember
#
# - An id says which, a vector says what. The table has one row per token and $d_\text{model}$ columns.
# - Looking up is one-hot times table, to the bit; what flows back is added to the rows that were seen.
# - Dot product: multiply and add. Matrix product: rows of the first with columns of the second; inner sizes must agree.
# - Cosine: the dot product without the lengths.
# - Nearness is learned from company: exchangeable words come close, opposites among them.
# - A direction is shown by held-out pairs, beside no step, random steps and random tables.
# - One word, one row, whatever it means this time.
#
# Next, [lesson 03](03_positional_encoding.ipynb): a table knows which words there are, and not where they stand.
#
# ## Where to read on
#
# - Mikolov et al. 2013, arXiv:1301.3781 and arXiv:1310.4546: the game with the gap, and skip-gram with strangers.
# - Mikolov, Yih and Zweig 2013, *Linguistic Regularities in Continuous Space Word Representations*, NAACL: directions.
# - Levy and Goldberg 2014, CoNLL: what the analogies measure.
# - Press and Wolf 2017, arXiv:1608.05859: one table for both ends.
