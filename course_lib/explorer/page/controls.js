// The controls of a figure, made of the browser's own elements: a label above each, its value beside it, one tab stop for
// each, and for a screen reader the value itself rather than its place in a list. Both hosts use them.
import { html, set } from "./dom.js";

const QUIET = { "data-lm-suppress-shortcuts": "true" }; // JupyterLab takes arrow keys, and "b" adds a cell, without it
let count = 0;

// One kind of control each: build(control, id, put) returns its element and show(index), which lets it stand at a value.
// put(index, glide) moves the figure; glide says whether the picture may pass over into the new one.
const KINDS = {
  Slider(control, id, put) {
    const input = set(html("input"), { type: "range", id, min: 0, max: control.size - 1, step: 1, ...QUIET });
    const value = set(html("output", "course-value"), { for: id });
    value.style.minWidth = `${Math.min(12, Math.max(...control.labels.map((text) => text.length)))}ch`;
    input.addEventListener("input", () => put(Number(input.value), false));
    return { parts: [input, value], show(index) {
      input.value = index;
      input.style.setProperty("--part", control.size > 1 ? index / (control.size - 1) : 0);
      value.textContent = control.labels[index];
      input.setAttribute("aria-valuetext", control.labels[index]);
    } };
  },
  Choice(control, id, put) {
    const select = set(html("select"), { id, ...QUIET });
    for (const text of control.labels) select.appendChild(html("option", "", text));
    select.addEventListener("change", () => put(select.selectedIndex, true));
    return { parts: [select], show(index) { select.selectedIndex = index; } };
  },
  Switch(control, id, put) {
    const input = set(html("input"), { type: "checkbox", role: "switch", id, ...QUIET }), value = html("span", "course-value");
    input.addEventListener("change", () => put(Number(input.checked), true));
    return { parts: [input, value], show(index) { input.checked = Boolean(index); value.textContent = control.labels[Number(index)]; } };
  },
  Steps(control, id, put) {
    const group = set(html("div", "course-steps"), { role: "radiogroup", "aria-label": control.label }), inputs = [];
    control.labels.forEach((text, i) => {
      const label = group.appendChild(html("label", "course-step"));
      const input = set(label.appendChild(html("input")), { type: "radio", name: id, ...(i === 0 ? { id } : {}), ...QUIET });
      label.appendChild(html("span", "", text));
      input.addEventListener("change", () => put(i, true));
      inputs.push(input);
    });
    const play = set(html("button", "course-button course-play"), { type: "button", ...QUIET });
    const state = { at: 0, timer: null };
    const stop = () => { clearInterval(state.timer); state.timer = null; tell(); };
    const tell = () => set(play, { text: state.timer ? "❚❚" : "▶", title: state.timer ? "stop" : "play the steps", "aria-label": state.timer ? `stop: ${control.label}` : `play: ${control.label}` });
    const next = () => { if (state.at >= control.size - 1 || !play.isConnected) stop(); else put(state.at + 1, true); };
    play.addEventListener("click", () => {
      if (state.timer) { stop(); return; }
      state.timer = setInterval(next, 1300);
      tell();
      if (state.at >= control.size - 1) put(0, true); else next();
    });
    group.addEventListener("pointerdown", stop);
    group.addEventListener("keydown", stop);
    tell();
    return { parts: [group, play], stop, show(index) { state.at = index; inputs[index].checked = true; } };
  },
  TextInput(control, id, put) {
    const input = set(html("input"), { type: "text", id, spellcheck: "false", autocomplete: "off", ...QUIET });
    input.addEventListener("input", () => put(input.value, false));
    input.addEventListener("keydown", (event) => event.stopPropagation());
    return { parts: [input], show(text) { if (input.value !== text) input.value = text; } };
  },
};

// All controls of a figure, at the end of its root. put(name, value, glide) is called where one is moved.
export class Controls {
  constructor(parent, specs, put) {
    this.root = parent.appendChild(html("div", "course-controls"));
    this.root.hidden = specs.length === 0;
    this.made = {};
    for (const control of specs) {
      const id = `course-control-${(count += 1)}`, kind = KINDS[control.kind];
      const made = kind(control, id, (value, glide) => put(control.name, value, glide));
      const box = this.root.appendChild(html("div", `course-control course-${control.kind.toLowerCase()}`));
      const label = box.appendChild(html(control.kind === "Steps" ? "div" : "label", "course-name", control.label));
      if (control.kind === "Steps") set(label, { "aria-hidden": "true" });
      else set(label, { for: id });
      const line = box.appendChild(html("div", "course-track"));
      for (const part of made.parts) line.appendChild(part);
      this.made[control.name] = made;
    }
  }
  show(name, value) { this.made[name].show(value); }
  // At rest they can be seen and not moved.
  rest(still) { this.root.inert = still; this.root.classList.toggle("course-resting", still); }
  stop() { for (const name in this.made) this.made[name].stop?.(); }
}
