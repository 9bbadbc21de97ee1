"""Every term is taught where the glossary says, and is found in a text only where it is meant."""

import re
from pathlib import Path

import pytest

from course_lib.explorer.palette import ROLES
from course_lib.glossary import found_in, glossary

LESSONS = Path(__file__).resolve().parents[1] / "lessons"
EVERY = pytest.mark.parametrize("term", glossary().values(), ids=lambda term: term.slug)


def section(term):
    """A heading and the prose and code under it, up to the next one of any depth."""
    text = (LESSONS / f"{term.lesson.name}.py").read_text(encoding="utf-8")
    parts = re.split(r"^# (#+ .+)$", text, flags=re.MULTILINE)
    found = {parts[i].lstrip("# ").strip(): parts[i + 1] for i in range(1, len(parts) - 1, 2)}
    assert term.section in found, f"lesson {term.lesson.number:02d} has no heading {term.section!r}"
    return f"{term.section} " + re.sub(r"\s*\n# ", " ", found[term.section])


@EVERY
def test_a_term_stands_in_the_section_that_is_said_to_teach_it(term):
    text = section(term)
    assert any(re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text, re.IGNORECASE) for form in term.forms)


@EVERY
def test_a_term_has_a_definition_that_is_short_and_does_not_begin_with_the_term(term):
    assert 20 <= len(term.definition) <= 260
    assert term.definition.endswith(".")
    assert not term.definition.lower().startswith(term.name.lower())
    assert term.role in ("", *ROLES)


def test_no_spelling_belongs_to_two_terms_and_no_two_terms_to_one_address():
    forms = [form.lower() for term in glossary().values() for form in term.forms]
    assert len(set(forms)) == len(forms)
    assert len({term.slug for term in glossary().values()}) == len(glossary())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The query of one token meets the keys of the others.", ["query", "token", "key"]),
        ("Press any key, or choose a value.", []),
        ("Queries, keys and values", ["query", "key", "value"]),
        ("multi-head attention", ["multi-head attention"]),
        ("a self-attention layer", ["self-attention"]),
        ("A softmaxed score", []),
        ("the cross-entropy of the logits", ["cross-entropy", "logit"]),
        ("entropy, and nothing else", ["entropy"]),
        ("It is zero, said the clipped elu.", []),
        ("ZeRO, Adam and SwiGLU; WARM-UP", ["ZeRO", "Adam", "SwiGLU", "warm-up"]),
        ("a patch of ground", []),
        ("an image is cut into patches", ["patch"]),
    ],
)
def test_terms_are_found_where_they_are_meant(text, names):
    assert [term.name for _, _, term in found_in(text)] == names


def test_the_company_of_a_word_may_stand_elsewhere_in_its_paragraph():
    assert [term.name for _, _, term in found_in("its value", "The query asks; its value")] == ["value"]
    assert list(found_in("its value", "It changes its value")) == []


def test_the_places_are_those_of_the_text():
    text = "Then the KV cache."
    ((begin, end, term),) = found_in(text)
    assert (text[begin:end], term.slug) == ("KV cache", "kv-cache")
