// A live figure in the page. It knows nothing of attention or of any lesson: it draws the declaration (spec) from named
// arrays, and asks Python for nothing where all frames were sent. What it drew stands in el.courseDrawn, for the tests.

const NS = "http://www.w3.org/2000/svg";
const FONT = 13;
const SHAPES = ["circle", "square", "triangle", "diamond"];
// Bars tell series apart by place, curves by dashes, points by shape: never by colour alone.
const DASHES = ["", "7 4", "2 3", "9 3 2 3", "12 4", "4 4", "1 4", "6 2 2 2"];

// ---------------------------------------------------------------- small tools

const html = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

// Attributes are set only where they differ: a frame changes few of them, and each change costs layout time.
const set = (node, attributes) => {
  const known = (node.courseSet ??= {});
  for (const key in attributes) {
    const value = attributes[key];
    if (known[key] === value) continue;
    known[key] = value;
    if (key === "text") node.textContent = value;
    else if (value === null) node.removeAttribute(key);
    else node.setAttribute(key, value);
  }
  return node;
};

// Nodes of one kind, kept and used again for the next frame.
class Layer {
  constructor(parent, tag, fixed = {}) {
    this.group = parent.appendChild(document.createElementNS(NS, "g"));
    Object.assign(this, { tag, fixed, nodes: [], used: 0 });
  }
  draw(attributes) {
    let node = this.nodes[this.used];
    if (!node) {
      node = this.group.appendChild(document.createElementNS(NS, this.tag));
      set(node, this.fixed);
      this.nodes.push(node);
    }
    this.used += 1;
    return set(node, { display: null, ...attributes });
  }
  done() {
    for (let i = this.used; i < this.nodes.length; i++) set(this.nodes[i], { display: "none" });
    this.used = 0;
  }
}

const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map();
const textWidth = (text, size = FONT, bold = false) => {
  const key = `${size}${bold}${text}`;
  if (!widths.has(key)) {
    ruler.font = `${bold ? "600 " : ""}${size}px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif`;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
};
const widest = (texts, size, bold) => texts.reduce((most, text) => Math.max(most, textWidth(text, size, bold)), 0);
const clip = (text, width, size) => {
  if (textWidth(text, size) <= width) return text;
  let n = text.length;
  while (n > 1 && textWidth(`${text.slice(0, n)}…`, size) > width) n--;
  return `${text.slice(0, n)}…`;
};
const wrap = (text, width, size) => {
  const lines = [];
  for (const part of text.split("\n")) {
    let line = "";
    for (const word of part.split(" ")) {
      const longer = line ? `${line} ${word}` : word;
      if (line && textWidth(longer, size) > width) { lines.push(line); line = word; } else line = longer;
    }
    lines.push(line);
  }
  return lines;
};

const minus = (text) => text.replace("-", "−");
const special = (v) => (Number.isNaN(v) ? "NaN" : v > 0 ? "∞" : "−∞");
const short = (v, whole = false) => {
  if (!Number.isFinite(v)) return special(v);
  const size = Math.abs(v);
  let text = size >= 1e5 ? v.toExponential(0).replace("e+", "e") : v.toFixed(whole || size >= 100 ? 0 : size >= 9.995 ? 1 : 2);
  if (Number(text) === 0) text = text.replace("-", "");
  return minus(text);
};
const long = (v) => {
  if (!Number.isFinite(v)) return special(v);
  return minus(v !== 0 && (Math.abs(v) < 1e-3 || Math.abs(v) >= 1e6) ? v.toExponential(2) : String(Number(v.toPrecision(4))));
};
const clamp = (v, low, high) => Math.max(low, Math.min(high, v));
const extremes = (values) => {
  let low = Infinity, high = -Infinity;
  for (const v of values) if (Number.isFinite(v)) { if (v < low) low = v; if (v > high) high = v; }
  return low <= high ? [low, high] : [0, 1];
};
const ticks = (low, high, log, most = 5) => {
  if (log) {
    const found = [];
    const [a, b] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
    const step = Math.max(1, Math.ceil((b - a) / most));
    for (let e = a; e <= b; e += step) if (10 ** e >= low * 0.999 && 10 ** e <= high * 1.001) found.push(10 ** e);
    return found;
  }
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
};
const tickText = (v) => (v !== 0 && (Math.abs(v) >= 1e5 || Math.abs(v) < 1e-3) ? minus(v.toExponential(0)) : minus(String(Number(v.toPrecision(6)))));

// Bytes arrive as a DataView that need not begin at a multiple of four.
const bytes = (view) => (view instanceof ArrayBuffer ? view.slice(0) : view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

class Store {
  constructor(packed) {
    this.names = Object.fromEntries(packed.names.map((name, i) => [name, i]));
    this.width = packed.names.length;
    this.entries = packed.entries;
    this.numbers = new Float32Array(bytes(packed.buffer));
    this.index = new Int32Array(bytes(packed.index));
  }
  get(row, name) {
    const column = this.names[name];
    const id = column === undefined ? -1 : this.index[row * this.width + column];
    if (id < 0 || id === undefined) return null;
    const entry = this.entries[id];
    if (entry.shape && !entry.data) {
      const size = entry.shape.reduce((a, b) => a * b, 1);
      entry.data = this.numbers.subarray(entry.offset, entry.offset + size);
      entry.whole = entry.data.every((v) => Number.isInteger(v) || !Number.isFinite(v));
    }
    entry.id = id;
    return entry;
  }
}

// ---------------------------------------------------------------- panels

class Panel {
  constructor(figure, spec, place) {
    Object.assign(this, { figure, spec, place, key: `${spec.kind} ${place}`, last: null });
    this.root = html("div", `course-panel course-${spec.kind.toLowerCase()}`);
    this.root.style.flex = `${spec.width} 1 0`;
    this.canvas = this.usesCanvas ? this.root.appendChild(html("canvas")) : null;
    this.svg = this.root.appendChild(document.createElementNS(NS, "svg"));
    this.svg.setAttribute("aria-hidden", "true");
    this.title = new Layer(this.svg, "text", { class: "course-title" });
    this.build();
  }
  build() {}
  layer(tag, className, fixed = {}) { return new Layer(this.svg, tag, { class: className, ...fixed }); }
  value(field) { return this.figure.pick(this.spec[field]); }
  array(field) { const name = this.value(field); return name === null || name === undefined ? null : this.figure.get(name); }
  // The last axes of an array: all there is, or the part that belongs to the map that is chosen among the thumbnails.
  part(field, axes = 2) { return this.figure.chosenPart(this.array(field), axes); }
  texts(field) { return this.figure.texts(this.spec[field]); }
  axis(field) { const name = this.value(field); return name === null ? `own ${this.place} ${field}` : JSON.stringify(name); }
  at(part, field, n) { return this.figure.at(part, this.axis(field), n); }
  get hidden() { return this.value(this.main) === null; }
  size(width, height) {
    const [w, h] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
    if (this.w === w && this.h === h) return;
    Object.assign(this, { w, h });
    set(this.svg, { width: w, height: h, viewBox: `0 0 ${w} ${h}` });
    if (this.canvas) {
      const scale = window.devicePixelRatio || 1;
      Object.assign(this.canvas, { width: w * scale, height: h * scale });
      Object.assign(this.canvas.style, { width: `${w}px`, height: `${h}px` });
    }
  }
  heading(width, x = 0) {
    const text = this.headingText();
    if (text) this.title.draw({ x, y: 14, text: clip(text, width, FONT + 0.6) });
    this.title.done();
    return text ? 24 : 2;
  }
  // The title, and after it the name of the chosen map where this panel shows one of several.
  headingText() {
    const title = this.value("title"), field = { Heatmap: "array", TokenRow: "weights", DotProduct: "left" }[this.spec.kind];
    const array = field ? this.array(field) : null, called = array && array.shape.length > 2 ? this.figure.called : null;
    return called ? (title ? `${title} · ${called}` : called) : title;
  }
  // One tab stop for each panel; arrow keys move the focus inside it.
  reachable(node, label) {
    set(node, { tabindex: "0", role: "group", "aria-label": label, "data-lm-suppress-shortcuts": "true" });
    node.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (move) this.move(...move);
      else if (event.key === "Home" || event.key === "End") this.move(0, event.key === "Home" ? -1e6 : 1e6);
      else if (event.key === "Enter" || event.key === " ") this.figure.pin(this.figure.focus);
      else if (event.key === "Escape") this.figure.unpin();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
  move() {}
  pointer(find) {
    this.root.addEventListener("pointermove", (event) => this.figure.hover(find(event)));
    this.root.addEventListener("pointerleave", () => this.figure.hover(null));
    this.root.addEventListener("click", (event) => { const found = find(event); if (found) this.figure.pin(found); });
  }
  point(event) { const box = this.svg.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; }
}

class Heatmap extends Panel {
  get usesCanvas() { return true; }
  get main() { return "array"; }
  build() {
    this.light = this.layer("rect", "course-light");
    this.labels = this.layer("text", "course-label");
    this.axes = this.layer("text", "course-axis");
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
  draw(width) {
    const array = this.part("array"), [n, m] = array.shape, data = array.data;
    const rows = this.texts("rows"), cols = this.texts("cols"), beside = this.part("beside", 1);
    const small = width < 150, titleHeight = small && !this.headingText() ? 0 : this.heading(width);
    const rowLabel = small ? null : this.value("row_label"), colLabel = small ? null : this.value("col_label");
    const left = small ? 0 : (rows ? Math.min(widest(rows, FONT, true), width * 0.3) + 10 : 4) + (rowLabel ? 20 : 0);
    const besideLabel = this.value("beside_label") ?? "";
    let right = beside ? Math.max(textWidth(besideLabel, 12), 40) + 14 : 2;
    let cw = (width - left - right) / m, slant = false;
    if (cols && !small) {
      slant = widest(cols) > Math.min(cw, 56) - 4;
      if (slant) { right = Math.max(right, textWidth(cols[m - 1]) * 0.77 - 10); cw = (width - left - right) / m; }
    }
    cw = Math.min(cw, 58);
    const ch = Math.min(cw, 38), labelHeight = cols && !small ? (slant ? Math.min(widest(cols), 120) * 0.64 + 14 : 20) : 2;
    const top = titleHeight + (colLabel ? 18 : 0) + labelHeight;
    this.size(width, top + n * ch + (small ? 2 : 48));
    this.geometry = { n, m, left, right, top, cw, ch };

    const palette = this.value("palette");
    let [low, high] = extremes(data);
    if (palette === "diverging") { high = Math.max(Math.abs(low), Math.abs(high)); low = -high; }
    low = this.value("vmin") ?? low; high = this.value("vmax") ?? high;
    if (!(high > low)) [low, high] = palette === "diverging" ? [low - 1, low + 1] : [low, low + 1];
    this.paint({ data, n, m, left, top, cw, ch, low, high, palette, small });

    const table = this.figure.spec.palettes[palette];
    if (this.value("numbers") !== false && cw >= 30 && ch >= 15) {
      for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) {
        const v = data[i * m + j], c = Number.isFinite(v) ? this.color(v, low, high) * 3 : null;
        const dark = c !== null && 0.299 * table[c] + 0.587 * table[c + 1] + 0.114 * table[c + 2] < 140;
        this.cells.draw({ x: left + (j + 0.5) * cw, y: top + (i + 0.5) * ch + 4, text: short(v, array.whole),
          fill: c === null ? "currentColor" : dark ? "#fff" : "#111", "font-size": cw < 36 ? 10.5 : cw < 44 ? 11.3 : 12 });
      }
    }
    this.cells.done();

    const r = this.at("row", "rows", n), c = this.at("col", "cols", m);
    if (!small) {
      if (rows) rows.forEach((text, i) => this.labels.draw({ x: left - 7, y: top + (i + 0.5) * ch + 4, "text-anchor": "end", transform: null,
        text: ch >= 9 || i % Math.ceil(11 / ch) === 0 ? clip(text, width * 0.3, FONT) : "", class: i === r ? "course-label course-strong" : "course-label" }));
      if (cols) cols.forEach((text, j) => {
        const x = left + (j + 0.5) * cw, y = top - 7;
        this.labels.draw({ x, y, "text-anchor": slant ? "start" : "middle", transform: slant ? `rotate(-40 ${x} ${y})` : null,
          text: cw >= 9 || j % Math.ceil(11 / cw) === 0 ? text : "", class: j === c ? "course-label course-strong" : "course-label" });
      });
      if (rowLabel) { const y = top + (n * ch) / 2; this.axes.draw({ x: 12, y, "text-anchor": "middle", transform: `rotate(-90 12 ${y})`, text: `← ${rowLabel}` }); }
      if (colLabel) this.axes.draw({ x: left, y: titleHeight + 12, "text-anchor": "start", transform: null, text: `${colLabel} →` });
      if (beside) {
        this.axes.draw({ x: left + m * cw + right - 4, y: top - 7, "text-anchor": "end", transform: null, text: slant ? "" : besideLabel });
        if (slant) this.axes.draw({ x: left + m * cw + right - 2, y: top + n * ch + 22, "text-anchor": "end", transform: null, text: besideLabel });
        for (let i = 0; i < n; i++) this.labels.draw({ x: left + m * cw + (slant ? 50 : right - 4), y: top + (i + 0.5) * ch + 4, "text-anchor": "end",
          transform: null, text: short(beside.data[i]), class: i === r ? "course-label course-strong" : "course-label" });
      }
      const y = top + n * ch + 22, from = textWidth(short(low), 12) + 6;
      this.axes.draw({ x: left + from - 6, y, "text-anchor": "end", transform: null, text: short(low) });
      this.axes.draw({ x: left + from + 90 + 6, y, "text-anchor": "start", transform: null, text: short(high) });
      if (r !== null && c !== null) {
        const name = (labels, i, word) => (labels ? labels[i] : `${word} ${i}`);
        const said = `${name(rows, r, this.value("row_label"))}, ${name(cols, c, this.value("col_label"))}: ${long(data[r * m + c])}`;
        this.axes.draw({ x: left, y: y + 19, "text-anchor": "start", transform: null, text: clip(said, width - left, 12) });
        this.said = said;
      }
    }
    this.labels.done(); this.axes.done();
    if (r !== null) this.light.draw({ x: left - 1, y: top + r * ch - 1, width: m * cw + 2, height: ch + 2, rx: 3 });
    if (c !== null && !small) this.light.draw({ x: left + c * cw - 1, y: top - 1, width: cw + 2, height: n * ch + 2, rx: 3, class: "course-light course-faint" });
    this.light.done();
    if (r !== null && c !== null) this.frame.draw({ x: left + c * cw, y: top + r * ch, width: cw, height: ch, rx: 2 });
    this.frame.done();
    return { cells: Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * m, i * m + m))), ...(beside ? { beside: Array.from(beside.data) } : {}) };
  }
  color(v, low, high) { return clamp(Math.round(((v - low) / (high - low)) * 255), 0, 255); }
  paint({ data, n, m, left, top, cw, ch, low, high, palette, small }) {
    const table = this.figure.spec.palettes[palette], context = this.canvas.getContext("2d"), scale = this.canvas.width / this.w;
    this.pixels ??= document.createElement("canvas");
    if (this.pixels.width !== m || this.pixels.height !== n || !this.image) {
      Object.assign(this.pixels, { width: m, height: n });
      this.image = new ImageData(m, n);
    }
    const rgba = this.image.data;
    let odd = false;
    for (let k = 0; k < n * m; k++) {
      const v = data[k], finite = Number.isFinite(v);
      odd ||= !finite;
      const c = finite ? this.color(v, low, high) * 3 : 0;
      rgba[k * 4] = table[c]; rgba[k * 4 + 1] = table[c + 1]; rgba[k * 4 + 2] = table[c + 2]; rgba[k * 4 + 3] = finite ? 255 : 0;
    }
    this.pixels.getContext("2d").putImageData(this.image, 0, 0);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, this.w, this.h);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.pixels, left, top, m * cw, n * ch);
    if (odd) {
      context.fillStyle = "rgba(128,128,128,0.22)"; context.strokeStyle = "rgba(128,128,128,0.55)"; context.lineWidth = 1;
      for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) {
        if (Number.isFinite(data[i * m + j])) continue;
        const [x, y] = [left + j * cw, top + i * ch];
        context.save(); context.beginPath(); context.rect(x, y, cw, ch); context.clip(); context.fill(); context.beginPath();
        for (let d = -ch; d < cw; d += 7) { context.moveTo(x + d, y + ch); context.lineTo(x + d + ch, y); }
        context.stroke(); context.restore();
      }
    }
    if (cw >= 14) { // thin gaps tell neighbours of one colour apart
      context.globalCompositeOperation = "destination-out"; context.lineWidth = 1.5; context.beginPath();
      for (let i = 1; i < n; i++) { context.moveTo(left, top + i * ch); context.lineTo(left + m * cw, top + i * ch); }
      for (let j = 1; j < m; j++) { context.moveTo(left + j * cw, top); context.lineTo(left + j * cw, top + n * ch); }
      context.stroke(); context.globalCompositeOperation = "source-over";
    }
    if (small) return;
    const from = left + textWidth(short(low), 12) + 6;
    for (let k = 0; k < 90; k++) {
      const c = Math.round((k / 89) * 255) * 3;
      context.fillStyle = `rgb(${table[c]},${table[c + 1]},${table[c + 2]})`;
      context.fillRect(from + k, top + n * ch + 13, 1.5, 9);
    }
  }
}

class TokenRow extends Panel {
  get main() { return "tokens"; }
  build() {
    this.arcs = this.layer("path", "course-arc");
    this.pills = this.layer("rect", "course-pill", { rx: 6 });
    this.words = this.layer("text", "course-word", { "text-anchor": "middle" });
    this.numbers = this.layer("text", "course-number", { "text-anchor": "middle" });
    this.axes = this.layer("text", "course-axis");
    this.stops = [];
    this.overlay = this.root.appendChild(html("div", "course-tokens"));
    this.pointer((event) => this.tokenAt(event));
  }
  tokenAt(event) {
    const [x, y] = this.point(event);
    const i = (this.slots ?? []).findIndex((slot) => x >= slot.x - 3 && x <= slot.x + slot.w + 3);
    return i < 0 || y < this.line - 10 ? null : { row: { axis: this.axis("tokens"), i } };
  }
  move(down, right) {
    const n = this.slots.length, i = clamp((this.at("row", "tokens", n) ?? 0) + right + down, 0, n - 1);
    this.figure.goTo({ row: { axis: this.axis("tokens"), i } });
    this.stops[i].focus();
  }
  draw(width) {
    const tokens = this.texts("tokens"), n = tokens.length, weights = this.part("weights");
    const head = this.heading(width), pad = 22;
    const sizes = tokens.map((token) => Math.max(textWidth(token, 14) + pad, 44));
    const total = sizes.reduce((a, b) => a + b, 0), gap = clamp((width - total) / (n + 1), 4, 60);
    const used = Math.max(width, total + gap * (n + 1));
    const row = Math.min(this.figure.at("row", this.axis("tokens"), n) ?? 0, n - 1);
    const room = weights ? clamp(used * 0.17, 90, 140) : 0, line = head + room + (weights ? 6 : 0);
    this.line = line;
    this.size(used, line + 30 + (weights ? 24 : 4));
    let x = (used - total - gap * (n - 1)) / 2;
    this.slots = sizes.map((w) => { const slot = { x, w, mid: x + w / 2 }; x += w + gap; return slot; });
    const data = weights ? weights.data.subarray(row * n, row * n + n) : null;
    const far = Math.max(1, ...this.slots.map((slot) => Math.abs(slot.mid - this.slots[row].mid)));
    const drawn = [];
    this.slots.forEach((slot, j) => {
      const w = data ? data[j] : 0, shown = Number.isFinite(w) ? Math.abs(w) : 0;
      if (data) {
        drawn.push(w);
        const a = this.slots[row].mid, b = slot.mid, up = j === row ? 44 : 30 + (room - 34) * Math.sqrt(Math.abs(b - a) / far);
        const d = j === row ? `M ${a - 9} ${line} C ${a - 26} ${line - up}, ${a + 26} ${line - up}, ${a + 9} ${line}`
          : `M ${a} ${line} C ${a} ${line - up * 1.3}, ${b} ${line - up * 1.3}, ${b} ${line}`;
        this.arcs.draw({ d, "stroke-width": shown < 0.005 ? 1 : 1 + 11 * Math.min(shown, 1.2), "stroke-dasharray": shown < 0.005 ? "2 4" : null,
          opacity: shown < 0.005 ? 0.35 : 0.45 + 0.4 * Math.min(shown, 1) });
        this.numbers.draw({ x: slot.mid, y: line + 48, text: short(w), class: shown >= 0.995 / n && shown > 0.1 ? "course-number course-strong" : "course-number" });
      }
      this.pills.draw({ x: slot.x, y: line, width: slot.w, height: 30, class: data && j === row ? "course-pill course-chosen" : "course-pill" });
      this.words.draw({ x: slot.mid, y: line + 20, text: tokens[j], class: data && j === row ? "course-word course-chosen" : "course-word" });
      this.stop(j, slot, tokens[j], row, w);
    });
    for (const layer of [this.arcs, this.pills, this.words, this.numbers]) layer.done();
    for (let j = n; j < this.stops.length; j++) this.stops[j].hidden = true;
    if (data) {
      const title = this.headingText(), x = title ? textWidth(title, 13.6, true) + 18 : 0, says = `${this.value("query_label")}: ${tokens[row]}`;
      const more = `${says} (its weights stand under the tokens; thicker arc, more weight)`;
      this.axes.draw({ x, y: 14, text: x + textWidth(more, 12) <= width ? more : says });
    }
    this.axes.done();
    return data ? { weights: drawn, row } : { tokens };
  }
  // The tokens as elements of their own: Tab reaches the row, arrow keys move in it.
  stop(j, slot, token, row, weight) {
    let stop = this.stops[j];
    if (!stop) {
      stop = this.stops[j] = this.overlay.appendChild(html("div", "course-stop"));
      this.reachable(stop, token);
      set(stop, { role: "button" });
    }
    stop.hidden = false;
    set(stop, { tabindex: j === row ? "0" : "-1", "aria-label": `${token}, weight ${long(weight)}`,
      style: `left:${slot.x.toFixed(1)}px;top:${this.line.toFixed(1)}px;width:${slot.w.toFixed(1)}px;height:30px` });
  }
}

// A text as a flow of coloured boxes. Neighbours differ in colour and stand apart; the id is below each, and said in words.
class TokenText extends Panel {
  get main() { return "tokens"; }
  build() {
    this.boxes = this.layer("rect", "course-piece", { rx: 4, height: 24 });
    this.words = this.layer("text", "course-word", { "text-anchor": "middle" });
    this.numbers = this.layer("text", "course-id", { "text-anchor": "middle" });
    this.axes = this.layer("text", "course-axis");
    this.frame = this.layer("rect", "course-focus", { rx: 4, height: 24 });
    this.reachable(this.root, "tokens");
    this.root.addEventListener("pointermove", (event) => this.look(this.tokenAt(event)));
    this.root.addEventListener("pointerleave", () => this.look(null));
  }
  tokenAt(event) {
    const [x, y] = this.point(event);
    const i = (this.slots ?? []).findIndex((slot) => x >= slot.x - 2 && x <= slot.x + slot.w + 2 && y >= slot.y && y <= slot.y + 40);
    return i < 0 ? null : i;
  }
  look(i) { if (i !== this.pointed) { this.pointed = i; this.figure.touch(this); } }
  move(down, right) {
    const n = this.slots.length;
    if (!n) return;
    this.pointed = clamp((this.pointed ?? -1) + right + down, 0, n - 1);
    this.figure.speak = true;
    this.figure.touch(this);
  }
  draw(width) {
    const tokens = this.texts("tokens") ?? [], n = tokens.length, ids = this.array("ids")?.data;
    const head = this.heading(width);
    let x = 2, y = head + 2;
    this.slots = tokens.map((token, i) => {
      const w = Math.min(width - 4, Math.max(textWidth(token, 14) + 10, ids ? textWidth(String(ids[i]), 11) + 6 : 0));
      if (x > 2 && x + w > width - 2) { x = 2; y += 46; }
      const slot = { x, y, w };
      x += w + 4;
      if (token.endsWith("↵")) { x = 2; y += 46; }
      return slot;
    });
    const bottom = n ? this.slots[n - 1].y + 46 : y, i = this.pointed ?? null;
    this.slots.forEach((slot, j) => {
      this.boxes.draw({ x: slot.x, y: slot.y, width: slot.w, fill: this.figure.spec.series[j % 6], opacity: 0.33 });
      this.words.draw({ x: slot.x + slot.w / 2, y: slot.y + 17, text: clip(tokens[j], slot.w - 4, 14) });
      if (ids) this.numbers.draw({ x: slot.x + slot.w / 2, y: slot.y + 37, text: ids[j] });
    });
    if (i !== null && i < n) {
      this.frame.draw({ x: this.slots[i].x, y: this.slots[i].y, width: this.slots[i].w });
      this.said = `token ${i + 1} of ${n}: ${tokens[i]}${ids ? `, id ${ids[i]}` : ""}`;
    } else this.said = n ? `${n} token${n > 1 ? "s" : ""}; point at one. · is a space, ↵ the end of a line` : "no tokens";
    this.axes.draw({ x: 2, y: bottom + 12, text: clip(this.said, width - 4, 12) });
    for (const layer of [this.boxes, this.words, this.numbers, this.axes, this.frame]) layer.done();
    this.size(width, bottom + 20);
    return { tokens, ids: ids ? Array.from(ids) : [] };
  }
}

// Many maps, small. Pointing at one previews it in the panels that follow; a click or an arrow key keeps it there.
class Thumbnails extends Panel {
  get usesCanvas() { return true; }
  get main() { return "maps"; }
  build() {
    this.labels = this.layer("text", "course-axis");
    this.light = this.layer("rect", "course-light", { rx: 3 });
    this.frame = this.layer("rect", "course-focus", { rx: 3 });
    set(this.root, { tabindex: "0", role: "group", "data-lm-suppress-shortcuts": "true" });
    this.root.addEventListener("pointermove", (event) => this.figure.preview(this.mapAt(event)));
    this.root.addEventListener("pointerleave", () => this.figure.preview(null));
    this.root.addEventListener("click", (event) => { const k = this.mapAt(event); if (k !== null) this.figure.choose(k); });
    this.root.addEventListener("keydown", (event) => {
      const { count, across } = this.geometry ?? { count: 0 }, at = this.figure.chosen;
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - across, ArrowDown: at + across, Home: 0, End: count - 1,
        Escape: this.figure.spec.focus[2] ?? 0 }[event.key];
      if (to === undefined) return;
      this.figure.preview(null);
      if (to >= 0 && to < count) this.figure.choose(to, true);
      event.preventDefault();
      event.stopPropagation();
    });
  }
  get shape() { return this.array("maps").shape; }
  get count() { return this.shape.slice(0, -2).reduce((a, b) => a * b, 1); }
  name(k) {
    const labels = this.texts("labels"), shape = this.shape, map = this.value("map_name");
    if (labels) return labels[k];
    if (shape.length === 3) return `${map} ${k + 1}`;
    return `${this.value("row_name")} ${Math.floor(k / shape[1]) + 1}, ${map} ${(k % shape[1]) + 1}`;
  }
  mapAt(event) {
    const g = this.geometry, [x, y] = this.point(event);
    const k = g ? g.corners.findIndex(([left, top]) => x >= left && x <= left + g.w && y >= top && y <= top + g.h) : -1;
    return k < 0 ? null : k;
  }
  draw(width) {
    const { data, shape } = this.array("maps"), grid = shape.length === 4, [n, m] = shape.slice(-2), count = this.count;
    const across = grid ? shape[1] : Math.min(shape[0], this.value("columns")), down = Math.ceil(count / across);
    const lines = grid ? Array.from({ length: down }, (_, i) => `${this.value("row_name")} ${i + 1}`) : [];
    const head = this.heading(width), left = grid ? widest(lines, 12) + 10 : 0, gap = width / across > 40 ? 8 : 2;
    const w = Math.min((width - left) / across - gap, 118), h = (w * n) / m, above = grid ? 0 : 17, top = head + (grid ? 18 : 0);
    const corners = Array.from({ length: count }, (_, k) => [left + (k % across) * (w + gap), top + Math.floor(k / across) * (h + gap + above) + above]);
    this.geometry = { corners, w, h, count, across };
    this.size(width, top + down * (h + gap + above) + 20);

    const palette = this.value("palette"), table = this.figure.spec.palettes[palette];
    let [low, high] = extremes(data);
    if (palette === "diverging") { high = Math.max(Math.abs(low), Math.abs(high)); low = -high; }
    low = this.value("vmin") ?? low; high = this.value("vmax") ?? high;
    if (!(high > low)) [low, high] = palette === "diverging" ? [low - 1, low + 1] : [low, low + 1];
    const context = this.canvas.getContext("2d"), scale = this.canvas.width / this.w, image = new ImageData(m, n);
    const pixels = Object.assign(document.createElement("canvas"), { width: m, height: n });
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, this.w, this.h);
    context.imageSmoothingEnabled = false;
    corners.forEach(([x, y], k) => {
      for (let i = 0; i < n * m; i++) {
        const v = data[k * n * m + i], c = Number.isFinite(v) ? clamp(Math.round(((v - low) / (high - low)) * 255), 0, 255) * 3 : -1;
        for (let part = 0; part < 3; part++) image.data[i * 4 + part] = c < 0 ? 128 : table[c + part];
        image.data[i * 4 + 3] = c < 0 ? 60 : 255;
      }
      pixels.getContext("2d").putImageData(image, 0, 0);
      context.drawImage(pixels, x, y, w, h);
      const name = this.name(k);
      if (!grid) this.labels.draw({ x, y: y - 4, "text-anchor": "start", text: textWidth(name, 12) <= w + 6 ? name : String(k + 1) });
    });
    lines.forEach((line, i) => this.labels.draw({ x: left - 8, y: corners[i * across][1] + h / 2 + 4, "text-anchor": "end", text: line }));
    for (let j = 0; grid && j < across; j++) {
      const name = `${this.value("map_name")} ${j + 1}`;
      this.labels.draw({ x: corners[j][0] + w / 2, y: top - 5, "text-anchor": "middle", text: textWidth(name, 12) <= w + 6 ? name : String(j + 1) });
    }
    const chosen = Math.min(this.figure.chosen, count - 1), shown = Math.min(this.figure.shownMap, count - 1);
    this.frame.draw({ x: corners[chosen][0] - 1, y: corners[chosen][1] - 1, width: w + 2, height: h + 2 });
    if (shown !== chosen) this.light.draw({ x: corners[shown][0] - 1, y: corners[shown][1] - 1, width: w + 2, height: h + 2 });
    this.said = this.name(chosen);
    const says = shown === chosen ? `shown large: ${this.said}` : `preview: ${this.name(shown)}; a click keeps it`;
    this.labels.draw({ x: left, y: this.h - 6, "text-anchor": "start", text: clip(says, width - left, 12) });
    set(this.root, { "aria-label": `${count} maps, ${this.said} is shown large; arrow keys choose another` });
    for (const layer of [this.labels, this.light, this.frame]) layer.done();
    const maps = corners.map((_, k) => Array.from({ length: n }, (_, i) => Array.from(data.subarray((k * n + i) * m, (k * n + i + 1) * m))));
    return { maps, chosen };
  }
}

class DotProduct extends Panel {
  get main() { return "left"; }
  build() {
    this.boxes = this.layer("rect", "course-box", { rx: 3 });
    this.cells = this.layer("text", "course-cell", { "text-anchor": "middle" });
    this.labels = this.layer("text", "course-label");
    this.results = this.layer("text", "course-result");
  }
  draw(width) {
    const left = this.part("left"), right = this.part("right"), across = this.value("right_axis") === "cols";
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
    const margin = Math.min(widest([leftText, rightText, "products"]) + 24, width * 0.45), cw = 44, ch = 25;
    const fit = Math.max(1, Math.floor((width - margin - 4) / cw)), shown = d <= fit ? d : Math.max(1, Math.floor((width - margin - 22) / cw));
    const scale = Math.max(1e-9, ...a.map(Math.abs).filter(Number.isFinite), ...b.map(Math.abs).filter(Number.isFinite));
    const table = this.figure.spec.palettes.diverging;
    [a, b, products].forEach((values, line) => {
      const y = head + line * (ch + 5) + (line === 2 ? 5 : 0);
      this.labels.draw({ x: 0, y: y + 17, text: clip([leftText, rightText, "products"][line], margin - 20, FONT), class: "course-label" });
      this.labels.draw({ x: margin - 8, y: y + 17, "text-anchor": "end", text: ["", "×", "="][line], class: "course-label" });
      for (let k = 0; k < shown; k++) {
        const v = values[k], i = Number.isFinite(v) ? Math.round(clamp(0.5 + (0.5 * v) / scale, 0.12, 0.88) * 255) * 3 : 381;
        const dark = 0.299 * table[i] + 0.587 * table[i + 1] + 0.114 * table[i + 2] < 140;
        this.boxes.draw({ x: margin + k * cw, y, width: cw - 3, height: ch, fill: `rgb(${table[i]},${table[i + 1]},${table[i + 2]})` });
        this.cells.draw({ x: margin + (k + 0.5) * cw - 1.5, y: y + 17, text: short(v), fill: dark ? "#fff" : "#111", "font-size": 12 });
      }
      if (shown < d) this.labels.draw({ x: margin + shown * cw + 2, y: y + 17, "text-anchor": "start", text: "…", class: "course-label" });
    });
    this.boxes.done(); this.cells.done(); this.labels.done();
    let y = head + 3 * (ch + 5) + 26;
    this.results.draw({ x: 0, y, text: shown < d ? `sum of all ${d} products` : `sum of the ${d} products`, class: "course-label" });
    const steps = (this.value("chain") ?? []).map(([what, array]) => [what, this.figure.chosenPart(this.figure.get(this.figure.pick(array)), 2)]);
    const column = Math.min(width - 70, Math.max(widest(["sum of all 128 products", ...steps.map(([what]) => what)]) + 16, margin));
    this.results.draw({ x: column, y, text: `= ${long(sum)}`, class: "course-result" });
    const after = [];
    for (const [what, array] of steps) {
      y += 22;
      const v = array.data[r * m + c];
      after.push(v);
      this.results.draw({ x: 0, y, text: what, class: "course-label" });
      this.results.draw({ x: column, y, text: `→ ${long(v)}`, class: "course-result" });
    }
    this.results.done();
    this.size(width, y + 12);
    return { left: a.slice(0, shown), right: b.slice(0, shown), products: products.slice(0, shown), sum, ...(after.length ? { chain: after } : {}) };
  }
}

class Note extends Panel {
  get main() { return "text"; }
  build() { this.lines = this.layer("text", "course-note"); }
  draw(width) {
    const head = this.heading(width - 12, 12), text = this.texts("text").join("\n");
    const lines = wrap(text, width - 14, 14);
    lines.forEach((line, i) => this.lines.draw({ x: 12, y: head + 17 + i * 20, text: line }));
    this.lines.done();
    this.size(width, head + lines.length * 20 + 8);
    return { text };
  }
}

// Bars, curves and points share a plane with two axes.
class Plane extends Panel {
  build() {
    this.grid = this.layer("line", "course-grid");
    this.reference = this.layer("line", "course-reference");
    this.marks = this.layer(this.markTag, this.markClass);
    this.more = this.layer("path", "course-point");
    this.labels = this.layer("text", "course-axis");
    this.numbers = this.layer("text", "course-number", { "text-anchor": "middle" });
    this.keys = this.layer("text", "course-label");
    this.keyMarks = this.layer("path", "course-line");
    this.root.addEventListener("pointermove", (event) => { this.pointed = this.point(event); this.figure.touch(this); });
    this.root.addEventListener("pointerleave", () => { this.pointed = null; this.figure.touch(this); });
    this.reachable(this.root, "diagram");
  }
  move(down, right) {
    const spots = this.spots ?? [];
    if (!spots.length) return;
    this.step = clamp((this.step ?? -1) + right + down, 0, spots.length - 1);
    this.pointed = [spots[this.step].x, spots[this.step].y];
    this.figure.touch(this);
  }
  // The plane itself: where it lies, ticks, axis labels, and the two functions from numbers to pixels.
  plane(width, { x, y, logX, logY, xTicks, xNames, height = 220, legend = [], shapes = false }) {
    const head = this.heading(width), room = legend.length > 1 || (legend[0] ?? "") ? 22 : 0;
    const yTicks = ticks(y[0], y[1], logY), xs = xTicks ?? ticks(x[0], x[1], logX, Math.max(2, Math.floor(width / 62)));
    const left = widest(yTicks.map(tickText), 12) + 10 + (this.value("y_label") ? 20 : 0), right = width - 12;
    const names = xNames ?? xs.map(tickText), slant = xNames && widest(names, 12) > (right - left) / Math.max(1, names.length) - 4;
    const foot = names.length ? (slant ? widest(names, 12) * 0.64 + 14 : 20) : 6;
    const top = head + room + 8, bottom = top + height - foot - 30;
    const scale = (range, log, from, to) => {
      const f = log ? Math.log10 : (v) => v;
      const [a, b] = range.map(f);
      return (v) => from + ((f(v) - a) / (b - a || 1)) * (to - from);
    };
    const px = scale(x, logX, left, right), py = scale(y, logY, bottom, top);
    this.size(width, bottom + foot + (this.value("x_label") ? 20 : 2));
    for (const v of yTicks) {
      this.grid.draw({ x1: left, x2: right, y1: py(v), y2: py(v), class: v === 0 ? "course-grid course-zero" : "course-grid" });
      this.labels.draw({ x: left - 6, y: py(v) + 4, "text-anchor": "end", transform: null, text: tickText(v) });
    }
    xs.forEach((v, i) => {
      if (!xNames) this.grid.draw({ x1: px(v), x2: px(v), y1: top, y2: bottom, class: v === 0 ? "course-grid course-zero" : "course-grid" });
      const [tx, ty] = [px(v) + (slant ? 4 : 0), bottom + 16];
      this.labels.draw({ x: tx, y: ty, "text-anchor": slant ? "end" : "middle", transform: slant ? `rotate(-40 ${tx} ${ty - 4})` : null, text: names[i] });
    });
    if (this.value("x_label")) this.labels.draw({ x: (left + right) / 2, y: bottom + foot + 15, "text-anchor": "middle", transform: null, text: this.value("x_label") });
    if (this.value("y_label")) this.labels.draw({ x: 12, y: (top + bottom) / 2, "text-anchor": "middle", transform: `rotate(-90 12 ${(top + bottom) / 2})`, text: this.value("y_label") });
    let at = left;
    if (room) legend.forEach((text, i) => {
      const solid = shapes || this.markTag === "rect", d = shapes ? shape(i, at + 12, head + 10, 5) : solid ? `M ${at + 4} ${head + 4} h 16 v 11 h -16 Z` : `M ${at} ${head + 10} h 22`;
      this.keyMarks.draw({ d, stroke: this.color(i), fill: solid ? this.color(i) : "none", "stroke-dasharray": (!solid && DASHES[i % DASHES.length]) || null });
      this.keys.draw({ x: at + 28, y: head + 14, text, "text-anchor": "start", class: "course-label" });
      at += textWidth(text) + 50;
    });
    return { left, right, top, bottom, px, py };
  }
  color(i) { return this.figure.spec.series[i % this.figure.spec.series.length]; }
  range(field, values, log, zero = false) {
    const given = this.value(field);
    if (given) return given;
    let [low, high] = extremes(log ? values.filter((v) => v > 0) : values);
    if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
    if (log) return low < high ? [low, high] : [low / 2, high * 2];
    const margin = (high - low || 1) * 0.05;
    return [low === 0 && zero ? 0 : low - margin, high === 0 && zero ? 0 : high + margin];
  }
  near(spots) {
    this.spots = spots;
    if (!this.pointed) return null;
    let best = null, least = 40;
    for (const spot of spots) {
      const far = Math.hypot(spot.x - this.pointed[0], (spot.y - this.pointed[1]) * 0.5);
      if (far < least) [best, least] = [spot, far];
    }
    return best;
  }
  finish() { for (const layer of [this.grid, this.reference, this.marks, this.more, this.labels, this.numbers, this.keys, this.keyMarks]) layer.done(); }
}

class Bars extends Plane {
  get main() { return "series"; }
  get markTag() { return "rect"; }
  get markClass() { return "course-bar"; }
  draw(width) {
    const named = this.value("series"), pairs = named.pairs ?? [["", named]], drawn = {};
    const series = pairs.map(([label, name]) => {
      const array = this.figure.get(this.figure.pick(name)), k = array.shape[array.shape.length - 1];
      const row = array.shape.length === 2 ? Math.min(this.at("row", "rows", array.shape[0]) ?? 0, array.shape[0] - 1) : 0;
      return { label, values: array.shape.length ? Array.from(array.data.subarray(row * k, row * k + k)) : [array.data[0]], whole: array.whole };
    });
    const count = series[0].values.length, labels = this.texts("labels") ?? series[0].values.map((_, i) => String(i));
    const [low, high] = this.range("", series.flatMap((one) => one.values), false, true);
    const y = [this.value("low") ?? low, this.value("high") ?? high], every = Math.ceil(count / Math.max(1, Math.floor(width / 18)));
    const places = labels.map((_, i) => i).filter((i) => i % every === 0);
    const g = this.plane(width, { x: [-0.5, count - 0.5], y, xTicks: places, xNames: places.map((i) => labels[i]), legend: series.map((one) => one.label) });
    const slot = (g.right - g.left) / count, w = Math.max(1, (slot * 0.76) / series.length), spots = [];
    const lit = this.figure.lit(this.axis("labels"), count);
    series.forEach(({ label, values, whole }, s) => {
      drawn[label] = values;
      values.forEach((v, i) => {
        const ok = Number.isFinite(v), x = g.left + (i + 0.12) * slot + s * w, zero = g.py(clamp(0, y[0], y[1])), at = ok ? g.py(clamp(v, y[0], y[1])) : zero;
        this.marks.draw({ x, y: Math.min(at, zero), width: w * 0.94, height: Math.abs(at - zero), fill: this.color(s), opacity: lit === null || lit === i || count > 60 ? 1 : 0.72 });
        if (w >= 26) this.numbers.draw({ x: x + w / 2, y: v < 0 ? at + 13 : at - 4, text: short(v, whole) });
        spots.push({ x: x + w / 2, y: (at + zero) / 2, text: `${labels[i]}${label ? `, ${label}` : ""}: ${long(v)}` });
      });
    });
    const found = this.near(spots);
    if (found && w < 26) this.numbers.draw({ x: clamp(found.x, 60, width - 60), y: g.top + 6, text: found.text });
    if (found) this.said = found.text;
    this.finish();
    return drawn;
  }
}

class Curves extends Plane {
  get main() { return "x"; }
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
    const g = this.plane(width, { x: xr[0] < xr[1] ? xr : [xr[0] - 1, xr[1] + 1], y: yr, logX, logY, height: 260, legend: lines.map(([label]) => label) });
    const spots = [], inside = (py) => clamp(py, g.top - 400, g.bottom + 400);
    lines.forEach(([label, y], s) => {
      let d = "", open = false;
      y.forEach((value, i) => {
        const ok = Number.isFinite(value) && Number.isFinite(x[i]) && !(logY && value <= 0) && !(logX && x[i] <= 0);
        if (ok) { const [a, b] = [g.px(x[i]), inside(g.py(value))]; d += `${open ? "L" : "M"}${a.toFixed(2)} ${b.toFixed(2)}`; spots.push({ x: a, y: b, text: `${label ? `${label}: ` : ""}${long(value)} at ${long(x[i])}`, s }); }
        open = ok;
      });
      this.marks.draw({ d, fill: "none", stroke: this.color(s), "stroke-dasharray": DASHES[s % DASHES.length] || null });
      drawn[label] = [x, y];
    });
    if (h !== null) this.reference.draw({ x1: g.left, x2: g.right, y1: inside(g.py(h)), y2: inside(g.py(h)) });
    if (v !== null) this.reference.draw({ x1: g.px(v), x2: g.px(v), y1: g.top, y2: g.bottom });
    const found = this.near(spots);
    if (found) {
      this.more.draw({ d: shape(0, found.x, found.y, 5), fill: this.color(found.s), transform: null });
      this.numbers.draw({ x: clamp(found.x, 80, width - 80), y: Math.max(g.top + 10, found.y - 10), text: found.text });
      this.said = found.text;
    }
    this.finish();
    return drawn;
  }
}

const shape = (kind, x, y, r) => {
  if (SHAPES[kind % 4] === "square") return `M ${x - r} ${y - r} h ${2 * r} v ${2 * r} h ${-2 * r} Z`;
  if (SHAPES[kind % 4] === "triangle") return `M ${x} ${y - r * 1.2} l ${r * 1.2} ${r * 2.1} h ${-2.4 * r} Z`;
  if (SHAPES[kind % 4] === "diamond") return `M ${x} ${y - r * 1.3} l ${r * 1.3} ${r * 1.3} l ${-r * 1.3} ${r * 1.3} l ${-r * 1.3} ${-r * 1.3} Z`;
  return `M ${x - r} ${y} a ${r} ${r} 0 1 0 ${2 * r} 0 a ${r} ${r} 0 1 0 ${-2 * r} 0 Z`;
};

class Points extends Plane {
  get main() { return "xy"; }
  get markTag() { return "path"; }
  get markClass() { return "course-arrow"; }
  draw(width) {
    const xy = this.array("xy"), n = xy.shape[0], x = [], y = [], labels = this.texts("labels");
    for (let i = 0; i < n; i++) { x.push(xy.data[2 * i]); y.push(xy.data[2 * i + 1]); }
    const arrows = this.value("arrows"), groups = this.array("groups"), groupNames = this.texts("group_names") ?? [];
    const logX = this.value("log_x"), logY = this.value("log_y");
    const pad = ([a, b], log) => { const more = log ? (b / a) ** 0.08 || 2 : (b - a || 1) * 0.08; return log ? [a / more, b * more] : [a - more, b + more]; };
    const xr = this.value("x_range") ?? pad(extremes(arrows ? [...x, 0] : x), logX), yr = this.value("y_range") ?? pad(extremes(arrows ? [...y, 0] : y), logY);
    const g = this.plane(width, { x: xr, y: yr, logX, logY, height: clamp(width * 0.8, 240, 400), legend: groupNames, shapes: true });
    const lit = this.figure.lit(this.axis("labels"), n), spots = [];
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
      const s = groups ? Math.round(groups.data[i]) : 0, [a, b] = [g.px(x[i]), g.py(y[i])];
      if (arrows) {
        const [ox, oy] = [g.px(0), g.py(0)], angle = Math.atan2(b - oy, a - ox), tip = (t) => `${a - 9 * Math.cos(angle + t)} ${b - 9 * Math.sin(angle + t)}`;
        this.marks.draw({ d: `M ${ox} ${oy} L ${a} ${b} M ${tip(0.4)} L ${a} ${b} L ${tip(-0.4)}`, stroke: this.color(s), "stroke-width": i === lit ? 3.2 : 1.8 });
      } else this.more.draw({ d: shape(s, a, b, i === lit ? 7 : 4.5), fill: this.color(s) });
      spots.push({ x: a, y: b, i, text: `${labels ? labels[i] : `point ${i}`}${groups && groupNames[s] ? ` (${groupNames[s]})` : ""}: ${long(x[i])}, ${long(y[i])}` });
      if (labels && n <= 40) this.keys.draw({ x: a + (a > width - 70 ? -8 : 8), y: b + (b < g.top + 14 ? 14 : -6), text: labels[i], "text-anchor": a > width - 70 ? "end" : "start", class: i === lit ? "course-label course-strong" : "course-label" });
    }
    const found = this.near(spots);
    if (found) { this.numbers.draw({ x: clamp(found.x, 90, width - 90), y: clamp(found.y + 20, g.top + 12, g.bottom - 4), text: found.text }); this.said = found.text; }
    this.finish();
    return { xy: x.map((v, i) => [v, y[i]]) };
  }
}

// Boxes with two numbers, and arrows between them. What travels back along an edge turns the arrow round and stands on it.
class Graph extends Panel {
  get main() { return "boxes"; }
  build() {
    this.lines = this.layer("path", "course-edge");
    this.frames = this.layer("rect", "course-pill", { rx: 6, height: 58 });
    this.names = this.layer("text", "course-label course-strong", { "text-anchor": "middle" });
    this.numbers = this.layer("text", "course-number", { "text-anchor": "middle" });
    this.more = this.layer("text", "course-axis", { "text-anchor": "middle" });
    this.grounds = this.layer("rect", "course-ground", { rx: 3, height: 17 });
    this.messages = this.layer("text", "course-number course-strong", { "text-anchor": "middle" });
    this.frame = this.layer("rect", "course-focus", { rx: 6, height: 58 });
    this.reachable(this.root, "graph");
    this.root.addEventListener("pointermove", (event) => this.look(this.boxAt(event)));
    this.root.addEventListener("pointerleave", () => this.look(null));
  }
  boxAt(event) {
    const [x, y] = this.point(event);
    const i = (this.spots ?? []).findIndex((spot) => Math.abs(x - spot.x) <= this.wide / 2 && Math.abs(y - spot.y) <= 29);
    return i < 0 ? null : i;
  }
  look(i) { if (i !== this.pointed) { this.pointed = i; this.figure.touch(this); } }
  move(down, right) {
    this.pointed = clamp((this.pointed ?? -1) + right + down, 0, this.spots.length - 1);
    this.figure.speak = true;
    this.figure.touch(this);
  }
  draw(width) {
    const texts = this.texts("boxes"), n = texts.length, at = this.array("at").data, label = this.value("below_label");
    const [values, below, messages, lit, edges] = ["values", "below", "messages", "lit", "edges"].map((field) => Array.from(this.array(field).data));
    const head = this.heading(width), col = (i) => at[2 * i], row = (i) => at[2 * i + 1], all = texts.map((_, i) => i);
    const [left, right] = extremes(all.map(col)), [top, bottom] = extremes(all.map(row)), columns = right - left + 1;
    const used = Math.max(width, columns * 104), wide = (this.wide = Math.min(used / columns - 26, 150)), step = (used - wide - 4) / Math.max(columns - 1, 1);
    this.spots = all.map((i) => ({ x: (col(i) - left) * step + wide / 2 + 2, y: (row(i) - top) * 84 + head + 31 }));
    this.size(used, (bottom - top) * 84 + head + 66);
    const whole = messages.every((message) => !Number.isFinite(message) || Number.isInteger(message));
    messages.forEach((message, k) => {
      const a = this.spots[edges[2 * k]], b = this.spots[edges[2 * k + 1]], [dx, dy] = [b.x - a.x, b.y - a.y];
      const clear = Math.min(wide / 2 / Math.max(Math.abs(dx), 1e-9), 29 / Math.max(Math.abs(dy), 1e-9)), sent = Number.isFinite(message);
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
      this.frames.draw({ x: x - wide / 2, y: y - 29, width: wide, class: lit[i] > 0 ? "course-pill course-lit" : "course-pill" });
      this.names.draw({ x, y: y - 12, text: clip(texts[i], wide - 6, FONT) });
      this.numbers.draw({ x, y: y + 6, text: long(values[i]) });
      this.more.draw({ x, y: y + 22, text: clip(`${label} ${known(i)}`, wide - 4, 12) });
    });
    const i = this.pointed ?? null;
    if (i !== null && i < n) {
      this.frame.draw({ x: this.spots[i].x - wide / 2, y: this.spots[i].y - 29, width: wide });
      this.said = `${texts[i]}: value ${long(values[i])}, ${label} ${known(i) === "?" ? "not known yet" : known(i)}`;
    }
    for (const layer of [this.lines, this.frames, this.names, this.numbers, this.more, this.grounds, this.messages, this.frame]) layer.done();
    return { values, below, messages, lit };
  }
}

const KINDS = { Heatmap, Thumbnails, TokenRow, TokenText, DotProduct, Note, Bars, Curves, Points, Graph };

// ---------------------------------------------------------------- the figure

class LiveFigure {
  constructor(model, el) {
    Object.assign(this, { model, el, spec: model.get("spec"), id: Math.random().toString(36).slice(2), asked: 0, listeners: [] });
    this.root = el.appendChild(html("div", "course-figure"));
    set(this.root, { role: "figure" });
    this.original = { row: { axis: "*", i: this.spec.focus[0] }, col: { axis: "*", i: this.spec.focus[1] } };
    this.focus = this.original;
    this.pinned = false;
    this.chosen = this.spec.focus[2] ?? 0;
    this.buildBar();
    this.buildPredict();
    this.body = this.root.appendChild(html("div", "course-body"));
    this.error = this.root.appendChild(html("pre", "course-error"));
    this.error.hidden = true;
    this.live = this.root.appendChild(html("div", "course-live"));
    set(this.live, { "aria-live": "polite" });
    this.panels = this.spec.panels.map((spec, i) => new KINDS[spec.kind](this, spec, i));
    for (const row of this.spec.layout) {
      const line = this.body.appendChild(html("div", "course-row"));
      for (const item of row) {
        const width = Math.max(...item.map((i) => this.spec.panels[i].width));
        const cell = line.appendChild(html("div", "course-column"));
        cell.style.flex = `${width} 1 0`;
        if (this.panels.length <= 24) cell.style.minWidth = `${Math.min(300, 640 / row.length)}px`;
        for (const i of item) cell.appendChild(this.panels[i].root);
      }
    }
    el.courseDrawn = {};
    el.courseFigure = this;
    this.takeStore();
    this.listen("change:data change:mode", () => { this.takeStore(); this.changed(); });
    this.listen("change:guess", () => this.showGuess());
    for (const { name } of this.spec.controls) this.listen(`change:at_${name}`, () => this.changed());
    this.onAnswer = (content, buffers) => this.answer(content, buffers);
    model.on("msg:custom", this.onAnswer);
    this.sizes = new ResizeObserver(() => { this.fresh = true; this.schedule(); });
    this.sizes.observe(this.body);
    this.guardControls();
    this.showGuess();
    this.changed();
  }
  listen(event, handler) { this.model.on(event, handler); this.listeners.push([event, handler]); }
  destroy() {
    for (const [event, handler] of this.listeners) this.model.off(event, handler);
    this.model.off("msg:custom", this.onAnswer);
    this.sizes.disconnect();
    this.guard?.disconnect();
    clearTimeout(this.waiting);
    cancelAnimationFrame(this.next);
  }

  // ---- where the controls stand, and the frame that belongs to it
  index(name) { return Number(this.model.get(`at_${name}`)); }
  stand() { return Object.fromEntries(this.spec.controls.map((c) => [c.name, c.kind === "TextInput" ? this.model.get(`at_${c.name}`) : this.index(c.name)])); }
  mixed(names) { return names.reduce((sum, name) => sum * this.spec.controls.find((c) => c.name === name).size + this.index(name), 0); }
  takeStore() { if (this.model.get("data")?.names) { this.store = new Store(this.model.get("data")); this.version = (this.version ?? 0) + 1; } }
  get mode() { return this.model.get("mode"); }
  get row() { return this.mode === "frames" ? this.mixed(this.spec.axes) : 0; }
  pick(field) { return field && field.pick !== undefined ? field.options[this.index(field.pick)] : field ?? null; }
  get(name) { return this.store.get(this.row, name); }
  texts(field) {
    const value = this.pick(field);
    if (value === null) return null;
    const texts = typeof value === "string" ? this.get(value)?.text : value;
    return texts === undefined || texts === null ? null : typeof texts === "string" ? [texts] : texts;
  }
  changed() {
    if (this.mode === "ask") this.ask();
    this.schedule();
  }
  // At most one question is under way; when its answer comes, the latest values are asked for if they differ.
  ask() {
    const at = this.stand(), key = JSON.stringify(at);
    if (this.shown === key && !this.question) return;
    if (this.question && performance.now() - this.question.since < 20000) return;
    this.question = { id: `${this.id}.${++this.asked}`, key, since: performance.now() };
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.say("waiting for Python…"), 400);
    this.send({ kind: "ask", id: this.question.id, at });
  }
  answer(content, buffers) {
    if (content.kind !== "answer" || content.id !== this.question?.id) return;
    this.shown = this.question.key;
    this.question = null;
    clearTimeout(this.waiting);
    this.say("");
    this.store = new Store({ ...content, buffer: buffers[0], index: buffers[1] });
    this.version += 1;
    this.schedule();
    this.ask();
  }
  send(content) { try { this.model.send(content); } catch (error) { this.say("Python is not running: the picture cannot follow"); } }
  save() { try { this.model.save_changes(); } catch (error) { /* a dead kernel takes no values; the page has them */ } }
  say(text) { this.status.textContent = text; }

  // ---- focus: what is pointed at, in all panels
  hover(found) { if (!this.pinned) this.setFocus(found ? { ...this.resting, ...found } : this.resting); }
  get resting() { return this.rest ?? this.original; }
  goTo(found) { this.rest = { ...this.focus, ...found }; this.setFocus(this.rest, true); }
  pin(found) {
    const next = { ...this.focus, ...found };
    const same = this.pinned && JSON.stringify(next) === JSON.stringify(this.focus);
    this.pinned = !same;
    this.rest = same ? null : next;
    this.setFocus(next, true);
  }
  unpin() { this.pinned = false; this.rest = null; this.setFocus(this.original); }
  setFocus(next, speak = false) {
    this.root.classList.toggle("course-pinned", this.pinned);
    this.speak ||= speak;
    if (JSON.stringify(next) === JSON.stringify(this.focus) && !speak) return;
    this.focus = next;
    this.focusVersion = (this.focusVersion ?? 0) + 1;
    this.schedule();
  }
  // ---- which of many maps is shown: the chosen one, or the one pointed at
  get shownMap() { return this.pointedMap ?? this.chosen; }
  get called() { const panel = this.panels.find((one) => one.spec.kind === "Thumbnails"); return panel && panel.name(Math.min(this.shownMap, panel.count - 1)); }
  preview(k) { if ((this.pointedMap ?? null) !== k) { this.pointedMap = k; this.mapMoved(); } }
  choose(k, speak = false) { this.chosen = k; this.speak ||= speak; this.mapMoved(); }
  mapMoved() { this.focusVersion = (this.focusVersion ?? 0) + 1; this.schedule(); }
  chosenPart(array, axes) {
    if (!array || array.shape.length <= axes) return array;
    const shape = array.shape.slice(array.shape.length - axes), size = shape.reduce((a, b) => a * b, 1);
    const k = Math.min(this.shownMap, array.data.length / size - 1);
    return { ...array, shape, data: array.data.subarray(k * size, (k + 1) * size) };
  }
  // The index in focus along an axis of n, or null where the focus is on another axis.
  at(part, axis, n) {
    const focus = this.focus[part];
    if (!focus || (focus.axis !== "*" && focus.axis !== axis)) return null;
    return focus.i < n ? focus.i : focus.axis === "*" ? n - 1 : null;
  }
  // Which bar or point is lit: none, where nothing in the figure can be pointed at to light it.
  lit(axis, n) { return this.panels.some((panel) => ["Heatmap", "TokenRow"].includes(panel.spec.kind)) && this.focus.row.axis !== "*" ? this.at("row", axis, n) : null; }
  touch(panel) { panel.last = null; this.schedule(); }

  // ---- drawing: once for each frame of the screen, and only the panels that changed
  schedule() { this.next ??= requestAnimationFrame(() => { this.next = null; this.draw(); }); }
  draw() {
    if (!this.store || !this.root.isConnected || this.root.clientWidth === 0) return;
    const error = this.store.get(this.row, "error")?.text;
    this.error.hidden = !error;
    this.body.hidden = Boolean(error);
    if (error) { this.error.textContent = `No picture at these values.\n\n${error}`; this.el.courseDrawn = {}; this.describe(); return; }
    const jobs = this.panels.map((panel) => {
      const off = panel.hidden;
      if (off !== panel.off) { panel.off = off; panel.root.hidden = off; }
      return off ? null : [panel, Math.floor(panel.root.clientWidth)];
    });
    for (const job of jobs) {
      if (!job) continue;
      const [panel, width] = job, signature = this.signature(panel, width);
      if (width < 4 || signature === panel.last) continue;
      panel.last = signature;
      try { this.el.courseDrawn[panel.key] = panel.draw(width); } catch (failed) { console.error(failed); this.error.hidden = false; this.error.textContent = `${panel.key}: ${failed}`; }
    }
    for (const panel of this.panels) if (panel.off) delete this.el.courseDrawn[panel.key];
    this.describe();
  }
  // All that a panel draws, as one text: if it is the same as before, the panel stands.
  signature(panel, width) {
    const parts = [width, this.mode, this.mode === "frames" ? 0 : this.version, this.focusVersion ?? 0];
    const add = (value) => {
      value = this.pick(value);
      if (Array.isArray(value)) value.forEach((one) => (Array.isArray(one) || typeof one === "string" || one?.pick ? add(one) : parts.push(one)));
      else if (value?.pairs) value.pairs.forEach(([, one]) => add(one));
      else if (typeof value === "string") parts.push(value, this.get(value)?.id ?? "");
      else parts.push(value);
    };
    for (const field in panel.spec) add(panel.spec[field]);
    return parts.join("|");
  }
  describe() {
    const name = this.mode === "frames" ? `alt ${this.mixed(this.spec.picked)}` : "alt";
    const alt = this.store.get(this.row, name)?.text ?? this.spec.title;
    set(this.root, { "aria-label": this.veiled ? `${this.spec.title}. The picture is hidden until you have guessed.` : alt });
    this.el.courseState = { at: this.stand(), mode: this.mode, alt, focus: this.focus, pinned: this.pinned, map: this.shownMap, chosen: this.chosen, waiting: Boolean(this.question), painted: performance.now() };
    if (this.speak) {
      this.speak = false;
      const panel = this.panels.find((one) => one.root.contains(document.activeElement));
      this.live.textContent = `${panel?.said ?? document.activeElement?.getAttribute("aria-label") ?? ""}${this.pinned ? ", pinned" : ""}`;
    }
  }

  // ---- the bar: title, previous and next step, reset, export
  buildBar() {
    const bar = this.root.appendChild(html("div", "course-bar"));
    bar.appendChild(html("div", "course-heading", this.spec.title));
    this.status = bar.appendChild(html("div", "course-status"));
    const button = (text, label, action) => {
      const node = bar.appendChild(html("button", "course-button", text));
      set(node, { type: "button", title: label, "aria-label": label, "data-lm-suppress-shortcuts": "true" });
      node.addEventListener("click", action);
      return node;
    };
    for (const control of this.spec.controls) {
      if (control.kind !== "Steps") continue;
      button("◀", `previous: ${control.label}`, () => this.put(control.name, Math.max(0, this.index(control.name) - 1)));
      button("▶", `next: ${control.label}`, () => this.put(control.name, Math.min(control.size - 1, this.index(control.name) + 1)));
    }
    button("Reset", "all controls back to where they stood at first", () => this.reset());
    button("PNG", "save the picture as a PNG file", () => this.savePng());
    button("SVG", "save the picture as an SVG file", () => this.saveSvg());
  }
  put(name, index) { this.model.set(`at_${name}`, index); this.save(); }
  reset() {
    for (const control of this.spec.controls) this.model.set(`at_${control.name}`, control.kind === "Switch" ? Boolean(control.start) : control.start);
    this.save();
    this.chosen = this.spec.focus[2] ?? 0;
    this.mapMoved();
    this.unpin();
    this.changed();
  }
  // JupyterLab takes arrow keys, and "b" adds a cell, unless the element that has the focus forbids it.
  guardControls() {
    const mark = (box) => {
      for (const node of box.querySelectorAll("input, select, button, textarea, [tabindex]")) {
        if (node.dataset.lmSuppressShortcuts !== "true") node.dataset.lmSuppressShortcuts = "true";
      }
    };
    const find = (tries) => {
      const box = this.el.closest(".course-explorer");
      if (!box) { if (tries) setTimeout(() => find(tries - 1), 50); return; }
      mark(box);
      this.guard = new MutationObserver(() => mark(box));
      this.guard.observe(box.querySelector(".course-controls") ?? box, { childList: true, subtree: true });
    };
    find(100);
  }

  // ---- predict first
  buildPredict() {
    this.veil = this.root.appendChild(html("div", "course-predict"));
    const predict = this.spec.predict;
    this.veil.hidden = !predict;
    if (!predict) return;
    this.veil.appendChild(html("div", "course-question", predict.question));
    this.guesses = this.veil.appendChild(html("div", "course-guesses"));
    this.verdict = this.veil.appendChild(html("div", "course-verdict"));
    set(this.verdict, { "aria-live": "polite" });
    const button = (text, action) => {
      const node = this.guesses.appendChild(html("button", "course-button", text));
      set(node, { type: "button", "data-lm-suppress-shortcuts": "true" });
      node.addEventListener("click", action);
    };
    if (predict.choices) predict.choices.forEach((text, i) => button(text, () => this.guess(i)));
    else {
      const input = this.guesses.appendChild(html("input"));
      set(input, { type: "number", min: predict.low, max: predict.high, step: "any", "aria-label": "your guess", "data-lm-suppress-shortcuts": "true" });
      const go = () => { if (input.value !== "" && Number.isFinite(Number(input.value))) this.guess(Number(input.value)); };
      input.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Enter") go(); });
      this.guesses.appendChild(html("span", "course-axis-text", `from ${long(predict.low)} to ${long(predict.high)}`));
      button("This is my guess", go);
    }
    this.guesses.appendChild(html("span", "course-axis-text", "The picture appears once you have guessed."));
  }
  guess(guess) {
    if (!this.veiled) return;
    this.model.set("guess", guess);
    this.save();
    this.send({ kind: "guess", guess });
    this.showGuess();
  }
  get veiled() { return Boolean(this.spec.predict) && (this.model.get("guess") ?? null) === null; }
  showGuess() {
    this.body.classList.toggle("course-veiled", this.veiled);
    this.body.inert = this.veiled;
    const predict = this.spec.predict;
    if (predict && !this.veiled) {
      const guess = this.model.get("guess"), name = (v) => (predict.choices ? predict.choices[v] : long(v));
      const right = predict.choices ? guess === predict.answer : Math.abs(guess - predict.answer) <= 0.05 * (predict.high - predict.low);
      this.guesses.hidden = true;
      this.verdict.textContent = `You guessed: ${name(guess)}. ${right ? (predict.choices ? "✓ That is right." : `✓ Close: it is ${name(predict.answer)}.`) : `It is: ${name(predict.answer)}.`} ${predict.explain}`;
    }
    this.schedule();
  }

  // ---- export: the panels as one SVG, with the colours that the theme gives them now
  svgText() {
    const frame = this.root.getBoundingClientRect(), style = getComputedStyle(this.root), head = this.spec.title ? 34 : 8, pad = 12;
    const shown = this.panels.filter((panel) => !panel.off), boxes = shown.map((panel) => panel.svg.getBoundingClientRect());
    const top = Math.min(...boxes.map((box) => box.top));
    const width = Math.ceil(frame.width + 2 * pad), height = Math.ceil(Math.max(...boxes.map((box) => box.bottom)) - top + head + 2 * pad);
    const out = document.createElementNS(NS, "svg");
    const put = (parent, tag, attributes, text) => {
      const node = parent.appendChild(document.createElementNS(NS, tag));
      for (const key in attributes) node.setAttribute(key, attributes[key]);
      if (text) node.textContent = text;
      return node;
    };
    for (const [key, value] of Object.entries({ xmlns: NS, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "system-ui, Helvetica, Arial, sans-serif" })) out.setAttribute(key, value);
    put(out, "title", {}, this.spec.title); put(out, "desc", {}, this.el.courseState?.alt ?? "");
    const ground = (node) => { while (node) { const c = getComputedStyle(node).backgroundColor; if (c && !/rgba\(.*, 0\)|transparent/.test(c)) return c; node = node.parentElement; } return "#fff"; };
    put(out, "rect", { width: "100%", height: "100%", fill: ground(this.root) });
    if (this.spec.title) put(out, "text", { x: pad, y: pad + 14, "font-size": 15, "font-weight": 600, fill: style.color }, this.spec.title);
    shown.forEach((panel, i) => {
      const x = boxes[i].left - frame.left + pad, y = boxes[i].top - top + head + pad;
      const part = put(out, "svg", { x, y, width: panel.w, height: panel.h, color: style.color });
      if (panel.canvas) put(part, "image", { width: panel.w, height: panel.h, href: panel.canvas.toDataURL("image/png") });
      const inline = (from, to) => {
        for (const child of from.children) {
          if (child.getAttribute("display") === "none") continue;
          const copy = to.appendChild(child.cloneNode(false)), look = getComputedStyle(child);
          for (const key of ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-weight"]) copy.setAttribute(key, look.getPropertyValue(key));
          copy.removeAttribute("class"); copy.removeAttribute("style");
          if (child.tagName === "text") copy.textContent = child.textContent; else inline(child, copy);
        }
      };
      inline(panel.svg, part);
    });
    return { text: new XMLSerializer().serializeToString(out), width, height };
  }
  get fileName() { return (this.spec.name || this.spec.title || "figure").replace(/[^\w.-]+/g, "-"); }
  download(blob, ending) {
    const link = html("a"), url = URL.createObjectURL(blob);
    Object.assign(link, { href: url, download: `${this.fileName}.${ending}` });
    document.body.appendChild(link); link.click(); link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }
  saveSvg() { this.download(new Blob([this.svgText().text], { type: "image/svg+xml" }), "svg"); }
  savePng() {
    const { text, width, height } = this.svgText(), image = new Image();
    image.onload = () => {
      const canvas = html("canvas");
      Object.assign(canvas, { width: width * 2, height: height * 2 });
      canvas.getContext("2d").drawImage(image, 0, 0, width * 2, height * 2);
      canvas.toBlob((blob) => this.download(blob, "png"), "image/png");
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  }
}

function render({ model, el }) {
  const figure = new LiveFigure(model, el);
  return () => figure.destroy();
}

export default { render };
