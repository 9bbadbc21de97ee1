import assert from "node:assert/strict";
import test from "node:test";
import { part, rowOf, Store } from "../../../course_lib/explorer/page/store.js";

// As frames.Store packs it: two frames of an array, a text and the column of errors.
const packed = () => {
  const numbers = new Float32Array([1, 2, 3, 4, 5, 6, 0.5, NaN]), shifted = new Uint8Array(numbers.byteLength + 3);
  shifted.set(new Uint8Array(numbers.buffer), 3);
  return {
    names: ["a", "says", "error"],
    entries: [{ shape: [2, 3], offset: 0 }, { text: "x" }, { shape: [2], offset: 6 }],
    buffer: new DataView(shifted.buffer, 3), // bytes that do not begin at a multiple of four
    index: new Int32Array([0, 1, -1, 2, 1, -1]).buffer,
  };
};

test("a frame is found by its row and a name", () => {
  const store = new Store(packed());
  assert.deepEqual([...store.get(0, "a").data], [1, 2, 3, 4, 5, 6]);
  assert.deepEqual([...store.get(1, "a").data], [0.5, NaN]);
  assert.equal(store.get(1, "says").text, "x");
  assert.equal(store.get(0, "says").id, store.get(1, "says").id, "the same entry, so that a panel knows to stand");
});

test("what a frame lacks is null", () => {
  const store = new Store(packed());
  assert.equal(store.get(0, "error"), null);
  assert.equal(store.get(0, "no such name"), null);
  assert.equal(store.get(7, "a"), null);
});

test("whether all numbers are whole is known of an array", () => {
  const store = new Store(packed());
  assert.equal(store.get(0, "a").whole, true);
  assert.equal(store.get(1, "a").whole, false);
});

test("a part of an array is one of its maps, the last where there are fewer", () => {
  const maps = { shape: [2, 3, 5], data: Float32Array.from({ length: 30 }, (_, i) => i) };
  assert.deepEqual(part(maps, 2, 1).shape, [3, 5]);
  assert.equal(part(maps, 2, 1).data[0], 15);
  assert.equal(part(maps, 2, 9).data[0], 15);
  assert.equal(part(maps, 3, 1), maps);
  assert.equal(part(null, 2, 0), null);
});

test("the last control changes fastest", () => {
  assert.equal(rowOf([]), 0);
  assert.equal(rowOf([[3, 2], [5, 4]]), 14);
  assert.equal(rowOf([[3, 1], [5, 0], [2, 1]]), 11);
});
