# %% [markdown]
# # 01 · Tokenization
#
# After this lesson you can
#
# - say what a text is for a computer, and why a model is given neither its characters nor its words;
# - train a byte-pair encoding on paper, and write the five functions that train, encode and decode one;
# - prove that your tokenizer is the one of two production libraries, merge for merge and id for id;
# - explain why the same sentence costs nearly five times as many tokens in one language as in another.
#
# About 75 minutes, five exercises, 10 points. You need lists, dictionaries and loops.

# %%
import re
from collections import Counter
from functools import partial

import matplotlib.pyplot as plt
from IPython.display import display

from course_lib import corpus
from course_lib.explorer.palette import SERIES
from course_lib.lesson import check, claim, hint, mine
from course_lib.timing import median_seconds, peak_bytes
from course_lib.tokenization import by_hand, fast, figures, peers
from course_lib.tokenization.figures import piece
from course_lib.tokenization.texts import LANGUAGES, STORY, documentation

# %% [markdown]
# ## One question
#
# > a fluffy blue creature roamed the verdant forest
#
# A Transformer multiplies matrices. It has never seen a letter: what goes in is a list of integers, and what comes out are
# probabilities over the same integers. **Into which pieces should a text be cut, so that every text can be written with a
# fixed set of them, and none gets too long?** The pieces are called **tokens**, and the numbers their **ids**.
#
# ## The picture first
#
# Type whatever you like, in any language, with emoji if you want. Each box is a token, the number below it its id.
#
# **Predict first:** the cutting was learned from technical English. Which of these will be one token, and which will
# fall apart: *the*, *array*, *creature*, your own name, 🌲?

# %%
figures.typed_explorer()

# %% [markdown]
# Now take merges away with the slider, down to 0, and bring them back one step at a time. Pieces that are often side by side
# are joined; the rest stays in crumbs. A 🌲 has turned into four boxes with strange numbers, and to see why, we have to look
# at what a text is.
#
# ## What a text is made of
#
# **Unicode** gives every character of every script a number, its *code point*: about 150 000 so far. A file holds **bytes**,
# numbers from 0 to 255, so that a code point has to be written with one or several of them. **UTF-8** is how nearly all text
# is written today: English letters, digits and common signs take one byte each, everything else two to four.
#
# **Predict first:** how many bytes has each of these? And how many characters is the last one, which you see as one?

# %%
for shown in ["e", "é", "ж", "漢", "🌲", "👩‍🚀"]:
    points = " ".join(f"U+{ord(character):04X}" for character in shown)
    print(f"{shown:4} {len(shown)} character(s) {points:22} bytes {list(shown.encode('utf-8'))}")

# %% [markdown]
# The astronaut is three characters, a woman, a joiner and a rocket, in eleven bytes. No byte above 127 means anything alone:
# 240 159 140 178 is a tree, 240 159 140 the beginning of very many things.
#
# ## Words, characters, bytes: what each would cost
#
# Three ways of cutting offer themselves. A good one has few different tokens (each needs a row of numbers in the model, lesson
# 02), makes short lists (the cost of attention grows with the square of the length, lesson 04), and has a token for
# **everything** that anybody may type.
#
# We learn each one's tokens from the documentation of NumPy, which is on your disk in any case, and cut a story with them that
# they have never seen, with a 漢 and a 🌲 at its end. **Predict first:** how many of the story's words occur nowhere in a
# megabyte of documentation?

# %%
text, story = documentation(), STORY + "漢 🌲"
print(f"the text to learn from: {len(text.encode()):,} bytes, for instance {text[60:120]!r}")
cuts = {
    "words": lambda t: re.findall(r"\w+|[^\w\s]", t),
    "characters": list,
    "bytes": lambda t: list(t.encode("utf-8")),
}
unknown = {}
for name, cut in cuts.items():
    known = set(range(256)) if name == "bytes" else set(cut(text))
    unknown[name] = [token for token in cut(story) if token not in known]
    needed = f"story: {len(cut(story)):5} tokens, {len(unknown[name]):3} unknown"
    print(f"{name:10}  {len(known):6} different  {needed}")
print("among the unknown words:", ", ".join(sorted({w for w in unknown["words"] if len(w) > 6})[:8]))

# %% [markdown]
# Words: a large vocabulary, and it still lacks a quarter of the words of an ordinary story. Whoever uses words has to write
# "unknown" there, and what is unknown is lost. Characters: a short list of those that were seen, and all others unknown.
# Bytes: 256, nothing ever unknown, but four times as many tokens as words.
#
# So begin with bytes, where nothing can be missing, and then **make the lists shorter**: give the pairs that occur most often
# a number of their own. That is byte-pair encoding. Philip Gage published it in 1994 to compress files; Sennrich, Haddow and
# Birch (2016) brought it to language models, and GPT-2 put it on bytes.
#
# ## By hand
#
# > blue bluebell bluebird
#
# Take a pencil. In each round count how often each pair of neighbours occurs, take the most frequent, and write a new id in
# its place, everywhere.
#
# **Predict first:** several pairs occur three times. With the rule "of equally frequent pairs, the smallest", which is
# first? It helps to know that b is 98, e 101, l 108, u 117, and a space 32.

# %%
tiny = "blue bluebell bluebird"
ids, merges = by_hand.text_bytes(tiny), []
while True:
    print(f"{len(ids):2} tokens  {' '.join(piece(by_hand.vocabulary(merges)[token]) for token in ids)}")
    learned = by_hand.train(tiny, len(merges) + 1)
    if learned == merges:
        break
    pair = learned[-1]
    count = by_hand.count_pairs(ids)[pair]
    print(f"    {pair} occurs {count} times and becomes {256 + len(merges)}")
    ids, merges = by_hand.merge(ids, pair, 256 + len(merges)), learned

# %% [markdown]
# Five rounds, 22 tokens down to 9, and after three of them *blue* is one token, though nobody told it what a word is. See the
# second round: *bl* could have grown to *blu*, which occurs three times as well, but *ue* is the smaller pair, since 117 < 256.
# It ends where no pair occurs twice: a merge of what occurs once would learn this very text by heart.
#
# The list of merged pairs is the whole tokenizer. You now write it, in five functions.
#
# ## Count
#
# {exercise tokenization.count_pairs}


# %%
# exercise: tokenization.count_pairs
def count_pairs(ids):
    """ids: list of integers. Return a dictionary: each pair (left, right) and how often it occurs."""
    # >>> answer
    counts = {}
    for i in range(len(ids) - 1):
        pair = ids[i], ids[i + 1]
        counts[pair] = counts.get(pair, 0) + 1
    return counts
    # <<< answer


# %%
check("tokenization.count_pairs", count_pairs)

# %% [markdown]
# ## Merge
#
# {exercise tokenization.merge}


# %%
# exercise: tokenization.merge
def merge(ids, pair, new_id):
    """Return a new list: every occurrence of the pair, from left to right, has become new_id."""
    # >>> answer
    merged, i = [], 0
    while i < len(ids):
        if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged
    # <<< answer


# %%
check("tokenization.merge", merge)

# %% [markdown]
# One round with these two, on the first 200 000 bytes of the documentation. **Predict first:** which two bytes stand side by side
# most often? And how much shorter does the text become when they are one token?

# %%
beginning = list(text.encode("utf-8")[:200_000])
seen = mine.count_pairs(beginning)
most = max(seen, key=seen.get)
shorter = mine.merge(beginning, most, 256)
print(f"{bytes(most)!r} occurs {seen[most]:,} times; {len(beginning):,} tokens become {len(shorter):,}")
print(f"{len(seen):,} different pairs, counted and merged by", mine.whose("count_pairs", "merge"))

# %% [markdown]
# Two spaces: documentation is indented. (The pair occurs more often than tokens disappear, since in a row of three spaces it
# occurs twice and is merged once.)
#
# ## Train
#
# Now the loop around both. The rule for ties looks like a detail and is not: with another one, two right programs learn
# different merges, and their ids mean different things.
#
# {exercise tokenization.train}


# %%
# exercise: tokenization.train
def train(text, n_merges):
    """text: str. Return the list of merged pairs, in order; the i-th made the id 256 + i."""
    # >>> answer
    ids, merges = list(text.encode("utf-8")), []
    while len(merges) < n_merges:
        counts = count_pairs(ids)
        if not counts:
            break
        pair = min(counts, key=lambda pair: (-counts[pair], pair))
        if counts[pair] < 2:
            break
        ids = merge(ids, pair, 256 + len(merges))
        merges.append(pair)
    return merges
    # <<< answer


# %%
check("tokenization.train", train)

# %% [markdown]
# ## A real text, and a faster way
#
# This is how it is described in papers, and it is slow: every round counts the whole text again. A merge changes only the
# neighbours of the places where it happens. So keep the ids in a **linked list**, keep the counts and correct them, and keep
# the pairs in a **heap**, which has the most frequent one on top. One observation makes it short enough to read: a count can
# only *fall* after the round in which its pair arose, since every new pair holds the new id. It is in
# `course_lib/tokenization/fast.py`.
#
# **Predict first:** both learn 32 merges, your plain one and the fast one. Twice the text: twice the time for yours. And for the
# fast one?

# %% tags=["times"]
sizes, seconds = [10_000, 20_000, 40_000], {"plain": [], "fast": []}
same = []
for size in sizes:
    part = text[:size]
    seconds["plain"].append(median_seconds(lambda part=part: mine["tokenization.train"](part, 32), repeats=1))
    seconds["fast"].append(median_seconds(lambda part=part: fast.train(part, 32), repeats=3))
    same.append(list(map(tuple, mine["tokenization.train"](part, 32))) == fast.train(part, 32))
    slow, quick = seconds["plain"][-1], seconds["fast"][-1]
    print(f"{size:6} bytes  plain {slow:.3f} s, fast {quick:.4f} s: {slow / quick:.0f} times as fast")
print("the same merges:", same, "  the plain one is", mine.whose("tokenization.train"))

# %% [markdown]
# Both grow with the text. What tells them apart is what *one more merge* costs: the plain one reads everything again, the
# fast one only the places of one pair, of which there are fewer and fewer. With 512 merges on a megabyte it is many
# times as fast (`make bench` measures how many). Its memory grows with the text and not with the number of merges:

# %%
for size in (100_000, 200_000):
    few, many = (peak_bytes(partial(fast.train, text[:size], n)) / size for n in (16, 256))
    few, many = round(few, -1), round(many, -1)
    print(f"{size} bytes of text: {few:.0f} bytes of memory each with 16 merges, {many:.0f} with 256")

# %% [markdown]
# Now 1024 merges on all of the text. **Predict first:** what will the very first merges be? And what kind of thing the late
# ones?

# %%
merges = list(figures.learned())
pieces = by_hand.vocabulary(merges)
print("first:", "  ".join(piece(token) for token in pieces[256:276]))
late = [token for token in pieces[-60:] if len(token) < 12]
print("late: ", "  ".join(piece(token) for token in late[-16:]))
longest = sorted(pieces, key=len)[-4:]
print("longest:", *(repr(token.decode()) for token in longest), sep="\n    ")

# %% [markdown]
# The first are what English (and an indented text) is made of: two spaces, *e* and a space, *th*. The late ones are words of this
# text, and the longest are what its authors paste everywhere.
#
# Some tokens reach across a space into the next word. GPT-2 does not allow that: it first cuts the text with a regular
# expression into words, each with the space before it, and merges inside these pieces only. Ours has no such step; the counting
# and merging are the same. (Nothing in this lesson has a gradient, hence no PyTorch twin; the peers are two libraries.)
#
# ## Equal to a production trainer
#
# Hugging Face *tokenizers* is written in Rust and has trained the tokenizers of a great many models. We give it our text line
# by line (no token crosses the end of a line, for both), the 256 bytes, no regular expression, and ask for 512 merges.
#
# Its rule for ties is "smallest pair" too, but its ids for the bytes are in another order: that of the printable characters
# which GPT-2 uses to write them (a space is written Ġ, and comes after z). We train with either order, on the documentation,
# on the text this course will train its models on (a megabyte and a half of small stories, of which more later), and on the
# one short story. **Predict first:** where will the order of ties matter?

# %%
lines, equal = text.splitlines(keepends=True), {}
stories = [line for part in ("train", "held_out") for line in corpus.text(part).splitlines(keepends=True)]
trained_on = {"documentation": (lines, 512), "corpus": (stories, 512), "story": (STORY.splitlines(keepends=True), 100)}
for name, (texts, n) in trained_on.items():
    theirs = peers.hugging_face_merges(texts, n)
    for tie in fast.TIES:
        ours = peers.merged_bytes(fast.train(texts, n, tie=tie))
        equal[name, tie] = sum(a == b for a, b in zip(ours, theirs, strict=True))
        print(f"{name:14} ties {tie:12} {equal[name, tie]} of {len(theirs)} merges the same, in order")

# %% [markdown]
# With the same rule, all of them. On a large text the two rules happen to agree on every merge; in a short one, with far more
# ties, another rule gives a different tokenizer. That is why a tokenizer is shipped as a *list of merges*: a description leaves
# something open.
#
# Whose is faster? The plain version is left out of this race.

# %% tags=["times"]
seconds_ours = median_seconds(lambda: fast.train(lines, 512, tie="huggingface"), repeats=1)
seconds_theirs = median_seconds(lambda: peers.hugging_face_merges(lines, 512), repeats=1)
ratio = seconds_ours / seconds_theirs
print(f"ours, NumPy: {seconds_ours:.2f} s   theirs, Rust: {seconds_theirs:.2f} s   ratio {ratio:.2f}")

# %% [markdown]
# ## Encode
#
# A new text arrives. Training is over, nothing is counted any more: the merges are applied **in the order in which they were
# learned**. Why not take the longest token that fits, from left to right? Try it on paper with these three merges: *b c*,
# then *a b*, then *bc d*. **Predict first:** what becomes of *abcd* by rank, and what by length?

# %%
three = [(98, 99), (97, 98), (256, 100)]
rank = by_hand.encode("abcd", three)
print("by rank:  ", [piece(by_hand.vocabulary(three)[token]) for token in rank])
print("by length: ['ab', 'c', 'd']")

# %% [markdown]
# By rank, *bc* goes first and the rest follows, as it did in training. The model has only ever seen texts cut that way;
# another cut would show it sequences that it has never met.
#
# {exercise tokenization.encode}


# %%
# exercise: tokenization.encode
def encode(text, merges):
    """text: str, merges: list of pairs. Return the list of ids."""
    # >>> answer
    ids = list(text.encode("utf-8"))
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    while True:
        present = [pair for pair in count_pairs(ids) if pair in ranks]
        if not present:
            return ids
        pair = min(present, key=ranks.get)
        ids = merge(ids, pair, 256 + ranks[pair])
    # <<< answer


# %%
check("tokenization.encode", encode)

# %% [markdown]
# OpenAI's *tiktoken* does not train; it encodes and decodes with a table of ranks that one gives it. Ours fits: the bytes of each token, numbered. It needs no
# network for that. Yours, the fast one and tiktoken, on a story that none has seen, in English and with everything else mixed in:

# %%
tiktoken_encoding = peers.tiktoken_encoding(merges)
samples = {"story": STORY, **LANGUAGES, "mixed": "naïve 森林\t🌲🌲\r\n\x00 " * 3}
agree = {}
for name, sample in samples.items():
    three_ways = [list(mine.encode(sample, merges)), fast.encode(sample, merges)]
    three_ways.append(tiktoken_encoding.encode(sample))
    agree[name] = three_ways[0] == three_ways[1] == three_ways[2]
print("the same ids:", agree)
print("the first of the three is", mine.whose("encode"))

# %% [markdown]
# ## Decode
#
# The way back is easy but for one trap. A token can end in the middle of a character: the four bytes of 🌲 are four tokens here,
# and none of them is a character. Yet a model that writes produces one token after the other, and may stop anywhere.
#
# {exercise tokenization.decode}


# %%
# exercise: tokenization.decode
def decode(ids, merges):
    """ids: list of integers. Return the text; bytes that form no character become the sign for that."""
    # >>> answer
    pieces = [bytes([byte]) for byte in range(256)]
    for left, right in merges:
        pieces.append(pieces[left] + pieces[right])
    return b"".join(pieces[token] for token in ids).decode("utf-8", errors="replace")
    # <<< answer


# %%
check("tokenization.decode", decode)

# %% [markdown]
# Every text comes back as it was, to the byte. The other direction does not hold. **Predict first:** decode a list of ids and
# encode the result again: when is it not the list one began with?

# %%
back = [mine.decode(mine.encode(sample, merges), merges) == sample for sample in samples.values()]
print("text -> ids -> text:", all(back), "  by", mine.whose("encode", "decode"))
spelled_out = by_hand.text_bytes("the")
again = mine.encode(mine.decode(spelled_out, merges), merges)
print("ids -> text -> ids:", spelled_out, "->", again)

# %% [markdown]
# *the* can be written as t, h, e, and as one token; encoding always gives the same one of these. All 256 bytes are in the
# vocabulary, so that there is no text which cannot be written.
#
# ## How many merges?
#
# That is for the maker of a tokenizer to decide. GPT-2 took 50 000: with 256 bytes and one token for "end of text" that is its
# vocabulary of 50 257. Each merge makes the lists shorter and the vocabulary larger. The figure holds its picture back until
# you have guessed.

# %%
figures.curve_explorer()

# %% [markdown]
# The text that it was trained on begins higher, since documentation is full of indentation and signs, and ends lower: its own
# words have become tokens. On the story most of the gain comes with the first hundred merges or so. A tokenizer is good at
# what it was trained on, which brings us to its unfairness.
#
# ## The price of a language
#
# The same sentence in five languages, and as emoji. **Predict first:** Chinese needs the fewest characters by far. Does it
# need the fewest tokens?

# %%
names = list(LANGUAGES)
counts = {
    "characters": [len(sample) for sample in LANGUAGES.values()],
    "bytes": [len(sample.encode()) for sample in LANGUAGES.values()],
    "tokens": [len(fast.encode(sample, merges)) for sample in LANGUAGES.values()],
}
figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained")
for k, (label, values) in enumerate(counts.items()):
    places = [i + 0.27 * (k - 1) for i in range(len(names))]
    bars = axes.bar(places, values, 0.25, label=label, color=SERIES[(5, 4, 0)[k]])
    axes.bar_label(bars, fontsize=8)
axes.set_xticks(range(len(names)), names)
axes.set(ylabel="how many", ylim=(0, 135), title="One sentence, 1024 merges learned from English")
axes.legend()
for name, tokens in zip(names, counts["tokens"], strict=True):
    print(f"{name:8} {tokens / counts['tokens'][0]:.1f} times the tokens of English")

# %% [markdown]
# From bytes to tokens English shrinks by half. In Greek, Hindi and Chinese nothing shrinks: the text held none of it, so no
# merge fits, and every byte is a token. Who writes Hindi pays nearly five times as much as who writes English: in money where
# tokens are paid for, in time, and in what fits into the model's window. Tokenizers trained on many languages narrow the gap,
# and do not close it (Petrov et al. 2023).
#
# ## What tokens hide
#
# The model sees ids and nothing else. **Predict first:** which of these share an id, and which numbers are cut alike?

# %%
for word in ["the", " the", "The", "THE", "the ", "64", "65", "2020", "2021"]:
    ids = fast.encode(word, merges)
    print(f"{word!r:10} {ids!s:24} {' | '.join(piece(pieces[token]) for token in ids)}")

# %% [markdown]
# To us the first five are one word. To the model, *the* with and without a space before it share an id, and the other three
# share none with them: it has to learn that they are related. Numbers are cut as training happened to find them frequent: 64 is one token and 65 is two. And
# a question like "how many r are in *strawberry*" asks for letters that the model was never shown.
#
# ## What is in the vocabulary
#
# One of the articles says what tokens are: *words, subwords and punctuation*. Here are all 1280 of ours, counted by kind, with a few of each.

# %%
words_of_text = set(text.split())


def kind(token):
    shown = token.decode("utf-8", errors="replace")
    if "\ufffd" in shown:
        return "part of a character"
    if re.search(r"\w\s+\w", shown):
        return "across words"
    if not re.search(r"\w", shown):
        return "punctuation, spaces"
    if not shown.strip().isalnum():
        return "letters with signs"
    return "word" if len(shown.strip()) > 1 and shown.strip() in words_of_text else "part of a word"


kinds = Counter(map(kind, pieces))
examples = {name: [piece(token) for token in pieces[400:] if kind(token) == name][:7] for name in kinds}
for name, number in kinds.most_common():
    print(f"{number:5} {name:22} {'  '.join(examples[name])}")

# %% [markdown]
# ## What the articles say, tested
#
# One claim belongs to this lesson. The evidence was measured above: the kinds that there are, and that this is no toy but what
# production tokenizers do.

# %%
three_kinds = [kinds["word"], kinds["part of a word"], kinds["punctuation, spaces"]]
mixed, fragments = kinds["letters with signs"] + kinds["across words"], kinds["part of a character"]
display(
    claim("C43", {
        f"{three_kinds[0]} words, {three_kinds[1]} subwords, {three_kinds[2]} of punctuation, spaces":
            min(three_kinds) > 50,
        f"and {mixed} that mix them, since nothing here cuts the text into words first": mixed > 0,
        f"{equal['documentation', 'huggingface']} and {equal['corpus', 'huggingface']} of 512 merges as in Hugging "
        "Face's trainer, in order, on two texts of over a megabyte":
            equal["documentation", "huggingface"] == equal["corpus", "huggingface"] == 512,
        f"tiktoken, with our ranks: the same ids on {sum(agree.values())} texts": all(agree.values()),
        f"on bytes there are also {fragments} parts of characters": fragments == 128,
        f"that is all {len(pieces)}": sum(three_kinds) + mixed + fragments == len(pieces),
    })
)

# %% [markdown]
# ## What to remember
#
# - A text is bytes. Words are too many and never enough, characters too many, bytes too long.
# - Byte-pair encoding begins with 256 bytes and gives the most frequent pair a new id, again and again.
# - The list of merges is the tokenizer. Training counts; encoding applies the merges in the order of learning.
# - A rule for ties is part of the algorithm: with the same one, our merges are Hugging Face's, to the last.
# - Join the bytes first, decode them once.
# - What a text costs depends on what the tokenizer was trained on.
#
# Next, lesson 02 turns each id into a vector.
#
# ## Where to read on
#
# - Gage 1994, *A New Algorithm for Data Compression*, The C Users Journal 12(2): byte-pair encoding, to save disk space.
# - Sennrich, Haddow and Birch 2016, *Neural Machine Translation of Rare Words with Subword Units*, arXiv:1508.07909.
# - Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, section 2.2: byte-pair encoding on bytes.
# - Petrov et al. 2023, *Language Model Tokenizers Introduce Unfairness Between Languages*, arXiv:2305.15425.
