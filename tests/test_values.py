"""German figures: the forms that the documents print, and properties of any form."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amip.records import format_figure, parse_decimal, parse_figure
from amip.records.values import ONE_SIDED
from amip.terms import load_list
from samples import TESTS, read_rows

CASES = read_rows(TESTS / "values" / "figures.csv")
SIGNS = {"": 1, "+": 1, "-": -1, "−": -1, "–": -1, "- ": -1, "− ": -1, "+ ": 1}
UNITS = {
    "": "",
    " %": "PERCENT",
    "%": "PERCENT",
    " Prozent": "PERCENT",
    " Prozentpunkte": "percentage-point",
    " €": "CCY_EUR",
    "EUR": "CCY_EUR",
    " Tage": "DAY",
}
SCALES = {"": 0, " Tsd.": 3, " Mio.": 6, "Mio.": 6, " Mrd.": 9}


@st.composite
def decimals(draw: st.DrawFn) -> Decimal:
    """Any decimal of up to 15 digits before the point and four after it."""
    digits = draw(st.integers(min_value=-(10**19), max_value=10**19))
    return Decimal(digits).scaleb(-draw(st.integers(min_value=0, max_value=4)))


@pytest.mark.parametrize("row", CASES, ids=[row["printed"] or "empty" for row in CASES])
def test_printed_form(row: dict[str, str]) -> None:
    figure = parse_figure(row["printed"])
    if not row["value"]:
        assert figure is None
        return
    assert figure is not None
    assert f"{figure.value:f}" == row["value"]
    assert figure.decimals == int(row["decimals"])
    assert figure.unit == row["unit"]


@given(decimals(), st.sampled_from(list(SIGNS)), st.sampled_from(list(UNITS)))
@example(Decimal("0.0000"), "-", "")
def test_round_trip(value: Decimal, sign: str, unit: str) -> None:
    figure = parse_figure(sign + format_figure(value.copy_abs()) + unit)
    assert figure is not None
    assert figure.value == value.copy_abs() * SIGNS[sign]
    assert figure.unit == UNITS[unit]
    assert figure.signed is bool(sign)
    exponent = value.as_tuple().exponent
    assert figure.decimals == -int(exponent)


@given(decimals(), st.sampled_from(list(SCALES)))
def test_scale_words_multiply(value: Decimal, scale: str) -> None:
    plain, scaled = (parse_figure(format_figure(value) + word) for word in ("", scale))
    assert plain is not None
    assert scaled is not None
    assert scaled.value == plain.value.scaleb(SCALES[scale])
    assert scaled.decimals == plain.decimals - SCALES[scale]


@given(decimals())
def test_digits_are_kept(value: Decimal) -> None:
    figure = parse_figure(format_figure(value))
    assert figure is not None
    assert f"{figure.value.copy_abs():f}" == f"{value.copy_abs():f}"


@given(decimals(), st.integers(min_value=0, max_value=6))
def test_decimals_are_filled_up_and_never_cut(value: Decimal, places: int) -> None:
    text = format_figure(value, places)
    _, _, fraction = text.partition(",")
    assert len(fraction) == max(places, -int(value.as_tuple().exponent))
    assert Decimal(text.replace(".", "").replace(",", ".")) == value


@given(st.integers(min_value=0, max_value=10**40))
@example(10**28)
@example(10**29 + 1)
def test_long_numbers_are_exact(number: int) -> None:
    figure = parse_figure(f"{number:,}".replace(",", "."))
    assert figure is not None
    assert figure.value == number


@given(st.integers(min_value=1, max_value=999), st.integers(min_value=0, max_value=999))
def test_point_groups_and_comma_divides(left: int, right: int) -> None:
    grouped, divided = (parse_figure(f"{left}{mark}{right:03}") for mark in ".,")
    assert grouped is not None
    assert divided is not None
    assert grouped.value == left * 1000 + right
    assert divided.value == left + Decimal(right).scaleb(-3)
    assert (grouped.decimals, divided.decimals) == (0, 3)


@given(st.text())
@example("9" * 5000 + "/3")
@example("1" * 29)
@example("\N{ARABIC-INDIC DIGIT THREE}")
@example("²")
@example("5\n")
def test_any_text_reads_or_does_not(text: str) -> None:
    figure = parse_figure(text)
    assert figure is None or figure.tolerance > 0
    assert parse_decimal(text) is None or text.isascii()


@given(st.from_regex(r"\A[+−–-]?\s?[0-9.,/]{1,12}\s?(Mio\.|T)?\s?(%|€|Prozentpunkte)?\Z"))
def test_any_figure_like_text(text: str) -> None:
    figure = parse_figure(text)
    if figure is not None:
        assert figure.value.is_finite()
        assert figure.within("about") >= figure.tolerance


@given(decimals())
def test_decimal_cells(value: Decimal) -> None:
    assert str(parse_decimal(f"{value:f}")) == f"{value:f}"


@pytest.mark.parametrize(
    "cell",
    ["", "1,5", "1.200,00", "1e3", "1.2E+5", "+5", " 5", "5\n", ".5", "5.", "--5", "NaN", "٣"],
)
def test_no_decimal_cell(cell: str) -> None:
    assert parse_decimal(cell) is None


@given(decimals().filter(bool), st.sampled_from(list(SCALES)))
def test_tolerance_is_half_a_unit(value: Decimal, scale: str) -> None:
    figure = parse_figure(format_figure(value) + scale)
    assert figure is not None
    unit = Decimal(1).scaleb(int(value.as_tuple().exponent) + SCALES[scale])
    assert figure.tolerance * 2 == unit
    assert figure.within("") == figure.tolerance


@pytest.mark.parametrize(
    ("printed", "hedge", "tolerance"),
    [
        ("20,5 %", "", "0.05"),
        ("20,5 %", "about", "0.05"),
        ("20,5 %", "more-than", "0.1"),
        ("7,5 Mio. €", "", "50000"),
        ("7,50 Mio. €", "", "5000"),
        ("7,50 Mio. €", "about", "50000"),
        ("4.600", "", "0.5"),
        ("4.600", "about", "50"),
        ("4.600", "just-under", "100"),
        ("4.601", "about", "0.5"),
        ("500", "just-over", "100"),
        ("10", "at-least", "10"),
        ("0", "about", "0.5"),
        ("-1.000", "about", "500"),
    ],
)
def test_hedges_widen(printed: str, hedge: str, tolerance: str) -> None:
    figure = parse_figure(printed)
    assert figure is not None
    assert figure.within(hedge) == Decimal(tolerance)


@given(decimals(), st.sampled_from(sorted(load_list("approximations"))))
def test_a_hedge_never_narrows(value: Decimal, hedge: str) -> None:
    figure = parse_figure(format_figure(value))
    assert figure is not None
    assert figure.within(hedge) >= figure.tolerance
    if hedge in ONE_SIDED:
        assert figure.within(hedge) == 2 * figure.within("about")


def test_every_hedge_of_the_list_is_one_sided_or_about() -> None:
    assert set(load_list("approximations")) == ONE_SIDED | {"about"}
