"""*Sign in with Zoho* and *Link your Zoho account*, against the sandbox's accounts server."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.sessions.models import Session
from django.urls import reverse

from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

FROM_HERE = {"sec-fetch-site": "same-origin"}
HANA = "hana.sato@example.com"


@pytest.fixture(autouse=True)
def zoho(cliq, settings):
    """The sandbox's accounts server, where Hana has an account under another address."""
    settings.SOCIALACCOUNT_PROVIDERS = {"zoho": {"APPS": [{"client_id": "1000.TESTCLIENT"}]}}
    cliq.add_account(HANA, first_name="Hana", last_name="Sato")
    return cliq


@pytest.fixture
def hana():
    return MembershipFactory(user__email="hana@minato.example").user


def leave(client, process="login", **query):
    """Follow the link to Zoho; where it leads."""
    address = reverse("zoho_login")
    response = client.get(address, {"process": process, **query}, headers=FROM_HERE)
    assert response.status_code == 302, response.text
    return response.url


def come_back(client, zoho, address, **changed):
    """Consent as Hana, and return to Books with what Zoho says, or with something changed."""
    query = zoho.consent(address, HANA) | changed
    return client.get(reverse("zoho_callback"), query)


def link(client, zoho, user):
    client.force_login(user)
    return come_back(client, zoho, leave(client, "connect", next="/profile/"))


def test_the_way_out_asks_for_the_profile_only(client, cliq):
    address = urlsplit(leave(client))

    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}" == cliq.url
    assert query.pop("state")
    assert query == {
        "response_type": "code",
        "client_id": "1000.TESTCLIENT",
        "redirect_uri": "http://localhost:8000/accounts/zoho/login/callback/",
        "scope": "AaaServer.profile.READ",
        "access_type": "online",
    }


def test_a_linked_account_signs_in(client, zoho, hana):
    linked = link(client, zoho, hana)
    client.logout()
    signed_in = come_back(client, zoho, leave(client))

    assert linked.url == "/profile/"
    assert signed_in.url == "/"
    assert HANA in client.get("/profile/").text


def test_a_zoho_account_that_nobody_linked_signs_nobody_in(client, zoho, hana):
    response = come_back(client, zoho, leave(client))

    assert response.url == reverse("account_login")
    assert "not linked to anybody" in client.get(response.url).text
    assert client.get("/profile/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_the_same_address_links_nobody_by_itself(client, zoho):
    MembershipFactory(user__email=HANA)

    come_back(client, zoho, leave(client))

    assert not SocialAccount.objects.exists()
    assert client.get("/profile/").status_code == 302


def test_an_account_is_linked_to_one_person(client, zoho, hana):
    link(client, zoho, hana)

    link(client, zoho, UserFactory())

    assert SocialAccount.objects.get().user == hana


def test_no_token_is_kept_anywhere(client, zoho, hana):
    link(client, zoho, hana)

    sessions = str([session.get_decoded() for session in Session.objects.all()])
    assert not SocialToken.objects.exists()
    assert "access_token" not in sessions
    assert "1000." not in str(SocialAccount.objects.values())


def test_a_forged_state_is_refused(client, zoho, hana):
    client.force_login(hana)

    response = come_back(client, zoho, leave(client, "connect"), state="forged")

    assert response.status_code == 401
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"accounts-server": "https://accounts.evil.example"},
        {"location": "jp"},
        {"location": "us", "accounts-server": "https://accounts.zoho.com.evil.example"},
    ],
)
def test_a_foreign_accounts_server_never_gets_the_secret(client, zoho, hana, changed):
    client.force_login(hana)
    address = leave(client, "connect")
    zoho.forget_requests()

    response = come_back(client, zoho, address, **changed)

    assert response.status_code == 401
    assert zoho.requests("/oauth/v2/token") == []
    assert not SocialAccount.objects.exists()


def test_a_code_is_good_once(client, zoho, hana):
    client.force_login(hana)
    query = zoho.consent(leave(client, "connect"), HANA)
    client.get(reverse("zoho_callback"), query)
    SocialAccount.objects.all().delete()
    state = parse_qs(urlsplit(leave(client, "connect")).query)["state"][0]

    response = client.get(reverse("zoho_callback"), query | {"state": state})

    assert response.status_code == 401
    assert not SocialAccount.objects.exists()


def test_who_says_no_at_zoho_is_told_so(client, zoho, hana):
    client.force_login(hana)
    query = zoho.consent(leave(client, "connect"), HANA, decision="reject")

    response = client.get(reverse("zoho_callback"), query, follow=True)

    assert response.status_code == 200
    assert not SocialAccount.objects.exists()


def test_zoho_away_is_a_page_not_an_error(client, zoho, hana):
    client.force_login(hana)
    query = zoho.consent(leave(client, "connect"), HANA)
    zoho.will("server_error", "/oauth/*", times=5)

    response = client.get(reverse("zoho_callback"), query)

    assert response.status_code == 401


def test_the_same_number_at_another_data_centre_is_somebody_else(client, zoho, hana):
    link(client, zoho, hana)
    account = SocialAccount.objects.get()
    account.extra_data = {**account.extra_data, "location": "eu"}
    account.save()
    client.logout()

    response = come_back(client, zoho, leave(client))

    assert response.status_code == 401
    assert client.get("/profile/").status_code == 302


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}])
def test_whoever_comes_from_elsewhere_is_asked_first(client, hana, headers):
    client.force_login(hana)

    response = client.get(reverse("zoho_login"), {"process": "connect"}, headers=headers)

    assert response.status_code == 200
    assert f'href="{reverse("zoho_login")}?process=connect"' in response.text


def test_our_own_pages_are_known_by_their_address_over_plain_http(client):
    response = client.get(reverse("zoho_login"), headers={"referer": "http://testserver/"})

    assert response.status_code == 302


def test_zoho_is_offered_where_a_client_is_registered_only(client, settings):
    offered = client.get(reverse("account_login")).text
    settings.SOCIALACCOUNT_PROVIDERS = {"zoho": {"APPS": []}}
    hidden = client.get(reverse("account_login")).text

    assert reverse("zoho_login") in offered
    assert reverse("zoho_login") not in hidden
    assert client.get(reverse("zoho_login"), headers=FROM_HERE).status_code == 404
    assert client.get(reverse("zoho_callback")).status_code == 404


def test_the_profile_links_and_shows_the_account(client, zoho, hana):
    client.force_login(hana)
    before = client.get("/profile/").text
    link(client, zoho, hana)
    after = client.get("/profile/").text

    assert "Link your Zoho account" in before
    assert "process=connect" in before
    assert HANA not in before
    assert HANA in after
