// How wide a text is, and what of it fits. The measure can be given, so that this runs without a page too.

export const FONT = 13;

let ruler = null;
const widths = new Map();
export const textWidth = (text, size = FONT, bold = false) => {
  const key = `${size}${bold}${text}`;
  if (!widths.has(key)) {
    ruler ??= document.createElement("canvas").getContext("2d");
    ruler.font = `${bold ? "600 " : ""}${size}px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif`;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
};

export const widest = (texts, size, bold) => texts.reduce((most, text) => Math.max(most, textWidth(text, size, bold)), 0);

// The text, or as much of its beginning as fits before "…".
export const clip = (text, width, size, measure = textWidth) => {
  if (measure(text, size) <= width) return text;
  let n = text.length;
  while (n > 1 && measure(`${text.slice(0, n)}…`, size) > width) n--;
  return `${text.slice(0, n)}…`;
};

// The text in lines, broken between words; a word that is wider than a line stays whole.
export const wrap = (text, width, size, measure = textWidth) => {
  const lines = [];
  for (const part of text.split("\n")) {
    let line = "";
    for (const word of part.split(" ")) {
      const longer = line ? `${line} ${word}` : word;
      if (line && measure(longer, size) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    lines.push(line);
  }
  return lines;
};

// The class of a label: with the colour of its role where its first word names one (palette.role_of in Python).
export const roleClass = (figure, text, base) => {
  const role = figure.spec.words[(text ?? "").split(":")[0].trim()];
  return role ? `${base} course-role-${role}` : base;
};
