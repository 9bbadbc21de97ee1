import assert from "node:assert/strict";
import test from "node:test";
import { isRight, refusal, verdict } from "../../../course_lib/explorer/page/predict.js";

const number = { choices: null, answer: 0.5, margin: 0.1, explain: "So it is." };
const choice = { choices: ["a", "b"], answer: 1, margin: 0, explain: "" };

test("a number is right within the margin, a choice only itself", () => {
  assert.deepEqual([0.41, 0.5, 0.59, 0.39, 0.61].map((guess) => isRight(number, guess)), [true, true, true, false, false]);
  assert.deepEqual([0, 1].map((guess) => isRight(choice, guess)), [false, true]);
});

test("the sentence says the guess and the answer", () => {
  assert.equal(verdict(number, 0.59), "You guessed: 0.59. ✓ Close: it is 0.5. So it is.");
  assert.equal(verdict(number, 2), "You guessed: 2. It is: 0.5. So it is.");
  assert.equal(verdict(choice, 0), "You guessed: a. It is: b. ");
  assert.equal(verdict(choice, 1), "You guessed: b. ✓ That is right. ");
});

test("what is no guess yet gets a sentence, and a guess none", () => {
  const asked = { low: 0.125, high: 1 };
  for (const text of ["", "  ", "much"]) assert.match(refusal(asked, text), /^Type a number first/);
  for (const text of ["1e99", "-1", "0.1"]) assert.equal(refusal(asked, text), "It lies between 0.125 and 1: guess in that range.");
  for (const text of ["0.125", "1", "0.5"]) assert.equal(refusal(asked, text), "");
});
