"""tokenization.decode: ids become the text again."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.tokenization import by_hand
from course_lib.tokenization.exercises.inputs import words

ASKED = Asked(
    "Given a list `ids` and the list `merges`, return the text. An id below 256 is a byte; the id 256 + i stands "
    "for the two ids of the i-th merge. Bytes that do not form a complete character become �, which "
    '`.decode("utf-8", errors="replace")` does.',
    reference=by_hand.decode,
    points=2,
    minutes=8,
    difficulty=2,
    library=("tiktoken.Encoding.decode",),
)


def cases(rng: np.random.Generator) -> list[Case]:
    text = words(rng, 40, "abcd") + "é漢🌲" * 3
    merges = by_hand.train(text, 12)
    ids = by_hand.encode(words(rng, 15, "abcd"), merges)
    nested = [(97, 98), (256, 97), (257, 256), (258, 258)]
    return [
        Case((ids, merges)),
        Case(([259, 99, *rng.integers(256, 260, 3).tolist()], nested), "a merge of merges of merges"),
        Case((list("né 漢".encode()), []), "characters of several bytes, spread over several ids"),
        Case((by_hand.encode("a漢b🌲é", merges[:4]), merges), "ids that end inside a character"),
        Case(([100, 0xE6, 0xBC, 97], []), "a character that is never completed: it becomes �"),
        Case(([0xBC, *ids], merges), "a byte that begins no character"),
        Case(([110, 256, 257, 98], [(195, 169), (256, 32)]), "tokens that hold a whole character of several bytes"),
        Case(
            ([226, 256, 97, 256, 33], [(130, 172)]), "a character that a byte and a merge share, and half a character"
        ),
        Case(([256, 97, 98, 257], [(32, 32), (256, 10)]), "white space at both ends"),
        Case(([0, 127, 255, 65], []), "the first byte and the last"),
        Case(([257, 256], [(97, 98), (256, 256)]), "a pair of two equal halves"),
        Case(([258, 33], [(97, 98), (99, 100), (257, 97)]), "a merge inside a merge"),
        Case(([72], []), "a single byte"),
        Case(([], merges), "no ids: an empty text"),
    ]


@right
def decode_by_expanding(ids: list[int], merges: list) -> str:
    stack, data = list(ids)[::-1], bytearray()
    while stack:
        token = stack.pop()
        if token < 256:
            data.append(token)
        else:
            stack.extend(reversed(merges[token - 256]))
    return data.decode("utf-8", errors="replace")


@right
def decode_by_recursion(ids: list[int], merges: list) -> str:
    def expand(token: int) -> bytes:
        return bytes([token]) if token < 256 else b"".join(map(expand, merges[token - 256]))

    return b"".join(map(expand, ids)).decode("utf-8", "replace")


@wrong(
    1,
    "decodes token by token",
    "You turn each token into text and join the texts. A character of several bytes can be spread over several "
    "tokens, and then none of them is a character. Join the bytes first, and decode once.",
)
def decode_token_by_token(ids: list[int], merges: list) -> str:
    pieces = by_hand.vocabulary(merges)
    return "".join(pieces[token].decode("utf-8", errors="replace") for token in ids)


@wrong(
    2,
    "raises on an incomplete character",
    'Right for whole texts. But a model may stop in the middle of a character, and `.decode("utf-8")` raises there. '
    'Let it put a � in that place: `errors="replace"`.',
)
def decode_strictly(ids: list[int], merges: list) -> str:
    return by_hand.decode_bytes(ids, merges).decode("utf-8")


@wrong(
    3,
    "leaves incomplete characters out",
    "Bytes that form no character disappear without a trace. They are to become �, so that one sees that something "
    "is missing.",
)
def decode_leaving_out(ids: list[int], merges: list) -> str:
    return by_hand.decode_bytes(ids, merges).decode("utf-8", errors="ignore")


@wrong(
    4,
    "each byte as a character",
    "You turn each byte into a character of its own, with `chr` or as Latin-1. Right for plain English; é has two "
    "bytes and becomes two wrong characters. The bytes are UTF-8.",
)
def decode_as_latin(ids: list[int], merges: list) -> str:
    return "".join(map(chr, by_hand.decode_bytes(ids, merges)))


@wrong(
    5,
    "puts spaces between tokens",
    "You have put spaces between the tokens. The spaces of the text are bytes like all others, and part of the tokens.",
)
def decode_with_spaces(ids: list[int], merges: list) -> str:
    pieces = by_hand.vocabulary(merges)
    return b" ".join(pieces[token] for token in ids).decode("utf-8", errors="replace")


@wrong(
    6,
    "halves of a pair exchanged",
    "The two halves of your merged tokens have changed places: the bytes of the left id come first.",
)
def decode_reversed(ids: list[int], merges: list) -> str:
    pieces = [bytes([byte]) for byte in range(256)]
    for first, second in merges:
        pieces.append(pieces[second] + pieces[first])
    return b"".join(pieces[token] for token in ids).decode("utf-8", errors="replace")


@wrong(
    7,
    "as ASCII",
    "You decode as ASCII, which knows the bytes below 128 only, so that é becomes ��. The bytes are UTF-8.",
)
def decode_as_ascii(ids: list[int], merges: list) -> str:
    return by_hand.decode_bytes(ids, merges).decode("ascii", errors="replace")


@wrong(
    8,
    "merges undone one level deep",
    "You replace an id by its two halves and stop there. A half can be a merge itself, and is no byte: undo that one too.",
)
def decode_one_level(ids: list[int], merges: list) -> str:
    halves = [half for token in ids for half in ([token] if token < 256 else merges[token - 256])]
    return bytes(halves).decode("utf-8", errors="replace")


@wrong(
    9,
    "bytes instead of a text",
    "These are the right bytes. Asked for is the text that they spell: decode them, once, at the end.",
)
def decode_to_bytes(ids: list[int], merges: list) -> bytes:
    return by_hand.decode_bytes(ids, merges)


@wrong(
    10,
    "the id for its place in merges",
    "You look up an id in `merges` at its own number. The id 256 stands at place 0 of that list, the id 257 at place 1.",
)
def decode_at_its_own_number(ids: list[int], merges: list) -> str:
    halves = [half for token in ids for half in ([token] if token < 256 else merges[token])]
    return bytes(halves).decode("utf-8", errors="replace")


@wrong(
    11,
    "each token on its own, strictly",
    "You decode each token by itself, and the first that holds a part of a character raises UnicodeDecodeError. Join the bytes "
    "first, and decode once.",
)
def decode_each_strictly(ids: list[int], merges: list) -> str:
    pieces = by_hand.vocabulary(merges)
    return "".join(pieces[token].decode("utf-8") for token in ids)


@wrong(
    12,
    "back to front",
    "The text comes out from its end to its beginning. A stack gives back first what was put on it last: put the ids on it in "
    "reverse.",
)
def decode_back_to_front(ids: list[int], merges: list) -> str:
    return by_hand.decode_bytes(ids, merges)[::-1].decode("utf-8", errors="replace")


@wrong(
    13,
    "white space at the ends cut off",
    "You cut off the white space at the ends. It belongs to the text, and every byte of it must come back.",
)
def decode_stripped(ids: list[int], merges: list) -> str:
    return by_hand.decode(ids, merges).strip()


@wrong(
    14,
    "merged tokens left out",
    "Ids from 256 on are missing from your text. Each stands for two others: look them up in `merges`.",
)
def decode_bytes_alone(ids: list[int], merges: list) -> str:
    return bytes(token for token in ids if token < 256).decode("utf-8", errors="replace")


@wrong(
    15,
    "only the first token",
    "Your text ends after the first token. A `return` inside a loop ends the function in its first round: set it to the left, "
    "below the loop.",
)
def decode_the_first(ids: list[int], merges: list) -> str:
    return by_hand.decode(ids[:1], merges)


@wrong(
    16,
    "256 taken for a byte",
    "You treat 256 as a byte. Bytes are 0 to 255; 256 is the first merge.",
)
def decode_256_as_a_byte(ids: list[int], merges: list) -> str:
    def expand(token: int) -> bytes:
        return bytes([token]) if token <= 256 else b"".join(map(expand, merges[token - 256]))

    return b"".join(map(expand, ids)).decode("utf-8", "replace")


HINTS = (
    "What does id 256 stand for? The two ids of `merges[0]`, and each of these for bytes. Build a list of bytes for all ids, "
    "in order.",
    "`pieces = [bytes([i]) for i in range(256)]`, and for each `(left, right)` in `merges` append "
    "`pieces[left] + pieces[right]`.",
    '`b"".join(pieces[i] for i in ids)` joins the bytes; decode them once, with `errors="replace"`.',
)
