// Curves over a shared x.
import { clamp, long } from "../page/numbers.js";
import { DASHES, Plane, shape } from "../page/plane.js";
import { extremes } from "../page/scales.js";
import { widest } from "../page/text.js";

export class Curves extends Plane {
  get markTag() { return "path"; }
  get markClass() { return "course-line"; }
  draw(width) {
    const x = Array.from(this.array("x").data), logX = this.value("log_x"), logY = this.value("log_y"), drawn = {};
    const lines = this.value("lines").pairs.map(([label, name]) => [label, Array.from(this.figure.get(this.figure.pick(name)).data)]);
    const line = (field) => { const v = this.value(field); return typeof v === "string" ? this.figure.get(v).data[0] : v; };
    const h = line("h_line"), v = line("v_line");
    const ys = lines.flatMap(([, y]) => y).concat(h === null ? [] : [h]);
    const given = this.value("x_range"), xr = given ?? (logX ? this.range("", x, true) : extremes(x));
    const yr = this.range("y_range", ys, logY);
    const names = lines.map(([label]) => label), s = this.sizes, room = widest(names, 12) + 10;
    const direct = names.length > 1 && names.length <= s.direct_most && width >= s.direct_width && room <= s.direct_share * width;
    const last = (y) => y.findLast((value, i) => Number.isFinite(value) && Number.isFinite(x[i]) && !(logY && value <= 0));
    const g = this.plane(width, { x: xr[0] < xr[1] ? xr : [xr[0] - 1, xr[1] + 1], y: yr, logX, logY, height: s.plane, legend: names,
      ends: direct ? { values: lines.map(([, y]) => last(y)), room, line: s.direct_line } : null });
    const spots = [], inside = (py) => clamp(py, g.top - 400, g.bottom + 400);
    lines.forEach(([label, y], number) => {
      let d = "", open = false;
      y.forEach((value, i) => {
        const ok = Number.isFinite(value) && Number.isFinite(x[i]) && !(logY && value <= 0) && !(logX && x[i] <= 0);
        if (ok) { const [a, b] = [g.px(x[i]), inside(g.py(value))]; d += `${open ? "L" : "M"}${a.toFixed(2)} ${b.toFixed(2)}`; spots.push({ x: a, y: b, text: `${label ? `${label}: ` : ""}${long(value)} at ${long(x[i])}`, number }); }
        open = ok;
      });
      this.marks.draw({ d, fill: "none", stroke: this.color(number, label), "stroke-dasharray": DASHES[number % DASHES.length] || null });
      drawn[label] = [x, y];
    });
    if (h !== null) this.reference.draw({ x1: g.left, x2: g.right, y1: inside(g.py(h)), y2: inside(g.py(h)) });
    if (v !== null) this.reference.draw({ x1: g.px(v), x2: g.px(v), y1: g.top, y2: g.bottom });
    const found = this.near(spots);
    if (found) {
      this.more.draw({ d: shape(0, found.x, found.y, 5), fill: this.color(found.number, names[found.number]), transform: null });
      this.numbers.draw({ x: clamp(found.x, 80, width - 80), y: Math.max(g.top + 10, found.y - 10), text: found.text });
      this.said = found.text;
    }
    this.finish();
    return drawn;
  }
}
