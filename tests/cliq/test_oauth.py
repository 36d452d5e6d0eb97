from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from integrations.cliq import oauth
from integrations.cliq.errors import (
    ClientMisconfigured,
    CliqThrottled,
    CliqUnauthorized,
    CliqUnavailable,
    CodeExpired,
    ConnectFailed,
    ConsentDenied,
    GrantDead,
    NoRefreshToken,
    UntrustedAccountsServer,
)
from integrations.cliq.regions import region

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REDIRECT = "https://books.example/cliq/callback/?a=1&b=2"
TOKENS = {"access_token": "1000.access", "refresh_token": "1000.refresh", "expires_in": 3600}


@pytest.fixture
def sandbox(scripted_cliq):
    return region("sandbox")


@pytest.fixture(autouse=True)
def zoho_client(settings):
    settings.ZOHO_CLIENT_ID = "1000.CLIENT"
    settings.ZOHO_CLIENT_SECRET = "everywhere"
    settings.ZOHO_CLIENT_SECRETS = {"jp": "in Japan"}


def exchange(sandbox):
    return oauth.exchange_code(sandbox, "1000.code", redirect_uri=REDIRECT, now=NOON)


def refresh(sandbox):
    return oauth.refresh(sandbox, "1000.refresh", now=NOON)


def test_consent_is_asked_for_with_commas_offline_and_every_time():
    url = oauth.authorisation_url(
        region("jp"), redirect_uri=REDIRECT, scopes=["A.READ", "B.CREATE"], state="s&t"
    )

    assert url.startswith("https://accounts.zoho.jp/oauth/v2/auth?")
    assert dict(parse_qsl(urlsplit(url).query)) == {
        "response_type": "code",
        "client_id": "1000.CLIENT",
        "redirect_uri": REDIRECT,
        "scope": "A.READ,B.CREATE",
        "access_type": "offline",
        "prompt": "consent",
        "state": "s&t",
    }


def test_an_admins_grant_covers_the_notifications_and_the_chat_bar():
    assert set(oauth.ADMIN_SCOPES) >= {*oauth.NOTIFICATIONS, *oauth.CHAT_BAR}
    assert len(set(oauth.ADMIN_SCOPES)) == len(oauth.ADMIN_SCOPES)
    assert "ZohoCliq.Attachments.READ" in oauth.ADMIN_SCOPES
    assert set(oauth.STAFF_SCOPES) == set(oauth.CHAT_BAR)


def test_a_way_back_names_the_data_centre_and_the_code():
    callback = {
        "code": "1000.c",
        "location": "in",
        "accounts-server": "https://accounts.zoho.in",
        "state": "s",
    }

    assert oauth.code_in(callback) == (region("in"), "1000.c")


@pytest.mark.parametrize(
    ("callback", "kind"),
    [
        ({"error": "access_denied"}, ConsentDenied),
        ({"error": "invalid_scope", "code": "1000.c"}, ConsentDenied),
        ({}, ConnectFailed),
        ({"code": ""}, ConnectFailed),
        ({"code": "1000.c"}, UntrustedAccountsServer),
        (
            {"code": "1000.c", "location": "us", "accounts-server": "https://evil.example"},
            UntrustedAccountsServer,
        ),
    ],
)
def test_another_way_back_ends_the_connecting(callback, kind):  # spec 143
    with pytest.raises(ConnectFailed) as caught:
        oauth.code_in(callback)

    assert type(caught.value) is kind


def test_a_code_is_exchanged_in_the_body_of_the_request(scripted_cliq, sandbox):
    scripted_cliq.answers(200, TOKENS | {"api_domain": "https://www.zohoapis.invalid"})

    tokens = exchange(sandbox)

    received = scripted_cliq.received[0]
    assert (received.method, received.path) == ("POST", "/oauth/v2/token")
    assert received.query == {}
    assert received.form == {
        "grant_type": "authorization_code",
        "client_id": "1000.CLIENT",
        "client_secret": "everywhere",
        "redirect_uri": REDIRECT,
        "code": "1000.code",
    }
    assert tokens == oauth.Tokens(
        "1000.access", "1000.refresh", NOON + timedelta(hours=1, seconds=-60)
    )


def test_a_refresh_keeps_the_refresh_token(scripted_cliq, sandbox):
    scripted_cliq.answers(200, {"access_token": "1000.new", "expires_in": 3600})

    tokens = refresh(sandbox)

    assert scripted_cliq.received[0].form == {
        "grant_type": "refresh_token",
        "client_id": "1000.CLIENT",
        "client_secret": "everywhere",
        "refresh_token": "1000.refresh",
    }
    assert (tokens.access_token, tokens.refresh_token) == ("1000.new", "1000.refresh")


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        (3600, 3540),
        ("3600", 3540),
        (3_600_000, 3540),  # milliseconds, as it once was
        (1800, 1740),
        (86_400, 3540),
        (30, 0),
        (-5, 0),
        (None, 3540),
        ("soon", 3540),
        (10**400, 3540),
    ],
)
def test_an_access_token_is_believed_for_an_hour_at_most(
    scripted_cliq, sandbox, expires_in, seconds
):
    scripted_cliq.answers(200, TOKENS | {"expires_in": expires_in})

    assert exchange(sandbox).expires_at == NOON + timedelta(seconds=seconds)


def test_a_data_centre_may_have_a_secret_of_its_own(scripted_cliq, sandbox, settings):
    settings.ZOHO_CLIENT_SECRETS = {"sandbox": "only here"}
    scripted_cliq.answers(200, TOKENS)

    exchange(sandbox)

    assert scripted_cliq.received[0].form["client_secret"] == "only here"


def test_the_sandbox_needs_neither_id_nor_secret(scripted_cliq, sandbox, settings):
    settings.ZOHO_CLIENT_ID = settings.ZOHO_CLIENT_SECRET = ""
    scripted_cliq.answers(200, TOKENS)

    exchange(sandbox)

    assert scripted_cliq.received[0].form["client_id"]
    assert scripted_cliq.received[0].form["client_secret"]


def test_zoho_is_not_asked_without_id_and_secret(settings):
    settings.ZOHO_CLIENT_ID = ""

    with pytest.raises(ClientMisconfigured, match="ZOHO_CLIENT_ID"):
        oauth.authorisation_url(region("us"), redirect_uri=REDIRECT, scopes=["A"], state="s")


@pytest.mark.parametrize(
    ("body", "of_code", "of_refresh"),
    [
        ({"error": "invalid_code"}, CodeExpired, GrantDead),
        ({"error": "invalid_client"}, ClientMisconfigured, ClientMisconfigured),
        ({"error": "Access Denied"}, CliqThrottled, CliqThrottled),
        ({"error": "general_error"}, CliqUnavailable, CliqUnavailable),
        (b"<html>busy</html>", CliqUnavailable, CliqUnavailable),
    ],
)
def test_errors_of_the_accounts_server_come_with_http_200(
    scripted_cliq, sandbox, body, of_code, of_refresh
):
    scripted_cliq.answers(200, body)

    with pytest.raises(of_code):
        exchange(sandbox)
    with pytest.raises(of_refresh):
        refresh(sandbox)


def test_a_grant_that_cannot_be_renewed_is_none(scripted_cliq, sandbox):
    scripted_cliq.answers(200, {"access_token": "1000.access", "expires_in": 3600})

    with pytest.raises(NoRefreshToken):
        exchange(sandbox)


def test_a_silent_accounts_server_is_asked_again_later(scripted_cliq, sandbox):
    scripted_cliq.hangs()

    with pytest.raises(CliqUnavailable):
        refresh(sandbox)


@pytest.mark.parametrize(
    ("status", "body", "is_gone"),
    [
        (200, {"status": "success"}, True),
        (400, {"error": "invalid_token"}, True),
        (500, b"", False),
        (429, b"", False),
    ],
)
def test_revoking_is_tried_and_never_in_the_way(scripted_cliq, sandbox, status, body, is_gone):
    scripted_cliq.answers(status, body)

    assert oauth.revoke(sandbox, "1000.refresh") is is_gone

    received = scripted_cliq.received[0]
    assert (received.path, received.query) == ("/oauth/v2/token/revoke", {})
    assert received.form == {"token": "1000.refresh"}


def test_revoking_at_a_server_that_hangs_up_is_no_error(scripted_cliq, sandbox):
    scripted_cliq.drops()

    assert oauth.revoke(sandbox, "1000.refresh") is False


def test_a_profile_tells_whose_grant_it_is(scripted_cliq, sandbox):
    scripted_cliq.answers(
        200, {"ZUID": 4242, "Email": "ann@example.com", "Display_Name": "Ann", "First_Name": "A"}
    )

    assert oauth.profile(sandbox, "1000.access") == oauth.Profile("4242", "ann@example.com", "Ann")

    received = scripted_cliq.received[0]
    assert (received.method, received.path) == ("GET", "/oauth/user/info")
    assert received.headers["Authorization"] == "Zoho-oauthtoken 1000.access"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"code": "oauthtoken_invalid"}, CliqUnauthorized),
        (200, {"ZUID": 1}, CliqUnavailable),
        (200, {"Email": "ann@example.com"}, CliqUnavailable),
        (200, [], CliqUnavailable),
        (500, b"", CliqUnavailable),
    ],
)
def test_a_profile_that_names_nobody_is_an_error(scripted_cliq, sandbox, status, body, kind):
    scripted_cliq.answers(status, body)

    with pytest.raises(kind):
        oauth.profile(sandbox, "1000.access")


def test_the_repr_of_tokens_hides_them():
    tokens = oauth.Tokens("1000.access", "1000.refresh", NOON)

    assert "1000." not in repr(tokens)


def test_a_state_with_any_signs_survives_the_way():
    url = oauth.authorisation_url(
        region("us"), redirect_uri=REDIRECT, scopes=["A"], state="a b/ü&=%"
    )

    assert parse_qs(urlsplit(url).query)["state"] == ["a b/ü&=%"]
