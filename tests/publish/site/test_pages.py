"""The course as a folder of pages: from files, with the network off, figures alive, formulas drawn, terms that speak."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.explorer.palette import ROLES
from course_lib.glossary import glossary
from course_lib.practice.catalogue import find_exercise
from course_lib.publish import site
from course_lib.publish.browser import find_browser
from course_lib.publish.site.pages import library_modules
from course_lib.references import works
from course_lib.syllabus import lesson_of
from tests.publish.site.links import broken

ROOT = Path(__file__).resolve().parents[3]


def test_a_lesson_of_which_nothing_has_changed_is_not_run_again(checkout, executed):
    ran = []
    again = site.execute_all(checkout, checkout / "build" / "executed", tell=ran.append)
    assert (again, ran) == (executed, [])
    path = checkout / "notebooks" / "02_embedding.ipynb"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"Embedding", b"Embeddings"))
    site.execute_all(checkout, checkout / "build" / "executed", tell=ran.append)
    assert ran == ["02_embedding was run"]
    path.write_bytes(before)
    site.execute_all(checkout, checkout / "build" / "executed")


def test_frames_lie_in_files_of_their_own(pages):
    files = sorted((pages / "_static" / "figures").iterdir())
    names = []
    for frames in files:
        text = frames.read_text(encoding="utf-8")
        place, packed = json.loads(f"[{text.removeprefix('courseFigure(').strip().removesuffix(');')}]")
        assert frames.stem == place
        assert place.startswith("04_attention-figure-")
        names.append(packed["spec"]["name"])
    assert sorted(names) == ["attention.attention", "attention.temperature"]
    page = (pages / "04_attention.html").read_text(encoding="utf-8")
    assert "application/json" not in page
    assert all(f'data-frames="_static/figures/{frames.name}"' in page for frames in files)


def test_every_link_and_every_address_on_a_page_leads_somewhere(pages):
    missing = broken(pages)
    # This checkout has two lessons of seventeen, one exercise and one module.
    assert [each for each in missing if not re.match(r"#?(\.\./)?\d\d_\w+\.(html|ipynb)", each[1])] == []
    # The glossary names sections of the real lessons; that all are there is seen on the whole site.
    own = [each for each in missing if each[1].startswith(("04_attention", "02_embedding.html"))]
    assert {page for page, _ in own} == {"glossary.html"}


def test_claims_have_their_measurement_and_their_works(pages):
    claims = (pages / "claims.html").read_text(encoding="utf-8")
    assert claims.count(">measured: ") == 78
    table = claims.partition('id="where-to-check-them"')[2]
    assert table.count("<tr") == 79
    assert 'href="references.html#vaswani2017"' in table


def test_works_have_their_identifier_and_who_cites_them(pages):
    page = (pages / "references.html").read_text(encoding="utf-8")
    assert all(f'id="{key}"' in page for key in works())
    assert "https://arxiv.org/abs/1706.03762" in page
    assert 'href="claims.html"' in page.partition('id="vaswani2017"')[2][:1500]


def test_known_mistakes_have_an_anchor_a_reason_and_their_code(pages):
    page = (pages / "mistakes" / "attention.softmax.html").read_text(encoding="utf-8")
    exercise = find_exercise("attention.softmax")
    assert page.count("<details>") == len(exercise.wrong)
    assert 'id="m-attention-softmax-3"' in page
    assert "no shift, so exp overflows" in page
    assert page.count("<h2>") == len(exercise.wrong)


def test_an_exercise_has_its_hints_to_unfold_and_no_answer(pages):
    page = (pages / "04_attention.html").read_text(encoding="utf-8")
    assert [f"<summary>Hint {i}</summary>" in page for i in (1, 2, 3, 4)] == [True, True, True, False]
    assert page.index("Hint 1") < page.index("Hint 2") < page.index("Hint 3")
    assert 'href="mistakes/attention.softmax.html"' in page
    assert "make lab ARGS=04" in page


def test_the_first_use_of_a_term_in_a_section_leads_to_the_glossary(pages):
    page = (pages / "04_attention.html").read_text(encoding="utf-8")
    section = page.partition('id="ask-and-answer"')[2]
    linked = re.findall(r'href="glossary\.html#([^"]+)"[^>]*><span class="course-term[^"]*">([^<]+)<', section)
    assert [text for _, text in linked] == ["token", "query", "key", "value", "score", "softmax"]
    anchors = (pages / "glossary.html").read_text(encoding="utf-8")
    assert all(f'id="{anchor}"' in anchors for anchor, _ in linked)
    assert anchors.count("<dt") == len(glossary())


def test_the_library_is_shown_with_shapes_and_examples_and_without_answers(pages):
    page = (pages / "library" / "attention.html").read_text(encoding="utf-8")
    assert 'id="course_lib.attention.by_hand.softmax"' in page
    assert "&gt;&gt;&gt; " in page
    modules = library_modules()
    assert {"course_lib.attention.in_torch", "course_lib.explorer.figure", "course_lib.glossary"} < set(modules)
    assert not [name for name in modules if ".exercises" in name or ".commands" in name]


def test_the_list_of_lessons_says_how_long_each_takes(pages):
    rows = re.findall(r"<tr.*?</tr>", (pages / "index.html").read_text(encoding="utf-8"), re.DOTALL)
    row = next(row for row in rows if "04_attention.html" in row)
    assert re.findall(r"<p>(\d+)</p>", row) == ["04", "90", "5"]


def test_without_mathjax_it_is_said_what_to_do(tmp_path):
    with pytest.raises(site.NotBuilt, match="npm ci"):
        site.site_source(tmp_path, {}, "", tmp_path / "out")


@pytest.mark.browser
def test_from_a_file_with_the_network_off_figures_live_and_terms_speak(pages):
    if not find_browser():
        pytest.skip("there is no chromium or google-chrome on the path")
    done = subprocess.run([sys.executable, "-m", "tests.publish.site.looking", str(pages / "04_attention.html")],
                          cwd=ROOT, capture_output=True, text=True, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    query = glossary()["query"]
    assert found == {
        **{"figures": 2, "alive": 2, "formulas": 1, "errors": [], "requests": [], "moved": True, "axe": []},
        **{"tip": query.definition, "described": "course-tip", "after Escape": None},
        **{"lit by the word": "query", "outlined": True, "lit by the figure": "weight", "marked in the text": True},
        **{"table": True, "wider than 320": 0, "found": True, "errors of the search": []},
        "weight in the dark": ROLES["weight"][1].lower(),
    }


@pytest.mark.browser
def test_lessons_are_printed_with_their_figures_and_bound_into_one(pages):
    if not find_browser():
        pytest.skip("there is no chromium or google-chrome on the path")
    script = (
        "import sys; from pathlib import Path; from course_lib.publish.site.printing import print_lessons;"
        "from course_lib.syllabus import lesson_of;"
        "print_lessons(Path(sys.argv[1]), [lesson_of('04'), lesson_of('02')], sys.argv[2])"
    )
    subprocess.run([sys.executable, "-c", script, str(pages), find_browser()], check=True, timeout=120)
    from pypdf import PdfReader

    one, whole = (PdfReader(pages / "print" / f"{name}.pdf") for name in ("04_attention", "course"))
    text = "\n".join(page.extract_text() for page in one.pages)
    assert "04 · Attention" in text
    assert "verdant" in text, "the figure's words, which are drawn when it is alive"
    assert "Hint 1" not in text
    assert [item.title for item in whole.outline] == [
        f"{lesson_of(n).number:02d} {lesson_of(n).title}" for n in ("04", "02")
    ]
    assert len(whole.pages) == len(one.pages) + 1
