"""The numbers of a text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amip.sources import Token, find_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("ohne Zahl", []),
        ("um 14,7 % auf 1.024 (§ 16e)", ["14,7", "1.024", "16"]),
        ("4.876.960,00 €", ["4.876.960,00"]),
        ("- 400 und –10,1%", ["400", "10,1"]),
        ("3.083.000EUR", ["3.083.000"]),
        ("Kapitel 2.1. Stand: 15.09.2021.", ["2.1", "15.09.2021"]),
        ("2021/2022, 12-18", ["2021", "2022", "12", "18"]),
        ("1,2,3 und 1..2", ["1,2,3", "1", "2"]),
        ("A2 B1x 03353", ["2", "1", "03353"]),
        ("12\n34", ["12", "34"]),
    ],
)
def test_numbers(text: str, numbers: list[str]) -> None:
    assert [token.text for token in find_numbers(text)] == numbers


def test_place() -> None:
    assert list(find_numbers("um 14,7 %")) == [Token(3, "14,7")]
    assert Token(3, "14,7").end == len("um 14,7")


@given(st.text() | st.text(alphabet="0123456789.,- %€§\n"))
def test_tokens_are_the_text_and_cover_every_digit(text: str) -> None:
    tokens = list(find_numbers(text))
    covered = {place for token in tokens for place in range(token.start, token.end)}
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert {place for place, mark in enumerate(text) if mark.isdecimal()} <= covered
    assert all(one.end < other.start for one, other in itertools.pairwise(tokens))
