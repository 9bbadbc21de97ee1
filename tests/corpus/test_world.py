"""The world keeps its promises: senses, adjectives, mentions, agreement, sums, opposites, all checked from outside the grammar."""

import math
from collections import Counter, defaultdict

import pytest

from course_lib.corpus import analogies, opposites, senses_of, sentences, vocabulary
from course_lib.corpus.episodes import EPISODES
from course_lib.corpus.world import NAMES, NUMBERS, SLOTS, TABLES

BOTH = (*sentences("train"), *sentences("held_out"))
COLUMNS = ("pos", "senses", "referents", "cues", "heads", "entities")
SINGULAR = {row[0] for row in TABLES["thing"]}
PLURAL = {row[1] for row in TABLES["thing"]}


def found(word, part):
    """(sentence, index) of each occurrence in a part."""
    return [(one, i) for one in sentences(part) for i, token in enumerate(one.words) if token == word]


def guess_accuracy(observations):
    """How often the most frequent label of each observation is right."""
    table = defaultdict(Counter)
    for observed, label in observations:
        table[observed][label] += 1
    return sum(max(counts.values()) for counts in table.values()) / sum(sum(c.values()) for c in table.values())


def test_annotations_line_up_and_point_back():
    for one in BOTH:
        assert {len(getattr(one, column)) for column in COLUMNS} == {len(one.words)}
        assert all(-1 <= j < i for column in (one.referents, one.cues) for i, j in enumerate(column))
        assert one.words.index(".") == len(one.words) - 1
        assert one.nats >= 0


def test_stories_are_numbered_in_order_and_have_a_beginning_and_an_end():
    for part in ("train", "held_out"):
        numbers = [one.story for one in sentences(part)]
        assert numbers == sorted(numbers)
        sizes = Counter(numbers)
        assert set(sizes) == set(range(len(sizes)))
        assert min(sizes.values()) >= 6


def test_nothing_that_the_world_has_is_never_told():
    told = {word for one in BOTH for word in one.words}
    bases = [w for o in SLOTS.values() for x in o for t in ([x] if isinstance(x, str) else x) for w in t.split()]
    plain = {
        word.split("?")[0].split("!")[0].split("@")[0] for word in bases if not word.startswith(("<", "A", "B", "C"))
    }
    assert plain - told == set()
    assert {name for names in NAMES.values() for name in names} <= told


@pytest.mark.parametrize(("word", "least"), [("mole", 500), ("tower", 400)])
def test_every_sense_is_frequent_and_decided_by_an_earlier_word(word, least):
    cues = defaultdict(set)
    for part in ("train", "held_out"):
        counts = Counter()
        for one, i in found(word, part):
            assert one.senses[i] in senses_of(word)
            assert 0 <= one.cues[i] < i
            cues[one.senses[i]].add(one.words[one.cues[i]])
            counts[one.senses[i]] += 1
        assert min(counts.values()) >= (least if part == "train" else least / 20)
    assert set(cues) == set(senses_of(word))
    for sense, own in cues.items():
        assert len(own) >= 4
        assert not any(own & other for name, other in cues.items() if name != sense), sense


@pytest.mark.parametrize("word", ["mole", "tower"])
def test_the_sense_is_needed_by_a_later_word_that_no_other_sense_has(word):
    later = defaultdict(set)
    for one, i in (*found(word, "train"), *found(word, "held_out")):
        own = [one.words[j] for j in range(i + 1, len(one.words)) if one.cues[j] == i]
        assert own, one.text
        later[one.senses[i]].update(own)
    for sense, own in later.items():
        shared = [w for w in own if sum(w in other for other in later.values()) > 1]
        assert len(shared) <= len(own) / 3, (sense, shared)


def test_no_other_word_has_a_sense():
    assert {word for one in BOTH for word, sense in zip(one.words, one.senses, strict=True) if sense} == {
        "mole",
        "tower",
    }


def test_neither_the_position_of_mole_nor_its_left_neighbour_tells_the_sense():
    occurrences = found("mole", "train")
    assert guess_accuracy((i, one.senses[i]) for one, i in occurrences) < 0.35
    assert guess_accuracy((one.words[i - 1], one.senses[i]) for one, i in occurrences) < 0.35
    neighbours = defaultdict(set)
    for one, i in occurrences:
        neighbours[one.words[i - 1]].add(one.senses[i])
    assert all(len(senses) == 4 for senses in neighbours.values())


def test_the_cue_stands_at_many_distances_from_mole():
    distances = Counter(i - one.cues[i] for one, i in found("mole", "train"))
    assert len(distances) >= 8
    assert max(distances.values()) < 0.4 * sum(distances.values())


@pytest.mark.parametrize("word", ["mole", "tower"])
def test_a_bag_of_the_words_before_it_tells_the_sense(word):
    """Naive Bayes, trained on one part and tested on the other; the word alone says nothing."""
    senses = senses_of(word)
    counts, prior = {sense: Counter() for sense in senses}, Counter()
    for one, i in found(word, "train"):
        counts[one.senses[i]].update(set(one.words[:i]))
        prior[one.senses[i]] += 1
    test = found(word, "held_out")

    def score(sense, bag):
        return math.log(prior[sense]) + sum(math.log((counts[sense][w] + 0.1) / (prior[sense] + 0.2)) for w in bag)

    right = sum(max(senses, key=lambda s: score(s, set(one.words[:i]))) == one.senses[i] for one, i in test)
    assert right / len(test) > 0.97
    assert max(prior.values()) / sum(prior.values()) < 1.25 / len(senses)


def test_adjectives_belong_to_the_noun_after_them():
    distances = Counter()
    for one in BOTH:
        for i, head in enumerate(one.heads):
            if head >= 0:
                assert (one.pos[i], one.pos[head]) == ("ADJ", "NOUN")
                assert set(one.pos[i:head]) == {"ADJ"}
                distances[head - i] += 1
    assert distances[1] > 1000
    assert distances[2] > 500


@pytest.mark.parametrize("table", ["cover", "land", "substance"])
def test_a_later_word_depends_on_an_earlier_one_it_does_not_touch(table):
    goes_with = dict(TABLES[table])
    seen = Counter()
    for one in BOTH:
        for i, cue in enumerate(one.cues):
            if cue >= 0 and one.words[cue] in goes_with:
                assert one.words[i] == goes_with[one.words[cue]]
                seen[one.words[i]] += 1
    assert set(seen) == set(goes_with.values())
    assert min(seen.values()) > 15


def test_the_one_of_a_colour_is_the_creature_of_that_colour_and_has_its_covering():
    covering = dict(TABLES["cover"])
    seen = 0
    for one in BOTH:
        if {"met", "one", "its"} <= set(one.words) and "mole" not in one.words:
            i, its = one.words.index("one"), one.words.index("its")
            creature = one.referents[i]
            colour = next(j for j in range(creature) if one.heads[j] == creature and one.words[j] == one.words[i - 1])
            assert one.words[its + 1] == covering[one.words[colour - 1]]
            assert one.entities[its] == one.entities[i] == one.entities[creature]
            seen += 1
    assert seen > 100


def test_a_second_mention_is_the_same_and_a_pronoun_fits():
    gender = {name: g for g, names in NAMES.items() for name in names}
    again = pronouns = 0
    for one in BOTH:
        for i, j in enumerate(one.referents):
            if j < 0:
                continue
            assert one.entities[i] == one.entities[j] != ""
            first = i
            while one.referents[first] >= 0:
                first = one.referents[first]
            if one.pos[i] == "NAME":
                chain = {one.words[i], one.words[first]} - {"he", "she", "his", "her", "him"}
                assert len(chain) == 1
                again += 1
            elif one.words[i] in ("he", "his", "him", "she", "her") and one.words[first] in gender:
                assert gender[one.words[first]] == ("f" if one.words[i] in ("she", "her") else "m")
                pronouns += 1
    assert again > 500
    assert pronouns > 500


def test_every_pronoun_of_a_person_has_somebody_before_it_in_the_story():
    alive, story = set(), None
    for one in sentences("train"):
        if one.story != story:
            alive, story = set(), one.story
        for word, entity in zip(one.words, one.entities, strict=True):
            if word in ("he", "she", "his", "her", "him"):
                assert entity in alive
            elif entity:
                alive.add(entity)


def test_the_verb_agrees_over_a_distance():
    seen, against = Counter(), 0
    for one in BOTH:
        for i, word in enumerate(one.words):
            if word in ("was", "were") and one.referents[i] >= 0 and one.entities[i] in ("s", "p"):
                subject = one.words[one.referents[i]]
                assert subject in (SINGULAR if word == "was" else PLURAL)
                nearest = next(
                    (w for w in reversed(one.words[one.referents[i] + 1 : i]) if w in SINGULAR | PLURAL), None
                )
                against += nearest is not None and (nearest in SINGULAR) != (word == "was")
                seen[word] += 1
    assert min(seen["was"], seen["were"]) > 200
    assert against > 300, "a noun of the other number stands between subject and verb"


def test_counting_adds_up():
    value = {word: number for number, word in enumerate(NUMBERS, 2)}
    seen, running, story = Counter(), [], None
    for one in BOTH:
        if one.story != story:
            running, story = [], one.story
        numbers = [value[w] for w in one.words if w in value]
        if "all" in one.words:
            assert numbers[-3] + numbers[-2] == numbers[-1], one.text
            seen["in all"] += 1
        elif one.words[:2] == ("of", "the") and "took" in one.words:
            assert numbers[0] == numbers[1] + numbers[2], one.text
            seen["taken away"] += 1
        elif "more" in one.words and len(numbers) == 2 and ("gave" in one.words or "put" in one.words):
            running = numbers
        elif running and (one.words[:2] == ("now", one.words[1]) or "counted" in one.words):
            assert numbers == [sum(running)], one.text
            running = []
            seen["over two sentences"] += 1
    assert min(seen.values()) > 40
    assert len(seen) == 3


def test_pairs_are_marked_and_known():
    known = vocabulary()
    for pairs in (analogies(), opposites()):
        assert all(pair.first in known and pair.second in known and pair.first != pair.second for pair in pairs)
        assert len({(p.first, p.second) for p in pairs}) == len(pairs)
        for relation in {p.relation for p in pairs}:
            marks = [p.held_out for p in pairs if p.relation == relation]
            assert sum(marks) >= 3
            assert len(marks) - sum(marks) >= 6
    assert {p.relation for p in analogies()} == {"gender", "young", "plural"}
    assert len({frozenset((p.first, p.second)) for p in opposites()}) == len(opposites()) == 15


def test_a_held_out_pair_is_told_as_often_as_the_others():
    frequency = Counter(word for one in sentences("train") for word in one.words)
    assert min(frequency[w] for p in (*analogies(), *opposites()) for w in (p.first, p.second)) >= 20


def test_every_kind_of_episode_is_told():
    assert {f"mole_{sense}" for sense in senses_of("mole")} <= set(EPISODES)
    assert len(EPISODES) == 13
