import assert from "node:assert/strict";
import test from "node:test";
import { Focus } from "../../../course_lib/explorer/page/focus.js";

const cell = (row, col) => ({ row: { axis: "q", i: row }, col: { axis: "k", i: col } });

test("what is pointed at is in focus until the pointer leaves", () => {
  const focus = new Focus([3, 1]);
  assert.equal(focus.at("row", "any axis", 8), 3);
  assert.equal(focus.hover(cell(5, 2)), true);
  assert.equal(focus.hover(cell(5, 2)), false, "nothing changed, nothing is drawn");
  assert.equal(focus.at("row", "q", 8), 5);
  assert.equal(focus.at("row", "k", 8), null, "the focus is on another axis");
  focus.hover(null);
  assert.equal(focus.at("col", "k", 8), 1);
});

test("a row alone keeps the column at rest", () => {
  const focus = new Focus([3, 1]);
  focus.hover({ row: { axis: "q", i: 5 } });
  assert.equal(focus.at("col", "k", 8), 1);
});

test("pinned, it stays; pinned again at the same place, it is free", () => {
  const focus = new Focus([0, 0]);
  focus.pin(cell(5, 2));
  assert.equal(focus.hover(cell(1, 1)), false);
  assert.equal(focus.at("row", "q", 8), 5);
  focus.pin(cell(6, 2));
  assert.equal(focus.pinned, true);
  focus.pin(cell(6, 2));
  assert.equal(focus.pinned, false);
  focus.hover(null);
  assert.equal(focus.at("row", "q", 8), 0);
});

test("arrow keys move where it rests; unpin goes back to the first", () => {
  const focus = new Focus([0, 0]);
  focus.goTo(cell(4, 4));
  focus.hover(cell(1, 1));
  focus.hover(null);
  assert.equal(focus.at("row", "q", 8), 4);
  focus.unpin();
  assert.equal(focus.at("row", "q", 8), 0);
});

test("an index outside the axis: the last at first, none where one pointed at another size", () => {
  const focus = new Focus([9, 9]);
  assert.equal(focus.at("row", "q", 4), 3);
  focus.hover(cell(9, 9));
  assert.equal(focus.at("row", "q", 4), null);
});

test("a map is previewed, chosen, and first again", () => {
  const focus = new Focus([0, 0, 4]);
  assert.equal(focus.map, 4);
  assert.equal(focus.preview(1), true);
  assert.equal(focus.preview(1), false);
  assert.equal(focus.map, 1);
  focus.choose(2);
  assert.equal(focus.map, 1, "the one pointed at is still shown");
  focus.preview(null);
  assert.equal(focus.map, 2);
  focus.choose(focus.firstMap);
  assert.equal(focus.map, 4);
});

test("every change that is to be drawn moves the version", () => {
  const focus = new Focus([0, 0]);
  const versions = [() => focus.hover(cell(1, 1)), () => focus.hover(cell(1, 1)), () => focus.pin({}), () => focus.preview(2), () => focus.choose(1)];
  assert.deepEqual(versions.map((step) => { step(); return focus.version; }), [1, 1, 2, 3, 4]);
});
