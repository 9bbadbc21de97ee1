"""What a colour means is one table; it can be read in both themes, and told apart by every kind of colour vision."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from course_lib.explorer import palette
from course_lib.explorer.palette import PLAIN, ROLES, SERIES, SERIES_DARK, css, role, role_of
from course_lib.explorer.sheet import contrast

ROOT = Path(__file__).parents[2]
STYLES = (
    "course_lib/explorer/page/figure.css",
    "course_lib/explorer/page/page.css",
    "course_lib/lab_config/custom/custom.css",
)
#: Machado, Oliveira and Fernandes (2009), severity 1, on linear red, green and blue.
VISIONS = {
    "full": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
SIGNED = {"right", "wrong"}  # never without ✓ or ✗, and so free to be near another role


def rgb(text):
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], float)


def seen(color, vision):
    """A colour as this vision sees it, in OKLab (Ottosson 2020), where distances go by what the eye tells apart."""
    linear = rgb(color) / 255
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    long, middle, short = np.cbrt(
        np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]])
        @ np.clip(VISIONS[vision] @ linear, 0, 1)
    )  # fmt: skip
    return 100 * np.array([0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
                           1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
                           0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short])  # fmt: skip


def apart(one, other):
    """How far two colours are from each other for the vision that tells them apart worst."""
    return min(np.linalg.norm(seen(one, vision) - seen(other, vision)) for vision in VISIONS)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
class TestInATheme:
    def test_every_role_can_be_read_as_text(self, dark):
        for name in ("ground", "raised"):
            for color in ROLES.values():
                assert contrast(rgb(color[dark]), rgb(PLAIN[name][dark])) >= 4.5, (color, name)

    def test_every_category_stands_out_as_a_line(self, dark):
        for color in SERIES_DARK if dark else SERIES:
            assert contrast(rgb(color), rgb(PLAIN["ground"][dark])) >= 3.0, color

    def test_ink_and_soft_ink_can_be_read(self, dark):
        for name in ("ink", "soft"):
            assert contrast(rgb(PLAIN[name][dark]), rgb(PLAIN["raised"][dark])) >= 4.5

    def test_query_key_value_and_weight_are_far_apart_for_everybody(self, dark):
        four = [ROLES[name][dark] for name in ("query", "key", "value", "weight")]
        assert min(apart(a, b) for a, b in itertools.combinations(four, 2)) >= 9.0

    def test_all_roles_are_told_apart_by_everybody(self, dark):
        roles = [colors[dark] for name, colors in ROLES.items() if name not in SIGNED]
        assert min(apart(a, b) for a, b in itertools.combinations(roles, 2)) >= 5.0
        assert apart(ROLES["right"][dark], ROLES["wrong"][dark]) >= 7.0

    def test_neighbouring_categories_are_told_apart_by_everybody(self, dark):
        series = SERIES_DARK if dark else SERIES
        assert min(apart(a, b) for a, b in itertools.pairwise(series)) >= 5.0

    @pytest.mark.parametrize("file", STYLES)
    def test_the_style_sheets_hold_the_same_table(self, dark, file):
        if file.endswith("page.css") and not dark:
            pytest.skip("page.css comes after figure.css and takes the light colours from there")
        assert css(dark) in re.sub(r"\s+", " ", (ROOT / file).read_text(encoding="utf-8"))


def test_the_known_distances_of_the_measure():
    assert apart("#000000", "#FFFFFF") == pytest.approx(100, abs=0.1)
    assert apart("#FF0000", "#FF0000") == 0
    # Red and green of one lightness: far apart for most people, hardly at all in deuteranopia.
    red, green = "#B05050", "#6B7A30"
    assert np.linalg.norm(seen(red, "full") - seen(green, "full")) > 2 * apart(red, green)


def test_no_colour_stands_in_the_page_beside_the_table():
    """Roles and categories reach the page as variables; the numbers of their colours are written in the table alone."""
    named = {color.lower() for pair in ROLES.values() for color in pair}
    for path in sorted((ROOT / "course_lib/explorer").rglob("*.js")):
        if path.name != "bundle.js":
            assert not named & set(re.findall(r"#[0-9a-f]{6}", path.read_text(encoding="utf-8").lower())), path


def test_a_label_finds_its_role():
    assert [role_of(text) for text in ("query", "k: blue", "V", "weights", "feature", "", None)] == [
        "query", "key", "value", "weight", None, None, None,
    ]  # fmt: skip
    assert set(palette.WORDS.values()) <= set(ROLES)


def test_a_role_that_there_is_not():
    with pytest.raises(ValueError, match=r"no role 'querry', only query, key"):
        role("querry")
