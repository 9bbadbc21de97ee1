// Points in the plane, or arrows from the origin.
import { clamp, long } from "../page/numbers.js";
import { Plane, shape } from "../page/plane.js";
import { extremes } from "../page/scales.js";

export class Points extends Plane {
  get markTag() { return "path"; }
  get markClass() { return "course-arrow"; }
  draw(width) {
    const sizes = this.sizes, xy = this.array("xy"), n = xy.shape[0], x = [], y = [], labels = this.texts("labels");
    for (let i = 0; i < n; i++) { x.push(xy.data[2 * i]); y.push(xy.data[2 * i + 1]); }
    const arrows = this.value("arrows"), groups = this.array("groups"), groupNames = this.texts("group_names") ?? [];
    const logX = this.value("log_x"), logY = this.value("log_y");
    const pad = ([a, b], log) => { const more = log ? (b / a) ** 0.08 || 2 : (b - a || 1) * 0.08; return log ? [a / more, b * more] : [a - more, b + more]; };
    const xr = this.value("x_range") ?? pad(extremes(arrows ? [...x, 0] : x), logX), yr = this.value("y_range") ?? pad(extremes(arrows ? [...y, 0] : y), logY);
    const g = this.plane(width, { x: xr, y: yr, logX, logY, height: clamp(width * sizes.high, sizes.plane_least, sizes.plane_most), legend: groupNames, shapes: true });
    const lit = this.figure.lit(this.axis("labels"), n), spots = [];
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
      const s = groups ? Math.round(groups.data[i]) : 0, [a, b] = [g.px(x[i]), g.py(y[i])];
      if (arrows) {
        const [ox, oy] = [g.px(0), g.py(0)], angle = Math.atan2(b - oy, a - ox), tip = (t) => `${a - 9 * Math.cos(angle + t)} ${b - 9 * Math.sin(angle + t)}`;
        this.marks.draw({ d: `M ${ox} ${oy} L ${a} ${b} M ${tip(0.4)} L ${a} ${b} L ${tip(-0.4)}`, stroke: this.color(s), "stroke-width": i === lit ? 3.2 : 1.8 });
      } else this.more.draw({ d: shape(s, a, b, i === lit ? 7 : 4.5), fill: this.color(s) });
      spots.push({ x: a, y: b, i, text: `${labels ? labels[i] : `point ${i}`}${groups && groupNames[s] ? ` (${groupNames[s]})` : ""}: ${long(x[i])}, ${long(y[i])}` });
      if (labels && n <= sizes.labels_most) this.keys.draw({ x: a + (a > width - 70 ? -8 : 8), y: b + (b < g.top + 14 ? 14 : -6), text: labels[i], "text-anchor": a > width - 70 ? "end" : "start", class: i === lit ? "course-label course-strong" : "course-label" });
    }
    const found = this.near(spots);
    if (found) { this.numbers.draw({ x: clamp(found.x, 90, width - 90), y: clamp(found.y + 20, g.top + 12, g.bottom - 4), text: found.text }); this.said = found.text; }
    this.finish();
    return { xy: x.map((v, i) => [v, y[i]]) };
  }
}
