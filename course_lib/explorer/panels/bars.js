// Bars, one series or several side by side.
import { clamp, long, short } from "../page/numbers.js";
import { Plane } from "../page/plane.js";

export class Bars extends Plane {
  get markTag() { return "rect"; }
  get markClass() { return "course-bar"; }
  draw(width) {
    const sizes = this.sizes, named = this.value("series"), pairs = named.pairs ?? [["", named]], drawn = {};
    const series = pairs.map(([label, name]) => {
      const array = this.figure.get(this.figure.pick(name)), k = array.shape[array.shape.length - 1];
      const row = array.shape.length === 2 ? Math.min(this.at("row", "rows", array.shape[0]) ?? 0, array.shape[0] - 1) : 0;
      return { label, values: array.shape.length ? Array.from(array.data.subarray(row * k, row * k + k)) : [array.data[0]], whole: array.whole };
    });
    const count = series[0].values.length, labels = this.texts("labels") ?? series[0].values.map((_, i) => String(i));
    const [low, high] = this.range("", series.flatMap(({ values }) => values), false, true);
    const y = [this.value("low") ?? low, this.value("high") ?? high], every = Math.ceil(count / Math.max(1, Math.floor(width / sizes.label_width)));
    const places = labels.map((_, i) => i).filter((i) => i % every === 0);
    const g = this.plane(width, { x: [-0.5, count - 0.5], y, xTicks: places, xNames: places.map((i) => labels[i]), height: sizes.plane, legend: series.map(({ label }) => label) });
    const slot = (g.right - g.left) / count, w = Math.max(1, (slot * sizes.together) / series.length), spots = [];
    const lit = this.figure.lit(this.axis("labels"), count);
    series.forEach(({ label, values, whole }, s) => {
      drawn[label] = values;
      values.forEach((v, i) => {
        const ok = Number.isFinite(v), x = g.left + (i + (1 - sizes.together) / 2) * slot + s * w, zero = g.py(clamp(0, y[0], y[1])), at = ok ? g.py(clamp(v, y[0], y[1])) : zero;
        this.marks.draw({ x, y: Math.min(at, zero), width: w * sizes.bar, height: Math.abs(at - zero), fill: this.color(s, label), opacity: lit === null || lit === i || count > sizes.crowd ? 1 : 0.72 });
        if (w >= sizes.number_width) this.numbers.draw({ x: x + w / 2, y: v < 0 ? at + 13 : at - 4, text: short(v, whole) });
        spots.push({ x: x + w / 2, y: (at + zero) / 2, text: `${labels[i]}${label ? `, ${label}` : ""}: ${long(v)}` });
      });
    });
    const found = this.near(spots);
    if (found && w < sizes.number_width) this.numbers.draw({ x: clamp(found.x, 60, width - 60), y: g.top + 6, text: found.text });
    if (found) this.said = found.text;
    this.finish();
    return drawn;
  }
}
