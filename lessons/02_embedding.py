# %% [markdown]
# # 02 · Embedding
#
# After this lesson you can
#
# - say what an embedding table is, and show that looking a row up is a matrix product in disguise, gradients included;
# - compute dot products, matrix products and cosines on paper, and say which matrices can be multiplied;
# - find the nearest words in a table, and judge by measurement whether "near" and "direction" mean anything in it;
# - tell what such a table cannot know, because a word has only one row.
#
# About 75 minutes, four exercises, 8 points. It builds on tokens and their ids (lesson 01).

# %%
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import torch
from IPython.display import display

from course_lib.embedding import by_hand, figures, in_torch, meaning, trained_table
from course_lib.embedding.groups import kinds, relations
from course_lib.explorer.palette import SERIES
from course_lib.lesson import check, claim, hint, mine
from course_lib.numeric import largest_difference
from course_lib.sentence import TOKENS
from course_lib.timing import median_seconds

# %% [markdown]
# ## One question
#
# > a fluffy blue creature roamed the verdant forest
#
# Lesson 01 turned a text into ids. From here on we use the course's own corpus: 1500 little stories, every word and sign one
# token, 633 of them (two have a job of their own: *start of a story* and *unknown word*), the ids in order of the alphabet. Here are the ids of the sentence, and the words on both sides of
# *blue*.

# %%
learned = trained_table.load()
ids = np.array([learned.ids[token] for token in TOKENS])
blue = learned.ids["blue"]
print("ids:", ids)
around = [*range(blue - 2, blue + 3), learned.ids["red"]]
print("around blue, and red: ", "   ".join(f"{i} {learned.words[i]}" for i in around))

# %% [markdown]
# *Boat* has almost the id of *blue*, and *red* is hundreds away. Nothing can be computed with such a number: *blue* is not *bleated*
# plus one. An id says **which** word it is and nothing about **what** it is. How does a number that says nothing become something that can
# be compared, added, and learned from?
#
# ## A table with a row for every token
#
# The answer is as plain as it could be: give every token a list of numbers of its own, a **vector**, and keep all of them in one
# table, a row for each token. The id is the number of the row. What stands in the rows is random at first; training will change it.
#
# **Predict first:** 633 tokens, 48 numbers each: what is the table's shape, and how many parameters does it hold?

# %%
table = learned.before
creature = table[learned.ids["creature"]]
print("shape:", table.shape, "  parameters:", table.size)
print("creature, the first eight of its numbers:", creature[:8].round(2))
print("GPT-2's table would be", (50257, 768), "with", f"{50257 * 768:,} parameters")

# %% [markdown]
# One row per token, one column per **dimension**. The number of columns is called $d_\text{model}$, the width of the model: every
# later lesson carries vectors of this width. The number of rows is the size of the vocabulary. In a small model with a large
# vocabulary the table is most of the model.
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
# Two vectors of 48 numbers cannot be drawn. Two vectors of two numbers can: as arrows. One number will say how far they go the
# same way, and it is worth having a picture of it before its formula: let light fall onto the line of $u$, at a right angle, and
# look at the **shadow** of $v$.
#
# The figure asks you something first. Then turn $v$ from 0 to 180 degrees, and stretch it. (The last line of its numbers, the
# cosine, waits for its turn further down.)

# %%
figures.arrows_explorer()

# %% [markdown]
# The length of the shadow times the length of $u$ is the **dot product**. It is large where two arrows point the same way, zero where
# they stand at a right angle, negative where they point apart. And it can be computed without any angle: multiply entry by entry,
# and add up, for two numbers or for 48:
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
# Models take dot products by the billion: every row of one table with every column of another. That is a **matrix product**, and this
# figure takes one apart. Point at a cell of `a @ b`: the row of `a` and the column of `b` that made it light up, and below stand
# their numbers, products and sum. Click to pin it, and go along with the arrow keys.
#
# **Predict first:** `a` has 3 rows and 4 columns, `b` has 4 rows and 2 columns. What shape has the product? And what would it take
# for the two to be multiplied the other way round?

# %%
figures.product_explorer()

# %% [markdown]
# $$(ab)_{ij} = \sum_{c=1}^{k} a_{ic}\,b_{cj}$$
#
# The rows of the product come from $a$, its columns from $b$, and the inner size $k$ is used up: it is what the sum runs over.
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
# ### Which matrices can be multiplied?
#
# A row of `a` and a column of `b` meet entry by entry, so they need equally many entries: the **columns of the first** must be as many
# as the **rows of the second**. **Predict first:** which of these five pairs can be multiplied, and what shape comes out?

# %%
rng = np.random.default_rng(2)
shapes = [((3, 4), (4, 2)), ((4, 2), (3, 4)), ((3, 4), (3, 4)), ((3, 4), (4, 3)), ((1, 5), (5, 1))]
exists, complaints = {}, []
for first, second in shapes:
    try:
        exists[first, second] = (rng.normal(size=first) @ rng.normal(size=second)).shape
    except ValueError as problem:
        complaints.append(str(problem))
    print(first, "@", second, "->", exists.get((first, second), "does not exist"))
print("\nNumPy's words:", complaints[0])

# %% [markdown]
# NumPy's message is worth reading once: *core dimension* is the inner size, and it says which two numbers should have been equal. You
# will meet it often; the cure is nearly always an axis that went astray or a transpose (`b.T`) that is missing.
#
# Three ways to the same product: your loops, NumPy, PyTorch. **Predict first:** how far apart are the results, and how many times longer
# do the loops take?

# %% tags=["times"]
a, b = rng.normal(size=(29, 31)), rng.normal(size=(31, 37))
product = by_hand.matmul(a, b)
by_loops, by_torch = mine.matmul_by_loops(a, b), torch.tensor(a) @ torch.tensor(b)
print(f"loops against NumPy: {largest_difference(by_loops, product):.0e}", end="   ")
print(f"PyTorch against NumPy: {largest_difference(by_torch, product):.0e}")
seconds = median_seconds(lambda: mine.matmul_by_loops(a, b), repeats=3)
ratios = [seconds / median_seconds(lambda: by_hand.matmul(a, b), repeats=3)]
print(f"the loops take {ratios[0]:,.0f} times as long; they are {mine.whose('matmul_by_loops')}")

# %% [markdown]
# Rounding apart, one result. The loops do the same 33 263 multiplications; what makes them slow is that Python looks at each number
# anew. From here on, if something can be written as a matrix product, it will be.
#
# ## Looking up is a matrix product
#
# Go back to the figure above and choose *one-hot rows*. A **one-hot** row has a single 1, in the column of a token's id, and zeros
# elsewhere. Its product with the table is that token's row: every other row is multiplied by zero.
#
# **Predict first:** the sum has 633 terms in floating point. How far will it be from the row itself?

# %%
hot = by_hand.one_hot(ids, len(table))
vectors, by_product = np.asarray(mine.look_up(table, ids), dtype=float), hot @ table
print("one-hot:", hot.shape, " table:", table.shape, " product:", by_product.shape)
same_bits = bool((vectors.view(np.int64) == by_product.view(np.int64)).all())
print("largest difference:", largest_difference(vectors, by_product), "  the same bits:", same_bits)
print("looked up by", mine.whose("look_up"))

# %% [markdown]
# Zero. A sum of 632 zeros and one number is that number, with nothing to round. So nobody needs the product: picking the row out
# gives the same. What does picking save? **Predict first:** 32 tokens, with a table of 633 rows, of 5000, and of 50 257 as in
# GPT-2. How many times longer does the product take?

# %% tags=["times"]
ratios, first = [], None
for vocab in (633, 5000, 50257):
    large, some = rng.normal(size=(vocab, 48)), rng.integers(0, vocab, size=32)
    ways = (partial(way, large, some) for way in (by_hand.look_up_by_product, by_hand.look_up))
    slow, fast = (median_seconds(way, repeats=5) for way in ways)
    first = first or (slow, fast)
    ratios.append(slow / fast)
    growth = f"product {slow / first[0]:6.1f}, look-up {fast / first[1]:4.1f}"
    print(f"{vocab:6} rows: the product takes {ratios[-1]:7,.0f} times as long   against 633 rows: {growth}")

# %% [markdown]
# The product's time grows with the table. That of the look-up hardly does: 32 rows are copied, whatever there is beside them. (A very
# large table no longer lies in the fast part of the memory, which costs something.) Why then speak of a product at all? Because we know what to do with
# products. A product has a **gradient**: the slope of the model's error with respect to every entry of the table, which says how to
# change it (lessons 09 and 10). For a look-up it says: what arrives at a token goes back to the row that the token came from, and a
# token that occurs twice brings two shares, **added up**.
#
# Our version, the product's, and `torch.nn.Embedding`, for random slopes arriving at nine tokens. Two of the ids occur twice.

# %%
repeated = np.append(ids, ids[3])  # "a fluffy blue creature roamed the verdant forest creature"
repeated[5] = ids[0]  # and "a" a second time
upstream = rng.normal(size=(len(repeated), table.shape[1]))
layer = torch.nn.Embedding.from_pretrained(torch.tensor(table), freeze=False)
leaf = torch.tensor(table, requires_grad=True)
outputs = layer(torch.tensor(repeated)), in_torch.look_up(leaf, torch.tensor(repeated))
for output in outputs:
    output.backward(torch.tensor(upstream))
ours = by_hand.look_up_gradient(table, repeated, upstream)
forward_gap = largest_difference(outputs[0], by_hand.look_up(table, repeated))
gaps = [largest_difference(ours, other) for other in
        (layer.weight.grad, leaf.grad, by_hand.one_hot(repeated, len(table)).T @ upstream)]
overwritten = np.zeros_like(table)
overwritten[repeated] += upstream  # looks right: but of two shares for one row, only one survives
print(f"forward, against nn.Embedding: {forward_gap}   gradients, three ways: {max(gaps):g}")
print(f"rows with a gradient: {(ours != 0).any(axis=1).sum()} of {len(table)}")
print(f"the same with `+=`, off by up to {largest_difference(ours, overwritten):.2f}")

# %% [markdown]
# Seven rows have a gradient, and 626 have none: through a look-up only the words that were seen learn anything. And the last line is a trap to
# remember: `d[ids] += …` keeps one share of a repeated id and loses the rest; `np.add.at` adds all of them.
#
# ## Direction without length
#
# The dot product mixes two things: whether two vectors point the same way, and how long they are. For *how alike* we want the first
# alone, so we divide by both lengths. That is the **cosine** of the angle between them: 1 for the same direction, 0 for a
# right angle, −1 for opposite ones.
#
# $$\cos(u, v) = \frac{u \cdot v}{|u|\,|v|}, \qquad |u| = \sqrt{u \cdot u}$$
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
# With a cosine one can ask the question that the ids could not answer: **who is near whom?**
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
# Now let your function ask the random table. **Predict first:** the nearest words of *blue* and of *seven* are …? And how large is the largest of 632
# cosines with random vectors of 48 numbers?


# %%
def show_neighbours(table, *words):
    print("found by", mine.whose("nearest", "cosine_similarity"))
    for word in words:
        i = learned.ids[word]
        near = mine.nearest(table, i, 5)
        closest = mine.cosine_similarity(table[i], table[near[0]])
        print(f"{word:10} {closest:.2f}  {', '.join(learned.words[j] for j in near)}")


show_neighbours(learned.before, "blue", "seven", "forest", "roamed")

# %% [markdown]
# Nonsense, as it has to be. But mark the number: among hundreds of random vectors some always point roughly the same way, and a
# cosine of 0.4 or 0.5 means nothing by itself. Keep this table in mind: whatever we find in a trained one has to beat it.
#
# ## How can a table learn?
#
# "You shall know a word by the company it keeps", wrote the linguist J. R. Firth in 1957. So play a game: hide a word, show the four words
# on each side, and let the table guess. The rows of the neighbours are mixed into one vector, with a weight for each place; the
# dot product of that mix with *every* row of the table says how well each word fits.
#
# **Predict first:** choose a sentence and guess the hidden word yourself, before you throw the switch to *after training*. None of
# these sentences was trained on.

# %%
figures.gap_explorer()

# %% [markdown]
# Before training the list is an accident, or an echo of the words around the gap. After it, many of the first words *could* stand there,
# even where the right one is not on top; where few words fit, as with *tower*, it lists signs and articles. Two things follow. To guess well, the table must give **words that fit into the same gaps
# similar rows**. And nobody ever told it what a word means.
#
# The training is over in about a minute: 1500 steps, each for 2048 gaps, each moving the rows a little downhill (lesson 10 does this
# properly). `python -m course_lib regenerate embedding` does it again; the lesson reads the result from a file. Here is how wrong the guesses
# were on the way, in *nats*, where 6.45 is blind guessing among 633 words (lesson 08).

# %%
figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
axes.semilogx(np.arange(1, len(learned.losses) + 1), learned.losses, color=SERIES[0])
axes.axhline(np.log(len(table)), color="grey", linestyle=":", label="blind guessing")
axes.set(xlabel="step", ylabel="loss, nats", title="Filling gaps, better and better")
axes.legend()
print(f"first step {learned.losses[0]:.2f}, last hundred {learned.losses[-100:].mean():.2f} on average")

# %% [markdown]
# Now watch the table itself. 43 of its words, seven groups that *we* have named and the model has never heard of. The plane is the one in
# which the trained words are spread most widely, 2 dimensions out of 48, so groups that look mixed here may well be apart in the
# other 46. **Predict first:** after how many steps will the groups be there? Then move the slider, and point at words.

# %%
figures.map_explorer()

# %% [markdown]
# A hundred steps of 1500 do most of it. On this plane men and women share a place, and so do grown and young animals; whether the
# table tells them apart we shall see.
#
# ## Neighbours, after training
#
# The same question as before, of the trained table. Try words of your own choice, switch training off, and change the measure.
# With *milk* and *distance* look who comes first.

# %%
figures.neighbours_explorer()

# %% [markdown]
# `<unknown>` is a row that no text ever used, and the shortest of the table. Distance favours short rows: seen from far out, what lies
# near the middle is nearer than most. The cosine does not fall for it. Some words have odd company: *milk* fits into few gaps of these stories, always the same,
# and no other word fits there.
#
# Examples prove little. As a score: of the five nearest neighbours of every word, how many are of its own part of speech (noun, verb,
# adjective …)? It is a coarse measure of "closer in meaning", and it needs no one's opinion. Beside it 20 random tables. **Predict
# first:** nearly half of all words are nouns. What will a random table score?

# %%
kind = kinds(learned.words)
random_tables = [meaning.random_table(table, np.random.default_rng(seed)) for seed in range(20)]
by_chance = [meaning.same_kind_share(rows, kind) for rows in random_tables]
before, after = (meaning.same_kind_share(rows, kind) for rows in (learned.before, learned.after))
shares = np.unique(kind, return_counts=True)[1] / len(kind)
print(f"before training {before:.1%}, after {after:.1%}")
print(f"nouns: {shares.max():.0%} of the words; two words drawn blindly agree in {(shares**2).sum():.1%}")
low, high = min(by_chance), max(by_chance)
print(f"20 random tables: mean {np.mean(by_chance):.1%}, from {low:.1%} to {high:.1%}")

# %% [markdown]
# Not 47 %: a noun meets a noun in 47 % of cases, but a verb meets a verb far less often, and the mean over all kinds is the sum of the
# squared shares. So closeness does mean something: from chance to three quarters. But *what* does it mean? Take pairs of words that we know to be related, and
# ask where the second stands among all neighbours of the first: 1 is the nearest, 316 would be the middle. **Predict first:** which of the
# four relations will be closest? Are *hot* and *cold* near each other, or far apart?

# %%
related = relations(learned.ids)
still, middle = {}, {}
for name, pairs in related.items():
    still[name] = meaning.partner_ranks(learned.after, pairs)
    middle[name] = np.median([meaning.partner_ranks(rows, pairs) for rows in random_tables])
    first, second = (learned.words[i] for i in pairs[0])
    print(f"{name:9} {first:>6} – {second:7} median rank {np.median(still[name]):5.1f}", end="  ")
    nearest_of_all = np.sum(still[name] == 1)
    print(f"nearest in {nearest_of_all:2} of {len(pairs)}   random tables: {middle[name]:.0f}")

# %% [markdown]
# Opposites are among the **nearest** words there are. A table learned from company puts together what can stand in the same place: soup
# may be hot or cold, so *hot* and *cold* share their gaps. "Closer in meaning" is the usual way to put it; "exchangeable in a sentence" is what
# was measured.
#
# ## Directions
#
# The famous claim goes further: not only nearness, but **directions** carry meaning. From *cow* to *calf*, from *dog* to *puppy*: if "the young of"
# is a direction, then the same step leads from any animal to its young. So take the mean of all the differences, calf less cow, kitten less cat
# and so on, **leaving out** the pair we want to test, and walk from *dog*. Every row is brought to length 1 first.
#
# **Predict first:** at "how far" 0 you stand on *dog*. Who will come near on the way? Then try *clock*, *hot*, *king*; and for *king* also −1, the
# wrong way.

# %%
figures.steps_explorer()

# %% [markdown]
# Did you try *king* the wrong way? *Queen* is first in either direction, because she was the nearest from the start. Whoever
# shows only "king − man + woman = queen" shows little: the start word itself has been taken out of the list, and the nearest
# word is what is left. A fair test needs company:
#
# - **no step**: how often is the partner the nearest word anyway?
# - **learned**: the step learned from the other pairs;
# - **random step**: of the same length, in 20 random directions;
# - **random table**: the whole procedure, on tables that know nothing.
#
# **Predict first:** for which of the four relations does the learned step do more than no step?

# %%
scores = {}
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
    scores[name] = {way: [int(np.sum(rank == 1)) for rank in found] for way, found in ranks.items()}
    print(f"{name} ({len(pairs)} pairs)".ljust(21), end="")
    for way, hits in scores[name].items():
        told = f"{np.mean(hits):.1f} ({min(hits)} to {max(hits)})" if len(hits) > 1 else f"{hits[0]}"
        print(f"{way} {told}".ljust(12 if len(hits) == 1 else 30), end="  ")
    print()

# %% [markdown]
# Four relations, four different answers.
#
# - **young**: 0 without a step, all with the learned one, hardly any with a random one. Here a direction carries meaning, without doubt.
# - **gender**: nearly all with no step at all, and random steps do not hurt. The hits prove nothing about a direction.
# - **opposite**: 10 of 15 are nearest from the start, 9 with the learned step, and as many with a random one.
# - **plural**: no hit at all. Is there no direction from *clock* to *clocks*?
#
# Two more measurements tell the last three apart: how **parallel** the differences of two pairs of a relation are (mean cosine: 1 parallel,
# 0 at random), and whether the step leads at least to *some* second word of the relation. **Predict first:** for *plural*?

# %%
parallel, arrived = {}, {}
unit = by_hand.unit_rows(learned.after)
for name, pairs in related.items():
    parallel[name] = meaning.parallelism(learned.after, pairs)
    chance = [meaning.parallelism(rows, pairs) for rows in random_tables]
    ends = unit[pairs[:, 0]] + meaning.learned_steps(learned.after, pairs)
    starts_and_ends = zip(pairs[:, 0], ends, strict=True)
    found = [by_hand.nearest_to(unit, end, 1, exclude=[start])[0] for start, end in starts_and_ends]
    arrived[name] = int(np.isin(found, pairs[:, 1]).sum())
    low, high = min(chance), max(chance)
    print(f"{name:9} parallel {parallel[name]:5.2f}, by chance {low:5.2f} to {high:.2f}", end="   ")
    print(f"ends at some second word: {arrived[name]:2} of {len(pairs)}")

# %% [markdown]
# *Plural* has a direction, and it leads every single noun to a plural: to *a* plural, not its own. In these stories *clocks* stand where *carpets*
# and *books* may stand; nothing ties them to *clock*, so the table has no way to know. *Gender* has a direction too, which the hits could not
# show (its 12 of 12 prove nothing, since 11 were nearest from the start; nor do the 10 of *opposite*). *Opposite* has none, and for a good
# reason: which of *hot* and *cold* should come first?
#
# All this holds for one small table on one small world, whose stories follow a grammar; real text is noisier, and its tables larger. What
# carries over is the way to ask: held-out pairs, and what chance would score.
#
# ## One word, one row
#
# The stories know four kinds of *mole*: the animal in the garden, the amount of a substance, the spot on the skin, the spy. **Predict first:**
# which of the four will the row of *mole* be near to?

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
# To none of them more than to any four words: the best of the four means is within, or at the very edge of, what chance gives. There
# is one row for *mole*, and it was pulled by all four; the words it is nearest to are those that go with any of them, like *missing*
# and *strange*. A row of a table is the same in every sentence. To know *which* mole, a vector has to take
# something over from the words around it, and that is what attention does (lesson 04; lesson 14 watches the four moles part).
#
# ## What the articles say, tested
#
# Five claims belong to this lesson. Three are about shapes and products; two are about meaning, each with its score by chance beside it.

# %% tags=["times"]
wrong_pairs = [(first, second) for first, second in shapes if first[1] != second[0]]
refused = [pair for pair in shapes if pair not in exists]
display(
    claim("C44", {f"{table.shape}: a row each for 633 tokens": table.shape == (len(learned.words), 48),
                  f"{table.size:,} parameters, the product of the two": table.size == 633 * 48}),
    claim("C47", {f"{len(exists)} of 5 pairs exist: those of equal inner size": refused == wrong_pairs,
                  f"the other {len(refused)} raise an error": len(complaints) == len(refused) == 2}),
    claim("C31", {"look-up and one-hot product: the same bits": same_bits,
                  f"largest difference of the gradients: {max(gaps):g}": max(gaps) < 1e-12,
                  f"50 257 rows: the product takes {ratios[-1]:,.0f} times as long": ratios[-1] > 10}),
)

# %%
young, gender, plural = scores["young"], scores["gender"], scores["plural"]
stray = max(np.mean(young["random steps"]), np.mean(young["random tables"]))
display(
    claim("C32", {
        f"neighbours of one kind: {before:.0%} before training, {after:.0%} after": after > 2 * before,
        f"20 random tables: {min(by_chance):.0%} to {max(by_chance):.0%}": max(by_chance) < after / 2,
        "opposites are near too: closeness is company, not sameness": np.median(still["opposite"]) < 10,
    }),
    claim("C75", {
        f"young: {young['learned'][0]} of 10 held-out pairs, {young['no step'][0]} with no step":
            young["learned"][0] - young["no step"][0] > 5,
        f"random directions and random tables: {stray:.1f} of 10 at most, on average": stray < 2,
        f"gender: {gender['learned'][0]} of 12, but {gender['no step'][0]} with no step":
            gender["no step"][0] > 6,
        f"plural: {plural['learned'][0]} of 20, yet {arrived['plural']} end at a plural":
            arrived["plural"] > 15,
        f"opposites: no common direction, mean cosine {parallel['opposite']:.2f}":
            abs(parallel["opposite"]) < 0.1,
    }),
)

# %% [markdown]
# ## What to remember
#
# - An id says which, a vector says what. The table has one row per token and $d_\text{model}$ columns.
# - Looking up is one-hot times table, to the bit. Its gradient adds each token's share to the row it came from.
# - Dot product: multiply and add. Matrix product: rows of the first with columns of the second; inner sizes must agree.
# - Cosine: the dot product without the lengths.
# - Nearness is learned from company: exchangeable words come close, opposites among them.
# - A direction is shown by pairs that were held out, beside what no step, random steps and random tables score.
# - One word, one row, whatever it means this time.
#
# Next, lesson 03: a table knows which words there are, and not where they stand.
#
# ## Where to read on
#
# - Mikolov et al. 2013, *Efficient Estimation of Word Representations in Vector Space*, arXiv:1301.3781: the game with the gap.
# - Mikolov, Yih and Zweig 2013, *Linguistic Regularities in Continuous Space Word Representations*, NAACL: directions.
# - Levy and Goldberg 2014, *Linguistic Regularities in Sparse and Explicit Word Representations*, CoNLL: what the analogies measure.
# - Press and Wolf 2017, *Using the Output Embedding to Improve Language Models*, arXiv:1608.05859: one table for both ends.
