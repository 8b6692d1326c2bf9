// Search in the edition, over the names that names-de.js and names-en.js hold.

const UMLAUTS = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };

function fold(text) {
  const plain = text.normalize("NFC").toLowerCase().replace(/[äöüß]/g, (sign) => UMLAUTS[sign]);
  return (plain.normalize("NFKD").replace(/\p{M}/gu, "").match(/[a-z0-9]+/g) ?? []).join(" ");
}

function weigh(name, query, words, joined) {
  const compact = name.replaceAll(" ", "");
  if (!compact.includes(joined)) {
    const parts = name.split(" ");
    const every = words.every((word) => parts.some((part) => part.startsWith(word)));
    return words.length > 1 && every ? 72 : 0;
  }
  if (compact === joined) return 95;
  const longer = Math.min(compact.length / 20, 5);
  if (name.startsWith(query)) return 88 - longer;
  if (name.includes(` ${query}`)) return 81 - longer;
  return joined.length > 2 ? 66 - longer : 0;
}

// How alike two words are, of 100, by the number of letters to change.
function likeness(one, other) {
  if (Math.abs(one.length - other.length) > 3) return 0;
  let line = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = line[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, line[j] + 1, next[j - 1] + 1));
    }
    line = next;
  }
  return 100 * (1 - line.at(-1) / Math.max(one.length, other.length));
}

function match(things, score) {
  const hits = [];
  for (const [kind, label, file, names] of things) {
    let best = 0;
    let by = "";
    for (const [text, words, weight] of names) {
      const points = score(words);
      if (points && points + weight > best) [best, by] = [points + weight, text];
    }
    if (best) hits.push({ kind, label, file, by, best });
  }
  return hits.sort((a, b) => b.best - a.best || a.label.localeCompare(b.label));
}

function find(things, text) {
  const query = fold(text.slice(0, 200));
  if (!query) return [];
  const words = query.split(" ");
  const joined = words.join("");
  const hits = match(things, (name) => weigh(name, query, words, joined));
  if (hits.length || query.length < 4) return hits;
  return match(things, (name) => {
    const alike = Math.max(...name.split(" ").concat(name).map((part) => likeness(query, part)));
    return alike >= 70 ? alike / 2 : 0;
  }).slice(0, 12);
}

function start() {
  const box = document.querySelector("[data-search]");
  if (!box) return;
  const asked = new URLSearchParams(location.search || (location.hash.split("?")[1] ?? ""));
  const text = (asked.get("q") ?? "").trim();
  const field = box.querySelector("input[type=search]");
  if (field) field.value = text;
  const { kinds, things } = globalThis.amipNames[document.documentElement.lang];
  const hits = find(things, text);
  const results = box.querySelector("[data-part=results]");
  const lead = box.querySelector("[data-part=state]");
  const words = lead.dataset;
  results.replaceChildren();
  if (!text) return;
  const sure = hits.length && hits[0].best > 60;
  const sentence = !hits.length ? words.nothing : !sure ? words.guess : hits.length === 1 ? words.one : words.number;
  lead.textContent = sentence.replace("{query}", text)
    .replace("{number}", hits.length.toLocaleString(document.documentElement.lang));
  for (const kind of [...new Set(hits.map((hit) => hit.kind))]) {
    const section = document.createElement("section");
    const head = document.createElement("h2");
    head.textContent = kinds[kind] ?? kind;
    const list = document.createElement("ul");
    list.className = "hits";
    const found = hits.filter((hit) => hit.kind === kind);
    for (const hit of found.slice(0, 30)) {
      const entry = document.createElement("li");
      // In the single file, pages have no ending.
      const { prefix } = box.dataset;
      const href = prefix + (prefix ? hit.file.replace(/\.html$/, "") : hit.file);
      entry.append(Object.assign(document.createElement("a"), { href, textContent: hit.label }));
      if (hit.by !== hit.label) {
        entry.append(" – ", Object.assign(document.createElement("mark"), { textContent: hit.by }));
      }
      list.append(entry);
    }
    section.append(head, list);
    results.append(section);
  }
}

globalThis.amipStart = [...(globalThis.amipStart ?? []), start];
start();
