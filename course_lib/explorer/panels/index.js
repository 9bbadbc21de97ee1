// The kinds of panels, by the names that Python gives them.
import { Bars } from "./bars.js";
import { Curves } from "./curves.js";
import { DotProduct } from "./dot_product.js";
import { Graph } from "./graph.js";
import { Heatmap } from "./heatmap.js";
import { Note } from "./note.js";
import { Points } from "./points.js";
import { Thumbnails } from "./thumbnails.js";
import { TokenRow } from "./token_row.js";
import { TokenText } from "./token_text.js";

export const KINDS = { Bars, Curves, DotProduct, Graph, Heatmap, Note, Points, Thumbnails, TokenRow, TokenText };
