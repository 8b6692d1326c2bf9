// The table of an answer: numbers as the reader writes them, terms by name, figures with trace.
import { labelOf, pageOf, shorten } from "./terms.js";
import { language, say } from "./words.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const COUNTING = new Set(["integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger"].map((name) => XSD + name));
const ROWS = 100;
const order = new Intl.Collator(language, { numeric: true });

export const counts = (cell) => cell?.type === "literal" && COUNTING.has(cell.datatype);

// Writes a number exactly, whatever its length: "1234.50" → "1.234,50".
export function writeNumber(text) {
  const parts = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!parts) return text;
  const [, sign, whole, rest] = parts;
  const [group, point] = language === "de" ? [".", ","] : [",", "."];
  return sign.replace("-", "−") + whole.replace(/\B(?=(\d{3})+$)/g, group) + (rest ? point + rest : "");
}

export function writeCell(cell) {
  if (!cell) return "";
  if (cell.type === "uri") return labelOf(cell.value) || shorten(cell.value);
  return counts(cell) ? writeNumber(cell.value) : cell.value;
}

export class Table {
  priority = 10;
  hideFromSelection = false;
  label = say("table");
  helpReference = "";

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.yasr.results?.getVariables()?.length);
  }

  getIcon() {}

  download(name) {
    return {
      getData: () => this.yasr.results.asCsv(),
      contentType: "text/csv",
      title: say("download"),
      filename: `${name || "answer"}.csv`,
    };
  }

  draw() {
    this.columns = this.yasr.results.getVariables();
    this.rows = [...this.yasr.results.getBindings()];
    this.first = 0;
    this.sorted = { column: "", up: true };
    this.box = document.createElement("div");
    this.box.className = "table";
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "region");
    this.box.setAttribute("aria-label", say("table"));
    this.pager = document.createElement("p");
    this.pager.className = "pager";
    this.yasr.resultsEl.append(this.pager, this.box);
    this.show();
  }

  show() {
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const column of this.columns) head.append(this.makeHeading(column));
    const body = table.createTBody();
    for (const row of this.rows.slice(this.first, this.first + ROWS)) {
      const line = body.insertRow();
      for (const column of this.columns) fill(line.insertCell(), row[column], row[`${column}_figure`]);
    }
    this.box.replaceChildren(table);
    this.showPager();
  }

  makeHeading(column) {
    const heading = document.createElement("th");
    heading.scope = "col";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = column;
    button.title = say("sort");
    button.addEventListener("click", () => this.sort(column));
    if (this.sorted.column === column) heading.setAttribute("aria-sort", this.sorted.up ? "ascending" : "descending");
    heading.append(button);
    return heading;
  }

  sort(column) {
    const up = this.sorted.column !== column || !this.sorted.up;
    const sign = up ? 1 : -1;
    this.sorted = { column, up };
    this.rows.sort((one, other) => sign * compare(one[column], other[column]));
    this.first = 0;
    this.show();
    this.box.querySelector("th[aria-sort] button").focus();
  }

  showPager() {
    const count = this.rows.length;
    if (count === 0) return this.pager.replaceChildren(say("empty"));
    if (count <= ROWS) return this.pager.replaceChildren();
    const last = Math.min(this.first + ROWS, count);
    const text = say("page", { first: say.number(this.first + 1), last: say.number(last), count: say.number(count) });
    this.pager.replaceChildren(
      this.makeStep("previous", -ROWS, this.first === 0), ` ${text} `, this.makeStep("next", ROWS, last === count),
    );
  }

  makeStep(name, step, disabled) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = say(name);
    button.disabled = disabled;
    button.addEventListener("click", () => {
      this.first += step;
      this.show();
    });
    return button;
  }
}

// Fills a cell; a number is linked to the trace of its figure, the IRI in the column `x_figure`.
function fill(place, cell, figure) {
  if (!cell) return;
  const text = writeCell(cell);
  if (counts(cell)) place.className = "number";
  const about = counts(cell) && figure?.type === "uri" ? figure : cell;
  const page = about.type === "uri" ? pageOf(about.value) : "";
  const isWeb = cell.type === "uri" && /^https?:/.test(cell.value);
  if (!page && !isWeb) {
    place.textContent = text;
    if (cell["xml:lang"]) place.lang = cell["xml:lang"];
    return;
  }
  const link = document.createElement("a");
  link.href = page || cell.value;
  link.title = about === cell ? shorten(cell.value) : say("trace");
  link.textContent = about === cell && page.startsWith("/trace/") ? `${say("trace")} ${text.split("/").slice(2).join("/")}` : text;
  if (!page) link.rel = "noreferrer";
  place.append(link);
}

function compare(one, other) {
  if (!one || !other) return Number(!one) - Number(!other);
  if (counts(one) && counts(other)) return Number(one.value) - Number(other.value);
  return order.compare(writeCell(one), writeCell(other));
}
