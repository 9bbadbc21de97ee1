// The figure in a notebook: what anywidget calls. Its model is the widget in Python.
import { LiveFigure } from "../page/figure.js";

export const render = ({ model, el }) => {
  const figure = new LiveFigure(model, el);
  return () => figure.destroy();
};
