"""The accounts server: consent, codes, tokens (cliq/api.md §1)."""

from urllib.parse import urlencode

import pytest
import requests

from .conftest import HANA, KENJI, Caller

CLIENT = {"client_id": "1000.APP", "client_secret": "secret"}
CALLBACK = "http://localhost:8000/callback"
ASKED = {
    "response_type": "code",
    "client_id": CLIENT["client_id"],
    "redirect_uri": CALLBACK,
    "scope": "ZohoCliq.Webhooks.CREATE,AaaServer.profile.READ",
    "access_type": "offline",
    "prompt": "consent",
    "state": "abc",
}


@pytest.fixture
def session():
    with requests.Session() as session:
        session.trust_env = False
        yield session


def address(zoho, **changed):
    asked = {key: text for key, text in (ASKED | changed).items() if text is not None}
    return f"{zoho.url}/oauth/v2/auth?{urlencode(asked)}"


def exchange(zoho, session, code, **changed):
    told = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": code, **CLIENT}
    return session.post(f"{zoho.url}/oauth/v2/token", data=told | changed, timeout=30).json()


def refresh(zoho, session, token, **changed):
    told = {"grant_type": "refresh_token", "refresh_token": token, **CLIENT}
    return session.post(f"{zoho.url}/oauth/v2/token", data=told | changed, timeout=30).json()


def connected(zoho, session, **changed):
    return exchange(zoho, session, zoho.consent(address(zoho, **changed), HANA)["code"])


def test_consent_leads_back_with_a_code_and_where_to_exchange_it(zoho):
    back = zoho.consent(address(zoho), HANA)

    assert back["state"] == "abc"
    assert back["location"] == "sandbox"
    assert back["accounts-server"] == zoho.url
    assert back["code"].startswith("1000.")


def test_rejecting_leads_back_with_access_denied(zoho):
    back = zoho.consent(address(zoho), HANA, decision="reject")

    assert back == {"error": "access_denied", "state": "abc"}


def test_the_consent_page_offers_the_accounts_and_names_the_scopes(zoho, session):
    page = session.get(address(zoho), headers={"Accept-Language": "ja"}, timeout=30)

    assert HANA in page.text
    assert "あなたの名前でのメッセージ投稿" in page.text
    assert "form-action 'self' http://localhost:8000" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": ""}, "invalid_client"),
        ({"redirect_uri": "javascript:alert(1)"}, "invalid_redirect_uri"),
        ({"redirect_uri": "http://[::1"}, "invalid_redirect_uri"),
        ({"response_type": "token"}, "invalid_response_type"),
        ({"scope": "ZohoCliq.Webhooks.CREATE ZohoCliq.Chats.READ"}, "invalid_oauthscope"),
        ({"scope": "ZohoCliq.Everything.ALL"}, "invalid_oauthscope"),
        ({"access_type": "always"}, "invalid_access_type"),
    ],
)
def test_a_wrong_authorisation_request_gets_no_consent_page(zoho, session, changed, error):
    page = session.get(address(zoho, **changed), timeout=30)

    assert page.status_code == 400
    assert error in page.text


def test_another_site_cannot_consent_for_whoever_sits_here(zoho, session):
    decided = {"account": HANA, "decision": "accept"}
    headers = {"Origin": "https://evil.example"}

    answer = session.post(address(zoho), data=decided, headers=headers, timeout=30)

    assert answer.status_code == 403


def test_a_code_becomes_tokens_that_know_who_granted(zoho, session):
    tokens = connected(zoho, session)

    assert tokens["expires_in"] == 3600
    assert tokens["token_type"] == "Bearer"
    assert tokens["api_domain"] != zoho.url
    headers = {"Authorization": f"Zoho-oauthtoken {tokens['access_token']}"}
    person = session.get(f"{zoho.url}/oauth/user/info", headers=headers, timeout=30).json()
    assert person == {
        "First_Name": "Hana",
        "Last_Name": "Sato",
        "Display_Name": "Hana Sato",
        "Email": HANA,
        "ZUID": 631830847,
    }


def test_a_code_is_good_once(zoho, session):
    code = zoho.consent(address(zoho), HANA)["code"]
    exchange(zoho, session, code)

    assert exchange(zoho, session, code) == {"error": "invalid_code"}


def test_a_code_is_good_for_two_minutes(zoho, session):
    code = zoho.consent(address(zoho), HANA)["code"]
    zoho.advance(120)

    assert exchange(zoho, session, code) == {"error": "invalid_code"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "1000.OTHER"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client_secret"),
        ({"redirect_uri": f"{CALLBACK}/"}, "invalid_redirect_uri"),
    ],
)
def test_the_exchange_must_match_the_authorisation(zoho, session, changed, error):
    code = zoho.consent(address(zoho), HANA)["code"]

    assert exchange(zoho, session, code, **changed) == {"error": error}


def test_without_offline_access_there_is_no_refresh_token(zoho, session):
    assert "refresh_token" not in connected(zoho, session, access_type=None)


def test_a_second_connect_gets_a_refresh_token_only_when_it_asks_for_consent(zoho, session):
    assert "refresh_token" in connected(zoho, session, prompt=None)

    assert "refresh_token" not in connected(zoho, session, prompt=None)
    assert "refresh_token" in connected(zoho, session)


def test_refreshing_gives_an_access_token_only(zoho, session):
    tokens = connected(zoho, session)

    fresh = refresh(zoho, session, tokens["refresh_token"])

    assert sorted(fresh) == ["access_token", "api_domain", "expires_in", "token_type"]
    assert fresh["access_token"] != tokens["access_token"]


def test_the_eleventh_refresh_in_ten_minutes_is_denied_with_status_200(hana, zoho):
    for _ in range(10):
        assert "access_token" in hana.refresh()

    assert hana.refresh()["error"] == "Access Denied"
    zoho.advance(600)
    assert "access_token" in hana.refresh()


def test_the_21st_refresh_token_evicts_the_oldest(zoho, session):
    first = connected(zoho, session)["refresh_token"]
    for _ in range(20):
        newest = connected(zoho, session)["refresh_token"]

    assert refresh(zoho, session, first) == {"error": "invalid_code"}
    assert "access_token" in refresh(zoho, session, newest)


def test_the_sixteenth_access_token_drops_the_oldest(hana, zoho):
    for _ in range(15):
        hana.refresh()
        zoho.advance(61)

    assert hana.get("/api/v2/channels").status_code == 401


def test_access_tokens_end_after_an_hour(hana, zoho):
    assert hana.get("/api/v2/channels").status_code == 200
    zoho.advance(3600)

    answer = hana.get("/api/v2/channels")

    assert answer.status_code == 401
    assert answer.json()["code"] == "oauthtoken_invalid"


def test_revoking_a_refresh_token_kills_its_access_tokens(hana):
    path = "/oauth/v2/token/revoke"
    told = {"token": hana.tokens["refresh_token"]}

    assert hana.call("POST", path, params=told).json() == {"status": "success"}
    assert hana.call("POST", path, params=told).status_code == 400
    assert hana.get("/api/v2/channels").status_code == 401
    assert hana.refresh() == {"error": "invalid_code"}


def test_a_person_may_disconnect_us_in_their_account(hana, kenji, zoho):
    zoho.revoke(HANA)

    assert hana.refresh() == {"error": "invalid_code"}
    assert "access_token" in kenji.refresh()


def test_bearer_is_no_word_for_cliq(hana):
    hana.carry(hana.tokens["access_token"], kind="Bearer")

    assert hana.get("/api/v2/channels").status_code == 401
    assert hana.get("/oauth/user/info").status_code == 200


def test_a_scope_that_was_not_granted_is_missed(zoho):
    caller = Caller(zoho, KENJI, "ZohoCliq.Channels.READ")

    with caller.session:
        answer = caller.say()

    assert answer.status_code == 401
    assert answer.json()["code"] == "oauthtoken_scope_invalid"


def test_a_scope_can_be_withdrawn_from_a_live_grant(hana, zoho):
    zoho.withdraw_scope(HANA, "ZohoCliq.Webhooks.CREATE")

    assert hana.say().json()["code"] == "oauthtoken_scope_invalid"
    assert hana.get("/api/v2/channels").status_code == 200


def test_quirks_of_other_days_can_be_chosen(zoho, session):
    zoho.quirks(expires_in_ms=True, omit_refresh_token=True, accounts_server="https://evil.example")

    back = zoho.consent(address(zoho), HANA)
    tokens = exchange(zoho, session, back["code"])

    assert back["accounts-server"] == "https://evil.example"
    assert tokens["expires_in"] == 3_600_000
    assert "refresh_token" not in tokens
