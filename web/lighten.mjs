// Takes out of yasgui what the site has no use for: other endpoints, prefix lists and vocabulary
// services on the web, the table that ours replaces, and `eval`, which the site's Content
// Security Policy forbids; and lets its words come from the page. Every change must find its
// place exactly as often as said, so that a new version of yasgui cannot slip by unseen.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const cuts = [
  // DataTables and jQuery, and the table drawn with them
  [/, import_jquery = [\s\S]*?(?=\/\/#endregion\n\/\/#region node_modules\/@fortawesome\/free-solid-svg-icons\/faTable\.js)/g, ";\n"],
  [/var Table = class e \{[\s\S]*?(?=\/\/#endregion\n\/\/#region packages\/yasr\/src\/plugins\/boolean)/g, ""],
  ['Yasr.registerPlugin("table", Table), ', ""],
  ["import_faTable = /* @__PURE__ */ __toESM(require_faTable()), import_column_resizer = /* @__PURE__ */ __toESM(require_column_resizer()), ", ""],
  // the choice of endpoints and the settings of requests
  ["this.initEndpointSelectField(), ", ""],
  [/this\.endpointSelect = new EndpointSelect\([\s\S]*?\n\t\t\}\);/g, ""],
  ["this.endpointSelect instanceof EndpointSelect && this.endpointSelect.setEndpoint(e, t), ", ""],
  ["this.tabPanel = new TabPanel(this, this.rootEl, this.controlBarEl);", ""],
  ["getAsValue(this.persistentJson.requestConfig.endpoint, this.yasgui)", "this.yasgui.config.requestConfig.endpoint"],
  ["\t\t\t\t\tadjustQueryBeforeRequest: this.yasgui.config.requestConfig.adjustQueryBeforeRequest\n", "endpoint: this.getEndpoint()\n"],
  ['getData: () => [{ endpoint: "https://dbpedia.org/sparql" }, { endpoint: "https://query.wikidata.org/bigdata/namespace/wdq/sparql" }]', "getData: () => []"],
  ['endpoint: "https://dbpedia.org/sparql",', 'endpoint: "/sparql",'],
  [/if \(this\.yasgui\.config\.corsProxy && !\(e in Yasgui\.corsEnabled\)\) \{[\s\S]*?\n\t\t\}\n/g, ""],
  ["errorRenderers: [getCorsErrorRenderer(this), ...Yasr.defaults.errorRenderers || []]", "errorRenderers: []"],
  // prefixes and terms come from the site
  [/return \(e\.config\.prefixCcApi \? [\s\S]*?Promise\.resolve\(prefixes_default\)\)\.then/g, "return Promise.resolve(siteSay.prefixes).then"],
  [/completers = \[\s*conf\$3,\s*conf\$2,\s*conf\$1,\s*conf\s*\]/g, "completers = [conf$3, conf$2]"],
  // a link to a query is the address of this page with the query
  ["return createShareLink(e || window.location.href, this);", "return siteSay.link(this.getQuery());"],
  ["this.config.populateFromUrl && (a = getConfigFromUrl(Tab.getDefaults(this)), a)", "false"],
  ["createShareLink: () => createShareLink,", ""],
  ["getConfigFromUrl: () => getConfigFromUrl,", ""],
  // no link that runs the query elsewhere
  [/getPlainQueryLinkToEndpoint: \(\) => \{[\s\S]*?\n\t\t\t\},\n/g, ""],
  // literals stay as they are
  [/applyMustacheToLiterals = \(e\) => \{[\s\S]*?return e;\n\}/g, "applyMustacheToLiterals = (e) => e"],
  // the button for a new tab is moved out of the list of tabs, see src/editor.js
  ["let t = this._tabsListEl.childElementCount;", "let t = this._tabsListEl.childElementCount - 1;"],
  // no links to pages elsewhere, no globals, no code from strings
  [", this.drawDocumentationButton()", ""],
  ["if (this.updateHelpButton(), this.updateResponseInfo(), ", "if (this.updateResponseInfo(), "],
  [/this\.documentationLink = document\.createElement\("a"\)[^;]*;/g, ""],
  [/let e = this\.getSelectedPlugin\(\);\s*if \(e\?\.helpReference\) \{[\s\S]*?\n\t\} */g, "}"],
  [/let e = document\.createElement\("div"\);\s*e\.className = "redOutline";[\s\S]*?return c\.textContent = "CORS-enabled"[^;]*;/g, 'let e = document.createElement("p"); return e.textContent = siteSay("no-answer"), e;'],
  ['this.label = "Response", this.priority = 2, this.helpReference = "https://docs.triply.cc/yasgui/#response"', 'this.label = siteSay("raw"), this.priority = 2'],
  ["window && (Yasqe && (window.Yasqe = Yasqe), Yasr && (window.Yasr = Yasr));", ""],
  ['return j = eval("(" + text + ")"), typeof reviver == "function" ? walk({ "": j }, "") : j;', ""],
  [' || Function("return this")()', ""],
];

const words = [
  ['tabName: "Query"', 'tabName: siteSay("query")'],
  ['"Share query"', 'siteSay("share")', 2],
  ['"Run query"', 'siteSay("run")', 4],
  ['"Download Results"', 'siteSay("download")'],
  ['"Download not supported"', 'siteSay("no-download")'],
  ["`Shows ${n} view`", 'siteSay("view") + ": " + n'],
  ['t ? "True" : "False"', 't ? siteSay("yes") : siteSay("no")'],
  ['"New Tab"', 'siteSay("new-tab")'],
  ['"Rename Tab"', 'siteSay("rename-tab")'],
  ['"Copy Tab"', 'siteSay("copy-tab")'],
  ['"Close Tab"', 'siteSay("close-tab")'],
  ['"Close tab"', 'siteSay("close-tab")'],
  ['"Close other tabs"', 'siteSay("close-others")'],
  ['"Undo close Tab"', 'siteSay("reopen")'],
  ['"Add tab"', 'siteSay("new-tab")'],
  ['"Add a new tab"', 'siteSay("new-tab")'],
  ['"cannot render result"', 'siteSay("no-view")'],
  [/`Could not render results with the [^`]*`/g, 'siteSay("other-view")'],
  ['`${t.length} result${t.length === 1 ? "" : "s"}`', 'siteSay.number(t.length) + " " + siteSay("results")'],
  ['e || (e = "Response");', ""],
  ['` in ${t} second${t === 1 ? "" : "s"}`', '(e && " · ") + siteSay.number(t) + " " + siteSay("seconds")'],
  ['"This line is invalid. Expected: "', 'siteSay("invalid")'],
  [`"<strong style='text-decoration:underline'>"`, '"<strong>"'],
  ['"Show all"', 'siteSay("show-all")', 2],
  ['"Download result"', 'siteSay("download")', 3],
  ['var a = "Error";', 'var a = siteSay("error");'],
];

export const lighten = {
  name: "lighten",
  setup(build) {
    build.onLoad({ filter: /@zazuko[\\/]yasgui[\\/]build[\\/]yasgui\.esm\.js$/ }, async ({ path }) => {
      let text = await readFile(path, "utf8");
      for (const [before, after, times = 1] of [...cuts, ...words]) {
        const found = before instanceof RegExp ? [...text.matchAll(before)].length : text.split(before).length - 1;
        if (found !== times) throw new Error(`${before}: found ${found} times, not ${times}`);
        text = text.replaceAll(before, () => after);
      }
      return { contents: `import { say as siteSay } from "site-words";\n${text}`, loader: "js" };
    });
    build.onResolve({ filter: /^site-words$/ }, () => ({
      path: fileURLToPath(new URL("src/words.js", import.meta.url)),
    }));
  },
};
