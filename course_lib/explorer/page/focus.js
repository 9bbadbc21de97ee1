// What is pointed at, in all panels of a figure, and which of many maps is shown. Nothing here touches the page.

// The focus is a row and a column, each {axis, i}: the place i along an axis of that name ("*": along any axis).
export class Focus {
  constructor([row, col, map]) {
    this.original = { row: { axis: "*", i: row }, col: { axis: "*", i: col } };
    this.now = this.original;
    this.resting = null; // where it goes back to when the pointer leaves
    this.pinned = false;
    this.firstMap = map ?? 0;
    this.chosenMap = this.firstMap;
    this.pointedMap = null;
    this.version = 0; // moves with every change that panels have to show
  }
  hover(found) {
    const rest = this.resting ?? this.original;
    return this.pinned ? false : this.to(found ? { ...rest, ...found } : rest);
  }
  goTo(found) {
    this.resting = { ...this.now, ...found };
    return this.to(this.resting, true);
  }
  pin(found) {
    const next = { ...this.now, ...found };
    const same = this.pinned && JSON.stringify(next) === JSON.stringify(this.now);
    this.pinned = !same;
    this.resting = same ? null : next;
    return this.to(next, true);
  }
  unpin() {
    this.pinned = false;
    this.resting = null;
    return this.to(this.original);
  }
  // Whether there is something to draw: the focus moved, or the draw is wanted anyway.
  to(next, always = false) {
    if (JSON.stringify(next) === JSON.stringify(this.now) && !always) return false;
    this.now = next;
    this.version += 1;
    return true;
  }
  // The index in focus along an axis of n, or null where the focus is on another axis.
  at(part, axis, n) {
    const focus = this.now[part];
    if (!focus || (focus.axis !== "*" && focus.axis !== axis)) return null;
    return focus.i < n ? focus.i : focus.axis === "*" ? n - 1 : null;
  }
  // The map that is shown: the one pointed at, or else the chosen one.
  get map() { return this.pointedMap ?? this.chosenMap; }
  preview(k) {
    if (this.pointedMap === k) return false;
    this.pointedMap = k;
    this.version += 1;
    return true;
  }
  choose(k) {
    this.chosenMap = k;
    this.version += 1;
  }
}
