"""Signing in, one's own profile, and Settings › Users."""

import re
import smtplib
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal import sending
from portal.accounts import owner_of
from portal.events import membership_ended
from portal.models import Email, Invitation, Membership, User
from tests.factories import (
    NOON,
    PASSWORD,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.pages import ACCOUNT, OWN_ACCOUNT

pytestmark = pytest.mark.django_db


class AwayMailServer(EmailBackend):
    """A mail server that nobody can reach."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected


@pytest.fixture
def admin():
    return MembershipFactory(admin=True)


@pytest.fixture
def colleague(admin):
    return MembershipFactory(organisation=admin.organisation)


@pytest.fixture
def books(client, admin):
    """A browser in which the admin is signed in."""
    client.force_login(admin.user)
    return client


def address(name, membership, *more):
    return reverse(f"portal:{name}", args=[membership.organisation.slug, *more])


def worker_sends(after=timedelta()):
    """What the worker does about e-mails that are due by then."""
    now = timezone.now() + after
    for email in Email.objects.due(now):
        sending.send(email.pk, now=lambda: now)


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


# Signing in


def test_staff_sign_in_by_e_mail_and_password_and_sign_out(client, admin):
    signed_in = sign_in(client, admin.user.email.upper())
    greeted = client.get("/profile/")
    signed_out = client.post(reverse("account_logout"))
    after = client.get("/profile/")

    assert (signed_in.status_code, signed_in.url) == (302, "/")
    assert greeted.status_code == 200
    assert signed_out.status_code == 302
    assert after.status_code == 302


def test_a_wrong_password_signs_nobody_in(client, admin):
    refused = sign_in(client, admin.user.email, "another password")

    assert refused.status_code == 200
    assert client.get("/profile/").status_code == 302


def test_a_mailed_code_signs_in_without_the_password(client, admin):
    client.post(reverse("account_request_login_code"), {"email": admin.user.email})
    worker_sends()
    code = re.search(r"^([A-Z0-9]+-?[A-Z0-9]+)$", mail.outbox[0].body, re.MULTILINE)
    signed_in = client.post(reverse("account_confirm_login_code"), {"code": code[1]})

    assert signed_in.status_code == 302
    assert client.get("/profile/").status_code == 200


def test_a_forgotten_password_is_replaced_through_the_mailbox(client, admin):
    client.post(reverse("account_reset_password"), {"email": admin.user.email})
    worker_sends()
    link = re.search(r"http://\S+(/accounts/\S+)", mail.outbox[0].body)
    form = client.get(link[1], follow=True)
    new = "quite another password"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})

    assert sign_in(client, admin.user.email, new).url == "/"


def test_strangers_get_no_e_mail_and_learn_nothing(client, admin):
    known = client.post(reverse("account_reset_password"), {"email": admin.user.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "who@else.example"})

    assert (unknown.status_code, unknown.url) == (known.status_code, known.url)
    assert [email.to for email in Email.objects.all()] == [admin.user.email]


def test_a_mail_server_that_is_away_holds_no_page_and_is_tried_again(client, admin, settings):
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.AwayMailServer"

    response = client.post(reverse("account_reset_password"), {"email": admin.user.email})
    worker_sends()
    away = Email.objects.get()
    settings.EMAIL_BACKEND = works
    worker_sends(after=Email.WAITS[0])

    assert response.status_code == 302
    assert (away.status, away.error) == (Email.Status.PENDING, "SMTPServerDisconnected: ")
    assert "/accounts/password/reset/key/" in away.text
    assert [message.to for message in mail.outbox] == [[admin.user.email]]


def test_what_opens_an_account_is_encrypted_and_forgotten_once_it_is_sent(client, admin):
    client.post(reverse("account_request_login_code"), {"email": admin.user.email})
    waiting = Email.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, html FROM portal_email")
        at_rest = cursor.fetchone()

    worker_sends()

    sent = Email.objects.get()
    code = re.search(r"^([A-Z0-9]+-?[A-Z0-9]+)$", mail.outbox[0].body, re.MULTILINE)[1]
    assert code in waiting.text
    assert code not in at_rest[0]
    assert (sent.status, sent.text, sent.html) == (Email.Status.SENT, "", "")


def test_what_opens_an_account_is_forgotten_when_it_never_leaves(client, admin):
    client.post(reverse("account_reset_password"), {"email": admin.user.email})
    email = Email.objects.get()

    email.fail("SMTPRecipientsRefused 550")

    email.refresh_from_db()
    assert (email.status, email.text, email.html) == (Email.Status.FAILED, "", "")


def test_nobody_signs_up(client):
    response = client.post(
        reverse("account_signup"),
        {"email": "new@else.example", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert "by invitation" in response.text
    assert not User.objects.exists()


def test_an_address_belongs_to_whoever_proved_it(admin):
    EmailAddress.objects.create(user=admin.user, email="second@else.example", verified=True)
    EmailAddress.objects.create(user=admin.user, email="claimed@else.example", verified=False)

    assert owner_of(admin.user.email.upper()) == admin.user
    assert owner_of("Second@else.example") == admin.user
    assert owner_of("claimed@else.example") is None


# The profile


def test_the_profile_needs_a_sign_in(client):
    assert client.get("/profile/").url == "/accounts/login/?next=/profile/"


def test_a_profile_keeps_name_language_and_time_zone(books, admin):
    books.cookies["django_language"] = "en"
    told = {"name": "佐藤 花", "language": "ja", "time_zone": "Asia/Tokyo"}

    response = books.post("/profile/", told)
    # The test client, unlike browsers, keeps a cookie that ended.
    assert books.cookies.pop("django_language")["max-age"] == 0
    page = books.get(response.url).text

    admin.user.refresh_from_db()
    assert (admin.user.name, admin.user.language) == ("佐藤 花", "ja")
    assert admin.user.time_zone == "Asia/Tokyo"
    assert '<html lang="ja"' in page


def test_a_profile_refuses_invented_time_zones(books, admin):
    response = books.post(
        "/profile/", {"name": "Hana", "language": "en", "time_zone": "Moon/Crater"}
    )

    assert response.status_code == 422
    admin.user.refresh_from_db()
    assert admin.user.time_zone == "UTC"


def test_an_old_time_zone_can_be_kept(books, admin):
    User.objects.update(time_zone="Japan")

    assert '<option value="Japan" selected>' in books.get("/profile/").text


# Settings › Users


def test_only_admins_reach_the_users(client, admin, colleague):
    page = address("user-list", admin)
    nobody = client.get(page)
    client.force_login(UserFactory())
    stranger = client.get(page)
    client.force_login(colleague.user)
    staff = client.get(page)
    client.force_login(admin.user)

    assert nobody.status_code == 302
    assert (stranger.status_code, staff.status_code) == (404, 404)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("act", ["membership-role", "membership-remove"])
def test_staff_change_nobodys_place(client, admin, colleague, act):
    client.force_login(colleague.user)

    response = client.post(address(act, admin, colleague.pk), {"role": "admin"})

    assert response.status_code == 404
    colleague.refresh_from_db()
    assert colleague.role == Membership.Role.STAFF


def test_the_members_of_another_organisation_are_not_found(books, admin):
    other = MembershipFactory()

    for act in ("membership-role", "membership-remove"):
        assert books.post(address(act, admin, other.pk), {"role": "admin"}).status_code == 404


def test_an_admin_makes_a_colleague_an_admin(books, admin, colleague):
    books.post(address("membership-role", admin, colleague.pk), {"role": "admin"})

    colleague.refresh_from_db()
    assert colleague.is_admin


def test_an_unknown_role_changes_nothing(books, admin, colleague):
    books.post(address("membership-role", admin, colleague.pk), {"role": "owner"})

    colleague.refresh_from_db()
    assert colleague.role == Membership.Role.STAFF


@pytest.mark.parametrize("act", ["membership-role", "membership-remove"])
def test_the_last_admin_stays_and_the_page_says_why(books, admin, colleague, act):
    response = books.post(address(act, admin, admin.pk), {"role": "staff"}, follow=True)

    assert "is the only admin" in response.text
    admin.refresh_from_db()
    assert admin.is_admin


def test_an_admin_who_becomes_staff_is_led_to_a_page_that_they_may_see(books, admin):
    MembershipFactory(organisation=admin.organisation, admin=True)

    response = books.post(address("membership-role", admin, admin.pk), {"role": "staff"})

    assert response.url == "/"
    admin.refresh_from_db()
    assert not admin.is_admin


def test_removing_somebody_asks_first_and_is_announced(books, admin, colleague):
    heard = []

    def listener(organisation, user, **kwargs):
        heard.append((organisation, user))

    membership_ended.connect(listener)
    asked = books.get(address("membership-remove", admin, colleague.pk))
    books.post(address("membership-remove", admin, colleague.pk))
    membership_ended.disconnect(listener)

    assert asked.status_code == 200
    assert heard == [(admin.organisation, colleague.user)]
    assert not Membership.objects.filter(user=colleague.user).exists()
    assert User.objects.filter(pk=colleague.user.pk).exists()


def test_a_listener_that_breaks_keeps_nobody_in(books, admin, colleague):
    def listener(**kwargs):
        raise RuntimeError("a bug of ours")

    membership_ended.connect(listener)
    books.post(address("membership-remove", admin, colleague.pk))
    membership_ended.disconnect(listener)

    assert not Membership.objects.filter(user=colleague.user).exists()


def test_the_list_of_users_costs_the_same_for_many(books, admin, django_assert_max_num_queries):
    MembershipFactory.create_batch(10, organisation=admin.organisation)
    for number in range(5):
        Invitation.objects.invite(
            admin.organisation, f"{number}@else.example", "staff", by=admin.user, now=NOON
        )

    with django_assert_max_num_queries(9):
        books.get(address("user-list", admin))


def test_the_switcher_shows_the_other_organisations(books, admin):
    other = MembershipFactory(user=admin.user, organisation__name="Harbor Lane")
    OrganisationFactory(name="Somebody else's")

    page = books.get(address("user-list", admin)).text

    assert reverse("portal:dashboard", args=[other.organisation.slug]) in page
    assert "Somebody else" not in page


@pytest.mark.parametrize("path", [*ACCOUNT.values(), *OWN_ACCOUNT.values()])
def test_pages_of_accounts_speak_of_signing_in_in_one_word(client, path):
    client.cookies["django_language"] = "ja"
    if path in OWN_ACCOUNT.values():
        client.force_login(UserFactory(language="ja"))

    page = client.get(f"/accounts/{path}", follow=True).text

    assert 'lang="ja"' in page
    assert "ログイン" not in page


def test_whoever_is_asked_for_a_second_factor_reads_the_same_word(client):
    client.cookies["django_language"] = "ja"
    user = MembershipFactory(user__language="ja").user
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})

    page = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}, follow=True)

    assert page.request["PATH_INFO"] == "/accounts/2fa/authenticate/"
    assert "サインイン" in page.text
    assert "ログイン" not in page.text


def test_addresses_offer_only_what_can_be_done_with_each(client):
    user = UserFactory(email="hana@books.example")
    for email, is_verified, is_primary in (
        ("hana@books.example", True, True),
        ("sato@books.example", True, False),
        ("new@books.example", False, False),
    ):
        EmailAddress.objects.update_or_create(
            user=user, email=email, defaults={"verified": is_verified, "primary": is_primary}
        )
    client.force_login(user)

    page = client.get(reverse("account_email")).text

    assert page.count('name="action_primary"') == 1
    assert "Make sato@books.example the main address" in page
    assert page.count('name="action_send"') == 1
    assert page.count('name="action_remove"') == 2
    assert "Remove hana@books.example" not in page
