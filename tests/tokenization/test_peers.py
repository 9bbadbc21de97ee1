"""Equal to two production tokenizers: Hugging Face's trainer merge for merge, and tiktoken id for id."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import corpus
from course_lib.tokenization import fast
from course_lib.tokenization.peers import hugging_face_merges, merged_bytes, tiktoken_encoding
from course_lib.tokenization.texts import LANGUAGES, STORY, documentation

TIED = st.text(st.sampled_from("aab é漢.\n"), max_size=80)


def ours(texts, n_merges, tie="huggingface"):
    return merged_bytes(fast.train(texts, n_merges, tie=tie))


@given(TIED)
@settings(deadline=None, max_examples=150)
def test_hugging_face_learns_the_same_from_texts_full_of_ties(text):
    assert ours(text, 30) == hugging_face_merges(text, 30)


@given(st.lists(TIED, min_size=1, max_size=6))
@settings(deadline=None, max_examples=60)
def test_and_from_several(texts):
    assert ours(texts, 30) == hugging_face_merges(texts, 30)


@pytest.mark.parametrize("name", ["story", "languages", "documentation"])
def test_hugging_face_learns_the_same_from_the_texts_of_the_lesson(name):
    texts = {"story": STORY, "languages": list(LANGUAGES.values()), "documentation": documentation().splitlines(True)}
    merges = ours(texts[name], 512)
    assert merges == hugging_face_merges(texts[name], 512)
    assert len(merges) == {"story": 163, "documentation": 512}.get(name, len(merges))


def test_hugging_face_learns_the_same_from_the_whole_corpus():
    lines = [line for part in ("train", "held_out") for line in corpus.text(part).splitlines(keepends=True)]
    merges = ours(lines, 2048)
    assert len(merges) == 2048
    assert merges == hugging_face_merges(lines, 2048)


def test_tiktoken_gives_the_same_ids_on_the_corpus():
    text = corpus.text("held_out")
    merges = fast.train(corpus.text("train"), 512)
    assert tiktoken_encoding(merges).encode(text) == fast.encode(text, merges)


def test_hugging_face_learns_the_same_from_prose_in_lines_and_in_one_piece(prose):
    for texts in (prose.splitlines(keepends=True), prose[:20_000]):
        assert ours(texts, 300) == hugging_face_merges(texts, 300)


def test_on_the_whole_of_your_own_text(own_text):
    lines = own_text.splitlines(keepends=True)
    assert ours(lines, 512) == hugging_face_merges(lines, 512)
    merges = fast.train(own_text, 512)
    assert tiktoken_encoding(merges).encode(own_text) == fast.encode(own_text, merges)


def test_the_rule_for_ties_is_what_makes_the_difference():
    assert ours(STORY, 100, tie="smallest") != hugging_face_merges(STORY, 100)


@given(TIED, st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | TIED)
@settings(deadline=None, max_examples=150)
def test_tiktoken_gives_the_same_ids(learn_from, text):
    merges = fast.train(learn_from, 25)
    encoding = tiktoken_encoding(merges)
    assert encoding.encode(text) == fast.encode(text, merges)
    assert encoding.n_vocab == 256 + len(merges)


def test_tiktoken_gives_the_same_ids_on_prose(prose):
    merges = fast.train(prose, 300)
    encoding = tiktoken_encoding(merges)
    for text in (prose, STORY, *LANGUAGES.values()):
        ids = encoding.encode(text)
        assert ids == fast.encode(text, merges)
        assert encoding.decode(ids) == text
