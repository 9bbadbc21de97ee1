// What all panels share in the page: where they find what they name, their size, their heading, and how they are reached.
import { html, Layer, NS, set } from "./dom.js";
import { clip, FONT } from "./text.js";

export class Panel {
  constructor(figure, spec, place) {
    const { main, follows, sizes } = figure.spec.kinds[spec.kind];
    Object.assign(this, { figure, spec, place, main, follows, sizes, key: `${spec.kind} ${place}`, last: null });
    this.root = html("div", `course-panel course-${spec.kind.toLowerCase()}`);
    this.root.style.flex = `${spec.width} 1 0`;
    this.canvas = this.usesCanvas ? this.root.appendChild(html("canvas")) : null;
    this.svg = this.root.appendChild(document.createElementNS(NS, "svg"));
    this.svg.setAttribute("aria-hidden", "true");
    this.title = this.layer("text", "course-title");
    this.build();
  }
  build() {}
  layer(tag, className, fixed = {}) { return new Layer(this.svg, tag, { class: className, ...fixed }, this.figure.motion); }
  value(field) { return this.figure.pick(this.spec[field]); }
  array(field) { const name = this.value(field); return name === null || name === undefined ? null : this.figure.get(name); }
  // The last axes of an array: all there is, or the part that belongs to the map that is chosen among the thumbnails.
  part(field, axes = 2) { return this.figure.chosenPart(this.array(field), axes); }
  texts(field) { return this.figure.texts(this.spec[field]); }
  axis(field) { const name = this.value(field); return name === null ? `own ${this.place} ${field}` : JSON.stringify(name); }
  // Where a dot product is taken apart, the focus that nobody has moved yet is on its rows and columns alone.
  at(part, field, n) {
    const { apart, focus } = this.figure, axis = this.axis(field);
    if (apart && apart !== this && focus.now[part]?.axis === "*" && this.value(field) !== null && axis !== apart.axis(part === "row" ? "rows" : "cols")) return null;
    return focus.at(part, axis, n);
  }
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
  // The context of the canvas, cleared, in pixels of the page.
  brush() {
    const context = this.canvas.getContext("2d"), scale = this.canvas.width / this.w;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, this.w, this.h);
    context.imageSmoothingEnabled = false;
    return context;
  }
  heading(width, x = 0) {
    const text = this.headingText(), { titled, bare } = this.figure.spec.heads;
    const role = this.value("role");
    if (text) this.title.draw({ x, y: 14, text: clip(text, width, FONT + 0.6), class: typeof role === "string" ? `course-title course-role-${role}` : "course-title" });
    this.title.done();
    const named = typeof role === "string" ? role : this.figure.spec.words[(text ?? "").split(/[\s:,]/)[0].toLowerCase()];
    set(this.root, { "data-role": named ?? null });
    if (this.kindWord) set(this.root, { "aria-label": text ? `${this.kindWord}: ${text}` : this.kindWord });
    return text ? titled : bare;
  }
  // The title, and after it the name of the chosen map where this panel shows one of several.
  headingText() {
    const title = this.value("title"), array = this.follows ? this.array(this.follows) : null;
    const called = array && array.shape.length > 2 ? this.figure.called : null;
    return called ? (title ? `${title} · ${called}` : called) : title;
  }
  // One tab stop for each panel; arrow keys move the focus inside it.
  reachable(node, label) {
    if (node === this.root) this.kindWord = label;
    set(node, { tabindex: "0", role: "group", "aria-label": label, "data-lm-suppress-shortcuts": "true" });
    node.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (move) this.move(...move);
      else if (event.key === "Home" || event.key === "End") this.move(0, event.key === "Home" ? -1e6 : 1e6);
      else if (event.key === "Enter" || event.key === " ") this.figure.pin(this.figure.focus.now);
      else if (event.key === "Escape") this.figure.unpin();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
  move() {}
  // Pointing at something moves the focus of the whole figure; `find` says what is there.
  pointer(find) {
    this.root.addEventListener("pointermove", (event) => this.figure.hover(find(event)));
    this.root.addEventListener("pointerleave", () => this.figure.hover(null));
    this.root.addEventListener("click", (event) => { const found = find(event); if (found) this.figure.pin(found); });
  }
  // Pointing at something is this panel's own affair; `find` gives its number or null.
  looker(find) {
    this.root.addEventListener("pointermove", (event) => this.look(find(event)));
    this.root.addEventListener("pointerleave", () => this.look(null));
  }
  look(i) { if (i !== this.pointed) { this.pointed = i; this.figure.touch(this); } }
  lookAt(i) { this.pointed = i; this.figure.speak = true; this.figure.touch(this); }
  point(event) { const box = this.svg.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; }
  finish(layers) { for (const layer of layers) layer.done(); }
}
