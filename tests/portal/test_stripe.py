"""Paying at Stripe, whose API a small local server stands in for."""

import json
import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.models import Event, Invoice, Payment, StripeAccount
from portal.payments import asking, provider_for
from portal.payments.stripe_amounts import smallest_units
from tests import stripe_api
from tests.factories import (
    ContactFactory,
    MembershipFactory,
    line,
    make_visitor,
    record_payment,
)
from tests.portal.opened import address, kinds, link_to, open_invoice
from tests.portal.test_races import losers, race

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stripe_server():
    with stripe_api.running_stripe() as running:
        yield running


@pytest.fixture
def api(stripe_server, settings):
    """Stripe, empty and obliging, with the project pointed at it."""
    api, settings.STRIPE_API_BASE = stripe_server
    settings.PAYMENTS_TEST_PROVIDER = False
    api.reset()
    return api


def account_of(organisation, **fields) -> StripeAccount:
    defaults = {
        "publishable_key": "pk_test_minato",
        "secret_key": stripe_api.KEY,
        "webhook_secret": stripe_api.SECRET,
        "takes_konbini": True,
    }
    return StripeAccount.objects.create(organisation=organisation, **{**defaults, **fields})


@pytest.fixture
def invoice(api):
    invoice = open_invoice(contact=ContactFactory(language="ja"))
    account_of(invoice.organisation)
    return invoice


def pay(client, invoice, **data):
    return client.post(address(invoice, "link-pay"), data)


def current(row):
    return type(row).objects.get(pk=row.pk)


def tell(client, kind, session, *, secret=stripe_api.SECRET, at=None, to=None, **changed):
    """Send the webhook as Stripe does."""
    body = stripe_api.event_of(f"checkout.session.{kind}", session, **changed)
    account = to or StripeAccount.objects.get()
    return client.post(
        reverse("portal:stripe-webhook", args=[account.reference]),
        body,
        content_type="application/json",
        headers={"Stripe-Signature": stripe_api.signed(body, secret, at)},
    )


def come_back(client):
    """Return from Stripe's page: the page asks by itself, then shows what it learned."""
    back = reverse("portal:payment-return", args=[Payment.objects.latest("pk").reference])
    return client.get(client.post(back).url)


def newest():
    return Payment.objects.latest("pk")


# Leaving for Stripe.


# spec 82, 83
@pytest.mark.parametrize(
    ("currency", "rate", "units"), [("JPY", "10000", 11_000), ("USD", "99.99", 10_998)]
)
def test_the_server_says_how_much_in_the_currencys_smallest_unit(
    client, api, currency, rate, units
):
    invoice = open_invoice(currency=currency, lines=[line(rate=Decimal(rate))])
    account_of(invoice.organisation)

    pay(client, invoice, amount="1", unit_amount="1")

    [(_method, path, form)] = api.asked
    assert path == "/v1/checkout/sessions"
    assert form["line_items[0][price_data][unit_amount]"] == str(units)
    assert form["line_items[0][price_data][currency]"] == currency.lower()


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("500", "JPY", 500),
        ("5", "KRW", 5),
        ("5", "ISK", 500),
        ("1.5", "BHD", 1500),
        ("0.1", "EUR", 10),
    ],
)
def test_smallest_units_are_counted_as_stripe_does(amount, currency, units):
    assert smallest_units(Decimal(amount), currency) == units


def test_half_a_yen_is_no_amount():
    with pytest.raises(ValueError, match="whole number"):
        smallest_units(Decimal("0.5"), "JPY")


# spec 97
def test_stripe_learns_our_reference_and_never_the_links_token(client, api, invoice):
    token = link_to(invoice).token

    pay(client, invoice)

    told = json.dumps(api.asked)
    assert token not in told
    assert newest().reference in told
    assert invoice.number in told


def test_a_link_of_our_page_leads_to_stripe_and_no_form(client, invoice):
    answer = pay(client, invoice)
    page = client.get(answer.url)

    assert answer.url.endswith("?go")
    assert f'href="https://checkout.stripe.example/c/{newest().checkout_name}"' in page.text
    assert "data-follow" in page.text
    assert "data-follow" not in client.get(address(invoice, "link-pay")).text


@pytest.mark.parametrize(
    ("currency", "rate", "methods"),
    [
        ("JPY", "10000", ["card", "konbini", "customer_balance"]),
        ("JPY", "10", ["card", "customer_balance"]),
        ("JPY", "300000", ["card", "customer_balance"]),
        ("USD", "100", ["card"]),
    ],
)
def test_only_ways_that_take_the_amount_are_offered(client, api, currency, rate, methods):
    invoice = open_invoice(currency=currency, lines=[line(rate=Decimal(rate))])
    account_of(invoice.organisation, takes_bank_transfers=True)

    pay(client, invoice)

    _method, _path, form = api.asked[-1]
    offered = [value for name, value in form.items() if name.startswith("payment_method_types")]
    assert offered == methods


def test_bank_transfers_go_to_one_account_number_per_customer(client, api):
    invoice = open_invoice()
    following = open_invoice(contact=invoice.contact)
    account_of(invoice.organisation, takes_bank_transfers=True)

    pay(client, invoice)
    pay(client, following)

    paths = [path for _method, path, _form in api.asked]
    assert paths.count("/v1/customers") == 1
    assert [form.get("customer") for _m, path, form in api.asked if "sessions" in path] == [
        "cus_1",
        "cus_1",
    ]


def test_dollars_without_cards_cannot_be_paid_and_staff_read_why(client, api):
    invoice = open_invoice(currency="USD")
    account_of(invoice.organisation, takes_cards=False)

    answer = pay(client, invoice)

    assert answer.status_code == 503
    assert api.asked == []
    assert newest().failure == "None of the chosen ways to pay takes this amount."


# spec 91, 92
@pytest.mark.parametrize(
    ("status", "error", "cause"),
    [
        (401, {"message": "Invalid API Key"}, "Stripe does not accept the secret key."),
        (400, {"message": "Amount too small"}, "Stripe says: Amount too small"),
        (500, {"message": "Oops"}, "Stripe says: Oops"),
        (429, {"message": "Too many"}, "Stripe says: Too many"),
    ],
)
def test_a_refusal_leaves_the_invoice_as_it_was(client, api, invoice, status, error, cause):
    api.refuse(status, **error)

    answer = pay(client, invoice)

    assert answer.status_code == 503
    assert "現在、決済ページに接続できません" in answer.text
    assert "Stripe" not in answer.text
    assert (newest().status, newest().failure) == (Payment.Status.FAILED, cause)
    assert (current(invoice).balance, current(invoice).pending_payment) == (11_000, None)


def test_stripe_away_is_said_in_words_too(client, invoice, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    answer = pay(client, invoice)

    assert answer.status_code == 503
    assert newest().failure == "Stripe could not be reached."
    assert current(invoice).pending_payment is None


# Both ways to hear of it.


# spec 77, 78, 94, 101
@pytest.mark.parametrize("first", ["webhook", "return"])
def test_the_webhook_and_the_return_page_settle_once(client, api, invoice, first):
    pay(client, invoice)
    session = api.paid(newest().checkout_name)
    ways = [lambda: tell(client, "completed", session), lambda: come_back(client)]

    for way in ways if first == "webhook" else reversed(ways):
        way()

    assert kinds().count("invoice.paid") == 1
    assert current(invoice).status == Invoice.Status.PAID
    assert (newest().provider_id, newest().method) == (f"pi_{session['id']}", "card")
    assert "お支払いが完了しました" in come_back(client).text


# spec 78
def test_the_same_message_again_is_harmless(client, api, invoice):
    pay(client, invoice)
    session = api.paid(newest().checkout_name)

    answers = [tell(client, "completed", session).status_code for _again in range(3)]

    assert answers == [200, 200, 200]
    assert Event.objects.filter(kind="invoice.paid").count() == 1
    assert current(invoice).balance == 0


# spec 79
def test_a_message_that_could_not_be_taken_is_taken_when_it_comes_again(client, api, invoice):
    pay(client, invoice)
    session = api.paid(newest().checkout_name)
    tell(client, "completed", session, secret="whsec_wrong")

    tell(client, "completed", session)

    assert current(invoice).status == Invoice.Status.PAID


# spec 100
@pytest.mark.parametrize(
    "wrong",
    [{"secret": "whsec_invented"}, {"at": 1_000_000_000}],
    ids=["another secret", "an old one"],
)
def test_a_wrong_signature_is_refused_and_changes_nothing(client, api, invoice, wrong):
    pay(client, invoice)
    session = api.paid(newest().checkout_name)

    answer = tell(client, "completed", session, **wrong)

    assert answer.status_code == 400
    assert current(invoice).balance == 11_000
    assert StripeAccount.objects.get().heard_at is None


@pytest.mark.parametrize("body", ["", "{}", "[]", "nonsense", "\udcff"])
def test_what_is_not_signed_is_refused(client, invoice, body):
    where = reverse("portal:stripe-webhook", args=[StripeAccount.objects.get().reference])

    answer = client.post(
        where, body.encode("utf-8", "surrogateescape"), content_type="application/json"
    )

    assert answer.status_code == 400


def test_without_its_secret_every_message_is_refused(client, api, invoice):
    StripeAccount.objects.update(webhook_secret="")
    pay(client, invoice)
    session = api.paid(newest().checkout_name)

    assert tell(client, "completed", session, secret="").status_code == 400


# spec 124
def test_another_organisation_settles_nothing_of_ours(client, api, invoice):
    pay(client, invoice)
    session = api.paid(newest().checkout_name)
    foreign = account_of(open_invoice().organisation, webhook_secret="whsec_foreign")

    with_their_secret = tell(client, "completed", session, secret="whsec_foreign", to=foreign)
    ours = StripeAccount.objects.get(organisation=invoice.organisation)
    at_our_address = tell(client, "completed", session, secret="whsec_foreign", to=ours)

    assert (with_their_secret.status_code, at_our_address.status_code) == (200, 400)
    assert current(invoice).balance == 11_000


# spec 82
@pytest.mark.parametrize("changed", [{"amount_total": 1}, {"currency": "krw"}])
def test_another_amount_than_ours_settles_nothing(client, api, invoice, changed):
    pay(client, invoice)
    session = api.paid(newest().checkout_name)

    tell(client, "completed", session, **changed)

    assert current(invoice).balance == 11_000
    assert newest().failure == "Stripe names another amount than the payment has."


def test_messages_about_other_things_are_welcome_and_ignored(client, api, invoice):
    pay(client, invoice)
    session = api.paid(newest().checkout_name)

    other_kind = tell(client, "invented", session)
    other_payment = tell(client, "completed", session, client_reference_id="theirs")

    assert (other_kind.status_code, other_payment.status_code) == (200, 200)
    assert current(invoice).balance == 11_000
    assert StripeAccount.objects.get().heard_at is not None


def test_an_unknown_account_has_no_webhook(client):
    assert client.post(reverse("portal:stripe-webhook", args=["unknown"])).status_code == 404


# Days later, never, or not in time.


# spec 75, 92
def test_a_convenience_store_takes_days_and_blocks_a_second_payment(client, api, invoice):
    pay(client, invoice)
    session = api.promised(newest().checkout_name)

    tell(client, "completed", session)
    page = come_back(client)
    second = pay(Client(), invoice)

    assert newest().status == Payment.Status.PENDING
    assert "https://payments.stripe.example/konbini/voucher" in page.text
    assert "お支払いが完了しました" not in page.text
    assert second.status_code == 409

    api.paid(session["id"], "konbini")
    tell(client, "async_payment_succeeded", api.sessions[session["id"]])

    assert current(invoice).status == Invoice.Status.PAID
    assert Payment.objects.count() == 1


# spec 92
@pytest.mark.parametrize("heard", ["by webhook", "by asking"])
def test_who_does_not_pay_at_the_store_in_time_still_owes(client, api, invoice, heard):
    pay(client, invoice)
    tell(client, "completed", api.promised(newest().checkout_name))
    session = api.not_paid_in_time(newest().checkout_name)

    if heard == "by webhook":
        tell(client, "async_payment_failed", session)
    else:
        come_back(client)

    assert (newest().status, newest().failure) == (Payment.Status.FAILED, "Not paid in time.")
    assert (current(invoice).balance, current(invoice).pending_payment) == (11_000, None)


def test_who_leaves_stripes_page_may_start_again_when_it_has_expired(client, api, invoice):
    pay(client, invoice)
    tell(client, "expired", api.expired(newest().checkout_name))

    again = pay(client, invoice)

    assert again.status_code == 302
    assert list(Payment.objects.order_by("pk").values_list("status", flat=True)) == [
        "abandoned",
        "pending",
    ]


# spec 100
def test_messages_in_the_wrong_order_end_in_the_same(client, api, invoice):
    pay(client, invoice)
    name = newest().checkout_name
    promised = dict(api.promised(name))
    paid = api.paid(name, "konbini")

    tell(client, "async_payment_succeeded", paid)
    tell(client, "completed", promised)
    tell(client, "async_payment_failed", promised)

    assert current(invoice).status == Invoice.Status.PAID
    assert newest().status == Payment.Status.SUCCEEDED


def test_cancelling_closes_stripes_page(client, api, invoice):
    pay(client, invoice)

    pay(client, invoice, cancel=newest().reference)

    assert api.sessions[newest().checkout_name]["status"] == "expired"
    assert newest().status == Payment.Status.ABANDONED
    assert current(invoice).pending_payment is None


def test_a_voucher_can_be_cancelled(client, api, invoice):
    pay(client, invoice)
    session = api.promised(newest().checkout_name)

    pay(client, invoice, cancel=newest().reference)

    assert ("POST", f"/v1/payment_intents/pi_{session['id']}/cancel", {}) in api.asked
    assert newest().status == Payment.Status.ABANDONED


def test_cancelling_what_was_paid_meanwhile_settles_it(client, api, invoice):
    pay(client, invoice)
    api.paid(newest().checkout_name)

    pay(client, invoice, cancel=newest().reference)

    assert current(invoice).status == Invoice.Status.PAID


def test_while_stripe_is_away_nothing_is_cancelled(client, api, invoice):
    pay(client, invoice)
    api.refuse(500, message="Oops")

    answer = pay(client, invoice, cancel=newest().reference)

    assert answer.status_code == 503
    assert newest().status == Payment.Status.PENDING


# Without any message: the sweep.


def sweep(minutes: float) -> int:
    """What the worker does so many minutes from now; how many payments it asked about."""
    now = timezone.now() + timedelta(minutes=minutes)
    due = list(Payment.objects.to_ask_about(now).values_list("pk", flat=True))
    for pk in due:
        asking.ask(pk, now=lambda: now)
    return len(due)


# spec 96
def test_money_of_which_nobody_told_is_found_by_asking(client, api, invoice):
    pay(client, invoice)
    api.paid(newest().checkout_name)

    assert sweep(4) == 0
    assert sweep(6) == 1

    assert current(invoice).status == Invoice.Status.PAID


# spec 96
def test_a_failure_to_ask_on_return_is_called_waiting_and_made_up_for(client, api, invoice):
    pay(client, invoice)
    api.paid(newest().checkout_name)
    api.refuse(500, message="Oops")
    page = come_back(client)
    api.fault = None

    sweep(6)

    assert "お支払いを確認しています" in page.text or "確認" in page.text
    assert current(invoice).status == Invoice.Status.PAID


def test_it_is_asked_often_at_first_and_once_an_hour_later(client, api, invoice):
    pay(client, invoice)
    api.promised(newest().checkout_name)

    looks = [sweep(minutes) for minutes in (6, 8, 12, 119, 125, 150, 180)]

    assert looks == [1, 0, 1, 1, 0, 0, 1]


def test_who_never_learned_of_stripes_page_blocks_nobody(api, invoice):
    Payment.objects.start(invoice, make_visitor(invoice), provider="stripe", now=timezone.now())

    sweep(6)

    assert newest().status == Payment.Status.ABANDONED
    assert current(invoice).pending_payment is None
    assert api.asked == []


def end(payment):
    """A colleague ends the payment on its page."""
    staff = Client()
    staff.force_login(MembershipFactory(organisation=payment.organisation).user)
    path = reverse("portal:payment-end", args=[payment.organisation.slug, payment.pk])
    return staff.post(path, follow=True).text


def test_staff_end_a_payment_at_stripe_too(client, api, invoice):
    pay(client, invoice)

    assert "The payment is ended" in end(newest())
    assert api.sessions[newest().checkout_name]["status"] == "expired"


def test_what_staff_wanted_to_end_counts_if_the_money_came(client, api, invoice):
    pay(client, invoice)
    api.paid(newest().checkout_name)

    assert "nothing to end" in end(newest())
    assert newest().status == Payment.Status.SUCCEEDED


def test_a_payment_that_stripe_cannot_end_stays_under_way(client, api, invoice):
    pay(client, invoice)
    api.refuse(500, message="Away")

    assert "could not be ended. Stripe says: Away" in end(newest())
    assert newest().status == Payment.Status.PENDING


def test_removed_keys_free_the_invoice(client, invoice):
    pay(client, invoice)
    StripeAccount.objects.all().delete()

    sweep(6)

    assert newest().failure == "The keys of the payment provider were removed."
    assert current(invoice).pending_payment is None


def test_who_cancels_before_stripe_has_answered_is_not_made_to_wait(client, api, invoice):
    visitor = make_visitor(invoice)
    Payment.objects.start(invoice, visitor, provider="stripe", now=timezone.now())

    pay(client, invoice, cancel=newest().reference)

    assert newest().status == Payment.Status.ABANDONED
    assert api.asked == []


def test_keys_of_another_account_free_the_invoice(client, api, invoice):
    pay(client, invoice)
    api.sessions.clear()

    sweep(6)

    assert newest().status == Payment.Status.FAILED
    assert "No such thing" in newest().failure
    assert current(invoice).pending_payment is None


def test_payments_under_way_are_finished_even_when_no_new_ones_are_taken(client, api, invoice):
    pay(client, invoice)
    api.paid(newest().checkout_name)
    StripeAccount.objects.update(is_enabled=False)

    come_back(client)

    assert provider_for(invoice.organisation) is None
    assert current(invoice).status == Invoice.Status.PAID


# Parts.


@pytest.fixture
def in_parts(invoice):
    place = invoice.organisation
    place.allows_partial_payments, place.least_percent = True, 30
    place.save()
    return invoice


# spec 84
@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("3299", "¥3,300以上"),
        ("11001", "¥11,000"),
        ("0", "以上"),
        ("-5", "以上"),
        ("", "必須"),
        ("5000.5", "小数"),
    ],
)
def test_too_little_or_too_much_is_explained_and_starts_nothing(
    client, api, in_parts, amount, words
):
    answer = pay(client, in_parts, amount=amount)

    assert answer.status_code == 422
    assert words in answer.text
    assert api.asked == []
    assert not Payment.objects.exists()


# spec 84, 85
def test_parts_add_up_and_the_last_may_be_small(client, api, in_parts):
    balances = []
    for part in ("3300", "7000", "700"):
        pay(client, in_parts, amount=part)
        tell(client, "completed", api.paid(newest().checkout_name))
        balances.append(current(in_parts).balance)

    assert balances == [7_700, 700, 0]
    assert current(in_parts).status == Invoice.Status.PAID


def test_the_proposed_amount_is_all_that_is_due(client, in_parts):
    page = client.get(address(in_parts, "link-pay")).text

    assert 'value="11000"' in page
    assert "¥3,300" in page


def test_what_a_colleague_recorded_meanwhile_is_not_charged_again(client, api, in_parts):
    record_payment(current(in_parts), 9_000)

    pay(client, in_parts, amount="11000")

    assert newest().amount == 2_000


# At once.


@pytest.mark.slow
@pytest.mark.usefixtures("postgresql")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", range(5))
def test_the_webhook_and_the_return_page_at_once_settle_once(api, again):  # spec 77
    invoice = open_invoice()
    account_of(invoice.organisation)
    pay(Client(), invoice)
    session = api.paid(newest().checkout_name)

    results = race(
        lambda: tell(Client(), "completed", session), lambda: come_back(Client()), sweep_soon
    )

    assert losers(results) == []
    assert Event.objects.filter(kind="invoice.paid").count() == 1
    assert current(invoice).balance == 0


def sweep_soon() -> int:
    return sweep(6)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_stripe_but_who_pays(client, api):
    invoice = open_invoice()
    account_of(invoice.organisation)
    where, api.silence = address(invoice, "link-pay"), 1.5
    payer = threading.Thread(target=leave_and_close, args=[where])
    payer.start()
    while not api.asked:
        time.sleep(0.01)

    record_payment(open_invoice(contact=invoice.contact), 500)

    assert payer.is_alive()  # What we recorded did not have to wait for the answer.
    payer.join()
    assert Payment.objects.filter(provider="stripe").count() == 1


def leave_and_close(where: str) -> None:
    Client().post(where)
    connection.close()
