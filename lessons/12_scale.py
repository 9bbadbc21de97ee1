# %% [markdown]
# # 12 · The scale of GPT-3
#
# After this lesson you can
#
# - count the parameters of a large model from a handful of sizes, to the last one, and say where they sit;
# - work out what training takes (operations, days, energy) and why models are now trained on far more text than is best for that;
# - say what *writing* costs: seconds for each token, for one reader or for many, and what grouped queries and experts change;
# - share a model out over devices in four ways, and say what each way sends;
# - tell a published figure that follows from its inputs from one that does not.

# %% [markdown]
# About 75 minutes, eight exercises, 12 points. It needs the block ([lesson 06](06_block.ipynb)), the models made from it
# ([lesson 07](07_transformer.ipynb)) and the roofline ([lesson 11](11_gpu.ipynb)). Without the last, take on trust that a device which writes one
# token at a time waits for its memory, and not for its arithmetic.
#
# `by_hand` is the course's own version of what you write; `mine` is yours, once it has passed. The five articles that this course grew out of make
# 78 claims; cards with a number such as C60 test them.

# %%
import numpy as np
from IPython.display import display

from course_lib.block.in_torch import Block, BlockConfig
from course_lib.gpu.by_hand import ring_bytes
from course_lib.lesson import check, claim, hint, mine
from course_lib.scale import cost, counted, hugging_face, measured, memory, overtraining, zoo
from course_lib.scale.digits import rounds_to
from course_lib.scale.families import Shape, active_parameters, parameters, parts
from course_lib.scale.figures import bill_explorer, parts_explorer, writing_explorer
from course_lib.scale.flops import forward_flops, scores_share, step_flops
from course_lib.scale.splitting import splits, tensor_parallel
from course_lib.scale.units import bytes_text, count_text
from course_lib.scale.writing import BANDWIDTHS, pace

# %% [markdown]
# ## One question
#
# GPT-3 has 175 billion parameters; you have read that often. **How would you know?** Nobody outside has ever held its weights. What is
# public is a paper with a table of sizes: 96 layers, a width of 12 288, 96 heads.
#
# So nothing here is taken on trust. A number comes from a formula, from a model of that shape whose tensors are counted, and from what
# was published; where they disagree, it gets interesting. The first figure holds its surprise back until you have guessed.

# %%
parts_explorer()

# %% [markdown]
# A large model is its blocks, and two thirds of it are feed-forward networks; a small one carries its table about like a rucksack.
#
# ## A formula
#
# Everything that a block of GPT-2 holds you have met in lessons 05 and 06. Here is one of width 6. **Predict first:** how
# many of its numbers are in matrices, in terms of $d = 6$, and how many in vectors?

# %%
block = Block(BlockConfig(d_model=6, n_heads=2))
for name, tensor in block.named_parameters():
    print(f"{name:22} {tuple(tensor.shape)!s:9} {tensor.numel():4}")
in_matrices = sum(tensor.numel() for tensor in block.parameters() if tensor.dim() == 2)
in_vectors = sum(tensor.numel() for tensor in block.parameters() if tensor.dim() == 1)
print(f"in matrices: {in_matrices} = {in_matrices / 6**2:g} × 6²")
print(f"in vectors:  {in_vectors} = {in_vectors / 6:g} × 6")

# %% [markdown]
# Twelve squares and thirteen vectors, however many heads share the width. Now a whole model: around the blocks stand a table of tokens, which is the
# output too (*tied*), a table of positions, and a last norm.
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
# ## A model without memory
#
# Counting the tensors of a real GPT-3 would take 700 GB. On PyTorch's **meta** device a tensor has a shape and nothing behind it. Below, all
# of GPT-3 is put together from this course's own `GPT`, the class that lesson 07 trains, and asked tensor by tensor.
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
# The same number twice; but formula and model were written by the same people, this course's, who may have misunderstood one thing in both. That agreement
# catches slips. A witness of another hand are **Hugging Face's** models, written by others to load the makers' own weights.
#
# Here are models since 2023, counted by all three, beside the exact count in our table. **Predict first:** what does *8x7B* stand for, 56 billion?

# %%
def mark(*good):
    return "  ".join("✓" if one else "✗" for one in good)


for name, modern in zoo.modern_models().items():
    formula, exact = parameters(modern.shape), modern.exact
    tensors_of, others = counted.count(modern.shape), hugging_face.count(modern.shape)
    marks = mark(formula == exact, tensors_of == exact, others == exact)
    print(f"{name:15} {exact:>15,}  formula, tensors, Hugging Face: {marks}   label {modern.label}")
older = [one for one in zoo.published_models().values() if one.shape is not None]
agree = sum(counted.count(one.shape) == parameters(one.shape) == one.exact for one in older)
cut = [one.name for one in older if not rounds_to(one.label, parameters(one.shape))]
print(f"{agree} of {len(older)} older models: formula and tensors meet the count of our table")
print(f"{len(cut)} of their labels are not that count, rounded: {', '.join(cut)}")

# %% [markdown]
# Exact, all of them, three times. *8x7B* is 46.7 billion: only the feed-forward networks are there eight times, as you will count below. Labels are
# rounded, cut (405.85 became 405) or nominal.
#
# ## A table that does not multiply out
#
# Table 2.1 of the GPT-3 paper gives eight models. Heads times their width should be the model's width. **Predict first:** in how many rows is it?

# %%
d1 = {row.model: row.params_millions for row in zoo.compute_rows()}
by_tensors = {row.model: counted.count(row.shape) for row in zoo.gpt3_rows()}
for row in zoo.gpt3_rows():
    sign = "=" if row.multiplies_out else "≠"
    print(f"{row.model:13} {row.heads:>3} × {row.d_head:3} {sign} {row.d_model:>5}", end="   ")
    fits = mark(rounds_to(d1[row.model] + "M", parameters(row.shape)))
    numbers = f"{by_tensors[row.model]:>15,}"
    print(f"at width {row.shape.d_model:>5}: {numbers}   table D.1: {d1[row.model]:>6}M {fits}")
small = zoo.gpt3_rows()[0].shape
for shape, printed in ((small, "125M"), (gpt3, "174600M")):
    tied, untied = parameters(shape), parameters(shape) + parts(shape)["table"]
    no_positions = tied - parts(shape)["positions"]
    for said, numbers in ("tied", tied), ("untied", untied), ("no positions", no_positions):
        print(f"{printed:>8}: {said:13} {numbers:>16,} {mark(rounds_to(printed, numbers))}")
for name in ("base", "big"):
    row = zoo.variants()[name]
    blocks = parameters(row.shape()) - parts(row.shape())["table"]
    asks = (row.millions * 1e6 - blocks) / row.d_model
    at_37000 = parameters(row.shape())
    print(f"2017, {name:4} {row.millions}M: {at_37000:,} at 37000 tokens; asks for {asks:,.0f}")

# %% [markdown]
# Six of eight. Table D.1 prints the parameters to four digits, and widths of 2048 and 5120 meet them all. The paper says nothing of a tied
# table, its 50 257 rows, or biases: that eight numbers fit is the evidence. GPT-3 alone could not tell whether there are positions; the small models can.
#
# Not everything fits: at the 37 000 tokens of their paper the two Transformers of 2017 miss their labels, and the vocabularies that would fit differ by
# thousands. This course never asserts those two.
#
# ## Work
#
# Every number in a matrix meets each token in one multiplication and one addition. Scores and mixing, which no parameter makes, grow with the square of the text.
# PyTorch can count while a model runs. **Predict first:** how many times the forward pass are forward and backward together?

# %%
shape = Shape("gpt", layers=3, d_model=20, heads=5, vocab=37, context=13)
tiny = measured.small_gpt(shape)
for part, operations in forward_flops(shape, tokens=11, batch=2).items():
    print(f"{part:21} {operations:>8,}")
forward = measured.counted_flops(tiny, tokens=11, batch=2)
both = measured.counted_flops(tiny, tokens=11, batch=2, backward=True)
formula = sum(forward_flops(shape, 11, 2).values())
print(f"forward   by formula {formula:>9,}   counted {forward:>9,}")
print(f"with back by formula {step_flops(shape, 11, 2):>9,}   counted {both:>9,}")
print(f"forward and backward are {both / forward:g} times forward")

# %% [markdown]
# Exactly three times: going back, every product $XW$ needs two of the same size, for the gradients of $X$ and of $W$.
#
# **Predict first:** GPT-3 read 300 billion tokens. How many operations is that, and at which length of text would scores, which this leaves out, be half of the work?
#
# {exercise scale.training_flops}


# %%
# exercise: scale.training_flops
def training_flops(n_params, tokens):
    """Return about how many operations training takes."""
    # >>> answer
    return 6.0 * n_params * tokens
    # <<< answer


# %%
check("scale.training_flops", training_flops)

# %%
rows = zoo.compute_rows()
met = sum(rounds_to(row.flops, row.computed) for row in rows)
print(f"table D.1: {met} of {len(rows)} printed numbers of operations are met, halves rounded up")
n_params, width, layers = parameters(gpt3), gpt3.d_model, gpt3.layers
print(f"GPT-3: {mine.training_flops(n_params, 300e9):.3g} operations, printed {rows[-1].flops}")
for context in (2048, 8192, 32_768, 131_072):
    share = scores_share(layers, width, n_params, context)
    print(f"{context:>7} tokens: {share:5.1%} of the work is scores and mixing")
print(f"half of it at {n_params / (2 * layers * width):,.0f} tokens, about six times the width")
bert = Shape("bert", layers=24, d_model=1024, heads=16, vocab=30_522, context=512)
print(f"BERT-Large: {parameters(bert):,} by formula, {rows[6].params_millions} million in table D.1")
print("6ND is", mine.whose("training_flops"))

# %% [markdown]
# 3.14 × 10²³, as printed. (One *input* of table D.1 looks odd: its 355 million for BERT-Large are RoBERTa's, we think, whose table is larger. A table can multiply out and start from a
# wrong number.)
#
# ## How much text?
#
# In 2022 Hoffmann and others asked how given work is best divided between parameters and tokens (*Chinchilla*): about **20 tokens for each
# parameter**. GPT-3 had 1.7. **Predict first:** how many has LLaMA-3 8B, of 2024? It read 15 trillion tokens.
#
# Why would anyone leave the optimum by so much? A fitted formula for the loss (theirs, and one that others fitted to the same points) tells which model, trained on 20
# tokens each, would be as good.

# %%
row = next(row for row in zoo.chinchilla_rows() if row.params == 67e9)
print(f"{'Chinchilla':15} {count_text(row.params):>14}, {row.tokens / row.params:8,.1f} tokens each")
for name, one in zoo.modern_models().items():
    if one.tokens:
        print(f"{name:15} {count_text(one.exact):>14}, {one.tokens / one.exact:8,.1f} tokens each")
llama3 = zoo.modern_models()["LLaMA-3 8B"]
for who, fit in overtraining.FITS.items():
    twin = overtraining.twin(fit, llama3.exact, llama3.tokens)
    small_work = mine.training_flops(llama3.exact, llama3.tokens)
    twin_work = mine.training_flops(twin, 20 * twin)
    even = overtraining.even_after(fit, llama3.exact, llama3.tokens)
    dearer, cheaper = small_work / twin_work, twin / llama3.exact
    print(f"{who}: as good as {count_text(twin)} parameters with 20 tokens each,")
    print(f"   {dearer:.1f} times its training, but {cheaper:.1f} times cheaper to use;")
    print(f"   less work in all after {count_text(even)} tokens read or written")

# %% [markdown]
# 1868 tokens each. Both formulas agree on the direction, and not on the size: *over-training* costs more once, and saves at every token that is
# ever read or written. A company whose users read trillions of tokens gains. (The formulas were fitted near 20 tokens each; so far from there they are guesses, and probably
# kind ones: Sardana and others, 2024.) So what does a token cost to write?
#
# ## Memory to write
#
# A model that writes keeps the keys and values of everything read so far (lesson 07).
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
# That is 9 GiB for each text of GPT-3. In **grouped-query attention** (Ainslie et al. 2023) several heads of queries share one head of keys and values. **Predict
# first:** LLaMA-3.1 405B is more than twice as large as GPT-3 and has 128 heads of queries, 8 of keys. Whose cache is larger, at 2048 tokens?
#
# {exercise scale.grouped_cache_bytes}


# %%
# exercise: scale.grouped_cache_bytes
def grouped_cache_bytes(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    """Return the bytes of the cache where each block has kv_heads heads of keys and of values."""
    # >>> answer
    return 2 * layers * kv_heads * d_head * tokens * batch * bytes_per_element
    # <<< answer


# %%
check("scale.grouped_cache_bytes", grouped_cache_bytes)

# %%
held = sum(cache.bytes for cache in measured.cache_of(tiny, tokens=11, batch=2))
print(f"read by a small model: {held:,} bytes; by formula {mine.kv_cache_bytes(3, 20, 11, 2, 4):,}")
shapes = {"GPT-3 175B": gpt3}
shapes |= {name: one.shape for name, one in zoo.modern_models().items() if name != "Mistral 7B"}
cache_of = {}
for name, one in shapes.items():
    sizes = (one.layers, one.shared_heads, one.key_width)
    cache_of[name] = mine.grouped_cache_bytes(*sizes, 2048, 1, 2)
    sharing = one.heads // one.shared_heads
    print(f"{name:15} {sharing:>2} heads of queries to one of keys: {bytes_text(cache_of[name])}")
print("caches by", mine.whose("kv_cache_bytes", "grouped_cache_bytes"))

# %% [markdown]
# GPT-3's, nine times. For a hundred readers it would fill 966 GB, nearly three times GPT-3's weights.
#
# ## What a token costs
#
# The cache is not only kept, it is *read*, all of it, for every token, and so are the weights. **Predict first:** a V100 could do 357 of GPT-3's tokens a second by its
# arithmetic ($2N$ operations each). If one device held it all, how many would it write, by its memory of 0.9 TB a second?
#
# {exercise scale.decode_seconds}


# %%
# exercise: scale.decode_seconds
def decode_seconds(weight_bytes, cache_bytes, bandwidth):
    """Return the seconds that one more token takes, for each text of the batch one."""
    # >>> answer
    return (weight_bytes + cache_bytes) / bandwidth
    # <<< answer


# %%
check("scale.decode_seconds", decode_seconds)

# %% tags=["times"]
for name, one in shapes.items():
    weights = 2 * active_parameters(one)
    on_v100 = mine.decode_seconds(weights, cache_of[name], BANDWIDTHS["V100"])
    on_h100 = mine.decode_seconds(weights, cache_of[name], BANDWIDTHS["H100"])
    print(f"{name:15} tokens a second for one: V100 {1 / on_v100:6.1f}, H100 {1 / on_h100:7.1f}")
print("seconds by", mine.whose("decode_seconds"))
small = Shape("gpt", layers=3, d_model=1024, heads=16, vocab=2000, context=600)
bandwidth = measured.copy_bandwidth()
for read in (16, 256):
    cache = mine.kv_cache_bytes(3, 1024, read, 1, 4)
    bound = mine.decode_seconds(4 * parameters(small), cache, bandwidth)
    seconds = measured.writing_seconds(small, read)
    print(f"here, {parameters(small) / 1e6:.0f} million parameters, {read} tokens read:", end=" ")
    print(f"{1000 * seconds:.0f} ms for a token, {seconds / bound:.1f} times the bound")

# %% [markdown]
# Two and a half a second, though its arithmetic would allow 357. The formula is a bound: how much longer a real model takes here, the last two lines say. The weights are read once for all who write at the same time, each reader's cache for that reader alone. Answer the figure's question, then go from 1 text to 1024, with
# LLaMA-3 8B and with GPT-3: where does *together* stop growing?

# %%
writing_explorer()

# %% [markdown]
# About half as fast for each, and 32 times as much in all. The sum bends where the caches outweigh the weights, at 37 texts for GPT-3 and 60 for LLaMA-3. However many
# read, an H100's memory yields no more than its bandwidth over one cache: 347 tokens a second with GPT-3, 12 500 with LLaMA-3. The price of a reader is the
# reader's cache.
#
# ## Many networks, few at work
#
# A **mixture of experts** has several feed-forward networks in each block, and a router that sends each token to a few of them. **Predict first:** Mixtral has 8 and chooses 2. Is a
# quarter of it at work?
#
# {exercise scale.expert_parameters}


# %%
# exercise: scale.expert_parameters
def expert_parameters(layers, d_model, d_ff, experts, chosen):
    """Return the parameters of all experts and routers, and of those at work for one token."""
    # >>> answer
    expert, router = 3 * d_model * d_ff, d_model * experts
    return layers * (experts * expert + router), layers * (chosen * expert + router)
    # <<< answer


# %%
check("scale.expert_parameters", expert_parameters)

# %%
mixtral = zoo.modern_models()["Mixtral 8x7B"]
one = mixtral.shape
total, active = mine.expert_parameters(one.layers, one.d_model, one.d_ff, one.experts, one.chosen)
rest = mixtral.exact - total
print(f"experts and routers {total:,}, at work {active:,}, by {mine.whose('expert_parameters')}")
print(f"with attention, norms, tables ({rest:,}): {rest + total:,}, at work {rest + active:,}")
at_work = (rest + active) / mixtral.exact
print(f"our table says {mixtral.exact:,} and {mixtral.active:,}: {at_work:.0%} at work")
for texts in (1, 4, 16, 64):
    found = pace(one, 2048, texts, BANDWIDTHS["H100"], cost.DEVICES["H100"].peak_flops)
    read = found.weight_bytes / (2 * mixtral.exact)
    print(f"texts: {texts:>3}, {read:4.0%} of it is read, {found.together:5,.0f} tokens a second, H100")

# %% [markdown]
# 28 percent: attention and tables work for every token. In *arithmetic* Mixtral costs what a model of 13 billion does, in *memory* what it is. One reader's token wakes
# two experts in each block; with sixteen texts (choosing evenly, which we assume) nearly all are read.
#
# ## One model, several devices
#
# Training keeps 16 bytes a parameter (lesson 11), 2.8 TB for GPT-3. There are four ways to cut. Cutting every matrix is the least obvious one: a device with
# half the columns of $W_1$ and the same rows of $W_2$ gives half of the *sum* that the network's output is. **Predict first:** which way sends least?

# %%
rng = np.random.default_rng(12)
x, W_1, W_2 = rng.normal(size=(5, 8)), rng.normal(size=(8, 32)), rng.normal(size=(32, 8))
gap = abs(sum(tensor_parallel(x, W_1, W_2, 4)) - np.maximum(x @ W_1, 0) @ W_2).max()
print(f"a feed-forward network in four pieces, summed: differs by {gap:.0e}")
for tokens in (2048, 131_072):
    for how, split in splits(gpt3, 8, tokens).items():
        print(f"{tokens:>7} tokens, 8 devices, {how:13} cut: {split.cut:31}", end=" ")
        print(f"each keeps {split.kept / 1e9:6,.0f} GB, sends {split.sent / 1e9:9,.1f} GB")
print(f"the ring of lesson 11, for gradients: {ring_bytes(2 * n_params, 8) / 1e9:,.1f} GB")

# %% [markdown]
# The pipeline, by far; but its devices wait for each other at both ends of a batch, $n - 1$ turns of $m + n - 1$ with $m$ micro-batches. Data parallel and ZeRO send as much for
# any number of tokens, so they like large batches; tensor parallel sends with every token, so it stays where links are fastest, within a machine. Large runs combine them.
#
# ## What is a batch?
#
# One of our articles says that GPT-3 trains "with a batch of 3.2 million samples". The paper's 3.2M count *tokens*. **Predict first:** if they were texts
# of 2048 tokens, how many batches would the 300 billion training tokens be?
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

# %%
batch = zoo.gpt3_rows()[-1].batch_tokens
texts = mine.sequences_per_batch(batch, 2048)
print(f"{batch:,} tokens are {texts:,} texts of 2048, by {mine.whose('sequences_per_batch')}")
print(f"300 billion tokens are {300e9 / batch:,.0f} such batches")
print(f"with {batch:,} texts in a batch they would be {300e9 / (batch * 2048):.0f} batches")

# %% [markdown]
# No model is trained in 46 steps. (Half a text: 3.2M was rounded by whoever printed it.)
#
# ## Days and energy
#
# A device has a peak and a **utilisation**, the share of it that a run reaches. Two published runs of GPT-3's size: ten thousand V100 at 24.6 of 125 TFLOP/s, 330 watts each
# (Patterson et al. 2021); and 1024 A100 at 140 TFLOP/s that compute every forward pass twice, $8ND$ (Narayanan et al. 2021). **Predict first:** which is done sooner?
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

# %%
v100 = cost.DEVICES["V100"].peak_flops
days = mine.training_days(3.14e23, 10_000, v100, 24.6e12 / v100)
megatron = cost.megatron_days(300e9, 175e9, 1024, 140e12)
years = cost.device_years(3.14e23, v100, 24.6e12 / v100)
energy = cost.energy_mwh(3.14e23, 24.6e12, watts=330, overhead=1.10)
print("days by", mine.whose("training_days"))
print(f"10,000 V100: {days:.1f} days; one V100: {years:.0f} years")
print(f"1,024 A100, with recomputation: {megatron:.1f} days (published: 34)")
print(f"energy, with 1.10 watts in the building for each: {energy:.0f} MWh (published: 1287)")
print(f"published MFU 21.3 %; 24.6 of 125 TFLOP/s are {24.6 / 125:.1%}, which does not follow")

# %% [markdown]
# Ten thousand slower devices are done first. Now the whole calculator; the square is you, both axes are logarithmic. Guess before you move:
#
# - a model that your own device trains in a day; then twice its width: what happens to the days?
# - GPT-3 (96 blocks, 12288, 96 heads, 2048, 3e+11 tokens): how long on your device? And with a context of 131 072: which bar explodes?
# - a price for an hour of a device: none is given, because they change. Put in yours.

# %% tags=["times"]
rate = measured.matmul_rate()  # operations for each of the seconds that a few products took
print(rate)
bill_explorer(own_flops=(rate.low, rate.high))  # with the seconds that this machine would take

# %% [markdown]
# Twice the width is between three and four times the parameters and the days: the table only doubles. At 131 072 tokens it is the activations, whose scores grow with the square.
#
# ## What the articles say, tested
#
# Four claims belong to this lesson: the count from every tensor, the table with the two rows that do not multiply out, the batch that was tokens, and the bill.

# %%
total = sum(tensor.numel() for tensor in tensors)
formulas = all(by_tensors[row.model] == parameters(row.shape) for row in zoo.gpt3_rows())
printed = [rounds_to(d1[row.model] + "M", parameters(row.shape)) for row in zoo.gpt3_rows()]
odd = [row.model for row in zoo.gpt3_rows() if not row.multiplies_out]
last, as_samples = zoo.gpt3_rows()[-1], round(300e9 / (batch * 2048))
sizes, state = (last.layers, last.d_model, last.heads), sum(memory.training_bytes(total).values())
display(
    claim("C60", {f"{len(tensors)} tensors hold {total:,} numbers": total == 174_604_259_328,
                  "the formula says the same": parameters(gpt3) == total,
                  "table D.1 has it, rounded: 174,600 million": rounds_to("174600M", total)}),
    claim("C61", {f"table 2.1 gives {sizes}": sizes == (96, 12288, 96),
                  "all eight models: formula = tensors": formulas,
                  "and table D.1 to its digits": all(printed) and len(printed) == 8,
                  f"heads × width of a head ≠ width in {odd}": odd == ["GPT-3 XL", "GPT-3 13B"]}),
    claim("C62", {f"3.2 million tokens are {texts} texts of 2048": texts == 1562.5,
                  f"as samples, training would end after {as_samples} batches": as_samples == 46}),
    claim("C77", {f"one V100 would take {years:.0f} years": 400 < years < 410,
                  f"ten thousand take {days:.1f} days": rounds_to("14.8", days),
                  f"training keeps {state / 1e12:.2f} TB, 35 GPUs of 80 GB": state > 34 * 80e9,
                  f"{energy:.0f} MWh by formula, as published": rounds_to("1287", energy)}),
)

# %% [markdown]
# ## What to remember
#
# - A GPT has $12Ld^2$ parameters and some; two thirds are feed-forward networks. Agreement proves more when the witnesses have different authors.
# - Training takes $6ND$ operations. Twenty tokens a parameter are best for training; for a model that is used a lot, many more.
# - A token takes (weights + cache) / bandwidth. Weights are shared among readers, caches are not; grouped queries make them small.
# - A mixture of experts costs its active parameters in arithmetic, and all of them in memory.
# - Cut the tokens, the state, the matrices or the blocks: each way keeps and sends something else.
# - Check a published number against its own inputs. Some do not follow.
#
# Next, lesson 13 asks what each thing that a model of today has, and GPT-3 had not, is worth.

# %% [markdown]
# ## Where to read on
#
# - Brown et al. 2020, arXiv:2005.14165: tables 2.1 and D.1. Kaplan et al. 2020, arXiv:2001.08361.
# - Hoffmann et al. 2022, *Chinchilla*, arXiv:2203.15556; Besiroglu et al. 2024, arXiv:2404.10102; Sardana et al. 2024, arXiv:2401.00448: over-training.
# - Ainslie et al. 2023, arXiv:2305.13245: grouped queries. Jiang et al. 2024, *Mixtral*, arXiv:2401.04088. Grattafiori et al. 2024, *Llama 3*, arXiv:2407.21783.
# - Pope et al. 2022, arXiv:2211.05102: what writing costs on many devices.
# - Shoeybi et al. 2019, arXiv:1909.08053, and Huang et al. 2018, arXiv:1811.06965: cutting matrices and blocks. Rajbhandari et al. 2019, arXiv:1910.02054.
# - Narayanan et al. 2021, arXiv:2104.04473; Patterson et al. 2021, arXiv:2104.10350: days and energy.
