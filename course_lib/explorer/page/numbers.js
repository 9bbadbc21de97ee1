// How a number is written: the same rule as in numbers.py, and both are held to the same table of texts.
// A value is taken as a decimal number of six digits, as much as survives the way to the page in float32, and that decimal
// number is rounded half away from zero, as by hand: 1/8 is 0.13, and 0.145 is 0.15 though it is stored as 0.14499….

const minus = (text) => text.replaceAll("-", "−");
const special = (v) => (Number.isNaN(v) ? "NaN" : v > 0 ? "∞" : "−∞");

// The six digits as "1.23450" and the power of ten. Moving the point in the text is exact, where multiplying is not.
const six = (v) => {
  const [digits, power] = Math.abs(v).toExponential(5).split("e");
  return [digits, Number(power)];
};

// The first `count` of the digits as a whole number, and the power of ten of the first of them.
const first = ([digits, power], count) => {
  const n = Math.round(Number(`${digits}e${count - 1}`));
  return n === 10 ** count ? [n / 10, power + 1] : [n, power];
};

// A number for a cell: two decimals, fewer where it is large, none where all its neighbours are whole.
export const short = (v, whole = false) => {
  if (!Number.isFinite(v)) return special(v);
  const [digits, power] = six(v), size = Number(`${digits}e${power}`), sign = v < 0 ? "−" : "";
  if (size >= 1e5) {
    const [n, at] = first([digits, power], 1);
    return `${sign}${n}e${at}`;
  }
  const places = whole || size >= 100 ? 0 : size >= 9.995 ? 1 : 2;
  const rounded = Math.round(Number(`${digits}e${power + places}`));
  return (rounded ? sign : "") + (rounded / 10 ** places).toFixed(places);
};

// A number for a sentence: four digits.
export const long = (v) => {
  if (!Number.isFinite(v)) return special(v);
  const parts = six(v), size = Number(parts.join("e")), sign = v < 0 ? "−" : "";
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    const [n, power] = first(parts, 3);
    return `${sign}${(n / 100).toFixed(2)}e${power < 0 ? "−" : "+"}${Math.abs(power)}`;
  }
  const [n, power] = first(parts, 4);
  return sign + String(Number(`${n}e${power - 3}`));
};

// A tick is a round number already.
export const tickText = (v) => minus(v !== 0 && (Math.abs(v) >= 1e5 || Math.abs(v) < 1e-3) ? v.toExponential(0) : String(Number(v.toPrecision(6))));

export const clamp = (v, low, high) => Math.max(low, Math.min(high, v));
