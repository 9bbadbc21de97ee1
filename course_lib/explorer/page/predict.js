// Guess first: the question that stands before the picture, and what is said once the learner has guessed.
import { html, set } from "./dom.js";
import { long } from "./numbers.js";

// Whether a guess is right: no further from the answer than the margin, which Python sends (Predict.margin).
export const isRight = (predict, guess) => Math.abs(guess - predict.answer) <= predict.margin;

// The sentence that follows a guess.
export const verdict = (predict, guess) => {
  const name = (v) => (predict.choices ? predict.choices[v] : long(v));
  const praise = predict.choices ? "✓ That is right." : `✓ Close: it is ${name(predict.answer)}.`;
  return `You guessed: ${name(guess)}. ${isRight(predict, guess) ? praise : `It is: ${name(predict.answer)}.`} ${predict.explain}`;
};

// What is to be said of a number that is no guess yet, or nothing where it is one.
export const refusal = ({ low, high }, text) => {
  if (text.trim() === "" || !Number.isFinite(Number(text))) return "Type a number first: your best guess will do.";
  if (Number(text) < low || Number(text) > high) return `It lies between ${long(low)} and ${long(high)}: guess in that range.`;
  return "";
};

// The question with its answers, at the end of the figure's root; hidden where the figure asks nothing.
export class Veil {
  constructor(figure) {
    const { predict } = figure.spec;
    this.predict = predict;
    this.root = figure.root.appendChild(html("div", "course-predict"));
    this.root.hidden = !predict;
    if (!predict) return;
    this.root.appendChild(html("div", "course-question", predict.question));
    this.guesses = this.root.appendChild(html("div", "course-guesses"));
    this.verdict = this.root.appendChild(html("div", "course-verdict"));
    set(this.verdict, { "aria-live": "polite" });
    if (predict.choices) predict.choices.forEach((text, i) => this.button(text, () => figure.guess(i)));
    else this.askForNumber(figure);
    this.guesses.appendChild(html("span", "course-axis-text", "What it shows appears once you have guessed."));
  }
  button(text, action) {
    const node = this.guesses.appendChild(html("button", "course-button", text));
    set(node, { type: "button", "data-lm-suppress-shortcuts": "true" });
    node.addEventListener("click", action);
  }
  askForNumber(figure) {
    const { low, high } = this.predict, input = this.guesses.appendChild(html("input"));
    set(input, { type: "number", min: low, max: high, step: "any", "aria-label": "your guess", "data-lm-suppress-shortcuts": "true" });
    const go = () => {
      const refused = refusal(this.predict, input.value);
      this.verdict.textContent = refused;
      if (refused) input.focus(); else figure.guess(Number(input.value));
    };
    input.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Enter") go(); });
    this.guesses.appendChild(html("span", "course-axis-text", `from ${long(low)} to ${long(high)}`));
    this.button("This is my guess", go);
  }
  ask() {
    this.guesses.hidden = false;
    this.verdict.textContent = "";
  }
  answered(guess) {
    const had = this.guesses.contains(document.activeElement);
    this.guesses.hidden = true;
    this.verdict.textContent = verdict(this.predict, guess);
    if (had) { set(this.verdict, { tabindex: "-1" }); this.verdict.focus({ preventScroll: true }); } // or it would be nowhere
  }
}
