"""A curve that grows while the model learns, with a progress bar; at the end it becomes a still picture.

While the run lasts the page gets a few lines of SVG, at most twice a second, which costs the training next to nothing.
Afterwards a picture for each theme takes their place, so that a saved notebook shows the run.
"""

import html
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import subplots, themed_html
from course_lib.training.engine.history import Step
from course_lib.training.engine.loop import Trainer

__all__ = ["LiveCurve", "Picture", "picture", "smoothed", "still", "svg"]

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 250, 46, 26
INK = "#8a8a8a"  # readable on white and on black


def smoothed(losses: np.ndarray, most: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """At most `most` points of a curve: steps and the mean loss of the steps around each.

    >>> smoothed(np.array([4.0, 2.0, 3.0, 1.0]), most=2)
    (array([1.5, 3.5]), array([3., 2.]))
    """
    parts = np.array_split(np.arange(len(losses)), min(most, len(losses)))
    return np.array([part.mean() + 1 for part in parts]), np.array([losses[part].mean() for part in parts])


@dataclass(frozen=True)
class Picture:
    """What is to be seen of a run, before it is drawn: the moving and the still picture are both made from it.

    Attributes:
        steps, losses: the curve, at most a few hundred points of it.
        measured: where the held-out loss was measured: (step, loss).
        lines: losses to compare with: what is written beside a line -> where it lies.
        low, high: the range of losses that is shown.
        total: how many steps the run has.
    """

    steps: np.ndarray
    losses: np.ndarray
    measured: list[tuple[int, float]]
    lines: dict[str, float]
    low: float
    high: float
    total: int


def picture(trainer: Trainer, references: Mapping[str, float]) -> Picture:
    """The run so far.

    Args:
        trainer: with a step at least.
        references: losses to compare with: name -> nats.
    """
    losses, measured = trainer.losses, trainer.measured
    seen = [*losses[np.isfinite(losses)], *references.values(), *(loss for _, loss in measured)]
    low, high = min(seen, default=0.0), max(seen, default=1.0)
    low, high = (max(0.0, low - 0.1), high + 0.1) if high - low < 20 else (low, low + 20)
    lines = {f"{name} {loss:.2f}": loss for name, loss in references.items()}
    return Picture(*smoothed(losses), measured, lines, low, high, trainer.config.steps)


def svg(trainer: Trainer, references: Mapping[str, float]) -> str:
    """The run so far, as a piece of HTML with a progress bar above the curve; the arguments are those of `picture`."""
    seen, done = picture(trainer, references), trainer.done

    def point(step: float, loss: float) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - 12) * step / seen.total
        return x, 12 + (HEIGHT - BOTTOM - 12) * (seen.high - min(max(loss, seen.low), seen.high)) / (
            seen.high - seen.low
        )

    curve = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(point, seen.steps, seen.losses))
    parts = [f'<polyline points="{curve}" fill="none" stroke="{SERIES[0]}" stroke-width="1.6"/>']
    for words, loss in seen.lines.items():
        x, y = point(0, loss)
        parts.append(
            f'<line x1="{x}" x2="{WIDTH - 12}" y1="{y:.1f}" y2="{y:.1f}" stroke="{INK}" stroke-dasharray="5 4"/>'
        )
        parts.append(f'<text x="{WIDTH - 14}" y="{y - 4:.1f}" text-anchor="end">{html.escape(words)}</text>')
    for step, loss in seen.measured:
        x, y = point(step, loss)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{SERIES[1]}"/>')
    for loss in np.linspace(seen.low, seen.high, 4):
        x, y = point(0, loss)
        parts.append(f'<text x="{x - 6}" y="{y + 4:.1f}" text-anchor="end">{loss:.1f}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 6}">0</text>')
    parts.append(f'<text x="{WIDTH - 12}" y="{HEIGHT - 6}" text-anchor="end">{seen.total} steps</text>')
    left = trainer.seconds / done * (seen.total - done)
    measured = f", held out {seen.measured[-1][1]:.2f}" if seen.measured else ""
    said = f"step {done} of {seen.total}: loss {trainer.losses[-20:].mean():.2f}{measured}; about {left:.0f} s left"
    return (
        f'<div style="max-width:{WIDTH}px"><progress value="{done}" max="{seen.total}" style="width:100%"></progress>'
        f'<div style="font-size:13px">{said}</div><svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img" '
        f'aria-label="{said}" style="font-size:12px" fill="{INK}">{"".join(parts)}</svg></div>'
    )


def still(trainer: Trainer, references: Mapping[str, float]) -> tuple[str, str]:
    """The run as HTML for both themes, and the sentence in it that says what it shows."""
    seen = picture(trainer, references)
    figure, axes = subplots(size=(7.4, 3.0))
    axes.plot(seen.steps, seen.losses, color=SERIES[0], lw=1.4, label="loss on the batch")
    if seen.measured:
        axes.plot(*zip(*seen.measured, strict=True), "o--", color=SERIES[1], ms=4, lw=0.8, label="loss held out")
    for words, loss in seen.lines.items():
        axes.axhline(loss, color=INK, ls="--", lw=1)
        axes.annotate(words, (seen.total, loss), ha="right", va="bottom", fontsize=8.5)
    axes.set(xlabel="step", ylabel="nats per token", xlim=(0, seen.total), ylim=(seen.low, seen.high))
    axes.legend()
    first, last = trainer.losses[:5].mean(), trainer.losses[-20:].mean()
    alt = f"The loss over {trainer.done} of {seen.total} steps falls from {first:.2f} to {last:.2f} nats per token."
    if seen.measured:
        alt += f" Held out: {seen.measured[-1][1]:.2f}."
    return themed_html(figure, alt), alt


class LiveCurve:
    """A watcher for `Trainer.run` that shows the curve in the notebook; outside a notebook it shows nothing.

    >>> curve = LiveCurve({"entropy": 0.49})
    """

    def __init__(self, references: Mapping[str, float] | None = None, every: float = 0.5) -> None:
        """Show `references` as lines (name -> nats), and the curve anew after `every` seconds."""
        self.references, self.every = dict(references or {}), every
        self._handle, self._shown = None, 0.0

    def __call__(self, trainer: Trainer, step: Step) -> None:
        """Show the run as it is, if it is time for it."""
        if time.monotonic() - self._shown < self.every and self._handle is not None:
            return
        self._show({"text/html": svg(trainer, self.references), "text/plain": f"step {step.number}"})
        self._shown = time.monotonic()

    def finish(self, trainer: Trainer) -> None:
        """Put the still picture in the place of the moving one."""
        shown, alt = still(trainer, self.references)
        self._show({"text/html": shown, "text/plain": alt})

    def _show(self, data: dict) -> None:
        from IPython import get_ipython
        from IPython.display import display

        shell = get_ipython()
        if shell is None or not hasattr(shell, "kernel"):
            return
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)
