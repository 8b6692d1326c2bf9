// Suggestions under the search boxes while one types. Without scripts, the boxes work as they are.
const PAUSE = 150;

function makeList(box, number) {
  const list = document.createElement("datalist");
  list.id = `suggestions-${number}`;
  box.after(list);
  box.setAttribute("list", list.id);
  box.setAttribute("autocomplete", "off");
  return list;
}

function showHits(list, hits) {
  list.replaceChildren(
    ...hits.map((hit) => {
      const option = document.createElement("option");
      option.value = hit.label;
      option.label = hit.matched === hit.label ? "" : hit.matched;
      return option;
    }),
  );
}

/** Offer suggestions for what is typed into a box. */
export function watch(box, number) {
  const list = makeList(box, number);
  let timer = 0;
  let asked = new AbortController();

  async function ask() {
    asked.abort();
    asked = new AbortController();
    const fields = new URLSearchParams({ q: box.value, lang: document.documentElement.lang });
    try {
      const answer = await fetch(`/search.json?${fields}`, { signal: asked.signal });
      showHits(list, answer.ok ? await answer.json() : []);
    } catch {
      showHits(list, []);
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}

document.querySelectorAll("input[type=search][name=q]").forEach(watch);
