// The numbers that a figure shows, as a table: for those who cannot see the picture, and for those who want to copy them.
import { html, set } from "./dom.js";
import { long } from "./numbers.js";

const written = (value) => (typeof value === "number" ? long(value) : value === null ? "not a number" : String(value));

const row = (cells, tag, first) => {
  const line = html("tr");
  if (first !== undefined) set(line.appendChild(html("th", "", first)), { scope: "row" });
  for (const value of cells) line.appendChild(html(tag, "", written(value)));
  return line;
};

// The table of one panel: a line for each row of an array of two axes, else one for each thing that was drawn.
export const tableOf = (caption, drawn, rows, cols) => {
  const table = html("table");
  table.appendChild(html("caption", "", caption));
  const body = html("tbody");
  for (const [name, value] of Object.entries(drawn)) {
    if (!Array.isArray(value)) body.appendChild(row([value], "td", name || "value"));
    else if (!Array.isArray(value[0])) body.appendChild(row(value, "td", name || "values"));
    else {
      if (cols && cols.length === value[0].length) {
        const head = table.appendChild(html("thead")).appendChild(row(cols, "th"));
        head.prepend(html("td"));
      }
      value.forEach((numbers, i) => body.appendChild(row([numbers].flat(3), "td", rows?.[i] ?? `${name} ${i + 1}`)));
    }
  }
  table.appendChild(body);
  return table;
};

export class Table {
  constructor(figure) {
    this.figure = figure;
    this.root = set(figure.root.appendChild(html("div", "course-table")), { tabindex: "0", role: "region", "aria-label": "the numbers of this figure" });
    this.root.hidden = true;
  }
  toggle() {
    this.root.hidden = !this.root.hidden;
    this.fill();
    if (!this.root.hidden) this.root.focus();
  }
  // Written again with every picture, while it is shown.
  fill() {
    if (this.root.hidden) return;
    const { figure } = this, drawn = figure.el.courseDrawn;
    this.root.replaceChildren(...figure.panels.filter((panel) => !panel.off && drawn[panel.key]).map((panel) =>
      tableOf(panel.headingText() || panel.spec.kind, drawn[panel.key], panel.texts("rows") ?? panel.texts("labels"), panel.texts("cols"))));
  }
}
