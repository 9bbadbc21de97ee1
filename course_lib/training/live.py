"""A curve that grows while the model learns, with a progress bar; at the end it becomes a still picture.

While the run lasts the page gets a few lines of SVG, at most twice a second, which costs the training next to nothing.
Afterwards one PNG takes their place, so that a saved notebook shows the run.
"""

import base64
import html
import io
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from course_lib.explorer.palette import SERIES
from course_lib.training.loop import Step, Trainer

__all__ = ["LiveCurve", "png", "smoothed", "svg"]

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 250, 46, 26
INK = "#8a8a8a"  # readable on white and on black


def smoothed(losses: np.ndarray, most: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """At most `most` points of a curve: steps and the mean loss of the steps around each.

    >>> smoothed(np.array([4.0, 2.0, 3.0, 1.0]), most=2)
    (array([1.5, 3.5]), array([3., 2.]))
    """
    parts = np.array_split(np.arange(len(losses)), min(most, len(losses)))
    return np.array([part.mean() + 1 for part in parts]), np.array([losses[part].mean() for part in parts])


def svg(trainer: Trainer, references: Mapping[str, float]) -> str:
    """The run so far, as a piece of HTML.

    Args:
        trainer: with a step at least.
        references: losses to compare with, drawn as lines: name -> nats.
    """
    total, done, losses = trainer.config.steps, trainer.done, trainer.losses
    low, high = _range(losses, references.values(), trainer.measured)

    def point(step: float, loss: float) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - 12) * step / total
        return x, 12 + (HEIGHT - BOTTOM - 12) * (high - min(max(loss, low), high)) / (high - low)

    curve = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(point, *smoothed(losses)))
    parts = [f'<polyline points="{curve}" fill="none" stroke="{SERIES[0]}" stroke-width="1.6"/>']
    for name, loss in references.items():
        x, y = point(0, loss)
        parts.append(
            f'<line x1="{x}" x2="{WIDTH - 12}" y1="{y:.1f}" y2="{y:.1f}" stroke="{INK}" stroke-dasharray="5 4"/>'
        )
        parts.append(f'<text x="{WIDTH - 14}" y="{y - 4:.1f}" text-anchor="end">{html.escape(name)} {loss:.2f}</text>')
    parts += [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{SERIES[1]}"/>'
        for x, y in (point(*one) for one in trainer.measured)
    ]
    for loss in np.linspace(low, high, 4):
        x, y = point(0, loss)
        parts.append(f'<text x="{x - 6}" y="{y + 4:.1f}" text-anchor="end">{loss:.1f}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 6}">0</text>')
    parts.append(f'<text x="{WIDTH - 12}" y="{HEIGHT - 6}" text-anchor="end">{total} steps</text>')
    left = trainer.seconds / done * (total - done)
    measured = f", held out {trainer.measured[-1][1]:.2f}" if trainer.measured else ""
    said = f"step {done} of {total}: loss {losses[-20:].mean():.2f}{measured}; about {left:.0f} s left"
    return (
        f'<div style="max-width:{WIDTH}px"><progress value="{done}" max="{total}" style="width:100%"></progress>'
        f'<div style="font-size:13px">{said}</div><svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img" '
        f'aria-label="{said}" style="font-size:12px" fill="{INK}">{"".join(parts)}</svg></div>'
    )


def _range(losses: np.ndarray, references: Any, measured: list) -> tuple[float, float]:
    seen = [*losses[np.isfinite(losses)], *references, *(loss for _, loss in measured)]
    low, high = min(seen, default=0.0), max(seen, default=1.0)
    return (max(0.0, low - 0.1), high + 0.1) if high - low < 20 else (low, low + 20)


def png(trainer: Trainer, references: Mapping[str, float]) -> tuple[bytes, str]:
    """The run as a PNG, and a sentence that says what it shows. The figure belongs to no window and no pyplot."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 3.0), layout="constrained", dpi=110, facecolor="white")
    axes = figure.subplots()
    axes.plot(*smoothed(trainer.losses), color=SERIES[0], lw=1.4, label="loss on the batch")
    if trainer.measured:
        axes.plot(*zip(*trainer.measured, strict=True), "o--", color=SERIES[1], ms=4, lw=0.8, label="loss held out")
    for name, loss in references.items():
        axes.axhline(loss, color=INK, ls="--", lw=1)
        axes.annotate(f"{name} {loss:.2f}", (trainer.config.steps, loss), ha="right", va="bottom", fontsize=8.5)
    axes.set(xlabel="step", ylabel="nats per token", xlim=(0, trainer.config.steps))
    axes.set_ylim(*_range(trainer.losses, references.values(), trainer.measured))
    axes.legend(frameon=False, fontsize=8.5)
    axes.grid(alpha=0.25)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    first, last = trainer.losses[:5].mean(), trainer.losses[-20:].mean()
    alt = f"The loss over {trainer.done} of {trainer.config.steps} steps falls from {first:.2f} to {last:.2f} nats per token."
    if trainer.measured:
        alt += f" Held out: {trainer.measured[-1][1]:.2f}."
    return out.getvalue(), alt


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
        picture, alt = png(trainer, self.references)
        self._show(
            {"image/png": base64.b64encode(picture).decode("ascii"), "text/plain": alt}, {"image/png": {"alt": alt}}
        )

    def _show(self, data: dict, about: dict | None = None) -> None:
        from IPython import get_ipython
        from IPython.display import display

        shell = get_ipython()
        if shell is None or not hasattr(shell, "kernel"):
            return
        if self._handle is None:
            self._handle = display(data, metadata=about or {}, raw=True, display_id=True)
        else:
            self._handle.update(data, metadata=about or {}, raw=True)
