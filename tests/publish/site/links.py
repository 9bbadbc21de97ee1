"""What the pages of a folder link to that is not there."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["broken"]


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids: set[str] = set()
        self.asked: list[str] = []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids |= {found[name] for name in ("id", "name") if found.get(name)}
        self.asked += [found[name] for name in ("href", "src", "data-frames") if found.get(name)]


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def broken(folder: Path) -> list[tuple[str, str]]:
    """Links and addresses that name a file or a place on a page that there is not: (page, what it names)."""
    pages = {path.resolve(): _read(path) for path in folder.rglob("*.html")}
    found = []
    for path, page in pages.items():
        for target in page.asked:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            named = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = named.exists()
            if there and parts.fragment and named in pages:
                there = unquote(parts.fragment) in pages[named].ids
            if not there:
                found.append((path.relative_to(folder.resolve()).as_posix(), target))
    return found
