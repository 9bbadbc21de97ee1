// The dot product behind the cell in focus: both vectors, their products, the sum.
import { clamp, long, short } from "../page/numbers.js";
import { Panel } from "../page/panel.js";
import { isDark } from "../page/scales.js";
import { clip, FONT, roleClass, widest } from "../page/text.js";

export class DotProduct extends Panel {
  build() {
    this.boxes = this.layer("rect", "course-box", { rx: 3 });
    this.cells = this.layer("text", "course-cell", { "text-anchor": "middle" });
    this.labels = this.layer("text", "course-label");
    this.results = this.layer("text", "course-result");
  }
  draw(width) {
    const s = this.sizes, left = this.part("left"), right = this.part("right"), across = this.value("right_axis") === "cols";
    const [n, d] = left.shape, m = right.shape[across ? 1 : 0];
    const r = Math.min(this.at("row", "rows", n) ?? 0, n - 1), c = Math.min(this.at("col", "cols", m) ?? 0, m - 1);
    const rows = this.texts("rows"), cols = this.texts("cols");
    const a = Array.from(left.data.subarray(r * d, r * d + d));
    const b = Array.from({ length: d }, (_, k) => right.data[across ? k * m + c : c * d + k]);
    const products = a.map((v, k) => Math.fround(v * b[k])), result = this.part("result");
    const sum = result ? result.data[r * m + c] : products.reduce((x, y) => x + y, 0);
    const head = this.heading(width), name = (texts, i, word) => (texts ? texts[i] : `${word} ${i}`);
    const leftText = `${this.value("left_label") ?? this.value("left")}: ${name(rows, r, "row")}`;
    const rightText = `${this.value("right_label") ?? this.value("right")}: ${name(cols, c, "column")}`;
    const margin = Math.min(widest([leftText, rightText, "products"]) + s.margin, width * s.margin_most), cw = s.cell_width, ch = s.cell_height;
    const fit = Math.max(1, Math.floor((width - margin - s.edge) / cw)), shown = d <= fit ? d : Math.max(1, Math.floor((width - margin - s.more) / cw));
    const scale = Math.max(1e-9, ...a.map(Math.abs).filter(Number.isFinite), ...b.map(Math.abs).filter(Number.isFinite));
    const table = this.figure.spec.palettes.diverging;
    [a, b, products].forEach((values, line) => {
      const y = head + line * s.line + (line === 2 ? s.before_sum : 0);
      this.labels.draw({ x: 0, y: y + s.text, text: clip([leftText, rightText, "products"][line], margin - 20, FONT), class: roleClass(this.figure, [leftText, rightText, ""][line], "course-label") });
      this.labels.draw({ x: margin - 8, y: y + s.text, "text-anchor": "end", text: ["", "×", "="][line], class: "course-label" });
      for (let k = 0; k < shown; k++) {
        const v = values[k], i = Number.isFinite(v) ? Math.round(clamp(0.5 + (0.5 * v) / scale, s.pale, s.dark) * 255) * 3 : 381;
        this.boxes.draw({ x: margin + k * cw, y, width: cw - s.between, height: ch, fill: `rgb(${table[i]},${table[i + 1]},${table[i + 2]})` });
        this.cells.draw({ x: margin + (k + 0.5) * cw - s.between / 2, y: y + s.text, text: short(v), fill: isDark(table, i) ? "#fff" : "#000", "font-size": 12 });
      }
      if (shown < d) this.labels.draw({ x: margin + shown * cw + 2, y: y + s.text, "text-anchor": "start", text: "…", class: "course-label" });
    });
    this.boxes.done(); this.cells.done(); this.labels.done();
    let y = head + 3 * s.line + s.result;
    this.results.draw({ x: 0, y, text: shown < d ? `sum of all ${d} products` : `sum of the ${d} products`, class: "course-label" });
    const steps = (this.value("chain") ?? []).map(([what, array]) => [what, this.figure.chosenPart(this.figure.get(this.figure.pick(array)), 2)]);
    const column = Math.min(width - s.column_right, Math.max(widest(["sum of all 128 products", ...steps.map(([what]) => what)]) + s.column_gap, margin));
    this.results.draw({ x: column, y, text: `= ${long(sum)}`, class: "course-result" });
    const after = [];
    for (const [what, array] of steps) {
      y += s.step;
      const v = array.data[r * m + c];
      after.push(v);
      this.results.draw({ x: 0, y, text: what, class: "course-label" });
      this.results.draw({ x: column, y, text: `→ ${long(v)}`, class: "course-result" });
    }
    this.results.done();
    this.size(width, y + s.bottom);
    return { left: a.slice(0, shown), right: b.slice(0, shown), products: products.slice(0, shown), sum, ...(after.length ? { chain: after } : {}) };
  }
}
