"""The dashboard: what is owed, for how long, what came in, and how to begin."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import figures
from portal.access import invoices_for, payments_for
from portal.models import Invoice, Payment, Refund
from tests.factories import (
    NOON,
    ContactFactory,
    MembershipFactory,
    make_estimate,
    make_invoice,
    make_visitor,
    record_payment,
)

TODAY = date(2026, 11, 23)

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def contact(member):
    return ContactFactory(customer__organisation=member.organisation)


@pytest.fixture
def dashboard(client, member):
    client.force_login(member.user)
    address = reverse("portal:dashboard", args=[member.organisation.slug])

    def look(**query):
        return client.get(address, query)

    return look


def pay(invoice, settled_at):
    payment = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=settled_at)
    payment.settle(provider_id=payment.reference, method="card", now=settled_at)


@pytest.mark.parametrize(
    ("late", "age"),
    [(-30, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)],
)
def test_what_is_owed_stands_in_one_age(member, contact, late, age):
    make_invoice(contact=contact, due_date=TODAY - timedelta(days=late))

    owed = figures.owed_by_age(invoices_for(member), TODAY)

    assert [place for place, amount in enumerate(owed["JPY"]) if amount] == [age]
    assert sum(owed["JPY"]) == 11_000


def test_drafts_void_and_paid_invoices_owe_nothing_and_currencies_stay_apart(member, contact):
    for status in ("draft", "void", "paid"):
        make_invoice(contact=contact, status=status)
    make_invoice(contact=contact, currency="USD")
    make_invoice()  # of another organisation  # spec 124

    owed = figures.owed_by_age(invoices_for(member), TODAY)

    assert {currency: sum(amounts) for currency, amounts in owed.items()} == {"USD": 11_000}


def test_twelve_months_end_with_this_one(member, contact):
    for day in (date(2025, 11, 30), date(2025, 12, 1), date(2026, 11, 23)):
        make_invoice(contact=contact, issue_date=day)
    make_invoice(contact=contact, issue_date=TODAY, status=Invoice.Status.DRAFT)
    make_invoice(contact=contact, issue_date=TODAY, status=Invoice.Status.VOID)

    months = figures.invoiced_by_month(invoices_for(member), TODAY)["JPY"]

    assert months == [11_000, *[0] * 10, 11_000]


def test_money_counts_in_the_month_of_the_organisations_calendar(member, contact):
    tokyo = ZoneInfo("Asia/Tokyo")
    pay(make_invoice(contact=contact), datetime(2026, 11, 1, 0, 30, tzinfo=tokyo))
    pay(make_invoice(contact=contact), datetime(2026, 10, 31, 23, 30, tzinfo=tokyo))
    pay(make_invoice(contact=contact), datetime(2025, 11, 30, 23, 30, tzinfo=tokyo))

    months = figures.received_by_month(payments_for(member), TODAY)["JPY"]

    assert months == [*[0] * 10, 11_000, 11_000]


def test_what_went_back_did_not_come_in(member, contact):
    invoice = make_invoice(contact=contact)
    payment = record_payment(invoice)
    payment.refund(
        Refund(
            payment=payment,
            invoice=invoice,
            amount=Decimal(1_000),
            method="cash",
            refund_date=TODAY,
            created_at=NOON,
        )
    )

    months = figures.received_by_month(payments_for(member), TODAY)["JPY"]

    assert months[-1] == 10_000


def test_bars_are_to_scale():
    flow = figures.draw_flow(
        [Decimal(0)] * 11 + [Decimal(400)], [Decimal(0)] * 11 + [Decimal(100)], "JPY", TODAY
    )
    ages = figures.draw_ages([Decimal(400), Decimal(100), Decimal(0), Decimal(0), Decimal(0)])

    last = flow.months[-1]
    assert (flow.top, last.invoiced_height, last.received_height) == ("¥400", 160, 40)
    assert (last.name, last.label) == ("Nov 2026", "Nov")
    assert [age.width for age in ages[:3]] == ["100.00%", "25.00%", "0.00%"]


def test_nothing_but_zeros_can_be_drawn():
    nothing = [Decimal(0)] * 12

    assert {
        month.invoiced_height for month in figures.draw_flow(nothing, nothing, "JPY", TODAY).months
    } == {0}
    assert {age.width for age in figures.draw_ages(nothing[:5])} == {"0.00%"}


def test_the_pictures_say_in_words_what_they_show(dashboard, contact):
    make_invoice(contact=contact, due_date=timezone.localdate() - timedelta(days=45))

    page = dashboard().text

    assert page.count('role="img"') == 2
    assert "31 to 60 days late: ¥11,000." in page
    assert page.count("Show as table") == 2
    assert "style=" not in page


def test_one_currency_is_shown_and_the_others_are_a_link_away(dashboard, contact):
    make_invoice(contact=contact)
    make_invoice(contact=contact, currency="USD")

    own, dollars, invented = dashboard(), dashboard(currency="USD"), dashboard(currency="XXX")

    assert own.context["charts"]["currency"] == "JPY"
    assert '<a href="?currency=USD">USD</a>' in own.text
    assert dollars.context["charts"]["currency"] == "USD"
    assert invented.context["charts"]["currency"] == "JPY"


def test_the_dashboard_costs_as_many_queries_for_many_documents_as_for_few(
    dashboard, contact, django_assert_num_queries
):
    def write():
        invoice = make_invoice(contact=contact, currency="USD")
        pay(invoice, timezone.now())
        make_estimate(contact=contact)
        make_invoice(contact=contact)

    write()
    dashboard()
    with django_assert_num_queries(16) as few:
        dashboard()
    for _ in range(10):
        write()

    with django_assert_num_queries(len(few)):
        dashboard()


# First steps


def test_a_fresh_start_is_led_through_the_first_steps(dashboard, member):
    page = dashboard().text

    assert page.count('<li class="done">') == 0
    assert reverse("portal:customer-new", args=[member.organisation.slug]) in page
    assert 'role="img"' not in page


def test_steps_tick_themselves_off(dashboard, contact):
    with_customer = dashboard().text
    make_estimate(contact=contact, status="draft", sent_at=None)
    with_draft = dashboard().text
    make_estimate(contact=contact)

    assert with_customer.count('<li class="done">') == 1
    assert with_draft.count('<li class="done">') == 2
    assert "First steps" not in dashboard().text


def test_connecting_cliq_is_a_step_for_admins(client, connection):
    address = reverse("portal:dashboard", args=[connection.organisation.slug])
    client.force_login(connection.grant.user)
    connected = client.get(address).text
    connection.delete()

    unconnected = client.get(address).text
    client.force_login(MembershipFactory(organisation=connection.organisation).user)

    assert connected.count('<li class="done">') == 1
    assert unconnected.count('<li class="done">') == 0
    assert "Connect Zoho Cliq" in unconnected
    assert "Connect Zoho Cliq" not in client.get(address).text


def test_whoever_hides_the_steps_hides_them_for_oneself(client, dashboard, member):
    colleague = MembershipFactory(organisation=member.organisation)

    answer = client.post(reverse("portal:settle-in", args=[member.organisation.slug]))
    hidden = dashboard().text
    client.force_login(colleague.user)

    assert answer.url == reverse("portal:dashboard", args=[member.organisation.slug])
    assert "First steps" not in hidden
    assert "First steps" in dashboard().text
