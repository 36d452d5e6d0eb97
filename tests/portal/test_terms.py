"""When an invoice is due."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.models import PaymentTerms


@pytest.mark.parametrize(
    ("terms", "issued", "due"),
    [
        ("on_receipt", date(2026, 11, 23), date(2026, 11, 23)),
        ("net_15", date(2026, 11, 23), date(2026, 12, 8)),
        ("net_30", date(2026, 1, 31), date(2026, 3, 2)),
        ("net_45", date(2026, 11, 23), date(2027, 1, 7)),
        ("net_60", date(2026, 11, 23), date(2027, 1, 22)),
        ("end_of_month", date(2028, 2, 1), date(2028, 2, 29)),
        ("end_of_month", date(2026, 12, 31), date(2026, 12, 31)),
        ("end_of_next_month", date(2026, 1, 31), date(2026, 2, 28)),
        ("end_of_next_month", date(2026, 11, 30), date(2026, 12, 31)),
        ("end_of_next_month", date(2026, 12, 1), date(2027, 1, 31)),
        ("custom", date(2026, 11, 23), None),
        ("net_30", date(9999, 12, 31), None),
        ("end_of_next_month", date(9999, 12, 31), None),
    ],
)
def test_terms_give_the_due_date(terms, issued, due):
    assert PaymentTerms(terms).due_date(issued) == due


@given(st.sampled_from(PaymentTerms), st.dates())
def test_nothing_is_due_before_it_was_issued(terms, issued):
    due = terms.due_date(issued)

    assert due is None or 0 <= (due - issued).days <= 61
