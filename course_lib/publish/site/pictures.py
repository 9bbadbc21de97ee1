"""Pictures that a notebook holds as text, as files beside the pages: smaller, and fetched when they come near the screen."""

import base64
import hashlib
import io
import re
from pathlib import Path

from PIL import Image

__all__ = ["in_files"]

_DATA = re.compile(r'<img\b([^>]*?)\bsrc="data:image/png;base64,([^"]+)"([^>]*)>')
_WIDTH = re.compile(r'\bwidth="(\d+)"')
#: A drawing is kept without loss. What is larger then holds photographs, of which nobody sees the loss.
_LARGE = 100_000


def in_files(text: str, folder: Path, address: str) -> str:
    """HTML whose pictures are files.

    Args:
        text: HTML.
        folder: where the files are written; its name and theirs, which are those of their contents, make the addresses.
        address: the folder's address as the page sees it.
    """

    def moved(found: re.Match[str]) -> str:
        with Image.open(io.BytesIO(base64.b64decode(found[2]))) as opened:
            packed, (width, height) = _packed(opened), opened.size
        name = f"{hashlib.sha256(packed).hexdigest()[:16]}.webp"
        (folder / name).write_bytes(packed)
        before, after = found[1], found[3]
        shown = _WIDTH.search(before + after)
        size = f' height="{round(int(shown[1]) * height / width)}"' if shown else f' width="{width}" height="{height}"'
        return f'<img{before}src="{address}/{name}" loading="lazy" decoding="async"{size}{after}>'

    return _DATA.sub(moved, text)


def _packed(picture: Image.Image) -> bytes:
    exact = io.BytesIO()
    picture.save(exact, "WEBP", lossless=True, method=6)
    if exact.tell() <= _LARGE:
        return exact.getvalue()
    near = io.BytesIO()
    picture.save(near, "WEBP", quality=90, method=6)
    return min(exact.getvalue(), near.getvalue(), key=len)
