import assert from "node:assert/strict";
import test from "node:test";
import { apart, evened } from "../../../course_lib/explorer/page/plane.js";
import { placed } from "../../../course_lib/explorer/panels/points.js";

test("names at the ends of curves stand apart, in the order of their curves, inside the plane", () => {
  assert.deepEqual(apart([10, 11, 50], 8, 0, 100), [10, 18, 50]);
  assert.deepEqual(apart([99, 98, 97], 10, 0, 100), [100, 90, 80]);
  assert.deepEqual(apart([50], 8, 0, 100), [50]);
});

test("equal axes: a unit is as long along x as along y, and nothing that was in view leaves it", () => {
  for (const [x, y, wide] of [[[-1, 1], [-1, 1], 2], [[-3, 3], [-1, 4], 0.5], [[0, 1], [0, 9], 1.7]]) {
    const [[a, b], [c, d]] = evened(x, y, wide);
    assert.ok(Math.abs((b - a) / (d - c) - wide) < 1e-12);
    assert.ok(a <= x[0] && b >= x[1] && c <= y[0] && d >= y[1]);
  }
});

test("no two labels of points touch, and one that finds no place is left out", () => {
  const spots = Array.from({ length: 40 }, (_, i) => ({ x: 100 + 60 * Math.sin(7 * i), y: 100 + 60 * Math.cos(3 * i), w: 40 }));
  const found = placed(spots, [0, 0, 200, 200]);
  const boxes = found.flatMap((at, i) => (at ? [[at["text-anchor"] === "end" ? at.x - 40 : at.x, at.y, i]] : []));
  assert.ok(boxes.length > 5 && boxes.length < 40);
  for (const [x, y] of boxes) for (const [u, v] of boxes) assert.ok((x === u && y === v) || Math.abs(x - u) >= 40 || Math.abs(y - v) >= 13);
  for (const [x, y] of boxes) assert.ok(x >= 0 && x + 40 <= 200 && y > 0 && y < 203);
});

test("a label keeps off the lines, and what is lit is placed first", () => {
  const spot = { x: 50, y: 50, w: 30 };
  assert.equal(placed([spot], [0, 0, 200, 200], -1, [])[0]["text-anchor"], "start");
  assert.equal(placed([spot], [0, 0, 200, 200], -1, [{ x: 70, y: 40 }])[0]["text-anchor"], "end");
  const pair = [{ x: 50, y: 50, w: 30 }, { x: 52, y: 50, w: 30 }];
  assert.equal(placed(pair, [0, 0, 200, 200], 1)[1]["text-anchor"], "start");
});
