"""The course as pages: how large a lesson is, how soon its first text stands there, and how fast a figure follows a slider.

The pages are those of build/site (``make site`` makes them), opened from the disk with the network off. Beside each stands
nbconvert's page of the same executed notebook, whose figures do not move. Sizes are those of gzip: the page, the frames of all
its figures and its pictures for a light ground (those for a dark one are fetched in their stead); what all pages share is said once. Milliseconds are of this machine.
"""

import gzip
import re
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE, EXECUTED = ROOT / "build" / "site", ROOT / "build" / "executed"
SHARED = ("_static/made.js", "_static/course.js", "_static/course.css", "_static/tex-svg.js")
MEBIBYTE = 2**20

FIRST_TEXT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"

# Every slider of every figure, a step at a time, until enough changes are timed: from the key to the second animation frame
# after the picture of the new value is in the document.
CHANGES = """async (wanted) => {
    const frame = () => new Promise(requestAnimationFrame), times = [];
    await window.coursePrepare();
    for (const place of document.querySelectorAll('[data-frames]')) {
        if (place.courseFigure.veiled) continue;
        for (const slider of place.querySelectorAll('input[type=range]')) {
            for (let i = 0; i < wanted; i++) {
                const step = Number(slider.value) < Number(slider.max) ? 1 : -Number(slider.max);
                const before = place.courseState.painted, began = performance.now();
                slider.value = Number(slider.value) + step;
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                while (place.courseState.painted === before && performance.now() - began < 2000) await frame();
                await frame();
                times.push(performance.now() - began);
                await new Promise((done) => setTimeout(done, 20));
            }
        }
    }
    return times;
}"""


def packed(*paths: Path) -> int:
    """The bytes of files, each as a host would send it."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def pictures(page: Path) -> list[Path]:
    """What a page shows on a light ground, besides figures that live."""
    text = re.sub(r"<noscript>.*?</noscript>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    shown = [tag for tag in re.findall(r"<img\b[^>]*>", text) if "course-dark" not in tag]
    return [page.parent / found[1] for tag in shown if (found := re.search(r'src="(_static/pictures/[^"]+)"', tag))]


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[int(0.95 * (len(times) - 1) + 0.5)]


def still(executed: Path, folder: Path) -> Path:
    """nbconvert's page of a notebook."""
    from nbconvert import HTMLExporter

    path = folder / f"{executed.stem}.html"
    path.write_text(HTMLExporter().from_filename(str(executed))[0], encoding="utf-8")
    return path


def first_text(browser, path: Path) -> float:
    """Milliseconds from asking for a page until its first text is painted: the median of three visits."""
    times = []
    for _ in range(3):
        page = browser.new_page()
        page.goto(path.as_uri(), wait_until="load", timeout=120_000)
        page.wait_for_function(f"{FIRST_TEXT[: -len(' ?? null')]} !== undefined")
        times.append(page.evaluate(FIRST_TEXT))
        page.close()
    return statistics.median(times)


def main() -> None:
    """Measure, and print a line for each lesson."""
    pages = sorted(SITE.glob("[0-9][0-9]_*.html"))
    if not pages:
        print(f"\nThere are no pages in {SITE} to measure: make site.")
        return
    sys.path.insert(0, str(ROOT / "tests" / "browser"))
    from lab import running_browser

    every: list[float] = []
    shared = packed(*(SITE / name for name in SHARED)) / MEBIBYTE
    print(
        f"\nPages of the course, from the disk; beside them nbconvert's, whose figures stand still. All share {shared:.2f} MiB once.\n"
    )
    print(f"{'':26}{'MiB':>7}{'nbconvert':>11}{'first text, ms':>17}{'nbconvert':>11}{'change, p95 ms':>17}")
    with tempfile.TemporaryDirectory() as folder, running_browser(Path(folder) / "browser") as browser:
        browser.set_offline(True)
        for path in pages:
            other = still(EXECUTED / f"{path.stem}.ipynb", Path(folder))
            frames = (SITE / "_static" / "figures").glob(f"{path.stem}-*.js")
            size, size_other = packed(path, *frames, *pictures(path)) / MEBIBYTE, packed(other) / MEBIBYTE
            text, text_other = first_text(browser, path), first_text(browser, other)
            page = browser.new_page()
            page.goto(path.as_uri())
            page.evaluate(CHANGES, 3)
            times = page.evaluate(CHANGES, 6)
            page.close()
            every += times
            change = f"{p95(times):17.0f}" if times else f"{'no slider':>17}"
            print(f"{path.stem:26}{size:7.2f}{size_other:11.2f}{text:17.0f}{text_other:11.0f}{change}", flush=True)
    print(
        f"\n{len(every)} changes: median {statistics.median(every):.0f} ms, p95 {p95(every):.0f} ms (wanted: under 50)"
    )
    print("wanted: a page under 1.5 MiB, its first text under 1000 ms")
