"""The pages on paper: each lesson as a PDF, and all of them as one with an outline, printed by a browser.

It needs what the tests need: playwright and a Chromium.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from course_lib.publish.browser import opened
from course_lib.syllabus import Lesson

__all__ = ["print_lessons"]

#: A4 without its margins is 688 pixels wide; a little smaller, and a figure has the width that it has on a screen.
_SCALE = 0.8
_MARGINS = {"top": "16mm", "bottom": "16mm", "left": "14mm", "right": "14mm"}
_FOOT = '<div style="font-size:8px;width:100%;text-align:center;color:#555"><span class="title"></span> · <span class="pageNumber"></span></div>'


def print_lessons(
    site: Path,
    lessons: Sequence[Lesson],
    browser: str,
    tell: Callable[[str], None] = lambda line: None,
) -> Path:
    """Write ``print/NAME.pdf`` for each lesson and ``print/course.pdf`` for all of them.

    Args:
        site: the folder of pages.
        lessons: those to print, in order.
        browser: the path of a Chromium.
        tell: is given a line for each.
    Returns:
        The path of the whole.
    Raises:
        playwright.sync_api.Error: a page does not open, or its figures do not come to life within a minute.
    """
    from pypdf import PdfWriter

    folder = site / "print"
    folder.mkdir(exist_ok=True)
    whole = PdfWriter()
    with opened(browser) as running:
        page = running.new_page(
            viewport={"width": int(688 / _SCALE), "height": 1200}, color_scheme="light", reduced_motion="reduce"
        )
        page.set_default_timeout(60_000)
        for lesson in lessons:
            page.goto((site / f"{lesson.name}.html").as_uri())
            page.emulate_media(media="print", color_scheme="light")  # what is drawn now is as wide as on the paper
            page.evaluate("() => window.coursePrepare()")
            page.wait_for_timeout(300)
            path = folder / f"{lesson.name}.pdf"
            page.pdf(path=path, format="A4", scale=_SCALE, margin=_MARGINS, print_background=True, tagged=True,
                     display_header_footer=True, header_template="<span></span>", footer_template=_FOOT)  # fmt: skip
            whole.append(path, outline_item=f"{lesson.number:02d} {lesson.title}")
            tell(f"{path} was printed")
    path = folder / "course.pdf"
    whole.add_metadata({"/Title": "Transformers, taken apart"})
    whole.write(path)
    return path
