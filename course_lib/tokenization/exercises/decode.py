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
    library=("tiktoken.decode",),
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


HINTS = (
    "What does id 256 stand for? The two ids of `merges[0]`, and each of these for bytes. Build a list of bytes for all ids, "
    "in order.",
    "`pieces = [bytes([i]) for i in range(256)]`, and for each `(left, right)` in `merges` append "
    "`pieces[left] + pieces[right]`.",
    '`b"".join(pieces[i] for i in ids)` joins the bytes; decode them once, with `errors="replace"`.',
)
