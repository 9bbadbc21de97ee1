# %% [markdown]
# # 07 · The whole Transformer
#
# After this lesson you can
#
# - write a GPT from word numbers to logits, and have GPT-2 confirm it to twelve decimal places;
# - say who may see whom in the three families of Transformers, and write their masks and the mask of a batch;
# - write cross-attention and the loop that writes a text word by word;
# - train a small translator in half a minute, and say whose query it is that looks at a source word.
#
# About 90 minutes, five exercises, 13 points.
#
# **What it needs:** attention ([lesson 04](04_attention.ipynb)), heads ([05](05_multi_head.ipynb)) and the block
# ([06](06_block.ipynb)). Without them, take on trust that attention lets each word take over something from others, and that a block
# returns a row of the same width for every row it is given. `by_hand` is the course's own NumPy; a card such as C27 tests a sentence
# from one of the five articles this course grew out of.

# %%
import os

import numpy as np
import torch
from IPython.display import display
from tqdm.auto import tqdm

from course_lib.attention.by_hand import attention as by_hand_attention
from course_lib.block.by_hand import gelu_tanh
from course_lib.corpus import parallel_corpus
from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import picture, subplots
from course_lib.lesson import check, claim, hint, mine
from course_lib.numeric import influence, largest_difference
from course_lib.transformer import figures
from course_lib.transformer.looking import looking_at
from course_lib.transformer.models import BERT, GPT, EncoderDecoder, ModelConfig
from course_lib.transformer.parameters import parameter_table
from course_lib.transformer.reach import reach
from course_lib.transformer.translation import alignment, translator
from course_lib.transformer.translation.batches import START, STOP, languages, prepare
from course_lib.transformer.weights import gpt2, peers
from course_lib.transformer.weights.conversion import ConversionError, as_arrays

# %% [markdown]
# ## From words to logits
#
# You have built every part of a GPT. Put together they answer one question at every position of a text: **which word comes next?**
# The answer is one number for each word of the vocabulary, its **logit**: the larger, the more the model expects that word. Softmax
# turns a row of logits into probabilities.
#
# Step through the model. **Predict first:** eleven parts; which of them change the *shape* of what flows through? And which has the
# most parameters?

# %%
figures.forward_pass_explorer()

# %% [markdown]
# Only two change the shape: the table makes vectors out of numbers, and the logits compare those vectors with every row of the same
# table again (the output is *tied* to it, so it costs nothing). Everything in between keeps (token, d_model). Most parameters sit in
# the feed-forward network, where no word looks at another; attention has half as many.
#
# ## Write it
#
# Now write the whole of it, from the parts you wrote in lessons 04 to 06. Here they are.

# %%
attention, causal_mask, layer_norm = mine.attention, mine.causal_mask, mine.layer_norm
split_heads, merge_heads = mine.split_heads, mine.merge_heads
written = mine.whose("attention", "causal_mask", "layer_norm", "split_heads", "merge_heads")
print("the parts:", written)

# %% [markdown]
# Three things differ from what you built there: GPT-2 adds a bias after each of the four products of attention, its activation is
# `gelu_tanh`, and `attention` is handed one head at a time.
#
# {exercise transformer.gpt_logits}


# %%
# exercise: transformer.gpt_logits
def gpt_logits(ids, params):
    """ids: (token,), params as described above. Return (token, vocab)."""
    # >>> answer
    n, eps = len(ids), params["eps"]
    x = params["table"][ids] + params["positions"][:n]
    for b in params["blocks"]:
        y = layer_norm(x, b["gain_1"], b["bias_1"], eps)
        Q, K, V = (split_heads(y @ b["W_" + name] + b["b_" + name], b["n_heads"]) for name in "QKV")
        heads = [attention(q, k, v, causal_mask(n)) for q, k, v in zip(Q, K, V, strict=True)]
        x = x + merge_heads(np.array(heads)) @ b["W_O"] + b["b_O"]
        y = layer_norm(x, b["gain_2"], b["bias_2"], eps)
        x = x + gelu_tanh(y @ b["W_1"] + b["b_1"]) @ b["W_2"] + b["b_2"]
    return layer_norm(x, params["gain"], params["bias"], eps) @ params["table"].T
    # <<< answer


# %%
check("transformer.gpt_logits", gpt_logits)

# %% [markdown]
# ## Is it the real thing?
#
# A model that runs is not yet a model that is right. So take a GPT-2 from Hugging Face's *transformers*, tiny and with random weights,
# and copy them over. A PyTorch model hands out its weights as a dictionary from names to arrays, its **state_dict**; a table says which of
# their names is which of ours.
#
# **Predict first:** the largest logit is about 5. How far will yours and theirs be apart?

# %%
their_gpt = peers.tiny_gpt2()
config = gpt2.config_from(their_gpt.config)
for row in gpt2.rows(config)[6:10]:
    print(f"{row.theirs[0]:34} -> {row.ours:34} {row.shape}")
our_gpt = gpt2.from_theirs(their_gpt.state_dict(), config)
ids = torch.tensor([[5, 41, 7, 96, 0, 13]])
params = as_arrays(our_gpt.params())
with torch.no_grad():
    theirs = their_gpt(ids).logits[0].numpy()
gpt2_gap = largest_difference(mine.gpt_logits(ids[0].numpy(), params), theirs)
print(f"largest logit {abs(theirs).max():.1f}, largest difference {gpt2_gap:.0e}")
print("NumPy, by", mine.whose("gpt_logits"))

# %% [markdown]
# Twelve digits and more: what separates the two is rounding. That is GPT-2, and a dozen lines of NumPy are enough for it. The published
# model differs in its sizes and in the values of its weights, and in nothing else.
#
# And where the numbers do *not* fit? **Predict first:** we leave one array out, misspell another and cut a third. What should happen?

# %%
broken = dict(their_gpt.state_dict())
del broken["transformer.h.1.ln_2.bias"]
broken["transformer.h.0.atn.c_proj.bias"] = broken.pop("transformer.h.0.attn.c_proj.bias")
broken["transformer.wpe.weight"] = broken["transformer.wpe.weight"][:9]
try:
    gpt2.from_theirs(broken, config)
except ConversionError as refused:
    print(str(refused).replace("; ", "\n"))

# %% [markdown]
# A refusal that names all three. Copying by position, or skipping what is unknown, would have given a model that runs and is wrong.
#
# The same table reads the **published weights**: set the environment variable `COURSE_GPT2` to `openai-community/gpt2`, or to a folder
# with `config.json` and `model.safetensors`, and run the next cell. Otherwise nothing is downloaded.

# %%
from course_lib.transformer.weights.pretrained import load_gpt2

where = os.environ.get("COURSE_GPT2", "")
if where:
    published = load_gpt2(where)
    print(f"{where}: {sum(tensor.numel() for tensor in published.parameters()):,} parameters")
else:
    print("COURSE_GPT2 is not set: no published weights are loaded, and nothing is downloaded.")

# %% [markdown]
# ## Read one sentence, write another
#
# A GPT continues a text. Translation asks for something else. Here is a sentence of **Lumi**, an invented language, and the same in
# **Toka**, another one; the numbers say which word of Lumi each word of Toka comes from.

# %%
held_out = parallel_corpus("held_out")
pair = held_out[5]
origin = {j: i for i, j in pair.alignment}
print("Lumi ", *(f"{word}:{i}" for i, word in enumerate(pair.source)))
print("Toka ", *(f"{word}:{origin[j]}" for j, word in enumerate(pair.target)))
print("      ", " ".join(pair.gloss))

# %% [markdown]
# The verb moves to the end, adjectives follow their noun, *le* vanishes. The lengths differ, yet a block returns one row for each row it is
# given, in the same order. The Transformer of 2017 divides the labour:
#
# - an **encoder** reads the source, in which every word may look at every word;
# - a **decoder** writes the target, one word after the other, and never looks ahead;
# - between them, each target word **asks the source**: *cross-attention*.
#
# **Predict first:** 3 target words ask 5 source words. How many rows has the result, how many columns have the scores, and which of $Q$, $K$,
# $V$ must come from which side?
#
# {exercise transformer.cross_attention}


# %%
# exercise: transformer.cross_attention
def cross_attention(decoder_x, encoder_y, W_Q, W_K, W_V):
    """decoder_x: (t, d), encoder_y: (s, d), each matrix (d, d_head). Return (t, d_head)."""
    # >>> answer
    return by_hand_attention(decoder_x @ W_Q, encoder_y @ W_K, encoder_y @ W_V)
    # <<< answer


# %%
check("transformer.cross_attention", cross_attention)

# %% [markdown]
# ### Who moves whom?
#
# Nudge each word in turn and see how far each output of your function moves (the influence of lesson 04). **Predict first:** one of the
# two pictures will be full. What will the other look like?

# %%
rng = np.random.default_rng(7)
x, y = rng.normal(size=(3, 8)), rng.normal(size=(5, 8))  # 3 target words, 5 source words
W_Q, W_K, W_V = rng.normal(size=(3, 8, 4)) / np.sqrt(8)
moved = {
    "a target word is nudged": influence(lambda x: mine.cross_attention(x, y, W_Q, W_K, W_V), x),
    "a source word is nudged": influence(lambda y: mine.cross_attention(x, y, W_Q, W_K, W_V), y),
}
by_x, by_y = moved.values()
figure, axes = subplots(1, 2, size=(8, 2.6))
for axis, (title, lengths) in zip(axes, moved.items(), strict=True):
    axis.imshow(lengths, cmap="cividis", vmin=0)
    for (i, j), length in np.ndenumerate(lengths):
        colour = "white" if length < lengths.max() / 2 else "black"
        axis.text(j, i, f"{length:.2f}", ha="center", va="center", color=colour, fontsize=8)
    axis.set(title=title, ylabel="this output moves", xticks=range(lengths.shape[1]), yticks=range(3))
picture(figure, "A target word moves its own output alone; every source word moves every output.")
print("result", mine.cross_attention(x, y, W_Q, W_K, W_V).shape, "by", mine.whose("cross_attention"))

# %% [markdown]
# Three rows, one for each word that asks; the scores had five columns. On the left only the diagonal is bright: an output belongs to the target
# word that asked. On the right every cell is above zero. So queries come from the decoder, keys and values from the encoder.
#
# ## Three families, three sets of masks
#
# Encoder and decoder can also be had alone:
#
# - **encoder-decoder**, reads and then writes: the Transformer of 2017, T5, many translators;
# - **encoder-only**, reads: BERT, for sorting, finding and comparing texts;
# - **decoder-only**, writes: GPT.
#
# What tells them apart is who may see whom. The figure asks you first; then change the lengths. Which mask ever hides anything?

# %%
figures.masks_explorer()

# %% [markdown]
# Only the decoder's, and what it hides is always the future.
#
# {exercise transformer.attention_mask}


# %%
# exercise: transformer.attention_mask
def attention_mask(family, n_source, n_target):
    """Return {"encoder": ..., "decoder": ..., "cross": ...}, those that the family has."""
    # >>> answer
    masks = {}
    if family != "decoder":
        masks["encoder"] = np.ones((n_source, n_source), dtype=bool)
    if family != "encoder":
        masks["decoder"] = np.tri(n_target, dtype=bool)
    if family == "encoder-decoder":
        masks["cross"] = np.ones((n_target, n_source), dtype=bool)
    return masks
    # <<< answer


# %%
check("transformer.attention_mask", attention_mask)

# %% [markdown]
# ### One block, assembled three ways
#
# Here are the three as PyTorch modules, stacks of the one block of lesson 06; the decoder of an encoder-decoder has cross-attention in the
# middle of each block. Do they keep to *your* masks? Exchange one word and see which outputs change in any bit: an output that changes
# has seen it. **Predict first:** what will the four pictures be?

# %%
sizes = {"vocab": 1000, "context": 64, "layers": 4, "d_model": 64, "n_heads": 4}
post = ModelConfig(**sizes, norm="post", activation="gelu")
families = {"decoder (GPT)": GPT(ModelConfig(**sizes)), "encoder (BERT)": BERT(post)}
families["encoder-decoder"] = EncoderDecoder(ModelConfig(**sizes))
gpt, bert, both = (model.eval() for model in families.values())
text = torch.tensor([[5, 3, 8, 2, 9, 4]])
reached = {
    "GPT": reach(gpt, text, 1000),
    "BERT": reach(lambda ids: bert(ids)[0], text, 1000),
    "both: target": reach(lambda target: both(text, target), text[:, :4], 1000),
    "both: source": reach(lambda source: both(source, text[:, :4]), text, 1000),
}
figure, axes = subplots(1, 4, size=(8.2, 2.8))
for axis, (title, seen) in zip(axes, reached.items(), strict=True):
    axis.imshow(seen, cmap="cividis", vmin=0, vmax=1)
    for (i, j), sees in np.ndenumerate(seen.numpy()):
        sign, colour = ("●", "black") if sees else ("–", "white")
        axis.text(j, i, sign, ha="center", va="center", color=colour)
    axis.set(title=title, xlabel="word exchanged", ylabel="output that changes")
picture(figure, "GPT and the target: itself and what is later. BERT and the source: every word changes every output.")

# %%
of_both = mine.attention_mask("encoder-decoder", 6, 4)
masks = {"GPT": mine.attention_mask("decoder", 0, 6)["decoder"]}
masks |= {"BERT": mine.attention_mask("encoder", 6, 0)["encoder"]}
masks |= {"both: target": of_both["decoder"], "both: source": of_both["cross"]}
for name, mask in masks.items():
    print(f"{name:12} what changes is what the mask allows: {np.array_equal(reached[name], mask)}")
print("masks of", mine.whose("attention_mask"), "\n")
print(parameter_table(families))

# %% [markdown]
# The four pictures are the masks, found from outside: a triangle, a full square, and for the encoder-decoder a triangle over the target and
# everything of the source. Four layers deep, nothing has leaked.
#
# An encoder-decoder has more than twice the parameters of a GPT of the same depth: two tables, and four cross-attentions besides the doubled
# blocks. Its positions cost nothing: sinusoids are not learned. (BERT has one more matrix, for a vector that stands for the whole text, and
# two more rows in its table, which say which of two texts a word belongs to.)
#
# ### Sentences of different lengths
#
# Models are given many sentences at a time, a **batch**, as one array. Shorter sentences are filled up to the longest; what fills them up
# (*padding*) means nothing, and must be hidden from every word.
#
# {exercise transformer.padding_mask}


# %%
# exercise: transformer.padding_mask
def padding_mask(lengths, n):
    """lengths: (batch,), whole numbers from 0 to n. Return booleans (batch, n), True where a word stands."""
    # >>> answer
    return np.arange(n) < lengths[:, None]
    # <<< answer


# %%
check("transformer.padding_mask", padding_mask)

# %% [markdown]
# Put it to work on BERT: a sentence of six words and one of three, filled up with zeros. **Predict first:** do the three words come out as
# they do when their sentence is alone, with your mask and without?

# %%
filled = torch.tensor([[5, 3, 8, 2, 9, 4], [7, 1, 6, 0, 0, 0]])
present = torch.tensor(mine.padding_mask(np.array([6, 3]), 6))
with torch.no_grad():
    alone = bert(filled[1:, :3])[0][0]
    for name, mask in {"with the mask": present, "without": None}.items():
        gap = largest_difference(bert(filled, present=mask)[0][1, :3], alone)
        print(f"{name:14} {gap:.1e} from the sentence alone")
print("mask by", mine.whose("padding_mask"))

# %% [markdown]
# With the mask only single-precision rounding is left. Without it the zeros are attended to like words, and a sentence is read differently
# in other company. What that does to translations we measure below.
#
# ## Everything against everything
#
# Five more comparisons, in double precision: the other two families, PyTorch's fused attention against the readable one of lesson 04, and the
# last line, about **training**. There the whole target is known, and under the causal mask all positions can be computed in one pass, each
# reading the true words before it (*teacher forcing*).
#
# **Predict first:** which line will show more than rounding?

# %%
gaps = {"GPT-2, by gpt_logits": gpt2_gap, "BERT, Hugging Face": peers.bert_gap(ids)}
gaps["encoder-decoder, PyTorch"] = peers.torch_gap()
gaps["fused, logits"], gaps["fused, all gradients"] = peers.fused_gaps(our_gpt, ids)

batch = prepare([pair])
untrained = translator.new_model().double()
together = untrained(batch.source, batch.target_in)
ends = range(1, batch.target_in.shape[1] + 1)
one_by_one = [untrained(batch.source, batch.target_in[:, :end])[:, -1] for end in ends]
gaps["one pass, word by word"] = largest_difference(together, torch.stack(one_by_one, dim=1))
for name, gap in gaps.items():
    print(f"{name:26} {gap:.0e}")

# %% [markdown]
# None. One pass does what a loop over prefixes does, and takes the place of as many passes as there are words; writing has no such
# shortcut, because word 3 is chosen from what came of words 1 and 2.
#
# ## Learn to translate
#
# The model has two layers in each half, width 64 and four heads. It reads some 34 000 sentences, drawn from 16 000, with their translations,
# and is told each time how wrong its next words were: a number called the **loss** (lesson 08; lessons 09 and 10 show how it learns from
# it). Nobody tells it which word belongs to which. It takes about half a minute.

# %%
trained = translator.train_translator(progress=lambda steps: tqdm(steps, desc="learning to translate"))
model = trained.model
answers = translator.translate(model, held_out)
exact = translator.exact_share(answers, held_out)
wrong = [pair for pair, answer in zip(held_out, answers, strict=True) if answer != pair.target]
figure, axes = subplots(size=(7.4, 2.6))
axes.semilogy(trained.losses, color=SERIES[0], linewidth=0.8)
axes.set(xlabel="step", ylabel="loss per word", title="Learning to translate: lower is better")
picture(figure, f"The loss per word falls from {trained.losses[0]:.1f} to {trained.losses[-1]:.3f}.")
print(f"held-out sentences that are right to the last word: {exact:.1%} of {len(held_out)}")
two = sum("ja" in pair.source for pair in wrong)
print(f"of the {len(wrong)} wrong ones, {two} have two clauses, joined by ja")

# %% [markdown]
# None of the 400 sentences is among those it has learned from, and a sentence counts only if every word is right. Nearly all that is
# still wrong are long sentences of two clauses, which are also the rarer ones.
#
# And the padding? Here the model translates the same 400 as one batch, with your mask, and with every place taken for a word. **Predict
# first:** how many will still be right?

# %%
batch, toka = prepare(held_out), languages()[1]
lengths, n = np.array([len(pair.source) for pair in held_out]), batch.source.shape[1]
of_words = torch.tensor(mine.padding_mask(lengths, n))
right = {}
with torch.no_grad():
    for name, mask in {"your mask": of_words, "no mask": torch.ones_like(of_words)}.items():
        rows = translator.greedy_decode_batch(model, model.encode(batch.source, mask), mask)
        said = [toka.texts(number for number in row if number) for row in rows.tolist()]
        right[name] = translator.exact_share(said, held_out)
        print(f"{name:10} {right[name]:.1%} right")
print("with", mine.whose("padding_mask"))

# %% [markdown]
# Leaving out one line loses about one sentence in six (one in five with another seed), and no error is raised. Such a bug is found by the
# test you ran above: a sentence alone against the same one in company.
#
# ## Write: the loop around the model
#
# A trained model gives logits, not sentences. The plainest way from one to the other is **greedy**: take the word with the largest logit,
# append it, read everything again. Step through it.

# %%
figures.decoding_explorer(model, pair)

# %% [markdown]
# At most steps one word has nearly everything: the source settles the translation. The full stop doubles as the sign to stop.
#
# {exercise transformer.greedy_decode}


# %%
# exercise: transformer.greedy_decode
def greedy_decode(next_logits, start, stop, max_tokens):
    """next_logits(ids) -> (vocab,). Return start and what was written, a list of ids."""
    # >>> answer
    ids = list(start)
    for _ in range(max_tokens):
        chosen = int(np.argmax(next_logits(list(ids))))
        ids.append(chosen)
        if chosen == stop:
            break
    return ids
    # <<< answer


# %%
check("transformer.greedy_decode", greedy_decode)

# %% [markdown]
# Your loop around the trained model is a translator. **Predict first:** of the first 20 sentences, how many come out word for word as the
# course's loop wrote them above, all 400 at once? And the course's loop keeps the keys and values of old words instead of computing them
# again (a *cache*; lesson 05): in how many of the 400 does it write another word without one?

# %%
start, stop = toka.ids([START, STOP])


def written_for(pair):
    source = prepare([pair]).source

    def next_logits(ids):
        with torch.no_grad():
            return model(source, torch.tensor([ids]))[0, -1].numpy()

    return toka.texts(mine.greedy_decode(next_logits, [start], stop, 20)[1:])


same = [written_for(pair) == answer for pair, answer in zip(held_out[:20], answers[:20], strict=True)]
print("Lumi ", *held_out[5].source, "\nToka ", *written_for(held_out[5]))
print(f"{sum(same)} of {len(same)} sentences are the same; the loop is", mine.whose("greedy_decode"))
uncached = translator.translate(model, held_out, cached=False)
differing = sum(a != b for a, b in zip(answers, uncached, strict=True))
print(f"sentences in which cached and uncached writing differ: {differing} of {len(held_out)}")

# %% [markdown]
# All 20, and none: the knowledge is in the model, the loop adds nothing to it, and a cache saves work and changes no word.
#
# ## Where does it look?
#
# The languages were made by rule, so we know which word comes from which, and cross-attention can be laid beside the truth. Mind **whose
# query each row is**. At the step that writes *mivu* the decoder has read `<start>`, and nothing else; the query is made of that. So a row
# is labelled *read → written*.
#
# Point at a word, click to pin, use the arrow keys. Then try other sentences and single heads.

# %%
figures.alignment_explorer(model, [held_out[i] for i in (5, 7, 8, 4)])

# %% [markdown]
# Is the labelling right? Pictures of alignments since Bahdanau et al. 2014 (arXiv:1409.0473, figure 3) name a row by the word written, as
# if that word had asked. **Predict first:** we exchange *mivu* for another word in what the decoder reads. Which rows move: the one that
# *writes* mivu, the one that *reads* it, the later ones?

# %%
batch = prepare([pair])


def rows_of(target_in):
    found = looking_at(model, lambda: model(batch.source, target_in, batch.present))
    return found["decoder.blocks.1.cross"][0].mean(dim=0)


exchanged = batch.target_in.clone()
exchanged[0, 1] = toka.ids(["fonu"])[0]
moved_by = (rows_of(exchanged) - rows_of(batch.target_in)).abs().amax(dim=1)
for reads, writes, most in zip([START, *pair.target], pair.target, moved_by, strict=False):
    print(f"{reads:>8} → {writes:8} moves by {most:.3f}")

# %% [markdown]
# The row that writes *mivu* does not move at all: when it asked, mivu was not there. The row that reads it moves most, later ones a little,
# since they see it through the decoder's self-attention. A word is not looked up by itself; it is looked up by what came before it.
#
# How well do weights and truth agree over all 400? For each target word with a partner: does the **largest weight** of the step that
# writes it lie there? For the mean over the heads of each layer, for each head alone, and for guessing.

# %%
measured = alignment.agreement(alignment.cross_weights(model, held_out), held_out)
guessing = alignment.baselines(held_out)
for layer, (mean, heads) in enumerate(zip(measured.layers, measured.heads, strict=True), 1):
    print(f"layer {layer}: mean of heads {mean:.0%}   heads", *(f"{share:.0%}" for share in heads))
print(*(f"guessing, {name}: {share:.0%}" for name, share in guessing.items()), sep="\n")

# %% [markdown]
# The means are far above guessing, though not every head is, and alignment was never taught. It is not perfect agreement, and need not be:
# the encoder has mixed the words of the source before the decoder asks, so a neighbour may hold what is needed. Attention shows where
# information is fetched, not where it came from first.
#
# ## Break it: cut the encoder off
#
# Is the source needed, or has the decoder learned to write plausible Toka by itself? **Predict first**, for three cuts, how many sentences
# stay right: zeros in place of the encoder's output; the encoder's output for *another sentence*; a model that never had an encoder in
# training (200 steps instead of 700).

# %%
batch = prepare(held_out)
memory = model.encode(batch.source, batch.present)
rows = translator.greedy_decode_batch(model, memory.roll(1, 0), batch.present.roll(1, 0))
other = [toka.texts(number for number in row if number) for row in rows.tolist()]
without = translator.train_translator(steps=200, source=False)
cut = {
    "zeros instead": translator.translate(model, held_out, source=False),
    "another sentence's": other,
    "trained without": translator.translate(without.model, held_out, source=False),
}
shares = {name: translator.exact_share(said, held_out) for name, said in cut.items()}
shifted = translator.exact_share(other, held_out[-1:] + held_out[:-1])
for name, share in shares.items():
    print(f"{name:20} {share:6.1%} exact   such as: {' '.join(cut[name][0])}")
print(f"another sentence's, counted as translations of that other sentence: {shifted:.1%}")
with_it, without_it = (np.mean(one.losses[180:200]) for one in (trained, without))
print(f"loss around step 190: {with_it:.2f} with the encoder, {without_it:.2f} without")

# %% [markdown]
# Without the source nothing is right. Handed another sentence's encoding, the model translates *that* sentence. And the one trained
# without an encoder writes what sounds like Toka and is about nothing in particular. At the same step its loss is five times the
# other's: which noun comes next is decided by the source, and the decoder alone can only guess.
#
# ## What the articles say, tested
#
# Four claims belong to this lesson: how the decoder works, what it gets from the encoder, who asks whom, and the families.

# %%
one_pass = gaps["one pass, word by word"]
only_own, every_source = (by_x[~np.eye(3, dtype=bool)] == 0).all(), (by_y > 0).all()
all_sources = bool(reached["both: source"].all())
zeros, alone_share = shares["zeros instead"], shares["trained without"]
triangle = {n: torch.ones(n, n).tril().bool() for n in (4, 6)}
display(
    claim("C27", {f"training: all positions in one pass, {one_pass:.0e} apart": one_pass < 1e-6,
                  "writing: one by one, cached or not the same words": differing == 0}),
    claim("C28", {"every source word reaches every output": all_sources,
                  f"held-out sentences exact with the encoder: {exact:.0%}": exact > 0.9,
                  f"with zeros in its place: {zeros:.0%}": zeros < 0.01,
                  f"trained without it: {alone_share:.0%}": alone_share < 0.01}),
    claim("C58", {"an output moves with its own decoder word, no other": bool(only_own),
                  "and with every encoder word": bool(every_source)}),
    claim("C59", {"decoder-only: a triangle": torch.equal(reached["GPT"], triangle[6]),
                  "encoder-only: all to all": bool(reached["BERT"].all()),
                  "encoder-decoder: triangle over the target, all of the source":
                      torch.equal(reached["both: target"], triangle[4]) and all_sources}),
)

# %% [markdown]
# ## What to remember
#
# - A GPT is a look-up, positions, blocks, a norm, and a comparison with the table it began with. You have written it.
# - Encoder: every word sees every word. Decoder: no word sees the future. Cross-attention: the decoder asks, the encoder answers.
# - GPT is the decoder alone, BERT the encoder alone, the Transformer of 2017 both. The block is the same.
# - What fills up a batch must be hidden; forgetting it raises no error and lost one sentence in six.
# - In training all positions are computed in one pass; in writing one comes after the other.
# - The query that finds a word's source belongs to the word *before* it.
#
# Next, [lesson 08](08_loss.ipynb) says what "how wrong" means. In lesson 16 your `gpt_logits` comes back.
#
# ## Where to read on
#
# - Vaswani et al. 2017, *Attention Is All You Need*, arXiv:1706.03762, section 3.1 and figure 1.
# - Radford et al. 2019, *Language Models are Unsupervised Multitask Learners* (GPT-2): the decoder alone.
# - Devlin et al. 2018, *BERT*, arXiv:1810.04805: the encoder alone.
# - Raffel et al. 2019, *T5*, arXiv:1910.10683: the three families compared on one task, with their masks in figure 3.
# - Jain and Wallace 2019, *Attention is not Explanation*, arXiv:1902.10186: what weights do not tell.
