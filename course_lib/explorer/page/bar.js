// The bar above the picture: the title, what the figure has to say, and one small menu: reset, save, the numbers as a table.
import { html, set } from "./dom.js";
import { savePng, saveSvg } from "./export.js";

// Put the bar at the end of the figure's root; returns the place where the figure says what it waits for.
export const buildBar = (figure) => {
  const bar = figure.root.appendChild(html("div", "course-bar"));
  bar.appendChild(html("div", "course-heading", figure.spec.title));
  bar.appendChild(html("div", "course-pin", "pinned · Esc lets go"));
  const status = set(bar.appendChild(html("div", "course-status")), { role: "status" });
  const menu = bar.appendChild(html("details", "course-menu"));
  const summary = menu.appendChild(html("summary", "course-button", "⋯"));
  set(summary, { "aria-label": `menu of this figure: ${figure.spec.title}`, title: "reset, save, numbers", "data-lm-suppress-shortcuts": "true" });
  const list = menu.appendChild(html("div", "course-list"));
  const close = () => { menu.open = false; };
  const button = (text, label, action) => {
    const node = set(list.appendChild(html("button", "course-button", text)), { type: "button", title: label, "data-lm-suppress-shortcuts": "true" });
    node.addEventListener("click", () => { close(); summary.focus(); if (figure.veiled && text !== "Reset") figure.say("Guess first: the picture is still hidden."); else action(); });
  };
  if (figure.spec.controls.length) button("Reset", "all controls back to where they stood at first", () => figure.reset());
  button("Numbers as a table", "the numbers that the picture shows, as a table below it", () => figure.table.toggle());
  if (figure.spec.predict) button("Ask me again", "hide the data and ask the question once more", () => figure.askAgain());
  button("Save as PNG", "save the picture as a PNG file", () => savePng(figure));
  button("Save as SVG", "save the picture as an SVG file", () => saveSvg(figure));
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); summary.focus(); } event.stopPropagation(); });
  menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(); });
  return status;
};
