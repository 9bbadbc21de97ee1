import assert from "node:assert/strict";
import test from "node:test";
import { clip, wrap } from "../../../course_lib/explorer/page/text.js";

const letters = (text) => text.length; // every letter is one wide

test("a text that fits stays, another ends in three dots and fits", () => {
  assert.equal(clip("creature", 8, 13, letters), "creature");
  assert.equal(clip("creature", 5, 13, letters), "crea…");
  assert.equal(clip("creature", 0, 13, letters), "c…", "one letter is left whatever the width");
});

test("lines break between words and where the text breaks", () => {
  assert.deepEqual(wrap("a fluffy blue creature", 8, 13, letters), ["a fluffy", "blue", "creature"]);
  assert.deepEqual(wrap("one\n\ntwo", 8, 13, letters), ["one", "", "two"]);
  assert.deepEqual(wrap("unbreakable it is", 5, 13, letters), ["unbreakable", "it is"]);
});
