"""Words cut short with a full stop: `Förderung der berufl. Weiterbildung`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from amip.records.names import split_words

_DOTTED = re.compile(r"[^\W\d_]{2,}(?=\.)")


def find_dotted(text: str) -> frozenset[str]:
    """Find the words, in plain spelling, that end with a full stop.

    >>> sorted(find_dotted("Rhein.-Berg. Kreis"))
    ['berg', 'rhein']
    """
    return frozenset(word for match in _DOTTED.findall(text) for word in split_words(match))


def is_shortened(words: Sequence[str], dotted: AbstractSet[str], whole: Sequence[str]) -> bool:
    """Tell whether `words` are those of `whole`, the `dotted` ones perhaps cut short.

    >>> is_shortened(["meckl", "seenplatte"], {"meckl"}, ["mecklenburgische", "seenplatte"])
    True
    """
    return len(words) == len(whole) and all(
        part == full or (part in dotted and full.startswith(part))
        for part, full in zip(words, whole, strict=True)
    )
