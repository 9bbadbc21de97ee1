"""One's own record: a table of runs beside progress, each with the command or the cell that made it."""

import csv
import html
import io
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from course_lib.data import write_table
from course_lib.practice.progress import progress_path

__all__ = ["PUBLISHED", "Run", "Table", "keep", "record_path", "table"]


@dataclass(frozen=True)
class Run:
    """One line of the table.

    Attributes:
        who: who or what was trained ("you", "the library").
        text: what it was trained on.
        parameters: how many there were.
        loss: on text that was not trained on, in nats per token.
        seconds: how long it took here; 0 where that is not known.
        made_by: the command or cell that makes it again, or the source of a published figure.
        day: when.
    """

    who: str
    text: str
    parameters: int
    loss: float
    seconds: float = 0.0
    made_by: str = ""
    day: str = ""


#: What others have published; never written into the learner's file.
PUBLISHED = (
    Run("nanoGPT, small", "Tiny Shakespeare, characters", 804_096, 1.88, 180.0,
        "README of karpathy/nanoGPT: its settings for a laptop's CPU, about three minutes there"),
    Run("nanoGPT, GPU", "Tiny Shakespeare, characters", 10_745_088, 1.4697, 180.0,
        "README of karpathy/nanoGPT: about three minutes on one A100"),
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Table:
    """The lines, the lowest loss first among those of one text."""

    runs: tuple[Run, ...]

    def __repr__(self) -> str:
        rows = [f"{'who':22} {'text':30} {'parameters':>11} {'loss':>6} {'seconds':>8}  {'day':10}  made by"]
        rows += [
            f"{run.who[:22]:22} {run.text[:30]:30} {run.parameters:>11,} {run.loss:>6.3f} "
            f"{f'{run.seconds:.0f}' if run.seconds else '':>8}  {run.day:10}  {run.made_by}"
            for run in sorted(self.runs, key=lambda run: (run.text, run.loss))
        ]
        return "\n".join(rows)

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col" style="text-align:left">{name}</th>'
            for name in ("who", "text", "parameters", "loss", "seconds", "day", "made by")
        )
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{html.escape(run.who)}</th><td style="text-align:left">{html.escape(run.text)}</td>'
            f"<td>{run.parameters:,}</td><td>{run.loss:.3f}</td><td>{f'{run.seconds:.0f}' if run.seconds else ''}</td>"
            f'<td style="text-align:left">{html.escape(run.made_by)}</td></tr>'
            for run in sorted(self.runs, key=lambda run: (run.text, run.loss))
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def record_path() -> Path | None:
    """Where the table is kept: ``record.csv`` beside progress; None where progress is switched off."""
    path = progress_path()
    return None if path is None else path.with_name("record.csv")


def table(path: Path | None = None) -> Table:
    """What was published, and one's own runs.

    Raises:
        ValueError: the file is no such table; it is left as it is.
    """
    path = path or record_path()
    return Table((*PUBLISHED, *_own(path)))


def keep(run: Run, path: Path | None = None) -> Table:
    """Add a run to the table, and return it; nothing is written where progress is switched off.

    The same run once more (the same text, size, loss and maker) takes the place of the earlier one.

    Raises:
        ValueError: the file is no such table, or the run is none (no name, a loss that is no number).
    """
    if not run.who.strip() or not run.loss == run.loss or run.loss < 0:
        raise ValueError(f"a run needs a name and a loss from 0 on, got who={run.who!r}, loss={run.loss!r}")
    path = path or record_path()
    new = Run(**{**asdict(run), "day": run.day or time.strftime("%Y-%m-%d")})
    own = [*(one for one in _own(path) if not _same(one, new)), new]
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_table(path, [field.name for field in fields(Run)], [asdict(one) for one in own])
    return Table((*PUBLISHED, *own))


def _same(one: Run, other: Run) -> bool:
    what = ("who", "text", "parameters", "made_by")
    return all(getattr(one, name) == getattr(other, name) for name in what) and abs(one.loss - other.loss) < 1e-6


def _own(path: Path | None) -> list[Run]:
    if path is None or not path.exists():
        return []
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    names = {field.name for field in fields(Run)}
    try:
        return [
            Run(
                row["who"],
                row["text"],
                int(row["parameters"]),
                float(row["loss"]),
                float(row["seconds"]),
                row["made_by"],
                row["day"],
            )
            for row in rows
        ]
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(
            f"{path} is not the table of runs: expected the columns {', '.join(sorted(names))} with numbers in parameters, "
            f"loss and seconds ({problem}). Move it to another name, and a new one is begun."
        ) from None
