// Tables in the edition: a click on the head of a column sorts them, as a link does on the site.

const MARKS = { de: [".", ","], en: [",", "."] };

function read(cell, tag) {
  const text = cell.textContent.trim();
  if (!text || cell.querySelector(".gap")) return { missing: 1 };
  const [thousands, point] = MARKS[tag];
  const plain = text.replaceAll(thousands, "").replace(point, ".").replace("−", "-");
  const number = cell.classList.contains("number") ? Number(plain) : NaN;
  return { missing: 0, text, number: Number.isNaN(number) ? Infinity : number };
}

// Numbers come before text, and what is missing comes last in either order.
function sort(head) {
  const tag = head.closest("[lang]").lang;
  const words = new Intl.Collator(tag, { numeric: true });
  const order = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  const [body] = head.closest("table").tBodies;
  const rows = Array.from(body.rows, (row) => ({ row, ...read(row.cells[head.cellIndex], tag) }));
  rows.sort((one, other) => {
    if (one.missing || other.missing) return one.missing - other.missing;
    if (one.number !== other.number) return order * (one.number - other.number);
    return order * words.compare(one.text, other.text);
  });
  body.append(...rows.map(({ row }) => row));
  for (const each of head.parentElement.cells) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order > 0 ? "ascending" : "descending");
}

function start() {
  for (const label of document.querySelectorAll("th > [data-sort]")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", title: label.dataset.sort, textContent: label.textContent });
    button.addEventListener("click", () => sort(button.parentElement));
    label.replaceWith(button);
  }
}

document.addEventListener("amip-table", start);
globalThis.amipStart = [...(globalThis.amipStart ?? []), start];
start();
