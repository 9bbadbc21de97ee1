"""A certificate: what was built by whom, as a picture (SVG or PNG) that carries what it says, and can be checked.

The file holds, beside the picture, the answers themselves. Checking it compares the picture's words with what it carries and its
checksum; on request the answers are run and judged again. That proves that this code passes; who wrote it, no file can prove.
"""

import base64
import hashlib
import html
import io
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.explorer.palette import PLAIN, role
from course_lib.practice.catalogue import find_exercise
from course_lib.practice.mine import Mine
from course_lib.practice.progress import KeptAnswer
from course_lib.worked.folder import replace

__all__ = ["Certificate", "NoCertificate", "check_again", "is_as_drawn", "made", "read", "save"]

KEY, VERSION = "course-certificate", 1
MOST = 4_000_000  # bytes of a payload, unpacked: what is larger is none of ours
TIME_LIMIT = 10.0


class NoCertificate(ValueError):
    """The file is no certificate, or it was changed; the message says what was found."""


@dataclass(frozen=True)
class Certificate:
    """What a certificate says.

    Attributes:
        name: whose it is.
        day: when it was made, as 2026-11-26.
        loss: the loss on new text of a GPT that was trained with some of them, in nats per token, or None.
        answers: exercise -> the answer that passed.
        at_work: how many of the answers that training, and the measuring, called.
    """

    name: str
    day: str
    loss: float | None
    answers: Mapping[str, KeptAnswer]
    at_work: int = 0

    @property
    def points(self) -> int:
        """What the answers are worth."""
        return sum(find_exercise(exercise_id).points for exercise_id in self.answers)

    @property
    def lines(self) -> list[str]:
        """The words of the picture."""
        count = len(self.answers)
        said = (
            f"{count} function{'s' if count != 1 else ''}, {self.points} point{'s' if self.points != 1 else ''}"
            if count
            else "no function yet"
        )
        trained = (
            [f"{self.at_work} of them at work in a GPT: {self.loss:.3f} nats per token on new text"]
            if self.loss is not None and self.at_work
            else []
        )
        return [self.name, f"has written {said}", *trained, f"{self.day} · {self.digest[:16]}"]

    @property
    def payload(self) -> bytes:
        """What the file carries, as bytes that are always the same for the same certificate."""
        answers = {known: [answer.source, answer.setup] for known, answer in sorted(self.answers.items())}
        plain = {
            "version": VERSION,
            "name": self.name,
            "day": self.day,
            "loss": self.loss,
            "at_work": self.at_work,
            "answers": answers,
        }
        return json.dumps(plain, ensure_ascii=False, sort_keys=True).encode("utf-8")

    @property
    def digest(self) -> str:
        """The SHA-256 of the payload."""
        return hashlib.sha256(self.payload).hexdigest()

    def figure(self) -> Any:
        """The picture, as a matplotlib figure."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.patches import FancyBboxPatch

        figure = Figure(figsize=(8, 4.4), facecolor=PLAIN["ground"][0])
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set(xlim=(0, 8), ylim=(0.6, 5))
        frame = {"boxstyle": "round,pad=0.1", "fill": False, "edgecolor": role("query"), "linewidth": 2}
        axes.add_patch(FancyBboxPatch((0.35, 0.95), 7.3, 3.7, **frame))
        axes.text(4, 4.0, "Your GPT", ha="center", fontsize=26, weight="bold", color=role("query"), parse_math=False)
        sizes = [22, *[14] * (len(self.lines) - 2), 10]
        for place, (line, size) in enumerate(zip(self.lines, sizes, strict=True)):
            axes.text(4, 3.1 - 0.62 * place, line, ha="center", fontsize=size, color=PLAIN["ink"][0], parse_math=False)
        return figure


def made(mine: Mine, name: str, day: str, loss: float | None = None, called: Sequence[str] = ()) -> Certificate:
    """A certificate of everything that is the learner's own and kept in progress.

    Args:
        mine: whose functions.
        name, day: as they are to stand there.
        loss: of a GPT that was trained with them; it stands there only where one of them was called.
        called: the exercises whose functions that training, and the measuring, called.
    Raises:
        ValueError: no name, or one of more than 60 characters.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= 60:
        raise ValueError(f"a certificate needs a name of 1 to 60 characters, got {name!r}")
    answers = {known: mine.kept(known) for known in mine.own_ids() if mine.kept(known)}
    at_work = sum(known in answers for known in called)
    return Certificate(name, day, loss if at_work else None, answers, at_work)


def save(certificate: Certificate, path: Path) -> Path:
    """Write the certificate as an SVG or PNG file, by the ending of the path.

    Raises:
        ValueError: another ending.
        OSError: it cannot be written.
    """
    replace(path, _drawn(certificate, path))
    return path


def is_as_drawn(certificate: Certificate, path: Path) -> bool:
    """Whether the picture is, byte for byte, what this course draws here for what the file carries.

    Another version of the course or of matplotlib draws other bytes; so does whoever has painted over it.
    """
    return path.read_bytes() == _drawn(certificate, path)


def _drawn(certificate: Certificate, path: Path) -> bytes:
    import matplotlib

    packed = base64.b64encode(zlib.compress(certificate.payload, 9)).decode("ascii")
    out, ending = io.BytesIO(), path.suffix.lower()
    if ending == ".png":
        certificate.figure().savefig(out, format="png", dpi=150, metadata={KEY: packed, "Software": None})
        data = out.getvalue()
    elif ending == ".svg":
        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": KEY}):
            certificate.figure().savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        carried = f'<metadata id="{KEY}">{packed}</metadata>'
        words = "; ".join(certificate.lines)
        data = out.getvalue().replace(b"</svg>", f"<title>{html.escape(words)}</title>{carried}</svg>".encode())
    else:
        raise ValueError(f"a certificate is an .svg or a .png, got {path.name!r}")
    return data


def read(path: Path) -> Certificate:
    """What a certificate says, once it is sure that what the file carries was not changed.

    Raises:
        NoCertificate: it is none, it was changed, or its picture says something else than it carries.
        OSError: it cannot be read.
    """
    data = path.read_bytes()
    certificate = _unpacked(_carried(data), path)
    if data[:4] != b"\x89PNG":
        shown = html.unescape(data.decode("utf-8", errors="replace"))
        absent = [line for line in certificate.lines if not re.search(rf">\s*{re.escape(line)}\s*<", shown)]
        if absent:
            raise NoCertificate(
                f"the picture does not say {absent[0]!r}, which the file carries: somebody has changed it"
            )
    return certificate


def check_again(certificate: Certificate) -> dict[str, str]:
    """Run every answer and judge it anew, each beside the others that the file carries: exercise -> "passed", or what is the matter.

    This runs the code that the file carries, with all the rights of whoever asks.
    """
    theirs = Mine(certificate.answers)
    aside = theirs.set_aside()
    return {exercise_id: aside.get(exercise_id, "passed").removeprefix("your ") for exercise_id in certificate.answers}


def _carried(data: bytes) -> str:
    if data[:4] == b"\x89PNG":
        place, marker = 8, KEY.encode() + b"\0"
        while place + 8 <= len(data):
            length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
            chunk = data[place + 8 : place + 8 + length]
            if kind == b"tEXt" and chunk.startswith(marker):
                return chunk[len(marker) :].decode("latin-1")
            place += 12 + length
    elif found := re.search(rb'<metadata id="course-certificate">([^<]*)</metadata>', data):
        return found[1].decode("ascii", errors="replace")
    raise NoCertificate("the file carries no certificate: it is another picture, or it was saved anew by a program")


def _unpacked(packed: str, path: Path) -> Certificate:
    try:
        unzip = zlib.decompressobj()
        payload = unzip.decompress(base64.b64decode(packed, validate=True), MOST)
        if unzip.unconsumed_tail:
            raise ValueError("it is larger than any certificate")
        plain = json.loads(payload)
        answers = {known: KeptAnswer(source, setup) for known, (source, setup) in plain["answers"].items()}
        for known in answers:
            find_exercise(known)
        loss = None if plain["loss"] is None else float(plain["loss"])
        certificate = Certificate(str(plain["name"]), str(plain["day"]), loss, answers, int(plain["at_work"]))
    except (ValueError, KeyError, TypeError, AttributeError, LookupError, zlib.error) as problem:
        raise NoCertificate(
            f"what {path.name} carries cannot be read: it was changed, or cut off on its way ({problem})"
        ) from None
    if certificate.payload != payload:
        raise NoCertificate(f"what {path.name} carries was changed, or comes from another version of the course")
    return certificate
