import assert from "node:assert/strict";
import test from "node:test";
import { colorIndex, colorLimits, extremes, isDark, scale, ticks } from "../../../course_lib/explorer/page/scales.js";

test("extremes leave out what is not finite", () => {
  assert.deepEqual(extremes([NaN, 2, -Infinity, 5]), [2, 5]);
  assert.deepEqual(extremes(new Float32Array([3])), [3, 3]);
  assert.deepEqual(extremes([NaN, Infinity]), [0, 1]);
});

test("ticks are round, and few enough for their labels", () => {
  assert.deepEqual(ticks(0, 0.7), [0, 0.2, 0.4, 0.6]);
  assert.deepEqual(ticks(-1, 1), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(ticks(0, 100, false, 3), [0, 50, 100]);
  assert.deepEqual(ticks(0.1, 0.35), [0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
});

test("on a logarithmic axis they are powers of ten", () => {
  assert.deepEqual(ticks(0.5, 2000, true), [1, 10, 100, 1000]);
  assert.deepEqual(ticks(1, 1e12, true), [1, 1e3, 1e6, 1e9, 1e12]);
});

test("a scale goes from numbers to pixels, either way up", () => {
  const up = scale([0, 10], false, 200, 100), log = scale([1, 100], true, 0, 50);
  assert.deepEqual([0, 5, 10].map(up), [200, 150, 100]);
  assert.deepEqual([1, 10, 100].map(log), [0, 25, 50]);
  assert.equal(scale([3, 3], false, 0, 50)(3), 0, "a range of one number is no division by zero");
});

test("the ends of the colours, as palette.limits in Python", () => {
  assert.deepEqual(colorLimits("sequential", [NaN, 2, -Infinity, 5]), [2, 5]);
  assert.deepEqual(colorLimits("sequential", [NaN]), [0, 1]);
  assert.deepEqual(colorLimits("diverging", [0, 0]), [-1, 1]);
  assert.deepEqual(colorLimits("diverging", [-1, 3]), [-3, 3]);
  assert.deepEqual(colorLimits("sequential", [2, 5], 0, null), [0, 5]);
});

test("a value has one of 256 colours, and white stands on the dark ones", () => {
  assert.deepEqual([-9, 0, 0.5, 1, 9].map((v) => colorIndex(v, 0, 1)), [0, 0, 128, 255, 255]);
  assert.deepEqual([isDark([68, 1, 84], 0), isDark([253, 231, 37], 0)], [true, false]);
  assert.equal(isDark([33, 145, 140], 0), false, "white has 3.9 : 1 on this green, black 5.4 : 1");
});
