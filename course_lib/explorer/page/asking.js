// Frames on demand: Python is asked for the picture at the present values, one question at a time.

export class Asking {
  // send(question) sends it; say(text) tells the learner that an answer is awaited.
  constructor(send, say) {
    Object.assign(this, { send, say, id: Math.random().toString(36).slice(2), asked: 0, question: null, shown: null });
  }
  get waiting() { return this.question !== null; }
  // At most one question is under way; when its answer comes, the latest values are asked for if they differ.
  ask(at) {
    const key = JSON.stringify(at);
    if (this.shown === key && !this.question) return;
    if (this.question && performance.now() - this.question.since < 20000) return;
    this.question = { id: `${this.id}.${++this.asked}`, key, since: performance.now() };
    clearTimeout(this.patience);
    clearTimeout(this.despair);
    this.patience = setTimeout(() => this.say("waiting for Python…"), 400);
    this.despair = setTimeout(() => this.say("Python does not answer. If it is not busy, run the cell above to bring this figure to life."), 15000);
    this.send({ kind: "ask", id: this.question.id, at });
  }
  // Whether this is the answer that is awaited.
  take(content) {
    if (content.kind !== "answer" || content.id !== this.question?.id) return false;
    this.shown = this.question.key;
    this.question = null;
    this.stop();
    this.say("");
    return true;
  }
  stop() { clearTimeout(this.patience); clearTimeout(this.despair); }
}
