// A text as a flow of coloured boxes. Neighbours differ in colour and stand apart; the id is below each, and said in words.
import { clamp } from "../page/numbers.js";
import { Panel } from "../page/panel.js";
import { clip, textWidth } from "../page/text.js";

export class TokenText extends Panel {
  build() {
    this.boxes = this.layer("rect", "course-piece", { rx: 4, height: 24 });
    this.words = this.layer("text", "course-word", { "text-anchor": "middle" });
    this.numbers = this.layer("text", "course-id", { "text-anchor": "middle" });
    this.axes = this.layer("text", "course-axis");
    this.frame = this.layer("rect", "course-focus", { rx: 4, height: 24 });
    this.reachable(this.root, "tokens");
    this.looker((event) => this.tokenAt(event));
  }
  tokenAt(event) {
    const [x, y] = this.point(event);
    const i = (this.slots ?? []).findIndex((slot) => x >= slot.x - 2 && x <= slot.x + slot.w + 2 && y >= slot.y && y <= slot.y + 40);
    return i < 0 ? null : i;
  }
  move(down, right) {
    const n = this.slots.length;
    if (n) this.lookAt(clamp((this.pointed ?? -1) + right + down, 0, n - 1));
  }
  draw(width) {
    const tokens = this.texts("tokens") ?? [], n = tokens.length, ids = this.array("ids")?.data, s = this.sizes;
    const head = this.heading(width);
    let x = s.edge, y = head + s.edge;
    this.slots = tokens.map((token, i) => {
      const w = Math.min(width - 2 * s.edge, Math.max(textWidth(token, s.text) + s.pad, ids ? textWidth(String(ids[i]), s.id) + s.id_pad : 0));
      if (x > s.edge && x + w > width - s.edge) { x = s.edge; y += s.line; }
      const slot = { x, y, w };
      x += w + s.gap;
      if (token.endsWith("↵")) { x = s.edge; y += s.line; }
      return slot;
    });
    const bottom = n ? this.slots[n - 1].y + s.line : y, i = this.pointed ?? null;
    this.slots.forEach((slot, j) => {
      this.boxes.draw({ x: slot.x, y: slot.y, width: slot.w, fill: `var(--course-series-${j % s.colours})`, opacity: 0.33 });
      this.words.draw({ x: slot.x + slot.w / 2, y: slot.y + s.word, text: clip(tokens[j], slot.w - 4, s.text) });
      if (ids) this.numbers.draw({ x: slot.x + slot.w / 2, y: slot.y + s.number, text: ids[j] });
    });
    if (i !== null && i < n) {
      this.frame.draw({ x: this.slots[i].x, y: this.slots[i].y, width: this.slots[i].w });
      this.said = `token ${i + 1} of ${n}: ${tokens[i]}${ids ? `, id ${ids[i]}` : ""}`;
    } else this.said = n ? `${n} token${n > 1 ? "s" : ""}; point at one. · is a space, ↵ the end of a line` : "no tokens";
    this.axes.draw({ x: 2, y: bottom + 12, text: clip(this.said, width - 4, 12) });
    this.finish([this.boxes, this.words, this.numbers, this.axes, this.frame]);
    this.size(width, bottom + s.bottom);
    return { tokens, ids: ids ? Array.from(ids) : [] };
  }
}
