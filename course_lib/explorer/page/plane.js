// What bars, curves and points share: a plane with two axes, a legend, and the nearest mark to what is pointed at.
import { least } from "d3-array";
import { clamp, tickText } from "./numbers.js";
import { Panel } from "./panel.js";
import { extremes, scale, ticks } from "./scales.js";
import { textWidth, widest } from "./text.js";

// Bars tell series apart by place, curves by dashes, points by shape: never by colour alone.
const SHAPES = ["circle", "square", "triangle", "diamond"];
export const DASHES = ["", "7 4", "2 3", "9 3 2 3", "12 4", "4 4", "1 4", "6 2 2 2"];

export const shape = (kind, x, y, r) => {
  if (SHAPES[kind % 4] === "square") return `M ${x - r} ${y - r} h ${2 * r} v ${2 * r} h ${-2 * r} Z`;
  if (SHAPES[kind % 4] === "triangle") return `M ${x} ${y - r * 1.2} l ${r * 1.2} ${r * 2.1} h ${-2.4 * r} Z`;
  if (SHAPES[kind % 4] === "diamond") return `M ${x} ${y - r * 1.3} l ${r * 1.3} ${r * 1.3} l ${-r * 1.3} ${r * 1.3} l ${-r * 1.3} ${-r * 1.3} Z`;
  return `M ${x - r} ${y} a ${r} ${r} 0 1 0 ${2 * r} 0 a ${r} ${r} 0 1 0 ${-2 * r} 0 Z`;
};

// Places as near as can be to the wanted ones, in the same order, each at least `gap` from the next. As in plane.py.
export const apart = (wanted, gap, low, high) => {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]), found = [...wanted];
  let last = low - gap;
  for (const i of order) found[i] = last = Math.max(wanted[i], last + gap);
  last = high + gap;
  for (const i of order.reverse()) found[i] = last = Math.min(found[i], last - gap);
  return found;
};

// Two ranges so that one unit is as long along x as along y, in a plane that is `wide` times as wide as high: the one that
// has room to spare grows.
export const evened = ([a, b], [c, d], wide) => {
  const [w, h] = [b - a, d - c], grow = (low, high, size) => [(low + high - size) / 2, (low + high + size) / 2];
  return w / h < wide ? [grow(a, b, h * wide), [c, d]] : [[a, b], grow(c, d, w / wide)];
};

export class Plane extends Panel {
  build() {
    this.grid = this.layer("line", "course-grid");
    this.reference = this.layer("line", "course-reference");
    this.guessed = this.layer("line", "course-guess");
    this.marks = this.layer(this.markTag, this.markClass);
    this.more = this.layer("path", "course-point");
    this.labels = this.layer("text", "course-axis");
    this.numbers = this.layer("text", "course-number", { "text-anchor": "middle" });
    this.keys = this.layer("text", "course-label");
    this.keyMarks = this.layer("path", "course-line");
    this.root.addEventListener("pointermove", (event) => { this.pointed = this.point(event); this.figure.touch(this); });
    this.root.addEventListener("pointerleave", () => { this.pointed = null; this.figure.touch(this); });
    this.reachable(this.root, { Bars: "bars", Curves: "curves", Points: "points" }[this.spec.kind]);
  }
  move(down, right) {
    const spots = this.spots ?? [];
    if (!spots.length) return;
    this.step = clamp((this.step ?? -1) + right + down, 0, spots.length - 1);
    this.pointed = [spots[this.step].x, spots[this.step].y];
    this.figure.speak = true; // what is in focus now is read out
    this.figure.touch(this);
  }
  // The plane itself: where it lies, ticks, axis labels, and the two functions from numbers to pixels.
  plane(width, { x, y, logX, logY, xTicks, xNames, height, legend = [], shapes = false, ends = null, equal = false }) {
    const head = this.heading(width), room = !ends && (legend.length > 1 || (legend[0] ?? "")) ? 22 : 0;
    let right = width - 12 - (ends ? ends.room : 0);
    const beside = this.value("y_label") ? 20 : 0;
    if (equal) [x, y] = evened(x, y, (right - 44 - beside) / (height - 50));
    const yTicks = ticks(y[0], y[1], logY), xs = xTicks ?? ticks(x[0], x[1], logX, Math.max(2, Math.floor(width / 62)));
    const left = beside + (equal ? 44 : widest(yTicks.map(tickText), 12) + 10);
    const names = xNames ?? xs.map(tickText);
    if (!xNames && names.length) right = Math.min(right, width - textWidth(names.at(-1), 12) / 2 - 2); // the last tick is read to its end
    const slant = xNames && widest(names, 12) > (right - left) / Math.max(1, names.length) - 4;
    const foot = names.length ? (slant ? widest(names, 12) * 0.64 + 14 : 20) : 6;
    const top = head + room + 8, bottom = top + height - foot - 30;
    const px = scale(x, logX, left, right), py = scale(y, logY, bottom, top);
    this.size(width, bottom + foot + (this.value("x_label") ? 20 : 2));
    for (const v of yTicks) {
      this.grid.draw({ x1: left, x2: right, y1: py(v), y2: py(v), class: v === 0 ? "course-grid course-zero" : "course-grid" });
      this.labels.draw({ x: left - 6, y: py(v) + 4, "text-anchor": "end", transform: null, text: tickText(v), class: "course-axis course-tick" });
    }
    xs.forEach((v, i) => {
      if (!xNames) this.grid.draw({ x1: px(v), x2: px(v), y1: top, y2: bottom, class: v === 0 ? "course-grid course-zero" : "course-grid" });
      const [tx, ty] = [px(v) + (slant ? 4 : 0), bottom + 16];
      this.labels.draw({ x: tx, y: ty, "text-anchor": slant ? "end" : "middle", transform: slant ? `rotate(-40 ${tx} ${ty - 4})` : null, text: names[i] });
    });
    if (this.value("x_label")) this.labels.draw({ x: (left + right) / 2, y: bottom + foot + 15, "text-anchor": "middle", transform: null, text: this.value("x_label") });
    if (this.value("y_label")) this.labels.draw({ x: 12, y: (top + bottom) / 2, "text-anchor": "middle", transform: `rotate(-90 12 ${(top + bottom) / 2})`, text: this.value("y_label") });
    if (ends) {
      const places = apart(ends.values.map((v) => clamp(Number.isFinite(v) ? py(v) : bottom, top, bottom)), ends.line, top, bottom);
      legend.forEach((text, i) => this.keys.draw({ x: right + 7, y: places[i] + 4, text, "text-anchor": "start", class: "course-label course-end", style: `fill: ${this.color(i, text)}` }));
    }
    for (const axis of ["x", "y"]) {
      const guess = this.figure.guessFor(this.place, axis), [low, high] = axis === "x" ? x : y;
      if (guess === null || guess < low || guess > high) continue;
      const at = axis === "x" ? px(guess) : py(guess);
      this.guessed.draw(axis === "x" ? { x1: at, x2: at, y1: top, y2: bottom } : { x1: left, x2: right, y1: at, y2: at });
      this.keys.draw({ x: axis === "x" ? at + 5 : right, y: axis === "x" ? top + 10 : at - 5, text: "your guess", "text-anchor": axis === "x" ? "start" : "end", class: "course-label course-guess-label" });
    }
    this.guessed.done();
    let at = left;
    if (room) legend.forEach((text, i) => {
      const solid = shapes || this.markTag === "rect", d = shapes ? shape(i, at + 12, head + 10, 5) : solid ? `M ${at + 4} ${head + 4} h 16 v 11 h -16 Z` : `M ${at} ${head + 10} h 22`;
      this.keyMarks.draw({ d, stroke: this.color(i, text), fill: solid ? this.color(i, text) : "none", "stroke-dasharray": (!solid && DASHES[i % DASHES.length]) || null });
      this.keys.draw({ x: at + 28, y: head + 14, text, "text-anchor": "start", class: "course-label" });
      at += textWidth(text) + 50;
    });
    return { left, right, top, bottom, px, py };
  }
  // A role's colour where the panel names one (for all, or by the label of a series), else a category's.
  color(i, label) {
    const roles = this.value("role"), named = roles?.pairs ? roles.pairs.find(([of]) => of === label)?.[1] : roles;
    return `var(--course-${named ?? `series-${i % this.figure.spec.series}`})`;
  }
  range(field, values, log, zero = false) {
    const given = this.value(field);
    if (given) return given;
    let [low, high] = extremes(log ? values.filter((v) => v > 0) : values);
    if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
    if (log) return low < high ? [low, high] : [low / 2, high * 2];
    const margin = (high - low || 1) * 0.05;
    return [low === 0 && zero ? 0 : low - margin, high === 0 && zero ? 0 : high + margin];
  }
  // The mark that is pointed at, if any is near; what lies beside it counts more than what lies above or below.
  near(spots) {
    this.spots = spots;
    if (!this.pointed) return null;
    const far = (spot) => Math.hypot(spot.x - this.pointed[0], (spot.y - this.pointed[1]) * 0.5);
    const nearest = least(spots, far);
    return nearest && far(nearest) < 40 ? nearest : null;
  }
  finish() { super.finish([this.grid, this.reference, this.marks, this.more, this.labels, this.numbers, this.keys, this.keyMarks]); }
}
