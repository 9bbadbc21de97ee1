// Many maps, small. Pointing at one previews it in the panels that follow; a click or an arrow key keeps it there.
import { set } from "../page/dom.js";
import { Panel } from "../page/panel.js";
import { colorIndex, colorLimits } from "../page/scales.js";
import { clip, textWidth, widest } from "../page/text.js";

export class Thumbnails extends Panel {
  get usesCanvas() { return true; }
  get namesMaps() { return true; }
  build() {
    this.labels = this.layer("text", "course-axis");
    this.light = this.layer("rect", "course-light", { rx: 3 });
    this.frame = this.layer("rect", "course-focus", { rx: 3 });
    set(this.root, { tabindex: "0", role: "group", "data-lm-suppress-shortcuts": "true" });
    this.root.addEventListener("pointermove", (event) => this.figure.preview(this.mapAt(event)));
    this.root.addEventListener("pointerleave", () => this.figure.preview(null));
    this.root.addEventListener("click", (event) => { const k = this.mapAt(event); if (k !== null) this.figure.choose(k); });
    this.root.addEventListener("keydown", (event) => {
      const { count, across } = this.geometry ?? { count: 0 }, at = this.figure.focus.chosenMap;
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - across, ArrowDown: at + across, Home: 0, End: count - 1,
        Escape: this.figure.focus.firstMap }[event.key];
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
    const s = this.sizes, { data, shape } = this.array("maps"), grid = shape.length === 4, [n, m] = shape.slice(-2), count = this.count;
    const across = grid ? shape[1] : Math.min(shape[0], this.value("columns")), down = Math.ceil(count / across);
    const lines = grid ? Array.from({ length: down }, (_, i) => `${this.value("row_name")} ${i + 1}`) : [];
    const head = this.heading(width), left = grid ? widest(lines, s.text) + s.row_gap : 0, gap = width / across > s.narrow ? s.gap : s.gap_narrow;
    const w = Math.min((width - left) / across - gap, s.map), h = (w * n) / m, above = grid ? 0 : s.label, top = head + (grid ? s.col_labels : 0);
    const corners = Array.from({ length: count }, (_, k) => [left + (k % across) * (w + gap), top + Math.floor(k / across) * (h + gap + above) + above]);
    this.geometry = { corners, w, h, count, across };
    this.size(width, top + down * (h + gap + above) + s.bottom);

    const palette = this.value("palette"), table = this.figure.spec.palettes[palette];
    const [low, high] = colorLimits(palette, data, this.value("vmin"), this.value("vmax"));
    const context = this.brush(), image = new ImageData(m, n);
    const pixels = Object.assign(document.createElement("canvas"), { width: m, height: n });
    corners.forEach(([x, y], k) => {
      for (let i = 0; i < n * m; i++) {
        const v = data[k * n * m + i], c = Number.isFinite(v) ? colorIndex(v, low, high) * 3 : -1;
        for (let k3 = 0; k3 < 3; k3++) image.data[i * 4 + k3] = c < 0 ? 128 : table[c + k3];
        image.data[i * 4 + 3] = c < 0 ? 60 : 255;
      }
      pixels.getContext("2d").putImageData(image, 0, 0);
      context.drawImage(pixels, x, y, w, h);
      const name = this.name(k);
      if (!grid) this.labels.draw({ x, y: y - 4, "text-anchor": "start", text: textWidth(name, s.text) <= w + s.text_slack ? name : String(k + 1) });
    });
    lines.forEach((line, i) => this.labels.draw({ x: left - 8, y: corners[i * across][1] + h / 2 + 4, "text-anchor": "end", text: line }));
    for (let j = 0; grid && j < across; j++) {
      const name = `${this.value("map_name")} ${j + 1}`;
      this.labels.draw({ x: corners[j][0] + w / 2, y: top - 5, "text-anchor": "middle", text: textWidth(name, s.text) <= w + s.text_slack ? name : String(j + 1) });
    }
    const chosen = Math.min(this.figure.focus.chosenMap, count - 1), shown = Math.min(this.figure.focus.map, count - 1);
    this.frame.draw({ x: corners[chosen][0] - 1, y: corners[chosen][1] - 1, width: w + 2, height: h + 2 });
    if (shown !== chosen) this.light.draw({ x: corners[shown][0] - 1, y: corners[shown][1] - 1, width: w + 2, height: h + 2 });
    this.said = this.name(chosen);
    const says = shown === chosen ? `shown large: ${this.said}` : `preview: ${this.name(shown)}; a click keeps it`;
    this.labels.draw({ x: left, y: this.h - 6, "text-anchor": "start", text: clip(says, width - left, s.text) });
    set(this.root, { "aria-label": `${count} maps, ${this.said} is shown large; arrow keys choose another` });
    this.finish([this.labels, this.light, this.frame]);
    const maps = corners.map((_, k) => Array.from({ length: n }, (_, i) => Array.from(data.subarray((k * n + i) * m, (k * n + i + 1) * m))));
    return { maps, chosen };
  }
}
