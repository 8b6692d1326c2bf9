// Builds the SPARQL editor of the site from the packages of package.json: `npm run build`.
import { readFile, rm, writeFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { lighten } from "./lighten.mjs";
import { writeLicences } from "./licences.mjs";

const here = import.meta.dirname;
const target = path.join(here, "../src/amip/serve/static/vendor/yasgui");

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: { editor: "src/editor.js", chart: "src/chart.js" },
  outdir: target,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  external: ["./chart.js"],
  loader: { ".svg": "dataurl" },
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  plugins: [lighten],
  logLevel: "warning",
});
const inputs = Object.keys(result.metafile.inputs);
await writeFile(path.join(target, "LICENSES.txt"), await writeLicences(here, inputs));
