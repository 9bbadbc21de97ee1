// The bar above the picture: the title, what the figure has to say, previous and next step, reset, export.
import { html, set } from "./dom.js";
import { savePng, saveSvg } from "./export.js";

// Put the bar at the end of the figure's root; returns the place where the figure says what it waits for.
export const buildBar = (figure) => {
  const bar = figure.root.appendChild(html("div", "course-bar"));
  bar.appendChild(html("div", "course-heading", figure.spec.title));
  const status = bar.appendChild(html("div", "course-status"));
  const button = (text, label, action) => {
    const node = bar.appendChild(html("button", "course-button", text));
    set(node, { type: "button", title: label, "aria-label": label, "data-lm-suppress-shortcuts": "true" });
    node.addEventListener("click", action);
    return node;
  };
  for (const control of figure.spec.controls) {
    if (control.kind !== "Steps") continue;
    button("◀", `previous: ${control.label}`, () => figure.put(control.name, Math.max(0, figure.index(control.name) - 1)));
    button("▶", `next: ${control.label}`, () => figure.put(control.name, Math.min(control.size - 1, figure.index(control.name) + 1)));
  }
  button("Reset", "all controls back to where they stood at first", () => figure.reset());
  button("PNG", "save the picture as a PNG file", () => savePng(figure));
  button("SVG", "save the picture as an SVG file", () => saveSvg(figure));
  return status;
};

// JupyterLab takes arrow keys, and "b" adds a cell, unless the element that has the focus forbids it. Returns what stops it.
export const guardControls = (el) => {
  let guard = null;
  const mark = (box) => {
    for (const node of box.querySelectorAll("input, select, button, textarea, [tabindex]")) {
      if (node.dataset.lmSuppressShortcuts !== "true") node.dataset.lmSuppressShortcuts = "true";
    }
  };
  const find = (tries) => {
    const box = el.closest(".course-explorer");
    if (!box) { if (tries) setTimeout(() => find(tries - 1), 50); return; }
    mark(box);
    guard = new MutationObserver(() => mark(box));
    guard.observe(box.querySelector(".course-controls") ?? box, { childList: true, subtree: true });
  };
  find(100);
  return () => guard?.disconnect();
};
