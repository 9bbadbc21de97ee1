# %% [markdown]
# # 11 · GPU training
#
# After this lesson you can
#
# - time work on a device that answers before it has finished, and name the three ways to fool yourself;
# - draw the roofline of your own machine from two measurements, and place any matrix product under it;
# - write exact attention that never holds its table of scores, the idea behind FlashAttention;
# - say what float16 and bfloat16 lose, and which of them needs its loss scaled;
# - account for the memory of a training run to the byte, share it out over devices, and add up their gradients in a ring.

# %% [markdown]
# About 110 minutes, eight exercises, 16 points. It needs attention ([lesson 04](04_attention.ipynb)), the model
# ([lesson 07](07_transformer.ipynb)) and the training step ([lesson 10](10_training.ipynb)). Without the last two, take on trust that a step
# runs a model forward and backward, then updates every weight with Adam, which keeps two running means for each.
#
# `by_hand` is the course's own version of what you write, in NumPy; `mine` is yours, once it has passed. The five articles
# say nothing about devices, so this lesson has no claims to test. You need no GPU.

# %%
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from course_lib import cli
from course_lib.attention import by_hand as table_of_scores
from course_lib.device import choose_device, describe, synchronize
from course_lib.explorer.pictures import picture
from course_lib.gpu import by_hand, compiling, datasheets, figures, records, ring, steps
from course_lib.gpu.launching import launch
from course_lib.gpu.precision import autocast_types, gradient_error
from course_lib.gpu.rates import launch_overhead, matmul_rate, measured_roofline, transfer_rate
from course_lib.gpu.simulated import SimulatedDevice
from course_lib.gpu.step_memory import memory_by_category
from course_lib.gpu.units import amount
from course_lib.gpu.work import measured_work
from course_lib.lesson import check, hint, mine
from course_lib.numeric import largest_difference
from course_lib.timing import peak_bytes
from course_lib.training.engine.data_parallel import losses_in

# %% [markdown]
# ## One question
#
# In lesson 10 a small model learned in half a minute. GPT-3 took some $3 \times 10^{23}$ operations; how many years that
# would be on your machine, you will work out below. **What does a training step wait for, and what can be done about it?**
#
# Everything is measured on the device you have: an NVIDIA or AMD GPU (`cuda`) if there is one, else Apple's (`mps`), else the
# processor. To choose yourself, write `choose_device("cpu")`. Your numbers will differ from a neighbour's, and from your own a
# minute ago; look at ratios.

# %%
device = choose_device()
info = describe(device)
name = info.name
print(info)

# %% [markdown]
# ## A clock that waits
#
# A GPU is a second computer. Python does not compute on it: it puts work into a **queue**, and the call returns at once. A clock
# stopped then has measured how fast one can give orders.
#
# So that you can be exact, the check runs your clock on a *simulated* device, whose every microsecond is known. The first calls
# are slow there, as on a real one: they load, allocate and compile.
#
# **Predict first:** a device needs 0.01 ms to take an order and 2 ms to do the work; its first call takes 400 ms. What do you
# read from a clock that never waits, and what from one that never warms up?
#
# {exercise gpu.time_it}


# %%
# exercise: gpu.time_it
def time_it(work, wait, clock, warmup, repeats):
    """Return the median seconds of a piece of work, from the order until it is done."""
    # >>> answer
    for _ in range(warmup):
        work()
    wait()
    seconds = []
    for _ in range(repeats):
        started = clock()
        work()
        wait()
        seconds.append(clock() - started)
    return sorted(seconds)[repeats // 2]
    # <<< answer


# %%
check("gpu.time_it", time_it)


# %% tags=["times"]
def do_nothing():
    pass


def on_a_simulated_device(warmup, waits=True):
    work, wait, clock = SimulatedDevice(durations=(0.400, 0.002)).parts()
    return 1000 * mine.time_it(work, wait if waits else do_nothing, clock, warmup, 1)


print(f"simulated, your clock     {on_a_simulated_device(1):7.2f} ms")
print(f"simulated, never waiting  {on_a_simulated_device(1, waits=False):7.2f} ms")
print(f"simulated, no warm-up     {on_a_simulated_device(0):7.2f} ms")
a = torch.randn(512, 512, device=device)
wait = partial(synchronize, device)
waited = mine.time_it(lambda: a @ a, wait, time.perf_counter, 10, 21)
ordered = mine.time_it(lambda: a @ a, do_nothing, time.perf_counter, 10, 21)
times = waited / ordered
print(f"{info.kind}, 512 × 512 times itself: {1000 * waited:.2f} ms, {times:.1f} times the order")
print("timed by", mine.whose("time_it"))

# %% [markdown]
# The order, 0.01 ms, and the compiler, 400 ms: neither is the work. On a processor nothing is queued, so waiting changes nothing
# (about 1 in the last ratio); on a GPU that ratio grows with the work. A median, because one disturbed round moves a mean as far as it likes.
#
# ## Two numbers make a device
#
# A device computes, and it fetches. Its **peak** is operations per second, found with large matrix products; its **bandwidth** is bytes
# per second from memory, found by copying an array too large for any cache.
#
# **Predict first:** while one number of four bytes is fetched, how many operations could your device do?

# %% tags=["times"]
roof = measured_roofline(device)  # some seconds
peak, bandwidth = roof["peak_flops"], roof["bandwidth"]
ridge = by_hand.ridge(peak, bandwidth)
print(f"{name}, float32, measured just now")
print("peak     ", amount(peak, "FLOP/s"))
print("bandwidth", amount(bandwidth, "B/s"))
print(f"operations in the time of one byte: {ridge:.1f}; of one float32: {4 * ridge:.0f}")

# %% [markdown]
# Ten or more, on most machines: fetching is slow. Fetch a number, use it once, and the arithmetic stands idle. What counts is how
# many operations a byte feeds, the **arithmetic intensity**, in FLOP (floating-point operations) per byte.
#
# {exercise gpu.matmul_intensity}


# %%
# exercise: gpu.matmul_intensity
def matmul_intensity(m, k, n, bytes_per_element):
    """An (m, k) matrix times a (k, n) matrix. Return FLOP per byte."""
    # >>> answer
    operations = 2 * m * k * n
    numbers = m * k + k * n + m * n
    return operations / (bytes_per_element * numbers)
    # <<< answer


# %%
check("gpu.matmul_intensity", matmul_intensity)

# %% [markdown]
# ## The roofline
#
# Two limits hold at once: a device computes no faster than its peak, and no faster than bytes arrive to feed it. Over the
# intensity, on logarithmic axes, the two are a flat roof and a slope. They meet at the **ridge** (Williams, Waterman and Patterson 2009).
#
# {exercise gpu.roofline}


# %%
# exercise: gpu.roofline
def roofline(intensity, peak_flops, bandwidth):
    """FLOP per byte, FLOP/s and bytes/s. Return the attainable FLOP/s."""
    # >>> answer
    return min(peak_flops, intensity * bandwidth)
    # <<< answer


# %%
check("gpu.roofline", roofline)

# %% [markdown]
# Here is the roof of *your* device. A model that writes works on one new token at a time: each weight matrix meets a single row,
# $m = 1$. In training, $m$ is all the tokens of the batch. Answer the figure's question, then move $m$ up and watch where the product leaves
# the slope. What do numbers of half the size change, on the slope and on the flat part?

# %% tags=["times"]
figures.roofline_explorer(peak, bandwidth, name)  # drawn with the ratios measured above

# %% [markdown]
# One row has an intensity of ½ in float32, for any large matrix: each weight is fetched for one multiplication and one addition. Half the
# size doubles it, which helps on the slope and, for the same peak, not on the flat part. The cache of lesson 07 does not raise intensity; it *makes* the products
# one row thin, and pays because the rows it spares are never computed at all. Writing for many readers at once makes them thicker again.
#
# **Predict first:** how many rows reach the ridge of your device, by your formula? Then real work, timed: which pieces will stay far below the peak? (*Readable* attention is
# that of lesson 04, which writes down all its scores; *fused* attention never does, as you will see below.)

# %% tags=["times"]
intensity_of = mine.matmul_intensity
enough = [m for m in range(1, 4097) if intensity_of(m, 1024, 1024, 4) >= ridge]
enough = enough[0] if enough else "more than 4096"
print(f"rows that reach the ridge: {enough}, by {mine.whose('matmul_intensity')}")
works = measured_work(device)
print(f"{name}\n{'':19} FLOP/byte  of the peak  of the roof there")
for work in works:
    of_peak = work.flops / peak
    of_roof = work.flops / mine.roofline(work.intensity, peak, bandwidth)
    print(f"{work.name:19} {work.intensity:9.2f} {of_peak:12.1%} {of_roof:12.0%}")
print("the roof is", mine.whose("roofline"))
printed = datasheets.cards()
figure, axes = figures.draw_roofline(peak, bandwidth, works, name, records.load_records(), printed[-2:-1])
picture(figure, f"Under the roof of {name}: " + "; ".join(f"{w.name} {w.flops / peak:.1%} of the peak" for w in works))

# %% [markdown]
# More rows stand further right and do more operations a second. Far below the peak stay the layer norm, whose roof is as low, and attention, whose roof is not: this
# table does not tell what it waits for. A point *above* the slope may have had its data in a cache, or only
# reads. (Over 100 percent: the machine was freer now.)
#
# Graphics cards have the same two limits; one stands in the figure. These are as their maker prints them, for products in 16 bits; nobody's model reaches them, but their ratio
# says where the ridge lies. **Predict first:** from 2017 to 2022 cards got faster at arithmetic and faster at reading. Which of the two grew more, and do a
# card's products have to be thicker or thinner than before to keep it busy?

# %%
print(f"{'':12} {'year':>4}  peak, TFLOP/s  reads, TB/s  ridge, FLOP/byte  rows to reach it  one row: of the peak")
for card in printed:
    rows = next(m for m in range(1, 4097) if intensity_of(m, 4096, 4096, 2) >= card.ridge)
    share = mine.roofline(intensity_of(1, 4096, 4096, 2), card.peak, card.bandwidth) / card.peak
    print(f"{card.name:12} {card.year} {card.peak / 1e12:14.0f} {card.bandwidth / 1e12:12.2f} {card.ridge:17.0f} {rows:17} {share:21.2%}")
first, last = printed[0], next(card for card in printed if card.name == "NVIDIA H100")
print(f"from {first.name} to {last.name}: peak × {last.peak / first.peak:.1f}, reading × {last.bandwidth / first.bandwidth:.1f}")
print("rows and shares by", mine.whose("matmul_intensity", "roofline"))

# %% [markdown]
# Arithmetic grew twice as much, so the ridge moved away: hundreds of rows have to share each weight that is fetched. Training has them, thousands in a batch.
# A model that writes for one reader has a single row and can use a third of a percent of an H100, with weights of 16 bits and one token at a time: what bounds it is the reading. The card of 2023 is the one
# before it with more and faster memory, and its ridge came back. (Matrices of 4096 × 4096; data sheets of NVIDIA.)
#
# ## Orders and transfers
#
# Two costs have nothing to do with arithmetic. Each operation has to be **ordered**, and data have to **travel** to the device.
# **Predict first:** how large must a square product be before computing it takes longer than ordering it?

# %% tags=["times"]
overhead = launch_overhead(device)
print(f"{info.kind}: a product of two single numbers takes {overhead}")
for size in (4, 16, 64, 256):
    seconds = matmul_rate(device, size, rounds=3)[1].median
    print(f"product of size {size:>3}: {seconds / overhead.median:8.1f} times that")
moved = transfer_rate(device, 2**26, rounds=3)
if moved is None:
    print("transfer: nothing travels, the CPU computes where the data are")
else:
    times = bandwidth / moved[0]
    print(f"transfer: {amount(moved[0], 'B/s')}, {times:.0f} times slower than its memory")

# %% [markdown]
# Where the ratio is near 1, all is order and no work; where it reaches 2, computing takes as long as ordering. A GPU needs larger products
# for that, as its arithmetic is faster and its orders are not. So one gives it large pieces, and keeps the data there.
#
# ## Batch size
#
# The largest lever is the batch: twice the sequences with the same weights and the same number of orders. **Predict first:** what happens to
# the time of a step from batch 1 to 2? And to tokens per second, from 1 to 16?

# %% tags=["times"]
config = steps.SMALL
measured = list(steps.batch_costs(device, (1, 2, 4, 8, 16), config, rounds=3))
batches, timings, speeds = zip(*measured, strict=True)
print(f"{config.layers} layers of width {config.d_model}, context {config.context}, on {name}")
for batch, timing, speed in measured:
    slower, faster = timing.median / timings[0].median, speed / speeds[0]
    print(f"batch {batch:>2}: seconds of a step × {slower:5.2f}, tokens per second × {faster:5.2f}")
figure, axes = figures.draw_batches(batches, speeds, [timing.median for timing in timings], name)
picture(figure, f"From batch {batches[0]} to {batches[-1]} a step takes {slower:.1f} times as long for {faster:.1f} times the speed.")

# %% [markdown]
# As long as a step waits for orders and weights, more sequences are nearly free. Once the arithmetic is busy, time grows with the
# batch and the speed levels off. For *learning*, larger is not always better: past some size each further sequence teaches less (McCandlish et al. 2018).
#
# ## How well is the device used?
#
# **Model FLOPs utilisation** (MFU) is the share of the peak that went into the model's own arithmetic (Chowdhery et al. 2022). **Predict
# first:** large models on good clusters reach 0.4 to 0.5. More or less here, with layers of width 64?
#
# {exercise gpu.mfu}


# %%
# exercise: gpu.mfu
def mfu(tokens_per_second, n_params, layers, heads, d_head, context, peak_flops):
    """Return the share of the peak that went into the model, between 0 and 1."""
    # >>> answer
    per_token = 6 * n_params + 12 * layers * heads * d_head * context
    return tokens_per_second * per_token / peak_flops
    # <<< answer


# %%
check("gpu.mfu", mfu)

# %% tags=["times"]
parameters = list(steps.make_step(device).model.parameters())
n_params = sum(parameter.numel() for parameter in parameters)
sizes = (config.layers, config.n_heads, config.d_model // config.n_heads, config.context)
for batch, speed in zip(batches, speeds, strict=True):
    share = mine.mfu(speed, n_params, *sizes, peak)
    print(f"{info.kind}, batch {batch:>2}: MFU {share:.1%} with {n_params:,} parameters")
years = 3.14e23 / (share * peak) / (365 * 24 * 3600)
print(f"GPT-3's operations at this pace: {years:,.0f} years (MFU by {mine.whose('mfu')})")

# %% [markdown]
# At batch 1 less, and more with larger batches; a small processor can come as far as a cluster, for a low peak is easily kept
# busy. (And this peak was measured; a cluster's is the printed one.) MFU counts the model's products alone; norms, activations, softmax, the optimizer and the orders get no credit. Their work grows
# with the width, that of the products with its square. What helps: fewer bytes, and fewer trips. First, fewer bytes.
#
# ## Sixteen bits, in two ways
#
# A number has a sign, an exponent (its range) and a fraction (its precision). **float16** spends its 16 bits on precision, **bfloat16** on range. **Predict first:** what
# are 256 + 1, 1 − 0.001, and a gradient of $10^{-8}$ in each?

# %%
for dtype in (torch.float32, torch.float16, torch.bfloat16):
    info_of = torch.finfo(dtype)
    fraction = round(-np.log2(info_of.eps))
    more = (torch.tensor(256.0, dtype=dtype) + 1).item()
    less = (torch.tensor(1.0, dtype=dtype) - 0.001).item()
    tiny = torch.tensor(1e-8).to(dtype).item()
    print(f"{str(dtype)[6:]:9} exponent {info_of.bits - 1 - fraction} bits, fraction {fraction:2}", end="   ")
    print(f"{info_of.tiny:.0e} to {info_of.max:.0e}", end="   ")
    print(f"256 + 1 = {more:.0f}   1 - 0.001 = {less:.5f}   1e-8 is {tiny:.1e}")

# %% [markdown]
# bfloat16 keeps the tiny number and loses both sums: a weight kept in it would stand still at small updates. float16 adds better and turns $10^{-8}$
# into zero, and such gradients are common: the loss is a mean over all tokens of a batch, so each token's share shrinks as batches
# grow.
#
# Micikevicius and others (2017) trained in float16 and *scaled the loss*: multiplied it before the backward pass, and divided the gradients
# after. **Predict first:** which of these gradients are right, compared with float32?
#
# The model is the one of the last section. Eight sequences are computed, and their loss is divided as it would be in the mean of a whole batch; *off* is the length of the
# difference, in parts of the length of the gradient. (On the processor: a format is the same everywhere.)

# %%
half, brain, cpu = torch.float16, torch.bfloat16, torch.device("cpu")
settings = {"bfloat16": (brain, 1), "float16": (half, 1), "float16, loss × 2¹⁶": (half, 2.0**16),
            "float16, loss × 2²⁶": (half, 2.0**26)}
errors = {}
for tokens in (512, 32_768, 524_288):
    for label, (dtype, scale) in settings.items():
        found = [gradient_error(cpu, dtype, tokens, scale, seed) for seed in range(3)]
        errors[label, tokens] = found
        shown = ", ".join(f"{error:7.2%}" for error in found)
        print(f"a batch of {tokens:>7,} tokens  {label:19} gradients off by {shown} (3 seeds)")

# %% [markdown]
# GPT-3's batches had millions of tokens. At half a million float16 loses most of the gradient; with its loss scaled it is eight times *finer*
# than bfloat16, by its three more bits. Which scale is too large (`inf`: it overflows) depends on the batch, so real runs lower it
# whenever that happens. bfloat16 has the range of float32 and needs none of this: its error is the same for every batch.
#
# PyTorch's **autocast** decides for each operation. **Predict first:** what does it leave in float32? And is a step with it faster on your device?

# %% tags=["times"]
types = autocast_types(device, torch.bfloat16)
for part, kind in types.items():
    print(f"{part:35} {kind}")
precision = steps.precision_costs(device, batch=4, rounds=3)
slowdown = precision["bfloat16"].median / precision["float32"].median
print(f"with autocast a step takes {slowdown:.2f} times as long, on {name}")

# %% [markdown]
# Only what the matrix products give has 16 bits. All that lasts (weights, gradients, moments) stays in float32, and so does the
# residual stream, a sum with float32 in it. Below 1 it pays: the device needs matrix units for bfloat16, and wide layers.
#
# ## Fewer trips: a compiler
#
# GELU, a residual and a layer norm are a dozen operations, entry by entry, and each reads an array and writes one.
# `torch.compile` can make **one loop** of them. It gets a process of its own and 30 seconds. **Predict first:** how much faster, given their
# intensity?

# %% tags=["times"]
compiled = compiling.compare(info.kind, budget=30)  # seconds
if "missing" in compiled:
    print("not measured here:", compiled["missing"])
else:
    gain = compiled["eager"] / compiled["compiled"]
    repaid = compiled["compiling"] / max(compiled["eager"] - compiled["compiled"], 1e-9)
    print(f"eager / compiled: {gain:.1f} on {name}")
    print(f"largest difference of the results: {compiled['difference']:.0e}")
    print(f"repaid after {repaid:,.0f} calls" if gain > 1 else "compiling does not pay here")

# %% [markdown]
# Where it was measured: the same result to rounding, with fewer trips, and a gain of the size that work far down the slope can have. The compiling is paid once.
#
# ## Attention in tiles
#
# The attention of lesson 04 writes down all scores, and softmax needs the largest and the sum of each row. Can one do
# without ever holding a row? Yes: look at a few keys at a time and keep, for each query, only what the next tile needs:
# the idea of FlashAttention (Dao et al. 2022). Try it on paper, with two tiles of two scores each, before you look at a
# hint.
#
# **Predict first:** at 2048 tokens and a tile of 64, how many times less memory?
#
# {exercise gpu.tiled_attention}


# %%
# exercise: gpu.tiled_attention
def tiled_attention(Q, K, V, tile):
    """Q: (token, d_k), K: (other, d_k), V: (other, d_v). Return (token, d_v), tile by tile."""
    # >>> answer
    largest = np.full((len(Q), 1), -np.inf)
    total, mix = np.zeros((len(Q), 1)), np.zeros((len(Q), V.shape[1]))
    for start in range(0, len(K), tile):
        scores = Q @ K[start : start + tile].T / np.sqrt(Q.shape[1])
        new_largest = np.maximum(largest, scores.max(axis=1, keepdims=True))
        fade = np.exp(largest - new_largest)
        exponentials = np.exp(scores - new_largest)
        total = fade * total + exponentials.sum(axis=1, keepdims=True)
        mix = fade * mix + exponentials @ V[start : start + tile]
        largest = new_largest
    return mix / total
    # <<< answer


# %%
check("gpu.tiled_attention", tiled_attention)

# %%
largest, total = -np.inf, 0.0
for tile in ([1.0, 3.0], [2.0, 5.0]):  # the scores of one query
    new = max(largest, *tile)
    fade = np.exp(largest - new)
    total, largest = fade * total + np.exp(np.array(tile) - new).sum(), new
    print(f"scores {tile}: largest so far {largest:g}, what was summed before × {fade:.3f}, sum {total:.4f}")
print(f"all four at once: largest 5, sum {np.exp(np.array([1, 3, 2, 5.0]) - 5).sum():.4f}\n")
rng = np.random.default_rng(11)
for length in (256, 512, 1024, 2048):
    Q, K, V = rng.normal(size=(3, length, 32))
    fused = torch.nn.functional.scaled_dot_product_attention(*map(torch.tensor, (Q, K, V)))
    gap = largest_difference(mine.tiled_attention(Q, K, V, 64), fused)
    tiled = peak_bytes(partial(mine.tiled_attention, Q, K, V, 64)) / 1e6
    table = peak_bytes(partial(table_of_scores.attention, Q, K, V)) / 1e6
    print(f"{length:>5} tokens: tiles {tiled:5.2f} MB, table {table:6.2f} MB", end=", ")
    print(f"{table / tiled:4.1f} times; PyTorch's fused kernel agrees to {gap:.0e}")
print("tiles by", mine.whose("tiled_attention"))

# %% [markdown]
# Exact, because $e^{s - old} \cdot e^{old - new} = e^{s - new}$: one factor brings all that was summed to the new level. And some twenty times less memory at 2048; it grows with
# the length, the table's with its square. A *kernel* is a piece of work that a GPU is ordered to do as one; a *fused* one does all of this inside the small fast memory beside its
# arithmetic, and on the way back computes the scores again. More arithmetic, fewer bytes: the roofline says why it pays.
#
# ## Where the memory goes
#
# In float32, Adam's training keeps four numbers of 4 bytes for each parameter. The recipe of the largest models (Rajbhandari et al. 2019) is not autocast's:
# weights and gradients in 16 bits, and in float32 a *master copy* of the weights, which takes up the small updates, and the moments.
#
# **Predict first:** how much does that save?
#
# {exercise gpu.training_bytes}


# %%
# exercise: gpu.training_bytes
def training_bytes(n_params, mixed_precision):
    """Return the bytes that training with Adam keeps, activations not counted."""
    # >>> answer
    if mixed_precision:
        return (2 + 2 + 4 + 4 + 4) * n_params
    return (4 + 4 + 4 + 4) * n_params
    # <<< answer


# %%
check("gpu.training_bytes", training_bytes)

# %% [markdown]
# Nothing: 16 bytes either way. What shrinks are the **activations**, all that the forward pass keeps for the backward pass; they grow
# with batch and context. First a training step taken apart tensor by tensor, beside the formulas, then sliders.
#
# **Predict first:** GPT-2's smallest model at context 1024 fits on a GPU of 16 GB. Does it at batch 16? With readable instead of
# fused attention? And GPT-3, 96 layers of width 12288, at batch 1?

# %%
held = memory_by_category(device, batch=8)
c = config
formula = by_hand.activation_bytes(8, c.context, c.layers, c.d_model, c.n_heads, c.vocab)
for part, n_bytes in held.items():
    print(f"{part:22} {n_bytes:>10,} bytes")
lasting = mine.training_bytes(n_params, False)
print(f"the first three by the formula: {lasting:,}, by {mine.whose('training_bytes')}")
share = formula / held["activations"]
print(f"activations by the formula: {formula:,}, of the counted ones {share:.1%}")
gpt2 = {"batch": 16, "context": 1024, "layers": 12, "d_model": 768, "heads": 12, "vocab": 50257}
inputs = 4 * 16 * 1024 * 12 * 768  # what goes into each layer, alone
print(f"GPT-2 at batch 16, GB of activations: {by_hand.activation_bytes(**gpt2) / 1e9:.1f}, of layers' inputs: {inputs / 1e9:.1f}")

# %%
figures.memory_explorer()

# %% [markdown]
# The first three lines add up to the formula, to the byte; the activations miss little more than the token numbers. GPT-2 at batch 16 takes 15.1 GB,
# a tight fit; with readable attention 34. *Recomputation* keeps only what goes into each layer, and computes the rest again on the way back (Chen et al. 2016): a few of those bytes, for one more
# forward pass. GPT-3 takes 2.8 TB before a single activation, and no GPU has that.
#
# ## Sharing it out: ZeRO
#
# When several devices train one model, each with its own share of the batch (*data parallel*), every one of them holds the same 16 bytes a parameter.
# The **stages of ZeRO** (Rajbhandari et al. 2019) do away with the copies; a device fetches from the others what it needs, when
# it needs it. **Predict first:** with devices of 80 GB and as many as you like, which stages can hold GPT-3?
#
# {exercise gpu.sharded_bytes}


# %%
# exercise: gpu.sharded_bytes
def sharded_bytes(n_params, devices, stage):
    """Return the bytes that each device keeps at a stage of ZeRO, activations not counted."""
    # >>> answer
    shared = (0, 12, 14, 16)[stage]
    return n_params * (16 - shared + shared / devices)
    # <<< answer


# %%
check("gpu.sharded_bytes", sharded_bytes)

# %%
models = {"7.5 billion": 7_500_000_000, "GPT-3": 174_604_259_328}
bytes_on_each = mine.sharded_bytes
for model, count in models.items():
    for stage in range(4):
        each = [bytes_on_each(count, devices, stage) / 1e9 for devices in (1, 8, 64, 1024)]
        fits = [n for n in range(1, 4097) if bytes_on_each(count, n, stage) <= 80e9]
        needed = f"{fits[0]:>3} devices of 80 GB" if fits else "no number of devices of 80 GB"
        shown = "".join(f"{size:8.1f}" for size in each)
        print(f"{model:11} stage {stage}, GB each on 1, 8, 64, 1024: {shown}   {needed}")
print("shares by", mine.whose("sharded_bytes"))

# %% [markdown]
# Only stage 3 holds GPT-3, from 35 devices on: the 16-bit weights alone are 349 GB, and before that every device has them whole. Stages 0 to 2 send as many
# bytes a step as you are about to count, stage 3 half as many again, by the paper's account.
#
# ## Sums that travel
#
# Each device now has the gradient of its own share of the batch, and all need the mean. To send everything to one of them would make it a
# bottleneck, with $n - 1$ times the bytes. In a **ring** each talks to one neighbour, and nobody sends more than anybody else.
#
# **Predict first:** with 1000 processes instead of 2, how much more must each of them send?
#
# {exercise gpu.ring_all_reduce}


# %%
# exercise: gpu.ring_all_reduce
def ring_all_reduce(parts):
    """parts: an array (number,) for each process. Return a list of what each holds at the end."""
    # >>> answer
    n = len(parts)
    held = [np.array_split(part, n) for part in parts]
    for step in range(2 * (n - 1)):
        sent = [held[p][(p - step) % n] for p in range(n)]
        for p in range(n):
            to, chunk = (p + 1) % n, (p - step) % n
            held[to][chunk] = held[to][chunk] + sent[p] if step < n - 1 else sent[p]
    return [np.concatenate(chunks) for chunks in held]
    # <<< answer


# %%
check("gpu.ring_all_reduce", ring_all_reduce)

# %%
whole = steps.in_double(steps.make_step(cpu, batch=8))


def flat_gradient(rows):
    found = steps.gradients(whole.model, whole.inputs[rows], whole.targets[rows])
    return np.concatenate([gradient.numpy().ravel() for gradient in found])


four = [flat_gradient(slice(2 * p, 2 * p + 2)) for p in range(4)]
held = mine.ring_all_reduce(four)
gap = max(largest_difference(total / 4, flat_gradient(slice(0, 8))) for total in held)
print(f"4 processes with 2 sequences each against the batch of 8: gradients differ by {gap:.0e}")
print("added up by", mine.whose("ring_all_reduce"))
for n in (2, 4, 8, 1000):
    sent = ring.sent_bytes([four[0]] * n)[0]  # counted chunk by chunk
    times = sent / four[0].nbytes
    formula = by_hand.ring_bytes(four[0].nbytes, n)
    print(f"{n:>4} processes: {sent:>9,} bytes each, by formula {formula:>9,.0f};", end=" ")
    print(f"{times:.3f} times the gradient")

# %% [markdown]
# The gradient of the whole batch, to rounding. And nearly the same bytes for a thousand processes as for eight: each sends $2(n-1)$ chunks
# of $1/n$, always less than twice the gradient (1.998 times at 1000, twice what 2 processes send), and no method among equals sends less (Patarasuk and Yuan 2009). What grows is
# the number of steps one after the other.
#
# ## The same with real processes
#
# Two processes on this machine's CPU, in float64: each draws the same batch and works on its half; all average their gradients and make the same update. Then the same
# command with one process. **Predict first:** will the losses be near each other, or the same?

# %% tags=["times"]
scratch = TemporaryDirectory()
folder = Path(scratch.name)
shape = ["--batch", "8", "--context", "32", "--width", "64", "--layers", "2"]
options = [*shape, "--steps", "6", "--rate", "0.01", "--device", "cpu", "--double", "--sample", "0"]
two = launch(2, folder / "two.safetensors", *options, budget=60)
print("$", two.command)
print(two.said or f"no result: {two.missing}")
one = folder / "one.safetensors"
status = cli.main(["train", "--processes", "1", "--checkpoint", str(one), *options])
gap = largest_difference(losses_in(one), two.losses) if two.losses else None
print(f"largest difference of a loss: {two.missing if gap is None else format(gap, '.0e')}")
print(f"the two took {two.seconds:.0f} seconds, most of them for starting PyTorch")

# %% [markdown]
# The same, to rounding. If a process dies, the job ends and names its last checkpoint; the same command with `--resume`
# goes on to the same losses. For several machines, torchrun, Slurm and Kubernetes: `docs/distributed.md`.
#
# ## What to remember
#
# - A GPU works through a queue: warm up, wait before both looks at the clock, take the median.
# - Peak and bandwidth make a roof; intensity says where under it a piece of work stands. One row waits for memory; on an H100, fewer than some 350 do.
# - float16 needs its loss scaled, bfloat16 does not and is coarser.
# - Softmax can run along tiles: exact attention, memory that grows with the length.
# - Training with Adam keeps 16 bytes a parameter, mixed precision or not; only ZeRO's stage 3 shares the weights.
# - A ring adds up gradients with less than twice their bytes for each process.
#
# Next, lesson 12 takes these formulas to GPT-3: its parameters, its operations, its memory, its days.
#
# ## Where to read on
#
# - Williams, Waterman and Patterson 2009, *Roofline*, doi:10.1145/1498765.1498785. Chowdhery et al. 2022, *PaLM*, arXiv:2204.02311, appendix B: MFU.
# - McCandlish et al. 2018, arXiv:1812.06162: how large a batch is worth its sequences.
# - Micikevicius et al. 2017, *Mixed Precision Training*, arXiv:1710.03740: float16 and loss scaling. Kalamkar et al. 2019, arXiv:1905.12322: bfloat16.
# - Dao et al. 2022, *FlashAttention*, arXiv:2205.14135; Milakov and Gimelshein 2018, arXiv:1805.02867: softmax that runs along.
# - Chen et al. 2016, *Training Deep Nets with Sublinear Memory Cost*, arXiv:1604.06174: recomputation.
# - Rajbhandari et al. 2019, *ZeRO*, arXiv:1910.02054. Patarasuk and Yuan 2009, doi:10.1016/j.jpdc.2008.09.002: the ring.
# - Li et al. 2020, *PyTorch Distributed*, arXiv:2006.15704: how gradients travel while the backward pass still runs.
