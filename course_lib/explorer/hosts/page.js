// Figures on a plain page, with no kernel behind them: every frame lies beside the figure, and nothing is asked of anybody.
import { LiveFigure } from "../page/figure.js";

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;

// What a figure asks of its model, and no more: get, set, on, off; saving and sending have nobody to go to.
class PageModel {
  constructor(state, remembered) {
    this.state = { ...state, guess: null };
    this.heard = {};
    this.remembered = remembered;
    const guess = this.recall();
    if (guess !== null) this.state.guess = guess;
  }
  get(name) { return this.state[name]; }
  set(name, value) {
    if (this.state[name] === value) return;
    this.state[name] = value;
    if (name === "guess") this.keep(value);
    for (const handler of this.heard[`change:${name}`] ?? []) handler();
  }
  on(names, handler) { for (const name of names.split(" ")) (this.heard[name] ??= []).push(handler); }
  off(names, handler) { for (const name of names.split(" ")) this.heard[name] = (this.heard[name] ?? []).filter((other) => other !== handler); }
  save_changes() {}
  send() {}
  // A guess is remembered where the browser lets a page remember something.
  keep(guess) { try { localStorage.setItem(this.remembered, JSON.stringify(guess)); } catch (error) { /* not remembered, then */ } }
  recall() { try { return JSON.parse(localStorage.getItem(this.remembered)); } catch (error) { return null; } }
}

// Bring a figure to life in an element. `packed` is what hosts/page.py wrote: the declaration and all frames.
export const mount = (el, packed) => {
  const { spec, data } = packed, stand = Object.fromEntries(spec.controls.map((control) => [`at_${control.name}`, control.start]));
  const model = new PageModel({ spec, mode: "frames", data: { ...data, buffer: bytes(data.buffer), index: bytes(data.index) }, ...stand }, `course: ${spec.name}`);
  return new LiveFigure(model, el);
};

// Every figure that lies in a document, in the place of its static picture.
export const mountAll = (document) => {
  for (const script of document.querySelectorAll("script[data-course-figure]")) {
    const el = document.getElementById(script.dataset.courseFigure);
    el.replaceChildren();
    mount(el, JSON.parse(script.textContent));
  }
};
