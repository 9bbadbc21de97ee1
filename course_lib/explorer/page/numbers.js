// How a number is written: the same rule as in numbers.py, and both are held to the same table of texts.
// A value is taken as a decimal number of six digits, as much as survives the way to the page in float32, and that decimal
// number is rounded half away from zero, as by hand: 1/8 is 0.13, and 0.145 is 0.15 though it is stored as 0.14499….

const tenTo = (power) => `10${[...String(power)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("")}`;
const special = (v) => (Number.isNaN(v) ? "NaN" : v > 0 ? "∞" : "−∞");

const six = (v) => Number(Math.abs(v).toPrecision(6));

// A tie such as 0.145 * 100 may come out as 14.499999999999998; nothing else of six digits is so near to one.
const round = (v) => Math.round(v * (1 + 1e-12));

// The first `count` digits of a size as a whole number, and the power of ten of the first of them.
const first = (size, count) => {
  const [digits, power] = size.toExponential(5).split("e");
  const n = round(Number(digits) * 10 ** (count - 1));
  return n === 10 ** count ? [n / 10, Number(power) + 1] : [n, Number(power)];
};

// A number for a cell: two decimals, fewer where it is large, none where all its neighbours are whole.
export const short = (v, whole = false) => {
  if (!Number.isFinite(v)) return special(v);
  const size = six(v), sign = v < 0 ? "−" : "";
  if (size >= 1e5) {
    const [n, power] = first(size, 1);
    return `${sign}${n === 1 ? "" : `${n}×`}${tenTo(power)}`;
  }
  const places = whole || size >= 100 ? 0 : size >= 9.995 ? 1 : 2, parts = 10 ** places;
  const rounded = round(size * parts);
  return (rounded ? sign : "") + (rounded / parts).toFixed(places);
};

// A number for a sentence: four digits.
export const long = (v) => {
  if (!Number.isFinite(v)) return special(v);
  const size = six(v), sign = v < 0 ? "−" : "";
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    const [n, power] = first(size, 3);
    return `${sign}${(n / 100).toFixed(2)}×${tenTo(power)}`;
  }
  const [n, power] = first(size, 4);
  return sign + String(Number(`${n}e${power - 3}`));
};

// A tick is a round number already.
export const tickText = (v) => {
  const size = six(v), sign = v < 0 && size ? "−" : "";
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return sign + String(size);
  const [digits, power] = size.toExponential().split("e");
  return `${sign}${digits === "1" ? "" : `${digits}×`}${tenTo(Number(power))}`;
};

export const clamp = (v, low, high) => Math.max(low, Math.min(high, v));
