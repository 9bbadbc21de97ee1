# %% [markdown]
# # 16 · Your GPT
#
# After this lesson you have
#
# - a GPT in which the functions you wrote are at work, with the same logits and gradients as two libraries;
# - a proof, in half a minute, that it is a Transformer;
# - seen what your own earlier mistakes would have done to it, and whether the loss would have told;
# - trained it on a text of your choice, and a certificate that anybody can check.
#
# About 60 minutes. There is nothing new to write: what you wrote in lessons 01 to 10 comes together here. Where an exercise has
# not passed yet, the course's own function stands in, and says so.

# %%
import time
from pathlib import Path
from textwrap import fill

import numpy as np
import torch

from course_lib import corpus
from course_lib.backprop import gpt, in_torch
from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import picture, subplots
from course_lib.lesson import mine
from course_lib.numeric import largest_difference
from course_lib.practice.progress import open_progress
from course_lib.training import by_hand as training
from course_lib.transformer.in_torch import gpt_logits as torch_logits
from course_lib.your_gpt import assembly, put_back, recall, record
from course_lib.your_gpt.certificate import made, read, save
from course_lib.your_gpt.claims_map import claims_map
from course_lib.your_gpt.parts import missing, parts_map

# %% [markdown]
# ## What is yours
#
# From the text at the bottom to what is written at the top. Lit parts have passed their checks; each of the others leads to the lesson
# that teaches it. Which of them the trainings below call is printed under the map. (Their forward pass, which keeps values for the way
# back, is the course's; it is compared with `gpt_logits` next.)

# %%
parts_map(mine)

# %%
for lesson, names in missing(mine).items():
    print(fill(", ".join(names), 88, initial_indent=f"{lesson[:2]}  ", subsequent_indent="    "))
print(fill("The steps of training below are by " + mine.whose(*assembly.USED) + ".", 88))

# %% [markdown]
# ## Is it a GPT?
#
# Two judges. The logits of `gpt_logits` against PyTorch's, for random weights; and the gradients that your engine collects with your
# `block_backward`, `linear_backward` and the rest, against PyTorch's autograd, which knows nothing of your derivations.
# **Predict first:** numbers have 16 digits here. How many will agree?

# %%
rng = np.random.default_rng(16)
params = gpt.random_params(vocab=29, context=12, layers=2, d_model=24, n_heads=3, rng=rng)
ids, targets = rng.integers(0, 29, size=(2, 4, 12))
by_you = assembly.logits(mine, ids[0], params)
as_tensors = in_torch.tensors(params)
by_torch = torch_logits(torch.tensor(ids[0]), as_tensors).detach().numpy()
loss, found = assembly.gradients(mine, ids, targets, params)
forward = np.mean([mine.cross_entropy(assembly.logits(mine, text, params), t) for text, t in zip(ids, targets, strict=True)])
torch_loss, autograd = in_torch.loss_and_gradients(ids, targets, params)
gap = max(largest_difference(found[name], autograd[name].numpy()) for name in found)
print(f"logits    {largest_difference(by_you, by_torch):.0e} from PyTorch's")
print(f"loss      {abs(loss - torch_loss):.0e}, and {abs(forward - loss):.0e} between the training's forward pass and `gpt_logits`")
print(f"gradients {gap:.0e}, the largest gap of {len(found)} arrays")
print("by", mine.whose("gpt_logits", "backward", "block_backward"))

# %% [markdown]
# Rounding, everywhere. So it is a GPT, whoever wrote its parts.
#
# ## A proof in half a minute
#
# Four random letters, then the same four again. The second half can be known, but only by **looking back**: the letter to
# write stood four places earlier. A model in which no position sees another can do nothing but guess.
#
# So we train twice: your GPT, and the same with its attention cut (the matrix by which heads write is zero and stays zero).
# Of the seven letters that are predicted, three are new and cannot be known by anybody, so the lowest mean loss is not 0. **Predict
# first:** where will the two curves end?

# %%
half, letters, steps = 4, 8, 180
config = training.Settings(steps=steps, warmup=20, peak=1e-2, floor=1e-3)
runs = {"with attention": [], "attention cut": []}
share = {name: [] for name in runs}
for seed in (0, 1, 2):
    start = gpt.random_params(letters, 2 * half - 1, 1, 32, 2, np.random.default_rng(seed))
    pairs = recall.pairs(steps, 16, half, letters, np.random.default_rng(100 + seed))
    ways = (start, ()), (recall.cut(start), recall.CUT)
    for name, (begin, constant) in zip(runs, ways, strict=True):
        trained, losses = assembly.train(mine, begin, pairs, config, constant)
        runs[name].append(losses)
        new_texts = np.random.default_rng(7)
        share[name].append(recall.recalled(mine, trained, half, letters, new_texts))
print("trained by", mine.whose("training.train", "block_backward"))
for name, shares in share.items():
    print(f"{name:15} second half right:", ", ".join(f"{one:.0%}" for one in shares))
print(f"guessing: {1 / letters:.0%}")

# %%
lowest = recall.floor(half, letters)
figure, axes = subplots(size=(7.6, 3.2))
for (name, curves), colour, style in zip(runs.items(), SERIES, ("-", "--"), strict=False):
    for k, losses in enumerate(curves):
        axes.plot(losses, style, color=colour, lw=1.2, label=name if k == 0 else None)
axes.axhline(lowest, color="grey", lw=0.8)
axes.set(xlabel="step", ylabel="loss, nats", title="Three starts each; grey: the lowest possible")
axes.legend()
ends = {name: [np.mean(losses[-20:]) for losses in curves] for name, curves in runs.items()}
said = "; ".join(f"{name} {min(end):.2f} to {max(end):.2f}" for name, end in ends.items())
picture(figure, f"Where the losses end: {said}.")
print(f"the losses end at: {said}")
print(f"lowest possible {lowest:.2f}, guessing {np.log(letters):.2f}")

# %% [markdown]
# With attention the loss comes down to what is possible or near it, and the second half of new texts is right. Without it, it stays at guessing, ln 8,
# from all three starts. One matrix was held at zero and nothing else was changed: what looks back is attention.
#
# ## Your own mistakes, put back
#
# You have made mistakes on the way, and the checks named them. What if there had been no check? Nine go back into the works one at a
# time: yours first, where you made any in these parts, and known ones for the rest. The same task is trained from three starts, for 100
# steps. *Noticed* is the step from which the mean of ten losses stays 0.1 nats above that of the right run; *behind* is how much higher the
# last ten are. **Predict first:** how many of the nine will the loss show at every start?

# %%
short = training.Settings(steps=100, warmup=20, peak=1e-2, floor=1e-3)
starts = []
for seed in (0, 1, 2):
    start = gpt.random_params(letters, 2 * half - 1, 1, 32, 2, np.random.default_rng(seed))
    pairs = recall.pairs(100, 16, half, letters, np.random.default_rng(100 + seed))
    starts.append((start, pairs, put_back.descend(mine, start, pairs, short)))
tried = [put_back.try_mistake(known, name, mine, starts, short) for known, name in put_back.to_try(open_progress())]
print(f"{len(put_back.earlier(open_progress()))} of these mistakes are yours")
print(f"{'':57}{'noticed at step':>18} {'behind, nats':>21}")
for one in sorted(tried, key=lambda one: sum(step is None for step in one.steps)):
    print(one.line)
always, never = (sum(test(step is None for step in one.steps) for one in tried) for test in (lambda g: not any(g), all))
print(f"noticed from every start: {always} of {len(tried)}; from none: {never}")

# %% [markdown]
# *Broke* is a run that raised or gave no number. *Untouched* means that every loss is that of the right run: this task never comes near the
# mistake. Some mistakes change the numbers and are noticed from one start and not from another, or never: the model learns all the same. And
# "noticed" asks for a right run beside it, which nobody has who is looking for a mistake. A falling loss proves little; this is why the course
# compares every function with an independent one.
#
# ## It learns to write
#
# Now the stories of the course: 633 words, windows of 16. The same start and the same batches go to your functions and to the
# course's faster ones. **Predict first:** how far apart will the two losses be after 150 steps?

# %%
words = corpus.vocabulary()
stream = words.encode(corpus.stream("train")[:60000])
story = gpt.random_params(len(words), 16, 1, 32, 4, np.random.default_rng(5))
batches = assembly.batches(mine, stream, 150, 8, 16, np.random.default_rng(6))
config = training.Settings(steps=150, warmup=15, peak=1e-2, floor=1e-3)
began = time.perf_counter()
storyteller, losses = assembly.train(mine, story, batches, config)
seconds = time.perf_counter() - began


def library(weights, inputs, targets):
    """The course's own GPT: the loss and a list of gradients."""
    loss, found = gpt.loss_and_gradients(inputs, targets, assembly.with_arrays(story, weights))
    flat = gpt.named(found)
    return loss, [flat[name] for name in gpt.named(story)]


_, theirs = training.train(library, assembly.arrays(story), batches, config)
print(f"loss {losses[0]:.2f} at first, {np.mean(losses[-20:]):.2f} at last")
for n in (10, 150):
    print(f"from the library's in {n:>3} steps: {largest_difference(losses[:n], theirs[:n]):.0e}")
new = words.encode(corpus.stream("held_out")[:3000])
held_out = assembly.mean_loss(mine, new, storyteller)
print(f"on stories it has not read: {held_out:.2f}, by", mine.whose("loss.cross_entropy"))

# %% [markdown]
# The same curve: after 10 steps they are as far apart as rounding is, and further after 150. And what does it write, after 19 200
# words of reading?

# %%
for seed in range(3):
    begin = words.encode("a fluffy")
    print(words.decode(assembly.write(mine, storyteller, begin, 14, np.random.default_rng(seed))))
print("drawn by", mine.whose("sample", "gpt_logits"))

# %% [markdown]
# ## A text of your own
#
# Put the path of any text file into `TEXT`: the tokenizer is then trained on it, by your `tokenization.train`, and the same GPT on its
# tokens. As it stands, it takes a part of the course's stories. More `steps` and a longer text make it better; 300 take a few minutes.

# %%
TEXT, steps = None, 60
text = Path(TEXT).read_text(encoding="utf-8") if TEXT else " ".join(corpus.stream("train")[:4000])
merges = mine["tokenization.train"](text[:8000], 60)
tokens = mine["tokenization.encode"](text[:8000], merges)
own = gpt.random_params(256 + len(merges), 16, 1, 32, 4, np.random.default_rng(8))
pairs = assembly.batches(mine, tokens, steps, 8, 16, np.random.default_rng(9))
config = training.Settings(steps=steps, warmup=10, peak=1e-2, floor=1e-3)
writer, curve = assembly.train(mine, own, pairs, config)
told = assembly.write(mine, writer, tokens[:16], 30, np.random.default_rng(0))
print(f"{len(tokens)} tokens; loss {curve[0]:.2f} to {np.mean(curve[-10:]):.2f} nats per token")
print(repr(mine["tokenization.decode"](told, merges)))
print("by", mine.whose("tokenization.train", "tokenization.encode", "tokenization.decode"))

# %% [markdown]
# Sixty steps are few, and the text shows it. What would help, you know from lesson 10: more steps, and a wider model.
#
# ## Your record
#
# A table beside your progress: what others have published, and what you have trained, each with what makes it again. Losses of different texts
# and tokens cannot be compared with each other; within one text they can.

# %% tags=["times"]
size = sum(array.size for array in assembly.arrays(story))
record.keep(record.Run("you", "the course's stories, words", size, held_out, seconds, "lesson 16"))

# %% [markdown]
# To go for a better one, take an idea from [lesson 13](13_modern.ipynb), or train by the command, which is faster than NumPy:
# `python -m course_lib train --help`.
#
# ## A certificate
#
# It names what you have written and carries your answers, so that anybody can run them again:
# `python -m course_lib certificate --verify FILE --run`. Put your name in. It proves that the code in it passes; who wrote
# the code, no file can prove.

# %% tags=["times"]
NAME = "A learner"
paper = made(mine, NAME, time.strftime("%Y-%m-%d"), round(held_out, 3), assembly.CALLED)
target = save(paper, Path("certificate.svg"))
picture(paper.figure(), "A certificate: " + ", ".join(paper.lines))
print(f"{target}: read again and unchanged: {read(target) == paper}")

# %% [markdown]
# ## What was claimed, and what is so
#
# The course grew out of five articles. Here is every claim of theirs with its verdict; each was measured live in the lesson it
# stands under. Unfold a lesson to read them.

# %%
claims_map()

# %% [markdown]
# ## What to remember
#
# - A GPT is a few dozen short functions; the map above says which of them are yours.
# - Equal to rounding is a strong statement: two independent ways, forward and backward, to the last digits.
# - A loss that falls does not say that the code is right. An independent peer does, and a task that cannot be solved without the part in
#   question.
# - What made attention needed was a question about one sentence: how does *creature* learn that it is *fluffy*? Everything else was
#   built round the answer.
#
# ## Where to go from here
#
# - Karpathy's nanoGPT and build-nanogpt: the same model at the size of GPT-2, on GPUs (github.com/karpathy/build-nanogpt).
# - Stanford CS336: language models from scratch, with data, systems and alignment (cs336.stanford.edu).
# - ARENA: mechanistic interpretability with exercises, from where lesson 14 stops (arena.education).
# - Raschka, *Build a Large Language Model (From Scratch)*, for fine-tuning and instruction following.
