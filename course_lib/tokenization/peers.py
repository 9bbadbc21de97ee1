"""Two production tokenizers to be compared with: one trained on the same text, one built from our own merges."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from course_lib.tokenization.by_hand import WORD_PATTERN, Pair, vocabulary
from course_lib.tokenization.fast import byte_symbols

__all__ = [
    "hugging_face_merges",
    "hugging_face_tokenizer",
    "hugging_face_words",
    "merged_bytes",
    "tiktoken_encoding",
]


def merged_bytes(merges: Sequence[Pair]) -> list[tuple[bytes, bytes]]:
    """The merges as pairs of byte strings, which mean the same whoever numbers the ids.

    >>> merged_bytes([(97, 98), (256, 99)])
    [(b'a', b'b'), (b'ab', b'c')]
    """
    pieces = vocabulary(merges)
    return [(pieces[left], pieces[right]) for left, right in merges]


def hugging_face_words(text: str) -> list[str]:
    """The words into which the ByteLevel pre-tokenizer of Hugging Face tokenizers cuts a text, by GPT-2's rule.

    >>> hugging_face_words("a naïve fox")
    ['a', ' naïve', ' fox']
    """
    from tokenizers import pre_tokenizers

    byte = {symbol: value for value, symbol in enumerate(byte_symbols())}
    cut = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True).pre_tokenize_str(text)
    return [bytes(map(byte.__getitem__, word)).decode("utf-8") for word, _ in cut]


def hugging_face_merges(texts: str | Sequence[str], n_merges: int, words: bool = False) -> list[tuple[bytes, bytes]]:
    """The merges that the BPE trainer of Hugging Face tokenizers (Rust) learns from the same texts.

    All 256 bytes are in its alphabet, and it stops where no pair occurs twice.

    Args:
        words: cut the texts into words first, by GPT-2's rule.

    >>> hugging_face_merges("abab ab", 2)
    [(b'a', b'b')]
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=words)
    trainer = trainers.BpeTrainer(
        vocab_size=256 + n_merges, min_frequency=2, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([texts] if isinstance(texts, str) else texts, trainer)
    byte = {symbol: bytes([value]) for value, symbol in enumerate(byte_symbols())}
    learned = json.loads(tokenizer.to_str())["model"]["merges"]
    return [tuple(b"".join(map(byte.__getitem__, part)) for part in pair) for pair in learned]


def hugging_face_tokenizer(merges: Sequence[Pair], special: Mapping[str, int]) -> Any:
    """A ``tokenizers.Tokenizer`` with our merges, which cuts texts into words by GPT-2's rule and knows special tokens.

    Raises:
        ValueError: a special token's id is not the next free one; the library numbers them itself.

    >>> hugging_face_tokenizer([(97, 98)], {"<|end|>": 257}).encode("ab<|end|>ab").ids
    [256, 257, 256]
    """
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

    expected = list(range(256 + len(merges), 256 + len(merges) + len(special)))
    if list(special.values()) != expected:
        raise ValueError(f"special tokens have the ids {list(special.values())}, expected {expected}, in order.")
    symbols = byte_symbols()
    shown = ["".join(symbols[byte] for byte in piece) for piece in vocabulary(merges)]
    pairs = [(shown[left], shown[right]) for left, right in merges]
    tokenizer = Tokenizer(models.BPE({token: number for number, token in enumerate(shown)}, pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in special])
    return tokenizer


def tiktoken_encoding(merges: Sequence[Pair], words: bool = False, special: Mapping[str, int] | None = None) -> Any:
    """A ``tiktoken.Encoding`` with our merges as its ranks, which needs no network.

    Args:
        words: cut texts into words first, by GPT-2's rule; else a text is one piece.
        special: special tokens and their ids.

    >>> tiktoken_encoding([(97, 98), (256, 98)]).encode("abba")
    [257, 97]
    """
    import tiktoken

    ranks = {piece: rank for rank, piece in enumerate(vocabulary(merges))}
    pattern = WORD_PATTERN if words else r"(?s:.+)"
    return tiktoken.Encoding("course", pat_str=pattern, mergeable_ranks=ranks, special_tokens=dict(special or {}))
