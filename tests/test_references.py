"""What is cited anywhere stands in the table of works, once, and every claim rests on some of them."""

import re
from pathlib import Path

from course_lib.claims import claims
from course_lib.references import cited_for, works

ROOT = Path(__file__).resolve().parents[1]
CITING = [
    *ROOT.glob("lessons/*.py"),
    *ROOT.glob("course_lib/**/*.py"),
    *ROOT.glob("benchmarks/*.py"),
    *ROOT.glob("docs/*.md"),
    *(path for path in ROOT.glob("data/*.csv") if path.name != "references.csv"),
]
KNOWN = {work.identifier: work for work in works().values()}


def test_every_identifier_in_lessons_library_and_data_is_that_of_a_work():
    found = {}
    for path in CITING:
        text = path.read_text(encoding="utf-8")
        for identifier in re.findall(r"arXiv:\d{4}\.\d{4,5}|doi:10\.[\d.]+/[\w.()/-]+", text):
            found.setdefault(identifier.rstrip(".)"), path)
    assert len(found) > 70
    assert {identifier: path for identifier, path in found.items() if identifier not in KNOWN} == {}


def test_who_is_named_before_an_identifier_is_its_author():
    """ "Vaswani et al. 2017, *Attention Is All You Need*, arXiv:1706.03762": the first name and the year, give or take a printing."""
    pattern = re.compile(
        r"([A-Z][\w-]+)(?:,? (?:[A-Z][\w-]+,? )*and [A-Z][\w-]+| et al\.)?,? (\d{4})(?:, \*[^*]+\*)?,? (arXiv:\d{4}\.\d{4,5})"
    )
    seen = 0
    for path in CITING:
        text = re.sub(r"\s*\n#? *", " ", path.read_text(encoding="utf-8"))
        for name, year, identifier in pattern.findall(text):
            work = KNOWN[identifier]
            assert name in work.authors, f"{path.name}: {name} {year}, {identifier} is by {work.authors}"
            assert abs(int(year) - work.year) <= 1, f"{path.name}: {name} {year}, {identifier} is of {work.year}"
            seen += 1
    assert seen > 60


def test_every_claim_rests_on_a_work_and_no_work_is_idle():
    assert set(cited_for()) == set(claims())
    assert all(cited_for().values())
    text = "\n".join(path.read_text(encoding="utf-8") for path in CITING)
    claimed = {citation.work.key for citations in cited_for().values() for citation in citations}
    surnames = {work.key: re.match(r"[\w-]+", work.authors)[0] for work in works().values()}
    idle = [
        work.key
        for work in works().values()
        if work.key not in claimed
        and work.identifier.removeprefix("https://") not in text
        and not re.search(rf"{surnames[work.key]}.{{0,40}} {work.year}", text)
    ]
    assert idle == []


def test_a_work_has_an_address_where_its_identifier_is_one():
    assert works()["rumelhart1986"].address == "https://doi.org/10.1038/323533a0"
    assert works()["karpathy2020"].address == "https://github.com/karpathy/micrograd"
    assert works()["gage1994"].address is None
    assert len({work.identifier for work in works().values()}) == len(works())
