"""Opens a page of the site from its file, with the network off, and says what is alive: ``python -m tests.publish.looking PAGE``.

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
AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"


def _axe(page, scheme: str) -> list[str]:
    """Serious and critical findings of axe-core on the whole page, the theme's own parts too."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.add_script_tag(path=str(AXE))
    return page.evaluate(
        """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
            .filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id)"""
    )


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
        found = {
            **page.evaluate(COUNT),
            "errors": list(errors),  # axe-core asks for style sheets, which files may not
            "requests": list(requests),
            "moved": page.inner_html("[data-frames]") != before,
        }
        found["axe"] = [*_axe(page, "light"), *_axe(page, "dark")]
        return found | {"weight in the dark": page.evaluate(WEIGHT)}


if __name__ == "__main__":
    print(json.dumps(look(Path(sys.argv[1]))))  # noqa: T201
