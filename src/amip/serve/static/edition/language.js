// From the first page on, in the language that the browser prefers.

const wanted = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2));
const links = [...document.querySelectorAll("a[hreflang]")];
const chosen = wanted.map((tag) => links.find((link) => link.hreflang === tag)).find(Boolean) ?? links[0];
if (chosen) location.replace(chosen.href);
