// The SPARQL editor of the site: yasgui with our terms, table, chart and lint.
import { Yasgui } from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./editor.css";
import { Chart } from "./charting.js";
import { makeCompleter } from "./complete.js";
import { Lint } from "./lint.js";
import { Table } from "./table.js";
import { loadTerms } from "./terms.js";
import { say } from "./words.js";

const { Yasqe, Yasr } = Yasgui;
const place = document.getElementById("editor");
const form = document.getElementById("query-form");
const { endpoint } = place.dataset;

const prefixes = await loadTerms(endpoint);
Yasqe.registerAutocompleter(makeCompleter(prefixes));
Yasr.registerPlugin("table", Table);
Yasr.registerPlugin("chart", Chart);
Yasr.defaults.pluginOrder = ["table", "chart", "response"];

const query = form.elements.query.value.trim();
const asked = new URLSearchParams(location.search);
const wanted = asked.has("query") || asked.has("example");

// The first comment of a query is its name.
const nameOf = (text) => /^#+ *([^\n]{1,60})/.exec(text)?.[1].trim();

place.hidden = false;
form.hidden = true;
const address = new URL(endpoint, location.href).href;
// The tabulator key moves on, as everywhere on the page.
const extraKeys = { ...Yasqe.defaults.extraKeys, Tab: false, "Shift-Tab": false };
const yasgui = new Yasgui(place, {
  persistenceId: "amip-editor",
  autofocus: wanted,
  populateFromUrl: false,
  requestConfig: { ...Yasgui.defaults.requestConfig, endpoint: address, method: "POST" },
  yasqe: { ...Yasqe.defaults, value: query, editorHeight: "24rem", extraKeys },
  yasr: { ...Yasr.defaults, prefixes },
});

// A list of tabs has nothing but tabs in it: the button for a new one stands beside.
const tabs = yasgui.rootEl.querySelector(".tabsList");
const row = document.createElement("div");
row.className = "tabsRow";
tabs.before(row);
row.append(tabs, tabs.querySelector(".addTab"));

document.getElementById("keys").hidden = false;
const remarks = document.getElementById("remarks");
remarks.classList.add("beside");
remarks.querySelector("h2").classList.add("visually-hidden");
const lint = new Lint(endpoint, document.getElementById("remark-list"), (remark) => {
  const editor = yasgui.getTab().getYasqe();
  const start = { line: remark.line - 1, ch: remark.column - 1 };
  editor.getDoc().replaceRange(remark.suggestion, start, { ...start, ch: start.ch + remark.length });
  editor.focus();
});
const watched = new WeakSet();

// Names the text field of an editor, and lets its lines be scrolled by keys.
function open(element, name) {
  element.querySelector("textarea")?.setAttribute("aria-label", name);
  element.querySelector(".CodeMirror-scroll")?.setAttribute("tabindex", "0");
}

function watch() {
  const tab = yasgui.getTab();
  const editor = tab?.getYasqe();
  if (!editor) return;
  tab.rootEl.querySelector(".editorwrapper").after(remarks);
  if (!watched.has(editor)) {
    watched.add(editor);
    open(editor.getWrapperElement(), say("query"));
    editor.on("change", () => editor === yasgui.getTab()?.getYasqe() && lint.watch(editor.getValue()));
    tab.getYasr().on("drawn", (yasr) => open(yasr.resultsEl, say("raw")));
  }
  lint.watch(editor.getValue());
}

if (wanted) {
  const known = Object.keys(yasgui._tabs).find((id) => yasgui.persistentConfig.getTab(id)?.yasqe.value.trim() === query);
  if (known) yasgui.selectTabId(known);
  else yasgui.addTab(true, { name: nameOf(query) ?? yasgui.createTabName(), yasqe: { value: query } });
}
for (const event of ["tabSelect", "tabAdd"]) yasgui.on(event, () => setTimeout(watch));
yasgui.on("tabClose", () => setTimeout(watch));
watch();
place.dataset.ready = "";
