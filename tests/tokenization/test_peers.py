"""Equal to two production tokenizers: Hugging Face's trainer merge for merge, and tiktoken id for id."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import corpus
from course_lib.tokenization import fast
from course_lib.tokenization.by_hand import encode_with_special, split_words, split_words_by_loops
from course_lib.tokenization.peers import (
    hugging_face_merges,
    hugging_face_tokenizer,
    hugging_face_words,
    merged_bytes,
    tiktoken_encoding,
)
from course_lib.tokenization.texts import LANGUAGES, STORY, documentation

WRITTEN = st.text(
    st.sampled_from("aB é漢ж.,'sll12½_\t\n\u00a0\u0940🌲")
    | st.characters(categories=["Lu", "Ll", "Nd", "Po", "Zs", "Mn"], max_codepoint=0x2FF),
    max_size=60,
)
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


@pytest.mark.parametrize("name", ["story", "languages", "documentation", "corpus"])
def test_hugging_face_cuts_the_texts_of_the_lesson_into_the_same_words(name):
    text = {
        "story": lambda: STORY,
        "languages": lambda: "\n".join(LANGUAGES.values()),
        "documentation": documentation,
        "corpus": lambda: corpus.text("held_out"),
    }[name]()
    words = hugging_face_words(text)
    assert split_words(text) == words
    assert split_words_by_loops(text) == words


@given(WRITTEN)
@settings(deadline=None, max_examples=200)
def test_and_whatever_is_written(text):
    assert split_words(text) == hugging_face_words(text) == split_words_by_loops(text)


@pytest.mark.parametrize("name", ["story", "documentation"])
def test_hugging_face_learns_the_same_inside_words(name):
    text = {"story": STORY, "documentation": documentation()}[name]
    assert ours(split_words(text), 256) == hugging_face_merges(text, 256, words=True)


@given(st.lists(WRITTEN | st.sampled_from(["<|end|>", "<|end|>2", "<|pad|>"]), max_size=6))
@settings(deadline=None, max_examples=100)
def test_both_libraries_give_the_same_ids_with_special_tokens(parts):
    merges = fast.train(split_words(STORY), 100)
    special = {token: 256 + len(merges) + place for place, token in enumerate(["<|end|>", "<|end|>2", "<|pad|>"])}
    text = "".join(parts)
    ids = encode_with_special(text, merges, special)
    assert ids == hugging_face_tokenizer(merges, special).encode(text).ids
    del special["<|end|>2"]  # tiktoken does not say which of two that begin alike it takes
    encoding = tiktoken_encoding(merges, words=True, special=special)
    assert encode_with_special(text, merges, special) == encoding.encode(text, allowed_special="all")


def test_tiktoken_refuses_a_special_token_in_a_text_unless_it_is_told_what_to_do():
    encoding = tiktoken_encoding([(97, 98)], words=True, special={"<|end|>": 257})
    with pytest.raises(ValueError, match=re.escape("disallowed special token '<|end|>'")):
        encoding.encode("ab<|end|>")
    assert encoding.encode("ab<|end|>", disallowed_special=()) == [256, *b"<|end|>"]


def test_hugging_face_numbers_special_tokens_itself():
    with pytest.raises(ValueError, match=r"have the ids \[300\], expected \[257\]"):
        hugging_face_tokenizer([(97, 98)], {"<|end|>": 300})
