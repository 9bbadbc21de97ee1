// One picture passes over into the next: what lies between, how long it takes, and when nothing moves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { between, DURATION, ease, Motion } from "../../../course_lib/explorer/page/moving.js";

const node = (courseSet) => ({ courseSet, shown: { ...courseSet }, getAttribute(key) { return String(this.shown[key]); }, setAttribute(key, value) { this.shown[key] = value; } });

test("numbers and paths of one shape pass over, others do not", () => {
  assert.equal(between(2, 4)(0.5), "3");
  assert.equal(between("M 0 0 L 10 20", "M 0 10 L 20 0")(0.5), "M 0 5 L 15 10");
  assert.equal(between("M 0 0 L 10 20", "M 0 0 C 1 2, 3 4, 5 6"), null);
  assert.equal(between(3, 3), null);
  assert.equal(between("none", "auto"), null);
});

test("it begins and ends slowly", () => {
  assert.deepEqual([ease(0), ease(0.5), ease(1)], [0, 0.5, 1]);
  assert.ok(ease(0.1) < 0.1);
});

const clock = (calm = false) => {
  const state = { now: 0, next: null };
  const motion = new Motion(() => state.now, (f) => { state.next = f; }, () => calm);
  const tick = (ms) => { state.now += ms; const f = state.next; state.next = null; f?.(); };
  return { motion, tick, state };
};

test("a node goes from where it was to where it is drawn, and what is known of it is the end", () => {
  const { motion, tick, state } = clock();
  motion.want(true);
  motion.begin();
  const rect = node({ display: null, x: 10, class: "a" });
  const move = motion.node(rect, { display: null, x: 30, class: "a" });
  rect.courseSet.x = 30;
  move();
  assert.equal(Number(rect.shown.x), 10);
  tick(DURATION / 2);
  assert.equal(Number(rect.shown.x), 20);
  tick(DURATION / 2);
  assert.equal(Number(rect.shown.x), 30);
  assert.equal(state.next, null, "the screen is left alone afterwards");
  assert.equal(rect.courseSet.x, 30);
});

test("a word that becomes another word, and a node that was not there, do not move", () => {
  const { motion } = clock();
  motion.want(true);
  motion.begin();
  assert.equal(motion.node(node({ display: null, x: 1, text: "a" }), { display: null, x: 2, text: "b" }), null);
  assert.equal(motion.node(node({ display: "none", x: 1 }), { display: null, x: 2 }), null);
});

test("what is drawn anew on the way is left where it was put", () => {
  const { motion, tick } = clock();
  motion.want(true);
  motion.begin();
  const rect = node({ display: null, x: 0 });
  const move = motion.node(rect, { display: null, x: 100 });
  rect.courseSet.x = 100;
  move();
  rect.courseSet.x = 7;
  rect.shown.x = 7;
  tick(DURATION / 2);
  assert.equal(rect.shown.x, 7);
});

test("nothing moves for those who asked for less motion, nor without being wanted", () => {
  const { motion } = clock(true);
  motion.want(true);
  motion.begin();
  assert.equal(motion.on, false);
  const other = clock().motion;
  other.want(true);
  other.want(false);
  other.begin();
  assert.equal(other.on, false);
});
