// The terms of the site: what they are called, and how IRIs are shortened and linked.
import { language, say } from "./words.js";

const BASE = "https://w3id.org/amip/";
const byIri = new Map();
const entries = [];
let prefixes = {};

export async function loadTerms(endpoint) {
  const response = await fetch(`${endpoint}/terms.json`);
  const data = await response.json();
  prefixes = data.prefixes;
  Object.assign(say.prefixes, prefixes);
  for (const entry of data.terms) {
    const label = entry[language] ?? entry.de ?? entry.en ?? "";
    const names = [label, entry.de, entry.en, ...(entry.names ?? [])].filter(Boolean);
    const term = { ...entry, label, search: [entry.curie, ...names].join("\n").toLowerCase() };
    byIri.set(entry.iri, term);
    entries.push(term);
  }
  return prefixes;
}

// Finds the terms whose short form or one of whose names has the text, best first.
export function findTerms(text, limit = 60) {
  const wanted = text.toLowerCase();
  const found = [];
  for (const term of entries) {
    const place = term.search.indexOf(wanted);
    if (place >= 0) found.push([place === 0 ? 0 : term.search[place - 1] === "\n" ? 1 : 2, term]);
  }
  found.sort(([one, a], [other, b]) => one - other || a.curie.length - b.curie.length || (a.curie < b.curie ? -1 : 1));
  return found.slice(0, limit).map(([, term]) => term);
}

export function labelOf(iri) {
  return byIri.get(iri)?.label ?? "";
}

export function shorten(iri) {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (iri.startsWith(namespace) && iri !== namespace) return `${prefix}:${iri.slice(namespace.length)}`;
  }
  return iri;
}

// The page about an IRI of ours, for a figure that of its trace; "" for the IRIs of others.
export function pageOf(iri) {
  if (!iri.startsWith(BASE)) return "";
  const [path, anchor] = iri.slice(BASE.length).split("#");
  const page = path.replace(/^id\/obs\//, "trace/").replace(/^id\/stat\//, "trace/stat/");
  return `/${page.replace(/^\/+/, "")}?lang=${language}${anchor ? `#${anchor}` : ""}`;
}
