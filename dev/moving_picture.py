"""``make picture``: the moving picture of README, photographed from the figure of lesson 04 as a reader would use it.

It writes ``docs/attention.webp`` and, for those who want no motion, ``docs/attention.png``. It needs a Chromium.
"""

import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from course_lib.attention.figures import attention_explorer
from course_lib.explorer.hosts.page import page_html
from course_lib.publish.browser import find_browser, opened

__all__ = ["main", "photographs", "write"]

DOCS = Path(__file__).resolve().parents[1] / "docs"
WIDTH = 920
FIRST, STEP, LAST = 1400, 700, 1800  # milliseconds that a picture stands


def photographs(browser: str, width: int = WIDTH) -> Iterator[bytes]:
    """The figure after each thing that somebody does with it, as PNG: the steps, the tokens, the mask, the temperature."""
    with tempfile.TemporaryDirectory() as folder, opened(browser) as running:
        path = Path(folder) / "figure.html"
        path.write_text(page_html("Attention", [("", attention_explorer())]), encoding="utf-8")
        page = running.new_page(
            viewport={"width": width + 40, "height": 1200}, reduced_motion="reduce", color_scheme="light"
        )
        page.goto(path.as_uri())
        page.wait_for_function("() => document.querySelector('.course-place')?.courseState?.painted")
        page.wait_for_timeout(1500)  # the figure tries how much room its highest picture takes
        figure = page.locator(".course-figure")

        def taken() -> bytes:
            page.wait_for_timeout(150)
            return figure.screenshot()

        yield taken()
        for step in range(5):
            page.locator(".course-steps input").nth(step).check(force=True)
            yield taken()
        page.locator(".course-steps input").nth(3).check(force=True)
        map_ = page.locator(".course-heatmap[tabindex], .course-heatmap [tabindex]").first
        map_.focus()
        for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown"):
            map_.press(key)
            page.evaluate("() => document.activeElement.style.setProperty('outline', 'none')")
            yield taken()
        page.locator("select").nth(1).select_option(index=1)
        yield taken()
        page.locator("select").nth(1).select_option(index=0)
        slider = page.locator("input[type=range]").first
        for key in ["ArrowLeft"] * 3 + ["ArrowRight"] * 6 + ["ArrowLeft"] * 3:
            slider.press(key)
            yield taken()


def write(pictures: Sequence[bytes], folder: Path) -> tuple[Path, Path]:
    """The moving picture and its first frame, as files.

    Raises:
        ValueError: the pictures are not all of one size, or fewer than two.
    """
    frames = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in pictures]
    sizes = {frame.size for frame in frames}
    if len(frames) < 2 or len(sizes) != 1:
        raise ValueError(f"a moving picture needs two frames or more of one size, not {len(frames)} of {sorted(sizes)}")
    still, moving = folder / "attention.png", folder / "attention.webp"
    frames[0].save(still, optimize=True)
    times = [FIRST, *[STEP] * (len(frames) - 2), LAST]
    frames[0].save(moving, save_all=True, append_images=frames[1:], duration=times, loop=0, lossless=True, method=6)
    return moving, still


def main() -> int:
    """Photograph and write; 2 without a browser."""
    browser = find_browser()
    if browser is None:
        print("there is no chromium or google-chrome on the path, which the picture is taken with", file=sys.stderr)
        return 2
    for path in write(list(photographs(browser)), DOCS):
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
