"""A certificate says what it carries, and a changed one is found out."""

import base64
import json
import re
import zlib

import pytest

from course_lib import cli
from course_lib.practice.progress import KeptAnswer
from course_lib.your_gpt.certificate import Certificate, NoCertificate, check_again, is_as_drawn, read, save

GOOD = KeptAnswer("def mean_of_rows(x):\n    return x.mean(axis=0)\n")
BAD = KeptAnswer("def mean_of_rows(x):\n    return x.sum(axis=0)\n")
ADA = Certificate("Ada “&<b>” Lovelace", "2026-11-26", 1.234, {"start_here.mean_of_rows": GOOD})


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_what_was_written_is_read_again(tmp_path, ending):
    path = save(ADA, tmp_path / f"certificate.{ending}")
    assert read(path) == ADA
    assert path.read_bytes() == save(ADA, tmp_path / f"again.{ending}").read_bytes(), "the same file every time"
    assert not list(tmp_path.glob("*.part"))


def test_the_picture_says_it_in_words(tmp_path):
    text = save(ADA, tmp_path / "c.svg").read_text(encoding="utf-8")
    assert "Ada “&amp;&lt;b&gt;” Lovelace" in text
    assert "has written 1 function, 1 point" in text
    assert "<b>" not in text


def changed(path, change):
    """The same SVG with another payload."""
    text = path.read_text(encoding="utf-8")
    packed = re.search(r'<metadata id="course-certificate">([^<]*)<', text)[1]
    plain = json.loads(zlib.decompress(base64.b64decode(packed)))
    change(plain)
    new = base64.b64encode(zlib.compress(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode())).decode()
    path.write_text(text.replace(packed, new), encoding="utf-8")
    return path


def test_another_name_in_the_payload_is_found_out(tmp_path):
    path = changed(save(ADA, tmp_path / "c.svg"), lambda plain: plain.update(name="Eve"))
    with pytest.raises(NoCertificate, match="does not say 'Eve'"):
        read(path)


def test_another_name_in_the_picture_is_found_out(tmp_path):
    path = save(ADA, tmp_path / "c.svg")
    path.write_text(path.read_text(encoding="utf-8").replace("Lovelace", "Byron"), encoding="utf-8")
    with pytest.raises(NoCertificate, match="somebody has changed it"):
        read(path)


def test_an_answer_that_was_exchanged_changes_the_sum_in_the_picture(tmp_path):
    path = changed(
        save(ADA, tmp_path / "c.svg"),
        lambda plain: plain["answers"].update({"start_here.mean_of_rows": [BAD.source, ""]}),
    )
    with pytest.raises(NoCertificate, match="does not say"):
        read(path)


@pytest.mark.parametrize(
    "data", [b"", b"<svg></svg>", b"\x89PNG\r\n\x1a\n", b"hello", b'<metadata id="course-certificate">AAAA</metadata>']
)
def test_other_files_are_no_certificates(tmp_path, data):
    path = tmp_path / "c.svg"
    path.write_bytes(data)
    with pytest.raises(NoCertificate):
        read(path)


def test_a_payload_that_grows_without_end_is_refused(tmp_path):
    packed = base64.b64encode(zlib.compress(b"0" * 50_000_000, 9))
    path = tmp_path / "c.svg"
    path.write_bytes(b'<svg><metadata id="course-certificate">' + packed + b"</metadata></svg>")
    with pytest.raises(NoCertificate, match="larger than any certificate"):
        read(path)


def test_a_picture_that_was_painted_over_is_seen(tmp_path):
    for name in ("c.svg", "c.png"):
        assert is_as_drawn(ADA, save(ADA, tmp_path / name))
    path = tmp_path / "c.svg"
    path.write_bytes(path.read_bytes().replace(b"</svg>", b'<rect width="99" height="99" fill="white"/></svg>'))
    assert read(path) == ADA, "what it carries is whole"
    assert not is_as_drawn(ADA, path)


def test_answers_are_judged_beside_those_of_the_file_and_not_of_whoever_asks(monkeypatch):
    def asked():
        raise AssertionError("whoever checks a certificate has answers too, and they are not asked for")

    monkeypatch.setattr("course_lib.practice.mine.progress_path", asked)
    shifted = KeptAnswer(
        "def softmax(s):\n    e = np.exp(s - s.max(-1, keepdims=True))\n    return e / e.sum(-1, keepdims=True)"
    )
    user = KeptAnswer("def attention_weights_of(x):\n    return 1\n\ndef mean_of_rows(x):\n    return x.mean(axis=0)")
    found = check_again(
        Certificate("Eve", "2026-11-26", None, {"attention.softmax": shifted, "start_here.mean_of_rows": user})
    )
    assert found == {"attention.softmax": "passed", "start_here.mean_of_rows": "passed"}


def test_the_answers_are_judged_again():
    assert check_again(ADA) == {"start_here.mean_of_rows": "passed"}
    verdict = check_again(Certificate("Eve", "2026-11-26", 1.0, {"start_here.mean_of_rows": BAD}))
    assert verdict["start_here.mean_of_rows"].startswith("mean_of_rows no longer passes: ")


def test_the_command_makes_and_checks(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.sqlite"))
    out = tmp_path / "mine.svg"
    assert cli.main(["certificate", "--name", "Ada", "--out", str(out)]) == 0
    assert cli.main(["certificate", "--verify", str(out), "--run"]) == 0
    assert "is as it was made: Ada" in capsys.readouterr().out
    assert cli.main(["certificate"]) == 2
    assert "whose certificate?" in capsys.readouterr().err
    assert cli.main(["certificate", "--name", "Ada", "--out", "c.pdf"]) == 2
    assert cli.main(["certificate", "--verify", str(tmp_path / "none.svg")]) == 2
    (tmp_path / "other.svg").write_text("<svg></svg>", encoding="utf-8")
    assert cli.main(["certificate", "--verify", str(tmp_path / "other.svg")]) == 2
    assert "carries no certificate" in capsys.readouterr().err
    save(Certificate("Eve", "2026-11-26", 1.0, {"start_here.mean_of_rows": BAD}), tmp_path / "eve.png")
    assert cli.main(["certificate", "--verify", str(tmp_path / "eve.png"), "--run"]) == 1
