"""Whoever comes too often waits, and is told for how long; everybody else goes on."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.limits import LIMITS, Limit
from portal.models import Comment, Payment, Visit
from tests.factories import MembershipFactory
from tests.portal.guests import come_in, home_of
from tests.portal.opened import address, link_to, look, open_estimate, open_invoice
from tests.portal.test_stripe import account_of

pytestmark = pytest.mark.django_db

# spec 118, 123

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def few():
    """Two of everything, within a time that does not end during a test."""
    usual = dict(LIMITS)
    for name, limit in usual.items():
        LIMITS[name] = Limit(timedelta(days=365), 2, limit.per_subject and 3)
    cache.clear()
    yield
    LIMITS.update(usual)


def codes(ask, times: int = 3) -> list[int]:
    return [ask().status_code for _time in range(times)]


def test_guessing_links_ends(client):
    def guess(**how):
        return client.get(reverse("portal:link", args=["A" * 43]), **how)

    assert codes(guess) == [404, 404, 429]
    assert guess(**ELSEWHERE).status_code == 404
    assert client.get(address(open_invoice())).status_code == 200


def test_the_page_says_when_to_try_again(client):
    for _time in range(3):
        page = client.get(reverse("portal:link", args=["A" * 43]))

    assert "Please wait a little" in page.text
    assert "Try again in" in page.text
    assert int(page["Retry-After"]) > 0


def test_pdfs_are_limited_and_the_page_is_not(client):
    invoice = open_invoice()

    assert codes(lambda: client.get(address(invoice, "link-pdf"))) == [200, 200, 429]
    assert codes(lambda: client.get(address(invoice))) == [200, 200, 200]


def test_a_link_is_limited_from_wherever_it_is_asked(client):
    invoice = open_invoice()
    for last in range(3):
        client.get(address(invoice, "link-pdf"), REMOTE_ADDR=f"203.0.113.{last}")

    assert client.get(address(invoice, "link-pdf"), **ELSEWHERE).status_code == 429
    assert client.get(address(open_invoice(), "link-pdf"), **ELSEWHERE).status_code == 200


def test_payments_are_not_begun_too_often(client):
    invoices = [open_invoice() for _number in range(3)]

    answers = [client.post(address(invoice, "link-pay")).status_code for invoice in invoices]

    assert answers == [302, 302, 429]
    assert Payment.objects.count() == 2


def test_comments_are_limited(client):
    estimate = open_estimate()
    for key in ("1", "2", "3"):
        form = {"text": "Hello", "key": f"11111111-2222-4333-8444-55555555555{key}"}
        answer = client.post(address(estimate, "link-comment"), form)

    assert answer.status_code == 429
    assert Comment.objects.count() == 2


def test_asking_for_codes_is_limited_and_looking_is_not(client):
    def ask():
        return client.post(reverse("portal:enter"), {"email": "x@customer.example"})

    assert codes(ask) == [302, 302, 429]
    assert codes(lambda: client.get(reverse("portal:enter"))) == [200, 200, 200]


def test_forged_webhooks_are_limited_by_who_sends_them(client):
    account = account_of(MembershipFactory().organisation)

    def forge(**how):
        way = reverse("portal:stripe-webhook", args=[account.reference])
        return client.post(way, b"{}", content_type="application/json", **how)

    assert codes(forge) == [400, 400, 429]
    assert forge(**ELSEWHERE).status_code == 400


def test_an_address_in_a_header_counts_behind_a_trusted_proxy_only(client, settings):
    def guess(forged: str):
        way = reverse("portal:link", args=["A" * 43])
        return client.get(way, headers={"X-Forwarded-For": forged}).status_code

    assert [guess(f"203.0.113.{last}") for last in range(3)] == [404, 404, 429]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert [guess(f"203.0.113.{last}") for last in range(3)] == [404, 404, 404]


def test_of_views_that_come_too_often_none_is_noted(client):
    estimate = open_estimate()

    answers = [look(Client(), estimate).status_code for _browser in range(4)]

    assert answers == [204] * 4
    assert Visit.objects.count() == 2


def test_ticking_invoices_is_not_paying(client):
    contact = open_invoice().contact
    come_in(client, contact.email)
    where = home_of(contact, "pay")

    assert codes(lambda: client.post(where, {"currency": "JPY", "sum": "1"}), 5) == [200] * 5
    assert codes(lambda: client.post(where, {"currency": "JPY"})) == [422, 422, 429]


def test_strangers_use_up_nothing_of_a_contact(client):
    contact = open_invoice().contact
    statement = home_of(contact, "statement-pdf")
    assert codes(lambda: Client().get(statement, **ELSEWHERE), 5) == [302] * 5
    come_in(client, contact.email)

    assert codes(lambda: client.get(statement)) == [200, 200, 429]


def test_who_owns_an_ipv6_line_has_one_address(client):
    def guess(address):
        return client.get(reverse("portal:link", args=["A" * 43]), REMOTE_ADDR=address).status_code

    assert [guess(f"2001:db8:1:2::{last}") for last in range(3)] == [404, 404, 429]
    assert guess("2001:db8:1:3::1") == 404


def test_staff_sign_in_is_limited_by_the_same_counts(client):
    def sign_in():
        form = {"login": "nobody@books.example", "password": "wrong"}
        return client.post(reverse("account_login"), form)

    *_others, last = codes(sign_in, 31)

    assert last == 429
    assert "Please wait a little" in sign_in().text


def test_where_the_counts_cannot_be_reached_nobody_is_shut_out(client, settings, caplog):
    link = link_to(open_estimate())
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    answer = client.get(f"/p/{link.token}/pdf/")

    assert answer.status_code == 200
    assert "The cache of limits is away" in caplog.text
