# %% [markdown]
# # 11 · GPU training
#
# After this lesson you can
#
# - time work on a device without fooling yourself, and say what the usual mistake measures;
# - draw the roofline of your own machine from two measured numbers, and place any matrix product under it;
# - say what batch size, bfloat16, fused attention and a compiler change, each measured here, and compute the utilisation (MFU);
# - account for the memory of a training run to the byte, and train with a large batch in little memory;
# - train one model with several processes, and say what travels between them at every step.
#
# About 90 minutes, four exercises, 4 points. It builds on the model (lesson 07) and the training loop (lesson 10). You need no
# GPU: every cell runs on whatever you have, and says what that is.

# %%
import tempfile
from pathlib import Path

import torch

from course_lib import cli
from course_lib.device import choose_device, describe
from course_lib.gpu import by_hand, figures, records, steps
from course_lib.gpu.clock import ordered_seconds, time_on
from course_lib.gpu.compiling import compare
from course_lib.gpu.launching import launch
from course_lib.gpu.step_memory import memory_by_category
from course_lib.gpu.rates import launch_overhead, matmul_rate, measured_roofline, transfer_rate
from course_lib.gpu.units import amount
from course_lib.gpu.work import measured_work
from course_lib.lesson import check, hint, mine
from course_lib.numeric import largest_difference
from course_lib.training.engine import data_parallel
from course_lib.transformer.models import n_parameters

# %% [markdown]
# ## One question
#
# In lesson 10 a small model learned in half a minute. GPT-3 took some $3 \times 10^{23}$ operations; how many years that would be
# on your machine, you will compute below. **What does a training step wait for, and what can be done about it?**
#
# Everything below is measured on the device you have. It is chosen in one place, the best there is: an NVIDIA or AMD GPU
# (`cuda`), else Apple's (`mps`), else the processor. To choose yourself, write `choose_device("cpu")`.

# %%
device = choose_device()
info = describe(device)
name = info.name
print(info)

# %% [markdown]
# That is the machine that all numbers in this lesson belong to. Yours will differ from your neighbour's, and from their own a
# minute ago, if something else is running. So you will see ratios and ranges, and the text says what is to be expected and why.
#
# Numbers of other machines, GPUs above all, are kept in a file of their own, each with its name and its date:

# %%
print(records.summary())

# %% [markdown]
# If that line names no machine, nobody has measured one for this course yet, and no number stands in for it. If you have a GPU,
# the command in it writes the same table that you are about to see.
#
# ## A clock that waits
#
# A GPU is a second computer. Python does not compute on it: it puts work into a **queue**, and a call returns when the work is
# *ordered*. A clock that stops then has measured how fast one can order. On a processor there is no queue.
#
# **Predict first:** by which factor do the two clocks differ on your device: 1, 10, or 1000?

# %% tags=["times"]
a = torch.randn(512, 512, device=device)
waited = time_on(device, lambda: a @ a)
ordered = ordered_seconds(device, lambda: a @ a)
print(f"{info.kind}, waiting until it is done: {waited}")
print(f"seconds until done / seconds until ordered: {waited.median / ordered:.1f}")

# %% [markdown]
# About 1 on a CPU; more on a GPU, and the more the longer the work. `time_on` does what every timing in this lesson needs:
#
# 1. **warm up**: first calls allocate memory, load kernels, compile;
# 2. **wait** for the device before the clock starts and before it stops;
# 3. many rounds, and their **median**: one disturbed round moves a mean, and leaves a median where it was.
#
# ## Two numbers make a device
#
# A device computes, and it fetches. The first number is its **peak**: operations per second, found with large matrix products.
# The second is its **bandwidth**: bytes per second from memory, found by copying an array too large for any cache.
#
# **Predict first:** while one number of four bytes is fetched from memory, how many operations could your device do?

# %% tags=["times"]
roof = measured_roofline(device)  # some seconds
peak, bandwidth = roof["peak_flops"], roof["bandwidth"]
ridge = by_hand.ridge(peak, bandwidth)
print(f"{name}, float32, measured just now")
print("peak     ", amount(peak, "FLOP/s"))
print("bandwidth", amount(bandwidth, "B/s"))
print(f"operations in the time of one byte: {ridge:.1f}; of one float32: {4 * ridge:.0f}")

# %% [markdown]
# Fetching is slow. Whoever fetches a number and uses it once keeps the arithmetic waiting. What counts is how many operations a
# byte feeds: the **arithmetic intensity**, in FLOP (floating-point operations) per byte.
#
# ## Intensity
#
# An $(m, k)$ matrix times a $(k, n)$ matrix: each of the $mn$ results takes $k$ multiplications and $k$ additions. At the least,
# both factors are read once and the product is written once. So for two square matrices of size $n$ the operations grow with $n^3$
# and the bytes with $n^2$: large products are kind to memory.
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
# Two limits hold at once. Nothing computes faster than the peak. And with the bytes that arrive in a second, work of intensity $I$
# can do at most $I \times \text{bandwidth}$ operations. Drawn over the intensity, on logarithmic axes, that is a slope and a flat
# roof; they meet at the **ridge**, peak / bandwidth (Williams, Waterman and Patterson 2009).
#
# {exercise gpu.roofline}


# %%
# exercise: gpu.roofline
def roofline(intensity, peak_flops, bandwidth):
    """intensity in FLOP per byte, peak in FLOP/s, bandwidth in bytes/s. Return attainable FLOP/s."""
    # >>> answer
    return min(peak_flops, intensity * bandwidth)
    # <<< answer


# %%
check("gpu.roofline", roofline)

# %% [markdown]
# Here is the roof of *your* device. A model that writes works on one new token at a time: each weight matrix meets a single row,
# $m = 1$. In training $m$ is the number of all tokens in the batch. Answer first; then move $m$ up and watch where the product
# leaves the slope. What do bytes of half the size change, on the slope and on the flat part?

# %% tags=["times"]
figures.roofline_explorer(peak, bandwidth, name)  # drawn with the ratios measured above

# %% [markdown]
# One row has an intensity of ½ in float32, whatever the matrix: every weight is fetched for one multiplication and one addition. That
# is why writing is bound by memory, why many users' tokens are computed together, and why a cache of keys and values (lesson 07)
# pays. With many rows each fetched weight is used many times.
#
# **Predict first:** how many rows does a product with a 1024 × 1024 matrix need to reach the ridge of your device, by your formula?
# And now real work, timed. Products of 1, 8, 64 and 256 rows, a layer norm, and attention, both the readable one
# and the fused. Which will stay far below the peak?

# %% tags=["times"]
enough = next((m for m in range(1, 4097) if mine.matmul_intensity(m, 1024, 1024, 4) >= ridge), None)
print(f"rows that reach the ridge: {enough or 'more than 4096'}, by {mine.whose('matmul_intensity')}")
works = measured_work(device)
print(f"{name}\n{'':19} FLOP/byte  of the peak  of the roof there")
for work in works:
    limit = mine.roofline(work.intensity, peak, bandwidth)
    print(f"{work.name:19} {work.intensity:9.2f} {work.flops / peak:12.1%} {work.flops / limit:12.0%}")
print("the roof is", mine.whose("roofline"))
figure, axes = figures.draw_roofline(peak, bandwidth, works, name)

# %% [markdown]
# What to see: on paper few rows reach the ridge; compare them with the rows that come near the peak when they are timed. The more rows, the further right, and the more operations a second. The layer norm stands far to the left: it does a
# handful of operations for each number, so no device runs it near its peak. A point *above* the slope is no mistake: its data
# were still in a cache, which is faster than memory, or it only reads, where the copy that gave the slope also wrote. A point below the roof has something else
# to wait for, or a kernel that could be better.
#
# ## Orders and transfers
#
# Two more costs have nothing to do with arithmetic. Each operation has to be **ordered**, however small it is; and data that are
# born in main memory have to **travel** to the device. **Predict first:** how large must a square product be before computing it
# takes longer than ordering it?

# %% tags=["times"]
overhead = launch_overhead(device)
print(f"{info.kind}: an operation with nothing to do takes {overhead}")
for size in (8, 32, 128, 512):
    seconds = matmul_rate(device, size, rounds=3)[1].median
    print(f"product of size {size:>3}: {seconds / overhead.median:8.1f} times that")
moved = transfer_rate(device, 2**26, rounds=3)
if moved is None:
    print("transfer: nothing travels, the CPU computes where the data are")
else:
    times = bandwidth / moved[0]
    print(f"transfer: {amount(moved[0], 'B/s')}, {times:.0f} times slower than its memory")

# %% [markdown]
# Small work is all order and no work; between the smallest ones the differences are those of two orders. A GPU makes this worse: an order still takes some microseconds, and the arithmetic is many
# times faster. So the data stay on the device, and one gives it large pieces. The largest lever is the batch.
#
# ## Batch size
#
# A step on twice the sequences does twice the arithmetic with the same weights and the same number of orders. **Predict first:**
# what happens to the time of a step from batch 1 to batch 2? And to the tokens per second, from 1 to 16?

# %% tags=["times"]
config = steps.SMALL
measured = list(steps.batch_costs(device, (1, 2, 4, 8, 16), config, rounds=3))
batches, timings, speeds = zip(*measured, strict=True)
print(f"{config.layers} layers of width {config.d_model}, context {config.context}, on {name}")
for batch, timing, speed in measured:
    slower, faster = timing.median / timings[0].median, speed / speeds[0]
    print(f"batch {batch:>2}: seconds of a step × {slower:5.2f}, tokens per second × {faster:5.2f}")
figure, axes = figures.draw_batches(batches, speeds, [timing.median for timing in timings], name)

# %% [markdown]
# What to see: as long as the step waits for orders and for weights, more sequences come nearly for free, and the blue line climbs. Once
# the arithmetic is busy, the time grows with the batch, and the blue line levels off. A CPU gets there with tens of sequences; a large GPU
# with a model this small, only with hundreds. A larger batch is not always better for *learning*, though: past
# some size each further sequence teaches less (McCandlish et al. 2018).
#
# ## How well is the device used? MFU
#
# **Model FLOPs utilisation** is the share of the peak that went into the model's own arithmetic (Chowdhery et al. 2022). Each of
# the $N$ parameters costs 2 operations forward and 4 backward for every token. Attention's two products have no parameters
# and come on top: $12\,LHQT$ for $L$ layers, $H$ heads of width $Q$, context $T$.
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

# %% [markdown]
# Now with your peak and your speeds. **Predict first:** large models on good clusters reach 0.4 to 0.5. More or less here, with
# layers of width 64?

# %% tags=["times"]
model = steps.make_step(device).model
n_params = sum(n_parameters(model).values())
d_head = config.d_model // config.n_heads
for batch, speed in zip(batches, speeds, strict=True):
    share = mine.mfu(
        speed, n_params, config.layers, config.n_heads, d_head, config.context, peak
    )
    print(f"{info.kind}, batch {batch:>2}: MFU {share:.1%} with {n_params:,} parameters")
years = 3.14e23 / (share * peak) / (365 * 24 * 3600)
print(f"GPT-3's operations at this pace: {years:,.0f} years (MFU by {mine.whose('mfu')})")

# %% [markdown]
# MFU counts the model's arithmetic alone. Norms, activations, softmax, the optimizer and every order are time without credit, and
# in a narrow model they are most of it. What to do about it: fewer bytes, fewer orders, wider matrices.
#
# ## Fewer bytes: bfloat16
#
# **bfloat16** has the range of float32 and 8 significant bits instead of 24. Half the bytes move, and GPUs have matrix units for
# it that are many times faster. What it lacks is precision. **Predict first:** what are 256 + 1, and 1 − 0.001, in bfloat16?

# %%
half = torch.bfloat16
print("256 + 1   =", (torch.tensor(256.0, dtype=half) + 1).item())
print("1 - 0.001 =", (torch.tensor(1.0, dtype=half) - 0.001).item())
print("the same in float32:", round((torch.tensor(1.0) - 0.001).item(), 6))

# %% [markdown]
# A step of a thousandth is lost: such weights would stand still. Hence **mixed precision**: matrix products in bfloat16, while the
# weights that are updated stay in float32 (Micikevicius et al. 2017). PyTorch calls it *autocast*. **Predict first:** is it
# faster on your device?

# %% tags=["times"]
precision = steps.precision_costs(device, batch=4, rounds=3)
slowdown = precision["bfloat16"].median / precision["float32"].median
for kind, timing in precision.items():
    print(f"{kind:9} {timing} on {name}")
print(f"with bfloat16 a step takes {slowdown:.2f} times as long as without")

# %% [markdown]
# Below 1 it pays, above 1 it does not. A GPU with matrix units for bfloat16 gains; a processor without them converts back and
# forth and loses; and wide layers gain more than ours of width 64. The format promises nothing: the device decides.
#
# ## Fewer trips to memory: a compiler
#
# GELU written out, a residual and a layer norm are a dozen operations, entry by entry. Run one after the other (**eager**), each reads an
# array from memory and writes one back. A compiler can make **one loop** of them: read once, do everything, write once.
# `torch.compile` does that. It needs a compiler on the machine and its time, so it gets a process of its own and 30 seconds.
#
# **Predict first:** with the intensity of such operations in mind, by how much can it be faster?

# %% tags=["times"]
compiled = compare(info.kind, budget=30)  # seconds
if "missing" in compiled:
    print("not measured here:", compiled["missing"])
else:
    gain = compiled["eager"] / compiled["compiled"]
    repaid = compiled["compiling"] / max(compiled["eager"] - compiled["compiled"], 1e-9)
    print(f"eager / compiled: {gain:.1f} on {name}; largest difference {compiled['difference']:.0e}")
    print(f"repaid after {repaid:,.0f} calls" if gain > 1 else "compiling does not pay here")

# %% [markdown]
# If it was measured: the arithmetic is the same, the trips to memory are gone, and the results agree to float32's rounding. The price is
# the compiling, paid once. If your machine has no compiler, or the time ran out, the cell says so. (PyTorch keeps what it has
# compiled, so a second run of the cell is cheaper.)
#
# ## Never write the matrix: fused attention
#
# Readable attention (lesson 04) writes its (query, key) matrix to memory, and keeps it for the backward pass. The **fused** kernel works block
# by block, and computes again in the backward pass what it did not keep (Dao et al. 2022): more arithmetic, fewer bytes.
#
# **Predict first:** with twice the tokens, what becomes of the bytes each of them keeps?

# %% tags=["times"]
costs = list(steps.attention_costs(device, (128, 256, 512, 1024), rounds=3))
print(f"forward and backward on {name}: ratios of seconds, and what is kept")
for cost in costs:
    faster = cost.readable.median / cost.fused.median
    kept = f"{cost.readable_bytes / 1e6:6.2f} MB against {cost.fused_bytes / 1e6:5.2f} MB"
    print(f"{cost.n_tokens:>5} tokens: fused is {faster:5.1f} times as fast, keeps {kept}")
print(f"largest difference between their outputs: {max(cost.difference for cost in costs):.0e}")

# %% [markdown]
# One function, to rounding. The readable one's bytes come to four times as many with every doubling, the square of the length; the
# fused one's to twice as many. That, more than the time, is what made long contexts possible.
#
# ## Where the memory goes
#
# For every parameter, Adam's training keeps the weight, its gradient and two moments (lesson 10). In mixed precision weights and
# gradients have 16 bits; but a master copy of the weights in float32 is needed, as you saw, and the moments stay in float32.
#
# **Predict first:** how much does mixed precision save of that?
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
# Nothing: 16 bytes for each parameter, either way. What shrinks are the **activations**: all that the forward pass keeps so that
# the backward pass can use it. They grow with the batch and the context; the 16 bytes do not.
#
# Is that so? Here a training step is taken apart, tensor by tensor, beside the formulas of `by_hand`.

# %%
held = memory_by_category(device, batch=8)
c = config
formula = by_hand.activation_bytes(8, c.context, c.layers, c.d_model, c.n_heads, c.vocab)
for part, n_bytes in held.items():
    print(f"{part:22} {n_bytes:>10,} bytes")
print(f"weights, gradients, moments by the formula: {mine.training_bytes(n_params, False):,}", end=" ")
print(f"({mine.whose('training_bytes')})")
share = formula / held["activations"]
print(f"activations by the formula: {formula:,}, of the counted ones {share:.1%}")

# %% [markdown]
# The first three lines add up to the formula, to the byte. The activations miss a few bytes for the token numbers (and GPUs use
# other attention kernels, with other leftovers). Already in this small model they are most of the memory.
#
# Now the sliders. **Predict first:** GPT-2's smallest model with a context of 1024 fits easily on a GPU of 16 GB. Does it still at
# batch 16? What does mixed precision change, and what fused attention? Then build GPT-3: 96 layers of width 12288.

# %%
figures.memory_explorer()

# %% [markdown]
# Sixteen bytes for each of GPT-3's 175 billion parameters are 2.8 TB, and no GPU has that: such a model is cut into pieces and
# lives on many at once (Rajbhandari et al. 2020). The activations can be cut down by a smaller batch.
#
# ## A large batch in little memory
#
# A gradient of a mean is the mean of gradients. So a batch that does not fit goes through in **pieces**, one after the other: each piece's
# gradient, weighted by its share, is added up, and the update comes at the end. **Predict first:** how far is the result from the
# gradient of the whole batch? Pieces of 3, 2, 2 and of 4, 3 sequences, in float64:

# %%
whole = steps.in_double(steps.make_step(torch.device("cpu"), batch=7))
expected = steps.gradients(whole.model, whole.inputs, whole.targets)
for pieces in (3, 2):
    pieced = steps.accumulated_gradients(whole.model, whole.inputs, whole.targets, pieces)
    gap = max(largest_difference(*pair) for pair in zip(expected, pieced, strict=True))
    print(f"{pieces} pieces: equal to rounding, {gap < 1e-14}")

# %% [markdown]
# Rounding and nothing else, even with pieces of different size, because each has its share as weight. (A plain mean of the pieces'
# gradients would be wrong there; lesson 10 has the exercise.) The activations of a single piece are all that is in memory at a time.
#
# ## Many processes, one model
#
# If the pieces do not have to come one after the other, they can be on different devices. **Data parallel**: every process has the whole
# model, draws the same batch, and works on its own share. Then all average their gradients (an **all-reduce**), and everybody makes
# the same update, so the copies stay equal without ever being sent.
#
# This starts two processes, on this machine's CPU, in float64. It takes some seconds, most of them for starting PyTorch three times.

# %% tags=["times"]
scratch = tempfile.TemporaryDirectory()
folder = Path(scratch.name)
shape = ["--batch", "8", "--context", "32", "--width", "64", "--layers", "2"]
options = [*shape, "--steps", "6", "--rate", "0.01", "--device", "cpu", "--double", "--sample", "0"]
two = launch(2, folder / "two.safetensors", *options, budget=60)
print("$", two.command)
print(two.said or f"no result: {two.missing}")

# %% [markdown]
# Each process said where it runs, and process 0 the rest. **Predict first:** the same command with `--processes 1` is one process with
# the whole batch. Will its losses be near those above, or the same?

# %% tags=["times"]
status = cli.main(["train", "--processes", "1", "--checkpoint", str(folder / "one.safetensors"), *options])
one_process = data_parallel.losses_in(folder / "one.safetensors")
gap = largest_difference(one_process, two.losses) if two.losses else None
print(f"largest difference of a loss: {two.missing if gap is None else format(gap, '.0e')}")
print(f"the first of the two took {two.seconds:.0f} seconds, most of them for starting")

# %% [markdown]
# The same to rounding: two processes are a way to be quicker, not another training. What travelled? Neither text nor weights, only
# gradients, once a step. The processes stand in a ring: each sends a piece to its neighbour, adds what it gets, and after
# $2(n-1)$ rounds everybody has the sum. So each sends $2\,\frac{n-1}{n}$ times the gradients' bytes (Patarasuk and Yuan 2009).
#
# For the model of this lesson in float32: **predict first**, with 1000 processes instead of 2, how much more must each of them send?

# %%
gradient_bytes = 4 * n_params  # float32
for processes in (1, 2, 8, 1000):
    sent = by_hand.ring_bytes(gradient_bytes, processes)
    times = sent / gradient_bytes
    print(f"{processes:>4} processes: {sent:>9,.0f} bytes each, {times:.2f} times the gradients")

# %% [markdown]
# Less than twice as much, however many: that is why data parallel scales. What a step *waits* for is then one more roofline, with the
# network as its bandwidth: a larger batch for each process means more arithmetic for the same bytes.
#
# A process can die: a machine fails, memory runs out. Then the others cannot finish their step. The job ends, says which
# checkpoint is the last, and the same command with `--resume` goes on to the same losses; the tests of this course kill one to see.
# You can too: run the line shown above in a terminal with `--steps 5000`, and `kill` a process id that it prints.
# On several machines the command stays what it is, told where they meet: `docs/distributed.md` has it for torchrun, Slurm and
# Kubernetes. With GPUs the gradients travel by NCCL instead of gloo, each process with a GPU of its own.
#
# ## What the articles leave out
#
# The five articles make 78 claims, and none of them belongs here. They say that attention is *parallel*, which lessons 00 and
# 05 test, and that large models are *costly*, which lesson 12 computes; what lies between, how a device spends its time, they leave
# out. So these are this lesson's own sentences, held against what your device did a moment ago:

# %% tags=["times"]
intensive = {work.name: work.flops / peak for work in works}
longest = costs[-1]  # 1024 tokens
sentences = {
    "one row reaches less of the peak than 256 rows": intensive["1 row"] < intensive["256 rows"],
    "a layer norm stays below half the peak": intensive["layer norm"] < 0.5,
    "16 sequences a step are more tokens per second than 1": speeds[-1] > speeds[0],
    "bfloat16 is faster than float32": slowdown < 1,
    "fused attention is faster, at 1024 tokens": longest.readable.median > longest.fused.median,
    "fused attention keeps fewer bytes there": longest.readable_bytes > longest.fused_bytes,
    "two processes train like one": gap is not None and gap < 1e-9,
}
for sentence, so in sentences.items():  # ratios of seconds: true of this device, today
    print("so here:    " if so else "NOT SO here:", sentence)

# %% [markdown]
# A *NOT SO* is a result, not a mistake: bfloat16 on a processor without units for it is the usual one. Measure, and then decide.
#
# ## What to remember
#
# - A GPU works through a queue: warm up, wait, take the median, or you time the ordering.
# - Peak and bandwidth make a roof; intensity says where under it a piece of work stands. One row waits for memory.
# - Large batches, fewer bytes, fused kernels and compilers are all one idea: more arithmetic for every byte and every order.
# - Training with Adam keeps 16 bytes a parameter, mixed precision or not; activations come on top, and grow with batch and context.
# - Pieces of a batch, one after the other or on many devices, give the gradient of the batch, to rounding.
# - What travels are gradients: less than twice their bytes, however many take part.
#
# Next, lesson 12 takes these formulas to GPT-3: its parameters, its operations, its memory, its days.
#
# ## Where to read on
#
# - Williams, Waterman and Patterson 2009, *Roofline*, doi:10.1145/1498765.1498785.
# - Chowdhery et al. 2022, *PaLM*, arXiv:2204.02311, appendix B: MFU.
# - McCandlish et al. 2018, arXiv:1812.06162: how large a batch is worth its sequences.
# - Micikevicius et al. 2017, *Mixed Precision Training*, arXiv:1710.03740.
# - Dao et al. 2022, *FlashAttention*, arXiv:2205.14135.
# - Rajbhandari et al. 2020, *ZeRO*, arXiv:1910.02054: the 16 bytes, and how to share them out.
# - Li et al. 2020, *PyTorch Distributed*, arXiv:2006.15704: how the gradients travel while the backward pass still runs.
