// Points in the plane, or arrows from the origin.
import { clamp, long } from "../page/numbers.js";
import { Plane, shape } from "../page/plane.js";
import { extremes } from "../page/scales.js";
import { textWidth } from "../page/text.js";

// Where the labels of points go: beside their point, at the first of four corners where they touch no other label, no point
// and no edge (`lines`: points of lines that they may not touch either); null where there is none (the point says its name when it is pointed at). `first` is placed before the others.
export const placed = (spots, [left, top, right, bottom], first = -1, lines = []) => {
  const taken = [...spots, ...lines].map(({ x, y }) => [x - 4, y - 4, x + 4, y + 4]), found = spots.map(() => null);
  const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const order = spots.map((_, k) => k).sort((a, b) => (b === first) - (a === first));
  for (const k of order) {
    const { x, y, w } = spots[k];
    for (const [dx, dy] of [[7, -5], [-7, -5], [7, 14], [-7, 14]]) {
      const from = dx > 0 ? x + dx : x + dx - w, box = [from, y + dy - 10, from + w, y + dy + 3];
      if (box[0] < left || box[1] < top - 12 || box[2] > right || box[3] > bottom + 2) continue;
      if (taken.some((other, o) => o !== k && meets(box, other))) continue;
      taken.push(box);
      found[k] = { x: x + dx, y: y + dy, "text-anchor": dx > 0 ? "start" : "end" };
      break;
    }
  }
  return found;
};

// Points along arrows from an origin to their tips, short of the tips themselves.
const along = (spots, x0, y0) => spots.flatMap(({ x, y }) => Array.from({ length: 20 }, (_, k) => ({ x: x0 + ((x - x0) * k) / 21, y: y0 + ((y - y0) * k) / 21 })));

// The unit circle.
const ring = ({ px, py }) => {
  const [x, y, rx, ry] = [px(-1), py(0), px(1) - px(0), py(0) - py(1)];
  return `M ${x} ${y} a ${rx} ${ry} 0 1 0 ${2 * rx} 0 a ${rx} ${ry} 0 1 0 ${-2 * rx} 0`;
};

// The arc from arrow a to arrow b, and where it is wanted the perpendicular from the tip of b to the line of a. As in points.py.
const angleMarks = ({ px, py }, a, b, size, upright) => {
  const [la, lb] = [Math.hypot(...a), Math.hypot(...b)];
  if (!(Math.min(la, lb) > 0)) return [];
  const dot = a[0] * b[0] + a[1] * b[1], start = Math.atan2(a[1], a[0]), turn = Math.atan2(a[0] * b[1] - a[1] * b[0], dot), r = size * Math.min(la, lb);
  const arc = Array.from({ length: 49 }, (_, k) => start + (turn * k) / 48).map((t) => `${px(r * Math.cos(t)).toFixed(2)} ${py(r * Math.sin(t)).toFixed(2)}`);
  const foot = a.map((v) => (v * dot) / la ** 2);
  const lines = [`M ${arc.join(" L ")}`];
  return upright ? [...lines, `M ${px(b[0])} ${py(b[1])} L ${px(foot[0])} ${py(foot[1])}`] : lines;
};

export class Points extends Plane {
  build() {
    super.build();
    this.guides = this.layer("path", "course-guide");
  }
  get markTag() { return "path"; }
  get markClass() { return "course-arrow"; }
  draw(width) {
    const sizes = this.sizes, xy = this.array("xy"), n = xy.shape[0], x = [], y = [], labels = this.texts("labels");
    for (let i = 0; i < n; i++) { x.push(xy.data[2 * i]); y.push(xy.data[2 * i + 1]); }
    const arrows = this.value("arrows"), groups = this.array("groups"), groupNames = this.texts("group_names") ?? [];
    const logX = this.value("log_x"), logY = this.value("log_y");
    const pad = ([a, b], log) => { const more = log ? (b / a) ** 0.08 || 2 : (b - a || 1) * 0.08; return log ? [a / more, b * more] : [a - more, b + more]; };
    const xr = this.value("x_range") ?? pad(extremes(arrows ? [...x, 0] : x), logX), yr = this.value("y_range") ?? pad(extremes(arrows ? [...y, 0] : y), logY);
    const g = this.plane(width, { x: xr, y: yr, logX, logY, height: clamp(width * sizes.high, sizes.plane_least, sizes.plane_most), legend: arrows && labels ? [] : groupNames, shapes: true, equal: this.value("equal") });
    if (this.value("circle")) this.guides.draw({ d: ring(g), class: "course-guide course-dotted" });
    const angle = this.value("angle");
    if (angle) for (const d of angleMarks(g, ...angle.map((i) => [x[i], y[i]]), sizes.arc, this.value("perpendicular"))) this.guides.draw({ d, class: "course-guide" });
    this.guides.done();
    const lit = this.figure.lit(this.axis("labels"), n), spots = [];
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
      const s = groups ? Math.round(groups.data[i]) : 0, [a, b] = [g.px(x[i]), g.py(y[i])];
      if (arrows) {
        const [ox, oy] = [g.px(0), g.py(0)], angle = Math.atan2(b - oy, a - ox), tip = (t) => `${a - 9 * Math.cos(angle + t)} ${b - 9 * Math.sin(angle + t)}`;
        this.marks.draw({ d: `M ${ox} ${oy} L ${a} ${b} M ${tip(0.4)} L ${a} ${b} L ${tip(-0.4)}`, stroke: this.color(s, groupNames[s]), "stroke-width": i === lit ? 3.2 : 1.8 });
      } else this.more.draw({ d: shape(s, a, b, i === lit ? 7 : 4.5), fill: this.color(s, groupNames[s]) });
      spots.push({ x: a, y: b, i, text: `${labels ? labels[i] : `point ${i}`}${groups && groupNames[s] ? ` (${groupNames[s]})` : ""}: ${long(x[i])}, ${long(y[i])}` });
    }
    if (labels && n <= sizes.labels_most) {
      const places = placed(spots.map((spot) => ({ ...spot, w: textWidth(labels[spot.i], sizes.label) })), [g.left, g.top, width, g.bottom], spots.findIndex(({ i }) => i === lit), arrows ? along(spots, g.px(0), g.py(0)) : []);
      spots.forEach(({ i }, k) => { if (places[k]) this.keys.draw({ ...places[k], text: labels[i], class: i === lit ? "course-label course-strong" : "course-label", "font-size": sizes.label }); });
    }
    const found = this.near(spots);
    if (found) { this.numbers.draw({ x: clamp(found.x, 90, width - 90), y: clamp(found.y + 20, g.top + 12, g.bottom - 4), text: found.text }); this.said = found.text; }
    this.finish();
    return { xy: x.map((v, i) => [v, y[i]]) };
  }
}
