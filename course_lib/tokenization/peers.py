"""Two production tokenizers to be compared with: one trained on the same text, one built from our own merges."""

import json
from collections.abc import Sequence
from typing import Any

from course_lib.tokenization.by_hand import Pair, vocabulary
from course_lib.tokenization.fast import byte_symbols

__all__ = ["hugging_face_merges", "merged_bytes", "tiktoken_encoding"]


def merged_bytes(merges: Sequence[Pair]) -> list[tuple[bytes, bytes]]:
    """The merges as pairs of byte strings, which mean the same whoever numbers the ids.

    >>> merged_bytes([(97, 98), (256, 99)])
    [(b'a', b'b'), (b'ab', b'c')]
    """
    pieces = vocabulary(merges)
    return [(pieces[left], pieces[right]) for left, right in merges]


def hugging_face_merges(texts: str | Sequence[str], n_merges: int) -> list[tuple[bytes, bytes]]:
    """The merges that the BPE trainer of Hugging Face tokenizers (Rust) learns from the same texts.

    All 256 bytes are in its alphabet, it does not cut texts into words, and it stops where no pair occurs twice.

    >>> hugging_face_merges("abab ab", 2)
    [(b'a', b'b')]
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trainer = trainers.BpeTrainer(
        vocab_size=256 + n_merges, min_frequency=2, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([texts] if isinstance(texts, str) else texts, trainer)
    byte = {symbol: bytes([value]) for value, symbol in enumerate(byte_symbols())}
    learned = json.loads(tokenizer.to_str())["model"]["merges"]
    return [tuple(b"".join(map(byte.__getitem__, part)) for part in pair) for pair in learned]


def tiktoken_encoding(merges: Sequence[Pair]) -> Any:
    """A ``tiktoken.Encoding`` with our merges as its ranks. It takes a text as one piece and needs no network.

    >>> tiktoken_encoding([(97, 98), (256, 98)]).encode("abba")
    [257, 97]
    """
    import tiktoken

    ranks = {piece: rank for rank, piece in enumerate(vocabulary(merges))}
    return tiktoken.Encoding("course", pat_str=r"(?s:.+)", mergeable_ranks=ranks, special_tokens={})
