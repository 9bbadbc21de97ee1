"""tokenization.encode_with_special: the whole tokenizer, special tokens, words and merges."""

import re

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.tokenization import by_hand

ASKED = Asked(
    "Given a `text`, `merges` and a dictionary `special` from strings to ids, return the list of ids: wherever a string of `special` "
    "occurs in the text, its id; what lies between is cut with `split_words`, and each word is encoded by itself with `encode`. "
    'Where two special tokens begin at the same place, the longer one counts: with `"<|end|>"` and `"<|end|>2"` the text `"<|end|>2"` '
    "is the second. `special` may be empty.",
    reference=by_hand.encode_with_special,
    points=3,
    minutes=12,
    difficulty=2,
    library=("tiktoken.Encoding.encode",),
)

#: Merges that reach over a space, a comma and a line end, so that it shows whether words were cut.
MERGES = [(97, 98), (256, 32), (99, 97), (98, 44), (60, 124), (256, 256), (32, 99), (10, 97), (256, 99)]
END, PAD = "<|end|>", "<|pad|>"


def cases(rng: np.random.Generator) -> list[Case]:
    first = int(rng.integers(300, 400))
    two = {END: first, PAD: first + 1}

    def stretch() -> str:
        return " ".join(str(word) for word in rng.choice(["ab", "abab", "cab", "ab,", "bca", "ca"], size=3))

    return [
        Case((f"{stretch()}{END}{stretch()}", MERGES, {END: first})),
        Case((f"ab{END}ab{END}cab", MERGES, {END: 300})),
        Case(
            (f"{stretch()}{PAD}{stretch()}{END}{stretch()}{PAD}ab", MERGES, two),
            "two special tokens, one of them twice",
        ),
        Case(("ab ab, cab abab", MERGES, {END: 300}), "none of them in the text"),
        Case(("ab ab,\nab cab", MERGES, {}), "no special tokens at all"),
        Case((f"ab {END} cab ", MERGES, {END: 777}), "white space around a special token"),
        Case((f"{END}ab", MERGES, {END: 300}), "a special token at the beginning"),
        Case((f"cab{END}", MERGES, {END: 300}), "a special token at the end"),
        Case((f"{END}{END}", MERGES, {END: 300}), "nothing but special tokens, side by side"),
        Case((f"a{END}b", MERGES, {END: 300}), "a and b on its two sides must not be merged"),
        Case((f"a{END}2b{END}c", MERGES, {END: 300, f"{END}2": 301}), "two that begin alike, the shorter one first"),
        Case((f"a{END}2b{END}c", MERGES, {f"{END}2": 301, END: 300}), "two that begin alike, the longer one first"),
        Case(("ab<|END|>ab", MERGES, {END: 300}), "in capitals it is text like any other"),
        Case(("ab<|en ab", MERGES, {END: 300}), "the beginning of a special token is text"),
        Case(("ab[x] a.b abxb", MERGES, {"[x]": 300, "a.b": 301}), "signs that mean something in a pattern"),
        Case((f"漢{END}🌲", MERGES, {END: 300}), "characters of several bytes"),
        Case(("", MERGES, {END: 300}), "an empty text"),
    ]


@right
def by_looking_at_each_place(text, merges, special):
    ids, waiting, i = [], "", 0
    while i <= len(text):
        here = max((token for token in special if text.startswith(token, i)), key=len, default=None)
        if here is None and i < len(text):
            waiting += text[i]
            i += 1
            continue
        ids += [one for word in by_hand.split_words(waiting) for one in by_hand.encode(word, merges)]
        waiting = ""
        if here is None:
            break
        ids.append(special[here])
        i += len(here)
    return ids


@right
def by_finding_each_special_token(text, merges, special):
    def plain(stretch):
        return [one for word in by_hand.split_words(stretch) for one in by_hand.encode(word, merges)]

    if not special:
        return plain(text)
    pattern = "|".join(re.escape(token) for token in sorted(special, key=len)[::-1])
    ids, end = [], 0
    for found in re.finditer(pattern, text):
        ids += [*plain(text[end : found.start()]), special[found[0]]]
        end = found.end()
    return ids + plain(text[end:])


def _words(text: str, merges: list) -> list[int]:
    return [one for word in by_hand.split_words(text) for one in by_hand.encode(word, merges)]


def _stretches(text: str, special: dict, order: object = lambda tokens: sorted(tokens, key=len)[::-1]) -> list[str]:
    """The text cut at its special tokens, which stand at the odd places."""
    if not special:
        return [text]
    return re.split(f"({'|'.join(map(re.escape, order(special)))})", text)


def _ids(stretches: list[str], merges: list, special: dict, plain: object = _words) -> list[int]:
    ids: list[int] = []
    for place, stretch in enumerate(stretches):
        ids += [special[stretch]] if place % 2 else plain(stretch, merges)
    return ids


@wrong(
    1,
    "special tokens merged like text",
    "You encoded the signs of the special token like any other text. It has an id of its own, which no merge can reach: look for it "
    "before anything is cut or merged.",
)
def special_tokens_like_text(text, merges, special):
    return _words(text, merges)


@wrong(
    2,
    "the shorter of two that begin alike",
    "Where two special tokens begin at the same place you take the shorter, and the rest of the longer one becomes text. In a pattern the "
    "first alternative that fits wins: sort them.",
)
def the_shorter_of_two(text, merges, special):
    return _ids(_stretches(text, special, lambda tokens: sorted(tokens, key=len)), merges, special)


@wrong(
    3,
    "the text around them encoded as one piece",
    "Between special tokens you encode the text as it is, and merges reach from one word into the next. Cut it with `split_words` first.",
)
def not_cut_into_words(text, merges, special):
    return _ids(_stretches(text, special), merges, special, by_hand.encode)


@wrong(
    4,
    "only the first special token",
    "Only the first special token of the text is found, and the others are encoded as text. There may be any number.",
)
def only_the_first(text, merges, special):
    parts = _stretches(text, special)
    return _ids([*parts[:2], "".join(parts[2:])], merges, special)


@wrong(
    5,
    "special tokens dropped",
    "The special tokens are gone from your ids. Cutting a text at them throws them away, unless the pattern stands in round brackets.",
)
def special_tokens_dropped(text, merges, special):
    return [one for stretch in _stretches(text, special)[::2] for one in _words(stretch, merges)]


@wrong(
    6,
    "white space around them cut off",
    "The white space beside the special tokens is gone. It is text, and must come back when the ids are decoded.",
)
def white_space_around_cut_off(text, merges, special):
    return _ids(_stretches(text, special), merges, special, lambda stretch, merges: _words(stretch.strip(), merges))


@wrong(
    7,
    "signs taken for a pattern",
    "In a pattern the bar of <|end|> means *or*, so yours looks for <, end and >. `re.escape` makes a text stand for itself.",
)
def signs_taken_for_a_pattern(text, merges, special):
    if not special:
        return _words(text, merges)
    parts = re.split(f"({'|'.join(sorted(special, key=len)[::-1])})", text)
    ids = []
    for part in parts:
        ids += [special[part]] if part in special else _words(part or "", merges)
    return ids


@wrong(
    8,
    "ids counted instead of looked up",
    "You number the special tokens yourself, after the last merge. Their ids are given in `special`.",
)
def ids_counted(text, merges, special):
    counted = {token: 256 + len(merges) + place for place, token in enumerate(special)}
    return _ids(_stretches(text, counted), merges, counted)


@wrong(
    9,
    "in the order of the dictionary",
    "Of two special tokens that begin alike you take the one that stands first in the dictionary. The longer one counts, in whichever "
    "order they stand: sort them.",
)
def in_the_order_of_the_dictionary(text, merges, special):
    return _ids(_stretches(text, special, list), merges, special)


@wrong(
    10,
    "only where it stands alone",
    "You find a special token only where spaces or the ends of the text are beside it. It counts wherever it occurs.",
)
def only_where_it_stands_alone(text, merges, special):
    ids = []
    for part in re.split("( )", text):
        ids += [special[part]] if part in special else _words(part, merges)
    return ids


@wrong(
    11,
    "an empty pattern",
    "Right unless `special` is empty: then your pattern is empty too, fits between any two characters, and cuts the text to pieces.",
)
def an_empty_pattern(text, merges, special):
    if special:
        return by_hand.encode_with_special(text, merges, special)
    return [one for character in text for one in _words(character, merges)]


@wrong(
    12,
    "a list of lists",
    "Your result holds a list for every piece. One flat list of ids is asked for: `extend`, where you have `append`.",
)
def a_list_of_lists(text, merges, special):
    return [[special[part]] if part in special else _words(part, merges) for part in _stretches(text, special)]


@wrong(
    13,
    "the text after the last one left out",
    "What stands after the last special token is missing. Where nothing more is found there is still a rest.",
)
def the_rest_left_out(text, merges, special):
    return _ids(_stretches(text, special)[:-1], merges, special)


@wrong(
    14,
    "merged across a special token",
    "You took the special tokens out, encoded the rest in one go and put their ids back: what stood on the two sides of one has been merged. "
    "A special token ends a word.",
)
def merged_across(text, merges, special):
    parts = _stretches(text, special)
    found = [special[token] for token in parts[1::2]]
    ids, data, pieces = [], 0, by_hand.vocabulary(merges)
    ends = np.cumsum([len(part.encode()) for part in parts[::2]]).tolist()[:-1]
    for one in _words("".join(parts[::2]), merges):
        while found and data >= ends[len(ends) - len(found)]:
            ids.append(found.pop(0))
        ids.append(one)
        data += len(pieces[one])
    return ids + found


@wrong(
    15,
    "in capitals too",
    "You find special tokens in capitals as well. <|END|> is another string, and text like any other.",
)
def in_capitals_too(text, merges, special):
    if not special:
        return _words(text, merges)
    parts = re.split(f"({'|'.join(map(re.escape, sorted(special, key=len)[::-1]))})", text, flags=re.IGNORECASE)
    lowered = {token.lower(): number for token, number in special.items()}
    ids = []
    for place, part in enumerate(parts):
        ids += [lowered[part.lower()]] if place % 2 else _words(part, merges)
    return ids


@wrong(
    16,
    "bytes, unmerged",
    "The text between the special tokens comes out as bytes: nothing was merged. Encode each word with `merges`.",
)
def bytes_unmerged(text, merges, special):
    return _ids(_stretches(text, special), [], special)


@wrong(
    17,
    "the string in place of its id",
    "You put the special token itself into the list. Its id is asked for: `special[part]`.",
)
def the_string_instead(text, merges, special):
    return _ids(_stretches(text, special), merges, {token: token for token in special})


@wrong(
    18,
    "the whole text once for each special token",
    "You go through the text once for every special token, so with two of them everything is encoded twice, and with none not at all. Look for "
    "all of them in one go: one pattern, with bars between.",
)
def once_for_each(text, merges, special):
    ids = []
    for token in special:
        ids += _ids(_stretches(text, {token: special[token]}), merges, special)
    return ids


HINTS = (
    "First find the special tokens, then cut what is left: `re.split` with a pattern in round brackets keeps what it has split at.",
    "`'|'.join(map(re.escape, tokens))` is a pattern for any of them; sort the tokens by length first, longest at the front. If there are "
    "none, the whole text is one part.",
    "For each part: if it is in `special`, append `special[part]`; else, for each word of `split_words(part)`, extend the ids by "
    "`encode(word, merges)`.",
)
