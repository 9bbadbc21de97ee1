// All that is in the bundle: what a notebook calls, and what a page without a kernel calls.
import { render } from "./notebook.js";
import { mount, mountAll } from "./page.js";

export default { render, mount, mountAll };
