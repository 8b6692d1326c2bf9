"""The head of a record as the entries and lists of a workbook, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from amip.errors import InputError
from amip.workbook.layout import PROGRAMME, load_layout

_BLOCKS = ("jobcenter", "source")
_STRUCTURED = ("{", "[", '"')
_ITEM = re.compile(r"(?P<list>.+)\[(?P<number>\d+)\]\.(?P<name>.+)")


def list_paths() -> dict[str, str]:
    """Return the lists of the head, as `sheet → path`.

    >>> list_paths()["dates"]
    'source.dates'
    """
    return {sheet.name: ".".join(sheet.path) for sheet in load_layout().values() if sheet.path}


def list_entries(head: Mapping[str, object]) -> dict[str, str]:
    """Return the single entries of a head by path, as text.

    Entries that are no text, and what would look like it, are written as JSON.
    """
    lists = set(list_paths().values())
    return {
        path: text_of(value) if path not in _known() else str(value)
        for path, value in _walk(head)
        if path not in lists
    }


def list_shape(head: Mapping[str, object]) -> list[str]:
    """Return every path of a head in its order: what is there, though it may be empty."""
    lists = set(list_paths().values())
    shape: list[str] = []
    for path, value in _walk(head):
        shape.append(path)
        if path in lists and isinstance(value, list):
            shape += [
                f"{path}[{number}].{name}"
                for number, item in enumerate(value, start=1)
                for name in item
            ]
    return shape


def check_form(head: Mapping[str, object], file: str) -> None:
    """Raise `InputError` when a block or a list of the head is none."""
    for name in _BLOCKS:
        if not isinstance(head.get(name, {}), Mapping):
            raise _refuse(file, name)
    for path, value in _walk(head):
        if path in list_paths().values():
            if not isinstance(value, list) and value:
                raise _refuse(file, path)
            if isinstance(value, list) and not all(isinstance(item, Mapping) for item in value):
                raise _refuse(file, path)


def make_head(
    entries: Mapping[str, str], lists: Mapping[str, Sequence[Mapping[str, str]]], shape: list[str]
) -> dict[str, object]:
    """Put a head together; `shape` says which empty entries it has, and the order.

    Without a shape, every entry that a head may have is there.

    >>> make_head({"title": "AMIP 2025"}, {"area": [{"ags": "07312"}]}, ["area", "title"])
    {'area': [{'ags': '07312'}], 'title': 'AMIP 2025'}
    """
    head: dict[str, object] = {}
    known = [*_known(), *list_paths().values()]
    paths = [path for path in shape if not _ITEM.fullmatch(path)]
    paths += [path for path in [*entries, *known] if path not in paths]
    for path in dict.fromkeys(paths):
        if path in list_paths().values():
            items = [
                _make_item(path, number, item, shape)
                for number, item in enumerate(lists.get(path, ()), start=1)
            ]
            if items or path in shape or not shape:
                _put(head, path, items)
        elif entries.get(path) or path in shape or not shape:
            text = entries.get(path, "")
            _put(head, path, text if path in _known() else value_of(text))
    return head


def text_of(value: object) -> str:
    """Write an entry that has no place of its own as text.

    >>> text_of("plain"), text_of(["a", "b"]), text_of("")
    ('plain', '["a", "b"]', '""')
    """
    if isinstance(value, str) and value and not value.startswith(_STRUCTURED):
        return value
    return json.dumps(value, ensure_ascii=False)


def value_of(text: str) -> object:
    """Read what `text_of` has written."""
    if text.startswith(_STRUCTURED):
        try:
            value: object = json.loads(text)
        except ValueError:
            return text
        return value
    return text


def _known() -> list[str]:
    headings = load_layout()[PROGRAMME].headings
    return [heading.name for heading in headings if heading.name != "slug"]


def _walk(head: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in head.items():
        if name in _BLOCKS and isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", each) for inner, each in value.items())
        else:
            yield str(name), value


def _make_item(
    path: str, number: int, item: Mapping[str, str], shape: list[str]
) -> dict[str, object]:
    prefix = f"{path}[{number}]."
    recorded = [each.removeprefix(prefix) for each in shape if each.startswith(prefix)]
    names = dict.fromkeys([*recorded, *(name for name, text in item.items() if text)])
    known = {heading.name for sheet in load_layout().values() for heading in sheet.headings}
    return {
        name: item.get(name, "") if name in known else value_of(item.get(name, ""))
        for name in names
    }


def _put(head: dict[str, object], path: str, value: object) -> None:
    block, _, name = path.partition(".")
    if block in _BLOCKS and name:
        inner = head.setdefault(block, {})
        if isinstance(inner, dict):
            inner[name] = value
    else:
        head[path] = value


def _refuse(file: str, path: str) -> InputError:
    return InputError(
        "{file}: “{subject}” has not the form that a programme has",
        subject=path,
        advice="run `amip validate` on the folder and correct that entry first",
        file=file,
    )
