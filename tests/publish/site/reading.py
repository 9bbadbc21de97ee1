"""Opens every page of a site, with the network off, in both themes and on a narrow screen: ``python -m tests.publish.site.reading FOLDER``."""

import json
import sys
import tempfile
from pathlib import Path

from tests.browser.lab import running_browser
from tests.publish.site.looking import COUNT, axe


def read(folder: Path) -> dict[str, dict]:
    """What is found on each page, by its address."""
    found = {}
    with tempfile.TemporaryDirectory() as profile, running_browser(Path(profile)) as browser:
        browser.set_offline(True)
        for path in sorted(folder.rglob("*.html")):
            page, errors, requests = browser.new_page(), [], []
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            page.on("console", lambda said, errors=errors: errors.append(said.text) if said.type == "error" else None)
            page.on(
                "request", lambda one, asked=requests: asked.append(one.url) if one.url.startswith("http") else None
            )
            page.goto(path.as_uri())
            if page.locator("[data-frames]").count():
                page.evaluate("() => window.coursePrepare()")
            each = page.evaluate(COUNT) | {"errors": list(errors), "requests": list(requests)}
            each["axe"] = sorted({*axe(page, "light"), *axe(page, "dark")})
            page.set_viewport_size({"width": 320, "height": 700})
            each["wider than 320"] = page.evaluate("() => Math.max(0, document.documentElement.scrollWidth - 320)")
            page.close()
            found[path.relative_to(folder).as_posix()] = each
    return found


if __name__ == "__main__":
    print(json.dumps(read(Path(sys.argv[1]).resolve())))  # noqa: T201
