// One picture passes over into the next, so that the eye can follow what became what: 250 ms, after a step or a switch.
// Nothing moves while a slider is dragged, nor for those who asked their system for less motion. What the page knows of a
// node (dom.js) is where it goes to; only the document shows it on the way.

export const DURATION = 250;

const NUMBER = /-?\d+(?:\.\d+)?(?:e-?\d+)?/g;
const MOVES = new Set(["x", "y", "width", "height", "x1", "y1", "x2", "y2", "cx", "cy", "r", "opacity", "stroke-width", "d"]);

// Slow at both ends.
export const ease = (t) => (t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) ** 2);

// What lies between two values of an attribute, or null where they cannot pass over into each other: two numbers, or two
// paths of the same shape (the same commands, other numbers).
export const between = (from, to) => {
  const [a, b] = [String(from), String(to)];
  if (a === b || a.replace(NUMBER, "#") !== b.replace(NUMBER, "#")) return null;
  const starts = (a.match(NUMBER) ?? []).map(Number), ends = (b.match(NUMBER) ?? []).map(Number);
  if (!starts.length) return null;
  return (t) => { let k = 0; return b.replace(NUMBER, () => { const i = k++; return String(starts[i] + (ends[i] - starts[i]) * t); }); };
};

export class Motion {
  constructor(now = () => performance.now(), next = (f) => requestAnimationFrame(f), calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches) {
    Object.assign(this, { now, next, calm, wanted: false, on: false, moves: new Map() });
  }
  // The next picture may pass over, or not.
  want(glide) { this.wanted = glide && !this.calm(); }
  begin() { this.on = this.wanted; this.wanted = false; }
  end() { this.on = false; }
  // A node is about to get these attributes. Called before it does; returns what is to be done after it.
  node(node, attributes) {
    const known = node.courseSet ?? {};
    if (known.display !== null || ("text" in attributes && attributes.text !== known.text)) return null; // not there, or another word
    const moves = [];
    for (const key in attributes) {
      if (!MOVES.has(key) || known[key] === attributes[key] || known[key] === undefined || known[key] === null) continue;
      const way = between(node.getAttribute(key), attributes[key]);
      if (way) moves.push([key, way]);
    }
    if (!moves.length) return null;
    return () => this.start(node, (t) => {
      for (const [key, way] of moves) if (node.courseSet[key] === attributes[key]) node.setAttribute(key, t < 1 ? way(t) : attributes[key]);
    });
  }
  // Call paint(t) with t from 0 to 1, on every frame of the screen until the time is up; of two with one key the later goes on.
  start(key, paint) {
    this.moves.set(key, { paint, since: this.now() });
    paint(0);
    if (this.running) return;
    this.running = true;
    const tick = () => {
      for (const [moved, { paint: each, since }] of this.moves) {
        const t = Math.min(1, (this.now() - since) / DURATION);
        each(t < 1 ? ease(t) : 1);
        if (t >= 1) this.moves.delete(moved);
      }
      if (this.moves.size) this.next(tick); else this.running = false;
    };
    this.next(tick);
  }
  cancel(key) { this.moves.delete(key); }
}
