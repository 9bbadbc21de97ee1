"""Pictures become files that show the same, and are smaller."""

import base64
import io
import re

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image

from course_lib.publish.site.pictures import in_files


def tag(picture, attributes='class="course-light" width="100"'):
    data = io.BytesIO()
    picture.save(data, "PNG")
    return f'<img {attributes} src="data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}" alt="a">'


def drawing():
    return Image.fromarray(np.kron(np.eye(8, dtype=np.uint8) * 255, np.ones((25, 50), dtype=np.uint8)))


def photograph():
    return Image.fromarray(load_sample_image("china.jpg"))


def test_a_drawing_is_a_file_without_loss_and_its_place_is_kept_free(tmp_path):
    text = in_files(f"<p>before</p>{tag(drawing())}<p>after</p>", tmp_path, "_static/pictures")
    (path,) = tmp_path.iterdir()
    assert text.startswith("<p>before</p><img ")
    assert text.endswith('alt="a"><p>after</p>')
    assert f'src="_static/pictures/{path.name}"' in text
    assert re.findall(r'(width|height|loading|class)="([^"]+)"', text) == [
        ("class", "course-light"),
        ("width", "100"),
        ("loading", "lazy"),
        ("height", "50"),
    ]
    with Image.open(path) as kept:
        assert np.array_equal(np.asarray(kept.convert("L")), np.asarray(drawing()))


def test_a_photograph_loses_what_nobody_sees_and_most_of_its_weight(tmp_path):
    text = tag(photograph())
    in_files(text, tmp_path, "x")
    (path,) = tmp_path.iterdir()
    assert path.stat().st_size < 0.3 * 0.75 * len(text)
    with Image.open(path) as kept:
        difference = np.abs(np.asarray(kept.convert("RGB"), dtype=float) - np.asarray(photograph(), dtype=float))
    assert difference.mean() < 4


def test_the_same_picture_twice_is_one_file_and_other_pictures_are_left_alone(tmp_path):
    svg = '<img src="data:image/svg+xml;base64,AAAA">'
    text = in_files(tag(drawing()) + svg + tag(drawing()), tmp_path, "x")
    assert len(list(tmp_path.iterdir())) == 1
    assert svg in text
