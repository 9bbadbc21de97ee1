// Extents, ticks and scales: from numbers to pixels.
import { extent } from "d3-array";

const finite = (v) => (Number.isFinite(v) ? v : undefined);

// The least and the greatest finite value, or 0 and 1 where there is none.
export const extremes = (values) => {
  const [low, high] = extent(values, finite);
  return low === undefined ? [0, 1] : [low, high];
};

// Round numbers between low and high, never more than `most` steps. d3.ticks takes the nearest step instead (for 0 to 0.7
// and five it gives eight ticks, where labels would touch), and on a logarithmic axis d3 adds 2, 3, 4 ... of each decade.
export const ticks = (low, high, log, most = 5) => {
  if (log) {
    const found = [];
    const [a, b] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
    const step = Math.max(1, Math.ceil((b - a) / most));
    for (let e = a; e <= b; e += step) if (10 ** e >= low * 0.999 && 10 ** e <= high * 1.001) found.push(10 ** e);
    return found;
  }
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
};

// From a range of numbers to a range of pixels. Not d3-scale: it brings four packages and as many bytes again as all of this
// page (73 to 129 kB for every figure that is shown), takes a third longer for each point, and differs in the last bits.
export const scale = (range, log, from, to) => {
  const f = log ? Math.log10 : (v) => v;
  const [a, b] = range.map(f);
  return (v) => from + ((f(v) - a) / (b - a || 1)) * (to - from);
};

// What the two ends of the colours mean: as given, else the extremes, centred on 0 for signed values. As in palette.limits.
export const colorLimits = (palette, values, vmin, vmax) => {
  let [low, high] = extremes(values);
  if (palette === "diverging") { high = Math.max(Math.abs(low), Math.abs(high)); low = -high; }
  low = vmin ?? low; high = vmax ?? high;
  if (high > low) return [low, high];
  return palette === "diverging" ? [low - 1, low + 1] : [low, low + 1];
};

// Which of the 256 colours belongs to a finite value.
export const colorIndex = (v, low, high) => Math.max(0, Math.min(255, Math.round(((v - low) / (high - low)) * 255)));

// The part of white light that a colour sends back (WCAG 2.2, relative luminance), 0 to 1.
const luminance = (table, i) => {
  const [r, g, b] = [0, 1, 2].map((k) => { const v = table[i + k] / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

// Whether white is easier to read on the colour at a place of the table than black: the better of the two has at least 4.58 : 1.
export const isDark = (table, i) => { const l = luminance(table, i); return 1.05 / (l + 0.05) > (l + 0.05) / 0.05; };
