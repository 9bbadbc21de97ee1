// Nodes of the page: made, set only where they differ, kept and used again.

export const NS = "http://www.w3.org/2000/svg";

export const html = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

// Attributes are set only where they differ: a frame changes few of them, and each change costs layout time.
export const set = (node, attributes) => {
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

// Nodes of one kind, kept and used again for the next frame. `motion` lets them pass over to where they are drawn next.
export class Layer {
  constructor(parent, tag, fixed = {}, motion = null) {
    this.group = parent.appendChild(document.createElementNS(NS, "g"));
    Object.assign(this, { tag, fixed, motion, nodes: [], used: 0 });
  }
  draw(attributes) {
    let node = this.nodes[this.used];
    if (!node) {
      node = this.group.appendChild(document.createElementNS(NS, this.tag));
      set(node, this.fixed);
      this.nodes.push(node);
    }
    this.used += 1;
    const all = { display: null, ...this.fixed, ...attributes };
    for (const key in node.courseSet) if (!(key in all)) all[key] = key === "text" ? "" : null; // nothing is left over from what it was before
    const move = this.motion?.on ? this.motion.node(node, all) : null;
    set(node, all);
    move?.();
    return node;
  }
  done() {
    for (let i = this.used; i < this.nodes.length; i++) set(this.nodes[i], { display: "none" });
    this.used = 0;
  }
}
