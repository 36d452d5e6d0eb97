"""Second factors of staff, who must have one, and where one is signed in."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from portal.models import Act, Organisation
from tests.access_world import World
from tests.factories import PASSWORD, MembershipFactory
from tests.portal.opened import FIREFOX
from tests.test_access import ROWS, filled

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LED = "/profile/second-factor/"


@pytest.fixture
def admin():
    return MembershipFactory(admin=True)


@pytest.fixture
def books(client, admin):
    client.force_login(admin.user)
    return client


def address(membership, name="security-settings"):
    return reverse(f"portal:{name}", args=[membership.organisation.slug])


def require(membership):
    Organisation.objects.filter(pk=membership.organisation.pk).update(second_factor_required=True)


def code_now():
    """A code that is good for some seconds yet."""
    if (left := 30 - time.time() % 30) < 5:
        time.sleep(left)
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


def sign_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


# Signing in


def test_who_has_an_authenticator_app_is_asked_for_its_code(client, admin):
    TOTP.activate(admin.user, SECRET)

    asked = sign_in(client, admin.user)
    before = client.get("/profile/")
    client.post(asked.url, {"code": code_now()})

    assert asked.url == reverse("mfa_authenticate")
    assert before.status_code == 302
    assert client.get("/profile/").status_code == 200


def test_a_code_of_the_app_opens_once(client, admin):
    TOTP.activate(admin.user, SECRET)
    code = code_now()
    other = Client()
    client.post(sign_in(client, admin.user).url, {"code": code})

    other.post(sign_in(other, admin.user).url, {"code": code})

    assert client.get("/profile/").status_code == 200
    assert other.get("/profile/").status_code == 302


def test_a_recovery_code_opens_once(client, admin):
    TOTP.activate(admin.user, SECRET)
    code = RecoveryCodes.activate(admin.user).get_unused_codes()[0]
    other = Client()
    client.post(sign_in(client, admin.user).url, {"code": code})

    other.post(sign_in(other, admin.user).url, {"code": code})

    assert client.get("/profile/").status_code == 200
    assert other.get("/profile/").status_code == 302


def test_codes_are_not_guessed_for_long(client, admin):
    TOTP.activate(admin.user, SECRET)
    page = sign_in(client, admin.user).url

    for _guess in range(6):
        client.post(page, {"code": "000000"})
    client.post(page, {"code": code_now()})

    assert client.get("/profile/").status_code == 302


def test_their_secrets_are_encrypted_at_rest_and_follow_a_new_key(admin, settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    TOTP.activate(admin.user, SECRET)
    codes = RecoveryCodes.activate(admin.user).get_unused_codes()
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    call_command("rotate_keys")
    settings.FIELD_ENCRYPTION_KEYS = [new]

    assert SECRET not in kept
    assert not any(code in kept for code in codes)
    app = TOTP(Authenticator.objects.get(type="totp"))
    assert app.validate_code(code_now())
    again = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
    assert again.get_unused_codes() == codes


# Admins must use one


def test_an_admin_without_one_cannot_ask_it_of_others(books, admin):
    refused = books.post(address(admin), {"second_factor_required": "on"})

    assert refused.status_code == 422
    assert "for yourself first" in refused.text
    admin.organisation.refresh_from_db()
    assert not admin.organisation.second_factor_required


def test_an_admin_with_one_asks_it_of_all_admins_and_the_log_says_so(books, admin):
    TOTP.activate(admin.user, SECRET)

    books.post(address(admin), {"second_factor_required": "on"})

    admin.organisation.refresh_from_db()
    assert admin.organisation.second_factor_required
    assert Act.objects.get().kind == Act.Kind.SECURITY_CHANGED
    assert books.get(address(admin)).status_code == 200


def test_the_page_says_which_admins_have_one(books, admin):
    colleague = MembershipFactory(organisation=admin.organisation, admin=True)
    TOTP.activate(colleague.user, SECRET)

    page = books.get(address(admin)).text

    assert page.count("Has a second factor") == 1
    assert page.count("Set up a second factor") == 1


def test_an_admin_without_one_is_led_to_it_wherever_they_go(cliq, connection):
    world = World(connection, cliq)
    admin = world.users["admin"]
    require(admin.memberships.get())
    inside = [row for row in ROWS if row[0].startswith("o/<slug:organisation>/")]
    client = Client(raise_request_exception=False)
    client.force_login(admin)

    open_still = []
    for route, method, _answers in inside:
        ask = client.post if method == "POST" else client.get
        path, form = filled(route, world.address(route, "admin")), world.forms.get(route, {})
        whole, part = ask(path, form), ask(path, form, headers={"HX-Request": "true"})
        is_led = whole.headers.get("Location") == LED and part.status_code == 403
        if not is_led and whole.status_code != 405:
            open_still.append(f"{route} {method}: {whole.status_code} {part.status_code}")

    led_from_cliq = client.get(reverse("portal:open", args=[world.words["event"]]))
    assert led_from_cliq.url == LED
    assert len(inside) > 100
    assert not open_still, "\n".join(open_still)


def test_the_page_names_the_organisations_and_lets_go_once_there_is_one(books, admin):
    require(admin)

    waiting = books.get(LED)
    TOTP.activate(admin.user, SECRET)

    assert admin.organisation.name in waiting.text
    assert books.get(LED).url == "/"
    assert books.get(address(admin)).status_code == 200


def test_recovery_codes_alone_are_no_second_factor(books, admin):
    require(admin)
    RecoveryCodes.activate(admin.user)

    assert books.get(address(admin)).url == LED


def test_staff_and_admins_elsewhere_are_left_alone(client, admin):
    require(admin)
    staff = MembershipFactory(organisation=admin.organisation)
    elsewhere = MembershipFactory(user=admin.user, role="admin")

    client.force_login(staff.user)
    assert client.get(address(staff, "dashboard")).status_code == 200
    client.force_login(admin.user)
    assert client.get(address(elsewhere, "dashboard")).status_code == 200


# Where one is signed in


def test_one_browser_is_signed_out_and_the_others_stay(client, admin):
    lost, other = Client(headers={"User-Agent": FIREFOX}), Client(headers={"User-Agent": "Phone"})
    for browser in (client, other, lost):
        sign_in(browser, admin.user)
    page = client.get(reverse("usersessions_list"))
    session = UserSession.objects.latest("pk")

    client.post(reverse("portal:session-end", args=[session.pk]))

    assert "Phone" in page.text
    assert "Firefox · Linux" in page.text
    assert lost.get("/profile/").status_code == 302
    assert other.get("/profile/").status_code == 200
    assert client.get("/profile/").status_code == 200


def test_all_other_browsers_are_signed_out_at_once(client, admin):
    others = Client(), Client()
    for browser in (client, *others):
        sign_in(browser, admin.user)

    client.post(reverse("usersessions_list"))

    assert [browser.get("/profile/").status_code for browser in others] == [302, 302]
    assert client.get("/profile/").status_code == 200


def test_this_browser_can_be_signed_out_from_the_list(client, admin):
    sign_in(client, admin.user)

    client.post(reverse("portal:session-end", args=[UserSession.objects.get().pk]))

    assert client.get("/profile/").status_code == 302


def test_nobody_signs_out_somebody_else(client, admin):
    other = Client()
    sign_in(other, MembershipFactory().user)
    sign_in(client, admin.user)
    theirs = UserSession.objects.exclude(user=admin.user).get()

    refused = client.post(reverse("portal:session-end", args=[theirs.pk]))

    assert refused.status_code == 404
    assert other.get("/profile/").status_code == 200


def test_a_changed_password_signs_out_the_other_browsers(client, admin):
    other = Client()
    for browser in (client, other):
        sign_in(browser, admin.user)
    new = "quite another password"

    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert other.get("/profile/").status_code == 302
    assert client.get("/profile/").status_code == 200
