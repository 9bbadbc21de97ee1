# %% [markdown]
# # 12 · The scale of GPT-3
#
# After this lesson you can
#
# - count the parameters of a large model from four numbers, to the last one, and say where they sit;
# - work out what training it takes: operations, memory, days, energy, and money at a price of your own;
# - say what writing with it takes, and why it is the cache that fills the memory;
# - tell a published figure that follows from its inputs from one that does not.
#
# About 75 minutes, five exercises, 8 points. It builds on the block (lesson 06) and the models made from it (lesson 07).

# %%
import torch
from IPython.display import display

from course_lib.block.in_torch import Block, BlockConfig
from course_lib.lesson import check, claim, hint, mine
from course_lib.scale import by_hand, cost, counted, measured, memory, zoo
from course_lib.scale.digits import rounds_to
from course_lib.scale.families import Shape, parameters, parts
from course_lib.scale.figures import bill_explorer, parts_explorer
from course_lib.scale.flops import flops_per_token, forward_flops, scores_share, step_flops
from course_lib.scale.units import PF_DAY, bytes_text, count_text
from course_lib.training.engine import saved_bytes

# %% [markdown]
# ## One question
#
# GPT-3 has 175 billion parameters. You have read that often. **How would you know?** No one outside has
# ever held its weights. What is public is a paper with a table of sizes: 96 layers, a width of 12 288, 96 heads.
#
# In this lesson no number is taken on trust. Each comes from three witnesses that do not talk to each other: a **formula**, a
# **model** of that shape whose tensors are counted one by one, and the **published** figure. Where they agree, we know. Where
# they do not, it gets interesting. The figure below has its first surprise behind a question.

# %%
parts_explorer()

# %% [markdown]
# The bars say: a large model is its blocks, two thirds of it feed-forward networks. A small one carries its table about like a
# rucksack. Try *Transformer base*, *LLaMA-7B*, and the nanoGPT that knows 65 characters.
#
# ## The first witness: a formula
#
# Everything that a block of GPT-2 holds, you have built in lessons 05 and 06. Here is one of width 6 with its tensors. **Predict
# first:** how many of its numbers are in matrices, in terms of $d = 6$, and how many in vectors?

# %%
block = Block(BlockConfig(d_model=6, n_heads=2))
for name, tensor in block.named_parameters():
    print(f"{name:22} {tuple(tensor.shape)!s:9} {tensor.numel():4}")
in_matrices = sum(tensor.numel() for tensor in block.parameters() if tensor.dim() == 2)
in_vectors = sum(tensor.numel() for tensor in block.parameters() if tensor.dim() == 1)
print(f"in matrices: {in_matrices} = {in_matrices / 6**2:g} × 6²")
print(f"in vectors:  {in_vectors} = {in_vectors / 6:g} × 6")

# %% [markdown]
# Twelve squares and thirteen vectors, whatever the number of heads: heads share the width out, and cost nothing. Around the blocks
# stand a table of tokens, which serves as the output too (*tied*), a table of positions, and a last norm.
#
# {exercise scale.parameter_count}


# %%
# exercise: scale.parameter_count
def parameter_count(layers, d_model, vocab, context):
    """Return how many parameters a model of the GPT-2 family has."""
    # >>> answer
    block = 12 * d_model**2 + 13 * d_model
    return vocab * d_model + context * d_model + layers * block + 2 * d_model
    # <<< answer


# %%
check("scale.parameter_count", parameter_count)

# %% [markdown]
# ## The second witness: a model without memory
#
# Counting the tensors of a real GPT-3 would take 700 GB in float32. PyTorch has a device for those who want the tensors and not
# their numbers: on the **meta** device a tensor has a shape and a type, and nothing behind it. Below, all of GPT-3 is put
# together from this course's own `GPT`, the class that lesson 07 trains, and asked tensor by tensor.
#
# **Predict first:** how many tensors does it take to hold 175 billion numbers?

# %%
gpt3 = zoo.gpt3_rows()[-1].shape
model = counted.build(gpt3)
tensors = list(model.parameters())
name, largest = max(model.named_parameters(), key=lambda pair: pair[1].numel())
print(f"{len(tensors)} tensors, all on {largest.device}")
print(f"the largest, {tuple(largest.shape)}, is the {name}")
print("numbers in them:", f"{sum(tensor.numel() for tensor in tensors):,}")
yours = mine.parameter_count(96, 12_288, 50_257, 2048)
print("by formula:     ", f"{yours:,}, by {mine.whose('parameter_count')}")
for part, numbers in counted.parts_of(model).items():
    print(f"{part:13} counted {numbers:>15,}   by formula {parts(gpt3)[part]:>15,}")

# %% [markdown]
# ## The third witness: what was published
#
# Seventeen models in five families, whose formulas stand in `course_lib/scale/families.py`: LLaMA without biases, with three matrices
# in its feed-forward network (*SwiGLU*) and norms of a single vector (*RMSNorm*), ViT with a matrix for patches of an image, and so on.
# The first column of marks says whether formula and tensors agree, the second whether they agree with the exact count in
# our table, the third whether the label that the model is known by is that number, rounded.

# %%
for published in zoo.published_models().values():
    if published.shape is not None:
        formula = parameters(published.shape)
        same = (counted.count(published.shape) == formula, published.exact == formula)
        marks = "   ".join("✓" if good else "✗" for good in (*same, rounds_to(published.label, formula)))
        print(f"{published.name:35} {formula:>15,}   {marks}   {published.label}")

# %% [markdown]
# Formula and tensors never differ, and every exact count is met. (For GPT-3 and the models of 2017 nobody published one: there
# the exact figure is the formula's own, and the real test is another table, below.) Labels are another matter: seven are not the
# count, rounded. ViT's 86M was cut rather than rounded, nanoGPT's leaves its positions out, *13.0B* and *175.0B* were rounded to
# billions first and given a decimal afterwards, *350M* is nominal. And the two Transformers of 2017 are a case of
# their own.
#
# ## A table that does not multiply out
#
# Table 2.1 of the GPT-3 paper gives layers, width, heads and the width of a head for eight models. Heads times their width should
# be the model's width. **Predict first:** in how many of the eight rows is it?

# %%
d1 = {row.model: row.params_millions for row in zoo.compute_rows()}
by_tensors = {row.model: counted.count(row.shape) for row in zoo.gpt3_rows()}
for row in zoo.gpt3_rows():
    sign = "=" if row.multiplies_out else "≠"
    print(f"{row.model:13} {row.heads:>3} × {row.d_head:3} {sign} {row.d_model:>5}", end="   ")
    fits = "✓" if rounds_to(d1[row.model] + "M", parameters(row.shape)) else "✗"
    numbers = f"{by_tensors[row.model]:>15,}"
    print(f"at width {row.shape.d_model:>5}: {numbers}   table D.1: {d1[row.model]:>6}M {fits}")

# %% [markdown]
# Six of eight. The paper has a second table that knows better: D.1, in the appendix, prints the parameters to four digits, and with
# widths of 2048 and 5120 the formula rounds to all eight of them. At the printed width of 5140 the 13B model would have
# 12 953 million, a hundred million too many. How many heads the XL model has, no count can tell: heads cost nothing.
#
# The paper never says that its table is tied, has 50 257 rows and that there are biases. It says "the same model and architecture
# as GPT-2", and eight numbers that fit to the last printed digit are the evidence.
#
# ## Break it: how fragile is that agreement?
#
# Change one assumption at a time, for the smallest and the largest model. **Predict first:** for which of the two does it matter more
# whether the table is tied?

# %%
small = zoo.gpt3_rows()[0].shape
for shape, printed in ((small, "125M"), (gpt3, "174600M")):
    p, d = parts(shape), shape.d_model
    whole = parameters(shape)
    variants = {
        "as it is": whole,
        "output untied": whole + p["table"],
        "no positions": whole - p["positions"],
        "12 L d² + 2 V d": 12 * shape.layers * d**2 + 2 * p["table"],
        "12 L d²": 12 * shape.layers * d**2,
    }
    for name, numbers in variants.items():
        fits = "fits" if rounds_to(printed, numbers) else "does not fit"
        print(f"{name:17} {numbers:>16,}  {fits} {printed}")

# %% [markdown]
# For GPT-3 even the crudest formula is off by less than half a percent, which is why it is worth knowing: **twelve times layers times
# width squared**. For the small model the table decides. The line before it, 175,181,291,520, is the count of a well-known video
# (3Blue1Brown); it unties the table, leaves out positions, biases and norms, and ends a third of a percent too high. And
# GPT-3 alone could not say whether there are positions, as its printed digits do not see them: only the small models can.
#
# ## A count that does not fit
#
# The first Transformer says 65 million, and our three witnesses say 63. Its paper speaks of "about 37 000" tokens. Table 3
# prints the size of eleven variants; each allows the vocabulary a small range. **Predict first:** do the ranges meet?
#
# The same detective work helps where no count was ever published. With twelve squares a block,
# Gopher and Chinchilla fall short of their names. The last two lines try a thirteenth: a matrix for *relative* positions, which Gopher's paper mentions.

# %%
low, high = {}, {}
for name, row in zoo.variants().items():
    if row.millions:
        blocks = parameters(row.shape()) - parts(row.shape())["table"]
        low[name] = ((row.millions - 0.5) * 1e6 - blocks) / row.d_model
        high[name] = ((row.millions + 0.5) * 1e6 - blocks) / row.d_model
        at_37000 = parameters(row.shape()) / 1e6
        print(f"{name:5} {row.millions:>4}M printed, {at_37000:6.2f}M with 37000 tokens", end="")
        print(f"; right for {low[name]:6.0f} to {high[name]:6.0f} tokens")
ten = [name for name in low if name != "big"]
meeting = (max(low[name] for name in ten), min(high[name] for name in ten))
print(f"ten of eleven meet between {meeting[0]:.0f} and {meeting[1]:.0f}; big does not")
for name in ("Gopher 280B", "Chinchilla 70B"):
    published = zoo.published_models()[name]
    squares, table = published.layers * published.d_model**2 / 1e9, 32_000 * published.d_model / 1e9
    print(f"{name:14} with 12: {12 * squares + table:6.2f} B   with 13: {13 * squares + table:6.2f} B")

# %% [markdown]
# A vocabulary of about 41 100 would explain ten rows to their printed digit; *big* asks for 36 000. That is an inference of ours and no
# fact; what is a fact is that 65M and 213M do not follow from 37 000, so this course never asserts them. With a thirteenth square,
# 280 and 70 billion are met: again an inference, and a good one.
#
# ## Work: how many operations?
#
# A matrix product of $(m, k)$ by $(k, n)$ takes $2mkn$ operations, a multiplication and an addition each. So every number in a
# matrix costs **two operations for each token**. Scores and mixing are products of two things that no parameter made; they come on top and
# grow with the square of the text: $4T^2d$ for each block.
#
# PyTorch can count along while a model runs. **Predict first:** how many times the forward pass is forward and backward together?

# %%
shape = Shape("gpt", layers=3, d_model=20, heads=5, vocab=37, context=13)
tiny = measured.small_gpt(shape)
for part, operations in forward_flops(shape, tokens=11, batch=2).items():
    print(f"{part:21} {operations:>8,}")
forward = measured.counted_flops(tiny, tokens=11, batch=2)
both = measured.counted_flops(tiny, tokens=11, batch=2, backward=True)
print(f"forward   by formula {sum(forward_flops(shape, 11, 2).values()):>9,}   counted {forward:>9,}")
print(f"with back by formula {step_flops(shape, 11, 2):>9,}   counted {both:>9,}")
print(f"forward and backward are {both / forward:g} times forward")
unseen = measured.counted_flops(measured.small_gpt(shape, fused=True), tokens=11, batch=2)
print(f"the same model with the fused kernel: {unseen:,} are counted, {forward - unseen:,} fewer")

# %% [markdown]
# Exactly three times. Going back, every product $XW$ needs two more of the same size, one for the gradient of $X$, one for that of $W$.
# So training costs each parameter 2 + 4 operations for each token.
#
# The last line is a word of caution about such counters. On a CPU this one does not know PyTorch's fused attention, and counts nothing where it
# should say *I do not know*: what is missing are the scores and the mixing, to the last operation.
#
# {exercise scale.training_flops}


# %%
# exercise: scale.training_flops
def training_flops(n_params, tokens):
    """Return about how many operations the training of n_params parameters on so many tokens takes."""
    # >>> answer
    return 6.0 * n_params * tokens
    # <<< answer


# %%
check("scale.training_flops", training_flops)

# %% [markdown]
# Table D.1 of the GPT-3 paper lists the training of seventeen models, in operations and in **petaflop-days** (10¹⁵ operations a
# second for a day, 8.64 × 10¹⁹). T5 has two halves and each token passes through one, so its factor is 3; all others have 6.
# Every row, recomputed:

# %%
for row in zoo.compute_rows():
    days = row.computed / PF_DAY
    fits = rounds_to(row.flops, row.computed) and rounds_to(row.pf_days, days)
    product = f"{row.params_millions:>6}M × {row.tokens_billions:>4}B × {row.flops_per_param}"
    mark = "✓" if fits else "✗"
    print(f"{row.model:13} {product} = {row.computed:.3e}   {row.flops}   {days:8.2f} PF-days {mark}")
bert_large = Shape("bert", layers=24, d_model=1024, heads=16, vocab=30522, context=512)
print(f"BERT-Large by formula: {parameters(bert_large):,}")

# %% [markdown]
# All thirty-four figures are met, halves rounded up. One *input* looks odd: BERT-Large has 335 million parameters by formula; the 355 in the
# table are RoBERTa's, whose vocabulary is larger. A table can multiply out and still start from a wrong number.
#
# What does $6ND$ leave out? The scores. For GPT-3 and its 2048 tokens that is little (and less than shown here: half of its
# blocks look at a band of the text only). **Predict first:** at which length of text would scores be half of all work?

# %%
width, layers, n_params = gpt3.d_model, gpt3.layers, parameters(gpt3)
for context in (2048, 8192, 32_768, 131_072):
    share = scores_share(layers, width, n_params, context)
    print(f"{context:>7} tokens: {share:5.1%} of the work is scores and mixing")
print(f"half of it at {n_params / (2 * layers * width):,.0f} tokens, about six times the width")

# %% [markdown]
# ### Was GPT-3 trained well?
#
# Two years later Hoffmann and others trained four hundred models and asked how a given amount of work is best divided between
# parameters and tokens (*Chinchilla*). Their table 3, with $6ND$ recomputed and tokens divided by parameters:

# %%
for row in zoo.chinchilla_rows():
    ratio = mine.training_flops(row.params, row.tokens) / row.flops
    each = row.tokens / row.params
    print(f"{count_text(row.params):>13} parameters, {each:4.1f} tokens each; 6ND / printed {ratio:.3f}")
print(f"GPT-3: {300e9 / parameters(gpt3):.2f} tokens for each parameter")
best = (3.14e23 / 6 / 20) ** 0.5
print("6ND is", mine.whose("training_flops"))
print(f"with 20 for each: {count_text(best)} parameters, {count_text(20 * best)} tokens, the same work")

# %% [markdown]
# About twenty tokens for each parameter, at every size; GPT-3 had fewer than two. By that rule, a third of its size on
# three times as much text would have been the better use of its work; Chinchilla, 70 billion parameters on 1.4 trillion tokens, overtook it.
#
# One row stands out: at 67 billion, $6ND$ is 4.7 percent above the printed operations, while no other row is off by even one percent.
# We show it and leave it.
#
# ## Memory to train
#
# Adam (lesson 10) keeps two running means for each parameter. In float32 that is 4 bytes each for weight, gradient and the two means:
# 16 bytes. In mixed precision (lesson 11) weight and gradient take 2 bytes, and a float32 copy of the weight comes on top: 16
# again. Measured on tensors that exist:

# %%
kept = measured.kept_bytes(tiny, tokens=11)
formula = memory.training_bytes(parameters(shape), "float32")
for kind, size in kept.items():
    print(f"{kind:13} allocated {size:>7,}   by formula {formula[kind]:>7,}")
print("GPT-3, mixed precision:", bytes_text(sum(memory.training_bytes(parameters(gpt3)).values())))

# %% [markdown]
# 2.8 terabytes before a single text has been read; a GPU of 80 GB holds a thirty-fifth of it. (GB are powers of a thousand and GiB of 1024; at a
# terabyte they differ by a tenth. Shops and papers mean GB, operating systems often GiB.)
#
# And then there is what each block must keep for its backward pass. Korthikanti and others (2022) counted, for $s$ tokens,
# $b$ texts, width $h$ and $a$ heads, in 16 bits and with dropout: $sbh\,(34 + 5as/h)$ bytes. Our blocks drop nothing here, which saves
# the two masks of one byte in the 34, and in the 5 a mask and a copy. PyTorch tells what it keeps; we divide by $sbh$:

# %%
def kept_for_backward(tokens, d_model, fused, heads=4):
    """Bytes that one block keeps for each token and feature, in 16 bits."""
    block = Block(BlockConfig(d_model=d_model, n_heads=heads, fused=fused)).to(torch.bfloat16)
    x = torch.ones(1, tokens, d_model, dtype=torch.bfloat16, requires_grad=True)
    return saved_bytes(lambda: block(x, causal=True), block.parameters()) / (tokens * d_model)


linear = kept_for_backward(256, 128, fused=True)
readable = {tokens: kept_for_backward(tokens, 128, fused=False) for tokens in (128, 256, 512)}
print(f"fused attention: {linear:.2f} (the paper's 34, less 2 for masks)")
for tokens, size in readable.items():
    more = (size - linear) / (4 * tokens / 128)
    print(f"readable attention, {tokens:>3} tokens: {size:6.2f} = {linear:.2f} + {more:.2f} a s / h")
for recompute in ("nothing", "selective", "full"):
    size = gpt3.layers * memory.activation_bytes(2048, 12288, 96, recompute=recompute)
    print(f"GPT-3, one text, computed again: {recompute:10} {size / 1e9:7.2f} GB")
print(f"its attention weights in float32: {memory.attention_matrices_bytes(96, 96, 2048) / 1e9:.1f} GB")

# %% [markdown]
# The linear term is met to a percent: 32, and a little for the norms' means and deviations. The quadratic one depends on how attention is
# written. The paper without dropout would keep 2; our readable softmax keeps two matrices, exponentials and weights, which is 4, and the
# quarter is the mask, a byte for each pair of tokens that four heads share. The fused kernel keeps none of them: the term disappears.
#
# The last lines are the paper's formula at the size of GPT-3: 275 GB for one text. Throwing the quadratic part away and computing it again
# leaves 82, keeping only the inputs of the blocks 4.8.
#
# ## Memory to write
#
# A model that writes keeps the keys and values of everything read so far (lesson 07), or it would compute them anew for every token.
#
# {exercise scale.kv_cache_bytes}


# %%
# exercise: scale.kv_cache_bytes
def kv_cache_bytes(layers, d_model, tokens, batch, bytes_per_element):
    """Return the bytes of the keys and values of all tokens of all texts in all blocks."""
    # >>> answer
    return 2 * layers * d_model * tokens * batch * bytes_per_element
    # <<< answer


# %%
check("scale.kv_cache_bytes", kv_cache_bytes)

# %% [markdown]
# The second witness is the cache that lesson 05 built: let a model read, and ask it for its bytes. The third are the figures that follow
# from the published shapes. The last two lines ask what LLaMA would save if four heads of queries shared one head of keys and
# values, as larger and later models do (*grouped keys*), and what GPT-3 needs for a hundred readers at once.

# %%
caches = measured.cache_of(tiny, tokens=11, batch=2)
held = sum(cache.bytes for cache in caches)
print(f"read by a small model: {held:,} bytes; by formula {mine.kv_cache_bytes(3, 20, 11, 2, 4):,}")
print("the formula is", mine.whose("kv_cache_bytes"))
llama = zoo.published_models()["LLaMA-7B"].shape
grouped = Shape("llama", 32, 4096, 32, vocab=32000, context=2048, d_ff=11008, key_heads=8)
gpt2 = zoo.published_models()["GPT-2 124M"].shape
cache_of = {"GPT-2 124M": (gpt2, 1024, 1), "LLaMA-7B": (llama, 2048, 1), "GPT-3 175B": (gpt3, 2048, 1)}
cache_of |= {"LLaMA-7B, grouped": (grouped, 2048, 1), "GPT-3, 100 texts": (gpt3, 2048, 100)}
for name, (architecture, tokens, batch) in cache_of.items():
    print(f"{name:18} {tokens} tokens: {bytes_text(memory.cache_bytes(architecture, tokens, batch))}")

# %% [markdown]
# Exactly 36 MiB, 1 GiB, 9 GiB. For a hundred readers the cache is nearly three times as large as GPT-3 itself with its 349 GB. That is why keys are
# shared: a quarter of the heads, a quarter of the cache.
#
# ## What is a batch?
#
# One of our articles says that GPT-3 trains "with a batch of 3.2 million samples". Table 2.1 has a column *batch size* with 3.2M in
# it, and the paper says what it counts: tokens.
#
# {exercise scale.sequences_per_batch}


# %%
# exercise: scale.sequences_per_batch
def sequences_per_batch(batch_tokens, context):
    """Return how many sequences of `context` tokens a batch of so many tokens holds."""
    # >>> answer
    return batch_tokens / context
    # <<< answer


# %%
check("scale.sequences_per_batch", sequences_per_batch)

# %% [markdown]
# **Predict first:** if it were samples, each a text of 2048 tokens, how many batches would the 300 billion training tokens be?

# %%
batch = zoo.gpt3_rows()[-1].batch_tokens
texts = mine.sequences_per_batch(batch, 2048)
print(f"a batch of {batch:,} tokens is {texts:,} texts of 2048, by {mine.whose('sequences_per_batch')}")
print(f"300 billion tokens are {300e9 / batch:,.0f} such batches")
print(f"with {batch:,} texts in a batch they would be {300e9 / (batch * 2048):.0f} batches")

# %% [markdown]
# No model is trained in 46 steps. The half text in 1562.5 says that 3.2M was rounded by whoever printed it, so exact batch sizes are
# nothing to build on.
#
# ## Days, energy, money
#
# A device has a peak, what it could do if it multiplied dense matrices all day, and a **utilisation**, the share of the peak that a real run
# reaches. Lesson 11 measured some.
#
# {exercise scale.training_days}


# %%
# exercise: scale.training_days
def training_days(flops, n_devices, peak_flops, utilisation):
    """Return how many days a run of so many operations takes."""
    # >>> answer
    return flops / (n_devices * peak_flops * utilisation) / 86_400
    # <<< answer


# %%
check("scale.training_days", training_days)

# %% [markdown]
# Two published runs. Patterson and others (2021) report for GPT-3 ten thousand V100, 24.6 of 125 TFLOP/s each, 330 watts for each with its
# computer, and a building that draws 1.10 watts for each of theirs. Narayanan and others (2021) estimate 1024 A100 at 140 TFLOP/s that compute
# every forward pass twice, $8ND$. **Predict first:** which of the two is done sooner?

# %%
v100 = cost.DEVICES["V100"].peak_flops
days = mine.training_days(3.14e23, 10_000, v100, 24.6e12 / v100)
megatron = cost.megatron_days(300e9, 175e9, 1024, 140e12)
years = cost.device_years(3.14e23, v100, 24.6e12 / v100)
energy = cost.energy_mwh(3.14e23, 24.6e12, watts=330, overhead=1.10)
print("days by", mine.whose("training_days"))
print(f"10,000 V100: {days:.1f} days; one V100: {years:.0f} years")
print(f"1,024 A100, with recomputation: {megatron:.1f} days (published: 34)")
print(f"energy: {energy:.0f} MWh (published: 1287)")
print(f"552 published tonnes of CO₂ are {552e3 / energy:.0f} g for each kWh")
nano = parameters(zoo.published_models()["nanoGPT GPT-2 124M"].shape) - 1024 * 768  # without positions
per_token = flops_per_token(nano, layers=12, heads=12, d_head=64, context=1024)
print(f"nanoGPT's notebook prints 875062886400 for 1024 tokens; here {per_token * 1024:.0f}")
print(f"GPT-3's MFU is published as 21.3 %; 24.6 of 125 TFLOP/s are {24.6 / 125:.1%}")
print(f"the five shares of GPT-3's training text sum to {sum([60, 22, 8, 8, 3])} %")

# %% [markdown]
# Ten thousand devices are done first, for 404 device-years; they are slower and far more. The last lines are about utilisation. It has a definition that
# one can compute, the **MFU** of Chowdhery and others (2022): the operations that a run *needed*, $6N + 12LHQT$ for each
# token, over those that its devices could have done. nanoGPT's example is met to the last digit. GPT-3's 21.3 does not
# follow from the two figures that we have, and the shares of its text were rounded: shown, and not asserted.
#
# ## And on your own device?
#
# Multiply two matrices a few times and divide the operations by the seconds. The rate differs from round to round, so the range
# is printed with it; it is for float32, and the calculator below takes the slowest and the fastest round, as if your
# device did nothing else.

# %% tags=["times"]
rate = measured.matmul_rate()  # operations for each of the seconds that a few products took
rate

# %% [markdown]
# Now the whole calculator. It starts with the smallest GPT-2 on eight A100. The square among the round marks is you; both axes are logarithmic:
# equal steps are equal factors. Try these, and guess before you move:
#
# - a model that your own device trains in a day; then twice its width: what happens to the days?
# - GPT-3: 96 blocks, 12288, 96 heads, 2048, 3e+11 tokens. How long on your device?
# - the same with a context of 131 072: which bar explodes?
# - 25 heads at a width of 12 288: the calculator refuses, and says which numbers do.
# - a price for an hour of one device: none is given here, because prices change every month. Put in what *you* would pay.

# %% tags=["times"]
bill_explorer(own_flops=(rate.low, rate.high))  # with the seconds that this machine would take

# %% [markdown]
# Bad values are answered in words everywhere in this calculator, also in the library behind it. Four that somebody will type sooner or
# later:

# %%
attempts = {
    "no layers": lambda: by_hand.parameter_count(0, 768, 50257, 1024),
    "percent for a share": lambda: by_hand.training_days(3.14e23, 1024, 312e12, 40),
    "24 heads, printed": lambda: Shape("gpt", 24, 2048, 24, vocab=50257, context=2048),
    "a wrong unit": lambda: by_hand.parameter_count(96, 12288 * 10**18, 50257, 2048),
}
for name, attempt in attempts.items():
    try:
        attempt()
    except ValueError as problem:
        print(f"{name}: {problem}")

# %% [markdown]
# ## What the articles say, tested
#
# Four claims belong to this lesson. The numbers on the cards were all computed above: the count from every tensor, the table of sizes
# with the two rows that do not multiply out, the batch that was tokens, and the bill.

# %%
total = sum(tensor.numel() for tensor in tensors)
formulas = all(by_tensors[row.model] == parameters(row.shape) for row in zoo.gpt3_rows())
printed = [rounds_to(d1[row.model] + "M", parameters(row.shape)) for row in zoo.gpt3_rows()]
odd = [row.model for row in zoo.gpt3_rows() if not row.multiplies_out]
largest_row = zoo.gpt3_rows()[-1]
as_samples = round(300e9 / (batch * 2048))
sizes = (largest_row.layers, largest_row.d_model, largest_row.heads)
display(
    claim("C60", {f"{len(tensors)} tensors hold {total:,} numbers": total == 174_604_259_328,
                  "the formula says the same": parameters(gpt3) == total,
                  "table D.1 has that number, rounded: 174,600 million": rounds_to("174600M", total)}),
    claim("C61", {f"table 2.1 gives {sizes}": sizes == (96, 12288, 96),
                  "all eight models: formula = tensors": formulas,
                  "and table D.1 to its digits": all(printed) and len(printed) == 8,
                  f"heads × width of a head ≠ width in {odd}": odd == ["GPT-3 XL", "GPT-3 13B"]}),
    claim("C62", {f"3.2 million tokens are {texts} texts of 2048": texts == 1562.5,
                  f"as samples, training would end after {as_samples} batches": as_samples == 46}),
)

# %%
flops = by_hand.training_flops(174.6e9, 300e9)
state = sum(memory.training_bytes(total).values())
display(
    claim("C77", {f"6 N D = {flops:.2e} operations, as table D.1": rounds_to("3.14E+23", flops),
                  f"one V100 would take {years:.0f} years": 400 < years < 410,
                  f"ten thousand take {days:.1f} days": rounds_to("14.8", days),
                  f"training keeps {state / 1e12:.2f} TB, 35 GPUs of 80 GB": state > 34 * 80e9,
                  f"{energy:.0f} MWh by formula, as published": rounds_to("1287", energy)}),
)

# %% [markdown]
# ## What to remember
#
# - A GPT has $12Ld^2$ parameters and some; two thirds are feed-forward networks. Heads cost nothing.
# - Training takes $6ND$ operations: 2 forward, 4 backward. Scores come on top, and count once the text is longer than the model is wide.
# - 16 bytes a parameter to train with Adam, 2 to write, and the cache: $2LdT$ numbers for each reader.
# - Days are work over speed, and the speed is devices × peak × utilisation.
# - Check a published number against its own inputs. Most follow; some were rounded, some were cut, some do not follow at all.
#
# Next, lesson 13 asks what a model of today has that GPT-3 had not, and what each change is worth.
#
# ## Where to read on
#
# - Brown et al. 2020, *Language Models are Few-Shot Learners*, arXiv:2005.14165: tables 2.1 and D.1.
# - Kaplan et al. 2020, *Scaling Laws for Neural Language Models*, arXiv:2001.08361; Hoffmann et al. 2022, *Chinchilla*, arXiv:2203.15556.
# - Korthikanti et al. 2022, *Reducing Activation Recomputation*, arXiv:2205.05198; Narayanan et al. 2021, arXiv:2104.04473.
# - Rajbhandari et al. 2019, *ZeRO*, arXiv:1910.02054: where the 16 bytes go, and how to divide them among devices.
# - Chowdhery et al. 2022, *PaLM*, arXiv:2204.02311, appendix B, for MFU; Patterson et al. 2021, arXiv:2104.10350, for energy.
# - Touvron et al. 2023, *LLaMA*, arXiv:2302.13971; Rae et al. 2021, *Gopher*, arXiv:2112.11446.
