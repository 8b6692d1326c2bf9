"""What an edition makes of the whole graph: data for its search and for SPARQL in the browser."""

from __future__ import annotations

import base64
import gzip
import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from itertools import combinations

import pyoxigraph

from amip.findings import LANGUAGES
from amip.serve.edition.address import CHOICE, Address
from amip.serve.edition.crawl import Crawl
from amip.serve.page import load_words
from amip.serve.programme import Programme, list_programmes
from amip.serve.search import Index
from amip.serve.site import Site
from amip.terms import BASE

FEW = 10
"""Up to how many programmes every two of them are compared."""
_EXPORT = re.compile(r"^export (?:\{[^}]*\};?)?", re.MULTILINE)
_WEIGHTS = {"notation": 0.0, "label": 2.0, "other": 1.0, "title": 0.0, "keyword": -8.0}


def make_scripts(
    store: pyoxigraph.Store, index: Index, crawl: Crawl, languages: Iterable[str]
) -> dict[str, str]:
    """Make the scripts that hold data, by name; each adds to `globalThis.amip` or `amipNames`."""
    chosen = tuple(languages)
    scripts = {
        "graph.js": _assign("amip", {"graph": _pack(_write_quads(store))}),
        "oxigraph.js": _assign("amip", _read_oxigraph()),
        "pages.js": _assign("amip", {"base": BASE, "pages": _list_pages(crawl)}),
    }
    for language in chosen:
        names = {language: _list_names(index, crawl, language)}
        scripts[f"names-{language}.js"] = _assign("amipNames", names)
    return scripts


def _assign(name: str, content: Mapping[str, object]) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # Inside a page, nothing of the content may end its script.
    text = text.replace("</", "<\\/")
    return f"globalThis.{name} = {{ ...globalThis.{name}, ...{text} }};\n"


def _pack(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")


def _write_quads(store: pyoxigraph.Store) -> bytes:
    """Write the named graphs, and what is in none of them, without the union of all."""
    named = [quad for quad in store if quad.graph_name != pyoxigraph.DefaultGraph()]
    known = {quad.triple for quad in named}
    bare = (
        quad
        for quad in store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph())
        if quad.triple not in known
    )
    content = pyoxigraph.serialize((*named, *bare), format=pyoxigraph.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(content.splitlines(keepends=True)))


def _read_oxigraph() -> dict[str, str]:
    static = files("amip.serve").joinpath("static")
    glue = static.joinpath("vendor/oxigraph/web.js").read_text(encoding="utf-8")
    worker = static.joinpath("edition/worker.js").read_text(encoding="utf-8")
    union = files("amip.query").joinpath("union.ru").read_text(encoding="utf-8")
    wasm = static.joinpath("vendor/oxigraph/web_bg.wasm").read_bytes()
    return {"wasm": _pack(wasm), "glue": _join(glue, worker), "union": union}


def _join(glue: str, worker: str) -> str:
    """Make one classic script of Oxigraph's module and ours: a page on a disk starts no other."""
    glue = _EXPORT.sub("", glue).replace("import.meta.url", "location.href")
    return f"{glue}\n{worker}"


def _list_pages(crawl: Crawl) -> dict[str, str]:
    """List pages by their path: the files, seen from the folder of a language."""
    return {
        address.path: posixpath.relpath(name, address.language)
        for address, name in sorted(crawl.files.items(), reverse=True)
        if not address.asked and crawl.media.get(address) == "text/html"
    }


def _list_names(index: Index, crawl: Crawl, language: str) -> dict[str, object]:
    """List names to search: kind, label, file and names, as `search.js` takes them."""
    words = load_words()
    kinds = {kind: labels.get(language, kind) for kind, labels in index.kinds.items()}
    kinds |= {
        name.removeprefix("kind-"): texts[language]
        for name, texts in words.items()
        if name.startswith("kind-")
    }
    things = []
    for thing in index.things:
        address = Address("/" + thing.target.removeprefix(BASE).lstrip("/"), language)
        if name := crawl.find_file(address):
            names = [
                (each.text, each.words, _WEIGHTS[each.role] + (each.language in {"", language}) / 2)
                for each in thing.names
            ]
            file = posixpath.relpath(name, language)
            things.append((thing.kind, thing.labels[language], file, names))
    return {"kinds": kinds, "things": things}


def list_pairs(site: Site) -> list[tuple[Programme, Programme]]:
    """List the programmes to compare: every two, of many those of the same Land."""
    programmes = list_programmes(site)
    pairs = list(combinations(programmes, 2))
    if len(programmes) <= FEW:
        return pairs
    lands: dict[str, set[str]] = {}
    for slug, land in site.select("programme-lands").rows:
        lands.setdefault(str(slug), set()).add(str(land or ""))
    return [
        pair for pair in pairs if lands.get(pair[0].slug, set()) & lands.get(pair[1].slug, set())
    ]


def list_seeds(
    pairs: Iterable[tuple[Programme, Programme]], languages: Iterable[str] = LANGUAGES
) -> list[Address]:
    """List the pages to begin with."""
    paths = ("/", "/questions", "/compare", "/lists", "/ns", "/search", "/sparql", "/check")
    chosen = tuple(languages)
    seeds: list[Address] = [Address(CHOICE, chosen[0])]
    seeds += [Address(path, language) for path in (*paths, "/server") for language in chosen]
    for pair in pairs:
        asked = tuple(sorted(("programme", each.slug) for each in pair))
        seeds += [Address("/compare", language, asked) for language in chosen]
    return seeds
