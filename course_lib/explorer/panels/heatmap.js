// A matrix as coloured cells, with the numbers in them where they fit.
import { clamp, long, short } from "../page/numbers.js";
import { Panel } from "../page/panel.js";
import { colorIndex, colorLimits, isDark } from "../page/scales.js";
import { clip, FONT, roleClass, textWidth, widest } from "../page/text.js";

export class Heatmap extends Panel {
  get lights() { return true; } // pointing at a row lights the bar or point that belongs to it
  get usesCanvas() { return true; }
  build() {
    this.light = this.layer("rect", "course-light");
    this.labels = this.layer("text", "course-label");
    this.axes = this.layer("text", "course-axis");
    this.read = this.layer("text", "course-axis course-read"); // what the cell in focus holds: hidden before the guess
    this.cells = this.layer("text", "course-cell", { "text-anchor": "middle" });
    this.frame = this.layer("rect", "course-focus");
    this.reachable(this.root, "heat map");
    this.pointer((event) => this.cellAt(event));
  }
  cellAt(event) {
    const g = this.geometry;
    if (!g) return null;
    const [x, y] = this.point(event);
    const col = Math.floor((x - g.left) / g.cw), row = Math.floor((y - g.top) / g.ch);
    if (row < 0 || row >= g.n || x > g.left + g.m * g.cw + (g.right > 8 ? g.right : 0)) return null;
    const found = { row: { axis: this.axis("rows"), i: row } };
    if (col >= 0 && col < g.m) found.col = { axis: this.axis("cols"), i: col };
    return found;
  }
  move(down, right) {
    const { n, m } = this.geometry;
    const row = clamp((this.at("row", "rows", n) ?? 0) + down, 0, n - 1), col = clamp((this.at("col", "cols", m) ?? 0) + right, 0, m - 1);
    this.figure.goTo({ row: { axis: this.axis("rows"), i: row }, col: { axis: this.axis("cols"), i: col } });
  }
  // Where the cells lie in a panel of this width; heatmap.py counts in the same way.
  layout(width, { n, m, rows, cols, beside, besideLabel, rowLabel, colLabel }) {
    const s = this.sizes, small = width < s.small, titleHeight = small && !this.headingText() ? 0 : this.heading(width);
    const left = small ? 0 : (rows ? Math.min(widest(rows, FONT, true), width * s.row_labels) + s.row_gap : s.bare_left) + (rowLabel ? s.row_label : 0);
    let right = beside ? Math.max(textWidth(besideLabel, 12), s.beside) + s.beside_gap : s.bare_right;
    let cw = (width - left - right) / m, slant = false;
    if (cols && !small) {
      slant = widest(cols) > Math.min(cw, s.upright_cell) - s.label_gap;
      if (slant) { right = Math.max(right, textWidth(cols[m - 1]) * s.slant_wide - s.slant_right); cw = (width - left - right) / m; }
    }
    cw = Math.min(cw, s.cell_width);
    const upright = cols && !small ? s.col_labels : s.bare_top;
    const labelHeight = slant ? Math.min(widest(cols), s.slant_most) * s.slant_high + s.slant_gap : upright;
    const top = titleHeight + (colLabel && !small ? s.col_label : 0) + labelHeight;
    return { n, m, left, right, top, cw, ch: Math.min(cw, s.cell_height), slant, small, titleHeight };
  }
  draw(width) {
    const array = this.part("array"), [n, m] = array.shape, data = array.data, s = this.sizes;
    const rows = this.texts("rows"), cols = this.texts("cols"), beside = this.part("beside", 1), besideLabel = this.value("beside_label") ?? "";
    const rowLabel = this.value("row_label"), colLabel = this.value("col_label");
    const g = (this.geometry = this.layout(width, { n, m, rows, cols, beside, besideLabel, rowLabel, colLabel }));
    const { left, top, cw, ch, small } = g, palette = this.value("palette");
    this.size(width, top + n * ch + (small ? s.bare_bottom : s.legend + s.said));
    const [low, high] = colorLimits(palette, data, this.value("vmin"), this.value("vmax"));
    this.paint(g, data, low, high, this.figure.spec.palettes[palette]);
    if (this.value("numbers") !== false && cw >= s.number_width && ch >= s.number_height) this.write(g, data, array.whole, low, high, palette);
    this.cells.done();

    const r = this.at("row", "rows", n), c = this.at("col", "cols", m), end = left + m * cw, y = top + n * ch + s.legend_text;
    if (!small) {
      this.nameRowsAndColumns(g, width, rows, cols, r, c);
      if (rowLabel) { const middle = top + (n * ch) / 2; this.axes.draw({ x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})`, text: `← ${rowLabel}`, class: roleClass(this.figure, rowLabel, "course-axis") }); }
      if (colLabel) this.axes.draw({ x: left, y: g.titleHeight + 12, "text-anchor": "start", transform: null, text: `${colLabel} →`, class: roleClass(this.figure, colLabel, "course-axis") });
      if (beside) {
        this.axes.draw({ x: end + g.right - 4, y: top - 7, "text-anchor": "end", transform: null, text: g.slant ? "" : besideLabel });
        if (g.slant) this.axes.draw({ x: end + g.right - 2, y, "text-anchor": "end", transform: null, text: besideLabel });
        for (let i = 0; i < n; i++) this.labels.draw({ x: end + (g.slant ? s.beside_slanted : g.right - 4), y: top + (i + 0.5) * ch + 4, "text-anchor": "end",
          transform: null, text: short(beside.data[i]), class: i === r ? "course-label course-read course-strong" : "course-label course-read" });
      }
      const from = textWidth(short(low), 12) + s.legend_gap;
      this.axes.draw({ x: left + from - s.legend_gap, y, "text-anchor": "end", transform: null, text: short(low) });
      this.axes.draw({ x: left + from + s.legend_wide + s.legend_gap, y, "text-anchor": "start", transform: null, text: short(high) });
      if (r !== null && c !== null) {
        const name = (labels, i, word) => (labels ? labels[i] : `${word} ${i}`);
        this.said = `${name(rows, r, rowLabel)}, ${name(cols, c, colLabel)}: ${long(data[r * m + c])}`;
        this.read.draw({ x: left, y: y + 19, "text-anchor": "start", text: clip(this.said, width - left, 12) });
      }
    }
    this.labels.done(); this.axes.done(); this.read.done();
    if (r !== null) this.light.draw({ x: left - 1, y: top + r * ch - 1, width: m * cw + 2, height: ch + 2, rx: 3 });
    if (c !== null && !small) this.light.draw({ x: left + c * cw - 1, y: top - 1, width: cw + 2, height: n * ch + 2, rx: 3, class: r === null ? "course-light" : "course-light course-faint" });
    this.light.done();
    if (r !== null && c !== null) this.frame.draw({ x: left + c * cw, y: top + r * ch, width: cw, height: ch, rx: 2 });
    this.frame.done();
    return { cells: Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * m, i * m + m))), ...(beside ? { beside: Array.from(beside.data) } : {}) };
  }
  // The numbers in the cells.
  write({ n, m, left, top, cw, ch }, data, whole, low, high, palette) {
    const table = this.figure.spec.palettes[palette];
    for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) {
      const v = data[i * m + j], c = Number.isFinite(v) ? colorIndex(v, low, high) * 3 : null;
      this.cells.draw({ x: left + (j + 0.5) * cw, y: top + (i + 0.5) * ch + 4, text: short(v, whole),
        fill: c === null ? "currentColor" : isDark(table, c) ? "#fff" : "#000", "font-size": cw < 36 ? 10.5 : cw < 44 ? 11.3 : 12 });
    }
  }
  nameRowsAndColumns({ left, top, cw, ch, slant }, width, rows, cols, r, c) {
    if (rows) rows.forEach((text, i) => this.labels.draw({ x: left - 7, y: top + (i + 0.5) * ch + 4, "text-anchor": "end", transform: null,
      text: ch >= 9 || i % Math.ceil(11 / ch) === 0 ? clip(text, width * this.sizes.row_labels, FONT) : "", class: i === r ? "course-label course-strong" : "course-label" }));
    if (cols) cols.forEach((text, j) => {
      const x = left + (j + 0.5) * cw, y = top - 7;
      this.labels.draw({ x, y, "text-anchor": slant ? "start" : "middle", transform: slant ? `rotate(-40 ${x} ${y})` : null,
        text: cw >= 9 || j % Math.ceil(11 / cw) === 0 ? text : "", class: j === c ? "course-label course-strong" : "course-label" });
    });
  }
  // The cells as colours: at once, or passing over from those that were there.
  paint(g, data, low, high, table) {
    const { motion } = this.figure, before = this.shown, now = this.colours(data, low, high, table);
    this.shown = now;
    motion.cancel(this);
    if (!motion.on || before?.length !== now.length) { this.fill(g, data, now, low, high, table); return; }
    const mixed = new Uint8ClampedArray(now.length);
    motion.start(this, (t) => {
      for (let k = 0; k < now.length; k++) mixed[k] = before[k] + (now[k] - before[k]) * t;
      this.fill(g, data, mixed, low, high, table);
    });
  }
  colours(data, low, high, table) {
    const rgba = new Uint8ClampedArray(data.length * 4);
    for (let k = 0; k < data.length; k++) {
      const finite = Number.isFinite(data[k]), c = finite ? colorIndex(data[k], low, high) * 3 : 0;
      rgba[k * 4] = table[c]; rgba[k * 4 + 1] = table[c + 1]; rgba[k * 4 + 2] = table[c + 2]; rgba[k * 4 + 3] = finite ? 255 : 0;
    }
    return rgba;
  }
  // Put colours on the canvas, hatch what is no number, and draw the bar that says which colour is which value.
  fill({ n, m, left, top, cw, ch, small }, data, rgba, low, high, table) {
    const s = this.sizes, context = this.brush();
    this.pixels ??= document.createElement("canvas");
    Object.assign(this.pixels, { width: m, height: n });
    this.pixels.getContext("2d").putImageData(new ImageData(rgba, m, n), 0, 0);
    context.drawImage(this.pixels, left, top, m * cw, n * ch);
    if (data.some((v) => !Number.isFinite(v))) {
      context.fillStyle = "rgba(128,128,128,0.22)"; context.strokeStyle = "rgba(128,128,128,0.55)"; context.lineWidth = 1;
      for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) {
        if (Number.isFinite(data[i * m + j])) continue;
        const [x, y] = [left + j * cw, top + i * ch];
        context.save(); context.beginPath(); context.rect(x, y, cw, ch); context.clip(); context.fill(); context.beginPath();
        for (let d = -ch; d < cw; d += 7) { context.moveTo(x + d, y + ch); context.lineTo(x + d + ch, y); }
        context.stroke(); context.restore();
      }
    }
    if (cw >= s.gaps_from) { // thin gaps tell neighbours of one colour apart
      context.globalCompositeOperation = "destination-out"; context.lineWidth = 1.5; context.beginPath();
      for (let i = 1; i < n; i++) { context.moveTo(left, top + i * ch); context.lineTo(left + m * cw, top + i * ch); }
      for (let j = 1; j < m; j++) { context.moveTo(left + j * cw, top); context.lineTo(left + j * cw, top + n * ch); }
      context.stroke(); context.globalCompositeOperation = "source-over";
    }
    if (small) return;
    const from = left + textWidth(short(low), 12) + s.legend_gap;
    for (let k = 0; k < s.legend_wide; k++) {
      const c = Math.round((k / (s.legend_wide - 1)) * 255) * 3;
      context.fillStyle = `rgb(${table[c]},${table[c + 1]},${table[c + 2]})`;
      context.fillRect(from + k, top + n * ch + s.legend_top, 1.5, s.legend_high);
    }
  }
}
