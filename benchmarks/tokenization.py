"""How long it takes to learn 512 merges: fast.train against by_hand.train, and against Hugging Face's trainer in Rust.

The text is the one that the environment variable COURSE_TEXT names (tiny Shakespeare, say), else NumPy's documentation:
both have about a million bytes. Against Hugging Face the text goes in line by line, since its trainer is made for short
pieces and would be quadratic in one long one. The merges are compared before anything is timed.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from course_lib.timing import median_seconds, peak_bytes
from course_lib.tokenization import by_hand, fast, peers
from course_lib.tokenization.texts import documentation

MERGES = 512
WANTED = 20.0  # times as fast as the plain version


def once(call: Callable[[], object]) -> tuple[float, object]:
    """Seconds of one call, which is enough for one of minutes, and what it returned."""
    started = time.perf_counter()
    found = call()
    return time.perf_counter() - started, found


def main() -> None:
    """Measure, and print one line for each claim."""
    name = os.environ.get("COURSE_TEXT")
    text = Path(name).read_text(encoding="utf-8") if name else documentation()
    size, lines = len(text.encode()), text.splitlines(keepends=True)
    source = Path(name).name if name else "NumPy's documentation"
    print(f"\n{MERGES} merges on {source}, {size:,} bytes; the plain version takes minutes\n", flush=True)
    plain, slowly = once(lambda: by_hand.train(text, MERGES))
    quickly = fast.train(text, MERGES)
    quick = median_seconds(lambda: fast.train(text, MERGES), repeats=3)
    theirs = peers.hugging_face_merges(lines, MERGES)
    ours = peers.merged_bytes(fast.train(lines, MERGES, tie="huggingface"))
    rust = median_seconds(lambda: peers.hugging_face_merges(lines, MERGES), repeats=3)
    by_lines = median_seconds(lambda: fast.train(lines, MERGES, tie="huggingface"), repeats=3)
    met = "met" if plain / quick >= WANTED else "NOT MET"
    print(f"{'by_hand.train':34}{plain:8.2f} s")
    print(f"{'fast.train':34}{quick:8.2f} s   {plain / quick:6.1f} x faster, wanted {WANTED:g}: {met}")
    print(f"{'Hugging Face (Rust), in lines':34}{rust:8.2f} s")
    print(f"{'fast.train, in lines':34}{by_lines:8.2f} s   {by_lines / rust:6.2f} of Hugging Face's time")
    print(f"the same merges: by_hand and fast {slowly == quickly}, Hugging Face and fast {theirs == ours}")
    merges = quickly
    encoding = peers.tiktoken_encoding(merges)
    encoded, ids = once(lambda: fast.encode(text, merges))
    by_peer, their_ids = once(lambda: encoding.encode(text))
    print(
        f"{'fast.encode':34}{encoded:8.2f} s   {encoded / by_peer:6.1f} of tiktoken's time; the same ids: {ids == their_ids}"
    )
    halves = [peak_bytes(lambda n=n: fast.train(text[:n], MERGES)) / n for n in (len(text) // 2, len(text))]
    print(f"memory of fast.train: {halves[0]:.0f} bytes for each of half the text, {halves[1]:.0f} of all of it")
