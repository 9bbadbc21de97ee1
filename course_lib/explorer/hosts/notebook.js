// The figure in a notebook: what anywidget calls. Its model is the widget in Python.
import { LiveFigure } from "../page/figure.js";

function render({ model, el }) {
  const figure = new LiveFigure(model, el);
  return () => figure.destroy();
}

export default { render };
