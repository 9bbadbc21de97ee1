# %% [markdown]
# # 01 · Tokenization
#
# After this lesson you can
#
# - say why a model is given neither the characters nor the words of a text;
# - write the seven functions of a tokenizer like GPT-2's, words and special tokens included;
# - prove that **your** tokenizer is the one of two production libraries, id for id;
# - explain why a sentence costs nearly five times as many tokens in one language as in another.
#
# About 100 minutes, seven exercises, 16 points. You need lists, dictionaries and loops; [lesson 00](00_start_here.ipynb) shows how
# checks work. `by_hand` is the course's own version of each function, `fast` the same for large texts, `peers` the
# two libraries; C43 is a claim of the five articles that this course tests.

# %%
import re
from collections import Counter
from itertools import pairwise

import regex
from IPython.display import display

from course_lib import corpus
from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import picture, subplots
from course_lib.lesson import check, claim, hint, mine
from course_lib.timing import median_seconds
from course_lib.tokenization import by_hand, fast, figures, peers
from course_lib.tokenization.figures import piece
from course_lib.tokenization.texts import LANGUAGES, STORY, documentation

# %% [markdown]
# ## One question
#
# > a fluffy blue creature roamed the verdant forest
#
# A Transformer has never seen a letter: what goes in is a list of integers, and what comes out is a probability for every integer it
# knows. **Into which pieces should a text be cut, so that a fixed set of them can write every text, and no list gets too long?** The
# pieces are called **tokens**, and the integers their **ids**.
#
# ## The picture first
#
# Type whatever you like. Each box is a token, the number below it its id. **Predict first:** the cutting was learned from technical
# English. Which will be one token, and which will fall apart: *the*, *array*, *creature*, your own name, 🌲?

# %%
figures.typed_explorer()

# %% [markdown]
# Move the slider down to 0 and back: pieces that often stand side by side are joined, the rest stays in crumbs.
# At 512 merges *the* and *array* are one token each, and *creature* is four. Why is 🌲 four boxes with strange numbers?
#
# ## What a text is made of
#
# **Unicode** gives every character a number, its *code point*: about 150 000 so far. A file holds **bytes**, numbers from 0 to 255. In
# **UTF-8**, as nearly all text is written today, English letters, digits and common signs take one byte each, everything else
# two to four.
#
# **Predict first:** how many bytes has each of these? And how many characters is the last one, which you see as one?

# %%
for shown in ["e", "é", "ж", "漢", "🌲", "👩‍🚀"]:
    points = " ".join(f"U+{ord(character):04X}" for character in shown)
    print(f"{shown:4} {len(shown)} character(s) {points:22} bytes {list(shown.encode('utf-8'))}")

# %% [markdown]
# One, two, two, three, four; and the astronaut is three characters, a woman, a joiner and a rocket, in eleven bytes. No byte above 127
# means anything alone: 240 159 140 178 is a tree, 240 159 140 the beginning of very many things.
#
# ## Words, characters, bytes: what each would cost
#
# There should be few different tokens (each needs a row of numbers in the model), in short lists (attention costs the square of the
# length), and they should cover **everything** that anybody may type. Three ways of cutting learn from the documentation of NumPy,
# which is on your disk, and cut a story they have never seen. **Predict first:** how many of its words occur nowhere in the documentation?

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
# Words need a large vocabulary, and still lack a quarter of the words of an ordinary story: they become "unknown", and what is unknown
# is lost. Characters: a short list of those that were seen, all others unknown. Bytes: 256, nothing ever unknown, but four times as
# many tokens as words.
#
# So begin with bytes, where nothing can be missing, and **make the lists shorter**: give the pairs that occur most often an
# id of their own. That is byte-pair encoding. Gage published it in 1994 to compress files; Sennrich, Haddow and Birch (2016)
# brought it to language models, and GPT-2 put it on bytes.

# %% [markdown]
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
# First comes *bl*: it occurs three times, as *lu* and *ue* do, and is the smallest of the three. Five rounds, 22 tokens down to 9, and
# after three of them *blue* is one token, though nobody said what a word is. In the second round *blu* was possible as well, but *ue* is the
# smaller pair, since 117 < 256. The end comes where no pair occurs twice: merging what occurs once would learn this very text by
# heart.
#
# The list of merged pairs is the whole tokenizer. You now write it.
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
# Two spaces, because documentation is indented. (The pair occurs more often than tokens disappear: in a row of three spaces it
# occurs twice and is merged once.)
#
# ## Train
#
# Now the loop around both. The rule for ties looks like a detail and is not: with another one, two correct programs learn
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
# Papers describe it like this, and it is slow: every round counts the whole text again. But a merge changes only the neighbours of the
# places where it happens. So `fast.py` keeps the ids in a **linked list**, corrects the counts instead of counting anew, and keeps the pairs
# in a **heap**, with the most frequent one on top.
#
# **Predict first:** both learn 32 merges, your plain one and the fast one. Twice the text: twice the time for yours? And for the
# fast one? In how many of 40 000 places has the 128th merge anything to do?

# %% tags=["times"]
same = []
for size in (10_000, 20_000, 40_000):
    part = text[:size]
    slow = median_seconds(lambda part=part: mine["tokenization.train"](part, 32), repeats=1)
    quick = median_seconds(lambda part=part: fast.train(part, 32), repeats=3)
    same.append(list(map(tuple, mine["tokenization.train"](part, 32))) == fast.train(part, 32))
    print(f"{size:6} bytes  plain {slow:.3f} s, fast {quick:.4f} s: {slow / quick:.0f} times as fast")
print("the same merges:", same, "  the plain one is", mine.whose("tokenization.train"))
ids = list(part.encode())
for i, pair in enumerate(fast.train(part, 128)):
    shorter = mine.merge(ids, pair, 256 + i)
    if i + 1 in (1, 8, 32, 128):
        print(f"merge {i + 1:3}: {len(ids):6,} ids for the plain one to read, its pair in {len(ids) - len(shorter):5,} places")
    ids = shorter

# %% [markdown]
# Both grow with the text. What tells them apart is the price of *one more merge*: the plain one reads every id again, the fast one
# visits the places of one pair, and the later the merge, the fewer they are.
#
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
# The first are what English (and an indented text) is made of: two spaces, *e* and a space, *th*. The late ones are words of this text and
# scraps of them (*reshly-* is from *freshly-allocated*), and the longest are what its authors paste everywhere.
#
# ## Equal to a production trainer
#
# Hugging Face *tokenizers*, written in Rust, trains the tokenizers of a great many models. It gets our text line by line. Its ties
# go to the smallest pair too, but its ids for the bytes stand in another order: that of the printable characters by
# which GPT-2 writes them. We train with either order, on the documentation, on the stories of later lessons, and on one
# short story. **Predict first:** where will the order of ties matter?

# %%
sources, equal = {"documentation": text, "corpus": corpus.text("train"), "story": STORY}, {}
for name, source in sources.items():
    texts, n = source.splitlines(keepends=True), 100 if name == "story" else 512
    theirs = peers.hugging_face_merges(texts, n)
    for tie in fast.TIES:
        ours = peers.merged_bytes(fast.train(texts, n, tie=tie))
        equal[name, tie] = sum(a == b for a, b in zip(ours, theirs, strict=True))
        print(f"{name:14} ties {tie:12} {equal[name, tie]} of {len(theirs)} merges the same, in order")
megabytes = [len(source.encode()) / 1e6 for source in sources.values()][:2]
print("sizes of the first two: {:.2f} and {:.2f} MB".format(*megabytes))

# %% [markdown]
# With the same rule, all of them. On a large text the two rules happen to agree; a short one has far more ties, and another rule
# gives a different tokenizer. That is why a tokenizer is shipped as a *list of merges*.
#
# ## Encode
#
# A new text arrives. Nothing is counted any more: the merges are applied **in the order in which they were learned**. Why not take the
# longest token that fits, from left to right? Try both on paper with three merges: *b c*, then *a b*, then *bc d*. **Predict first:**
# what becomes of *abcd*?
#
# <details><summary>Answer, once you have tried</summary>In order: <em>bc</em> goes first, then <em>bcd</em>: a | bcd. By length:
# ab | c | d, a cut that the model has never met.</details>
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
# ## Decode
#
# The way back has one trap. A token can end in the middle of a character: the four bytes of 🌲 are four tokens here, and none of them is
# a character. Yet a model that writes produces one token after the other, and may stop anywhere.
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
# Does every text come back as it was, to the byte? Does every list of ids? **Predict first:** decode a list of ids and encode the
# result again: when is it not the list one began with?

# %%
samples = {"story": STORY, **LANGUAGES, "mixed": "naïve 森林\t🌲🌲\r\n\x00 " * 3}
back = [mine.decode(mine.encode(sample, merges), merges) == sample for sample in samples.values()]
print(f"text -> ids -> text: {sum(back)} of {len(back)} the same, by", mine.whose("encode", "decode"))
spelled_out = by_hand.text_bytes("the")
again = mine.encode(mine.decode(spelled_out, merges), merges)
print("ids -> text -> ids:", spelled_out, "->", again)

# %% [markdown]
# Every text comes back; a list of ids need not: *the* can be t, h, e or one token, and encoding always gives the same of the two.
#
# ## Words first
#
# Our tokens reach from one word into the next, and a merge spent on *of the* is a merge not spent on a word. GPT-2 therefore cuts the
# text into words **before** anything is counted, and merges inside these only. Its rule is one regular expression, which never loses a
# character.
#
# The module `regex` has what `re` lacks: `\p{L}` is a letter of any script, `\p{N}` a number. In both, `(?!...)` looks ahead and
# refuses: `a(?!b)` finds an *a* that no *b* follows.
#
# {exercise tokenization.split_words}


# %%
# exercise: tokenization.split_words
def split_words(text):
    """text: str. Return the list of its words by GPT-2's rule; joined they are the text."""
    # >>> answer
    endings, letters, numbers = r"'s|'t|'re|'ve|'m|'ll|'d", r" ?\p{L}+", r" ?\p{N}+"
    signs, spaces = r" ?[^\s\p{L}\p{N}]+", r"\s+(?!\S)|\s+"
    return regex.findall("|".join([endings, letters, numbers, signs, spaces]), text)
    # <<< answer


# %%
check("tokenization.split_words", split_words)

# %% [markdown]
# Your words against those of Hugging Face, on the documentation. Then 1024 merges are learned inside your words. **Predict first:**
# the rule forbids merges that used to save tokens. How many more will the story need?

# %%
words = mine.split_words(text)
word_merges = fast.train(words, 1024)
part = text[:300_000]
same_words = mine.split_words(part) == peers.hugging_face_words(part)
theirs = peers.hugging_face_merges(part, 512, words=True)
in_words = peers.merged_bytes(fast.train(mine.split_words(part), 512, tie="huggingface"))
equal["in words"] = sum(a == b for a, b in zip(in_words, theirs, strict=True))
print(f"{len(words):,} words by {mine.whose('split_words')}")
print(f"on 0.3 MB the same as Hugging Face's: {same_words};", end=" ")
print(f"trained inside them, {equal['in words']} of 512 merges as Hugging Face learns them")
in_pieces = {word: fast.encode(word, word_merges) for word in {*words, *mine.split_words(STORY)}}
for name, sample in {"documentation": text, "story": STORY}.items():
    without = len(fast.encode(sample, merges))
    by_words = sum(len(in_pieces[word]) for word in mine.split_words(sample))
    print(f"{name:14} {without:7,} tokens without the rule, {by_words:7,} with it")
hindi = LANGUAGES["Hindi"]
print(f"{len(hindi.split())} words of Hindi are cut into {len(mine.split_words(hindi))}")

# %% [markdown]
# On the documentation it costs a sixth more: phrases learned by heart are gone. On a story that neither has seen it costs next to
# nothing. (The weak spot is Hindi: the signs that join vowels to letters are no letters to this rule, so words are torn apart;
# later tokenizers mend that.)
#
# ## Special tokens
#
# Where does one document end and the next begin? A model learns that from a token that no text can contain: GPT-2 has one,
# `<|endoftext|>`; chat models have more, for who is speaking. They get ids after the last merge, and are found **before** the
# text is cut into words.
#
# {exercise tokenization.encode_with_special}


# %%
# exercise: tokenization.encode_with_special
def encode_with_special(text, merges, special):
    """special: dict from strings to ids. Return the ids of the text, special tokens included."""
    # >>> answer
    tokens = sorted(special, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, tokens))})", text) if tokens else [text]
    ids = []
    for part in parts:
        if part in special:
            ids.append(special[part])
        else:
            for word in split_words(part):
                ids.extend(encode(word, merges))
    return ids
    # <<< answer


# %%
check("tokenization.encode_with_special", encode_with_special)

# %% [markdown]
# ## Your own tokenizer, against two libraries
#
# That is a whole tokenizer, and every part of it is yours. Train it on **a text of your own**: replace `STORY` below by anything
# you like, in any language. Equal words are kept once, with their number, which saves most of the counting.

# %%
your_text = STORY  # or a text of your own, in triple quotes: up to some 100 000 characters

spelled = {tuple(word.encode()): times for word, times in Counter(mine.split_words(your_text)).items()}
your_merges = []
while len(your_merges) < 200:
    totals = Counter()
    for ids, times in spelled.items():
        for pair, count in mine.count_pairs(list(ids)).items():
            totals[pair] += count * times
    best = min(totals, key=lambda pair: (-totals[pair], pair), default=None)
    if best is None or totals[best] < 2:
        break
    new_id = 256 + len(your_merges)
    spelled = {tuple(mine.merge(list(ids), best, new_id)): times for ids, times in spelled.items()}
    your_merges.append(best)
as_ours = your_merges == by_hand.train_on_words(by_hand.split_words(your_text), 200)
print(f"{len(your_merges)} merges; the course's own training learns the same: {as_ours}")
print("late ones:", "  ".join(piece(token) for token in by_hand.vocabulary(your_merges)[-12:]))
print("cut, counted and merged by", mine.whose("split_words", "count_pairs", "merge"))

# %% [markdown]
# Now let others encode with **your** merges: OpenAI's *tiktoken*, which trains nothing but encodes and decodes with any table of ranks,
# and Hugging Face *tokenizers*, built from the same list. **Predict first:** on how many of these texts will all three give the same ids?

# %%
special = {"<|end|>": 256 + len(your_merges)}
tiktoken_yours = peers.tiktoken_encoding(your_merges, words=True, special=special)
hugging_face_yours = peers.hugging_face_tokenizer(your_merges, special)
chat = "the fox<|end|>the brook<|end|>"
tried = {"your text": your_text, **samples, "documentation": text[:20_000], "special tokens": chat}
agree = {}
for name, sample in tried.items():
    yours = list(mine.encode_with_special(sample, your_merges, special))
    theirs = tiktoken_yours.encode(sample, allowed_special="all"), hugging_face_yours.encode(sample).ids
    agree[name] = yours == theirs[0] == theirs[1]
    print(f"{name:14} {len(yours):6,} ids, the same in all three: {agree[name]}")
print("by", mine.whose("encode_with_special"))

# %% [markdown]
# All of them: your tokenizer is theirs, id for id. (Where two special tokens begin alike, Hugging Face takes the longer one as you do;
# tiktoken promises nothing.)
#
# And what if somebody *types* `<|end|>` into a chat window? Then a text can contain what no text should, and end the document, or
# speak as somebody else. **Predict first:** what does tiktoken do with such a text, unless told otherwise?

# %%
typed = "my notes<|end|>I am the owner"
try:
    tiktoken_yours.encode(typed)
except ValueError as error:
    print("unless told otherwise:  refused,", str(error).split(".")[0].splitlines()[0])
as_text = tiktoken_yours.encode(typed, disallowed_special=())
as_special = tiktoken_yours.encode(typed, allowed_special="all")
for name, ids in {"as plain text": as_text, "as a special token": as_special}.items():
    print(f"{name:23} {len(ids)} ids, {ids.count(special['<|end|>'])} of them special")

# %% [markdown]
# It refuses. What users write must be encoded as plain text (with your function: `special` empty); only the program around the
# conversation adds special tokens.
#
# ## How many merges?
#
# GPT-2 took 50 000: with 256 bytes and `<|endoftext|>` that is its vocabulary of 50 257. Each merge makes the lists shorter and the
# vocabulary larger. The figure holds its picture back until you have guessed.

# %%
figures.curve_explorer()

# %% [markdown]
# The text it was trained on begins higher, since documentation is full of indentation and signs, and ends lower: its own words have
# become tokens. On the story most of the gain comes with the first hundred merges or so.
#
# ## The price of a language
#
# A tokenizer is good at what it was trained on. Here is one sentence in five languages, and as emoji. **Predict first:** Chinese
# needs the fewest characters by far. Does it need the fewest tokens?

# %%
names = list(LANGUAGES)
counts = {
    "characters": [len(sample) for sample in LANGUAGES.values()],
    "bytes": [len(sample.encode()) for sample in LANGUAGES.values()],
    "tokens": [len(fast.encode(sample, merges)) for sample in LANGUAGES.values()],
}
figure, axes = subplots(size=(8.2, 3.2))
for k, (label, values) in enumerate(counts.items()):
    places = [i + 0.27 * (k - 1) for i in range(len(names))]
    bars = axes.bar(places, values, 0.25, label=label, color=SERIES[(5, 4, 0)[k]])
    axes.bar_label(bars, fontsize=8)
axes.set_xticks(range(len(names)), names)
axes.set(ylabel="how many", ylim=(0, 135), title="One sentence, 1024 merges learned from English")
axes.legend()
picture(figure, "Tokens: " + ", ".join(f"{n} {c}" for n, c in zip(names, counts["tokens"], strict=True)))
for name, tokens in zip(names, counts["tokens"], strict=True):
    print(f"{name:8} {tokens / counts['tokens'][0]:.1f} times the tokens of English")

# %% [markdown]
# No: English does. In Greek, Hindi and Chinese nothing shrinks from bytes to tokens: the text held none of it, so no merge fits. Whoever writes
# Hindi pays nearly five times as much as in English, in money, in time, and in what fits into the model's window. Training on many
# languages narrows the gap and does not close it (Petrov et al. 2023).
#
# ## What tokens hide
#
# **Predict first:** with the merges learned inside words, which of these share an id? And a prompt may end in a space, "one of ": how
# often has a model trained on the documentation seen a lone space, and then a *t*?

# %%
for word in ["the", " the", "The", "THE", "the ", "64", "65", "2020", "2021"]:
    ids = by_hand.encode_with_special(word, word_merges, {})
    pieces = by_hand.vocabulary(word_merges)
    print(f"{word!r:9} {ids!s:18} {' | '.join(piece(pieces[token]) for token in ids)}")
print(f"in the documentation: {words.count(' the'):,} times ' the', {words.count('the')} times 'the'")
all_ids = [token for word in words for token in in_pieces[word]]
lone = sum(pair == (32, ord("t")) for pair in pairwise(all_ids))
print(f"of {len(all_ids):,} tokens, {all_ids.count(32):,} are a lone space; before a t: {lone}")

# %% [markdown]
# None of the first four share an id. ␣*the* is one token; *the*, as at the beginning of a text, is two here, and
# another one in GPT-2 (262 and 1169): as different as any two words, until the model has learned otherwise. And a
# prompt should not end in a space: a lone one before *the* is a sequence that training has never shown.
#
# Numbers are cut as they happened to be frequent. And "how many r are in *strawberry*" asks for letters that the model never saw.
#
# ## What the articles say, tested
#
# One claim belongs here: tokens are *words, subwords and punctuation*. These are all 1280 of either tokenizer, by kind.

# %%
known_words = set(text.split())


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
    return "word" if len(shown.strip()) > 1 and shown.strip() in known_words else "part of a word"


crossing, inside = (by_hand.vocabulary(learned) for learned in (merges, word_merges))
kinds, in_word_kinds = Counter(map(kind, crossing)), Counter(map(kind, inside))
print("anywhere  in words")
for name, number in kinds.most_common():
    some = [piece(token) for token in crossing[400:] if kind(token) == name][:6]
    print(f"{number:8} {in_word_kinds[name]:9}  {name:20}", "  ".join(some))

# %%
three_kinds = [in_word_kinds[name] for name in ("word", "part of a word", "punctuation, spaces")]
mixed, across = (kinds["letters with signs"] + kinds["across words"], in_word_kinds["across words"])
fragments, in_words = in_word_kinds["part of a character"], equal["in words"]
on_large = [equal[name, "huggingface"] for name in ("documentation", "corpus")]
everywhere = f"on {sum(agree.values())} of {len(agree)} texts"
display(
    claim("C43", {
        "{} words, {} subwords, {} of punctuation, spaces".format(*three_kinds): min(three_kinds) > 50,
        f"on bytes there are also {fragments} parts of characters": fragments == 128,
        f"learned without words, {mixed} mix the kinds": mixed > 0,
        f"learned inside words, {across} reach across": across == 0,
        f"{in_words} of 512 merges inside words are Hugging Face's, in order": in_words == 512,
        "without words {} and {} of 512, on {:.2f} and {:.2f} MB".format(*on_large, *megabytes):
            on_large == [512, 512],
        f"tiktoken and Hugging Face, with your merges: your ids {everywhere}": all(agree.values()),
    })
)

# %% [markdown]
# ## What to remember
#
# - Byte-pair encoding begins with 256 bytes and gives the most frequent pair a new id, again and again.
# - The list of merges is the tokenizer. Training counts; encoding applies the merges in the order of learning.
# - Special tokens first, then words, then merges. *the* and ␣*the* are different tokens.
# - A rule for ties is part of the algorithm: with the same one, our merges are Hugging Face's, to the last.
# - Decoding joins the bytes first and reads them once.
# - What a text costs depends on what the tokenizer was trained on.
#
# Next, [lesson 02](02_embedding.ipynb) turns each id into a vector.
#
# ## Where to read on
#
# - Gage 1994, *A New Algorithm for Data Compression*, The C Users Journal 12(2).
# - Sennrich, Haddow and Birch 2016, arXiv:1508.07909: subwords for translation.
# - Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, section 2.2: GPT-2's bytes and words.
# - Petrov et al. 2023, arXiv:2305.15425: what languages pay.
