"""What is recorded, and whether every operation answers as Zoho documents it."""

import pytest

from tests import contract

from .conftest import HANA, KENJI


def test_exchanges_are_recorded_without_their_secrets(hana, zoho):
    hana.say("Hello")
    hana.refresh()

    posted, refreshed = zoho.requests()

    assert posted["path"] == "/api/v2/channelsbyname/sales/message"
    assert posted["body"] == {"text": "Hello"}
    assert (posted["status"], posted["answer"], posted["account"]) == (204, None, HANA)
    assert posted["headers"]["authorization"] == "Zoho-oauthtoken …"
    assert refreshed["body"]["client_secret"] == refreshed["body"]["refresh_token"] == "…"
    assert refreshed["answer"]["access_token"] == "…"
    for secret in (hana.tokens["access_token"], hana.tokens["refresh_token"]):
        assert secret not in str([posted, refreshed])


def test_every_operation_passes_zohos_own_documents(hana, kenji, zoho):
    if contract.missing():
        pytest.skip(contract.missing())
    zoho.share_file("sales", KENJI, "a.txt", b"Hello")
    sales = hana.get("/api/v2/channelsbyname/sales").json()
    chat_id, channel_id = sales["chat_id"], sales["channel_id"]
    said = hana.say(sync_message=True).json()["message_id"]
    kenji.say()
    body = {"text": "Hello", "sync_message": True, "mark_as_read": True}
    mark = {"operation": "mark_as_read", "last_message_id": said}
    marks = [{"chat_id": chat_id, "last_message_id": said}]
    bulk = {"operation": "read_status_update", "read_status": "read", "chats": marks}
    for method, path, json in [
        ("GET", "/api/v2/channels", None),
        ("GET", f"/api/v2/channels/{channel_id}", None),
        ("GET", f"/api/v2/channels/{channel_id}/members", None),
        ("POST", f"/api/v2/chats/{chat_id}/message", body),
        ("POST", f"/api/v2/buddies/{KENJI}/message", body),
        ("GET", "/api/v2/chats", None),
        ("GET", f"/api/v2/chats/{chat_id}/members", None),
        ("GET", f"/api/v2/chats/{chat_id}/messages", None),
        ("GET", f"/api/v2/chats/{chat_id}/messages/{said}", None),
        ("GET", "/api/v2/users", None),
        ("GET", f"/api/v2/users/{KENJI}", None),
        ("GET", "/api/v3/chats", None),
        ("GET", "/api/v3/chats?type=channel", None),
        ("POST", "/api/v3/chats", {"chat_type": "direct_message", "user_id": kenji.zuid}),
        ("PUT", "/api/v3/chats", bulk),
        ("GET", "/api/v3/chats/search?title=sales", None),
        ("GET", f"/api/v3/chats/{chat_id}?include=last_message_info", None),
        ("PUT", f"/api/v3/chats/{chat_id}", mark),
        ("GET", "/oauth/user/info", None),
    ]:
        assert hana.call(method, path, json=json).ok, path

    assert contract.check_all(zoho.requests()) == 22


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "/api/v2/channelbyname/sales/message"},
        {"query": {"form": "0"}},
        {"body": {"text": "a", "userids": "1"}},
        {"body": {"text": "x" * 5001}},
        {"body": {"text": "a", "card": {"title": "t", "theme": "modern-inline", "buttons": []}}},
        {"body": {"text": "a", "slides": [{"type": "table", "data": {"rows": [{"A": 1}]}}]}},
        {"status": 200, "answer": {"id": "1"}},
        {"status": 400, "answer": {"error": "invalid"}},
        {"status": 418, "answer": None},
    ],
)
def test_the_checker_finds_what_deviates(wrong):
    if contract.missing():
        pytest.skip(contract.missing())
    right = {
        "method": "POST",
        "path": "/api/v2/channelsbyname/sales/message",
        "query": {},
        "body": {"text": "a"},
        "status": 204,
        "answer": None,
    }
    contract.check(right)

    with pytest.raises(AssertionError):
        contract.check(right | wrong)
