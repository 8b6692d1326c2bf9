// Shows what is wrong in the query, as the server finds it, a moment after the last key.
import { language, say } from "./words.js";

const WAIT = 500;

export class Lint {
  constructor(endpoint, list, apply) {
    this.url = `${endpoint}/lint?lang=${language}`;
    this.list = list;
    this.apply = apply;
    this.shown = undefined;
  }

  watch(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(text), WAIT);
  }

  async check(text) {
    if (text === this.shown) return;
    this.request?.abort();
    this.request = new AbortController();
    try {
      const response = await fetch(this.url, { method: "POST", body: text, signal: this.request.signal });
      if (!response.ok) return;
      this.shown = text;
      this.show(await response.json());
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }

  show(remarks) {
    this.list.closest("section").hidden = false;
    if (!remarks.length) {
      const fine = document.createElement("li");
      fine.className = "fine";
      fine.textContent = say("fine");
      this.list.replaceChildren(fine);
      return;
    }
    this.list.replaceChildren(...remarks.map((remark) => this.makeItem(remark)));
  }

  makeItem(remark) {
    const item = document.createElement("li");
    item.className = remark.severity;
    item.append(`${say("place", remark)}: ${remark.message}`);
    if (remark.suggestion) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = say("apply");
      button.addEventListener("click", () => this.apply(remark));
      item.append(" ", button);
    }
    return item;
  }
}
