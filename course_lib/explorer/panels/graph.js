// Boxes with two numbers, and arrows between them. What travels back along an edge turns the arrow round and stands on it.
import { clamp, long, short } from "../page/numbers.js";
import { Panel } from "../page/panel.js";
import { extremes } from "../page/scales.js";
import { clip, FONT, textWidth } from "../page/text.js";

export class Graph extends Panel {
  build() {
    const height = this.sizes.box_height;
    this.lines = this.layer("path", "course-edge");
    this.frames = this.layer("rect", "course-pill", { rx: 6, height });
    this.names = this.layer("text", "course-label course-strong", { "text-anchor": "middle" });
    this.numbers = this.layer("text", "course-number", { "text-anchor": "middle" });
    this.more = this.layer("text", "course-axis", { "text-anchor": "middle" });
    this.grounds = this.layer("rect", "course-ground", { rx: 3, height: 17 });
    this.messages = this.layer("text", "course-number course-strong", { "text-anchor": "middle" });
    this.frame = this.layer("rect", "course-focus", { rx: 6, height });
    this.reachable(this.root, "graph");
    this.looker((event) => this.boxAt(event));
  }
  boxAt(event) {
    const [x, y] = this.point(event);
    const i = (this.spots ?? []).findIndex((spot) => Math.abs(x - spot.x) <= this.wide / 2 && Math.abs(y - spot.y) <= this.sizes.box_height / 2);
    return i < 0 ? null : i;
  }
  move(down, right) { this.lookAt(clamp((this.pointed ?? -1) + right + down, 0, this.spots.length - 1)); }
  draw(width) {
    const texts = this.texts("boxes"), n = texts.length, at = this.array("at").data, label = this.value("below_label"), s = this.sizes, half = s.box_height / 2;
    const [values, below, messages, lit, edges] = ["values", "below", "messages", "lit", "edges"].map((field) => Array.from(this.array(field).data));
    const head = this.heading(width), col = (i) => at[2 * i], row = (i) => at[2 * i + 1], all = texts.map((_, i) => i);
    const [left, right] = extremes(all.map(col)), [top, bottom] = extremes(all.map(row)), columns = right - left + 1;
    const used = Math.max(width, columns * s.column_least), wide = (this.wide = Math.min(used / columns - s.between, s.box_most)), step = (used - wide - 2 * s.edge) / Math.max(columns - 1, 1);
    this.spots = all.map((i) => ({ x: (col(i) - left) * step + wide / 2 + s.edge, y: (row(i) - top) * s.row_height + head + half + s.edge }));
    this.size(used, (bottom - top) * s.row_height + head + s.box_height + s.edge + s.bottom);
    const whole = messages.every((message) => !Number.isFinite(message) || Number.isInteger(message));
    messages.forEach((message, k) => {
      const a = this.spots[edges[2 * k]], b = this.spots[edges[2 * k + 1]], [dx, dy] = [b.x - a.x, b.y - a.y];
      const clear = Math.min(wide / 2 / Math.max(Math.abs(dx), 1e-9), half / Math.max(Math.abs(dy), 1e-9)), sent = Number.isFinite(message);
      const near = [a.x + clear * dx, a.y + clear * dy], far = [b.x - clear * dx, b.y - clear * dy];
      const [from, to] = sent ? [far, near] : [near, far], angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
      const tip = (t) => `${to[0] - 9 * Math.cos(angle + t)} ${to[1] - 9 * Math.sin(angle + t)}`;
      this.lines.draw({ d: `M ${from[0]} ${from[1]} L ${to[0]} ${to[1]} M ${tip(0.4)} L ${to[0]} ${to[1]} L ${tip(-0.4)}`, class: sent ? "course-edge course-sent" : "course-edge" });
      if (!sent) return;
      const text = short(message, whole), w = textWidth(text, 12.5, true) + 6, [x, y] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2 - (dy ? 0 : 11)];
      this.grounds.draw({ x: x - w / 2, y: y - 9, width: w });
      this.messages.draw({ x, y: y + 4, text });
    });
    const known = (i) => (Number.isFinite(below[i]) ? long(below[i]) : "?");
    all.forEach((i) => {
      const { x, y } = this.spots[i];
      this.frames.draw({ x: x - wide / 2, y: y - half, width: wide, class: lit[i] > 0 ? "course-pill course-lit" : "course-pill" });
      this.names.draw({ x, y: y - 12, text: clip(texts[i], wide - 6, FONT) });
      this.numbers.draw({ x, y: y + 6, text: long(values[i]) });
      this.more.draw({ x, y: y + 22, text: clip(`${label} ${known(i)}`, wide - 4, 12) });
    });
    const i = this.pointed ?? null;
    if (i !== null && i < n) {
      this.frame.draw({ x: this.spots[i].x - wide / 2, y: this.spots[i].y - half, width: wide });
      this.said = `${texts[i]}: value ${long(values[i])}, ${label} ${known(i) === "?" ? "not known yet" : known(i)}`;
    }
    this.finish([this.lines, this.frames, this.names, this.numbers, this.more, this.grounds, this.messages, this.frame]);
    return { values, below, messages, lit };
  }
}
