// The frames as Python packed them (frames.py): arrays and texts by content, and which of them every frame shows.

// Bytes arrive as a DataView that need not begin at a multiple of four.
const bytes = (view) => (view instanceof ArrayBuffer ? view.slice(0) : view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

export class Store {
  constructor(packed) {
    this.names = Object.fromEntries(packed.names.map((name, i) => [name, i]));
    this.width = packed.names.length;
    this.entries = packed.entries;
    this.numbers = new Float32Array(bytes(packed.buffer));
    this.index = new Int32Array(bytes(packed.index));
  }
  get(row, name) {
    const column = this.names[name];
    const id = column === undefined ? -1 : this.index[row * this.width + column];
    if (id < 0 || id === undefined) return null;
    const entry = this.entries[id];
    if (entry.shape && !entry.data) {
      const size = entry.shape.reduce((a, b) => a * b, 1);
      entry.data = this.numbers.subarray(entry.offset, entry.offset + size);
      entry.whole = entry.data.every((v) => Number.isInteger(v) || !Number.isFinite(v));
    }
    entry.id = id;
    return entry;
  }
}

// The last axes of an array: all there is, or the k-th part (the last, where there are fewer).
export const part = (array, axes, k) => {
  if (!array || array.shape.length <= axes) return array;
  const shape = array.shape.slice(array.shape.length - axes), size = shape.reduce((a, b) => a * b, 1);
  const at = Math.min(k, array.data.length / size - 1);
  return { ...array, shape, data: array.data.subarray(at * size, (at + 1) * size) };
};

// The row of a frame: the last of the controls changes fastest. `controls` are [size, index] pairs.
export const rowOf = (controls) => controls.reduce((sum, [size, index]) => sum * size + index, 0);
