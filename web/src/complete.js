// Completes terms: by their short form (`code:A…`) and by what they are called (`Arbeitsgel…`).
import { findTerms } from "./terms.js";

const TERM = /^(?:[\w-]*:[\w\\/.-]*|[\p{L}][\p{L}\d-]{2,})$/u;

export function makeCompleter(prefixes) {
  return {
    name: "terms",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition(yasqe) {
      const token = yasqe.getCompleteToken();
      const { line } = yasqe.getDoc().getCursor();
      const before = yasqe.getPreviousNonWsToken(line, token);
      if (/^(prefix|base)$/i.test(before?.string ?? "")) return false;
      if (/^(comment|string|atom)$/.test(token.type ?? "")) return false;
      return TERM.test(token.string) && (token.string.includes(":") || token.type !== "keyword");
    },
    get: (_, token) => findTerms(token.string.replaceAll("\\", "")).map((term) => term.curie),
    postprocessHints(yasqe, hints) {
      const found = new Map(findTerms(yasqe.getCompleteToken().string.replaceAll("\\", "")).map((term) => [term.curie, term]));
      return hints.map((hint) => ({
        ...hint,
        render: (element) => draw(element, hint.text, found.get(hint.text)),
        hint: (editor, list, chosen) => insert(yasqe, list, chosen, prefixes),
      }));
    },
  };
}

function draw(element, text, term) {
  const code = document.createElement("code");
  code.textContent = text.replaceAll("\\", "");
  const label = document.createElement("span");
  label.textContent = term?.label ?? "";
  element.append(code, " ", label);
}

function insert(yasqe, list, chosen, prefixes) {
  const prefix = chosen.text.split(":")[0];
  yasqe.getDoc().replaceRange(chosen.text, list.from, list.to, "complete");
  if (prefixes[prefix] && !(prefix in yasqe.getPrefixesFromQuery())) {
    yasqe.addPrefixes({ [prefix]: prefixes[prefix] });
  }
}
