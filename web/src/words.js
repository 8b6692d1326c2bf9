// The words and settings that the page hands over: `say("run")`, and what else depends on it.
const page = document.getElementById("editor");
const words = JSON.parse(page.dataset.words);
export const language = document.documentElement.lang === "en" ? "en" : "de";
const numbers = new Intl.NumberFormat(language === "de" ? "de-DE" : "en-GB", { maximumFractionDigits: 12 });

export function say(name, slots = {}) {
  return words[name].replace(/\{(\w+)\}/g, (_, slot) => slots[slot]);
}

say.prefixes = {};
say.number = (value) => numbers.format(value);
say.link = (query) => new URL(`${page.dataset.endpoint}?${new URLSearchParams({ query, lang: language })}`, location.href).href;
