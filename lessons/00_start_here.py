# %% [markdown]
# # 00 · Start here
#
# After this lesson you can
#
# - say what a Transformer does that the networks before it could not, and what it pays for that;
# - tell what this course expects of you, and what it does for you in return;
# - have an answer checked, get it wrong on purpose, and read which mistake it was.
#
# It takes about 30 minutes. You need Python with a little NumPy, and school mathematics.

# %% [markdown]
# ## How a lesson works
#
# Click on a cell and press **Shift + Enter**: it runs, and the next one is selected. Four things come back in every lesson:
#
# 1. **Predict.** Before a result stands a question. Answer it first: one learns by being surprised.
# 2. **Move.** Drag sliders, hover over cells, click to pin; `Tab` and the arrow keys work too.
# 3. **Write.** An exercise is one function. The cell below it checks it, and names the mistake if it knows it. Python and NumPy are
#    yours, except functions that do the whole job: the exercise names those.
# 4. **Doubt.** The course grew out of five articles that make 78 claims (C01, C02 …). Each is tested in front of you.
#
# The first cell of every lesson imports what it needs. Run it now.

# %%
import timeit

import numpy as np
import torch
from IPython.display import display

from course_lib.data import read_table
from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import picture, subplots
from course_lib.lesson import check, claim, hint, mine, progress_board
from course_lib.start_here import by_hand, figures, in_torch

# %% [markdown]
# ## Does this machine have what it takes?
#
# A laptop will do: every training run of the course is cut so that two processor cores finish it in about a minute, and a
# GPU is used where there is one. The next cell looks at Python, the packages, memory and disk.

# %% tags=["times"]
from course_lib.start_here.machine import check_machine

check_machine()

# %% [markdown]
# ## The question behind it all
#
# One sentence goes with us through the whole course:
#
# > a fluffy blue creature roamed the verdant forest
#
# A computer sees eight separate words, each with a list of numbers, its **vector**. To know what *creature* means here, it has to
# fetch something from *fluffy* and *blue*: the vector of *creature* must be computed anew from those around it. There are two ways to
# organise that. The figure asks you something first, and then shows both.

# %%
figures.reach_explorer()

# %% [markdown]
# Move *steps done* from 0 to 8, then switch to *all at once* and do the same. The numbers are measured: each word's vector is nudged, and
# the figure shows whose new vector answers. Its weights are random; nothing has been learned yet, so only *who is heard at all* means
# something.
#
# Reading one after another is a **recurrence**, the idea of RNN, LSTM and GRU networks. Reading all at once is **attention**, the idea
# of the Transformer. Then why did anybody ever do it the other way?

# %%
figures.work_explorer()

# %% [markdown]
# That is the price. A recurrence of width $d$ makes $2nd^2$ multiplications for $n$ words; attention makes $3nd^2 + 2n^2d$, because it
# compares every word with every other: always **more** arithmetic, $1.5 + n/d$ times as much.
#
# What it does not do is wait. *Forest* is ready after eight steps of the recurrence; attention takes five, whatever the length:
# project, compare, exponentiate, add up, mix. (The first figure counts them as one.)
#
# ## Measure it
#
# Here is a recurrence by hand: `x` holds a row for each word, `@` is the matrix product, and `tanh` squeezes every number into the range
# from −1 to 1. Look at `h`: each round needs the `h` of the round before. No cleverness removes that.

# %%
rng = np.random.default_rng(0)
x, W_x, W_h = rng.normal(size=(11, 5)), rng.normal(size=(5, 7)) / 3, rng.normal(size=(7, 7)) / 3
h, states = np.zeros(7), []
for row in x:
    h = np.tanh(row @ W_x + h @ W_h)
    states.append(h)
states = np.array(states)
rnn = torch.nn.RNN(5, 7, bias=False).double()
with torch.no_grad():
    rnn.weight_ih_l0.copy_(torch.tensor(W_x.T))
    rnn.weight_hh_l0.copy_(torch.tensor(W_h.T))
    by_torch = in_torch.recurrence(*map(torch.tensor, (x, W_x, W_h))).numpy()
    by_library = rnn(torch.tensor(x))[0].numpy()
others = {"the course's `by_hand`": by_hand.recurrence(x, W_x, W_h), "the course's PyTorch": by_torch}
others["torch.nn.RNN"] = by_library
for name, result in others.items():
    print(f"the loop above against {name}: {abs(states - result).max():.1e}")

# %% [markdown]
# This is a habit of the course: what we write by hand (in NumPy, collected in `by_hand`) is compared with its twin in PyTorch and with a
# library's own, and the largest difference is printed.
#
# Now the race: `torch.nn.RNN` against PyTorch's attention, both 64 wide, one sentence, forward only, on a single core. **Predict
# first:** which is faster at 16 words? And at 1024, where attention makes 17.5 times the multiplications?

# %%
lengths, width = [16, 32, 64, 128, 256, 512, 1024], 64
torch.manual_seed(0)
torch.set_num_threads(1)
reader = torch.nn.RNN(width, width, batch_first=True)
projections = torch.nn.Linear(width, 3 * width)


def read(tokens):
    return reader(tokens)[0]


def attend(tokens):
    queries, keys, values = projections(tokens).chunk(3, dim=-1)
    return torch.nn.functional.scaled_dot_product_attention(queries, keys, values)


@torch.no_grad()
def seconds(network, n_words, n_sentences=1):
    tokens = torch.randn(n_sentences, n_words, width)
    return min(timeit.repeat(lambda: network(tokens), number=3, repeat=9)) / 3  # the least disturbed of nine


times = {network: np.array([seconds(network, n) for n in lengths]) for network in (read, attend)}

# %% tags=["times"]
ratios = times[read] / times[attend]
work = 1.5 + np.array(lengths) / width
blue, orange, *_ = SERIES
figure, axes = subplots(size=(7.4, 3.4))
axes.axhline(1, color="grey", linewidth=0.8)
axes.loglog(lengths, ratios, "o-", color=blue, label="time of the recurrence / time of attention")
axes.loglog(lengths, 1 / work, "s--", color=orange, label="multiplications, recurrence / attention")
axes.set(xlabel="words", title="Above the grey line the recurrence is behind (width 64, one core)")
axes.set_xticks(lengths, lengths)
axes.minorticks_off()
axes.legend()
picture(figure, f"The recurrence takes {ratios[0]:.1f} times as long at {lengths[0]} words, {ratios[-1]:.2f} at {lengths[-1]}.")
for n, ratio, more in zip(lengths, ratios, work, strict=True):
    print(f"{n:>5} words: the recurrence takes {ratio:5.2f} times as long, for 1/{more:.1f} of the multiplications")
below = np.flatnonzero(ratios < 1)
if len(below) and below[0] > 0:
    a, b = below[0] - 1, below[0]
    share = np.log(ratios[a]) / np.log(ratios[a] / ratios[b])
    print(f"it turns near {lengths[a] * (lengths[b] / lengths[a]) ** share:.0f} words on this machine")
else:
    print(f"it does not turn between {lengths[0]} and {lengths[-1]} words on this machine")

# %% [markdown]
# For sentences of a few dozen words the recurrence takes longer, with less to compute. With length, the pairs take over: attention's
# multiplications grow with $n^2$, and at some hundreds of words it turns (the last line says where on your machine).
#
# But is it the waiting that makes the recurrence slow? If so, the core has room to spare at every step, and further sentences cost little.
# **Predict first:** *eight* sentences at once are eight times the work. How many times as long does each of the two take?

# %% tags=["times"]
eight = {network: seconds(network, 64, 8) / seconds(network, 64) for network in (read, attend)}
print(f"eight sentences of 64 words: the recurrence takes {eight[read]:.1f} times as long as for one, "
      f"attention {eight[attend]:.1f} times")

# %% [markdown]
# The recurrence reads seven more sentences for little extra time: its 64 steps, one after another, were each too small to fill the
# core. Attention had kept it busy with a single sentence. A GPU, with thousands of cores, has far more to leave idle (lesson 11).
#
# ## What has a fixed length, and what has not
#
# One article says: *RNNs rely on a fixed-length context window.* Here is the recurrence on sentences of three lengths, and what it
# carries from word to word.

# %%
for n in (10, 1_000, 20_000):
    states = by_hand.recurrence(rng.normal(size=(n, 5)), W_x, W_h)
    print(f"{n:>6} words read, {states[-1].size} numbers carried from one word to the next")

# %% [markdown]
# Any length goes in. What is fixed is the **state**: seven numbers here, for ten words or twenty thousand.
#
# And the Transformer? Attention itself takes any length too, but it has to be told the positions of the words (lesson 03). GPT-2
# *learned* them: a table with a row for each of 1024 positions (Radford et al. 2019). The first Transformer *computed* them, by sines.
# **Predict first:** which of the two has an answer for word 1025?

# %%
positions = torch.nn.Embedding(1024, 64)  # a table of 1024 rows; row 1024 would be that of word 1025
positions(torch.arange(1024))
try:
    positions(torch.arange(1025))
    refused = ""
except IndexError as error:
    refused = str(error)
print("learned table, 1024 words: fine. 1025 words:", refused)
print("computed, word 1025:", np.sin(1024 / 10_000 ** (np.arange(4) / 4)).round(2), "and so on")

# %% [markdown]
# A *learned table* of positions is what ends; a formula goes on, though a model that was trained on 1024 words has never met what comes
# after. So it is the other way round: the recurrence has an open window and a fixed memory, such a Transformer a fixed window in
# which nothing has to be squeezed.
#
# ## And was it worth it?
#
# The figures with which the Transformer was introduced: translation quality (BLEU, higher is better) and the arithmetic of training
# (Vaswani et al. 2017, arXiv:1706.03762, table 2).

# %%
results = read_table("translation_2014.csv")
for row in results:
    name, kind, quality = row["model"], row["kind"], row["bleu_en_de"]
    print(f"{name:<20} {kind:<14} BLEU {quality:>5} {row['training_flops_en_de']:>9} FLOPs")
bleu = {row["model"]: float(row["bleu_en_de"]) for row in results}
flops = {row["model"]: float(row["training_flops_en_de"]) for row in results}
big, base, single = "Transformer (big)", "Transformer (base)", "MoE"
recurrent = max(bleu[row["model"]] for row in results if row["kind"] == "recurrent")
saving = flops[single] / flops[base]

# %% [markdown]
# It was. Even the smaller Transformer beats all the others, ensembles (several models averaged) included, for a sixth of the
# arithmetic of the best single recurrent model, MoE.
#
# ## Your first exercise
#
# Small on purpose, so that you know how checking feels. Fill in the function, run its cell, then run the check.
#
# **Get it wrong first.** Return `x.sum(axis=0)`, run both cells and read the card. Then try `x.mean(axis=1)`. Then do it right.
#
# {exercise start_here.mean_of_rows}


# %%
# exercise: start_here.mean_of_rows
def mean_of_rows(x):
    """x: (token, d). Return the average row: (d,)."""
    # >>> answer
    return x.mean(axis=0)
    # <<< answer


# %%
check("start_here.mean_of_rows", mean_of_rows)

# %% [markdown]
# The check made up new arrays, called your function on copies of them, and compared every number. Where something was off, it compared
# your numbers with those of wrong answers that it knows.
#
# **What you write, the course uses.** Once it has passed, your function is `mine.mean_of_rows`, here and in later lessons; until then
# the course's own stands in, and every result says whose it was. An average is the plainest way to make one vector of a whole
# sentence. **Predict first:** will it tell *dog bites man* from *man bites dog*?

# %%
dog, bites, man = rng.normal(size=(3, 4))
for sentence in ([dog, bites, man], [man, bites, dog], [dog, bites, dog]):
    print(mine.mean_of_rows(np.stack(sentence)).round(3))
print("computed by", mine.whose("mean_of_rows"))

# %% [markdown]
# The first two lines are the same, the third has other words: an average keeps which words there were, and forgets who did what to
# whom. Lessons 03 and 04 are about what to do instead.
#
# If you are stuck, ask for a hint: each exercise has three, from a nudge to nearly the line of code. The cell below is a comment, so that
# no hint is taken unasked. Take the `#` away and run it; for the second hint, ask in another cell.

# %%
# hint("start_here.mean_of_rows")

# %% [markdown]
# Passed answers, hints and predictions are kept in `progress.sqlite` beside the notebooks, on your disk and nowhere else. This
# is your board. On the command line, `make progress` prints it, and `make grade` runs your notebooks again and prints your marks.

# %%
progress_board()

# %% [markdown]
# ## The map
#
# This is the whole machine, from text at the bottom to the probabilities of the next word at the top. Each part names the lesson
# that takes it apart.

# %%
from course_lib.start_here.map import lesson_list, transformer_map

transformer_map()

# %% [markdown]
# The lessons build on each other, so the plain way is in order. If you are here for attention alone, take
# [02](02_embedding.ipynb) and [04](04_attention.ipynb), then [05](05_multi_head.ipynb) and [06](06_block.ipynb). Each lesson's first
# cell says what it needs, and what to take on trust without it.

# %%
lesson_list()

# %% [markdown]
# ## What the articles say, tested
#
# Four of the 78 claims belong to this lesson. A card states the claim in the article's words, the verdict, and what was measured for
# it above.

# %% tags=["times"]
kinds = ("recurrence", "attention")
ready = [int((figures.reach_frame(kind, 5)["reach"].max(axis=1) > 0).sum()) for kind in kinds]
slowdown = times[read][-1] / times[read][0]
display(
    claim("C24", {f"short sentences: recurrence up to {max(ratios):.1f} times as long": max(ratios) > 1,
                  f"64 times the words take it {slowdown:.0f} times the time": slowdown > 10}),
    claim("C33", {f"after 5 steps the recurrence has computed {ready[0]} of 8 words": ready[0] == 5,
                  f"attention {ready[1]} of 8": ready[1] == 8,
                  f"8 sentences take the recurrence only {eight[read]:.1f} times as long: it had waited": eight[read] < 6}),
)

# %% [markdown]
# The next claim is the one that was wrong, and the last one is history.

# %%
display(
    claim("C35", {f"a recurrence read {len(states)} words": len(states) == 20_000,
                  f"its state stayed at {states[-1].size} numbers": states[-1].size == 7,
                  "a Transformer's table of 1024 positions refused word 1025": "out of range" in refused}),
    claim("C78", {f"BLEU {bleu[big]}; the best recurrent ensemble {recurrent}": bleu[big] > recurrent,
                  f"base: {bleu[base]}; the best single recurrent {bleu[single]}": bleu[base] > bleu[single],
                  f"for 1/{saving:.1f} of that one's training arithmetic": saving > 1}),
)

# %% [markdown]
# That holds for translation in 2017. That Transformers then replaced recurrent networks in nearly all work on language is a matter of
# record: BERT (Devlin et al. 2018, arXiv:1810.04805), GPT-3 (Brown et al. 2020, arXiv:2005.14165).
#
# ## What to remember
#
# - A word's meaning depends on other words, so its vector must be recomputed from theirs.
# - A recurrence does it one word after another, and waits. Attention does it all at once, for more arithmetic.
# - A Transformer with learned positions has a window of fixed length; the recurrence has a memory of fixed size.
# - Here, a claim comes with a measurement, and a wrong answer with its name.
#
# ## Where to read on
#
# - Vaswani et al. 2017, *Attention Is All You Need*, arXiv:1706.03762: sections 1, 2 and 4 are readable today.
# - Elman 1990, *Finding Structure in Time*, Cognitive Science 14: the recurrence above.
# - Hochreiter and Schmidhuber 1997, *Long Short-Term Memory*, Neural Computation 9: the best-known repair of its memory.
