"""The claims of the articles: the table is whole, a claim needs evidence, and each lesson tests exactly its own."""

import ast
import html
import re
from pathlib import Path

import pytest

from course_lib.claims import ClaimNotConfirmed, Finding, claim, claim_table, claims
from course_lib.syllabus import LESSONS, lesson_of

LESSON_FILES = sorted((Path(__file__).resolve().parents[1] / "lessons").glob("*.py"))


def test_the_ids_run_from_c01_to_c78_without_a_gap():
    assert list(claims()) == [f"C{number:02d}" for number in range(1, 79)]
    assert all(listed.id == key for key, listed in claims().items())


def test_every_claim_has_an_article_a_lesson_and_its_words():
    numbers = {lesson.number for lesson in LESSONS}
    for listed in claims().values():
        assert 0 <= listed.article <= 4, listed.id
        assert listed.lesson in numbers, listed.id
        assert all(text and text == text.strip() for text in (listed.text, listed.how)), listed.id


@pytest.mark.parametrize("listed", claims().values(), ids=claims())
def test_a_verdict_is_one_of_three_and_all_but_a_true_one_says_what_is_so(listed):
    assert listed.verdict in ("true", "qualified", "false")
    if listed.verdict == "true":
        assert listed.nuance == ""
    else:
        assert re.fullmatch(r"\S.{30,220}\.", listed.nuance), "a sentence for the learner"
        assert listed.nuance[:1].isupper() or listed.nuance.startswith("np.")
        assert listed.nuance.lower().rstrip(".") not in (listed.how.lower(), listed.text.lower())


@pytest.mark.parametrize("claim_id", ["C17", "C18", "C35", "C62", "C73"])
def test_what_is_plainly_wrong_is_called_false(claim_id):
    assert claims()[claim_id].verdict == "false"


@pytest.mark.parametrize("claim_id", ["C16", "C18", "C55"])
def test_the_card_shows_the_nuance_and_not_the_notes_of_the_author(claim_id):
    finding = claim(claim_id, {"so": True})
    for shown in (repr(finding), html.unescape(finding._repr_html_())):
        assert finding.claim.nuance in shown
        assert finding.claim.how not in shown
    assert finding.title == f"{finding.claim.verdict.upper()} · claim {claim_id}"


def test_no_claim_is_made_twice():
    texts = [listed.text for listed in claims().values()]
    assert len(set(texts)) == len(texts)


def called(path):
    """The ids that a lesson gives to claim(...), in order, written out as they must be."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "claim"]
    for call in calls:
        assert isinstance(call.args[0], ast.Constant), f"{path.name}:{call.lineno}: the id stands in the call itself"
    return [call.args[0].value for call in calls]


@pytest.mark.parametrize("path", LESSON_FILES, ids=lambda path: path.stem)
def test_a_lesson_tests_exactly_the_claims_that_the_table_gives_it(path):
    number = lesson_of(path.stem).number
    assert sorted(called(path)) == [listed.id for listed in claims().values() if listed.lesson == number]


def test_there_are_lessons_to_look_at():
    assert LESSON_FILES


@pytest.mark.parametrize("strict", ["0", "1"])
def test_a_confirmed_claim_is_shown_with_its_evidence(monkeypatch, strict):
    monkeypatch.setenv("COURSE_STRICT", strict)
    finding = claim("C50", {"the weights sum to 1": True, "the smallest is 0.1": True})
    assert finding.confirmed
    title, text, *measured = repr(finding).splitlines()
    assert title.endswith("TRUE · claim C50")
    assert claims()["C50"].text in text
    assert [line.partition(": ")[::2] for line in measured] == [
        ("  measured", "the weights sum to 1"),
        ("  measured", "the smallest is 0.1"),
    ]
    for words in ("not confirmed", "not so"):
        assert words not in finding._repr_html_()


def edge(finding):
    """The colour of the card's edge."""
    return re.search(r"border-left:6px solid (var\([^;]*\))", finding._repr_html_())[1]


def test_where_a_measurement_is_not_as_stated_the_card_says_so():
    finding = claim("C50", {"the weights sum to 1": True, "the smallest is 0.1": False})
    assert not finding.confirmed
    title, _, *measured = repr(finding).splitlines()
    assert title.endswith("TRUE · not confirmed here · claim C50")
    assert measured == ["  measured: the weights sum to 1", "  NOT SO: the smallest is 0.1"]
    assert "not confirmed here" in finding._repr_html_()
    assert finding._repr_html_().count("not so:") == 1
    assert edge(finding) != edge(claim("C50", {"the smallest is 0.1": True})), "and its edge has another colour"


def test_the_card_of_a_true_claim_is_not_that_of_a_false_one():
    cards = {listed.verdict: claim(listed.id, {"so": True}) for listed in claims().values()}
    assert {verdict: card.kind for verdict, card in cards.items()} == {verdict: verdict for verdict in cards}
    assert len({edge(card) for card in cards.values()}) == 3


def test_under_strict_rules_it_is_an_error_that_holds_the_card(monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    with pytest.raises(ClaimNotConfirmed, match=r"(?s)TRUE · not confirmed here · claim C50.*the smallest is 0\.1"):
        claim("C50", {"the smallest is 0.1": False})


def test_a_table_says_of_each_claim_what_its_card_says():
    found = claim("C16", {"by √64: 0.98": True}), claim("C73", {"0 < 1": True}), claim("C50", {"sum 1": False})
    table = claim_table(*found)
    shown = html.unescape(table._repr_html_())
    for finding in found:
        said = finding.claim
        assert all(words in shown for words in (said.id, said.verdict, said.text, said.nuance, *finding.evidence))
        assert repr(finding) in repr(table)
        assert said.how not in shown
    assert "0 &lt; 1" in table._repr_html_()
    assert shown.count("not so:") == shown.count("not confirmed here") == 1


@pytest.mark.parametrize("claim_id", ["C79", "C00", "c50", "", "50"])
def test_an_unknown_claim_is_told_how_far_they_run(claim_id):
    with pytest.raises(LookupError, match=rf"no claim '{claim_id}'; they run from C01 to C78"):
        claim(claim_id, {"so": True})


def test_a_claim_without_evidence_is_refused():
    with pytest.raises(ValueError, match="claim C50 needs evidence"):
        claim("C50", {})


def test_evidence_may_be_numpy_truth():
    import numpy as np

    finding = claim("C50", {"yes": np.True_, "no": np.bool_(False)})
    assert list(finding.evidence.values()) == [True, False]
    assert all(type(so) is bool for so in finding.evidence.values())


def test_words_are_escaped_on_the_card():
    shown = Finding(claims()["C50"], {"0 < <b>p</b> & q": True})._repr_html_()
    assert "0 &lt; &lt;b&gt;p&lt;/b&gt; &amp; q" in shown
    assert "<b>" not in shown
