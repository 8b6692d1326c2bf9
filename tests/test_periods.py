"""Periods: the forms that the records use, and properties of any text."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amip.lift.lexical import is_lexical
from amip.records import Period, parse_period
from amip.terms import PREFIXES
from samples import TESTS, read_rows

CASES = read_rows(TESTS / "values" / "periods.csv")
FORMS = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
DATATYPES = {"year": "gYear", "month": "gYearMonth", "day": "date"}
dates = st.dates(min_value=datetime.date(1000, 1, 1))
forms = st.sampled_from(list(FORMS))


@pytest.mark.parametrize("row", CASES, ids=[row["cell"] or "empty" for row in CASES])
def test_form(row: dict[str, str]) -> None:
    period = parse_period(row["cell"])
    if not row["end"]:
        assert period is None
    else:
        assert period == Period(row["end"], row["start"], row["inferred"] == "true")


@given(dates, forms, st.booleans())
def test_every_date_reads(date: datetime.date, form: str, inferred: bool) -> None:
    text = date.strftime(FORMS[form])
    period = parse_period(text + "~" * inferred)
    assert period == Period(text, "", inferred)
    assert period.columns("period") == {f"period_{form}": text}
    assert is_lexical(text, PREFIXES["xsd"] + DATATYPES[form])


@given(dates, dates, forms)
def test_every_interval_reads(one: datetime.date, other: datetime.date, form: str) -> None:
    start, end = (date.strftime(FORMS[form]) for date in sorted((one, other)))
    period = parse_period(f"{start}/{end}")
    assert period == Period(end, start)
    assert period.columns("base", "base_from") == {f"base_{form}": end, f"base_from_{form}": start}


@given(dates, dates, forms)
def test_no_interval_runs_backwards(one: datetime.date, other: datetime.date, form: str) -> None:
    start, end = (date.strftime(FORMS[form]) for date in sorted((one, other), reverse=True))
    assert (parse_period(f"{start}/{end}") is None) is (start != end)


@given(st.text() | st.from_regex(r"\A[0-9~/-]{1,22}\Z"))
def test_any_text_reads_or_does_not(text: str) -> None:
    period = parse_period(text)
    if period is not None:
        start = f"{period.start}/" if period.start else ""
        assert text == f"{start}{period.end}{'~' * period.inferred}"
