"""What stops the program, as opposed to what is wrong with the data.

Bad data is a `Finding` in a `Report`; an exception means that work cannot go on::

    AmipError
    ├── UsageError          wrong use: unknown question, parameter or format   (exit 2)
    ├── InputError          input that cannot be read at all                    (exit 3)
    ├── RefusedError        a dataset with violations is not published          (exit 1)
    └── RemoteError         a SPARQL endpoint failed or cannot be reached       (exit 4)

An error is raised in English; `text` and `help` say it in the language of the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter
from typing import Any, Self


class Phrase:
    """A sentence or a part of one: an English template whose German form is in `errors.toml`.

    A slot holds text, another phrase, or several of either, which are listed with commas. Slots
    that the template does not name are dropped; raises `KeyError` for one that is not given.

    >>> phrase = Phrase("the value of “{subject}” is too long", subject="year")
    >>> phrase.text("en"), phrase.text("de")
    ('the value of “year” is too long', 'der Wert von »year« ist zu lang')
    """

    __slots__ = ("slots", "template")

    def __init__(self, template: str, /, **slots: object) -> None:
        """Keep the template and what stands in its slots."""
        self.template = template
        self.slots = {name: _keep(slots[name]) for name in list_slots(template)}

    def __str__(self) -> str:
        """Write the phrase in English."""
        return self.text("en")

    def __repr__(self) -> str:
        """Write the phrase as the text that it is."""
        return repr(str(self))

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.template)

    def text(self, language: str) -> str:
        """Write the phrase in `language`."""
        known = load_german() if language == "de" else {}
        slots = {name: _write(value, language) for name, value in self.slots.items()}
        return known.get(self.template, self.template).format_map(slots)

    def pack(self, most: int) -> dict[str, Any]:
        """Write the phrase as JSON, no text in its slots longer than `most`."""
        return {
            "template": self.template,
            "slots": {name: _pack(value, most) for name, value in self.slots.items()},
        }

    @classmethod
    def unpack(cls, packed: Mapping[str, Any]) -> Self:
        """Read what `pack` has written."""
        slots = {name: _unpack(value) for name, value in packed["slots"].items()}
        return cls(packed["template"], **slots)


class AmipError(Exception):
    """The base of all exceptions that the library raises on purpose.

    `message` says what is wrong; `subject` keeps the offending object (a path, a name, a URL);
    `advice` says in English what to do next, `help` in any language.
    """

    exit_code = 1

    def __init__(
        self,
        message: str | Phrase,
        *,
        subject: object = None,
        advice: str | Phrase = "",
        **slots: object,
    ) -> None:
        """Keep the message, the offending object and the next step.

        Message and advice are templates of a `Phrase`, with `subject` and `slots` in their slots.
        """
        slots["subject"] = subject
        self.message = _phrase(message, slots)
        self.subject = subject
        self.remedy = _phrase(advice, slots)
        super().__init__(self.message)

    @property
    def advice(self) -> str:
        """What to do next, in English; empty when nothing is advised."""
        return str(self.remedy)

    def text(self, language: str) -> str:
        """Return what is wrong, in `language`."""
        return self.message.text(language)

    def help(self, language: str) -> str:
        """Return what to do, in `language`."""
        return self.remedy.text(language)

    def pack(self, most: int) -> list[dict[str, Any]]:
        """Write message and advice as JSON, no text in a slot longer than `most`."""
        return [self.message.pack(most), self.remedy.pack(most)]

    @classmethod
    def unpack(cls, packed: Iterable[Mapping[str, Any]], subject: object) -> Self:
        """Make an error of what `pack` has written."""
        message, advice = map(Phrase.unpack, packed)
        return cls(message, subject=subject, advice=advice)


class UsageError(AmipError):
    """The caller asked for something that does not exist."""

    exit_code = 2


class InputError(AmipError):
    """Input cannot be read: missing, empty, not UTF-8, not a programme, broken syntax."""

    exit_code = 3


class RefusedError(AmipError):
    """The result was not written because the data violates the shapes."""

    exit_code = 1


class RemoteError(AmipError):
    """A remote SPARQL endpoint is down or answered with an error."""

    exit_code = 4


@cache
def load_german() -> Mapping[str, str]:
    """Load the German form of every template."""
    # `amip --help` is to be quick, and most runs end without an error.
    import tomllib
    from importlib.resources import files

    return tomllib.loads((files("amip") / "errors.toml").read_text(encoding="utf-8"))


def list_slots(template: str) -> list[str]:
    """List the names of the slots of a template.

    >>> list_slots("{subject}, line {line}: {why}")
    ['subject', 'line', 'why']
    """
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def quote(names: Iterable[str]) -> tuple[Phrase, ...]:
    """Put every name into quotation marks.

    >>> Phrase("{names}", names=quote(["a", "b"])).text("de")
    '»a«, »b«'
    """
    return tuple(Phrase("“{name}”", name=name) for name in names)


def _phrase(text: str | Phrase, slots: Mapping[str, object]) -> Phrase:
    return text if isinstance(text, Phrase) else Phrase(text, **slots)


_Slot = str | Phrase | tuple["_Slot", ...]


def _keep(value: object) -> _Slot:
    match value:
        case Phrase():
            return value
        case list() | tuple():
            return tuple(map(_keep, value))
        case _:
            return str(value)


def _write(value: _Slot, language: str) -> str:
    match value:
        case Phrase():
            return value.text(language)
        case tuple():
            return ", ".join(_write(each, language) for each in value)
        case _:
            return value


def _pack(value: _Slot, most: int) -> object:
    match value:
        case Phrase():
            return value.pack(most)
        case tuple():
            return [_pack(each, most) for each in value]
        case _:
            return value[:most]


def _unpack(value: object) -> object:
    match value:
        case dict():
            return Phrase.unpack(value)
        case list():
            return [_unpack(each) for each in value]
        case _:
            return value
