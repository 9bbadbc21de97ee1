"""A grammar of templates: choices are drawn, counted in nats, and leave the sentence's ground truth behind.

A template is words and slots between spaces. What each part of it means:

    roamed            the word itself
    <colour>          a fresh choice among the slot's options, each a template again, perhaps an empty one
    <colour:x>        a choice kept under the label x for the rest of the sentence, different from those of other labels
    <cover.0>         column 0 of a row of a table: all columns of one sentence come from the same row
    <Cover.0>         with a capital: the row is kept for the whole episode
    A, A.he, A.his    a person of the story: the name, or the pronoun that fits

and the marks that may follow each of them (after an expansion of several words they go to the last):

    @c   is the thing c; a later @c refers back to it          #spy   has this sense
    !k   decides later words marked ?k                         ?k     is decided by the latest !k before it
"""

import math
import random
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from course_lib.corpus.lexicon import PART_OF_SPEECH
from course_lib.corpus.sentence import Sentence

__all__ = ["Chooser", "derive"]

PART = re.compile(r"(?P<base><[^>]+>|[^@#!?\s]+)(?P<marks>(?:[@#!?]\w+)*)$")
SLOT = re.compile(r"<(?P<name>\w+)(?::(?P<label>\w+))?(?:\.(?P<column>\d))?>$")
PERSON = re.compile(r"(?P<who>[A-C])(?:\.(?P<form>he|his|him))?$")
PRONOUNS = {"f": {"he": "she", "his": "her", "him": "her"}, "m": {"he": "he", "his": "his", "him": "him"}}


class Chooser:
    """Draws evenly from options and adds up -ln p; the same sequence for the same seed on every platform.

    An option that is listed twice is twice as likely.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.nats = 0.0

    def choose(self, options: Sequence[Any]) -> Any:
        """One of the options."""
        chosen = options[int(self.rng.random() * len(options))]
        self.nats += math.log(len(options) / options.count(chosen))
        return chosen


@cache  # a template is parsed once, however often it is written
def _parse(template: str) -> tuple:
    """Template -> its parts: (kind, what, marks)."""
    parts = []
    for piece in template.split():
        match = PART.match(piece)
        if match is None:
            raise ValueError(f"cannot read {piece!r} in the template {template!r}")
        base, marks = match["base"], tuple((mark[0], mark[1:]) for mark in re.findall(r"[@#!?]\w+", match["marks"]))
        if base.startswith("<"):
            slot = SLOT.match(base)
            if slot is None:
                raise ValueError(f"cannot read the slot {base!r} in the template {template!r}")
            column = None if slot["column"] is None else int(slot["column"])
            parts.append(("slot", (slot["name"], slot["label"] or "", column), marks))
        elif person := PERSON.match(base):
            parts.append(("person", (person["who"], person["form"]), marks))
        else:
            parts.append(("word", base, marks))
    return tuple(parts)


def _expand(
    template: str, slots: Mapping, people: Mapping, kept: dict, local: dict, chooser: Chooser, out: list
) -> None:
    for kind, what, marks in _parse(template):
        start = len(out)
        if kind == "word":
            out.append((what, []))
        elif kind == "person":
            who, form = what
            name, gender = people[who]
            out.append((PRONOUNS[gender][form] if form else name, [("@", who)]))
        else:
            name, label, column = what
            if name[0].isupper() or label or column is not None:
                bound = kept if name[0].isupper() else local
                if (name, label) not in bound:
                    taken = [value for (other, _), value in bound.items() if other == name]
                    bound[name, label] = chooser.choose([row for row in slots[name.lower()] if row not in taken])
                chosen = bound[name, label]
            else:
                chosen = chooser.choose(slots[name])
            _expand(chosen if column is None else chosen[column], slots, people, kept, local, chooser, out)
        if marks and len(out) > start:
            out[-1] = (out[-1][0], [*out[-1][1], *marks])


def derive(
    templates: Sequence[str],
    slots: Mapping,
    people: Mapping,
    kept: dict,
    rng: random.Random,
    story: int = 0,
    nats: float = 0.0,
) -> Sentence:
    """Choose a template and write it out as a sentence with its ground truth.

    Args:
        templates: the ways to say it, equally likely.
        slots: name -> options, each a template, or a row of templates where the slot is a table.
        people: letter -> (name, "f" or "m").
        kept: the choices that hold for the whole episode; new ones are added, so pass a copy if the sentence may not stay.
        rng: where the choices come from.
        story: the story's number, noted in the sentence.
        nats: the information in what was chosen before the sentence and is counted with it.
    Raises:
        ValueError: a template cannot be read, or decides a word by nothing.
        KeyError: a slot, a person or a word is not known.

    >>> slots = {"colour": ("red", "blue")}
    >>> sentence = derive(["a <colour> door was open ."], slots, {}, {}, random.Random(1))
    >>> sentence.text, sentence.heads, round(sentence.nats, 3)
    ('a blue door was open.', (-1, 2, -1, -1, -1, -1), 0.693)
    """
    chooser, out = Chooser(rng), []
    _expand(chooser.choose(templates), slots, people, kept, {}, chooser, out)
    tokens = [word for word, _ in out]
    for i, word in enumerate(tokens[:-1]):
        if word == "a" and tokens[i + 1][0] in "aeiouE":
            tokens[i] = "an"
    n = len(tokens)
    senses, entities, referents, cues = [""] * n, [""] * n, [-1] * n, [-1] * n
    mentioned, decided = {}, {}
    for i, (_, marks) in enumerate(out):
        for sign, key in sorted(marks, key=lambda mark: mark[0] == "!"):  # a word never decides itself
            if sign == "#":
                senses[i] = key
            elif sign == "@":
                entities[i], referents[i] = key, mentioned.get(key, -1)
                mentioned[key] = i
            elif sign == "!":
                decided[key] = i
            elif key not in decided:
                raise ValueError(f"nothing decides {tokens[i]!r} (?{key}) in {' '.join(tokens)!r}")
            else:
                cues[i] = decided[key]
    pos = tuple(PART_OF_SPEECH[word] for word in tokens)
    return Sentence(
        tuple(tokens),
        pos,
        tuple(senses),
        tuple(referents),
        tuple(cues),
        _heads(pos),
        tuple(entities),
        story,
        nats + chooser.nats,
    )


def _heads(pos: Sequence[str]) -> tuple[int, ...]:
    """The noun that each adjective stands before, other adjectives between them allowed."""
    heads, noun = [-1] * len(pos), -1
    for i in reversed(range(len(pos))):
        if pos[i] == "NOUN":
            noun = i
        elif pos[i] == "ADJ":
            heads[i] = noun
        else:
            noun = -1
    return tuple(heads)
