// The chart of an answer: chosen by the reader, drawn by chart.js, which is loaded when needed.
import { counts, writeCell } from "./table.js";
import { language, say } from "./words.js";

const MARKS = { bars: "bar", lines: "line", points: "point" };

export class Chart {
  priority = 5;
  hideFromSelection = false;
  label = say("chart");
  helpReference = "";

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.yasr.results?.getBindings()?.length);
  }

  getIcon() {}

  async draw(kept) {
    const rows = this.yasr.results.getBindings();
    const columns = this.yasr.results.getVariables();
    this.numeric = columns.filter((column) => rows.some((row) => row[column]) && rows.every((row) => !row[column] || counts(row[column])));
    const place = document.createElement("figure");
    place.className = "chart";
    this.yasr.resultsEl.append(place);
    if (!this.numeric.length) {
      place.textContent = say("no-numbers");
      return;
    }
    this.choice = choose(columns, rows, this.numeric, kept);
    this.view = document.createElement("div");
    place.append(this.makeControls(columns), this.view);
    await this.redraw();
  }

  makeControls(columns) {
    const controls = document.createElement("div");
    controls.className = "parameters";
    controls.append(
      this.makeSelect("mark", Object.keys(MARKS).map((mark) => [mark, say(mark)])),
      this.makeSelect("across", columns.map((column) => [column, column])),
      this.makeSelect("up", this.numeric.map((column) => [column, column])),
      this.makeSelect("colour", [["", say("none")], ...columns.map((column) => [column, column])]),
    );
    return controls;
  }

  makeSelect(name, options) {
    const label = document.createElement("label");
    const title = document.createElement("span");
    title.textContent = say(name);
    const select = document.createElement("select");
    select.name = name;
    for (const [value, text] of options) select.add(new Option(text, value, false, value === this.choice[name]));
    select.addEventListener("change", () => {
      this.choice[name] = select.value;
      this.yasr.storePluginConfig("chart", this.choice);
      this.redraw();
    });
    label.append(title, select);
    return label;
  }

  async redraw() {
    this.view.textContent = say("loading");
    const { drawChart } = await import("./chart.js");
    const { mark, across, up, colour } = this.choice;
    const used = [...new Set([across, up, colour].filter(Boolean))];
    const rows = this.yasr.results.getBindings().filter((row) => row[across] && row[up]);
    const values = rows.map((row) => Object.fromEntries(used.map((column) => [`_${used.indexOf(column)}`, this.valueOf(row[column], column)])));
    const field = (column, type) => ({
      field: `_${used.indexOf(column)}`,
      title: column,
      type: type ?? (this.numeric.includes(column) ? "quantitative" : "nominal"),
      sort: null,
    });
    // Bars lie, so that what they are called can be read.
    const lies = mark === "bars";
    const [by, value] = [field(across, lies ? "ordinal" : undefined), field(up)];
    const groups = new Set(rows.map((row) => row[across].value)).size;
    await drawChart(this.view, {
      language,
      label: say("chart-label", { up, across }),
      height: lies ? Math.min(2000, 80 + 24 * groups) : 400,
      values,
      mark: { type: MARKS[mark], point: mark === "lines", filled: mark !== "lines" },
      encoding: { ...(lies ? { y: by, x: value } : { x: by, y: value }), ...(colour ? { color: field(colour) } : {}) },
    });
  }

  valueOf(cell, column) {
    return this.numeric.includes(column) && cell ? Number(cell.value) : writeCell(cell);
  }
}

// Chooses the column of text with the most different values, and the first of numbers.
function choose(columns, rows, numeric, kept) {
  const variety = (column) => new Set(rows.map((row) => (row[column]?.type === "uri" ? "" : row[column]?.value))).size;
  const others = columns.filter((column) => !numeric.includes(column));
  const across = others.reduce((best, column) => (variety(column) > variety(best) ? column : best), others[0] ?? numeric[0]);
  const up = numeric.find((column) => column !== across) ?? numeric[0];
  const keep = (name, among, otherwise) => (among.includes(kept?.[name]) ? kept[name] : otherwise);
  return {
    mark: keep("mark", Object.keys(MARKS), "bars"),
    across: keep("across", columns, across),
    up: keep("up", numeric, up),
    colour: keep("colour", columns, ""),
  };
}
