// The figure as a file: the panels as one SVG, with the colours that the theme gives them now, or that as a PNG.
import { html, NS } from "./dom.js";

const FONTS = "system-ui, Helvetica, Arial, sans-serif";
const LOOK = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-weight"];

const put = (parent, tag, attributes, text) => {
  const node = parent.appendChild(document.createElementNS(NS, tag));
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  if (text) node.textContent = text;
  return node;
};

// What is seen behind a node.
const ground = (node) => {
  while (node) {
    const color = getComputedStyle(node).backgroundColor;
    if (color && !/rgba\(.*, 0\)|transparent/.test(color)) return color;
    node = node.parentElement;
  }
  return "#fff";
};

// Copy the visible children, with the look that the style sheet gives them.
const inline = (from, to) => {
  for (const child of from.children) {
    if (child.getAttribute("display") === "none") continue;
    const copy = to.appendChild(child.cloneNode(false)), look = getComputedStyle(child);
    for (const key of LOOK) copy.setAttribute(key, look.getPropertyValue(key));
    copy.removeAttribute("class");
    copy.removeAttribute("style");
    if (child.tagName === "text") copy.textContent = child.textContent;
    else inline(child, copy);
  }
};

export const svgText = (figure) => {
  const frame = figure.root.getBoundingClientRect(), style = getComputedStyle(figure.root), head = figure.spec.title ? 34 : 8, pad = 12;
  const shown = figure.panels.filter((panel) => !panel.off), boxes = shown.map((panel) => panel.svg.getBoundingClientRect());
  const top = Math.min(...boxes.map((box) => box.top));
  const width = Math.ceil(frame.width + 2 * pad), height = Math.ceil(Math.max(...boxes.map((box) => box.bottom)) - top + head + 2 * pad);
  const out = document.createElementNS(NS, "svg");
  for (const [key, value] of Object.entries({ xmlns: NS, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": FONTS })) out.setAttribute(key, value);
  put(out, "title", {}, figure.spec.title);
  put(out, "desc", {}, figure.el.courseState?.alt ?? "");
  put(out, "rect", { width: "100%", height: "100%", fill: ground(figure.root) });
  if (figure.spec.title) put(out, "text", { x: pad, y: pad + 14, "font-size": 15, "font-weight": 600, fill: style.color }, figure.spec.title);
  shown.forEach((panel, i) => {
    const x = boxes[i].left - frame.left + pad, y = boxes[i].top - top + head + pad;
    const part = put(out, "svg", { x, y, width: panel.w, height: panel.h, color: style.color });
    if (panel.canvas) put(part, "image", { width: panel.w, height: panel.h, href: panel.canvas.toDataURL("image/png") });
    inline(panel.svg, part);
  });
  return { text: new XMLSerializer().serializeToString(out), width, height };
};

const download = (figure, blob, ending) => {
  const link = html("a"), url = URL.createObjectURL(blob);
  const name = (figure.spec.name || figure.spec.title || "figure").replace(/[^\w.-]+/g, "-");
  Object.assign(link, { href: url, download: `${name}.${ending}` });
  document.body.appendChild(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
};

export const saveSvg = (figure) => download(figure, new Blob([svgText(figure).text], { type: "image/svg+xml" }), "svg");

export const savePng = (figure) => {
  const { text, width, height } = svgText(figure), image = new Image();
  image.onload = () => {
    const canvas = html("canvas");
    Object.assign(canvas, { width: width * 2, height: height * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, width * 2, height * 2);
    canvas.toBlob((blob) => download(figure, blob, "png"), "image/png");
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
};
