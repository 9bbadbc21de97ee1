// A text that compute returns.
import { Panel } from "../page/panel.js";
import { wrap } from "../page/text.js";

export class Note extends Panel {
  build() { this.lines = this.layer("text", "course-note"); }
  draw(width) {
    const s = this.sizes, head = this.heading(width - s.indent, s.indent), text = this.texts("text").join("\n");
    const lines = wrap(text, width - 14, 14);
    lines.forEach((line, i) => this.lines.draw({ x: s.indent, y: head + s.first + i * s.line, text: line }));
    this.lines.done();
    this.size(width, head + lines.length * s.line + s.bottom);
    return { text };
  }
}
