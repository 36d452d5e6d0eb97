"""Paying an invoice through the test provider."""

from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.models import Event, Invoice, Payment, Visitor
from portal.payments import Checkout, ProviderUnavailable, TestProvider
from portal.views.customer.payments import leave_by_link
from tests.factories import line, make_visitor
from tests.portal.opened import address, kinds, link_to, nothing_happened, open_invoice

pytestmark = pytest.mark.django_db


def pay(client: Client, invoice: Invoice, **data: object):
    return client.post(address(invoice, "link-pay"), data)


def at_provider(client: Client, result: str):
    """Do on the newest payment's test page what the button of this name does."""
    reference = Payment.objects.latest("pk").reference
    return client.post(reverse("portal:payment-test", args=[reference]), {"result": result})


def current(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


@pytest.fixture(autouse=True)
def test_payments(settings):
    settings.PAYMENTS_TEST_PROVIDER = True


# spec 22
def test_the_confirm_page_starts_nothing(client):
    answer = client.get(address(open_invoice(), "link-pay"))

    assert "Pay ¥11,000" in answer.text
    assert nothing_happened()


def test_a_payment_that_succeeds_settles_the_invoice(client):
    invoice = open_invoice()

    pay(client, invoice)
    page = client.get(at_provider(client, "succeed").url)

    assert "Payment received" in page.text
    assert current(invoice).status == Invoice.Status.PAID
    assert kinds() == ["invoice.viewed", "invoice.paid"]


# spec 101
def test_the_event_says_how_much_came_and_what_is_left(client):
    pay(client, open_invoice())
    at_provider(client, "succeed")

    facts = Event.objects.latest("pk").facts
    assert (facts["amount"], facts["balance"], facts["currency"]) == ("11000", "0", "JPY")


# spec 92
@pytest.mark.parametrize(
    ("result", "status", "words"),
    [
        ("fail", Payment.Status.FAILED, "The payment did not go through"),
        ("abandon", Payment.Status.ABANDONED, "You left without paying"),
    ],
)
def test_a_payment_that_comes_to_nothing_leaves_the_invoice_as_it_was(
    client, result, status, words
):
    invoice = open_invoice()

    pay(client, invoice)
    page = client.get(at_provider(client, result).url)

    assert words in page.text
    assert "Payment received" not in page.text
    assert Payment.objects.get().status == status
    assert (current(invoice).balance, current(invoice).status) == (11000, "sent")
    assert current(invoice).pending_payment is None
    assert "invoice.paid" not in kinds()


def test_after_a_failure_one_can_try_again(client):
    invoice = open_invoice()
    pay(client, invoice)
    at_provider(client, "fail")

    pay(client, invoice)
    at_provider(client, "succeed")

    assert current(invoice).status == Invoice.Status.PAID


# spec 75, 76
def test_a_second_payment_waits_for_the_first(client):
    invoice = open_invoice()
    pay(client, invoice)

    second = pay(Client(), invoice)

    assert second.status_code == 409
    assert "A payment is under way" in second.text
    assert Payment.objects.count() == 1


def test_a_payment_under_way_can_be_continued(client):
    invoice = open_invoice()
    checkout = pay(client, invoice).url

    page = client.get(address(invoice, "link-pay"))

    assert checkout in page.text


def test_a_payment_under_way_can_be_cancelled(client):
    invoice = open_invoice()
    pay(client, invoice)

    pay(client, invoice, cancel=Payment.objects.get().reference)

    assert Payment.objects.get().status == Payment.Status.ABANDONED
    assert current(invoice).pending_payment is None
    assert pay(client, invoice).status_code == 302


def test_cancelling_what_ended_already_changes_nothing(client):
    invoice = open_invoice()
    pay(client, invoice)
    at_provider(client, "succeed")

    answer = pay(client, invoice, cancel=Payment.objects.get().reference)

    assert answer.url == address(invoice)
    assert Payment.objects.get().status == Payment.Status.SUCCEEDED


# spec 77, 78
def test_the_money_counts_once_however_often_we_hear_of_it(client):
    invoice = open_invoice()
    pay(client, invoice)

    for _again in range(2):
        at_provider(client, "succeed")
        client.post(reverse("portal:payment-return", args=[Payment.objects.get().reference]))

    assert kinds().count("invoice.paid") == 1
    assert current(invoice).balance == 0


def test_money_that_arrives_after_all_counts(client):
    invoice = open_invoice()
    pay(client, invoice)
    at_provider(client, "abandon")

    at_provider(client, "succeed")

    assert current(invoice).status == Invoice.Status.PAID


# spec 82
@pytest.mark.parametrize("field", ["amount", "balance", "total", "currency"])
def test_the_amount_is_ours_to_say(client, field):
    pay(client, open_invoice(), **{field: "1"})

    assert Payment.objects.get().amount == 11000


# spec 83
@pytest.mark.parametrize(
    ("currency", "rate", "amount"), [("JPY", 10_000, "¥11,000"), ("USD", "99.99", "$109.98")]
)
def test_yen_have_no_decimals_and_dollars_have_two(client, currency, rate, amount):
    invoice = open_invoice(currency=currency, lines=[line(rate=Decimal(rate))])

    page = client.get(pay(client, invoice).url)

    assert amount in page.text


# spec 89
def test_a_paid_invoice_opens_and_asks_for_nothing(client):
    invoice = open_invoice()
    pay(client, invoice)
    at_provider(client, "succeed")

    page = client.get(address(invoice))

    assert page.status_code == 200
    assert address(invoice, "link-pay") not in page.text


# spec 90
@pytest.mark.parametrize(
    "fields", [{"status": "paid"}, {"lines": [line(rate=Decimal(0))]}, {"status": "void"}]
)
def test_where_nothing_is_due_nothing_is_started(client, fields):
    answer = pay(client, open_invoice(**fields))

    assert answer.status_code == 409
    assert not Payment.objects.exists()


# spec 90
def test_nothing_is_owed_on_a_settled_invoice_even_between_two_clicks():
    invoice = open_invoice()
    visitor = make_visitor(invoice)
    now = timezone.now()
    payment = Payment.objects.start(invoice, visitor, provider="test", now=now)
    payment.settle(provider_id="1", method="test", now=now)

    with pytest.raises(Invoice.NothingDue):
        Payment.objects.start(invoice, visitor, provider="test", now=now)


# spec 91
def test_without_a_provider_the_customer_reads_what_to_do_instead(client, settings):
    settings.PAYMENTS_TEST_PROVIDER = False
    invoice = open_invoice()

    page = client.get(address(invoice))
    answer = pay(client, invoice)

    assert "Online payment is not available" in page.text
    assert "provider" not in page.text
    assert answer.status_code == 409
    assert nothing_happened()


# spec 97
def test_the_provider_never_learns_the_links_token(client):
    invoice = open_invoice()
    token = link_to(invoice).token

    location = pay(client, invoice).url
    payment = Payment.objects.get()
    back = reverse("portal:payment-return", args=[payment.reference])

    assert token not in location
    assert token not in client.get(location).text
    assert token not in back
    assert payment.reference not in token


def test_back_from_the_provider_the_page_leads_to_the_invoice(client):
    invoice = open_invoice()
    pay(client, invoice)

    page = client.get(at_provider(client, "succeed").url)

    assert f'href="{address(invoice)}"' in page.text
    assert invoice.number in page.text


def test_whoever_only_knows_the_payments_name_learns_nothing_more(client):
    invoice = open_invoice()
    pay(client, invoice)

    page = Client().get(at_provider(client, "succeed").url)

    assert "Payment received" in page.text
    for secret in (link_to(invoice).token, invoice.number, "11,000", invoice.organisation.name):
        assert secret not in page.text


def test_a_cookie_of_one_payment_opens_no_other(client):
    one, other = open_invoice(), open_invoice()
    pay(client, one)
    first = Payment.objects.latest("pk")
    pay(client, other)
    second = Payment.objects.latest("pk")
    stranger = Client()
    stolen = client.cookies[f"payment-{first.reference}"].value
    stranger.cookies[f"payment-{second.reference}"] = stolen

    page = stranger.get(reverse("portal:payment-return", args=[second.reference]))

    assert link_to(other).token not in page.text
    assert link_to(one).token not in page.text


# spec 92, 96
def test_coming_back_too_early_is_called_waiting(client):
    pay(client, open_invoice())
    back = reverse("portal:payment-return", args=[Payment.objects.get().reference])

    page = client.get(back)
    asked = client.post(back)

    assert "We are waiting for the payment" in page.text
    assert "data-submit-now" in page.text
    assert "data-submit-now" not in client.get(asked.url).text


# spec 98
def test_anybody_with_the_link_may_pay(client):
    invoice = open_invoice()
    client.get(address(invoice))

    pay(Client(), invoice)
    at_provider(Client(), "succeed")

    assert current(invoice).status == Invoice.Status.PAID


@pytest.mark.parametrize("address_of", ["payment-test", "payment-return"])
def test_an_unknown_payment_is_not_found(client, address_of):
    assert client.get(reverse(f"portal:{address_of}", args=["unknown"])).status_code == 404


def test_the_test_page_does_not_exist_where_real_money_moves(client, settings):
    pay(client, open_invoice())
    settings.PAYMENTS_TEST_PROVIDER = False

    assert at_provider(client, "succeed").status_code == 404
    assert Payment.objects.get().status == Payment.Status.PENDING


def test_the_test_page_says_plainly_what_it_is(client):
    page = client.get(pay(client, open_invoice()).url)

    assert "Test payment: no money moves" in page.text


def test_the_test_page_understands_three_words(client):
    pay(client, open_invoice())

    assert at_provider(client, "please").status_code == 400
    assert Payment.objects.get().status == Payment.Status.PENDING


def test_an_ended_test_payment_leads_to_its_result(client):
    location = pay(client, open_invoice()).url
    at_provider(client, "fail")

    assert "/pay/return/" in client.get(location).url


def customers_request(rf, invoice: Invoice):
    """A request that has come through the door."""
    request = rf.post("/")
    request.visitor = Visitor(link_to(invoice), browser="first")
    request.is_preview = False
    return request


def test_to_another_site_a_link_leads_and_no_form(client, rf):
    class Elsewhere(TestProvider):
        def start(self, payment: Payment, return_url: str) -> Checkout:
            assert urlsplit(return_url).path == f"/pay/return/{payment.reference}/"
            return Checkout("https://pay.example/checkout")

    invoice = open_invoice()
    request = customers_request(rf, invoice)
    payment = Payment.objects.start(invoice, request.visitor, provider="test", now=timezone.now())

    answer = leave_by_link(request, link_to(invoice).token, payment, Elsewhere())

    assert answer.url == address(invoice, "link-pay") + "?go"
    assert 'href="https://pay.example/checkout"' in client.get(answer.url).text


def test_a_provider_that_does_not_answer_charges_nothing(rf):
    class Away(TestProvider):
        def start(self, payment: Payment, return_url: str) -> Checkout:
            raise ProviderUnavailable

    invoice = open_invoice()
    request = customers_request(rf, invoice)
    payment = Payment.objects.start(invoice, request.visitor, provider="test", now=timezone.now())

    answer = leave_by_link(request, link_to(invoice).token, payment, Away())

    assert answer.status_code == 503
    assert "cannot be reached" in answer.text
    assert Payment.objects.get().status == Payment.Status.FAILED
    assert current(invoice).pending_payment is None
