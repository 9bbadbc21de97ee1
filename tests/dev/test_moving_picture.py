"""The moving picture of README shows a figure that is used, and is written whole."""

import io
import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from course_lib.publish.browser import find_browser
from dev.moving_picture import write

ROOT = Path(__file__).resolve().parents[2]


def png(color, size=(40, 30)):
    """A picture of one colour, as a browser would hand it out."""
    data = io.BytesIO()
    Image.new("RGB", size, color).save(data, "PNG")
    return data.getvalue()


def test_frames_are_written_in_their_order_without_loss(tmp_path):
    moving, still = write([png("red"), png("lime"), png("blue")], tmp_path)
    with Image.open(moving) as opened:
        assert opened.n_frames == 3
        colors = []
        for i in range(3):
            opened.seek(i)
            colors.append(opened.convert("RGB").getpixel((5, 5)))
    assert colors == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert Image.open(still).convert("RGB").getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("pictures", [[png("red")], [png("red"), png("blue", (40, 31))]])
def test_one_frame_or_frames_of_two_sizes_are_refused(pictures, tmp_path):
    with pytest.raises(ValueError, match="of one size"):
        write(pictures, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.browser
def test_the_figure_is_photographed_after_each_change():
    if not find_browser():
        pytest.skip("there is no chromium or google-chrome on the path")
    script = (
        "import hashlib, io, json; from PIL import Image; from dev.moving_picture import photographs;"
        "from course_lib.publish.browser import find_browser;"
        "taken = list(photographs(find_browser()));"
        "print(json.dumps([[hashlib.sha256(each).hexdigest(), Image.open(io.BytesIO(each)).size] for each in taken]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert len(found) > 20
    assert len({tuple(size) for _, size in found}) == 1
    changed = [before[0] != after[0] for before, after in itertools.pairwise(found)]
    assert sum(changed) > 0.9 * len(changed)


def test_readme_shows_the_pictures_that_there_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("attention.webp", "attention.png"):
        assert f"docs/{name}" in readme
        assert (ROOT / "docs" / name).stat().st_size < 1_000_000
