# %% [markdown]
# # 00 · Start here
#
# After this lesson you can
#
# - say what a Transformer does that the networks before it could not, and what it pays for that;
# - tell what this course expects of you, and what it will do for you in return;
# - have an answer checked, get it wrong on purpose, and read which mistake it was.
#
# It takes about 30 minutes. You need Python with a little NumPy, and school mathematics.

# %% [markdown]
# ## How a lesson works
#
# Every lesson is a notebook like this one. Click on a cell and press **Shift + Enter**: it runs, and the next one is
# selected. Four things come back in every lesson:
#
# 1. **Predict.** Before a result there is a question. Answer it, at least to yourself; being surprised is how one learns.
# 2. **Move.** Figures have sliders. Drag them, hover over cells, click to pin; `Tab` and the arrow keys work too.
# 3. **Write.** An exercise is one function. The cell below it checks it at once and names the mistake if it knows it.
# 4. **Doubt.** This course grew out of five articles that make 78 claims. Each one is tested in front of you, with what is
#    true about it and what is not. Nothing here is to be taken on trust.
#
# The first cell of every lesson imports what the lesson needs. Run it now.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from IPython.display import display

from course_lib.data import read_table
from course_lib.explorer.palette import SERIES
from course_lib.lesson import check, claim, hint, mine, progress_board
from course_lib.start_here import by_hand, figures, in_torch
from course_lib.timing import median_seconds

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
# Take the sentence that we will carry through the whole course:
#
# > a fluffy blue creature roamed the verdant forest
#
# A computer sees eight separate words. To know what *creature* means here, it has to fetch something from *fluffy* and
# *blue*. So the vector that stands for *creature* has to be recomputed from the vectors around it. There are two ways to
# organise that, and the figure lets you watch both.
#
# **Predict first:** if a sentence is read one word after another, how many steps, counted from the first word, pass before
# *forest* has a new vector that knows about *fluffy*? And if every word may look at every other word at once?

# %%
figures.reach_explorer()

# %% [markdown]
# Move *steps done* from 0 to 8, then switch to *all at once* and do the same: eight steps for *forest*, against one. The numbers are measured: each word's
# vector is nudged, and the figure shows whose new vector answers, relative to the strongest answer in the row.
#
# Two things to see. Read one after another (a **recurrence**, the idea of RNN, LSTM and GRU networks), word *t* has to wait
# for word *t* − 1, and what it still knows of *a* has passed through every word between. Read all at once (**attention**, the
# idea of the Transformer), everything has met everything after one step. Then why did anybody ever do it the other way? The
# next figure asks you something first; guess before you read on.

# %%
figures.work_explorer()

# %% [markdown]
# That is the price. A recurrence of width $d$ makes $2nd^2$ multiplications for $n$ words; attention makes
# $3nd^2 + 2n^2d$, because every word is compared with every other. So attention does **more** arithmetic, always. What it
# does not do is wait: its five steps (project, compare, exponentiate, add up, mix) are five for any length, and hardware that
# can do thousands of multiplications at the same time makes that the better deal.
#
# ## Measure it
#
# Enough counting; let us take the time. Below is the recurrence by hand: `x` holds a row for each word, `W_x` and `W_h` are
# matrices, `@` is the matrix product and `tanh` squeezes every number into the range from −1 to 1. Read the loop: `h` on the left
# needs the `h` of the round before. No cleverness removes that.

# %%
import inspect

print("def recurrence(x, W_x, W_h, h=None):", inspect.getsource(by_hand.recurrence).split('"""')[2])

# %% [markdown]
# The same thing in PyTorch gives the same numbers, and PyTorch's own `torch.nn.RNN` gives them again. This is a habit of the
# course: every function that we write by hand is compared with its twin, and the largest difference is printed.

# %%
rng = np.random.default_rng(0)
x, W_x, W_h = rng.normal(size=(11, 5)), rng.normal(size=(5, 7)) / 3, rng.normal(size=(7, 7)) / 3
rnn = torch.nn.RNN(5, 7, bias=False).double()
with torch.no_grad():
    rnn.weight_ih_l0.copy_(torch.tensor(W_x.T))
    rnn.weight_hh_l0.copy_(torch.tensor(W_h.T))
    by_torch = in_torch.recurrence(*map(torch.tensor, (x, W_x, W_h))).numpy()
    by_library = rnn(torch.tensor(x))[0].numpy()
states = by_hand.recurrence(x, W_x, W_h)
print(f"by hand against torch by hand: {abs(states - by_torch).max():.1e}")
print(f"by hand against torch.nn.RNN:  {abs(states - by_library).max():.1e}")

# %% [markdown]
# Now the race: `torch.nn.RNN` against PyTorch's attention, both 64 wide, on one sentence of growing length, forward only, and
# both on a single core, so that other programs disturb it least. **Predict first:** which is faster at 64 words? And at 4096, where attention has to compare 16 million pairs?

# %%
lengths = [64, 256, 1024, 4096]
width = 64
torch.manual_seed(0)
torch.set_num_threads(1)
reader = torch.nn.RNN(width, width, batch_first=True)
projections = torch.nn.Linear(width, 3 * width)


def attend(tokens):
    queries, keys, values = projections(tokens).chunk(3, dim=-1)
    return torch.nn.functional.scaled_dot_product_attention(queries, keys, values)


with torch.no_grad():
    inputs = [torch.randn(1, n, width) for n in lengths]
    seconds_recurrence = [median_seconds(lambda x=x: reader(x), repeats=5) for x in inputs]
    seconds_attention = [median_seconds(lambda x=x: attend(x), repeats=5) for x in inputs]

# %% tags=["times"]
figure, axes = plt.subplots(figsize=(7, 3.4), layout="constrained")
milliseconds = 1000 * np.array([seconds_recurrence, seconds_attention])
blue, orange, *_ = SERIES
axes.loglog(lengths, milliseconds[0], "o-", color=blue, label="recurrence (torch.nn.RNN)")
axes.loglog(lengths, milliseconds[1], "s--", color=orange, label="attention")
axes.set(xlabel="words", ylabel="milliseconds, median of 5", title="One sentence, width 64, one core")
axes.legend()
ratios = milliseconds[0] / milliseconds[1]
for n, ratio in zip(lengths, ratios, strict=True):
    print(f"{n:>5} words: recurrence / attention = {ratio:.1f}")

# %% [markdown]
# The slope tells the story. The recurrence's time grows in proportion to the length: one more word, one more step. Attention's
# work is done in a few large products, and bends upwards as the $n^2$ pairs take over. Where do the two lines cross? Between two
# measured lengths, a straight line in the picture (both axes are logarithmic) gives a good guess.

# %% tags=["times"]
below = np.flatnonzero(ratios < 1)
if len(below) and below[0] > 0:
    a, b = below[0] - 1, below[0]
    share = np.log(ratios[a]) / np.log(ratios[a] / ratios[b])
    print(f"the lines cross near {lengths[a] * (lengths[b] / lengths[a]) ** share:.0f} words on this machine")
else:
    print(f"the lines do not cross between {lengths[0]} and {lengths[-1]} words on this machine")

# %% [markdown]
# A single core can do only a few multiplications at a time, and attention makes more of them: past the crossing it loses. A GPU
# does thousands at a time: there the products shrink and the waiting does not (lesson 11).
#
# ## What has a fixed length, and what has not
#
# One of the articles says: *RNNs rely on a fixed-length context window.* Here is the recurrence on sentences of three
# lengths, and what it carries from word to word.

# %%
for n in (10, 1_000, 20_000):
    states = by_hand.recurrence(rng.normal(size=(n, 5)), W_x, W_h)
    print(f"{n:>6} words read, {states[-1].size} numbers carried from one word to the next")

# %% [markdown]
# Any length goes in. What is fixed is the **state**: seven numbers here, whether they have to sum up ten words or twenty
# thousand. And the Transformer? It needs to be told the positions of words (lesson 03), and GPT-2 has a table with one row
# for each of 1024 positions (Radford et al. 2019). Ask for one more:

# %%
positions = torch.nn.Embedding(1024, 64)
positions(torch.arange(1024))
try:
    positions(torch.arange(1025))
    refused = ""
except IndexError as error:
    refused = str(error)
print("1024 words: fine. 1025 words:", refused)

# %% [markdown]
# So it is the other way round: the recurrence has an open window and a fixed memory, this Transformer a fixed window in which
# nothing has to be squeezed.
#
# ## And was it worth it?
#
# These are the figures with which the Transformer was introduced: translation quality (BLEU, higher is better) and the
# arithmetic that training took (Vaswani et al. 2017, arXiv:1706.03762, table 2).

# %%
results = read_table("translation_2014.csv")
for row in results:
    name, kind, quality = row["model"], row["kind"], row["bleu_en_de"]
    print(f"{name:<20} {kind:<14} BLEU {quality:>5} {row['training_flops_en_de']:>9} FLOPs")
big = results[-1]
bleu, flops = (lambda row: float(row["bleu_en_de"])), (lambda row: float(row["training_flops_en_de"]))
base = results[-2]
recurrent = max((row for row in results if row["kind"] == "recurrent"), key=bleu)
single = next(row for row in results if row["model"] == "MoE")
saving = flops(single) / flops(base)

# %% [markdown]
# ## Your first exercise
#
# Small on purpose: it is there so that you know how checking feels. Fill in the function, run its cell, then run the check.
#
# **Get it wrong first.** Return `x.sum(axis=0)`, run both cells and read the card. Then try `x.mean(axis=1)`. Then do it
# right.
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
# What happened there: the check made up new arrays, called your function on copies of them, and compared every number. When
# something was off it compared your numbers with those of wrong answers that it knows, and named the one that gave the same.
# An answer may use whatever its header does not rule out; a library's function that does the whole job is no answer.
#
# **What you write, the course uses.** Once it has passed, your function is also there as `mine.mean_of_rows`, here and in later
# lessons; until then the course's own stands in, and every result says whose it was. Put it to work: an average is the plainest
# way to make one vector of a whole sentence. **Predict first:** will it tell *dog bites man* from *man bites dog*?

# %%
dog, bites, man = rng.normal(size=(3, 4))
for sentence in ([dog, bites, man], [man, bites, dog], [dog, bites, dog]):
    print(mine.mean_of_rows(np.stack(sentence)).round(3))
print("computed by", mine.whose("mean_of_rows"))

# %% [markdown]
# The first two lines are the same: an average keeps which words there were, and forgets their order and who did what to whom.
# Lessons 03 and 04 are about what to do instead.
#
# If you are stuck in an exercise, ask for a hint: there are three for each, from a nudge to nearly the line of code, and a cell
# shows its hint however often it runs.

# %%
hint("start_here.mean_of_rows")

# %% [markdown]
# Passed answers, hints and predictions are kept in `progress.sqlite` beside the notebooks, on your disk and nowhere else. This
# is your board; run the cell again whenever you like. On the command line, `make progress` prints it and `make grade` runs
# your notebooks again from top to bottom and prints your marks.

# %%
progress_board()

# %% [markdown]
# ## The map
#
# This is the whole machine, from text at the bottom to the probabilities of the next word at the top. Each part names the
# lesson that takes it apart. Keep it in mind; by the last lesson you will have written all of it.

# %%
from course_lib.start_here.map import lesson_list, transformer_map

transformer_map()

# %% [markdown]
# And here are all the lessons. Take them in order: each uses what the ones before it have built.

# %%
lesson_list()

# %% [markdown]
# ## What the articles say, tested
#
# Four of the 78 claims belong to this lesson. Each card states the claim in the article's words, the verdict, and what was
# measured for it a moment ago, above.

# %% tags=["times"]
slowdown = seconds_recurrence[-1] / seconds_recurrence[0]
kinds = ("recurrence", "attention")
ready = [int((figures.reach_frame(kind, 4)["reach"].max(axis=1) > 0).sum()) for kind in kinds]
display(
    claim("C24", {f"short sentences: recurrence up to {max(ratios):.1f} times as long": max(ratios) > 1,
                  f"64 times the words take it {slowdown:.0f} times the time": slowdown > 10}),
    claim("C33", {f"after 4 steps the recurrence has computed {ready[0]} of 8 words": ready[0] == 4,
                  f"attention {ready[1]} of 8": ready[1] == 8}),
)

# %% [markdown]
# The next claim is the one that was wrong, and the last one is history.

# %%
display(
    claim("C35", {f"a recurrence read {len(states)} words": len(states) == 20_000,
                  f"its state stayed at {states[-1].size} numbers": states[-1].size == 7,
                  "a Transformer's 1024 positions refused word 1025": "out of range" in refused}),
    claim("C78", {f"BLEU {bleu(big)}; the best recurrent ensemble {bleu(recurrent)}": bleu(big) > bleu(recurrent),
                  f"base: {bleu(base)}; the best single recurrent {bleu(single)}": bleu(base) > bleu(single),
                  f"for 1/{saving:.1f} of that one's training arithmetic": saving > 1}),
)

# %% [markdown]
# The last one holds for translation in 2017; that Transformers then replaced recurrent networks in nearly all work on language
# is a matter of record: BERT (Devlin et al. 2018, arXiv:1810.04805), GPT-3 (Brown et al. 2020, arXiv:2005.14165).
#
# ## What to remember
#
# - A word's meaning depends on other words, so its vector must be recomputed from theirs.
# - A recurrence does it one word after another, with a state of fixed size. Attention does it all at once, for more arithmetic.
# - The Transformer has a window of fixed length; the recurrence has a memory of fixed size.
# - Here, a claim comes with a measurement, and a wrong answer with its name.
#
# ## Where to read on
#
# - Vaswani et al. 2017, *Attention Is All You Need*, arXiv:1706.03762: sections 1, 2 and 4 are readable today.
# - Elman 1990, *Finding Structure in Time*, Cognitive Science 14: the recurrence above.
# - Hochreiter and Schmidhuber 1997, *Long Short-Term Memory*, Neural Computation 9: the best-known repair of its memory.
