"""The two small languages: rules by hand, alignments, and no sentence in both parts."""

import pytest

from course_lib.corpus import parallel_corpus, translate
from course_lib.corpus.parallel import ADJECTIVES, ARTICLE, GLOSS, NOUNS, PLACES, VERBS

PARTS = ("train", "held_out")
TOKA = {lumi: toka for _, lumi, toka in (*NOUNS, *ADJECTIVES, *VERBS, *PLACES)}


def test_a_sentence_translated_by_hand():
    source = "le bano sirel vapi le tolu mede ne le karo ja le palo tera le filo ."
    target = "kurun niti mivu po wosak dalek hemu sen ziri kadik loku ."
    assert " ".join(translate(source.split())) == target


@pytest.mark.parametrize(
    "source", ["", "le", "le sirel vapi", "sirel vapi le mede .", "le sirel le mede vapi .", "le sirel vapi le mede . .", "le sirel bano vapi le mede ."]
)  # fmt: skip
def test_what_is_no_sentence_is_refused_with_where(source):
    with pytest.raises(ValueError, match=r"expected|end of the sentence"):
        translate(source.split())


@pytest.mark.parametrize("part", PARTS)
def test_alignments_pair_every_word_but_articles_once_and_reproduce_the_translation(part):
    reordered = 0
    for pair in parallel_corpus(part):
        content = [i for i, word in enumerate(pair.source) if word != ARTICLE]
        assert [i for i, _ in pair.alignment] == content
        assert sorted(j for _, j in pair.alignment) == list(range(len(pair.target)))
        assert translate(pair.source) == pair.target
        for i, j in pair.alignment:
            toka = TOKA.get(pair.source[i])
            assert toka is None or pair.target[j] in (toka, toka + "k")
            assert pair.gloss[j] == GLOSS[pair.source[i]]
        reordered += [j for _, j in pair.alignment] != sorted(j for _, j in pair.alignment)
    assert reordered == len(parallel_corpus(part)), "the verb goes to the end, so the order always changes"


def test_the_order_of_words_is_that_of_the_two_languages():
    for pair in parallel_corpus("held_out"):
        to = dict(pair.alignment)
        kinds = {word: kind for kind, rows in (("n", NOUNS), ("a", ADJECTIVES), ("v", VERBS)) for _, word, _ in rows}
        for i, word in enumerate(pair.source):
            if kinds.get(word) == "a":
                noun = next(k for k in range(i, len(pair.source)) if kinds.get(pair.source[k]) == "n")
                assert to[noun] < to[i]
                assert pair.target[to[i]].endswith("k") == pair.target[to[noun]].endswith("k")
            if kinds.get(word) == "v":
                assert pair.target[to[i] + 1] in ("sen", ".")


def test_the_parts_share_no_sentence_and_no_sentence_comes_twice():
    train, held_out = ([pair.source for pair in parallel_corpus(part)] for part in PARTS)
    assert (len(train), len(held_out)) == (4000, 400)
    assert len(set(train)) == 4000
    assert len({pair.target for pair in parallel_corpus("train")}) == 4000
    assert not set(train) & set(held_out)
    assert {word for source in held_out for word in source} <= {word for source in train for word in source}


def test_the_two_vocabularies_have_the_full_stop_in_common_and_no_form_twice():
    lumi = [word for word in GLOSS if word != "."]
    toka = [form for word in TOKA.values() for form in (word, word + "k")]
    assert not set(lumi) & set(toka)
    assert len(set(toka)) == len(toka)


def test_it_is_deterministic_and_other_seeds_differ():
    assert parallel_corpus("train", 5) == parallel_corpus("train")[:5]
    assert parallel_corpus("train", 5, seed=8) != parallel_corpus("train", 5)
    assert parallel_corpus("train", 0) == ()
    with pytest.raises(ValueError, match="train, held_out"):
        parallel_corpus("test")
