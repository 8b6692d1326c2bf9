// The single file: shows one page at a time, by what stands after "#/" in the address.

const main = document.querySelector("main");
const { shells, packed } = globalThis.amip;
const languages = Object.keys(packed);
const pages = new Map();
const opened = new Map();
let shown = "";

for (const section of main.querySelectorAll("section[data-page]")) {
  pages.set(section.dataset.page, [section.dataset.title, section.innerHTML]);
}
main.replaceChildren();

async function unpack(language) {
  const bytes = Uint8Array.from(atob(packed[language]), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  for (const [key, page] of Object.entries(JSON.parse(await new Response(stream).text()))) {
    pages.set(key, page);
  }
}

function open(language) {
  if (!opened.has(language)) opened.set(language, unpack(language));
  return opened.get(language);
}

function chooseLanguage() {
  const wanted = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2));
  return wanted.find((tag) => languages.includes(tag)) ?? languages[0];
}

function dress(language, key) {
  if (document.documentElement.lang !== language || !shown) {
    document.documentElement.lang = language;
    while (main.previousSibling) main.previousSibling.remove();
    main.insertAdjacentHTML("beforebegin", shells[language].top);
    document.querySelector("body > footer")?.remove();
    main.insertAdjacentHTML("afterend", shells[language].bottom);
  }
  const other = languages.find((tag) => tag !== language);
  const swap = document.querySelector("body > header a.language");
  if (swap && other) swap.href = `#/${other}${encodeURI(key.slice(language.length + 1))}`;
  else swap?.remove();
  for (const link of document.querySelectorAll("body > header nav a")) {
    const target = decodeURI(link.hash.slice(1));
    if (target === key) link.setAttribute("aria-current", "page");
    else if (key.startsWith(`${target}/`)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

async function show() {
  if (location.hash && !location.hash.startsWith("#/")) return;
  const place = decodeURI(location.hash.slice(1)) || `/${chooseLanguage()}/index`;
  const [, key, , fragment] = place.match(/^([^?#]*)(\?[^#]*)?(?:#(.*))?$/);
  const language = languages.find((tag) => key.startsWith(`/${tag}/`)) ?? chooseLanguage();
  if (!pages.has(key)) await open(language);
  const [title, content] = pages.get(key) ?? pages.get(`/${language}/index`);
  document.dispatchEvent(new Event("amip-leave"));
  dress(language, key);
  if (key !== shown || place.includes("?")) main.innerHTML = content;
  document.title = title;
  const begun = shown;
  shown = key;
  for (const start of globalThis.amipStart ?? []) start();
  const spot = fragment && document.getElementById(`${key}#${fragment}`);
  if (spot) spot.scrollIntoView();
  else if (begun) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const asked = new URLSearchParams(new FormData(event.target));
  asked.delete("lang");
  location.hash = `${event.target.getAttribute("action")}?${asked}`;
});
addEventListener("hashchange", show);
show();
