"""Opens a page of the site from its file, with the network off, and says what is alive: ``python -m tests.publish.site.looking PAGE``.

A process of its own, for the reason of ``tests.notebooks.reading``.
"""

import json
import sys
import tempfile
from pathlib import Path

from tests.browser.lab import running_browser

COUNT = """() => ({
    figures: document.querySelectorAll('[data-frames]').length,
    alive: [...document.querySelectorAll('[data-frames]')].filter((place) => place.courseState?.painted).length,
    formulas: document.querySelectorAll('mjx-container').length,
})"""
WEIGHT = "() => getComputedStyle(document.documentElement).getPropertyValue('--course-weight').trim()"
TIP = "() => { const tip = document.getElementById('course-tip'); return tip.hidden ? null : tip.textContent; }"
LIT = "() => document.body.dataset.lit ?? null"
OUTLINED = """() => [...document.querySelectorAll('.course-panel [class*="course-role-query"], .course-panel[data-role=query]')]
    .some((node) => { const style = getComputedStyle(node); return style.filter !== 'none' || style.outlineStyle === 'solid'; })"""
MARKED = "() => { document.body.dataset.lit = 'query'; return getComputedStyle(document.querySelector('article .course-of-query')).backgroundColor !== 'rgba(0, 0, 0, 0)'; }"
AXE = Path(__file__).resolve().parents[3] / "node_modules/axe-core/axe.min.js"


#: WCAG 2.2 AA, and of axe-core's own advice what the course promises: headings in order, landmarks, a way past the navigation.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}


def axe(page, scheme: str) -> list[str]:
    """Findings of axe-core on the whole page, the theme's own parts too: the rule, and the first place."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.add_script_tag(path=str(AXE))
    return page.evaluate(
        "async (rules) => (await axe.run(document, rules)).violations.map(({ id, nodes }) => `${id}: ${nodes[0].target}`)",
        RULES,
    )


def _terms(page) -> dict:
    """A word and the figures beside it: what it says, what it lights, and what lights it."""
    page.add_style_tag(content="* { scroll-behavior: auto !important; }")
    link = page.locator("#ask-and-answer a:has(> .course-of-query)").first
    link.scroll_into_view_if_needed()
    link.hover()
    found = {
        "tip": page.evaluate(TIP),
        "described": link.get_attribute("aria-describedby"),
        "lit by the word": page.evaluate(LIT),
    }
    found["outlined"] = page.evaluate(OUTLINED)
    page.keyboard.press("Escape")
    found["after Escape"] = page.evaluate(TIP)
    page.locator(".course-arc:not([display=none])").first.dispatch_event("pointerover")
    found["lit by the figure"] = page.evaluate(LIT)
    found["marked in the text"] = page.evaluate(MARKED)
    page.keyboard.press("Escape")
    return found


def _table(page) -> bool:
    """Whether a figure shows its numbers as a table."""
    figure = page.locator("[data-frames]").first
    figure.locator("summary").click()
    figure.get_by_role("button", name="table").click()
    return figure.locator(".course-table td").count() > 0


def _search(page, folder: Path, word: str) -> list[str]:
    """The titles that the site's own search finds for a word."""
    page.goto(f"{(folder / 'search.html').as_uri()}?q={word}")
    page.wait_for_function("() => /Search finished|did not match/.test(document.body.innerText)", timeout=20000)
    return page.locator("#search-results li a").all_inner_texts()


def look(path: Path) -> dict:
    """What there is on the page, what was asked of others, and whether a slider moves the picture."""
    with tempfile.TemporaryDirectory() as folder, running_browser(Path(folder)) as browser:
        browser.set_offline(True)
        page, errors, requests = browser.new_page(), [], []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda one: requests.append(one.url) if one.url.startswith("http") else None)
        page.goto(path.as_uri())
        page.wait_for_function("() => document.querySelector('mjx-container')", timeout=20000)
        page.evaluate("() => document.querySelector('[data-frames]').scrollIntoView()")
        page.wait_for_function("() => document.querySelector('[data-frames]').courseState?.painted", timeout=20000)
        before = page.inner_html("[data-frames]")
        page.locator("[data-frames] input[type=range]").first.press("ArrowRight")
        page.wait_for_timeout(600)
        moved = page.inner_html("[data-frames]") != before
        found = _terms(page) | {"table": _table(page)}
        found |= page.evaluate(COUNT)
        # axe-core asks for style sheets, which files may not
        found |= {"errors": list(errors), "requests": list(requests), "moved": moved}
        found["axe"] = [*axe(page, "light"), *axe(page, "dark")]
        found["weight in the dark"] = page.evaluate(WEIGHT)
        page.set_viewport_size({"width": 320, "height": 700})
        found["wider than 320"] = page.evaluate("() => Math.max(0, document.documentElement.scrollWidth - 320)")
        errors.clear()
        found["found"] = "Glossary" in _search(page, path.parent, "softmax")
        found["errors of the search"] = list(errors)
        return found


if __name__ == "__main__":
    print(json.dumps(look(Path(sys.argv[1]))))  # noqa: T201
