// Makes page/bundle.js, the one file that a notebook or a page loads, from hosts/hosts.js and all that it imports.
//   node course_lib/explorer/bundle.mjs            write it
//   node course_lib/explorer/bundle.mjs --print    print it instead (a test compares)
//   node course_lib/explorer/bundle.mjs --watch    write it again at every change; with ANYWIDGET_HMR=1 open figures follow
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url)), root = join(here, "..", "..");
const licence = readFileSync(join(root, "node_modules", "d3-array", "LICENSE"), "utf8").trim();
const options = {
  entryPoints: [join(here, "hosts", "hosts.js")],
  outfile: join(here, "page", "bundle.js"),
  bundle: true,
  format: "esm",
  target: "es2021",
  charset: "utf8",
  minifyWhitespace: true, // it goes to the page with every figure; names stay, so that an error can be read
  lineLimit: 160,
  legalComments: "none", // the one licence that applies stands above
  logLevel: "warning",
  absWorkingDir: root, // paths in comments are the same wherever the course lies
  banner: { js: `// Made by "make bundle": change page/, panels/ or hosts/ instead.\n/* Holds parts of d3-array:\n\n${licence}\n*/` },
};

if (process.argv.includes("--watch")) await (await esbuild.context(options)).watch();
else if (process.argv.includes("--print")) process.stdout.write((await esbuild.build({ ...options, write: false })).outputFiles[0].text);
else await esbuild.build(options);
