# %% [markdown]
# # 08 · Loss
#
# After this lesson you can
#
# - turn a token's vector into logits, probabilities and one number that says how wrong they were;
# - write that number so that it survives any logits, and say over what it is averaged;
# - read a loss: in nats, as a perplexity, in bits per byte, against an untrained model and against the best there can be;
# - soften targets, leave positions out, and get what PyTorch gets, option by option.
#
# About 75 minutes, four exercises, 8 points. It builds on softmax (lesson 04) and on the whole Transformer (lesson 07).

# %%
import math

import numpy as np
import torch
from IPython.display import display

from course_lib import corpus
from course_lib.attention.by_hand import softmax
from course_lib.explorer.pictures import picture, subplots
from course_lib.lesson import check, claim, hint, mine
from course_lib.loss import by_hand, figures, in_torch, ladder
from course_lib.numeric import largest_difference, numerical_gradient
from course_lib.sentence import TOKENS

# %% [markdown]
# ## One question
#
# > a fluffy blue creature roamed the verdant forest
#
# You have the whole Transformer. It reads these words, and at the end there is a vector at each position. With random weights
# those vectors mean nothing. Training (lesson 10) will change the weights a little, many thousand times, and each time it has to
# know whether things got better or worse. **How wrong was a prediction, as one number?**
#
# First: what is to be predicted? Nobody has to label anything. The text itself holds the answer: at every position, the word
# that comes next. So one text is both, what is read and what should be said, one step apart.

# %%
read, say = by_hand.shift(np.array(TOKENS))
for before, after in zip(read, say, strict=True):
    print(f"after {before:>9} … comes {after}")

# %% [markdown]
# Eight words make seven predictions: nothing comes after the last one. (Where *creature* stands, the model sees *a fluffy
# blue creature*; the causal mask of lesson 04 hides *roamed*, which is what it has to say.) In a model, words are ids, so this is a
# small matter of arrays; and a famous bug, because a model that is asked for the word it sees has nearly no loss within minutes.
#
# {exercise loss.shift}


# %%
# exercise: loss.shift
def shift(ids):
    """ids: (token,). Return inputs and targets, each one token shorter."""
    # >>> answer
    return ids[:-1], ids[1:]
    # <<< answer


# %%
check("loss.shift", shift)

# %% [markdown]
# ## From a vector to a score for every word
#
# The last vector at a position has $d_\text{model}$ entries; what we want is one score for each word of the vocabulary. That is
# one more matrix, with a row for each word: the score is the dot product of the vector with the word's row, as in lesson 02, and
# perhaps plus a bias. These scores are called **logits**. Softmax makes probabilities of them:
#
# $$z = x\,E^\top + b \qquad p_w = \frac{e^{z_w}}{\sum_v e^{z_v}}$$
#
# **Predict first:** 7 positions, width 16, and a vocabulary of 633 words. What is the shape of the logits, and what do the
# probabilities of a row add up to?

# %%
rng = np.random.default_rng(8)
words = corpus.vocabulary()
x = rng.normal(size=(7, 16))
table, bias = rng.normal(size=(len(words), 16)) * 0.1, rng.normal(size=len(words)) * 0.1
scores = by_hand.logits(x, table, bias)
probabilities = softmax(scores)
sums = probabilities.sum(axis=1)
print("logits:", scores.shape, "  smallest probability:", f"{probabilities.min():.5f}")
print("sums of the rows:", sums.round(12))

# %% [markdown]
# A matrix with a row for each word: the course has had one of that shape before, the table of embeddings. Many models use the
# **same** array twice, once to read and once to speak ("tied" weights), and leave out the bias. What that saves, for the smallest
# GPT-2, with 50 257 tokens of width 768 and 124 439 808 parameters in all:

# %%
matrix, biases, gpt2 = 50_257 * 768, 50_257, 124_439_808
print(f"the matrix           {matrix:>12,}   {matrix / gpt2:6.1%} of the model")
print(f"a bias would add     {biases:>12,}   {biases / gpt2:6.2%}")
print(f"an untied second one {matrix:>12,}   for {gpt2 + matrix:,} in all")

# %% [markdown]
# Tied weights get their lessons from two sides: once as the embedding that was read, once as the rows that speak. **Predict
# first:** if you compute the gradient of the loss for a shared table, and then for two separate copies of it, how are the three
# related?

# %%
shared = torch.tensor(table, requires_grad=True)
reads, speaks = (torch.tensor(table, requires_grad=True) for _ in range(2))
inputs, targets = (torch.tensor(part) for part in mine.shift(rng.integers(len(words), size=12)))


def tiny_model(embedding, output):
    return in_torch.cross_entropy(in_torch.logits(torch.tanh(embedding[inputs]), output), targets)


(tied,) = torch.autograd.grad(tiny_model(shared, shared), shared)
from_reading, from_speaking = torch.autograd.grad(tiny_model(reads, speaks), (reads, speaks))
tied_gap = largest_difference(tied, from_reading + from_speaking)
touched = [int((gradient != 0).any(dim=1).sum()) for gradient in (from_reading, from_speaking, tied)]
print(f"tied, against the sum of the two: {tied_gap:.0e}")
print("rows with a gradient: reading", touched[0], " speaking", touched[1], " tied", touched[2])
print("inputs and targets cut by", mine.whose("shift"))

# %% [markdown]
# They add up (lesson 09 shows that this is so for everything that is used twice). And the two differ in reach: reading moves
# the rows of the words that were read, speaking moves all 633, at every step.
#
# ## Being wrong, in one number
#
# Now the number. The word that really came got some probability $p$. If $p$ is 1, nothing was wrong. The smaller it is, the
# worse. Which function of $p$ shall we take? The usual choice is the **surprise**, $-\ln p$, in a unit called *nat*. The figure
# has three words only. It asks you first; then move one logit, and see how many bars follow.

# %%
figures.logits_explorer()

# %% [markdown]
# Four things to find:
#
# - **One logit up, all probabilities move:** what one word gains the others lose.
# - **All three up by the same amount:** nothing moves. Only differences count.
# - **Sure and wrong** costs about the lead of the wrong word; **sure and right** nearly nothing. There is no upper
#   limit.
# - **The slope** for each logit is the probability, less 1 for the word that came. The slopes add up to zero, and
#   vanish where the
# model is sure and right.
#
# Why a logarithm? Probabilities of words one after the other **multiply**. A logarithm turns the product into a sum,
# and a sum over tokens can be averaged.

# %%
p_true = np.array([0.9, 0.5, 0.1, 0.01])
print("surprise of each:", (-np.log(p_true)).round(3))
print(f"of all together:  {-np.log(p_true.prod()):.3f}   their sum: {-np.log(p_true).sum():.3f}")
p_long = np.full(1000, 0.4)
print("1000 words, each with 0.4: probability", p_long.prod(), f" surprise {-np.log(p_long).sum():.1f}")

# %% [markdown]
# That last line is the other reason: the probability of a page of text is smaller than the smallest number of float64, and
# comes out as zero. Its surprise is 916 nats, an ordinary number.
#
# ## Break it: the logarithm of a softmax
#
# The formula says: softmax, then the logarithm of one entry. **Predict first:** with logits 0 and 1000, and the first word being
# the true one, what is the loss on paper? And what will the two lines below make of it, with a softmax that *does* subtract the
# largest logit?

# %%
two = np.array([0.0, 1000.0])
with np.errstate(divide="ignore"):
    naive = -np.log(softmax(two)[0])
stable = by_hand.log_sum_exp(two) - two[0]
print("softmax, then log:   ", naive)
print("log-sum-exp − logit: ", stable)

# %% [markdown]
# On paper it is 1000. But $e^{-1000}$ is far below $5 \cdot 10^{-324}$, the smallest number of float64, so it becomes 0, and
# $-\ln 0$ is infinite. The cure is to take the logarithm before there are numbers. A logarithm of a quotient is a difference,
# and the logarithm of $e^{z}$ is $z$:
#
# $$-\ln\frac{e^{z_t}}{\sum_j e^{z_j}} = \underbrace{\ln\sum_j e^{z_j}}_{\text{log-sum-exp}} - z_t
# \qquad \ln\sum_j e^{z_j} = m + \ln\sum_j e^{z_j - m},\quad m = \max_j z_j$$
#
# **Log-sum-exp** is a soft maximum: never below the largest logit, and above it by at most $\ln$ of how many there are. When does
# $e^z$ overflow? Sooner than many think. The last two take 16 bits a number, and large models are trained in such formats:

# %%
for kind in (torch.float64, torch.float32, torch.bfloat16, torch.float16):
    limit = np.log(torch.finfo(kind).max)
    print(f"{str(kind)[6:]:8} exp overflows above {limit:8.3f}")
soft_maximum = {n: float(by_hand.log_sum_exp(np.full(n, 12.0))) for n in (1, 2, 1000)}
for n, value in soft_maximum.items():
    print(f"log-sum-exp of {n:>4} logits of 12: {value:.3f}")

# %% [markdown]
# In float16 a logit of 12 is too much already; bfloat16 has the range of float32, and fewer digits. With the largest logit
# subtracted, none is too large. (PyTorch's *autocast*, lesson 11, sends softmax and this loss to float32 all the same.) Now write
# the loss. It is called **cross-entropy**, and nearly every language model is trained by it.
#
# To pick one entry from each row, the true word's, a loop will do; NumPy takes two lists of places at once,
# `logits[np.arange(len(targets)), targets]`.
#
# {exercise loss.cross_entropy}


# %%
# exercise: loss.cross_entropy
def cross_entropy(logits, targets):
    """logits: (token, vocab), targets: (token,) ids of the true words. Return the mean loss in nats."""
    # >>> answer
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=-1))
    return float((log_sum - shifted[np.arange(len(targets)), targets]).mean())
    # <<< answer


# %%
check("loss.cross_entropy", cross_entropy)

# %% [markdown]
# ## What is averaged
#
# One of the articles tells it like this: the targets are one-hot rows; multiply them with the logarithms, element by element,
# then sum, then average *over all of them*. Go through it in the figure, a step at a time, and keep an eye on the last step.
# **Predict first:** of the 56 elements of the last table, how many are not zero?

# %%
figures.averaging_explorer()

# %% [markdown]
# One in each row: the 1 of the one-hot picks the true word's surprise, and the zeros erase the rest. Seven tokens, seven
# surprises; the mean divides by seven. Whoever divides by all elements divides by the vocabulary once too often. With eight words
# that is a factor of 8. With GPT-2's vocabulary:

# %%
logits_gpt2, true = rng.normal(size=(5, 50_257)), rng.integers(50_257, size=5)
over_tokens = by_hand.cross_entropy(logits_gpt2, true)
over_elements = over_tokens * len(true) / logits_gpt2.size
pytorch = torch.nn.functional.cross_entropy(torch.tensor(logits_gpt2), torch.tensor(true)).item()
print(f"mean over tokens   {over_tokens:.6f}   PyTorch says {pytorch:.6f}")
print(f"mean over elements {over_elements:.6f}   a factor of {over_tokens / over_elements:.0f}")

# %% [markdown]
# The gradient shrinks by the same factor, so a learning rate that was right is fifty thousand times too small.
#
# ## How large is a large loss?
#
# A loss of 6.45: is that good? Compare it with the model that knows **nothing**. It gives each of $V$ words the
# probability $1/V$, and is surprised by $\ln V$, whatever comes: ln 633 = 6.45 for our small world, ln 50 257 = 10.82
# for GPT-2.
#
# **Predict first:** an *untrained* model, with random logits. Is its loss below $\ln V$, about $\ln V$, or above? And does it matter
# how large its random numbers are?

# %%
spreads = [0.0, 0.5, 1.0, 2.0, 4.0, 8.0]
untrained = []
for spread in spreads:
    guess = rng.normal(size=(500, len(words))) * spread
    untrained.append(mine.cross_entropy(guess, rng.integers(len(words), size=500)))
    above = untrained[-1] - math.log(len(words))
    price = spread**2 / 2
    known = f"above ln V by {above:6.3f}   s²/2 = {price:6.3f}"
    print(f"spread s = {spread:3.1f}: loss {untrained[-1]:6.3f}   {known}")
print("measured by", mine.whose("cross_entropy"))

# %% [markdown]
# Above, and the more so the bolder it guesses; for small spreads the price is $s^2/2$. A test for any model before you
# train it: **the first loss should be $\ln V$, or a little above**. Far above, the starting weights are too large;
# below, the model has seen something that it should not.
#
# ### A ladder
#
# Now some models that only count: how often each word occurs in the training text; which followed which; which followed
# which two. (Each keeps a small share for what was never counted.) All are judged on text that they have not counted.
# At the other end stands the grammar that wrote the text: a reader who knew it would pay what its choices carried, and
# hardly less.
#
# **Predict first:** nothing known: 6.45. How far down does the frequency of each word bring it? And one word of context?

# %%
rungs = ladder.ladder("word", order=5)
floor = corpus.entropy("held_out")
steps = [(rung.name, rung.loss, rung.perplexity) for rung in rungs]
for name, loss, choices in [*steps, ("the grammar itself", floor, by_hand.perplexity(floor))]:
    print(f"{name:22} loss {loss:5.2f}  perplexity {choices:6.1f}  {'▇' * round(loss * 6)}")

# %% [markdown]
# One word of context is the longest step; a fourth brings hardly anything, because longer runs have seldom been seen
# before. What is left, from 1.20 to 0.49, takes more than counting: to remember the story, and to know what words have
# in common. That gap is what attention is for.
#
# ### Perplexity
#
# The column in the middle is the loss in another unit. A choice among $n$ equally likely words has the loss $\ln n$. So a loss
# $L$ is as much surprise as an even choice among so many words, the **perplexity**. You can check it on the first rung.
#
# {exercise loss.perplexity}


# %%
# exercise: loss.perplexity
def perplexity(mean_loss):
    """mean_loss: mean cross-entropy in nats. Return the number of equally likely words."""
    # >>> answer
    return math.exp(mean_loss)
    # <<< answer


# %%
check("loss.perplexity", perplexity)

# %% [markdown]
# ### Bits per byte
#
# Here are two models of the same text, judged on the same held-out part. One reads words, and knows one word before. The other reads
# single bytes, and knows four bytes before. (Nothing is lost in the cutting: the words give the file back to the last byte.)
# **Predict first:** which is the better model?

# %%
by_words, by_bytes = ladder.ladder("word", order=5)[2], ladder.ladder("byte", order=5)[5]
for unit, rung in (("words", by_words), ("bytes", by_bytes)):
    print(f"{unit}: loss {rung.loss:.2f}   perplexity {mine.perplexity(rung.loss):5.1f}")
print("perplexity by", mine.whose("perplexity"))

# %% [markdown]
# The second has a far smaller loss, and perplexity. But it pays more often: a word of this text, with its space, has four or five
# bytes, and the second model is surprised by each of them. A loss *per token* says nothing as long as the tokens differ. So divide the
# whole surprise of the text by something that all agree on, its bytes, and take it in bits (1 bit is ln 2 nats):
#
# $$\text{bits per byte} = \frac{L \cdot \text{tokens}}{\ln 2 \cdot \text{bytes}}$$

# %%
n_bytes = len(corpus.text("held_out").encode())
for unit, rung in (("word", by_words), ("byte", by_bytes)):
    n_tokens = len(ladder.tokens_of("held_out", unit)[0])
    bits = by_hand.bits_per_byte(rung.loss, n_tokens, n_bytes)
    print(f"{rung.loss:.2f} nats × {n_tokens:>6} {unit}s / {n_bytes} bytes: {bits:.2f} bits per byte")

# %% [markdown]
# The order has turned around. Bits per byte can also be read as a file size: with the first model one could pack the text into a
# tenth of its size (a byte is 8 bits), not counting the model. Never compare perplexities across tokenizers; compare bits per byte.
#
# ## Temperature, once more
#
# In lesson 04 a temperature made shares sharper or flatter. Logits can be divided by one as well, when a model writes (lesson
# 10). What does that do to the loss? Below, the model that knows one word before; the figure asks you first, and shows the entropy
# too, in bits: how open the choice is.

# %%
figures.temperature_explorer()

# %% [markdown]
# The curve is a valley with its lowest point at 1; at temperature 0.1 the model is sure of its favourite and pays for
# every time something else comes. A model whose probabilities are true frequencies is called *calibrated*. No loss is
# the smallest without that, but it is not enough: the rung *how often each occurs* says true frequencies too, and costs
# 5.09.
#
# The same can be seen in numbers. If words really come with probabilities $t$, and a model says $p$, its mean loss is
# $-\sum_w t_w \ln p_w$. **Predict first:** for which $p$ is it smallest, and is it zero there?

# %%
t = np.array([0.6, 0.3, 0.1])
opinions = {"what is so": t, "too sure": np.array([0.9, 0.08, 0.02]), "hedging": np.full(3, 1 / 3)}
mean_loss = {name: float(-(t * np.log(p)).sum()) for name, p in opinions.items()}
for name, value in mean_loss.items():
    extra = value - mean_loss["what is so"]
    print(f"{name:11} {opinions[name].round(2)}  mean loss {value:.3f}  more than needed: {extra:.3f}")

# %% [markdown]
# It is smallest for $p = t$, and not zero: what is left is the **entropy** of $t$, which nobody can know in advance.
# What comes on top is the *Kullback–Leibler divergence*, the price of being mistaken about the odds.
#
# ## Label smoothing: not too sure
#
# Those odds hold over many texts. *One* text can be learned by heart, and a model that knows it does better by being surer still:
# for a one-hot target the loss has no lowest point, and logits grow. The Transformer of 2017 was trained on softer targets. A
# share ε, there 0.1, is taken from the true word and spread evenly over all words of the vocabulary. The figure asks first.

# %%
figures.smoothing_explorer()

# %% [markdown]
# Now there is a best lead, and a price beyond it. The authors report both sides: softer targets made perplexity *worse*, for
# the model no longer says what it knows, and translations better (Vaswani et al. 2017, section 5.4).
#
# {exercise loss.label_smoothed}


# %%
# exercise: loss.label_smoothed
def label_smoothed(logits, targets, epsilon):
    """logits: (token, vocab), targets: (token,), epsilon: the share to spread. Return the mean loss."""
    # >>> answer
    shifted = logits - logits.max(axis=-1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    true_words, all_words = logs[np.arange(len(targets)), targets], logs.mean(axis=-1)
    return float(-((1 - epsilon) * true_words + epsilon * all_words).mean())
    # <<< answer


# %%
check("loss.label_smoothed", label_smoothed)

# %% [markdown]
# There are two conventions, and papers do not always say which: does the true word get its part of what is spread? PyTorch says
# yes: with 5 words and ε = 0.1 it keeps 0.92, where the other convention leaves it 0.90. With 50 257 words it keeps 0.900002, and
# nobody can see the difference.
#
# ## Positions that do not count
#
# Sentences of a batch differ in length, and the short ones are filled up. What stands behind the end of a sentence is no
# prediction; its target is set to −100, which is no word, and the loss leaves it out. **Predict first:** seven positions, three of
# them ignored. By which number does the mean divide?

# %%
some = rng.normal(size=(7, 11)) * 2
ids = rng.integers(11, size=7)
padded = ids.copy()
padded[4:] = by_hand.IGNORED
four = by_hand.cross_entropy(some[:4], ids[:4])
total = by_hand.cross_entropy(some, padded, reduction="sum")
print(f"the four that count, alone       {four:.6f}")
print(f"all seven, three of them ignored {by_hand.cross_entropy(some, padded):.6f}")
print(f"summed, and divided by seven     {total / 7:.6f}")

# %% [markdown]
# By four. And if a whole batch is ignored, it is 0 divided by 0. **Predict first:** this course's functions give 0. What does
# PyTorch give, and what does one step with it do to the weights? The last line is a mean that people write themselves: the
# losses times a mask of zeros and ones, divided by how many ones there are.

# %%
nobody, leaf = torch.full((7,), by_hand.IGNORED), torch.tensor(some, requires_grad=True)
mask = (nobody != by_hand.IGNORED).double()
each = torch.nn.functional.cross_entropy(leaf, torch.tensor(ids), reduction="none")
losses = {
    "ours": in_torch.cross_entropy(leaf, nobody),
    "PyTorch": torch.nn.functional.cross_entropy(leaf, nobody),
    "by a mask": (each * mask).sum() / mask.sum(),
}
for name, loss in losses.items():
    (slopes,) = torch.autograd.grad(loss, leaf)
    weights = torch.nn.Parameter(torch.ones(7, 11))
    weights.grad = slopes.float()
    torch.optim.AdamW([weights]).step()
    broken = f"{int(weights.isnan().sum())} of 77 weights NaN after a step"
    print(f"{name:9} loss {loss.item():3.1f}   largest slope {slopes.abs().max():3.1f}   {broken}")

# %% [markdown]
# PyTorch's loss is NaN (*not a number*) and its slopes are 0, so the weights survive; spoilt are the mean and the curve that
# the loss goes into. The mean by a mask is worse: on the way back 1/0 is infinite, 0 times infinity is NaN, and one step makes
# every weight NaN. The cure is to divide by at least 1.

# %% [markdown]
# ## The same in PyTorch, every option
#
# Loops, arrays, PyTorch by hand, and PyTorch's own, on the same numbers: three ways to reduce, three strengths of smoothing, with and
# without ignored positions. Then the gradients, for random weights on the losses of the positions. **Predict first:** how large
# will the largest difference be?

# %%
forward, backward = [], []
upstream = torch.tensor(rng.normal(size=7))
for reduction in ("mean", "sum", "none"):
    for smoothing in (0.0, 0.1, 1.0):
        for goal in (ids, padded):
            options = {"label_smoothing": smoothing, "reduction": reduction}
            arrived = upstream if reduction == "none" else None
            by_torch = in_torch.cross_entropy(leaf, torch.tensor(goal), **options)
            official = torch.nn.functional.cross_entropy(leaf, torch.tensor(goal), **options)
            by_array = by_hand.cross_entropy(some, goal, **options)
            forward += [largest_difference(by_torch, official), largest_difference(by_array, official)]
            slopes = [torch.autograd.grad(loss, leaf, arrived)[0] for loss in (by_torch, official)]
            backward.append(largest_difference(*slopes))
yours_gap = 0.0
for share in (0.0, 0.1, 1.0):
    official = torch.nn.functional.cross_entropy(leaf, torch.tensor(ids), label_smoothing=share)
    yours_gap = max(yours_gap, abs(mine.label_smoothed(some, ids, share) - official.item()))
loops_gap = abs(by_hand.cross_entropy_by_loops(some, ids) - mine.cross_entropy(some, ids))
print(f"{len(backward)} combinations: losses {max(forward):.0e} apart, gradients {max(backward):.0e}")
print(f"loops against arrays: {loops_gap:.0e}, smoothed, against PyTorch: {yours_gap:.0e}")
print("arrays and smoothing are", mine.whose("cross_entropy", "label_smoothed"))

# %% [markdown]
# One function. And the slopes from the first figure, probability less target, are the gradient: here against autograd, and against
# what one measures by moving each logit a little.

# %%
by_formula = by_hand.cross_entropy_gradient(some, padded)
official = torch.nn.functional.cross_entropy(leaf, torch.tensor(padded))
autograd_gap = largest_difference(by_formula, torch.autograd.grad(official, leaf)[0])
by_moving = numerical_gradient(lambda moved: by_hand.cross_entropy(moved, padded), some)
print(f"against autograd {autograd_gap:.0e}, by moving {largest_difference(by_formula, by_moving):.0e}")
figure, axes = subplots(size=(8.2, 3.2))
image = axes.imshow(by_formula, cmap="PuOr_r", vmin=-0.25, vmax=0.25)
axes.set(xlabel="word", ylabel="position", title="(probabilities − targets) / 4", yticks=range(7))
for position, word in enumerate(padded[:4]):
    axes.text(word, position, "true", ha="center", va="center", color="white", weight="bold")
figure.colorbar(image, ax=axes, label="slope of the mean loss")
picture(figure, "Negative at the true word of each of the four rows, slightly positive elsewhere, zero in the padding.")

# %% [markdown]
# In each of the first four rows, one cell is negative, that of the true word: its logit is to rise, all others are to fall, each by as
# much as it was believed. In the row of position 2 nearly all of that falls on one word: the model was sure of it, and wrong. The
# last three rows are ignored, and exactly zero.
#
# ## What the articles say, tested
#
# Three of the claims belong to this lesson. The numbers on the cards were all measured above.

# %%
without_bias = by_hand.logits(x, table)
one_matrix = np.array_equal(without_bias + bias, scores) and scores.shape == (7, len(words))
factor = over_tokens / over_elements
share, more = matrix / gpt2, biases / gpt2
display(
    claim("C11", {f"one matrix of {table.shape}, plus a bias: logits {scores.shape}": one_matrix,
                  f"in GPT-2 it is {share:.0%} of all; a bias, {more:.2%}": more < 0.001 < share,
                  f"tied: the gradients of both uses add up, to {tied_gap:.0e}": tied_gap < 1e-12}),
    claim("C12", {f"over tokens {over_tokens:.3f}, as PyTorch": abs(over_tokens - pytorch) < 1e-9,
                  f"over elements {over_elements:.6f}": over_elements < over_tokens,
                  f"a factor of {factor:.0f}, the vocabulary": round(factor) == 50_257}),
    claim("C56", {f"width {x.shape[1]} becomes {len(words)} scores": scores.shape[1] == len(words),
                  "probabilities above zero": bool((probabilities > 0).all()),
                  f"their sums off 1 by at most {abs(sums - 1).max():.0e}": np.allclose(sums, 1)}),
)

# %% [markdown]
# ## What to remember
#
# - The text is its own answer key: targets are the inputs, one step on.
# - Logits are dot products with a row for each word, often the rows of the embedding itself.
# - The loss is log-sum-exp less the true word's logit, averaged over the **tokens that count**. No probability is ever computed.
# - Untrained: $\ln V$ or a little more. Perfect: the entropy of the text, not zero.
# - Perplexity is $e$ to the loss; to compare tokenizers, use bits per byte.
# - The slope is probability less target. That is where lesson 09 begins, and follows it down through the whole model.
#
# ## Where to read on
#
# - Shannon 1951, *Prediction and Entropy of Printed English*, Bell System Technical Journal 30: people guess the next letter.
# - Vaswani et al. 2017, arXiv:1706.03762: section 3.4 for tied weights, 5.4 for label smoothing.
# - Guo et al. 2017, *On Calibration of Modern Neural Networks*, arXiv:1706.04599: the temperature that mends sureness.
