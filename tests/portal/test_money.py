"""Sums: whole units, tax once per rate, discounts shared."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.money import Rounding, money, rounded, totals


@dataclass
class Line:
    amount: Decimal
    tax_percent: Decimal = Decimal(10)
    is_reduced_rate: bool = False


def lines_in(places: int) -> st.SearchStrategy[list[Line]]:
    amounts = st.decimals(0, 10_000_000, places=places, allow_nan=False)
    rates = st.sampled_from([Decimal(0), Decimal(8), Decimal(10)])
    return st.lists(st.builds(Line, amounts, rates), max_size=8)


def test_tax_is_rounded_once_per_rate_and_not_once_per_line():
    lines = [Line(Decimal(15)), Line(Decimal(15)), Line(Decimal(15))]

    sums = totals(lines, currency="JPY", rounding=Rounding.FLOOR)

    assert [tax.tax for tax in sums.taxes] == [Decimal(4)]
    assert sums.total == Decimal(49)


@pytest.mark.parametrize(("rounding", "tax"), [("floor", 100), ("round", 101), ("ceil", 101)])
def test_the_organisation_chooses_the_rounding(rounding, tax):
    sums = totals([Line(Decimal(1005))], currency="JPY", rounding=rounding)

    assert sums.tax_total == Decimal(tax)


def test_each_rate_has_its_own_total_with_the_highest_first():
    lines = [
        Line(Decimal(12_960), Decimal(8), is_reduced_rate=True),
        Line(Decimal(890_000)),
    ]

    sums = totals(lines, currency="JPY")

    assert [(tax.percent, tax.base, tax.tax) for tax in sums.taxes] == [
        (Decimal(10), Decimal(890_000), Decimal(89_000)),
        (Decimal(8), Decimal(12_960), Decimal(1_036)),
    ]
    assert sums.total == Decimal(992_996)


def test_prices_with_tax_in_them_keep_their_total():
    sums = totals([Line(Decimal(1100))], currency="JPY", is_tax_inclusive=True)

    assert (sums.total, sums.tax_total, sums.taxes[0].base) == (1100, 100, 1000)


@given(lines=lines_in(0), discount=st.decimals(0, 20_000_000, places=0, allow_nan=False))
def test_yen_stay_whole_and_nothing_gets_lost(lines, discount):
    sums = totals(lines, currency="JPY", discount=discount)

    assert sums.total == sums.subtotal - sums.discount + sums.tax_total
    assert sum(tax.base for tax in sums.taxes) == sums.subtotal - sums.discount
    assert all(tax.tax == tax.tax.to_integral_value() for tax in sums.taxes)
    assert sums.total >= 0


@given(lines=lines_in(2), discount=st.decimals(0, 20_000_000, places=2, allow_nan=False))
def test_dollars_with_tax_in_them_split_without_a_cent_missing(lines, discount):
    sums = totals(lines, currency="USD", discount=discount, is_tax_inclusive=True)

    assert sums.total == sum(tax.base + tax.tax for tax in sums.taxes)
    assert all(tax.tax == rounded(tax.tax, "USD") for tax in sums.taxes)


def test_amounts_are_written_as_the_reader_writes_them():
    assert money(Decimal("110000.000"), "JPY", "ja") == "¥110,000"
    assert money(Decimal("110000.000"), "JPY", "en") == "¥110,000"
    assert money(Decimal("1250.5"), "USD", "en") == "$1,250.50"
