"""tokenization.split_words: a text cut into words by GPT-2's rule."""

import numpy as np
import regex

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.tokenization import by_hand

ASKED = Asked(
    "Given a `text`, return the list of its words. At each place the first of these that fits is cut off: "
    "(1) one of the endings `'s` `'t` `'re` `'ve` `'m` `'ll` `'d`, in small letters; "
    "(2) letters of any script, as many as follow, with one space in front if there is one; "
    "(3) numbers likewise; (4) other signs likewise; "
    "(5) white space, as much as follows, but without its last character where something other than white space comes after it; "
    "(6) a single white space character that is left. Joined, the words are the text again: "
    '`split_words("I\'ll count 12 foxes,  twice.")` is `["I", "\'ll", " count", " 12", " foxes", ",", " ", " twice", "."]`.',
    reference=by_hand.split_words,
    points=3,
    minutes=15,
    difficulty=3,
    library=("tokenizers.pre_tokenizers.ByteLevel.pre_tokenize_str", "course_lib.split_words_by_loops"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    pool = ["fox", "Berry", "naïve", "7", "42", ",", "...", "森林", "it's", "(owl)"]
    spaces = [" ", " ", " ", "  ", "\n", "", "\n    "]
    mixed = "".join(str(rng.choice(pool)) + str(rng.choice(spaces)) for _ in range(int(rng.integers(11, 17))))
    return [
        Case(("A fluffy blue creature roamed the verdant forest.",)),
        Case((mixed + "owl",)),
        Case(("one fox and two owls",)),
        Case(("the brook, which hurried; (as if)... --",), "signs, some of them side by side"),
        Case(("it's we'll I'm they're you've he'd don't",), "the seven endings"),
        Case(("IT'S I'LL",), "capitals after an apostrophe are no ending"),
        Case(("rock 'n' roll, 'some' of it",), "apostrophes with a space before them"),
        Case(("x2 1024 7th 3.14 b12c",), "numbers beside letters and signs"),
        Case(("wide    open  space",), "several spaces: the last belongs to the word"),
        Case(("if x:\n    return y\n\nend\tof\n line",), "line ends, indentation and tabs"),
        Case(("  at both ends  ",), "white space at both ends"),
        Case(("Geschöpf Ένα αφράτο 森林 naïve",), "letters of several scripts"),
        Case(("घूमता था",), "Hindi: signs that join a letter are no letters to this rule"),
        Case(("1½ cups, 5² = 25, ٣٤!",), "numbers of other kinds"),
        Case(("snake_case __init__",), "an underscore is a sign"),
        Case(("🌲🌲 fox🌲",), "emoji are signs"),
        Case(("   ",), "nothing but white space"),
        Case(("a",), "a single letter"),
        Case(("",), "an empty text"),
    ]


split_words_by_loops = right(by_hand.split_words_by_loops)


@right
def one_match_after_the_other(text):
    kinds = (r"'(s|t|re|ve|m|ll|d)", r" ?\p{L}+", r" ?\p{N}+", r" ?[^\s\p{L}\p{N}]+", r"\s+(?!\S)", r"\s")
    words, i = [], 0
    while i < len(text):
        found = next(filter(None, (regex.compile(kind).match(text, i) for kind in kinds)))
        words.append(found[0])
        i = found.end()
    return words


@right
def by_finding_all(text):
    pattern = r"(?:'s|'t|'re|'ve|'m|'ll|'d)|[ ]?\p{L}+|[ ]?\p{N}+|[ ]?(?:(?!\s|\p{L}|\p{N}).)+|\s+\Z|\s+(?=\s)|\s"
    return [found.group() for found in regex.finditer(pattern, text, regex.DOTALL)]


def _by(pattern: str, flags: int = 0) -> object:
    """Words by another pattern."""
    return lambda text: [found.group() for found in regex.finditer(pattern, text, flags)]


ENDINGS = "'s|'t|'re|'ve|'m|'ll|'d"
REST = r"\s+(?!\S)|\s+"


drops_white_space = wrong(
    1,
    "white space dropped",
    "The spaces are gone. Each word keeps the one before it, or the text could not be put together again.",
    lambda text: [word.strip() for word in by_hand.split_words(text) if word.strip()],
)

space_at_the_end = wrong(
    2,
    "the space at the end of the word before",
    "Your space hangs on the word before it. In this rule it belongs to the word after it.",
    _by(rf"{ENDINGS}|\p{{L}}+ ?|\p{{N}}+ ?|[^\s\p{{L}}\p{{N}}]+ ?|\s+"),
)

ascii_letters_only = wrong(
    3,
    "ASCII letters only",
    "Only a to z are letters to your rule, so é, Greek and 森 come out as other signs. The module `regex` knows any letter as `\\p{L}`.",
    _by(rf"{ENDINGS}| ?[A-Za-z]+| ?\p{{N}}+| ?[^\sA-Za-z\p{{N}}]+|{REST}"),
)

digits_with_letters = wrong(
    4,
    "digits with letters",
    "Letters and digits stay together in your words, as in x2 or 7th. They are two kinds: a word ends where the kind changes.",
    _by(rf"{ENDINGS}| ?[\p{{L}}\p{{N}}]+| ?[^\s\p{{L}}\p{{N}}]+|{REST}"),
)

no_endings = wrong(
    5,
    "no endings",
    "Your rule takes the apostrophe of it's as one sign and s as a word of its own. Of several alternatives that fit, a pattern takes the "
    "first: the endings must stand before the signs.",
    _by(rf" ?\p{{L}}+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{N}}]+|{REST}"),
)

endings_in_capitals = wrong(
    6,
    "endings in capitals too",
    "You take 'S and 'LL for endings as well. Later tokenizers do; GPT-2's rule knows them in small letters alone.",
    _by(by_hand.WORD_PATTERN, regex.IGNORECASE),
)

all_white_space_at_once = wrong(
    7,
    "all of the white space in one piece",
    "Where several spaces stand before a word you cut them off in one piece, and the word has lost its own. The last one is left: "
    "look ahead before you take it.",
    _by(rf"{ENDINGS}| ?\p{{L}}+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{N}}]+|\s+"),
)

spaces_apart = wrong(
    8,
    "spaces as pieces of their own",
    "Every space is a piece of its own. One space in front belongs to the word; that halves the number of pieces.",
    _by(rf"{ENDINGS}|\p{{L}}+|\p{{N}}+|[^\s\p{{L}}\p{{N}}]+|\s+"),
)

signs_one_by_one = wrong(
    9,
    "signs one by one",
    "You cut signs off one at a time; the three dots of an ellipsis are one word here. As many as follow belong together.",
    _by(rf"{ENDINGS}| ?\p{{L}}+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{N}}]|{REST}"),
)

digits_one_by_one = wrong(
    10,
    "digits one by one",
    "You cut digits off one at a time. Some later tokenizers do; in GPT-2's rule as many as follow belong together.",
    _by(rf"{ENDINGS}| ?\p{{L}}+| ?\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+|{REST}"),
)

all_spaces_before_a_word = wrong(
    11,
    "all spaces before a word",
    "You give a word all the spaces before it. It gets one at most; the others are a piece of their own.",
    _by(rf"{ENDINGS}| *\p{{L}}+| *\p{{N}}+| *[^\s\p{{L}}\p{{N}}]+|{REST}"),
)

any_white_space_before_a_word = wrong(
    12,
    "a line end before a word",
    "You let a word take a line end or a tab in front. Only a space joins a word; `\\s` is more than that.",
    _by(rf"{ENDINGS}|\s?\p{{L}}+|\s?\p{{N}}+|\s?[^\s\p{{L}}\p{{N}}]+|{REST}"),
)

underscore_as_a_letter = wrong(
    13,
    "the underscore taken for a letter",
    "`\\w` takes the underscore for a letter. Here it is a sign like any other.",
    _by(rf"{ENDINGS}| ?[\p{{L}}_]+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{N}}_]+|{REST}"),
)

ascii_digits_only = wrong(
    14,
    "digits 0 to 9 only",
    "½, ² and the digits of other scripts come out as signs. The module `regex` knows any number as `\\p{N}`.",
    _by(rf"{ENDINGS}| ?\p{{L}}+| ?[0-9]+| ?[^\s\p{{L}}0-9]+|{REST}"),
)

signs_dropped = wrong(
    15,
    "signs dropped",
    "Commas, full stops and emoji are gone. They are words too: joined, the words must give the text back.",
    _by(rf"{ENDINGS}| ?\p{{L}}+| ?\p{{N}}+|{REST}"),
)

single_white_space_lost = wrong(
    16,
    "single line ends lost",
    "A single line end before a word has vanished: your rule for white space always leaves the last character to what follows, "
    "and a word takes spaces only. What is left over needs a rule of its own, (6).",
    _by(rf"{ENDINGS}| ?\p{{L}}+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{N}}]+|\s+(?!\S)"),
)

groups_instead_of_matches = wrong(
    17,
    "groups instead of words",
    "`findall` returns what stands in round brackets where a pattern has any, and not the whole match. Write (?:...) for brackets that "
    "are meant for grouping alone.",
    lambda text: regex.findall(rf"({ENDINGS})| ?\p{{L}}+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{N}}]+|{REST}", text),
)

stripped = wrong(
    18,
    "white space at the ends cut off",
    "The white space at the ends of the text is gone. It is part of the text, which must come back whole.",
    lambda text: by_hand.split_words(text.strip()),
)

marks_with_letters = wrong(
    19,
    "marks with their letters",
    "You keep combining marks with their letters, which is better for Hindi, and what later tokenizers do. GPT-2's rule counts them as "
    "signs.",
    _by(rf"{ENDINGS}| ?[\p{{L}}\p{{M}}]+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+|{REST}"),
)

in_small_letters = wrong(
    20,
    "in small letters",
    "Capitals have become small letters. Nothing is changed here: joined, the words are the text.",
    lambda text: by_hand.split_words(text.lower()),
)

an_empty_word = wrong(
    21,
    "an empty word",
    "An empty text has no words, so the list is empty; yours holds an empty string.",
    lambda text: by_hand.split_words(text) or [""],
)

no_space_before_signs = wrong(
    22,
    "no space before signs",
    "Letters and numbers have their space in front, other signs have not: theirs is a piece of its own. Signs likewise, says the rule.",
    _by(rf"{ENDINGS}| ?\p{{L}}+| ?\p{{N}}+|[^\s\p{{L}}\p{{N}}]+|{REST}"),
)


@wrong(
    23,
    "cut at spaces alone",
    "You cut in front of spaces and nowhere else, so signs and digits hang on to their words.",
)
def cut_at_spaces(text):
    return regex.findall(r" ?[^ ]+| +", text)


only_what_re_knows = wrong(
    24,
    "underscores lost",
    "To the module `re` an underscore is part of `\\w`, so your letters leave it out and your signs too: it is lost. The module `regex` has "
    "`\\p{L}` and `\\p{N}` for letters and numbers.",
    _by(rf"{ENDINGS}| ?[^\W\d_]+| ?\d+| ?[^\s\w]+|{REST}"),
)


@wrong(
    25,
    "split at spaces",
    "`split` cuts at every space and throws it away, and signs hang on to their words. The space belongs to the word after it.",
)
def split_at_spaces(text):
    return text.split(" ")


split_at_white_space = wrong(
    26,
    "split at white space",
    "`split` throws all white space away, and signs hang on to their words. The space belongs to the word after it.",
    lambda text: text.split(),
)

white_space_left_out = wrong(
    27,
    "words and signs without their white space",
    "You look for words and signs alone, so the white space between them is lost, and the text cannot be put together again. One space "
    "belongs to the word after it; the rest is a piece of its own.",
    lambda text: regex.findall(r"\w+|[^\w\s]", text),
)

any_word_character = wrong(
    28,
    "any word character for a letter",
    "`\\w` takes in letters, digits and the underscore alike, so x2 stays in one piece. Letters and numbers are two kinds here: `\\p{L}` and "
    "`\\p{N}` in the module `regex`.",
    _by(rf"{ENDINGS}| ?\w+| ?[^\w\s]+|{REST}"),
)

any_word_character_no_endings = wrong(
    29,
    "any word character for a letter, and no endings",
    "`\\w` takes in letters, digits and the underscore alike, so x2 stays in one piece; in the module `regex`, `\\p{L}` is a letter and "
    "`\\p{N}` a number. And the endings, such as 's, are missing: they come first.",
    _by(rf" ?\w+| ?[^\w\s]+|{REST}"),
)

endings_in_round_brackets = wrong(
    30,
    "an ending in round brackets",
    "`findall` returns what stands in round brackets where a pattern has any, here the letters of the ending, and not the whole match. Write "
    "(?:...) for brackets that are meant for grouping alone.",
    lambda text: regex.findall(rf"'(s|t|re|ve|m|ll|d)| ?\p{{L}}+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{N}}]+|{REST}", text),
)


HINTS = (
    "This is work for a regular expression: six alternatives between bars, in the order of the rule, and `regex.findall` does the "
    "rest. Write the first two and look at what comes out.",
    "In the module `regex`, `\\p{L}` is any letter, `\\p{N}` any number, `[^\\s\\p{L}\\p{N}]` any other sign, and ` ?` an optional space. "
    "For (5): `(?!\\S)` looks ahead and demands that no other character follows.",
    "`regex.findall(r\"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ... |\\s+(?!\\S)|\\s+\", text)`, with numbers and other signs where the dots "
    "stand.",
)
