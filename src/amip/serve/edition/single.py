"""The single file: all pages in one HTML file, which opens by double click.

What is to be read without JavaScript, the start page and the questions, stands in it as one long
page; the others are packed, and a script shows one at a time.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from importlib.resources import files
from itertools import islice
from pathlib import Path
from string import Template
from urllib.parse import quote

from amip.errors import InputError
from amip.serve.edition.address import CHOICE, Address, Target
from amip.serve.edition.lay import Layout, lay_script, read_plan, render
from amip.serve.edition.presses import Presses

_PAGE = re.compile(
    r"<title>(?P<title>.*?)</title>.*?<body\b[^>]*>(?P<top>.*?)<main\b[^>]*>(?P<main>.*)</main>"
    r"(?P<bottom>.*?)(?:<script\b.*)?</body>",
    re.DOTALL,
)
_NAMED = re.compile(r'(?P<head>\s(?:id|for|list|headers|aria-[a-z]+by)=")(?P<names>[^"]+)"')
_PAINT = re.compile(r"url\(#(?P<name>[^)]*)\)")
_FILES = re.compile(r'(?P<head><h2 id="downloads">[^<]*</h2>).*?(?=</section>)', re.DOTALL)
_BATCH = 64
_SCRIPTS = ("search.js", "sparql.js", "single.js", "sort.js")
"""In this order: what is sorted must not change before the pages are taken apart."""


class SingleLayout(Layout):
    """Links between pages of one file: `#/de/questions`, and `#/de/ns#value` for a place there."""

    def write_link(self, name: str, target: Target, here: Address) -> str | None:
        """Write a link to a page of the file; what is no page is not in it."""
        if not name.endswith(".html"):
            return None
        if target.address == here and target.fragment == "content":
            return "#content"
        query = f"?{target.query}" if target.query else ""
        fragment = f"#{quote(target.fragment)}" if target.fragment else ""
        return f"#/{quote(name.removesuffix('.html'))}{query}{fragment}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the file, by its key; those that are open are read without JavaScript."""

    key: str
    language: str
    title: str
    content: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a single file: its pages, what stands around them by language, and its style."""

    languages: tuple[str, ...]
    pages: tuple[Page, ...]
    shells: Mapping[str, Mapping[str, str]]
    style: str


@dataclass(frozen=True, slots=True)
class _Batch:
    """Pages to cut: by the layout in the file `plan`, from the folder `raw`."""

    plan: Path
    raw: Path
    addresses: tuple[Address, ...]


def gather(layout: Layout, plan: Path, raw: Path, presses: Presses) -> Parts:
    """Gather the parts of the single file; `plan` has the layout for other processes."""
    crawl, languages = layout.crawl, layout.scope.languages
    addresses = iter(
        address
        for address, media in crawl.media.items()
        if media == "text/html" and address.path != CHOICE
    )
    batches = []
    while part := tuple(islice(addresses, _BATCH)):
        batches.append(_Batch(plan, raw, part))
    pages = tuple(page for cut in presses.spread(_cut_batch, batches) for page in cut)
    single = _single_out(layout)
    shells = {}
    for language in languages:
        here = Address("/", language)
        shells[language] = _cut_shell(single, here, _read(raw, crawl.files[here]))
    return Parts(languages, pages, shells, "\n".join(_read_styles(layout, raw)))


def _single_out(layout: Layout) -> SingleLayout:
    return SingleLayout(layout.crawl, layout.scope, layout.pairs, layout.modules)


def _cut_batch(batch: _Batch) -> list[Page]:
    single = _single_out(read_plan(batch.plan))
    files = single.crawl.files
    return [_cut(single, each, _read(batch.raw, files[each])) for each in batch.addresses]


def _read(raw: Path, name: str) -> str:
    return (raw / name).read_text(encoding="utf-8")


def write_single(target: Path, parts: Parts, scripts: Mapping[str, str]) -> int:
    """Write the single file and return its size in bytes.

    Raises `InputError` when the place cannot be written; an older file then stays in place.
    """
    content = _compose(parts, scripts).encode()
    scratch = target.resolve().with_name(f".{target.name}.new")
    try:
        scratch.write_bytes(content)
        scratch.replace(target.resolve())
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise InputError(
            "{subject}: cannot be written ({problem})",
            subject=target,
            advice="choose another place with --single",
            problem=error.strerror,
        ) from error
    return len(content)


def _compose(parts: Parts, scripts: Mapping[str, str]) -> str:
    packed: dict[str, dict[str, tuple[str, str]]] = {tag: {} for tag in parts.languages}
    sections = []
    for page in sorted(
        parts.pages, key=lambda page: (parts.languages.index(page.language), page.key)
    ):
        if page.is_open:
            values = {"key": page.key, "title": escape(page.title), "language": page.language}
            sections.append(_fill("section", **values, content=page.content))
        else:
            packed[page.language][page.key] = (page.title, page.content)
    data = {"shells": parts.shells, "packed": {tag: _pack(each) for tag, each in packed.items()}}
    codes = [*scripts.values(), _assign(data), *map(_read_script, _SCRIPTS)]
    first = parts.languages[0]
    return _fill(
        "single",
        language=first,
        policy=escape(_make_policy(parts.style, codes)),
        title=escape(next(page.title for page in parts.pages if page.language == first)),
        style=parts.style,
        **parts.shells[first],
        sections="\n".join(sections),
        scripts="".join(_fill("script", content=code) for code in codes),
    )


def _is_read_without_script(address: Address) -> bool:
    return address.path in {"/", "/questions"} or (
        address.path.startswith("/questions/") and not address.asked
    )


def _cut(single: SingleLayout, address: Address, text: str) -> Page:
    """Cut the content out of a page; its places get names that no other page has."""
    key = f"/{single.crawl.files[address].removesuffix('.html')}"
    found = _PAGE.search(text)
    if found is None:
        raise ValueError(f"{address.url}: a page without a title or main element")
    server = single.find_link("/server", address)
    note = render("edition-files.html", address.language, server=server)
    turned = single.turn(found["main"], address)
    turned = _FILES.sub(lambda each: f"{each['head']}\n{note}\n", turned)
    turned = _NAMED.sub(lambda each: _name_within(each, key), turned)
    turned = _PAINT.sub(rf"url(#{key}#\g<name>)", turned)
    turned = turned.replace('data-prefix=""', f'data-prefix="#/{address.language}/"')
    title = unescape(found["title"]).strip()
    opened = _is_read_without_script(address)
    return Page(key, address.language, title, turned.strip(), opened)


def _cut_shell(single: SingleLayout, address: Address, text: str) -> dict[str, str]:
    """Cut out what stands before and after the content."""
    found = _PAGE.search(text)
    names = ("top", "bottom")
    return {name: single.turn(found[name], address).strip() for name in names if found}


def _name_within(found: re.Match[str], key: str) -> str:
    """Name a place of a page so that no other page of the file has that name."""
    names = " ".join(f"{key}#{name}" for name in found["names"].split())
    return f'{found["head"]}{names}"'


def _pack(pages: Mapping[str, tuple[str, str]]) -> str:
    content = json.dumps(pages, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")


def _assign(data: Mapping[str, object]) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f"globalThis.amip = {{ ...globalThis.amip, ...{text} }};\n"


def _read_script(name: str) -> str:
    path = files("amip.serve").joinpath(f"static/edition/{name}")
    return lay_script(path.read_text(encoding="utf-8"))


def _read_styles(layout: Layout, raw: Path) -> Iterable[str]:
    for address, media in layout.crawl.media.items():
        if media == "text/css":
            yield (raw / layout.crawl.files[address]).read_text(encoding="utf-8").strip()


def _make_policy(style: str, codes: Iterable[str]) -> str:
    """Make the Content Security Policy: what stands in the file, by its hash, and no more."""
    hashes = " ".join(map(_hash, codes))
    return (
        f"default-src 'none'; style-src {_hash(style)}; img-src data:; worker-src blob:; "
        f"script-src blob: 'wasm-unsafe-eval' {hashes}; form-action 'none'; base-uri 'none'"
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _fill(name: str, **values: str) -> str:
    path = files("amip.serve").joinpath(f"templates/{name}.html.template")
    return Template(path.read_text(encoding="utf-8")).substitute(values)
