import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { clamp, long, short, tickText } from "../../../course_lib/explorer/page/numbers.js";

const TABLE = JSON.parse(readFileSync(new URL("../numbers.json", import.meta.url), "utf8"));
const WRITE = { short, whole: (v) => short(v, true), long, tick: tickText };

for (const [kind, write] of Object.entries(WRITE)) {
  test(`every number of the table is written as ${kind} says`, () => {
    for (const [value, text] of TABLE[kind]) assert.equal(write(Number(value)), text, `${value}`);
  });
  test(`the same text for ${kind} after the way through float32`, () => {
    for (const [value, text] of TABLE[kind]) assert.equal(write(Math.fround(Number(value))), text, `${value}`);
  });
}

test("clamp", () => assert.deepEqual([-1, 0.5, 7].map((v) => clamp(v, 0, 1)), [0, 0.5, 1]));
