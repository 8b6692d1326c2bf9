// SPARQL in the browser: Oxigraph in a worker, which can be stopped.

function start() {
  const box = document.querySelector("[data-sparql]");
  if (!box) return;
  const find = (name) => box.querySelector(`[data-part="${name}"]`);
  const text = find("query");
  const state = find("state");
  const results = find("results");
  const words = state.dataset;
  const tag = document.documentElement.lang;
  let worker = null;
  let waiting = null;
  let rows = null;

  function tell(words, kind) {
    state.textContent = words;
    state.className = kind ?? "note";
  }

  function busy(now) {
    find("run").disabled = now;
    find("stop").disabled = !now;
    box.setAttribute("aria-busy", now);
  }

  function decode(base64) {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  }

  function open() {
    const { glue, wasm, graph, union } = globalThis.amip;
    const url = URL.createObjectURL(new Blob([glue], { type: "text/javascript" }));
    worker = new Worker(url);
    worker.onmessage = ({ data }) => hear(data);
    worker.onerror = () => { close(); tell(words.failed, "error"); };
    worker.postMessage({ wasm: decode(wasm), graph: decode(graph), union });
  }

  function close() {
    worker?.terminate();
    worker = null;
    waiting = null;
    busy(false);
  }

  function run() {
    results.replaceChildren();
    find("save").hidden = true;
    busy(true);
    if (worker) {
      tell(words.running);
      worker.postMessage({ query: text.value });
    } else {
      tell(words.loading);
      waiting = text.value;
      try {
        open();
      } catch {
        close();
        tell(words.failed, "error");
      }
    }
  }

  function hear(data) {
    if ("ready" in data) {
      tell(words.running);
      worker.postMessage({ query: waiting });
      return;
    }
    busy(false);
    if ("wrong" in data) tell(data.wrong, "error");
    else if ("graph" in data) showGraph(data);
    else if ("boolean" in data.table) tell(data.table.boolean ? words.yes : words.no, "ok");
    else showTable(data);
  }

  function count(number, seconds) {
    const format = (value, digits) => value.toLocaleString(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const sentence = number === 1 ? words.row : words.rows;
    tell(sentence.replace("{n}", format(number, 0)).replace("{s}", format(seconds, 2)), "ok");
  }

  function showGraph({ graph, seconds }) {
    tell(words.graph.replace("{s}", seconds.toLocaleString(tag, { minimumFractionDigits: 2, maximumFractionDigits: 2 })), "ok");
    const block = document.createElement("pre");
    block.append(Object.assign(document.createElement("code"), { textContent: graph }));
    results.append(block);
  }

  function showTable({ table, seconds }) {
    const names = table.head.vars;
    const found = table.results.bindings;
    rows = [names, ...found.map((row) => names.map((name) => row[name]?.value ?? ""))];
    count(found.length, seconds);
    if (!found.length) return;
    const shown = found.slice(0, 1000);
    const grid = document.createElement("table");
    const head = grid.createTHead().insertRow();
    for (const name of names) {
      const cell = document.createElement("th");
      cell.scope = "col";
      const label = Object.assign(document.createElement("span"), { textContent: name });
      label.dataset.sort = words.sort.replace("{column}", name);
      cell.append(label);
      head.append(cell);
    }
    const body = grid.createTBody();
    for (const row of shown) {
      const line = body.insertRow();
      for (const name of names) fill(line.insertCell(), row[name]);
    }
    const frame = document.createElement("div");
    frame.className = "table";
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", words.results);
    frame.append(grid);
    results.append(frame);
    document.dispatchEvent(new Event("amip-table"));
    if (shown.length < found.length) {
      const note = document.createElement("p");
      note.className = "note";
      note.textContent = words.more.replace("{n}", shown.length.toLocaleString(tag));
      results.append(note);
    }
    find("save").hidden = false;
  }

  function fill(cell, term) {
    if (!term) return;
    if (term.type === "uri") {
      cell.append(link(term.value));
      return;
    }
    const kind = term.datatype?.replace("http://www.w3.org/2001/XMLSchema#", "");
    if (["integer", "decimal", "double"].includes(kind) && Number.isFinite(Number(term.value))) {
      cell.className = "number";
      cell.textContent = Number(term.value).toLocaleString(tag, { maximumFractionDigits: 10 });
    } else cell.textContent = term.value;
  }

  function link(iri) {
    const { base, pages } = globalThis.amip;
    const [path, fragment] = iri.slice(base.length).split("#");
    const file = iri.startsWith(base) ? pages[`/${path}`] : undefined;
    if (file === undefined) {
      return Object.assign(document.createElement("code"), { className: "iri", textContent: iri });
    }
    const href = point(file) + (fragment ? `#${fragment}` : "");
    return Object.assign(document.createElement("a"), { href, textContent: `/${path}` });
  }

  // In the single file, pages have no ending.
  function point(file) {
    const { prefix } = box.dataset;
    return prefix + (prefix ? file.replace(/\.html$/, "") : file);
  }

  function save() {
    const quote = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
    const content = rows.map((row) => row.map(quote).join(",")).join("\r\n");
    const url = URL.createObjectURL(new Blob([content, "\r\n"], { type: "text/csv" }));
    Object.assign(document.createElement("a"), { href: url, download: "amip.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  function choose(name) {
    const example = box.querySelector(`[data-example="${CSS.escape(name)}"]`);
    if (example) text.value = example.textContent;
  }

  find("run").addEventListener("click", run);
  find("stop").addEventListener("click", () => { close(); tell(words.stopped, "warning"); });
  find("save").addEventListener("click", save);
  find("examples").addEventListener("change", (event) => choose(event.target.value));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !find("run").disabled) run();
  });
  const asked = new URLSearchParams(location.search || location.hash.split("?")[1]).get("query");
  if (asked) text.value = asked;
  else choose(find("examples").value);
  document.addEventListener("amip-leave", close, { once: true });
  box.hidden = false;
}

globalThis.amipStart = [...(globalThis.amipStart ?? []), start];
start();
