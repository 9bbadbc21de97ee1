# %% [markdown]
# # 10 · Training
#
# After this lesson you can
#
# - write a batch, a learning-rate schedule, AdamW, a gradient from parts and a draw, and prove AdamW equal to PyTorch's;
# - train a Transformer from random numbers to text, and say how far it still is from the best that is possible;
# - stop a run anywhere and go on to the very same losses;
# - choose between greedy, temperature, top-k and top-p, and show by measurement what each costs;
# - recognise a rate that is too low or too high, a text learned by heart, and a mask that was forgotten.
#
# About 100 minutes, five exercises, 12 points. It builds on the model (lesson 07), the loss (08) and gradients (09).

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
from IPython.display import display

from course_lib import corpus
from course_lib.lesson import check, claim, hint, mine
from course_lib.loss.in_torch import fused_cross_entropy as cross_entropy
from course_lib.numeric import largest_difference
from course_lib.training import figures, in_torch, studies
from course_lib.training.engine import CheckpointError, TrainConfig, Trainer, mean_loss

# %% [markdown]
# ## One question
#
# You have a model whose matrices are random numbers, a loss that says how wrong it is, and the gradient of that loss with
# respect to every number. **How does that become a model that writes?**
#
# It will read the stories of a small world, written for this course by a grammar. So we know something that nobody knows of
# real text: the **entropy**, what the next word costs a reader who knows the grammar. No model can do better than that for
# long. Beside it stand two who know less: one who counts which word follows which, and one who knows nothing.

# %%
ids, held_out = studies.stream("train"), studies.stream("held_out")
vocab = len(corpus.vocabulary())
entropy = corpus.entropy()
nothing = float(np.log(vocab))
pairs = studies.bigram_loss(ids.numpy(), held_out.numpy(), vocab)
print(corpus.vocabulary().decode(ids[:34].tolist()))
print(f"{len(ids):,} words to learn from, {len(held_out):,} held out, {vocab} different ones")
readers = {"knows nothing": nothing, "counts pairs": pairs, "knows the grammar": entropy}
for name, nats in readers.items():
    print(f"{name:18} {nats:.2f} nats per word")

# %% [markdown]
# ## What it reads: batches
#
# The text is one long row of numbers. A **batch** is a few windows cut from it at random places. Each window is a whole row of
# lessons: for every token in it, the target is the one that follows, so the targets are the same windows, one token later.
#
# **Predict first:** a text of 10 tokens, windows of 4. At how many places can a window begin, if every token of it has a
# target?
#
# {exercise training.batch}


# %%
# exercise: training.batch
def batch(ids, batch_size, context, rng):
    """ids: (token,). Return inputs and targets, each (batch_size, context)."""
    # >>> answer
    starts = rng.integers(0, len(ids) - context, size=batch_size)
    places = starts[:, None] + np.arange(context)
    return ids[places], ids[places + 1]
    # <<< answer


# %%
check("training.batch", batch)

# %% [markdown]
# Six places, 0 to 5: a window at place 6 would hold the tokens 6 to 9, and the last of them has no successor.
#
# ## How far to go: AdamW
#
# The gradient says which way is uphill, so one takes a step the other way. How long a step? Gradients of different matrices
# differ in size by factors of thousands, and from batch to batch they jump. **AdamW** keeps two running means for every single
# weight: $m$ of its gradients, and $v$ of their squares. It moves by $m / \sqrt v$, a number that is about 1 wherever the
# gradients agree and near 0 where they contradict each other.
#
# **Predict first:** at the very first update, a weight has gradient 5 and another 0.001. How far does each move, at a rate of
# 0.1?
#
# {exercise training.adamw_step}


# %%
# exercise: training.adamw_step
def adamw_step(w, grad, m, v, step, lr, beta_1, beta_2, eps, weight_decay):
    """w, grad, m, v: arrays of one shape; step: from 1. Return the new w, m, v."""
    # >>> answer
    m = beta_1 * m + (1 - beta_1) * grad
    v = beta_2 * v + (1 - beta_2) * grad**2
    m_hat = m / (1 - beta_1**step)
    v_hat = v / (1 - beta_2**step)
    w = w - lr * weight_decay * w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w, m, v
    # <<< answer


# %%
check("training.adamw_step", adamw_step)

# %% [markdown]
# Both move by 0.1. After the correction $\hat m$ is the gradient and $\sqrt{\hat v}$ its size, and the quotient is its sign.
# The *W* is for the weight **decay**: apart from all that, every weight shrinks a little at each step. It is for matrices;
# gains and biases, which have one axis, are left alone.
#
# Is it the function that the world trains with? A hundred updates with the same gradients, by your function, by the course's in
# PyTorch, and by `torch.optim.AdamW`, all in double precision.

# %%
rng = np.random.default_rng(10)
start = rng.normal(size=(3, 5))
gradients = rng.normal(size=(100, 3, 5)) * rng.lognormal(size=(100, 1, 1))
settings = (1e-2, 0.9, 0.99, 1e-8, 0.1)
official = torch.tensor(start, requires_grad=True)
optimizer = torch.optim.AdamW([official], settings[0], settings[1:3], settings[3], settings[4])
ours = [start, 0 * start, 0 * start]
twin = [torch.tensor(array) for array in ours]
for step, gradient in enumerate(gradients, start=1):
    ours = mine.adamw_step(ours[0], gradient, *ours[1:], step, *settings)
    twin = in_torch.adamw_step(twin[0], torch.tensor(gradient), *twin[1:], step, *settings)
    official.grad = torch.tensor(gradient)
    optimizer.step()
adamw_gap = largest_difference(ours[0], official)
print(f"after 100 steps the weights have moved by up to {largest_difference(ours[0], start):.2f}")
print(f"NumPy against torch.optim.AdamW:           {adamw_gap:.1e}   by {mine.whose('adamw_step')}")
print(f"PyTorch by hand against torch.optim.AdamW: {largest_difference(twin[0], official):.1e}")

# %% [markdown]
# ## How fast, when: the schedule
#
# At the beginning $m$ and $v$ have seen a handful of gradients and the matrices are noise: long steps in a direction one knows
# little about do damage that takes long to mend. So the rate **warms up** from zero. At the end long steps only stir around the
# minimum, so it comes down again.
#
# {exercise training.learning_rate}


# %%
# exercise: training.learning_rate
def learning_rate(step, warmup, total, peak, floor):
    """step: 0 before the first update, 1 for the first. Return the rate of this update."""
    # >>> answer
    if step < warmup:
        return peak * step / warmup
    if step >= total:
        return floor
    progress = (step - warmup) / (total - warmup)
    return floor + (peak - floor) * (1 + np.cos(np.pi * progress)) / 2
    # <<< answer


# %%
check("training.learning_rate", learning_rate)

# %% [markdown]
# Three schedules that were really used. The Transformer of 2017 came down by one over the root of the step. One of our articles
# says that GPT-3's rate "starts high and diminishes". **Predict first:** what would its curve look like then, and what will you
# see? Choose it in the list.

# %%
figures.schedule_explorer()

# %% [markdown]
# GPT-3's rate starts at zero. It is at its highest after 375 million tokens, which is an eighth of a percent of its 300
# billion: on a linear axis the warm-up is thinner than the line. That may be why it was overlooked.
#
# ## More than fits into memory: parts of a batch
#
# A large batch gives a gradient with less noise, and needs memory for every token of it. Where that is too much, one takes it
# in parts and adds up the gradients before the one update: **accumulation**. The sum is the gradient of the whole batch, to the
# last digits, if every part counts by its tokens.
#
# {exercise training.accumulate}


# %%
# exercise: training.accumulate
def accumulate(gradients, sizes):
    """gradients: a list of arrays of one shape; sizes: tokens in each part. Return one array."""
    # >>> answer
    total = sum(sizes)
    return sum(size / total * gradient for gradient, size in zip(gradients, sizes, strict=True))
    # <<< answer


# %%
check("training.accumulate", accumulate)

# %% [markdown]
# On a real model, in double precision: the gradient of 8 windows at once against 5 windows and then 3. And the third thing that
# is done to a gradient before it is used: **clipping**. If all of it together is longer than a limit, all of it is shortened by
# one factor. One odd batch then cannot throw the model out of what it has learned.

# %%
model = studies.small_model().double()
inputs, targets = in_torch.batch(ids, 8, 32, np.random.default_rng(0))


def gradient_of(windows):
    loss = cross_entropy(model(inputs[windows]), targets[windows])
    return torch.autograd.grad(loss, list(model.parameters()))


whole, parts = gradient_of(slice(0, 8)), [gradient_of(slice(0, 5)), gradient_of(slice(5, 8))]
pairs_of_parts = [[part.numpy() for part in pair] for pair in zip(*parts, strict=True)]
joined = [mine.accumulate(pair, [5 * 32, 3 * 32]) for pair in pairs_of_parts]
careless = [sum(pair) / 2 for pair in pairs_of_parts]
for name, version in {"counted by tokens": joined, "plain mean of the parts": careless}.items():
    print(f"{name:24} {max(map(largest_difference, whole, version)):.1e} from the whole batch")
clipped, length = in_torch.clip(whole, 1.0)
print("counted by tokens:", mine.whose("accumulate"))
print(f"length of the gradient {length:.2f}, clipped {in_torch.clip(clipped, 1.0)[1]:.2f}")

# %% [markdown]
# ## The loop
#
# That is all there is. Draw a batch, forward, loss, backward, clip, update, and again. Here it is written out, for 30 steps of
# a small model, and the batch, the rate and the update are **yours**: nothing of `torch.optim` is left. (PyTorch works out the
# gradients, as you did in lesson 09.) `course_lib.training.engine.loop` does the same, and adds what makes long runs bearable.

# %%
model, rng = studies.small_model(), np.random.default_rng(0)
weights, betas_and_eps = list(model.parameters()), (0.9, 0.999, 1e-8)
moments = [(np.zeros(w.shape), np.zeros(w.shape)) for w in weights]
first_losses = []
for step in range(1, 31):
    rate = mine.learning_rate(step, 5, 30, 1e-2, 1e-3)
    inputs, targets = (torch.as_tensor(part) for part in mine.batch(ids.numpy(), 16, 32, rng))
    loss = cross_entropy(model(inputs), targets)
    slopes, _ = in_torch.clip(torch.autograd.grad(loss, weights), 1.0)
    for k, (w, slope) in enumerate(zip(weights, slopes, strict=True)):
        decay = 0.1 if w.ndim > 1 else 0.0  # for matrices alone
        old = w.detach().numpy(), slope.numpy(), *moments[k]
        new, *moments[k] = mine.adamw_step(*old, step, rate, *betas_and_eps, decay)
        w.data.copy_(torch.as_tensor(new))
    first_losses.append(loss.item())
print(f"loss at step 1: {first_losses[0]:.2f}, at step 30: {first_losses[-1]:.2f}")
print(f"ln {vocab} = {nothing:.2f};", "trained by", mine.whose("batch", "learning_rate", "adamw_step"))

# %% [markdown]
# The first loss is that of a reader who knows nothing, as it should be; a first loss far from $\ln V$ is a sign of a mistake.
#
# ## The run
#
# Two blocks, 64 wide, a context of 64 words: about 145 thousand numbers, all random now. 400 updates of 32 windows each, which
# is two and a half times through the text.
#
# **Predict first:** at which loss will it end: nearer to 2.5, the counting of pairs, or to 0.5, the grammar? Then run
# the cell, and watch. You may interrupt it (the square in the toolbar), run the cell after this one, and come back: nothing is
# lost.

# %% tags=["times"]
run = studies.trainer()
curve = figures.LiveCurve({"counts pairs": pairs, "knows the grammar": entropy})
snapshots = studies.Snapshots().begin(run)
run.run(watchers=[curve, snapshots])
curve.finish(run)
speed = run.done * 32 * 64 / run.seconds
print(f"{run.done} steps in {run.seconds:.0f} seconds, {speed:,.0f} words a second")

# %% [markdown]
# Dots are the loss on text that it never sees. To go on after an interrupt, `run.run(watchers=[curve, snapshots])` in a cell of
# your own does it: the `run` knows where it stands. Now on *all* of the held-out text, beside the three others, and beside a
# wider model with room for a whole story, which is shipped with the course (`python -m course_lib regenerate world_model` makes it again).

# %%
model = run.model
final, before = mean_loss(model, held_out), snapshots.taken[0].held_out
shipped = studies.load_shipped()
larger = mean_loss(shipped, held_out)
rows = {"before training": before, "counts pairs": pairs, "this run": final}
rows |= {"shipped model": larger, "knows the grammar": entropy}
for name, loss in rows.items():
    print(f"{name:18} {loss:5.2f} nats per word = a choice among {np.exp(loss):6.1f} equal words")

# %% [markdown]
# It left the counting of pairs far behind, and stays about half-way to the grammar. The gap to the entropy has a cause: the grammar that wrote the text remembers
# every story from its beginning, and our model sees the last 64 words at most, in the middle of a window half of that.
#
# ## Stop, and go on
#
# What does the next step depend on? The weights; $m$ and $v$; which windows are drawn next, and what dropout drops next; the
# number of the step. A **checkpoint** holds all of it. It is written under another name first and then given its own in one
# step, so that a power cut leaves the old file or the new one, never half of one.
#
# **Predict first:** 12 steps in one go, and 7 steps, saved, loaded into a *new* model with other random numbers, then 5 more:
# how far apart will the losses be?

# %%
def fresh(seed):
    config = TrainConfig(steps=12, warmup=3)
    return studies.trainer(config, context=16, d_model=16, dropout=0.1, seed=seed)


in_one_go, stopped, resumed = fresh(0), fresh(0), fresh(1)
in_one_go.run()
folder = Path(tempfile.mkdtemp())
stopped.run(until=7, path=folder / "run.safetensors")
resumed.load(folder / "run.safetensors").run()
same_losses = bool((in_one_go.losses == resumed.losses).all())
print("all 12 losses the same, to the bit:", same_losses)
damaged = bytearray((folder / "run.safetensors").read_bytes())
damaged[-100] ^= 1
(folder / "damaged.safetensors").write_bytes(damaged)
try:
    fresh(0).load(folder / "damaged.safetensors")
except CheckpointError as problem:
    print("one bit turned over:", str(problem).replace(str(folder), "…"))

# %% [markdown]
# ## Through the training
#
# At every dot of the curve the run also wrote a sentence. Go through them with the slider: what does it learn first? Watch for
# words that exist, for full stops at plausible places, for adjectives before nouns, and for sentences that mean something.

# %%
figures.checkpoints_explorer(snapshots.taken, entropy)

# %% [markdown]
# First how often each word occurs at all; then what follows what; then grammar; and last what the sentence is about.
#
# ## From probabilities to a word
#
# The model gives 633 probabilities; a text needs one word. **Greedy** takes the largest. **Temperature** divides the logits
# first (lesson 04): below 1 it sharpens, above 1 it flattens. **Top-k** draws from the k likeliest only; **top-p** from the
# likeliest that together reach p, few where the model is sure and many where it is not.
#
# **Predict first:** draw 500 words at temperature 1 and look at the shares beside the probabilities: how close are they? At
# which temperature do you see "others" win?

# %%
prompt = studies.PROMPT
chances = studies.next_probabilities(model, prompt)
figures.sampling_explorer(np.log(chances), list(corpus.vocabulary().words), prompt)

# %% [markdown]
# The tail is long: hundreds of words, each nearly impossible, together not. That is why a cut-off helps: at each word there is
# a small chance to fall into the tail, and over a page one nearly always does. Now write the draw yourself.
#
# {exercise training.sample}


# %%
# exercise: training.sample
def sample(logits, temperature, top_k, rng):
    """logits: (vocab,). Return one id, a whole number."""
    # >>> answer
    if temperature == 0:
        return int(np.argmax(logits))
    scaled = logits / temperature
    kept = np.full(len(logits), -np.inf)
    best = np.argsort(-scaled, kind="stable")[:top_k]
    kept[best] = scaled[best]
    weights = np.exp(kept - kept.max())
    weights /= weights.sum()
    return int(np.searchsorted(np.cumsum(weights), rng.random(), side="right"))
    # <<< answer


# %%
check("training.sample", sample)

# %% [markdown]
# Your draw, on the probabilities of the figure: 2000 words after the same beginning. **Predict first:** at temperature 1 without a
# cut-off, how far off will the share of the likeliest word be? And how many different words come out with top-k 5?

# %%
logits, rng = np.log(chances), np.random.default_rng(10)
draws = {"temperature 1": (1.0, len(logits)), "temperature 2": (2.0, len(logits)), "top-k 5": (1.0, 5)}
for name, (temperature, top_k) in draws.items():
    drawn = [mine.sample(logits, temperature, top_k, rng) for _ in range(2000)]
    share = np.mean(np.array(drawn) == chances.argmax())
    print(f"{name:14} the likeliest word {share:6.1%}   {len(set(drawn)):3} different words")
print(f"its probability is {chances.max():.1%}; drawn by", mine.whose("sample"))

# %% [markdown]
# Two thousand draws come within a percentage point or so of the probability. At temperature 2 hundreds of words come out that
# hardly ever fit; top-k 5 has five, and shares the rest out among them.
#
# ## Which way of writing is best?
#
# One article says that taking the likely token again and again gives coherent text. We let the shipped model go on from *the
# mole*, four times, and measure two ways to fail. It can **repeat** itself: the share of runs of six words that it has written
# before, in the same text or in one of the others. And it can fall apart: the share of three words in a row that are **never
# joined** in all of the training text. **Predict first:** which way of writing fails by the one, and which by the other?

# %%
ways = {
    "greedy": (0.0, None, None),
    "temperature 0.7": (0.7, None, None),
    "temperature 1": (1.0, None, None),
    "temperature 2": (2.0, None, None),
    "temp. 2, top-k 5": (2.0, 5, None),
    "temp. 2, top-p 0.9": (2.0, None, 0.9),
    "top-p 0.9": (1.0, None, 0.9),
}
quality = {}
for name, (temperature, top_k, top_p) in ways.items():
    texts = studies.write_all(shipped, ["the mole"] * 4, 120, temperature, top_k, top_p, seed=1)
    repeats, strange = quality[name] = studies.written_quality(texts)
    opening = " ".join(texts[0].split()[:10])
    print(f"{name:18} repeats {repeats:4.0%}  never joined {strange:4.0%}   {opening} …")

# %% [markdown]
# Greedy is coherent, and it has one text: asked four times it says the same four times. A high temperature joins what does not
# belong together; look at what a cut-off does to it. Where the model is unsure top-p keeps many words and top-k keeps five;
# where it is sure, top-k keeps five all the same.
#
# Follow one text of *your* model word by word: how sure was it each time, and was it the first choice that was drawn?

# %%
figures.generation_explorer(model)

# %% [markdown]
# And now your own text. The words of this world are few; what it does not know becomes one unknown word. Try *the mole digs
# at*, *the mole dissolves in*, a name twice, and something that makes no sense.

# %%
figures.typed_explorer(model)

# %% [markdown]
# ## Learning rates: too low, good, too high
#
# Six short runs that differ in nothing but their rate, without clipping. **Predict first:** the worst one is how much worse
# than no training at all?

# %%
rates = [1e-4, 1e-3, 3e-3, 1e-2, 1e-1, 1.0]
losses = studies.sweep(rates)
ends = {rate: float(np.mean(curve[-5:])) for rate, curve in losses.items()}
figure, axis = plt.subplots(figsize=(7, 3.2), layout="constrained")
styles = ["-", "--", "-.", ":", "-", "--"]
for (rate, one), style in zip(losses.items(), styles, strict=True):
    axis.plot(range(1, len(one) + 1), one, ls=style, label=f"{rate:g}")
axis.axhline(nothing, color="grey", lw=0.8)
axis.set(xlabel="step", ylabel="loss", ylim=(4, 12))
axis.legend(title="rate", ncols=2, fontsize=8)
best_rate = min(ends, key=ends.get)
diverging = min((rate for rate in rates if ends[rate] > nothing), default=None)
print({f"{rate:g}": round(end, 2) for rate, end in ends.items()})
print(f"best here: {best_rate:g}; the first that ends worse than it began: {diverging}")

# %% [markdown]
# The grey line is where all begin. The lowest rate hardly leaves it; then a wide valley of rates that work, the larger ones with
# spikes on the way; then one that jumps off the top of the picture. A model this small forgives much. In large ones the valley is
# narrower, and people go as close to its right edge as they dare; warm-up and clipping are what lets them.
#
# ## Batch size: time and memory
#
# **Predict first:** a batch twice as large has twice the tokens. Does a step take twice as long? And how much more does the
# forward pass have to keep for the backward pass? Times are those of this machine, as ratios to a batch of one.

# %% tags=["times"]
costs = studies.batch_costs()
one = costs[0]
ratios = [
    (c.batch_size, c.tokens_per_second / one.tokens_per_second, c.saved / one.saved) for c in costs
]
for size, speed, memory in ratios:
    print(f"batch {size:>2}: {speed:4.1f} times the words a second, {memory:4.1f} times the memory")

# %% [markdown]
# The memory is exactly proportional. The speed rises as long as a small batch leaves the processor waiting between operations,
# and levels off once it is busy; on a GPU that comes much later (lesson 11).
#
# ## Learning by heart, and dropout
#
# The training text was long enough for our small model to have to find rules. With 1000 words, and time to read them sixty
# times, it can do something else. The figure asks first.

# %%
overfitted = {p: studies.overfit(p) for p in (0.0, 0.1, 0.3, 0.5)}
figures.dropout_explorer(overfitted)

# %% [markdown]
# Without dropout the two losses part: the model is certain of things that hold for those 1000 words alone, and pays dearly on
# others. Dropout makes it learn without relying on any single number: the gap narrows, mostly because the training loss stays up, and
# the end on new text is better. It does not make it good. The lowest point of the curve without dropout is lower still: stopping
# early would have done more here. And nothing replaces more text. That is why very large models, which see everything about once, mostly train without dropout.
#
# ## Break it: no mask, no positions, no residual
#
# **Predict first:** without the mask every token sees the very word it is to predict. Which loss will the training show? And
# what will the model write? Then positions: recall from lesson 03 what a causal mask alone already tells about order.

# %%
parts = {"nothing": (), "mask": ("mask",), "positions": ("positions",), "residual": ("residual",)}
broken = {name: studies.broken_run(without) for name, without in parts.items()}
figures.broken_explorer(broken)

# %% [markdown]
# Without the mask the training loss falls far below the other, and nothing has been learned but to look one to the right. A
# model that writes has nothing there to look at, and is hardly better than one that guesses evenly. **The better the curve, the
# more reason to ask what the model can see.**
#
# Without the residual path hardly anything is learned in this time. And without positions? It learns *faster* here. Under a
# causal mask a token can tell how much stands before it, and windows that begin anywhere make the number of a position useless;
# over a longer training the picture may change (Haviv et al. 2022).
#
# ## Far away is as near as next door
#
# One row of 32 symbols, one of them marked; the last asks which it was. The mark may stand anywhere. **Predict first:** a
# single block, trained for a moment: is it worse where the mark is far away?

# %%
accuracy = studies.copy_accuracy(studies.train_to_copy())
figure, axis = plt.subplots(figsize=(7, 2.4), layout="constrained")
axis.bar(range(1, len(accuracy) + 1), accuracy, width=0.8)
axis.set(xlabel="how far back the marked symbol stands", ylabel="right answers", ylim=(0, 1.05))
axis.axhline(1 / 8, color="grey", ls="--")
print(f"worst distance: {accuracy.min():.1%} right; guessing would give 12.5%")

# %% [markdown]
# All bars are of one height; the dashed line is guessing. Every earlier token is one step away, whatever the distance: the
# query of the last one meets the key of the marked one directly. In a recurrence the mark would have had to survive 31 updates
# of the state (lesson 09).
#
# ## Any text of yours
#
# In a terminal, from the folder of the course, the same loop, with a progress bar, checkpoints and a sample:
#
# ```
# python -m course_lib train my_text.txt --steps 500 --tokenizer characters
# ```
#
# Ctrl-C stops it after the step under way; the same command with `--resume` goes on. `--help` lists the rest. What it saved
# writes as often as you like: `python -m course_lib write my_text-model.safetensors --prompt "..."`.
#
# ## What the articles say, tested
#
# Nine of the claims belong to this lesson. First the training.

# %%
without, with_it = overfitted[0.0], overfitted[0.3]
gap_without, gap_with = (run.held_out[-1] - run.train[-1] for run in (without, with_it))
moved = largest_difference(model.table, studies.trainer().model.table)
slow, good, wild = ends[rates[0]], ends[best_rate], ends[rates[-1]]
gpt3 = [figures.gpt3_rate(tokens) for tokens in (0, 374e6, 375e6, 260e9)]
display(
    claim("C15", {f"400 repetitions: {before:.2f} to {final:.2f} nats, held out": final < before / 3,
                  f"but not at a rate of {rates[-1]}: {wild:.1f} after 60": wild > nothing}),
    claim("C74", {f"the cost fell by {before - final:.1f} nats": final < pairs,
                  f"and what moved are the matrices, the table by up to {moved:.1f}": moved > 0.1}),
    claim("C65", {f"at {rates[0]:g}: {slow:.2f} after 60 steps": slow > good + 0.5,
                  f"at {best_rate:g}: {good:.2f}": good < nothing - 1,
                  f"from {diverging} on: worse than no training": diverging is not None}),
    claim("C55", {f"from training to new text without: {gap_without:.1f} nats": gap_without > 2,
                  f"with p = 0.3: {gap_with:.1f} nats": gap_with < gap_without / 2,
                  "and new text is predicted better": with_it.held_out[-1] < without.held_out[-1]}),
    claim("C64", {"it starts at zero": gpt3[0] == 0,
                  "and rises to 375 million tokens": gpt3[1] < gpt3[2],
                  "a tenth after 260 billion": np.isclose(gpt3[3], gpt3[2] / 10)}),
)

# %% [markdown]
# Then what a model may see, how far it reaches, how it writes, and what a batch costs.

# %% tags=["times"]
collapse, usual = (broken[name].losses[-10:].mean() for name in ("mask", "nothing"))
alone = [studies.writing_loss(broken[name].model, held_out) for name in ("mask", "nothing")]
greedy, hot, middle = (quality[name] for name in ("greedy", "temperature 2", "top-p 0.9"))
faster, heavier, worst = max(ratio[1] for ratio in ratios), ratios[-1][2], accuracy.min()
display(
    claim("C30", {f"training loss {collapse:.2f} without, {usual:.2f} with it": collapse < usual / 2,
                  f"where it writes: {alone[0]:.1f} against {alone[1]:.1f}": alone[0] > alone[1] + 1}),
    claim("C67", {f"one block, every distance to {len(accuracy)}: {worst:.0%}": worst > 0.9}),
    claim("C57", {f"greedy: {greedy[1]:.0%} never joined, so it is coherent": greedy[1] < 0.1,
                  f"asked four times, {greedy[0]:.0%} repeats what it wrote": greedy[0] > 0.5,
                  f"temperature 2: {hot[1]:.0%} never joined": hot[1] > 0.3,
                  f"top-p 0.9: repeats {middle[0]:.0%}": middle[0] < 0.2}),
    claim("C63", {"larger batches: more words a second": faster > 1.1,
                  f"32 times the batch: {heavier:.0f} times the memory": heavier > 20}),
)

# %% [markdown]
# ## What to remember
#
# - The loop: batch, forward, loss, backward, clip, update. The first loss should be near $\ln V$.
# - AdamW moves each weight by about the learning rate, whatever the size of its gradient; the decay stands apart, and is for
#   matrices.
# - Warm up from zero, come down to a floor. Too low a rate is slow, too high a one diverges; a sweep finds the valley between.
# - A loss means something beside others: knowing nothing, counting pairs, the entropy where it is known; and on text that was
#   held out.
# - A checkpoint holds all that the next step depends on, both random states too; it appears whole or not at all.
# - Greedy has one text, a high temperature falls apart, a cut-off keeps out of the tail.
# - A training loss that is too good to be true is: look for what the model can see.
#
# Next, lesson 11 puts the same step on a GPU.
#
# ## Where to read on
#
# - Kingma and Ba 2014, *Adam*, arXiv:1412.6980; Loshchilov and Hutter 2017, *Decoupled Weight Decay*, arXiv:1711.05101.
# - Vaswani et al. 2017, arXiv:1706.03762, section 5; Brown et al. 2020, *GPT-3*, arXiv:2005.14165, appendix B.
# - Holtzman et al. 2019, *The Curious Case of Neural Text Degeneration*, arXiv:1904.09751: why the likeliest text is not the
#   best.
# - Haviv et al. 2022, *Transformer Language Models without Positional Encodings Still Learn Positional Information*,
#   arXiv:2203.16634.
# - Srivastava et al. 2014, *Dropout*, Journal of Machine Learning Research 15.
