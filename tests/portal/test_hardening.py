"""What every answer says to browsers and caches, and what cookies are called."""

import subprocess
import sys

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portal.checks import hosts_are_named
from portal.models import Guest
from tests.factories import PASSWORD, ContactFactory, MembershipFactory
from tests.portal.guests import come_in
from tests.portal.opened import address, open_invoice
from tests.test_operations import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory(admin=True)


def sign_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def test_pages_about_people_stay_in_no_cache(client, member):
    invoice = open_invoice()
    client.force_login(member.user)
    pages = [
        reverse("portal:dashboard", args=[member.organisation.slug]),
        reverse("portal:profile"),
        reverse("portal:customer-export", args=[member.organisation.slug]),
        reverse("usersessions_list"),
        address(invoice),
        address(invoice, "link-pdf"),
        "/nothing/",
    ]

    for page in pages:
        assert "no-store" in client.get(page)["Cache-Control"], page


def test_every_answer_names_what_browsers_must_keep_to(client):
    for page in ("/", "/nothing/", address(open_invoice()), "/accounts/login/"):
        answer = client.get(page)

        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert "base-uri 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_under_https_cookies_come_from_this_host_only():
    """The settings are read anew, as a server behind TLS reads them."""
    code = """
import django; django.setup()
from django.conf import settings
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE,
    settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS >= 31536000,
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SESSION_COOKIE_HTTPONLY,
    settings.CSRF_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE)
"""
    environment = {
        "DJANGO_SETTINGS_MODULE": "books_cliq.settings",
        "SITE_URL": "https://books.example.com",
        "PATH": "",
    }

    said = subprocess.run(  # noqa: S603  Our own code.
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    names, flags = said.stdout.split()[:2], said.stdout.split()[2:]
    assert names == ["__Host-sessionid", "__Host-csrftoken"]
    assert flags == ["True"] * 6 + ["Lax"]


def test_customers_cookies_bear_the_prefix_too(client, settings):
    settings.SESSION_COOKIE_SECURE = True
    contact = ContactFactory()

    client.get(address(open_invoice(contact=contact)))
    client.post(reverse("portal:enter"), {"email": contact.email})

    assert client.cookies["__Host-browser"]["secure"]
    assert client.cookies["__Host-browser"]["path"] == "/"
    assert client.cookies["__Secure-knock"]["secure"]


def test_a_name_in_the_host_header_is_believed_if_it_is_ours(client):
    asked = client.post(
        reverse("account_reset_password"),
        {"email": "who@else.example"},
        headers={"Host": "evil.example"},
    )

    assert asked.status_code == 400


def test_any_host_at_all_is_a_finding(settings):
    settings.ALLOWED_HOSTS = ["*"]

    assert [found.id for found in hosts_are_named()] == ["portal.W002"]


def test_nobody_is_led_to_another_site_after_signing_in(client, member):
    page = reverse("account_login") + "?next=https://evil.example/"
    form = {"login": member.user.email, "password": PASSWORD, "next": "https://evil.example/"}

    assert client.post(page, form).url == "/"


def test_asking_the_provider_what_became_of_a_payment_is_limited(client):
    page = reverse("portal:payment-return", args=["UNKNOWN"])

    answers = [client.post(page).status_code for _time in range(21)]

    assert answers == [404] * 20 + [429]


def test_a_session_gets_a_new_name_with_each_sign_in(client, member):
    sign_in(client, member.user)
    first = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    sign_in(client, member.user)

    assert client.cookies["sessionid"].value != first


def test_an_operator_signs_out_one_person(client, member):
    other = Client()
    sign_in(client, member.user)
    sign_in(other, MembershipFactory().user)

    call_command("sign_out", member.user.email)

    assert client.get("/profile/").status_code == 302
    assert other.get("/profile/").status_code == 200
    assert UserSession.objects.count() == 1


def test_an_operator_signs_out_everybody_customers_too(client, member):
    contact = ContactFactory()
    guest = Client()
    come_in(guest, contact.email)
    sign_in(client, member.user)

    call_command("sign_out", "--everybody")

    assert client.get("/profile/").status_code == 302
    assert not Guest.objects.exists()


def test_an_operator_who_names_nobody_ends_nothing(client, member):
    sign_in(client, member.user)

    with pytest.raises(CommandError):
        call_command("sign_out")
    with pytest.raises(CommandError):
        call_command("sign_out", "who@else.example")

    assert client.get("/profile/").status_code == 200


def test_addresses_to_sign_in_with_are_changed_by_who_gave_the_password_lately(client, member):
    sign_in(client, member.user)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    new = {"email": "thief@else.example", "action_add": ""}

    asked = client.post(reverse("account_email"), new)
    before = EmailAddress.objects.filter(email="thief@else.example").exists()
    client.post(asked.url, {"password": PASSWORD})
    client.post(reverse("account_email"), new)

    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not before
    assert EmailAddress.objects.filter(email="thief@else.example").exists()
