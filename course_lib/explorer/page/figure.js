// A live figure in the page. It knows nothing of attention or of any lesson: it draws the declaration (spec) from named
// arrays, and asks Python for nothing where all frames were sent. What it drew stands in el.courseDrawn, for the tests.
import { KINDS } from "../panels/index.js";
import { Asking } from "./asking.js";
import { buildBar } from "./bar.js";
import { Controls } from "./controls.js";
import { html, set } from "./dom.js";
import { Focus } from "./focus.js";
import { Motion } from "./moving.js";
import { Veil } from "./predict.js";
import { part, rowOf, Store } from "./store.js";
import { Table } from "./table.js";

export class LiveFigure {
  // model: get(name), set(name, value), on(names, handler), off(name, handler), save_changes(), send(content).
  constructor(model, el) {
    Object.assign(this, { model, el, spec: model.get("spec"), listeners: [] });
    this.root = el.appendChild(html("div", "course-figure"));
    set(this.root, { role: "figure" });
    this.focus = new Focus(this.spec.focus);
    this.motion = new Motion();
    this.status = buildBar(this);
    this.controls = new Controls(this.root, this.spec.controls, (name, value, glide) => this.put(name, value, glide));
    this.asking = new Asking((content) => this.send(content), (text) => this.say(text));
    this.veil = new Veil(this);
    this.body = this.root.appendChild(html("div", "course-body"));
    this.error = this.root.appendChild(html("pre", "course-error"));
    this.error.hidden = true;
    this.table = new Table(this);
    this.live = this.root.appendChild(html("div", "course-live"));
    set(this.live, { "aria-live": "polite" });
    this.panels = this.spec.panels.map((spec, i) => new KINDS[spec.kind](this, spec, i));
    this.apart = this.panels.find(({ spec }) => spec.kind === "DotProduct");
    this.layOut();
    el.courseDrawn = {};
    el.courseFigure = this;
    this.takeStore();
    this.listen("change:data change:mode", () => { this.takeStore(); this.changed(); });
    this.listen("change:guess", () => this.showGuess());
    for (const { name } of this.spec.controls) this.listen(`change:at_${name}`, () => { this.showControl(name); this.changed(); });
    this.listen("msg:custom", (content, buffers) => this.answer(content, buffers));
    this.sizes = new ResizeObserver(() => this.schedule());
    this.sizes.observe(this.body);
    for (const { name } of this.spec.controls) this.showControl(name);
    this.showGuess();
    this.changed();
  }
  layOut() {
    for (const row of this.spec.layout) {
      const line = this.body.appendChild(html("div", "course-row"));
      for (const item of row) {
        const width = Math.max(...item.map((i) => this.spec.panels[i].width));
        const cell = line.appendChild(html("div", "course-column"));
        cell.style.flex = `${width} 1 0`;
        if (this.panels.length <= 24) cell.style.minWidth = `${Math.min(300, 640 / row.length)}px`;
        for (const i of item) cell.appendChild(this.panels[i].root);
      }
    }
  }
  listen(event, handler) { this.model.on(event, handler); this.listeners.push([event, handler]); }
  destroy() {
    for (const [event, handler] of this.listeners) this.model.off(event, handler);
    this.sizes.disconnect();
    this.asking.stop();
    this.controls.stop();
    cancelAnimationFrame(this.next);
  }

  // ---- where the controls stand, and the frame that belongs to it
  index(name) { return this.tried?.name === name ? this.tried.index : Number(this.model.get(`at_${name}`)); }
  valueOf(control) { return control.kind === "TextInput" ? this.model.get(`at_${control.name}`) : this.index(control.name); }
  stand() { return Object.fromEntries(this.spec.controls.map((control) => [control.name, this.valueOf(control)])); }
  showControl(name) { this.controls.show(name, this.valueOf(this.spec.controls.find((control) => control.name === name))); }
  mixed(names) { return rowOf(names.map((name) => [this.spec.controls.find((c) => c.name === name).size, this.index(name)])); }
  takeStore() { if (this.model.get("data")?.names) { this.store = new Store(this.model.get("data")); this.version = (this.version ?? 0) + 1; } }
  get mode() { return this.model.get("mode"); }
  get row() { return this.mode === "frames" ? this.mixed(this.spec.axes) : 0; }
  pick(field) { return field && field.pick !== undefined ? field.options[this.index(field.pick)] : field ?? null; }
  get(name) { return this.store.get(this.row, name); }
  texts(field) {
    const value = this.pick(field);
    if (value === null) return null;
    const texts = typeof value === "string" ? this.get(value)?.text : value;
    return texts === undefined || texts === null ? null : typeof texts === "string" ? [texts] : texts;
  }
  changed() {
    if (this.mode === "ask") this.asking.ask(this.stand());
    this.schedule();
  }
  answer(content, buffers) {
    if (!this.asking.take(content)) return;
    this.store = new Store({ ...content, buffer: buffers[0], index: buffers[1] });
    this.version += 1;
    this.schedule();
    this.asking.ask(this.stand());
  }
  send(content) { try { this.model.send(content); } catch (error) { this.say("Python is not running: the picture cannot follow"); } }
  save() { try { this.model.save_changes(); } catch (error) { /* a dead kernel takes no values; the page has them */ } }
  say(text) { this.status.textContent = text; }
  put(name, value, glide = false) { this.motion.want(glide); this.model.set(`at_${name}`, value); this.save(); }
  reset() {
    this.controls.stop();
    this.motion.want(true);
    for (const control of this.spec.controls) this.model.set(`at_${control.name}`, control.start);
    this.save();
    this.choose(this.focus.firstMap);
    this.unpin();
    this.changed();
  }

  // ---- what is pointed at, in all panels, and which of many maps is shown
  hover(found) { this.moved(this.focus.hover(found)); }
  goTo(found) { this.speak = true; this.moved(this.focus.goTo(found)); }
  pin(found) { this.speak = true; this.moved(this.focus.pin(found)); }
  unpin() { this.moved(this.focus.unpin()); }
  preview(k) { this.moved(this.focus.preview(k)); }
  choose(k, speak = false) { this.speak ||= speak; this.focus.choose(k); this.moved(true); }
  moved(changed) {
    this.root.classList.toggle("course-pinned", this.focus.pinned);
    if (changed) this.schedule();
  }
  get called() { const panel = this.panels.find(({ namesMaps }) => namesMaps); return panel && panel.name(Math.min(this.focus.map, panel.count - 1)); }
  chosenPart(array, axes) { return part(array, axes, this.focus.map); }
  // Which bar or point is lit: none, where nothing in the figure can be pointed at to light it.
  lit(axis, n) { return this.panels.some(({ lights }) => lights) && this.focus.now.row.axis !== "*" ? this.focus.at("row", axis, n) : null; }
  touch(panel) { panel.last = null; this.schedule(); }

  // ---- drawing: once for each frame of the screen, and only the panels that changed
  schedule() { this.next ??= requestAnimationFrame(() => { this.next = null; this.draw(); }); }
  draw() {
    if (!this.store || !this.root.isConnected || this.root.clientWidth === 0) return;
    const error = this.store.get(this.row, "error")?.text;
    this.error.hidden = !error;
    this.body.hidden = Boolean(error);
    if (error) { this.error.textContent = `No picture at these values.\n\n${error}`; this.el.courseDrawn = {}; this.describe(); return; }
    this.paint();
    this.table.fill();
    this.describe();
    this.keepHeight();
  }
  // Every panel that shows something else than before is drawn.
  paint() {
    for (const panel of this.panels) {
      const off = panel.hidden;
      if (off !== panel.off) { panel.off = off; panel.root.hidden = off; }
      if (off) delete this.el.courseDrawn[panel.key];
    }
    const shown = this.panels.filter((panel) => !panel.off).map((panel) => [panel, Math.floor(panel.root.clientWidth)]);
    const due = shown.filter(([panel, width]) => width >= 4 && this.signature(panel, width) !== panel.last);
    if (due.length) this.motion.begin();
    for (const [panel, width] of due) {
      panel.last = this.signature(panel, width);
      try { this.el.courseDrawn[panel.key] = panel.draw(width); } catch (failed) { console.error(failed); this.error.hidden = false; this.error.textContent = `${panel.key}: ${failed}`; }
    }
    this.motion.end();
  }
  // A figure does not change its height while it is used: it keeps room for the highest of its pictures at this width.
  keepHeight() {
    const width = this.body.clientWidth;
    if (width !== this.roomAt) {
      this.roomAt = width;
      this.room = 0;
      this.body.style.minHeight = "";
      this.untried = this.mode === "frames" ? this.spec.controls.filter((control) => control.kind !== "Slider" && control.kind !== "TextInput" && control.size <= 12)
        .flatMap(({ name, size }) => Array.from({ length: size }, (_, index) => ({ name, index }))) : [];
      if (this.mode !== "frames") this.roomAt = null;
    }
    this.grow();
    if (this.untried.length) (window.requestIdleCallback ?? setTimeout)(() => this.tryOne());
  }
  grow() {
    const height = this.body.offsetHeight;
    if (height > this.room) { this.room = height; this.body.style.minHeight = `${height}px`; }
  }
  // How high is the picture at another value of a control? Drawn and measured unseen, before the screen is painted again.
  tryOne() {
    const tried = this.untried.pop();
    if (!tried || this.veiled || !this.root.isConnected || this.motion.wanted || this.next) return;
    const before = this.index(tried.name);
    if (tried.index !== before) {
      const kept = { ...this.el.courseDrawn };
      this.tried = tried;
      try { this.paint(); this.grow(); } finally { this.tried = null; }
      this.paint();
      Object.assign(this.el.courseDrawn, kept);
    }
    if (this.untried.length) (window.requestIdleCallback ?? setTimeout)(() => this.tryOne());
  }
  // All that a panel draws, as one text: if it is the same as before, the panel stands.
  signature(panel, width) {
    const parts = [width, this.mode, this.mode === "frames" ? 0 : this.version, this.focus.version];
    const add = (value) => {
      value = this.pick(value);
      if (Array.isArray(value)) value.forEach((item) => (Array.isArray(item) || typeof item === "string" || item?.pick ? add(item) : parts.push(item)));
      else if (value?.pairs) value.pairs.forEach(([, item]) => add(item));
      else if (typeof value === "string") parts.push(value, this.get(value)?.id ?? "");
      else parts.push(value);
    };
    for (const field in panel.spec) add(panel.spec[field]);
    return parts.join("|");
  }
  describe() {
    const name = this.mode === "frames" ? `alt ${this.mixed(this.spec.picked)}` : "alt", { focus } = this;
    const alt = this.store.get(this.row, name)?.text ?? this.spec.title;
    set(this.root, { "aria-label": this.veiled ? `${this.spec.title}. What it shows is hidden until you have guessed.` : alt });
    this.el.courseState = { at: this.stand(), mode: this.mode, alt, focus: focus.now, pinned: focus.pinned, map: focus.map,
      chosen: focus.chosenMap, waiting: this.asking.waiting, painted: performance.now() };
    if (this.speak) {
      this.speak = false;
      const panel = this.panels.find(({ root }) => root.contains(document.activeElement));
      this.live.textContent = `${panel?.said ?? document.activeElement?.getAttribute("aria-label") ?? ""}${focus.pinned ? ", pinned" : ""}`;
    }
  }

  // ---- guess first
  guess(guess) {
    if (!this.veiled) return;
    this.model.set("guess", guess);
    this.save();
    this.send({ kind: "guess", guess });
    this.showGuess();
  }
  askAgain() {
    this.model.set("guess", null);
    this.save();
    this.showGuess();
  }
  // The number that was guessed, for the panel in which it is to be drawn.
  guessFor(place, axis) {
    const { predict } = this.spec, guess = this.model.get("guess") ?? null;
    return predict?.mark && guess !== null && predict.mark[0] === place && predict.mark[1] === axis ? guess : null;
  }
  get veiled() { return Boolean(this.spec.predict) && (this.model.get("guess") ?? null) === null; }
  showGuess() {
    this.body.classList.toggle("course-veiled", this.veiled);
    this.body.inert = this.veiled;
    this.controls.rest(this.veiled);
    if (this.spec.predict) { if (this.veiled) this.veil.ask(); else this.veil.answered(this.model.get("guess")); }
    for (const panel of this.panels) panel.last = null;
    this.schedule();
  }
}
