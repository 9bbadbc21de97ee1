// Tokens in a row, with arcs from the one in focus.
import { html, set } from "../page/dom.js";
import { clamp, long, short } from "../page/numbers.js";
import { Panel } from "../page/panel.js";
import { textWidth } from "../page/text.js";

export class TokenRow extends Panel {
  get lights() { return true; } // pointing at a token lights the bar or point that belongs to it
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
    const tokens = this.texts("tokens"), n = tokens.length, weights = this.part("weights"), s = this.sizes;
    const head = this.heading(width);
    const sizes = tokens.map((token) => Math.max(textWidth(token, s.text) + s.pad, s.least));
    const total = sizes.reduce((a, b) => a + b, 0), gap = clamp((width - total) / (n + 1), s.gap_least, s.gap_most);
    const used = Math.max(width, total + gap * (n + 1));
    const row = Math.min(this.at("row", "tokens", n) ?? 0, n - 1);
    const room = weights ? clamp(used * s.arcs, s.arcs_least, s.arcs_most) : 0, line = head + room + (weights ? s.arcs_gap : 0);
    this.line = line;
    this.size(used, line + s.line + (weights ? s.with_numbers : s.without_numbers));
    let x = (used - total - gap * (n - 1)) / 2;
    this.slots = sizes.map((w) => { const slot = { x, w, mid: x + w / 2 }; x += w + gap; return slot; });
    const data = weights ? weights.data.subarray(row * n, row * n + n) : null;
    const far = Math.max(1, ...this.slots.map((slot) => Math.abs(slot.mid - this.slots[row].mid)));
    const drawn = [];
    this.slots.forEach((slot, j) => {
      const w = data ? data[j] : 0, shown = Number.isFinite(w) ? Math.abs(w) : 0;
      if (data) {
        drawn.push(w);
        const a = this.slots[row].mid, b = slot.mid, up = j === row ? s.loop : s.rise + (room - s.rise_margin) * Math.sqrt(Math.abs(b - a) / far);
        const d = j === row ? `M ${a - s.loop_inner} ${line} C ${a - s.loop_outer} ${line - up}, ${a + s.loop_outer} ${line - up}, ${a + s.loop_inner} ${line}`
          : `M ${a} ${line} C ${a} ${line - up * s.rise_steep}, ${b} ${line - up * s.rise_steep}, ${b} ${line}`;
        this.arcs.draw({ d, "stroke-width": shown < s.faint ? s.thin : s.thin + s.thick * Math.min(shown, s.heaviest), "stroke-dasharray": shown < s.faint ? "2 4" : null,
          opacity: shown < s.faint ? 0.35 : 0.45 + 0.4 * Math.min(shown, 1) });
        this.numbers.draw({ x: slot.mid, y: line + s.numbers, text: short(w), class: shown >= 0.995 / n && shown > 0.1 ? "course-number course-strong" : "course-number" });
      }
      this.pills.draw({ x: slot.x, y: line, width: slot.w, height: s.line, class: data && j === row ? "course-pill course-chosen" : "course-pill" });
      this.words.draw({ x: slot.mid, y: line + 20, text: tokens[j], class: data && j === row ? "course-word course-chosen" : "course-word" });
      this.stop(j, slot, tokens[j], row, w);
    });
    this.finish([this.arcs, this.pills, this.words, this.numbers]);
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
      style: `left:${slot.x.toFixed(1)}px;top:${this.line.toFixed(1)}px;width:${slot.w.toFixed(1)}px;height:${this.sizes.line}px` });
  }
}
