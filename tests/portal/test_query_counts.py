"""A page of twenty rows costs as many queries as a page of two, and no page loads files."""

import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Comment, Payment, Refund
from portal.uploads import Upload
from tests.factories import (
    NOON,
    ContactFactory,
    MembershipFactory,
    line,
    make_visitor,
    unsaved_payment,
)
from tests.portal.guests import come_in, home_of
from tests.portal.opened import open_estimate, open_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return MembershipFactory(admin=True)


@pytest.fixture
def contact(admin):
    customer = {"customer__organisation": admin.organisation, "customer__name": "Sakura"}
    return ContactFactory(email="hanako@customer.example", **customer)


@pytest.fixture
def books(client, admin, contact):
    client.force_login(admin.user)
    come_in(client, contact.email)
    return client


def live(contact, admin) -> None:
    """What a customer and staff do in a while."""
    open_estimate(contact=contact)
    first, second = open_invoice(contact=contact), open_invoice(contact=contact)
    payment = unsaved_payment(contact.customer, 15_000)
    payment.record({first: first.balance, second: Decimal(1_000)}, by=admin.user, now=NOON)
    facts = {"amount": Decimal(500), "method": "cash", "refund_date": NOON.date()}
    payment.refund(
        Refund(payment=payment, invoice=second, refunded_by=admin.user, created_at=NOON, **facts)
    )


def live_with(invoice, payment, admin) -> None:
    """The same, all about one invoice and one payment."""
    payment.refresh_from_db()
    invoice.refresh_from_db()
    payment.apply(invoice, Decimal(100), by=admin.user, now=NOON)
    other = open_invoice(contact=invoice.contact)
    payment.apply(other, Decimal(100), by=admin.user, now=NOON)
    facts = {"amount": Decimal(10), "method": "cash", "refund_date": NOON.date()}
    payment.refund(
        Refund(payment=payment, invoice=other, refunded_by=admin.user, created_at=NOON, **facts)
    )
    upload = Upload("plan.pdf", "application/pdf", b"%PDF-1.7")
    Comment.objects.add_from_customer(
        invoice, make_visitor(invoice), "?", key=uuid.uuid4(), now=NOON, uploads=[upload] * 2
    )
    lost = Payment.objects.start(other, make_visitor(other), provider="test", now=NOON)
    lost.give_up(Payment.Status.FAILED)


def queries_of(books, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = books.get(address)
    assert answer.status_code == 200, address
    assert not any('"content"' in query["sql"] for query in asked.captured_queries)
    return len(asked)


LISTS = ["payment-list", "audit-log", "search", "notification-list", "dashboard", "customer-list"]
HOME = ["page", "invoices", "estimates", "payments", "statement"]


@pytest.mark.parametrize("page", [*LISTS, *HOME, "customer-payment", "customer-detail"])
def test_twenty_rows_of_a_list_cost_as_many_queries_as_two(books, admin, contact, page):
    slug = admin.organisation.slug
    if page in HOME:
        address = home_of(contact, page) + "?first=2026-01-01&last=2026-12-31"
    elif page in LISTS:
        query = "" if page == "audit-log" else "?q=Sakura"
        address = reverse(f"portal:{page}", args=[slug]) + query
    else:
        address = reverse(f"portal:{page}", args=[slug, contact.customer.pk])
    for _n in range(2):
        live(contact, admin)
    books.get(address)
    few = queries_of(books, address)
    for _n in range(18):
        live(contact, admin)

    many = queries_of(books, address)

    assert many <= few


@pytest.mark.parametrize("page", ["invoice", "payment", "link"])
def test_a_long_story_costs_as_many_queries_as_a_short_one(books, admin, contact, page):
    invoice = open_invoice(contact=contact, lines=[line(rate=Decimal(100_000))])
    payment = unsaved_payment(contact.customer, 1_000_000)
    payment.record({}, by=admin.user, now=NOON)
    slug = admin.organisation.slug
    if page == "invoice":
        address = reverse("portal:invoice-detail", args=[slug, invoice.number])
    elif page == "payment":
        address = reverse("portal:payment-detail", args=[slug, payment.pk])
    else:
        address = reverse("portal:link", args=[make_visitor(invoice).link.token])
    for _n in range(2):
        live_with(invoice, payment, admin)
    books.get(address)
    few = queries_of(books, address)
    for _n in range(10):
        live_with(invoice, payment, admin)

    many = queries_of(books, address)

    assert many <= few
