"""Sums of whole documents, held against exact fractions."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from hypothesis import given
from hypothesis import strategies as st

from portal.models import Estimate, LineItem, Organisation
from portal.money import Rounding, rounded

UNITS = {"JPY": Fraction(1), "USD": Fraction(1, 100)}
RATES = [(Decimal(10), False), (Decimal(8), True), (Decimal(8), False), (Decimal(0), False)]
AMOUNTS = st.decimals(0, 1_000_000, places=3, allow_nan=False)
PERCENTS = st.decimals(0, 100, places=2, allow_nan=False)


@st.composite
def documents(draw):
    """An unsaved estimate and its lines."""
    currency = draw(st.sampled_from(sorted(UNITS)))
    estimate = Estimate(
        organisation=Organisation(tax_rounding=draw(st.sampled_from(Rounding))),
        currency=currency,
        is_tax_inclusive=draw(st.booleans()),
        discount_percent=draw(st.sampled_from([Decimal(0), draw(PERCENTS)])),
        discount_amount=rounded(draw(st.sampled_from([Decimal(0), draw(AMOUNTS)])), currency),
    )
    lines = []
    for percent, is_reduced in draw(st.lists(st.sampled_from(RATES), min_size=1, max_size=8)):
        line = LineItem(
            quantity=draw(st.decimals(0, 1000, places=3, allow_nan=False)),
            rate=draw(AMOUNTS),
            discount_percent=draw(st.sampled_from([Decimal(0), draw(PERCENTS)])),
            tax_percent=percent,
            is_reduced_rate=is_reduced,
        )
        line.estimate = estimate
        lines.append(line)
    return estimate, lines


@given(documents())
def test_the_subtotal_is_the_sum_of_the_lines_in_whole_units(written):
    estimate, lines = written

    sums = estimate.sums_of(lines)

    assert sums.subtotal == sum(line.amount for line in lines)
    assert Fraction(sums.total) % UNITS[estimate.currency] == 0
    assert 0 <= sums.discount <= sums.subtotal


@given(documents())
def test_each_rate_is_rounded_once_and_by_the_organisations_way(written):
    estimate, lines = written
    unit, way = UNITS[estimate.currency], estimate.organisation.tax_rounding

    sums = estimate.sums_of(lines)

    assert len({(tax.percent, tax.is_reduced_rate) for tax in sums.taxes}) == len(sums.taxes)
    for tax in sums.taxes:
        gross = Fraction(tax.base) + (Fraction(tax.tax) if estimate.is_tax_inclusive else 0)
        percent = Fraction(tax.percent)
        divisor = 100 + percent if estimate.is_tax_inclusive else Fraction(100)
        exact = gross * percent / divisor / unit
        nearest = floor(exact + Fraction(1, 2))
        expected = {"floor": floor(exact), "round": nearest, "ceil": ceil(exact)}[way]
        assert Fraction(tax.tax) == expected * unit


@given(documents())
def test_nothing_is_lost_between_the_lines_and_the_total(written):
    estimate, lines = written

    sums = estimate.sums_of(lines)

    bases = sum(tax.base for tax in sums.taxes)
    assert sums.total == bases + sums.tax_total
    net = sums.subtotal - sums.discount
    assert (bases + sums.tax_total if estimate.is_tax_inclusive else bases) == net


@given(documents(), st.randoms())
def test_the_order_of_lines_changes_no_sum(written, random):
    estimate, lines = written
    estimate.discount_percent = estimate.discount_amount = Decimal(0)
    shuffled = random.sample(lines, len(lines))

    assert estimate.sums_of(lines).total == estimate.sums_of(shuffled).total
