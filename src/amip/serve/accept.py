"""Accept headers: which media types a client wants, and what of it is offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def rank_media(accept: str) -> list[str]:
    """Rank the media types of an Accept header by their weights (RFC 9110, section 12.5.1).

    >>> rank_media("text/csv;q=0.5, text/html, image/png;q=0"), rank_media("")
    (['text/html', 'text/csv'], ['*/*'])
    """
    weighted = sorted(_read_weights(accept), key=lambda each: -each[1])
    return [media for media, _ in weighted]


def _read_weights(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(",") if accept.strip() else ["*/*"]:
        media, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        if weight > 0:
            yield media.lower(), weight


def pick_media(ranked: Iterable[str], offered: Sequence[str]) -> str:
    """Return what is offered of the first media type wanted that is, "" for none.

    >>> pick_media(["image/png", "text/*"], ["text/turtle"])
    'text/turtle'
    """
    for wanted in ranked:
        for media in offered:
            if wanted in {media, "*/*", f"{media.partition('/')[0]}/*"}:
                return media
    return ""
