"""Source documents: the text of a programme and the number tokens in it."""

from amip.sources.document import Document, read_document
from amip.sources.tokens import Token, find_numbers

__all__ = ["Document", "Token", "find_numbers", "read_document"]
