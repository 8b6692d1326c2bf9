// The check, with more comfort: files can be dropped, and the file stays chosen beside its report,
// so that one click fetches the annotated workbook. Without scripts, the form works as it is.
const main = document.querySelector("main");

function choose(input, file) {
  const chosen = new DataTransfer();
  chosen.items.add(file);
  input.files = chosen.files;
}

async function check(form, button) {
  const [file] = form.elements.file.files;
  const status = form.querySelector(".status");
  if (file.size > Number(form.dataset.most)) {
    status.textContent = form.dataset.tooLarge;
    return;
  }
  status.textContent = form.dataset.working;
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = page.querySelector("main");
    if (!content) throw new TypeError(answer.statusText);
    main.replaceChildren(...content.childNodes);
    document.title = page.title;
    choose(main.querySelector("form.check").elements.file, file);
    main.focus();
    window.scrollTo(0, 0);
  } catch (error) {
    status.textContent = String(error);
    form.removeAttribute("aria-busy");
  }
}

main.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form.check") || (event.submitter?.value ?? "page") !== "page") return;
  event.preventDefault();
  check(form, event.submitter);
});

for (const kind of ["dragover", "drop"]) {
  main.addEventListener(kind, (event) => {
    const [file] = event.dataTransfer?.files ?? [];
    const form = main.querySelector("form.check");
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (kind === "drop" && file) choose(form.elements.file, file);
  });
}
