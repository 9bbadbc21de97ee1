# %% [markdown]
# # 13 · Since GPT-3
#
# After this lesson you can
#
# - write the block of LLaMA, and have Hugging Face's LLaMA, Mistral, Qwen3 and Mixtral confirm it to twelve decimal places;
# - say of eight changes since GPT-3 what each is for, what it costs, and what it did to the loss when measured alone;
# - count the parameters of a published model to the last one, and of a mixture of experts those that work;
# - write a sliding window, a mixture of experts, and the loss that keeps its router from having favourites.
#
# About 90 minutes, four exercises, 11 points.

# %% [markdown]
# **What it needs:** the whole GPT ([lesson 07](07_transformer.ipynb)), rotary positions ([03](03_positional_encoding.ipynb)), RMSNorm and SwiGLU
# ([06](06_block.ipynb)), a training run ([10](10_training.ipynb)). Without them, take on trust that a block returns a row for each row it is
# given, and that a run lowers the loss on held-out text.
#
# `by_hand` is the course's own NumPy; `mine` is yours, once it has passed. The five articles this course grew out of end with GPT-3, so
# there is no claim of theirs to test here.

# %%
from functools import partial

import numpy as np
import torch

from course_lib.attention.by_hand import attention as table_of_scores
from course_lib.lesson import check, hint, mine
from course_lib.modern import changes, figures, peers, routing, weights
from course_lib.modern.counting import by_formula, on_meta, published
from course_lib.modern.model import Decoder
from course_lib.modern.shape import Shape
from course_lib.modern.tiles import tiles_needed, window_attention
from course_lib.numeric import largest_difference
from course_lib.timing import peak_bytes
from course_lib.transformer.weights.conversion import ConversionError, as_arrays

# %% [markdown]
# ## Eight switches
#
# GPT-3 (2020) is GPT-2, larger, with a window in every other layer. The open models of today are GPT-2 with parts exchanged, one at a time, over years:
#
# | change | for what | first widely used in |
# | --- | --- | --- |
# | rotary positions | distance instead of place; no table that ends | GPT-J, PaLM, LLaMA |
# | RMSNorm | layer norm without mean and bias: less to compute | T5, LLaMA |
# | SwiGLU | every unit has a gate, made from the same token | PaLM, LLaMA |
# | no biases | fewer small operations | PaLM, LLaMA |
# | grouped queries | a smaller cache while writing | LLaMA-2 70B |
# | norms on q and k | scores that cannot grow without limit | ViT-22B, Qwen3 |
# | sliding window | long texts at a fixed cost per token | GPT-3, in every other layer; Mistral |
# | mixture of experts | more parameters at the same cost per token | Switch, Mixtral |

# %% [markdown]
# Here each change is a **switch** of one decoder. With all of them off it should be the GPT of lesson 07; everything measured below rests
# on that, so it is tested first. The last two lines throw several switches at once.
#
# **Predict first:** which single switch changes the number of parameters most?

# %%
plain = Decoder(Shape(vocab=97, context=32, layers=2, d_model=24, n_heads=3)).double()
ids = torch.tensor([[5, 41, 7, 96, 0, 13, 13, 2]])
gap = largest_difference(plain(ids), weights.to_gpt(plain)(ids))
print(f"all switches off, against lesson 07's GPT: {gap:.0e}\n")
models = {change: Decoder(changes.shape_of(change)) for change in changes.CHANGES}
numbers = {change: sum(t.numel() for t in model.parameters()) for change, model in models.items()}
for change, number in numbers.items():
    print(f"{change:22} {number:>9,} parameters {number - numbers['as in GPT-2']:+9,}")

# %% [markdown]
# No difference to lesson 07; and the experts, by far: eight networks in place of one, of which each token uses two. The others move the
# count by less than a tenth. (Rotary positions save the table of positions. SwiGLU has a third matrix and saves all the same, as its
# matrices are made narrower, 168 columns for 256.)

# %% [markdown]
# ## The block, rewritten
#
# The first five of the table make LLaMA's block, and you have written every part of it. Here they are.

# %%
attention, causal_mask, rotate = mine.attention, mine.causal_mask, mine.rotate
split_heads, merge_heads = mine.split_heads, mine.merge_heads
grouped_attention, rms_norm, swiglu = mine.grouped_attention, mine.rms_norm, mine.swiglu
print("the parts:", mine.whose("attention", "causal_mask", "rotate", "split_heads", "merge_heads"))
print("          ", mine.whose("grouped_attention", "rms_norm", "swiglu"))

# %% [markdown]
# New is only how they stand together. **Grouped queries** are those of lesson 05: eight heads can ask in eight ways and be answered by
# two.
#
# {exercise modern.llama_block}


# %%
# exercise: modern.llama_block
def llama_block(x, params, positions):
    """x: (token, d_model), params as above, positions: (token,). Return (token, d_model)."""
    # >>> answer
    y = rms_norm(x, params["gain_1"], params["eps"])
    Q = split_heads(y @ params["W_Q"], params["n_heads"])
    K = split_heads(y @ params["W_K"], params["n_kv_heads"])
    V = split_heads(y @ params["W_V"], params["n_kv_heads"])
    Q, K = rotate(Q, positions, params["base"]), rotate(K, positions, params["base"])
    heads = grouped_attention(Q, K, V, causal_mask(len(x)))
    x = x + merge_heads(heads) @ params["W_O"]
    y = rms_norm(x, params["gain_2"], params["eps"])
    return x + swiglu(y, params["W_gate"], params["W_up"], params["W_down"])
    # <<< answer


# %%
check("modern.llama_block", llama_block)

# %% [markdown]
# ## Is it LLaMA?
#
# Take a LLaMA from Hugging Face's *transformers*, tiny and with random weights, and copy every tensor by its name. One thing is in
# another order there: you rotate neighbouring features, 2i with 2i + 1; their code rotates feature i with feature i + d/2. The same
# rotations, sorted differently, so the columns of $W_Q$ and $W_K$ are sorted once while copying.
#
# **Predict first:** what happens to the logits, of size 5, if we copy the columns unsorted?

# %%
theirs = peers.tiny("Llama")
shape = weights.shape_from(theirs.config)
for row in weights.rows(shape)[1:6]:
    print(f"{row.theirs[0]:48} -> {row.ours:30} {row.shape}")
params = as_arrays(weights.from_theirs(theirs.state_dict(), shape).params())


def llama_logits(ids, params):
    x = params["table"][ids]
    for block in params["blocks"]:
        x = mine.llama_block(x, block, np.arange(len(ids)))
    return mine.rms_norm(x, params["gain"], params["eps"]) @ params["head"].T


with torch.no_grad(), peers.in_double(theirs):
    wanted = theirs(ids).logits[0].numpy()
made = llama_logits(ids[0].numpy(), params)
print(f"\nlargest logit {abs(wanted).max():.1f}, difference {largest_difference(made, wanted):.0e}")
unsorted = {**params, "blocks": [{**block} for block in params["blocks"]]}
for block, layer in zip(unsorted["blocks"], theirs.model.layers, strict=True):
    block["W_Q"] = layer.self_attn.q_proj.weight.detach().numpy().T
    block["W_K"] = layer.self_attn.k_proj.weight.detach().numpy().T
made = llama_logits(ids[0].numpy(), unsorted)
print(f"columns unsorted: {largest_difference(made, wanted):.2f}")
print("blocks by", mine.whose("llama_block"))

# %% [markdown]
# Your block is LLaMA's, down to rounding. Unsorted, the model runs, and every logit is wrong: no error would have told you.
#
# The same table of names reads Mistral (a window), Qwen3 (norms on q and k, heads wider than d_model / heads) and Mixtral (experts).
# Their code computes norms, rotation and router in single precision even in a double-precision model; we compare with that as it is,
# and with its own lines run in double. **Predict first:** to how many digits will logits of size 5 agree, as it is and in double?

# %%
batch = torch.randint(0, 97, (2, 13), generator=torch.Generator().manual_seed(0))
found = {name: peers.gaps(name, batch) for name in peers.PEERS}
print(f"{'':8}", *(f"{column:>16}" for column in found["Llama"]))
for name, gaps in found.items():
    print(f"{name:8}", *(f"{gap:16.0e}" for gap in gaps.values()))
broken = dict(theirs.state_dict())
broken["model.layers.1.self_attn.q_norm.weight"] = broken.pop("model.layers.1.mlp.up_proj.weight")
try:
    weights.from_theirs(broken, shape)
except ConversionError as refused:
    print("\n", refused, sep="")

# %% [markdown]
# To about six as it is, which is the rounding of single precision; in double, logits and all gradients agree to twelve and more. And a
# tensor that is missing or unknown is named, rather than skipped.
#
# ## Norms on queries and keys
#
# A score is a product, and nothing bounds it: if training makes $W_Q$ larger, scores grow, softmax picks a single word, and its gradient
# vanishes (lesson 04). Qwen3 norms each query and key first. **Predict first:** we multiply $W_Q$ by 1, 10 and 100. What becomes of the
# largest score where queries and keys are normed?

# %%
rng = np.random.default_rng(2)
q, k, gain = rng.normal(size=(5, 16)), rng.normal(size=(7, 16)), np.ones(16)
for times in (1, 10, 100):
    plain_scores = (times * q) @ k.T / 4
    normed = mine.rms_norm(times * q, gain) @ mine.rms_norm(k, gain).T / 4
    print(f"W_Q times {times:>3}: largest score {plain_scores.max():6.1f}, with norms {normed.max():.3f}")

# %% [markdown]
# Without norms it grows as $W_Q$ does; with them nothing moves: the size of a query no longer counts, only its direction. With gains of 1 a
# normed row of 16 numbers has length 4, so no score can exceed 4 · 4 / 4. Whether that helps is measured below.
#
# ## Counting the published ones
#
# Nothing else separates you from the published models than sizes and weights. So we build seven of them at full size, with tensors that have
# a shape and no numbers, and count. **Predict first:** in lesson 12 Mixtral "8x7B" had 46.7 billion parameters, of which 12.9 work on a
# token, and not 56 and 14. How many billion do its eight experts share?

# %%
print(f"{'':16}{'by formula':>18}{'tensor by tensor':>18}{'active':>17}")
for name, model in published().items():
    formula, built = by_formula(model.shape), on_meta(model.shape)
    assert formula == built == model.count
    print(f"{name:16}{formula.total:>18,}{built.total:>18,}{built.active:>17,}")
mixtral = published()["Mixtral 8x7B"].shape
networks = 3 * mixtral.d_model * mixtral.d_ff * mixtral.layers
shared = by_formula(mixtral).total - 8 * networks
print(f"\nMixtral: 8 networks of {networks / 1e9:.2f} billion, {shared / 1e9:.2f} billion shared by all")

# %% [markdown]
# 1.6: attention, tables and norms. Only the networks are there eight times; "8x7B" counts the shared part eightfold. The tensors of all
# seven models add up to the published count, without a single one left over.
#
# ## What grouped queries are for
#
# They save a few parameters, but that is not the point. While a model writes, keys and values of all earlier tokens lie in a cache: 2 · layers
# · heads of keys · $d_\text{head}$ numbers a token (lesson 12), and for every new token all of it is read.

# %%
figures.cache_explorer()

# %% [markdown]
# A quarter of the heads, a quarter of the cache. Look at LLaMA-3.1 405B with 131,072 tokens: 63 GiB for a single text instead of a
# thousand. (Mistral 7B has another way to bound it, which comes next.)
#
# ## A sliding window
#
# In full attention, a text twice as long costs four times the scores. Mistral's tokens see only the last 4096, themselves included.
#
# {exercise modern.sliding_mask}


# %%
# exercise: modern.sliding_mask
def sliding_mask(n, window):
    """Return booleans (n, n): True where the query (row) may attend to the key (column)."""
    # >>> answer
    back = np.arange(n)[:, None] - np.arange(n)
    return (back >= 0) & (back < window)
    # <<< answer


# %%
check("modern.sliding_mask", sliding_mask)

# %% [markdown]
# Does a small window cut the model off from everything before it? Step through the layers.

# %%
figures.window_explorer()

# %% [markdown]
# What a token has read, it hands on: each layer adds another window, less one. Through Mistral's 32 layers of 4096 something of the last
# 131,041 tokens can arrive. That it *can* come so far does not say that it does.
#
# A mask alone saves nothing, since hidden scores are computed first. Lesson 11 computed attention in **tiles**; here that pays twice: a
# tile in which the mask is all False is never begun. **Predict first:** 1024 tokens, a window of 128, tiles of 64: what share of the
# tiles is left?

# %% tags=["times"]
rng = np.random.default_rng(0)
for n in (256, 1024, 2048):
    mask = mine.sliding_mask(n, 128)
    needed, tiles = tiles_needed(mask, 64)
    Q, K, V = rng.normal(size=(3, n, 16))
    gap = largest_difference(window_attention(Q, K, V, 128, 64), table_of_scores(Q, K, V, mask))
    in_tiles = peak_bytes(partial(window_attention, Q, K, V, 128, 64)) / 1e6
    table = peak_bytes(partial(table_of_scores, Q, K, V, mask)) / 1e6
    print(f"{n:>5} tokens: {needed:>3} of {tiles:>4} tiles,", end=" ")
    print(f"{in_tiles:4.1f} MB instead of {table:5.1f}, {gap:.0e} apart")
print("masks by", mine.whose("sliding_mask"))

# %% [markdown]
# 45 of 256, about a sixth: each of the 16 rows of tiles needs three, the first two rows fewer. At twice the length it is half as large a
# share, so the work grows with the length and no longer with its square, and the result is the same.
#
# ## A mixture of experts
#
# In a feed-forward network every parameter works on every token: twice as many cost twice as much. A **mixture** separates the two: many
# networks, the *experts*, and a small matrix, the *router*, that sends each token to a few of them.
#
# {exercise modern.mixture}


# %%
# exercise: modern.mixture
def mixture(x, router, experts, chosen):
    """x: (token, d), router: (d, expert), experts: three matrices each. Return (token, d)."""
    # >>> answer
    out = np.zeros(x.shape)
    for t, token in enumerate(x):
        scores = token @ router
        best = np.argsort(-scores, kind="stable")[:chosen]
        exponentials = np.exp(scores[best] - scores[best].max())
        for e, weight in zip(best, exponentials / exponentials.sum(), strict=True):
            out[t] += weight * swiglu(token[None], *experts[e])[0]
    return out
    # <<< answer


# %%
check("modern.mixture", mixture)

# %% [markdown]
# Yours, against a layer of Mixtral's own. And what does the choice save? **Predict first:** a token goes through 2 of 5 experts. Through how
# many goes a text of 13 tokens?

# %%
theirs = peers.tiny("Mixtral")
ours = weights.from_theirs(theirs.state_dict(), weights.shape_from(theirs.config))
block = as_arrays(ours.params())["blocks"][0]
x = np.random.default_rng(1).normal(size=(13, 24))
with torch.no_grad(), peers.in_double(theirs):
    wanted = theirs.model.layers[0].mlp(torch.tensor(x)[None])[0].numpy()
made = mine.mixture(x, block["router"], tuple(map(tuple, block["experts"])), block["chosen"])
busy = np.unique(np.argsort(-(x @ block["router"]), axis=-1)[:, : block["chosen"]])
print(f"difference {largest_difference(made, wanted):.0e}, mixture by", mine.whose("mixture"))
print(f"a token passes 2 of 5 experts, this text {len(busy)} of 5")

# %% [markdown]
# A token needs two fifths; a text soon needs them all, so they must all be in memory. A mixture saves arithmetic and no room.
#
# ## Favourites
#
# The router learns along with the experts, and there lies a trap. An expert that is chosen more often learns more, and so may be chosen
# more often still (Shazeer et al. 2017); one that is never chosen has no gradient and never improves. The usual remedy is a second
# **loss for balance**, added to the first with a small factor.
#
# {exercise modern.balance}


# %%
# exercise: modern.balance
def balance(weights, chosen):
    """weights: (token, expert), chosen: (token, k) numbers of experts. Return one number."""
    # >>> answer
    n = weights.shape[1]
    shares = np.array([(chosen == e).mean() for e in range(n)])
    return n * (shares * weights.mean(axis=0)).sum()
    # <<< answer


# %%
check("modern.balance", balance)

# %% [markdown]
# Why shares *times* weights? A share is a count: when weights change a little, it stays. So only the weights can be pushed. Let three of four
# tokens go to expert 0, one to expert 1 and none to expert 2, while the router's weights are all a third; then raise each expert's
# weights a little. **Predict first:** for which expert does your loss rise most?

# %%
even, went = np.full((4, 3), 1 / 3), np.array([[0], [0], [0], [1]])
for e in range(3):
    raised = even + 0.001 * (np.arange(3) == e)
    slope = (mine.balance(raised, went) - mine.balance(even, went)) / 0.001
    print(f"expert {e}: {(went == e).mean():.0%} of the choices, slope {slope:.2f}")

# %% [markdown]
# For the busiest: the slope is three times the share, so an expert's weight is pushed down the harder, the busier it is. Nothing pushes the
# idle one, and as weights sum to one, it gains what the others lose.
#
# Now watch two routers learn from the same random start, without that loss and with it (times 0.05), at three seeds, in the model
# counted as "2 of 8 experts", of two layers. Busiest is the largest share of the choices, idle an expert with less than a tenth of an even
# share. **Predict first:** shared alike, each would get 12.5 %. What will the busiest get at most?

# %%
each = [(balanced, seed) for seed in (0, 1, 2) for balanced in (False, True)]
watched = {(balanced, seed): routing.watch(balanced, seed) for balanced, seed in each}
lines = routing.as_table([(*key, run) for key, run in watched.items()]).splitlines()
for line, run in zip(lines, watched.values(), strict=True):
    print(f"{line}; balance {mine.balance(run.weights, run.chosen):.2f}")
print("balance by", mine.whose("balance"))
figures.routing_explorer(watched[False, 0], watched[True, 0])

# %% [markdown]
# Nearly half, and more than half is impossible, as every token makes two choices: after 15 steps nearly every token goes to the same
# expert, at every seed. The trap is real. But in these runs it opens again by itself, to a quarter, twice an even share. With the second
# loss less happens, early and late, and your number tells the two apart: 1 would be perfect.
#
# Look at the losses too: the text is predicted no better with balance, here even a little worse at every seed. Balance is for the machines,
# which wait for the busiest expert (Fedus et al. 2021), and for the idle ones' parameters, carried along for nothing.

# %% [markdown]
# ## Each change alone
#
# And the loss? Every change was trained **alone** on the course's corpus, three seeds each, twice: for as many steps as GPT-2's way, and for as
# long. Each counts with the better of two learning rates, its own choice; where a step takes within 5 % of the time, one run stands
# for both. These runs were recorded (`python -m course_lib regenerate modern_changes`).
#
# **Predict first:** which of the changes lower the loss clearly, at every seed? Which do nothing that three seeds can show?

# %%
at_steps, at_time = changes.recorded("steps"), changes.recorded("time")
print(f"{'held-out loss, nats':22}{'equal steps':>17}{'equal time':>17}{'time of a step':>16}")
for change, took in changes.recorded_cost().items():
    runs = (at_steps[change], at_time[change])
    spans = [f"{losses.min():.2f} to {losses.max():.2f}" for losses in runs]
    print(f"{change:22}", *(f"{span:>16}" for span in spans), f"{took:15.2f}")
figures.show_gains(at_steps, at_time)

# %% [markdown]
# Two, and rotary positions more than all the rest. A window helps too, and still helps a model with rotary positions (the last line), so it does
# more than tell near from far; we think that in these stories the last words say most. No biases and norms on q and k go up at one seed
# and down at another. The other four lose at every seed: RMSNorm by 0.03 to 0.07; SwiGLU, grouped queries and experts by 0.06 to 0.40. The
# first five together do about what rotary positions do alone.
#
# At equal time, norms on q and k and the experts fall further behind: a step costs a sixth and a third more on this processor. And SwiGLU
# and the experts ask for the smaller rate: at the larger, two of three runs of each ended above 3 (`data/modern_changes.csv`).

# %% [markdown]
# Do not take our word for it. Choose a change and a shorter run, and train both here, with three seeds of your own, at equal steps. It takes
# about ten seconds. **Predict first:** will rotary positions be ahead after only 100 steps?

# %%
change, steps, seeds = "rotary positions", 100, (10, 11, 12)
for seed in seeds:
    runs = [changes.trainer(name, seed, steps) for name in ("as in GPT-2", change)]
    before, after = (np.mean([step.loss for step in run.run()][-10:]) for run in runs)
    print(f"seed {seed}: as in GPT-2 {before:.2f}, {change} {after:.2f}")

# %% [markdown]
# It is, by about half a nat at each seed. Put another name from the table in the first line, and see what three seeds can tell you.
#
# So why does everybody have the other six? Our runs are short, small, and on one simple text. RMSNorm, no biases and grouped queries save time
# or memory at sizes where that is felt; SwiGLU's inventor measured two or three per cent; a mixture, we think, wants more text. And Narang et
# al. (2021) found that of dozens of such changes most do not transfer from one setting to another.

# %% [markdown]
# ### Another setting
#
# On tiny Shakespeare, character by character, nanoGPT's small configuration ends near 1.90 after 2000 steps (lesson 10). With rotary positions,
# RMSNorm, norms on q and k, squared ReLU (max(0, x)² in GELU's place) and Muon (in AdamW's place: an optimizer that makes the step of a matrix
# about as large in every direction), three seeds ended at 1.86 to 1.89 after 260 steps, a step taking 1.64 times as long: 0.21 of the time.
# That is all of it together; which part did how much, `benchmarks/modern.py` lets you find out.

# %% [markdown]
# ## What to remember
#
# - LLaMA, Mistral, Qwen3 and Mixtral are GPT-2 with parts exchanged; you have written the block, and it is theirs to twelve digits.
# - Grouped queries and windows shrink the cache; tiles make a window cheap to compute.
# - A mixture has many parameters of which few work on a token: 46.7 and 12.9 billion in "8x7B".
# - A router left to itself has favourites; a loss for balance holds it back, since it pushes hardest on the busiest.
# - Alone, on a small text, rotary positions did much and a window something; of the other six none gained at every seed.
#
# Next, [lesson 14](14_interpretation.ipynb) looks inside a trained model.
#
# ## Where to read on
#
# - Touvron et al. 2023, *LLaMA*, arXiv:2302.13971, section 2.2: three of the changes in a page.
# - Shazeer 2020, *GLU Variants Improve Transformer*, arXiv:2002.05202, and its last sentence, on why they work.
# - Ainslie et al. 2023, *GQA*, arXiv:2305.13245; Jiang et al. 2023, *Mistral 7B*, arXiv:2310.06825, figures 1 and 2.
# - Fedus et al. 2021, *Switch Transformers*, arXiv:2101.03961, section 2.2: the loss for balance.
# - Narang et al. 2021, *Do Transformer Modifications Transfer?*, arXiv:2102.11972: most do not; measured, as here, one at a time.
# - Left out here: a cache of one short vector in place of keys and values (DeepSeek-V2, arXiv:2405.04434, section 2.1), and rotary positions
#   stretched to longer texts (YaRN, arXiv:2309.00071).
