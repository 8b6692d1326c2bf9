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
from pathlib import Path
from string import Template
from urllib.parse import quote

from amip.errors import InputError
from amip.serve.edition.address import Address, Target
from amip.serve.edition.lay import Layout, lay_script

_PAGE = re.compile(
    r"<title>(?P<title>.*?)</title>.*?<body\b[^>]*>(?P<top>.*?)<main\b[^>]*>(?P<main>.*)</main>"
    r"(?P<bottom>.*?)(?:<script\b.*)?</body>",
    re.DOTALL,
)
_NAMED = re.compile(r'(?P<head>\s(?:id|for|list|headers|aria-[a-z]+by)=")(?P<names>[^"]+)"')
_PAINT = re.compile(r"url\(#(?P<name>[^)]*)\)")
_SCRIPTS = ("search.js", "sparql.js", "single.js")


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
class _Page:
    key: str
    language: str
    title: str
    content: str


def write_single(target: Path, layout: Layout, raw: Path, scripts: Mapping[str, str]) -> int:
    """Write the single file and return its size in bytes.

    Raises `InputError` when the place cannot be written; an older file then stays in place.
    """
    content = _compose(layout, raw, scripts).encode()
    scratch = target.resolve().with_name(f".{target.name}.new")
    try:
        scratch.write_bytes(content)
        scratch.replace(target.resolve())
    except OSError as error:
        raise InputError(
            f"{target}: cannot be written ({error.strerror})",
            subject=target,
            advice="choose another place with --single",
        ) from error
    return len(content)


def _compose(layout: Layout, raw: Path, scripts: Mapping[str, str]) -> str:
    single = SingleLayout(layout.crawl, layout.scope, layout.pairs, layout.modules)
    languages = layout.scope.languages
    shells: dict[str, dict[str, str]] = {}
    sections: list[str] = []
    packed: dict[str, dict[str, tuple[str, str]]] = {language: {} for language in languages}
    for address, media in layout.crawl.media.items():
        if media != "text/html" or not layout.crawl.files[address].startswith(languages):
            continue
        text = (raw / layout.crawl.files[address]).read_text(encoding="utf-8")
        page, shell = _cut(single, address, text)
        if address.path == "/":
            shells[address.language] = shell
        if _is_read_without_script(address):
            values = {"key": page.key, "title": escape(page.title), "language": page.language}
            sections.append(_fill("section", **values, content=page.content))
        else:
            packed[page.language][page.key] = (page.title, page.content)
    data = {"shells": shells, "packed": {tag: _pack(pages) for tag, pages in packed.items()}}
    style = "\n".join(_read_styles(layout, raw))
    codes = [*scripts.values(), _assign(data), *map(_read_script, _SCRIPTS)]
    return _fill(
        "single",
        language=languages[0],
        policy=escape(_make_policy(style, codes)),
        title=_fill_title(shells, sections),
        style=style,
        top=shells[languages[0]]["top"],
        bottom=shells[languages[0]]["bottom"],
        sections="\n".join(sections),
        scripts="".join(_fill("script", content=code) for code in codes),
    )


def _is_read_without_script(address: Address) -> bool:
    return address.path in {"/", "/questions"} or (
        address.path.startswith("/questions/") and not address.asked
    )


def _cut(single: SingleLayout, address: Address, text: str) -> tuple[_Page, dict[str, str]]:
    """Cut a page into its content and what stands around it."""
    key = f"/{single.crawl.files[address].removesuffix('.html')}"
    found = _PAGE.search(text)
    if found is None:
        return _Page(key, address.language, "", ""), {}
    turned = single.turn(found["main"], address)
    turned = _NAMED.sub(lambda each: _name_within(each, key), turned)
    turned = _PAINT.sub(rf"url(#{key}#\g<name>)", turned)
    shell: dict[str, str] = {}
    if address.path == "/":
        shell = {part: single.turn(found[part], address).strip() for part in ("top", "bottom")}
    title = unescape(found["title"]).strip()
    return _Page(key, address.language, title, turned.strip()), shell


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


def _fill_title(shells: Mapping[str, object], sections: Iterable[str]) -> str:
    first = next(iter(sections), "")
    found = re.search(r'data-title="([^"]*)"', first)
    return found[1] if found and shells else ""


def _fill(name: str, **values: str) -> str:
    path = files("amip.serve").joinpath(f"templates/{name}.html.template")
    return Template(path.read_text(encoding="utf-8")).substitute(values)
