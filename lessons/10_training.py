# %% [markdown]
# # 10 · Training
#
# After this lesson you can
#
# - write the loop and all its parts, and find what keeps a loop from learning;
# - train a Transformer to write, and say how far it is from the best that is possible;
# - stop a run anywhere and go on to the very same losses;
# - choose between greedy, temperature, top-k and top-p, and show what each costs.
#
# About two hours, seven exercises, 18 points. You need the GPT ([lesson 07](07_transformer.ipynb)), the loss
# ([08](08_loss.ipynb)) and gradients ([09](09_backprop.ipynb)). Without them, take on trust that a GPT scores the next word,
# the loss says how badly, and each weight should go against its gradient. C15 and its like are claims of the [five
# articles](00_start_here.ipynb); `by_hand` is the course's NumPy.

# %%
import tempfile
from pathlib import Path

import numpy as np
import torch
from IPython.display import display

from course_lib import corpus
from course_lib.explorer.pictures import picture, subplots
from course_lib.lesson import check, claim, hint, mine
from course_lib.loss.in_torch import fused_cross_entropy as cross_entropy
from course_lib.numeric import largest_difference
from course_lib.training import figures, in_torch, studies
from course_lib.training.engine import CheckpointError, TrainConfig, Trainer, mean_loss

# %% [markdown]
# ## One question
#
# You have a model whose matrices are random numbers, a loss, and the gradient of that loss with respect to every number.
# **How does that become a model that writes?**
#
# It will read the stories of a small world, written for this course by a grammar. So we know what nobody knows of real text:
# the **entropy**, the cost of the next word to a reader who knows the grammar. In the long run no model does better. Two
# others know less: one counts which word follows which, and one knows nothing.

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
# The text is one long row of numbers. A **batch** is a few windows cut from it at random places. For every token of a window
# the target is the token that follows, so the targets are the same windows, one token later.
#
# **Predict first:** a text of 10 tokens, windows of 4. At how many places can a window begin, if every token of it is to have
# a target?
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
# Six, from 0 to 5: a window at place 6 would end with the last token, which has no successor.
#
# ## How far to go: two means
#
# The gradient says which way is uphill, so one steps the other way. How far? Gradients of different matrices differ by
# factors of thousands, and from batch to batch they jump. There are two ideas, one for each trouble. **Momentum** steps along
# a running mean of the gradients. The other divides by their usual **size**, the root of a running mean of their squares.
#
# **Predict first:** three weights, 100 steps at a rate of 0.1. One has always gradient 5, one always 0.001, one 5 and −5 in
# turn. Which idea helps which?

# %%
sequences = {"always 5": [5.0] * 100, "always 0.001": [0.001] * 100, "5, -5, 5, ...": [5.0, -5.0] * 50}
print("end / way", " " * 6, "".join(f"{way:>18}" for way in studies.distances([1.0])))
for name, sequence in sequences.items():
    moved = studies.distances(sequence).values()
    print(f"{name:16}", "".join(f"{far:>9.2f} / {path:6.2f}" for far, path in moved))

# %% [markdown]
# The first number is how far the weight got, the second how long its way was. The mean spares the third weight most of its
# wandering, and changes nothing for the first two. The size brings those two to one pace, 0.1 for each step, and does nothing
# about the wandering. Together they do both: that is **Adam**. The *W* of **AdamW** is weight decay, which shrinks matrices a
# little at each step, apart from all that.
#
# **Predict first:** both means begin at zero. How large is the first one after one step, if it keeps 90 % of itself? What has
# to be done about that?
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
# A tenth of the gradient, so it is divided by a tenth. After this correction the very first step of every weight is the rate
# itself, whatever its gradient.
#
# ## How fast, when: the schedule
#
# At the beginning the matrices are noise and the means have seen a handful of gradients. So the rate **warms up** from zero.
# At the end long steps only stir around the minimum, so it comes down again.
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
# Three schedules that were really used. One article says that GPT-3's rate "starts high and diminishes". **Predict first:**
# what would its curve look like then, and what will you see? Choose it in the list.

# %%
figures.schedule_explorer()

# %% [markdown]
# GPT-3's rate starts at zero. It is highest after 375 million tokens, an eighth of a percent of its 300 billion: on a linear
# axis the warm-up is thinner than the line, which may be why it was overlooked.
#
# ## A batch that does not fit: micro-batches
#
# A large batch gives a gradient with less noise, and needs memory for every token of it. Where that is too much, one takes it
# in **micro-batches** and joins their gradients before the one update. **Predict first:** 5 windows and then 3. Is the mean
# of the two gradients the gradient of all 8?
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
# Not quite: each counts by its tokens.
#
# ## One odd batch: clipping
#
# Now and then a batch brings a gradient many times longer than usual. One such step can throw the model out of what it has
# learned, so the gradient is **clipped**: shortened where it is too long. **Predict first:** a model has forty arrays. Should
# each be shortened by itself, or all by one factor?
#
# {exercise training.clip}


# %%
# exercise: training.clip
def clip(gradients, most):
    """gradients: a list of arrays; most: the longest allowed. Return the list and the length before."""
    # >>> answer
    length = np.sqrt(sum((gradient**2).sum() for gradient in gradients))
    factor = min(1.0, most / length) if length > 0 else 1.0
    return [gradient * factor for gradient in gradients], length
    # <<< answer


# %%
check("training.clip", clip)

# %% [markdown]
# By one factor, or the gradient would point somewhere else. Both on a real model, in double precision: 8 windows at once
# against 5 and then 3; and what clipping does to the direction (the cosine with the gradient as it was).

# %%
model = studies.small_model().double()
inputs, targets = in_torch.batch(ids, 8, 32, np.random.default_rng(0))


def gradient_of(windows):
    loss = cross_entropy(model(inputs[windows]), targets[windows])
    return [found.numpy() for found in torch.autograd.grad(loss, list(model.parameters()))]


def cosine(one, other):
    one, other = (np.concatenate([array.ravel() for array in arrays]) for arrays in (one, other))
    return one @ other / np.linalg.norm(one) / np.linalg.norm(other)


whole, first, second = (gradient_of(slice(*ends)) for ends in ((0, 8), (0, 5), (5, 8)))
joined = [mine.accumulate(list(pair), [5 * 32, 3 * 32]) for pair in zip(first, second, strict=True)]
careless = [sum(pair) / 2 for pair in zip(first, second, strict=True)]
for name, version in {"counted by tokens": joined, "plain mean of the two": careless}.items():
    print(f"{name:22} {max(map(largest_difference, whole, version)):.1e} from the whole batch")
clipped, length = mine.clip(whole, 0.1)
one_by_one = [mine.clip([array], 0.1)[0][0] for array in whole]
print(f"length {length:.2f}, clipped {mine.clip(clipped, 0.1)[1]:.2f}, cosine {cosine(clipped, whole):.3f}")
print(f"each array by itself: cosine {cosine(one_by_one, whole):.3f};", mine.whose("accumulate", "clip"))

# %% [markdown]
# ## The loop
#
# You have all the parts. Draw a batch, loss and gradient, clip, the rate of this step, update, and again.
#
# {exercise training.train}


# %%
# exercise: training.train
def train(loss_and_gradients, weights, batches, config):
    """weights: a list of arrays; batches: a list of (inputs, targets), one for each step.
    Return the list of final weights and the list of losses."""
    # >>> answer
    weights, losses = list(weights), []
    m, v = [np.zeros(w.shape) for w in weights], [np.zeros(w.shape) for w in weights]
    for step, (inputs, targets) in enumerate(batches, start=1):
        loss, gradients = loss_and_gradients(weights, inputs, targets)
        losses.append(loss)
        gradients, _ = clip(gradients, config.clip)
        rate = learning_rate(step, config.warmup, config.steps, config.peak, config.floor)
        betas = config.beta_1, config.beta_2, config.eps
        for k, gradient in enumerate(gradients):
            decay = config.weight_decay if weights[k].ndim > 1 else 0.0
            moved = adamw_step(weights[k], gradient, m[k], v[k], step, rate, *betas, decay)
            weights[k], m[k], v[k] = moved
    return weights, losses
    # <<< answer


# %%
check("training.train", train)

# %% [markdown]
# Put it to work: your loop, your batches, and a GPT whose gradients PyTorch works out, as you did in lesson 09. Beside it the
# course's engine, `Trainer`, which uses `torch.optim.AdamW`. **Predict first:** same start, same batches; after 30 steps, how
# far apart are the losses? (PyTorch computes in single precision.)

# %%
model, config = studies.small_model(), TrainConfig(steps=30, warmup=5)
leaves = list(model.parameters())
start = [leaf.detach().numpy().copy() for leaf in leaves]


def loss_and_gradients(weights, inputs, targets):
    for leaf, weight in zip(leaves, weights, strict=True):
        leaf.data.copy_(torch.as_tensor(weight))
    loss = cross_entropy(model(torch.as_tensor(inputs)), torch.as_tensor(targets))
    return loss.item(), [found.numpy() for found in torch.autograd.grad(loss, leaves)]


rng = np.random.default_rng(config.seed)
batches = [mine.batch(ids.numpy(), config.batch_size, 32, rng) for _ in range(30)]
trained, losses = mine["training.train"](loss_and_gradients, start, batches, config)
engine = Trainer(studies.small_model(), ids, config=config)
engine.run()
print(f"loss {losses[0]:.2f} at step 1 (ln {vocab} = {nothing:.2f}), {losses[-1]:.2f} at step 30")
print(f"the engine's losses are at most {largest_difference(losses, engine.losses):.0e} away")
print("trained by", mine.whose("training.train", "batch", "learning_rate", "adamw_step"))

# %% [markdown]
# A first loss far from $\ln V$ is a sign of a mistake. This one is where it should be, and the two loops are one.
#
# ### A loop that does not learn
#
# Here is the loop of a colleague. It runs, raises nothing, and does not learn: **four faults** are in it. Mend them in this
# cell, one at a time. The last line says at which step its losses part from yours; mending one fault may move that step. Say
# before each run what you expect.

# %%
def train_of_a_colleague(loss_and_gradients, weights, batches, config):
    weights, losses, lengths = list(weights), [], []
    total = [np.zeros(w.shape) for w in weights]
    for step, (inputs, targets) in enumerate(batches, start=1):
        loss, gradients = loss_and_gradients(weights, inputs, targets)
        losses.append(loss)
        total = [old + new for old, new in zip(total, gradients, strict=True)]
        lengths.append(mine.clip(total, config.clip)[1])
        rate = mine.learning_rate(step, config.warmup, config.steps, config.peak, config.floor)
        m, v = [np.zeros(w.shape) for w in weights], [np.zeros(w.shape) for w in weights]
        betas = config.beta_1, config.beta_2, config.eps
        for k, w in enumerate(weights):
            decay = config.weight_decay if w.ndim > 1 else 0.0
            w, m[k], v[k] = mine.adamw_step(w, total[k], m[k], v[k], step, rate, *betas, decay)
    return weights, losses


_, theirs = train_of_a_colleague(loss_and_gradients, start, batches, config)
apart = abs(np.subtract(theirs, losses)) > 1e-4
print(f"yours {losses[0]:.2f} to {losses[-1]:.2f}, theirs {theirs[0]:.2f} to {theirs[-1]:.2f}")
print(f"they part at step {apart.argmax() + 1}" if apart.any() else "no difference: all four are mended")
print("the parts:", mine.whose("clip", "learning_rate", "adamw_step"))

# %% [markdown]
# <details><summary>The four, once you have them</summary>
# 1. <code>w</code> is only a name: the new array never gets into the list, and nothing is learned.<br>
# 2. <code>total</code> keeps the gradients of all earlier batches (in PyTorch: <code>zero_grad</code> forgotten).<br>
# 3. <code>m</code> and <code>v</code> begin anew at every step.<br>
# 4. The length is noted, and the clipped gradient thrown away.<br>
# With the third alone the loss even ends lower after these 30 steps, 4.8: a curve that falls proves nothing. Compare.</details>
#
# ## The run
#
# Two blocks, 64 wide, windows of 64 words: about 145 thousand numbers, all random now. 400 updates of 32 windows are
# two and a half times through the text. **Predict first:** will it end nearer to 2.5, the counting of pairs, or to 0.5,
# the grammar? You may interrupt it; `run.run(watchers=[curve, snapshots])` goes on where it stood.

# %% tags=["times"]
run = studies.trainer()
curve = figures.LiveCurve({"counts pairs": pairs, "knows the grammar": entropy})
snapshots = studies.Snapshots().begin(run)
run.run(watchers=[curve, snapshots])
curve.finish(run)
speed = run.done * 32 * 64 / run.seconds
print(f"{run.done} steps in {run.seconds:.0f} seconds, {speed:,.0f} words a second")

# %% [markdown]
# Dots are the loss on text that it never sees. Now on *all* of the held-out text, beside the others, and beside a wider model
# that is shipped with the course (1200 steps, windows of 256 words). It has left the counting of pairs behind, and some way
# to the grammar remains. **Predict first:** why? Because it sees 64 words at most, while a story is longer? Or because the
# run was short? If longer windows are what it lacks, words should get cheaper all along a window.

# %%
model = run.model
final, before = mean_loss(model, held_out), snapshots.taken[0].held_out
shipped = studies.load_shipped()
larger = mean_loss(shipped, held_out)
rows = {"before training": before, "counts pairs": pairs, "this run": final}
rows |= {"shipped model": larger, "knows the grammar": entropy}
for name, loss in rows.items():
    print(f"{name:18} {loss:5.2f} nats per word = a choice among {np.exp(loss):6.1f} equal words")
print(f"this run has come {(pairs - final) / (pairs - entropy):.0%} of the way from pairs to grammar")
by_place = studies.loss_by_place(model, held_out).reshape(4, 16).mean(axis=1)
print("words 1-16, 17-32, 33-48, 49-64 of a window:", by_place.round(2))
for steps in ("400 steps", "1200 steps"):
    print(f"recorded, two seeds, {steps:10}", studies.recorded("longer", steps, "all held out"))

# %% [markdown]
# They get cheaper over the first words and then no more: what stands further back is of no use to this model yet. The
# same model with the same window gets to 0.83 and 0.82 in 1200 steps (recorded: `python -m course_lib regenerate
# training_runs`). It is the run that is short.
#
# ## Stop, and go on
#
# The next step depends on the weights, $m$ and $v$, the random states, the number of the step. A **checkpoint** holds
# all of it, and appears whole or not at all. **Predict first:** 12 steps in one go, and 7 steps, saved, loaded into a
# *new* model, then 5 more: how far apart will the losses be?

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
# Not at all, to the bit.
#
# ## Through the training
#
# At every dot of the curve the run also wrote a sentence. **Predict first:** what does it learn first, and what last? Watch
# for words that exist, full stops at plausible places, adjectives before nouns, and sentences that mean something.

# %%
figures.checkpoints_explorer(snapshots.taken, entropy)

# %% [markdown]
# First how often each word occurs at all, then what follows what. Grammar comes later and is not complete after 400 steps:
# look for an *a* before *an*, or for a sentence that loses its way. What it is about comes last.
#
# ## From probabilities to a word
#
# The model gives 633 probabilities; a text needs one word. **Greedy** takes the largest. **Temperature** divides the scores
# first ([lesson 04](04_attention.ipynb)). **Top-k** draws from the k likeliest only; **top-p** from the likeliest that
# together reach p, few where the model is sure and many where it is not. **Predict first:** draw 500 words at temperature 1:
# how close are the shares to the probabilities? At which temperature do "others" win?

# %%
prompt = studies.PROMPT
chances = studies.next_probabilities(model, prompt)
figures.sampling_explorer(np.log(chances), list(corpus.vocabulary().words), prompt)

# %% [markdown]
# Within a few percentage points; and the tail is long, hundreds of words that are nearly impossible each and together are
# not. Over a page one nearly always falls into it: that is what a cut-off is for. Now write the draw yourself.
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
# ## Which way of writing is best?
#
# First your draw, 2000 times. **Predict:** at temperature 1, how far off will the share of the likeliest word be?
#
# One article says that taking the likely token again and again gives coherent text. The shipped model goes on from *the
# mole*, four times, and we measure two ways to fail. It can **repeat** itself: the share of runs of six words that it has
# written before, in the same text or in another. And it can fall apart: the share of three words in a row that are **never
# joined** in the training text. **Predict first:** which way of writing fails by the one, and which by the other?

# %%
logits, rng = np.log(chances), np.random.default_rng(10)
drawn = [mine.sample(logits, 1.0, len(logits), rng) for _ in range(2000)]
share = np.mean(np.array(drawn) == chances.argmax())
print(f"drawn {share:.1%}, its probability {chances.max():.1%}; drawn by", mine.whose("sample"))
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
# The draw comes within about a percentage point. Greedy is coherent, and it has one text: asked four times it says the same
# four times. A high temperature joins what does not belong together, and a cut-off helps. Top-p keeps many words where the
# model is unsure; top-k keeps five even where it is sure.
#
# Follow a text of *your* model word by word: how sure was it? Then type a beginning of your own: *the mole digs at*,
# *the mole dissolves in*, nonsense. (For any text file: `python -m course_lib train my_text.txt --tokenizer
# characters`, then `python -m course_lib write my_text-model.safetensors --prompt "The"`.)

# %%
display(figures.generation_explorer(model))
figures.typed_explorer(model)

# %% [markdown]
# ## Learning rates, warm-up, clipping
#
# Six short runs that differ in nothing but their rate, without clipping. **Predict first:** the worst one is how much worse
# than no training at all? Below them, recorded with three seeds each: the first 150 steps of the run above, with warm-up and
# clipping, and without. **Predict first:** which of the two matters more?

# %%
rates = [1e-4, 1e-3, 3e-3, 1e-2, 1e-1, 1.0]
losses = studies.sweep(rates)
ends = {rate: float(np.mean(curve[-5:])) for rate, curve in losses.items()}
figure, axis = subplots(size=(7.4, 3.2))
for (rate, one), style in zip(losses.items(), ["-", "--", "-.", ":", "-", "--"], strict=True):
    axis.plot(range(1, len(one) + 1), one, ls=style, label=f"{rate:g}")
axis.axhline(nothing, color="grey", lw=0.8)
axis.set(xlabel="step", ylabel="loss", ylim=(4, 12))
axis.legend(title="rate", ncols=2, fontsize=8)
best_rate = min(ends, key=ends.get)
diverging = min((rate for rate in rates if ends[rate] > nothing), default=None)
picture(figure, f"Loss at six rates: best at {best_rate:g}; from {diverging} on it ends above where it began.")
print({f"{rate:g}": round(end, 2) for rate, end in ends.items()})
print(f"best here: {best_rate:g}; the first that ends worse than it began: {diverging}")
for variant in ("both", "no warm-up", "no clipping", "neither"):
    print(f"{variant:12} held-out loss after 150 steps", studies.recorded("start", variant, "held out"))

# %% [markdown]
# The grey line is where all begin. The lowest rate hardly leaves it; the larger ones have spikes; the last leaves the
# picture. The best depends on the length of the run, here 60 steps.
#
# Both protections help, at every seed, and clipping more: without it the loss is 1.0 to 1.4 nats higher, without warm-up 0.3
# to 0.5. Without clipping, these three seeds show no gain from a warm-up. All this at one rate, 0.006.
#
# ## Learning by heart, and dropout
#
# The training text was long enough for a small model to have to find rules. With 1000 words, and time to read them
# sixty times, it can do something else. The figure asks first.

# %%
overfitted = {p: studies.overfit(p) for p in (0.0, 0.3, 0.5)}
figures.dropout_explorer(overfitted)

# %% [markdown]
# Without dropout the two losses part: the model is certain of things that hold for those 1000 words alone. Dropout
# narrows the gap, mostly because the training loss stays up. It does not make it good: the lowest point without dropout
# is lower still, so stopping early would have done more.
#
# ## Break it: no mask, no positions, no residual
#
# Small models, 48 wide, that read windows of **8 words**, for 200 steps. **Predict first:** without the mask every token sees
# the very word it is to predict. Which loss will the training show, and what will the model write? Then positions: what does
# a causal mask alone tell about order ([lesson 03](03_positional_encoding.ipynb))?

# %%
parts = {"nothing": (), "mask": ("mask",), "positions": ("positions",), "residual": ("residual",)}
broken = {name: studies.broken_run(without) for name, without in parts.items()}
for words in (8, 32):
    for name in parts:
        found = [studies.recorded(f"broken, {words} words", name, what) for what in ("training", "writing")]
        print(f"{words:2} words, without {name:10} training {found[0].round(2)}  writing {found[1].round(2)}")
figures.broken_explorer(broken)

# %% [markdown]
# Recorded with three seeds, for windows of 8 words and of 32. With 8 the training loss without a mask falls far below
# all others, and the writing is the worst: the model looks one to the right. **The better the curve, the more reason to
# ask what the model can see.**
#
# Without the residual path hardly anything is learned. Without positions it learns *faster*, at both lengths and every seed: a
# causal mask lets a token tell how much stands before it (Haviv et al. 2022). A longer training may change that.
#
# ## What the articles say, tested
#
# Nine claims, and a test of reach: of 32 symbols one is marked, and a single block has to say which. **Predict first:**
# is it worse where the mark is far away?

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

# %% tags=["times"]
collapse, usual = (broken[name].losses[-10:].mean() for name in ("mask", "nothing"))
alone = [studies.writing_loss(broken[name].model, held_out) for name in ("mask", "nothing")]
greedy, hot, middle = (quality[name] for name in ("greedy", "temperature 2", "top-p 0.9"))
accuracy = studies.copy_accuracy(studies.train_to_copy())
costs, worst = studies.batch_costs(), accuracy.min()
faster = max(cost.tokens_per_second for cost in costs) / costs[0].tokens_per_second
heavier = costs[-1].saved / costs[0].saved
display(
    claim("C30", {f"training loss {collapse:.2f} without a mask, {usual:.2f} with it": collapse < usual / 2,
                  f"where it writes: {alone[0]:.1f} against {alone[1]:.1f}": alone[0] > alone[1] + 1,
                  f"a count of pairs, no attention at all, predicts too: {pairs:.2f}": pairs < nothing - 3}),
    claim("C67", {f"one block, every distance to {len(accuracy)}: {worst:.0%}": worst > 0.9}),
    claim("C57", {f"greedy: {greedy[1]:.0%} never joined, so it is coherent": greedy[1] < 0.1,
                  f"asked four times, {greedy[0]:.0%} repeats what it wrote": greedy[0] > 0.5,
                  f"temperature 2: {hot[1]:.0%} never joined": hot[1] > 0.3,
                  f"top-p 0.9: repeats {middle[0]:.0%}": middle[0] < 0.2}),
    claim("C63", {f"larger batches: up to {faster:.1f} times the words a second": faster > 1.1,
                  f"32 times the batch: {heavier:.0f} times the memory": heavier > 20}),
)

# %% [markdown]
# It is not: every earlier token is one step away. The memory of a batch is proportional to its size, while the speed
# levels off once the processor is busy (on a GPU much later, [lesson 11](11_gpu.ipynb)).
#
# ## What to remember
#
# - The loop: batch, loss and gradient, clip, rate, update. The first loss should be near $\ln V$.
# - AdamW moves each weight by about the rate, whatever its gradient; decay stands apart, and is for matrices.
# - A loss means something beside others: knowing nothing, counting pairs, the entropy; and on held-out text.
# - Greedy has one text, a high temperature falls apart, a cut-off keeps out of the tail.
# - A training loss that is too good to be true is: look for what the model can see.
#
# Next, [lesson 11](11_gpu.ipynb) puts the same step on a GPU.

# %% [markdown]
# ## Where to read on
#
# - Kingma and Ba 2014, *Adam*, arXiv:1412.6980; Loshchilov and Hutter 2017, arXiv:1711.05101.
# - Holtzman et al. 2019, *The Curious Case of Neural Text Degeneration*, arXiv:1904.09751.
# - Haviv et al. 2022, arXiv:2203.16634. Karpathy 2019, *A Recipe for Training Neural Networks*.
