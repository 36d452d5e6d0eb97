"""A customer's account over a period."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pypdf import PdfReader

from portal.models import Invoice, Payment, Refund
from portal.statements import Period, currencies_of, statement_of
from portal.templatetags.books import statement_entry
from tests.factories import (
    NOON,
    ContactFactory,
    UserFactory,
    line,
    make_invoice,
    make_visitor,
    record_payment,
)
from tests.portal.guests import come_in, home_of
from tests.portal.test_ledger import refund_of

pytestmark = pytest.mark.django_db

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = Period(date(2026, 12, 1), date(2026, 12, 31))


@pytest.fixture
def contact():
    return ContactFactory(email="hanako@customer.example")


def billed(contact, day: date, **fields) -> Invoice:
    return make_invoice(contact=contact, issue_date=day, **fields)


def paid(invoice: Invoice, moment: datetime) -> Payment:
    visitor = make_visitor(invoice)
    payment = Payment.objects.start(invoice, visitor, provider="test", now=moment)
    payment.settle(provider_id=payment.reference, method="card", now=moment)
    return payment


def give_back(payment: Payment, amount: int, invoice: Invoice, day: date) -> None:
    facts = {"amount": Decimal(amount), "invoice": invoice, "method": "cash", "refund_date": day}
    payment.refund(Refund(payment=payment, created_at=NOON, **facts))


def test_an_account_opens_where_it_stood_and_closes_where_it_stands(contact):
    paid(billed(contact, date(2026, 9, 1)), datetime(2026, 10, 1, 3, tzinfo=UTC))
    left = billed(contact, date(2026, 10, 5))
    billed(contact, date(2026, 11, 10))
    paid(left, datetime(2026, 11, 12, 3, tzinfo=UTC))
    billed(contact, date(2026, 12, 1))

    statement = statement_of(contact.customer, "JPY", NOVEMBER)

    assert statement.opening == 11_000
    assert [(entry.amount, entry.balance) for entry in statement.entries] == [
        (11_000, 22_000),
        (-11_000, 11_000),
    ]
    assert (statement.invoiced, statement.paid, statement.closing) == (11_000, 11_000, 11_000)


def test_both_ends_of_the_period_count_where_the_organisation_is(contact):
    first, second = billed(contact, NOVEMBER.first), billed(contact, NOVEMBER.last)
    paid(first, datetime.fromisoformat("2026-11-30T23:59:59+09:00"))
    paid(second, datetime.fromisoformat("2026-12-01T00:00:00+09:00"))

    statement = statement_of(contact.customer, "JPY", NOVEMBER)

    assert [entry.amount for entry in statement.entries] == [11_000, 11_000, -11_000]


def test_drafts_void_invoices_and_failed_payments_do_not_count(contact):
    billed(contact, NOVEMBER.first, status="draft")
    billed(contact, NOVEMBER.first, status="void")
    invoice = billed(contact, NOVEMBER.first)
    moment = datetime(2026, 11, 3, 3, tzinfo=UTC)
    failed = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=moment)
    failed.give_up(Payment.Status.FAILED)

    statement = statement_of(contact.customer, "JPY", NOVEMBER)

    assert [entry.invoice for entry in statement.entries] == [invoice]


def test_money_that_went_back_is_owed_again(contact):
    invoice = billed(contact, date(2026, 10, 1))
    payment = record_payment(invoice, payment_date=date(2026, 10, 20))
    give_back(payment, 4_000, invoice, date(2026, 11, 20))
    invoice.refresh_from_db()

    november = statement_of(contact.customer, "JPY", NOVEMBER)
    december = statement_of(contact.customer, "JPY", DECEMBER)

    assert [(entry.amount, entry.balance) for entry in november.entries] == [(4_000, 4_000)]
    assert (november.opening, november.paid) == (0, -4_000)
    assert november.closing == december.opening == invoice.balance == 4_000
    assert statement_entry(november.entries[0]) == f"Refund · Cash · {invoice.number}"


def test_what_staff_recorded_later_stands_on_the_day_that_it_came(client, contact):
    record_payment(billed(contact, date(2026, 10, 1)), payment_date=date(2026, 10, 20))
    come_in(client, contact.email)

    statement = statement_of(contact.customer, "JPY", NOVEMBER)  # recorded in November
    page = client.get(home_of(contact, "payments")).text

    assert (statement.opening, statement.entries) == (0, [])
    assert "Oct 20, 2026" in page


def test_a_statement_until_the_end_of_time_is_nothing_special(client, contact):
    come_in(client, contact.email)

    answer = client.get(home_of(contact, "statement") + "?first=0001-01-01&last=9999-12-31")

    assert answer.status_code == 200


def test_money_counts_on_the_day_it_came_whenever_it_was_recorded(contact):
    invoice = billed(contact, date(2026, 10, 5))

    record_payment(invoice, payment_date=date(2026, 10, 30))

    november = statement_of(contact.customer, "JPY", NOVEMBER)
    assert (november.opening, november.entries) == (0, [])


# spec 88
def test_what_went_back_raises_the_account_again(contact):
    payment = record_payment(billed(contact, date(2026, 10, 5)), payment_date=NOVEMBER.first)
    refund_of(payment, 4_000, payment.invoices.get(), refund_date=NOVEMBER.first)

    statement = statement_of(contact.customer, "JPY", NOVEMBER)

    assert [(entry.amount, entry.balance) for entry in statement.entries] == [
        (-11_000, 0),
        (4_000, 4_000),
    ]
    assert (statement.paid, statement.closing) == (7_000, 4_000)


def test_a_refund_is_named_on_the_page_and_on_paper(client, contact):
    payment = record_payment(billed(contact, date(2026, 10, 5)), payment_date=NOVEMBER.first)
    refund_of(payment, 4_000, payment.invoices.get(), refund_date=NOVEMBER.last)
    come_in(client, contact.email)
    query = "?first=2026-11-01&last=2026-11-30&currency=JPY"

    page = client.get(home_of(contact, "statement") + query).text
    paper = client.get(home_of(contact, "statement-pdf") + query).content

    assert f"Refund · Cash · {payment.invoices.get().number}" in page
    assert "Refund" in PdfReader(io.BytesIO(paper)).pages[0].extract_text()


def test_what_was_recorded_by_mistake_never_stands_on_it(contact):
    payment = record_payment(billed(contact, NOVEMBER.first))
    payment.void(by=UserFactory(), now=NOON)

    statement = statement_of(contact.customer, "JPY", NOVEMBER)

    assert [entry.amount for entry in statement.entries] == [11_000]


def test_each_currency_has_an_account_of_its_own(contact):
    billed(contact, NOVEMBER.first)
    billed(contact, NOVEMBER.first, currency="USD", lines=[line(rate=Decimal("99.50"))])

    dollars = statement_of(contact.customer, "USD", NOVEMBER)

    assert currencies_of(contact.customer) == ["JPY", "USD"]
    assert dollars.closing == Decimal("109.45")


def test_another_customers_invoices_stand_elsewhere(contact):
    billed(ContactFactory(customer__organisation=contact.customer.organisation), NOVEMBER.first)

    assert statement_of(contact.customer, "JPY", NOVEMBER).entries == []


def test_the_page_shows_the_period_that_the_address_asks_for(client, contact):
    invoice = billed(contact, date(2026, 11, 10))
    come_in(client, contact.email)

    page = client.get(home_of(contact, "statement") + "?first=2026-11-01&last=2026-11-30").text

    assert "November 1, 2026 to November 30, 2026" in page
    assert f"Invoice {invoice.number}" in page
    assert page.count("¥11,000") == 3


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("first=2026-11-30&last=2026-11-01", "ends before it begins"),
        ("first=yesterday&last=2026-11-01", "Enter a valid date"),
        ("first=&last=", "This field is required"),
    ],
)
def test_an_impossible_period_is_explained(client, contact, query, words):
    come_in(client, contact.email)

    answer = client.get(f"{home_of(contact, 'statement')}?{query}")

    assert answer.status_code == 422
    assert words in answer.text


def test_an_unknown_currency_is_the_usual_one(client, contact):
    come_in(client, contact.email)

    page = client.get(
        home_of(contact, "statement") + "?first=2026-11-01&last=2026-11-30&currency=X"
    )

    assert "JPY" in page.text


def test_the_statement_comes_as_pdf(client, contact):
    billed(contact, date(2026, 11, 10))
    come_in(client, contact.email)
    query = "?first=2026-11-01&last=2026-11-30&currency=JPY"

    answer = client.get(home_of(contact, "statement-pdf") + query)

    assert answer["Content-Type"] == "application/pdf"
    assert "statement-2026-11-01-2026-11-30.pdf" in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF")
