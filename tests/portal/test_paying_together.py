"""Several invoices paid at once, from the customer's home."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import Event, Invoice, Payment
from tests.factories import ContactFactory, CustomerFactory, line
from tests.portal.guests import come_in, home_of
from tests.portal.opened import address, kinds, open_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact():
    return ContactFactory(email="hanako@customer.example")


@pytest.fixture
def home(client, contact):
    """The contact's browser."""
    come_in(client, contact.email)
    return client


@pytest.fixture
def two(contact):
    return [open_invoice(contact=contact), open_invoice(contact=contact)]


def choose(home, contact, *invoices: Invoice, currency: str = "JPY", **words: str):
    numbers = [invoice.number for invoice in invoices]
    form = {"currency": currency, "invoice": numbers, **words}
    return home.post(home_of(contact, "pay"), form)


def end(home, result: str):
    """What the customer does on the test provider's page."""
    payment = Payment.objects.latest("pk")
    page = home.post(reverse("portal:payment-test", args=[payment.reference]), {"result": result})
    return home.get(page.url)


def states(*invoices: Invoice) -> list[str]:
    return [Invoice.objects.get(pk=invoice.pk).status for invoice in invoices]


def test_all_invoices_of_a_currency_are_chosen_at_first(home, contact, two):
    open_invoice(contact=contact, currency="USD", lines=[line(rate="99.50")])

    page = home.get(home_of(contact, "pay")).text

    assert page.count("checked") == 3
    assert "<strong>¥22,000</strong>" in page
    assert "<strong>$109.45</strong>" in page


def test_the_home_leads_there_where_there_are_several(home, contact):
    open_invoice(contact=contact)
    before = home.get(home_of(contact)).text
    open_invoice(contact=contact)

    assert home_of(contact, "pay") not in before
    for page in ("page", "invoices"):
        assert home_of(contact, "pay") in home.get(home_of(contact, page)).text


def test_the_server_adds_up_what_is_chosen_and_begins_nothing(home, contact, two):
    page = choose(home, contact, two[1], sum="1")

    assert "<strong>¥11,000</strong>" in page.text
    assert page.text.count("checked") == 1
    assert not Payment.objects.exists()


# spec 101
def test_what_was_chosen_is_paid_at_once_and_announced_one_by_one(home, contact, two):
    left = open_invoice(contact=contact)

    way = choose(home, contact, *two)
    back = end(home, "succeed")

    payment = Payment.objects.get()
    assert way.url == reverse("portal:payment-test", args=[payment.reference])
    assert (payment.amount, payment.contact, payment.link) == (22_000, contact, None)
    assert states(*two, left) == ["paid", "paid", "sent"]
    assert kinds() == ["invoice.paid", "invoice.paid"]
    assert [event.document for event in Event.objects.order_by("pk")] == two
    assert "Payment received" in back.text
    assert home_of(contact) in back.text


@pytest.mark.parametrize("result", ["fail", "abandon"])
def test_what_did_not_work_leaves_all_as_they_were(home, contact, two, result):
    choose(home, contact, *two)

    back = end(home, result)

    assert states(*two) == ["sent", "sent"]
    assert not Event.objects.exists()
    assert home_of(contact, "pay") in back.text
    assert choose(home, contact, *two).status_code == 302


# spec 75
def test_each_waits_for_the_payment_that_is_under_way(home, contact, two):
    choose(home, contact, *two)

    again = choose(home, contact, two[0])
    page = home.get(home_of(contact, "pay")).text

    assert again.status_code == 409
    assert "A payment is under way" in page
    assert "checkbox" not in page
    assert Payment.objects.count() == 1


def test_it_can_be_cancelled_and_begun_anew(home, contact, two):
    choose(home, contact, *two)
    pending = Payment.objects.get()

    home.post(home_of(contact, "pay"), {"cancel": pending.reference})

    pending.refresh_from_db()
    assert pending.status == Payment.Status.ABANDONED
    assert choose(home, contact, two[1]).status_code == 302


# spec 121
def test_a_link_to_one_invoice_neither_shows_nor_cancels_a_payment_of_several(home, contact, two):
    choose(home, contact, *two)
    pending, stranger = Payment.objects.get(), Client()
    page = address(two[0], "link-pay")

    shown = stranger.get(page)
    stranger.post(page, {"cancel": pending.reference})

    assert pending.reference not in shown.text
    assert "¥22,000" not in shown.text
    assert pending.reference not in str(shown.cookies)
    assert Payment.objects.get().status == Payment.Status.PENDING


def test_whoever_is_not_known_learns_nothing_from_the_way_back(home, contact, two):
    choose(home, contact, *two)
    reference = Payment.objects.get().reference

    page = Client().get(reverse("portal:payment-return", args=[reference])).text

    assert two[0].number not in page
    assert home_of(contact) not in page


# spec 111, 112, 124
def test_nobody_elses_invoices_can_be_named(home, contact, two):
    organisation = contact.customer.organisation
    neighbour = ContactFactory(customer=CustomerFactory(organisation=organisation))
    strangers = [open_invoice(contact=other) for other in (neighbour, ContactFactory())]
    strangers[1].number = "ELSEWHERE-1"
    strangers[1].save()

    answers = [choose(home, contact, two[0], other) for other in strangers]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not Payment.objects.exists()


def test_currencies_are_never_mixed(home, contact, two):
    dollars = open_invoice(contact=contact, currency="USD", lines=[line(rate="99.50")])

    answer = choose(home, contact, two[0], dollars)

    assert answer.status_code == 404
    assert not Payment.objects.exists()


def test_nothing_chosen_is_nothing_begun(home, contact, two):
    answer = choose(home, contact)

    assert answer.status_code == 422
    assert "choose at least one" in answer.text


def test_what_was_paid_meanwhile_is_asked_about_once_more(home, contact, two):
    Invoice.objects.filter(pk=two[0].pk).update(status="paid", balance=0)

    answer = choose(home, contact, *two)

    assert answer.status_code == 409
    assert "choose once more" in answer.text
    assert not Payment.objects.exists()


@pytest.mark.parametrize("of", ["page", "pay"])
def test_without_a_provider_nothing_can_be_begun(home, contact, two, settings, of):
    settings.PAYMENTS_TEST_PROVIDER = False

    answer = choose(home, contact, *two) if of == "pay" else home.get(home_of(contact))

    assert "Pay</button>" not in answer.text
    assert not Payment.objects.exists()
