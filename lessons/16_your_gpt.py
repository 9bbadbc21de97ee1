# %% [markdown]
# # 16 · Your GPT
#
# After this lesson you have
#
# - written the last function: the whole model, forward and back;
# - a GPT made of the functions that you wrote, with the same logits and gradients as PyTorch;
# - a proof that what looks back in it is attention;
# - seen what mistakes would have done to it, and whether the loss would have told;
# - trained it until it beats the counting of words, and changed it to beat itself;
# - a certificate that anybody can check.
#
# About 75 minutes, half an hour of them for the exercise and two waiting. What you wrote in lessons 01 to 10 comes together
# here. Where an exercise has not passed yet, the course's own function stands in, and says so; *yours* below is what the two make together.

# %%
import time
from pathlib import Path
from textwrap import fill

import numpy as np
import torch

from course_lib import corpus
from course_lib.backprop import gpt, in_torch
from course_lib.backprop.by_parts import block_values
from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import picture, subplots
from course_lib.lesson import check, mine
from course_lib.numeric import largest_difference
from course_lib.practice.progress import open_progress
from course_lib.training import by_hand as training
from course_lib.training.studies import bigram_loss
from course_lib.transformer.in_torch import gpt_logits as torch_logits
from course_lib.your_gpt import assembly, attention_helps, own_text, put_back, recall, record
from course_lib.your_gpt import certificate
from course_lib.your_gpt.claims_map import claims_map
from course_lib.your_gpt.parts import missing, parts_map
from course_lib.your_gpt.there_and_back import there_and_back

# %% [markdown]
# ## What is yours
#
# From the text at the bottom to what is written at the top. Lit parts have passed their checks; each of the others leads to the lesson
# that teaches it.

# %%
parts_map(mine)

# %%
for lesson, names in missing(mine).items():
    print(fill(", ".join(names), 88, initial_indent=f"{lesson[:2]}  ", subsequent_indent="    "))
if not missing(mine):
    print("nothing is missing: you have written every part of the map")
for exercise_id, why in mine.set_aside().items():
    print(fill(f"set aside: {exercise_id}: {why}", 88, subsequent_indent="    "))

# %% [markdown]
# ## The last function
#
# One part of the map is new. You have written the way from ids to logits (lesson 07) and the way back through every part (lesson 09). What put the parts
# together was the engine. Now put them together yourself: forward, keeping what the way back will need, and then back in the
# opposite order.
#
# **Predict first:** which parameter gets a gradient from two places? And which arrays must be kept on the way forward? The picture shows it for two blocks.

# %%
there_and_back()

# %% [markdown]
# The table: words were looked up in it, and the logits were made with it. What it gets at both ends adds up, as with every value that is used
# twice. To be kept (dotted) is the `x` that went into each block and into the norm: `block_backward` wants what went *in*. And what arrives at the bottom
# goes to the words and to the positions, for there stands a sum.

# %%
forward = ("loss.cross_entropy", "layer_norm")
back = ("cross_entropy_backward", "linear_backward", "layer_norm_backward", "block_backward", "look_up_backward")
cross_entropy, layer_norm = mine.later(*forward)
cross_entropy_backward, linear_backward, layer_norm_backward, block_backward, look_up_backward = mine.later(*back)
print(fill(mine.whose(*forward, *back), 96))

# %% [markdown]
# {exercise your_gpt.loss_and_gradients}


# %%
# exercise: your_gpt.loss_and_gradients
def loss_and_gradients(ids, targets, params):
    """ids, targets: (token,). Return the mean loss, and a dictionary of gradients with the names and shapes of params."""
    # >>> answer
    table, gain, bias = params["table"], params["gain"], params["bias"]
    x = table[ids] + params["positions"][: len(ids)]
    went_in = []
    for block_params in params["blocks"]:
        went_in.append(x)
        x = block_values(x, block_params)["out"]
    last = layer_norm(x, gain, bias)
    logits = last @ table.T
    d_last, d_turned, _ = linear_backward(last, table.T, cross_entropy_backward(logits, targets))
    d_x, d_gain, d_bias = layer_norm_backward(x, gain, d_last)
    d_blocks = []
    for x, block_params in reversed(list(zip(went_in, params["blocks"], strict=True))):
        d_x, found = block_backward(x, block_params, d_x)
        d_blocks.insert(0, found)
    d_positions = np.zeros_like(params["positions"])
    d_positions[: len(ids)] = d_x
    d_table = look_up_backward(ids, d_x, len(table)) + d_turned.T
    gradients = {"table": d_table, "positions": d_positions, "blocks": d_blocks, "gain": d_gain, "bias": d_bias}
    return cross_entropy(logits, targets), gradients
    # <<< answer


# %%
check("your_gpt.loss_and_gradients", loss_and_gradients)

# %% [markdown]
# From here on it trains everything, one text at a time. Until it passes, the engine of lesson 09 does.
#
# Which functions are really called? Not every part of the map: if your `gpt_logits` contains the steps of a block, your `block` is not called. In training, the way
# forward inside a block is the course's `block_values`.

# %%
working = assembly.at_work(mine)
way_back = "loss_and_gradients" if mine.is_own("loss_and_gradients") else "backward"
plan = parts_map(mine)
who = "the course"
if any(mine.is_own(known) for ids in working.values() for known in ids):
    who = f"you ({plan.own} of {plan.total})"
for doing, ids in working.items():
    print(fill(f"{doing}: {mine.whose(*ids)}", 88, subsequent_indent="    "))

# %% [markdown]
# ## Is it a GPT?
#
# Two comparisons, for random weights. The logits of `gpt_logits` with those of the model of lesson 07 in PyTorch, which there had the logits of Hugging Face's GPT-2; and the
# gradients, the mean over a batch of what `loss_and_gradients` gives, with autograd's, which knows nothing of your derivations.
# **Predict first:** the largest logits are about 0.4, and numbers have 16 digits here. How far apart will the two be?

# %%
rng = np.random.default_rng(16)
params = gpt.random_params(vocab=29, context=12, layers=2, d_model=24, n_heads=3, rng=rng)
ids, targets = rng.integers(0, 29, size=(2, 4, 12))
by_you = assembly.logits(mine, ids[0], params)
as_tensors = in_torch.tensors(params)
by_torch = torch_logits(torch.tensor(ids[0]), as_tensors).detach().numpy()
loss_of_one, of_one = mine.loss_and_gradients(ids[0], targets[0], params)
loss, found = assembly.gradients(mine, ids, targets, params)
forward = np.mean([mine.cross_entropy(assembly.logits(mine, text, params), t) for text, t in zip(ids, targets, strict=True)])
torch_of_one, autograd_of_one = in_torch.loss_and_gradients(ids[:1], targets[:1], params)
torch_loss, autograd = in_torch.loss_and_gradients(ids, targets, params)
gap_of_one = max(largest_difference(array, autograd_of_one[name].numpy()) for name, array in gpt.named(of_one).items())
gap = max(largest_difference(found[name], autograd[name].numpy()) for name in found)
print(f"logits    {largest_difference(by_you, by_torch):.0e} from PyTorch's")
print(f"loss      {abs(loss - torch_loss):.0e}, and {abs(forward - loss):.0e} between the training's forward pass and `gpt_logits`")
print(f"gradients {gap:.0e}, the largest gap of {len(found)} arrays; by", mine.whose("gpt_logits", way_back, "block_backward"))
print(f"one text  {abs(loss_of_one - torch_of_one):.0e}, gradients {gap_of_one:.0e}; by", mine.whose("loss_and_gradients"))

# %% [markdown]
# Rounding at most, everywhere. So it is a GPT, whoever wrote its parts.
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
share, kept = {name: [] for name in runs}, []
for seed in (0, 1, 2):
    start = gpt.random_params(letters, 2 * half - 1, 1, 32, 2, np.random.default_rng(seed))
    pairs = recall.pairs(steps, 8, half, letters, np.random.default_rng(100 + seed))
    ways = (start, ()), (recall.cut(start), recall.CUT)
    for name, (begin, constant) in zip(runs, ways, strict=True):
        trained, losses = assembly.train(mine, begin, pairs, config, constant)
        runs[name].append(losses)
        new_texts = np.random.default_rng(7)
        share[name].append(recall.recalled(mine, trained, half, letters, new_texts))
        kept += [trained] if name == "with attention" else []
print("trained by", mine.whose("training.train", way_back))
for name, shares in share.items():
    print(f"{name:15} second half right:", ", ".join(f"{one:.0%}" for one in shares))
print(f"guessing: {1 / letters:.0%}")
for seed, model in enumerate(kept):
    known, unknown = recall.costs(mine, model, half, letters, np.random.default_rng(7))
    print(f"start {seed}, with attention: a letter that can be known costs {known:.2f} nats, one that cannot {unknown:.2f}")

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
# With attention the second half of new texts is right, from all three starts. Right is not yet sure: where the curve stays above the grey line, letters
# that can be known still cost something, and those that cannot cost more than guessing, ln 8 = 2.08, since the model guesses them too boldly.
# Without attention the loss stays at guessing. One matrix was held at zero and nothing else was changed: what looks back is attention.
#
# Can one see it look? **Predict first:** where in the matrix of weights, if rows look at columns, should a head put its weight?

# %%
texts = recall.pairs(1, 50, half, letters, np.random.default_rng(3))[0][0]
gazes = [recall.gaze(mine, model, texts) for model in kept]
figure, axes = subplots(1, 2, size=(6.2, 3.1))
for head, (ax, weights) in enumerate(zip(axes, gazes[0], strict=True)):
    ax.imshow(weights, vmin=0, vmax=1, cmap="viridis")
    ax.set(title=f"head {head + 1}, first start", xlabel="looks at", ylabel="position")
back = [[np.diagonal(head, -3).mean() for head in heads] for heads in gazes]
said = "; ".join(f"start {k}: " + ", ".join(f"{weight:.2f}" for weight in heads) for k, heads in enumerate(back))
picture(figure, f"The weights of two heads on average. Weight three places back, by head, {said}.")
even = np.mean(1 / np.arange(4, 2 * half))
print(fill(f"weight three places back, head by head, {said}; even weights would give {even:.2f}", 96))
print("by", mine.whose("scaled_scores", "attention.softmax", "split_heads"))

# %% [markdown]
# The third line below the diagonal: nobody told the heads how far, and each start finds it. (In the first three rows there is nothing to find.)
#
# ## Mistakes, put back
#
# What if there had been no check? Nine mistakes go back into the works one at a time. Those that checks have named to you stand first,
# marked with a star, as the course's function that makes the same mistake; known ones fill the table. The same task is trained from three
# starts, for 100 steps. *Noticed* is the step from which the mean of ten losses stays 0.1 nats above that of the right run; *behind* is
# how much higher the last ten are; *right* is the share of the second half that the model then gets right, after the worst of its runs. A dash: never. (*linear*, *block*, *cross_entropy* and
# their like stand for the way back through them, *model* for your last function.) **Predict first:** how many of the nine will the loss show at every start?

# %%
short = training.Settings(steps=100, warmup=20, peak=1e-2, floor=1e-3)
starts = []
for seed in (0, 1, 2):
    start = gpt.random_params(letters, 2 * half - 1, 1, 32, 2, np.random.default_rng(seed))
    pairs = recall.pairs(100, 8, half, letters, np.random.default_rng(100 + seed))
    starts.append((start, pairs, put_back.descend(mine, start, pairs, short)))


def does(model):
    """How well a model does the task."""
    return recall.recalled(mine, model, half, letters, np.random.default_rng(7))


own = put_back.earlier(open_progress())
tried = [
    put_back.try_mistake(part, name, mine, starts, short, does, own=(part, name) in own)
    for part, name in put_back.to_try(open_progress())
]

# %%
print(put_back.told(open_progress(), tried))
print(f"{'':60}{'noticed':>12}{'behind, nats':>18}{'right':>6}")
for one in sorted(tried, key=lambda one: (not one.own, sum(step is None for step in one.steps))):
    print(one.line)
ends, shares = zip(*((np.mean(right.losses[-10:]), does(right.params)) for *_, right in starts), strict=True)
print(f"  the right run ends at {min(ends):.2f} to {max(ends):.2f}; right {min(shares):.0%} and more")
shown = [one for one in tried if not one.broke]
always = sum(None not in one.steps for one in shown)
never = sum(set(one.steps) == {None} for one in shown)
untouched = sum(one.same for one in shown)
print(f"{len(tried) - len(shown)} broke off; noticed from every start: {always}; from none: {never}, untouched {untouched}")

# %% [markdown]
# A mistake that breaks off needs no loss to be seen. *Untouched* means that every loss is that of the right run: this task never comes near
# the mistake. The rest trains on. A minus sign says that the run with the mistake was ahead: after 100 steps the right run is far from
# finished too, and which of two unfinished runs is ahead says little. Look along the rows: a run may be ahead in its loss and behind in what it gets
# right, and the model that lacks a share of its table's gradient was ahead in both when we ran it. And "noticed" asks for a right run beside
# it, which nobody has who is looking for a mistake. So the course compares every function, forward and back, with an independent one.
#
# ## It learns to write
#
# Now the stories of the course: 633 words, windows of 16, 800 steps of 16 windows. It has to beat a count of which word follows which, and itself with
# the attention cut. The course's faster functions get the same start and the same batches. **Predict first:** will it beat both? And how
# far apart will your curve and theirs be after 150 steps?

# %%
words = corpus.vocabulary()
stream, new = words.encode(corpus.stream("train")[:60000]), words.encode(corpus.stream("held_out")[:3000])


def stories(layers=1, d_model=32, n_heads=4, peak=2e-2, steps=800):
    """Train on the stories: what it began as, what it became, the losses, and the loss on stories it has not read."""
    start = gpt.random_params(len(words), 16, layers, d_model, n_heads, np.random.default_rng(5))
    batches = assembly.batches(mine, stream, steps, 16, 16, np.random.default_rng(6))
    config = training.Settings(steps=steps, warmup=15, peak=peak, floor=1e-3)
    trained, losses = assembly.train(mine, start, batches, config)
    return start, trained, losses, assembly.mean_loss(mine, new, trained), batches, config


began = time.perf_counter()
story, storyteller, losses, held_out, batches, config = stories()
seconds = time.perf_counter() - began


# %%
def library(weights, inputs, targets, constant=()):
    """The course's own GPT: the loss and a list of gradients."""
    loss, found = gpt.loss_and_gradients(inputs, targets, assembly.with_arrays(story, weights))
    flat = gpt.named(found)
    return loss, [np.zeros_like(flat[name]) if name.endswith(constant) else flat[name] for name in gpt.named(story)]


by_library, theirs = training.train(library, assembly.arrays(story), batches, config)
for n in (10, 50, 150):
    print(f"from the library's in {n:>3} steps: {largest_difference(losses[:n], theirs[:n]):.0e}")
blind, _ = training.train(
    lambda *given: library(*given, constant=recall.CUT), assembly.arrays(recall.cut(story)), batches, config
)
others = [assembly.mean_loss(mine, new, assembly.with_arrays(story, weights)) for weights in (by_library, blind)]
print(f"on stories it has not read: {held_out:.2f}, the library's {others[0]:.2f}, with the attention cut {others[1]:.2f}")
print(f"knowing nothing {np.log(len(words)):.2f}, counting pairs {bigram_loss(stream, new, len(words)):.2f}")
print("measured by", mine.whose("gpt_logits", "loss.cross_entropy"))

# %% [markdown]
# After 10 steps the two are as far apart as rounding is, and from then on further and further: two runs that differ in the last digit
# part. So even a run that is the same but for rounding ends a little elsewhere, and a difference of that size says nothing. The step from pairs to the cut model is small, and
# that from there to attention is large. **Predict first:** which words does attention make cheaper: those that stood in the window before, as in the task with the
# letters, or the others?

# %%
without = assembly.with_arrays(story, blind)
here, there = (attention_helps.costs(mine, new, model, windows=160) for model in (storyteller, without))
for label, which in (("stood in the window before", here.before), ("did not", ~here.before)):
    print(f"{which.mean():.0%} of the words {label}: {here.nats[which].mean():.2f} nats, with the attention cut {there.nats[which].mean():.2f}")
print("\nlikelier by attention:")
for one in attention_helps.most_helped(here, there):
    print(f"  {words.decode(one.context[-6:])} → {words.decode([one.word])}: {one.here:.0%}, attention cut {one.there:.0%}")

# %% [markdown]
# Both, by about as much. So in these stories it does little recalling; it reads the phrase. With the attention cut, a model sees one word and its
# place, and after *the* anything may come. What do the two write?

# %%
for name, model in (("with attention", storyteller), ("attention cut", without)):
    for seed in range(3):
        told = assembly.write(mine, model, words.encode("a fluffy"), 14, np.random.default_rng(seed))
        print(f"{name:14}  {words.decode(told)}")
after = mine["attention.softmax"](assembly.logits(mine, words.encode("a fluffy"), storyteller)[-1])
likely = sorted(zip(after, words.words, strict=True), reverse=True)[:5]
print("after 'a fluffy':", ", ".join(f"{word} {share:.0%}" for share, word in likely))
print("drawn by", mine.whose("sample", "gpt_logits"))

# %% [markdown]
# With attention a few words in a row fit each other, and then the thread is lost: one block, 32 numbers for each word, three and a half times through
# a short text. Without, pairs fit and nothing else does. That after *fluffy* come colours, both could know.
#
# ## Beat it
#
# Change one thing. One of `{"n_heads": 8}`, `{"d_model": 48}`, `{"layers": 2}` and `{"peak": 4e-2}` is clearly better than what you have (from two starts
# each, when we tried); the text and the number of words read stay the same. **Predict first:** which, and are the others worse? Put your guess into
# `CHANGE` and run; it takes as long as the run above, and twice as long with two layers. Each run stands in your record below.

# %%
CHANGE = {}
if CHANGE:
    began = time.perf_counter()
    other, _, _, loss, *_ = stories(**CHANGE)
    changed = record.Run(f"{who} changed", "the course's stories, words", sum(map(np.size, assembly.arrays(other))), loss,
                         time.perf_counter() - began, f"lesson 16, {CHANGE}")  # fmt: skip
    record.keep(changed)
    verdict = "better" if loss < held_out - 0.2 else "worse" if loss > held_out + 0.2 else "too near to say"
    print(f"{CHANGE}: {loss:.2f} on stories it has not read, against {held_out:.2f}: {verdict}")
else:
    print(f"nothing is changed yet: {held_out:.2f} is to be beaten")

# %% [markdown]
# ## A text of your own
#
# Put the path of a text file into `TEXT`. The first nine tenths of its first 20 000 letters train the tokenizer, by your `tokenization.train`, and the same
# GPT on its tokens; the rest is kept for measuring. As it stands, it takes a part of the course's stories for 100 steps, which are too few to write
# anything. 1000 take ten times as long.

# %%
TEXT, LETTERS, STEPS = None, 20000, 100
whole = own_text.read(TEXT) if TEXT else " ".join(corpus.stream("train")[:8000])
text, rest = whole[: LETTERS * 9 // 10], whole[LETTERS * 9 // 10 : LETTERS]
merges = mine["tokenization.train"](text, 300)
tokens, kept_back = (mine["tokenization.encode"](part, merges) for part in (text, rest))
vocab = 256 + len(merges)
fresh = gpt.random_params(vocab, 16, 1, 32, 4, np.random.default_rng(8))
pairs = assembly.batches(mine, tokens, STEPS, 16, 16, np.random.default_rng(9))
began = time.perf_counter()
writer, curve = assembly.train(mine, fresh, pairs, training.Settings(steps=STEPS, warmup=10, peak=2e-2, floor=1e-3))
took, own_loss = time.perf_counter() - began, assembly.mean_loss(mine, kept_back, writer)
told = assembly.write(mine, writer, tokens[:8], 40, np.random.default_rng(0))
print(f"{len(text)} of {len(whole)} letters read, {len(tokens)} tokens; loss {curve[0]:.2f} to {np.mean(curve[-10:]):.2f} nats a token")
print(f"on the {len(rest)} letters kept back {own_loss:.2f}; knowing nothing {np.log(vocab):.2f},", end=" ")
by_pairs = bigram_loss(np.array(tokens), np.array(kept_back), vocab)
print(f"counting pairs {by_pairs:.2f}")
print(fill(repr(mine["tokenization.decode"](told, merges)), 96) if own_loss < by_pairs else "above the counting of pairs: more steps first")
print("by", mine.whose("tokenization.train", "tokenization.encode", "tokenization.decode"))

# %% [markdown]
# Where both losses are above the counting of pairs, more steps come first. Where what was kept back costs far more than what was read, the model has
# begun to learn by heart, and wants more text; or the last tenth speaks of something else.
#
# ## Your record
#
# A table beside your progress: what others have published, and what you have trained, each with the day and with what makes it again. Losses of
# different texts and tokens cannot be compared with each other; within one text they can.

# %% tags=["times"]
size = sum(map(np.size, assembly.arrays(story)))
if TEXT:
    width = sum(map(np.size, assembly.arrays(fresh)))
    record.keep(record.Run(who, f"{Path(TEXT).name}, tokens", width, own_loss, took, f"lesson 16, {STEPS} steps, {LETTERS} letters"))
record.keep(record.Run(who, "the course's stories, words", size, held_out, seconds, "lesson 16"))

# %% [markdown]
# To go for a better one, take an idea from [lesson 13](13_modern.ipynb), or train by the command, which is faster than NumPy:
# `python -m course_lib train --help`.
#
# ## A certificate
#
# It names what you have written and carries your answers, so that anybody can run them again:
# `python -m course_lib certificate --verify FILE --run`, in the course's folder. Put your name in. It proves that the code in it passes. Who wrote
# the code, no file can prove; the loss and the count at work are your word; and `--run` runs a stranger's code, so it is for those who trust you.

# %% tags=["times"]
NAME = "A learner"
paper = certificate.made(mine, NAME, time.strftime("%Y-%m-%d"), round(held_out, 3), {known for ids in working.values() for known in ids})
target = certificate.save(paper, Path("certificate.svg"))
picture(paper.figure(), "A certificate: " + ", ".join(paper.lines))
print(f"{target.resolve()}: read again and unchanged: {certificate.read(target) == paper}")

# %% [markdown]
# ## What was claimed, and what is so
#
# The course grew out of five articles. Here is every claim of theirs with its verdict and what its lesson measured, or which published figures
# it was held to. Unfold a lesson to read them.

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
