// Collects the licence texts of every package that is in the bundles.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const NAME = /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)/;
// Packages whose npm archive has no licence text: who holds the copyright by their repository.
const HOLDERS = {
  "@json2csv/formatters": "2022 Juanjo Díaz",
  "@json2csv/plainjs": "2022 Juanjo Díaz",
  "@zazuko/yasgui": "Triply, Zazuko GmbH",
  "@zazuko/yasgui-utils": "Triply, Zazuko GmbH",
  "@zazuko/yasqe": "Triply, Zazuko GmbH",
  "@zazuko/yasr": "Triply, Zazuko GmbH",
};
const LEFT_OUT = new Set(["jquery", "datatables.net", "column-resizer"]);

export async function writeLicences(here, inputs) {
  const map = JSON.parse(await readFile(path.join(here, "node_modules/@zazuko/yasgui/build/yasgui.esm.js.map"), "utf8"));
  const names = [...inputs, ...map.sources].map((source) => NAME.exec(source)?.[1]).filter(Boolean);
  const found = new Set([...names, ...Object.keys(HOLDERS)].filter((name) => !LEFT_OUT.has(name)));
  const parts = [HEAD];
  for (const name of [...found].sort()) parts.push(await describe(here, name));
  return parts.join(`\n${"=".repeat(80)}\n\n`);
}

const HEAD = `Third-party software in editor.js, editor.css and chart.js of this folder.

The files are built by "npm run build" in the folder web/ of the source code. Packages below that
@zazuko/yasgui contains in its own build are used as it contains them; parts of @zazuko/yasgui are
left out and its words are replaced (web/lighten.mjs).
`;

async function describe(here, name) {
  const folder = path.join(here, "node_modules", name);
  const { version, license = "MIT" } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
  if (!texts.length) texts.push(await fillIn(here, license, HOLDERS[name]));
  const text = texts.join("\n").replace(/\r\n?/g, "\n").replace(/[ \t]+$/gm, "").trim();
  return `${name} ${version}\nLicence: ${license}\n\n${text}\n`;
}

async function fillIn(here, license, holder) {
  if (!holder) throw new Error(`no licence text for a package under ${license}`);
  const text = await readFile(path.join(here, "licences", `${license}.txt`), "utf8");
  return text.replace("<copyright holders>", holder);
}
