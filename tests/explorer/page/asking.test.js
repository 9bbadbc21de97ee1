import assert from "node:assert/strict";
import test from "node:test";
import { Asking } from "../../../course_lib/explorer/page/asking.js";

const made = () => { const said = [], sent = []; return { said, sent, asking: new Asking((question) => sent.push(question), (text) => said.push(text)) }; };

test("after a while it says that Python is awaited, and after a long while what to do", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { said, sent, asking } = made();
  asking.ask({ n: 1 });
  assert.equal(sent.length, 1);
  t.mock.timers.tick(500);
  assert.deepEqual(said, ["waiting for Python…"]);
  t.mock.timers.tick(15000);
  assert.match(said.at(-1), /run the cell above to bring this figure to life/);
});

test("an answer ends the waiting, and nothing more is said", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { said, sent, asking } = made();
  asking.ask({ n: 1 });
  assert.ok(asking.take({ kind: "answer", id: sent[0].id }));
  t.mock.timers.tick(60000);
  assert.deepEqual(said, [""]);
});
