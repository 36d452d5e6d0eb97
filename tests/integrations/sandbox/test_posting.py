"""Posting messages: what Cliq takes and what it refuses (cliq/api.md §3)."""

import pytest

from .conftest import HANA, KENJI

BUTTON = {
    "label": "Open in Books",
    "hint": "Opens the invoice",
    "type": "+",
    "action": {"type": "open.url", "data": {"web": "https://books.example/i/42"}},
}
INVOKE_BOT = {"type": "invoke.bot", "data": {"name": "books"}}
TABLE = {"headers": ["Fact", "Value"], "rows": [{"Fact": "Amount", "Value": "¥110,000"}]}
RICH = {
    "bot": {"name": "Books", "image": "https://books.example/bot.png"},
    "card": {"title": "INV-0042", "theme": "modern-inline"},
    "slides": [{"type": "table", "title": "", "data": TABLE}],
    "buttons": [BUTTON],
}


def changed(**about):
    return [BUTTON | about]


def web(address):
    return changed(action={"type": "open.url", "data": {"web": address}})


def test_a_plain_post_is_answered_with_nothing(hana, zoho):
    answer = hana.say("Hello *there*")

    assert (answer.status_code, answer.content) == (204, b"")
    [message] = zoho.posted("sales")
    assert message["payload"] == {"text": "Hello *there*"}
    assert message["email"] == HANA


def test_a_synchronous_post_is_answered_with_an_id(hana, zoho):
    answer = hana.say(sync_message=True, **RICH)

    assert answer.status_code == 200
    assert answer.json() == {"message_id": zoho.posted("sales")[0]["message_id"]}


@pytest.mark.parametrize(
    ("quirks", "answered"),
    [
        ({"message_id_key": "id"}, lambda said: said["id"]),
        ({"message_id_key": "data"}, lambda said: said["data"]["message_id"]),
        (
            {"message_id_form": "%20"},
            lambda said: said["message_id"].replace("%20", "_"),
        ),
    ],
)
def test_the_id_may_come_in_other_forms(hana, zoho, quirks, answered):
    zoho.quirks(**quirks)

    said = hana.say(sync_message=True).json()

    zoho.forget_requests()  # Undocumented on purpose.
    assert answered(said) == zoho.posted("sales")[0]["message_id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "x" * 5001}, "input_pattern_mismatch"),
        ({"text": ""}, "input_pattern_mismatch"),
        ({"text": ["a"]}, "input_pattern_mismatch"),
        ({"card": {"title": "x"}}, "param_missing"),
        ({"text": "a", "chatid": "CT_1"}, "extra_key_found"),
        ({"text": "a", "mark_as_read": True}, "extra_key_found"),
        ({"text": "a", "sync_message": "true"}, "input_pattern_mismatch"),
        ({"text": "a", "bot": {"name": "Books", "icon": "x"}}, "extra_key_found"),
        ({"text": "a", "card": {"title": "x" * 201, "theme": "prompt"}}, "input_pattern_mismatch"),
        ({"text": "a", "card": {"theme": "fancy"}}, "input_pattern_mismatch"),
        ({"text": "a", "card": {"theme": "prompt", "buttons": [BUTTON]}}, "extra_key_found"),
        ({"text": "a", "buttons": [BUTTON] * 6}, "input_pattern_mismatch"),
        ({"text": "a", "buttons": changed(label="x" * 21)}, "input_pattern_mismatch"),
        ({"text": "a", "buttons": changed(hint="x" * 101)}, "input_pattern_mismatch"),
        ({"text": "a", "buttons": changed(colour="red")}, "extra_key_found"),
        ({"text": "a", "buttons": web("https://b.example/" + "x" * 240)}, "input_pattern_mismatch"),
        ({"text": "a", "buttons": web("javascript:alert(1)")}, "input_pattern_mismatch"),
        ({"text": "a", "buttons": changed(action=INVOKE_BOT)}, "input_pattern_mismatch"),
        ({"text": "a", "buttons": [{"label": "Open", "type": "+"}]}, "param_missing"),
        ({"text": "a", "slides": [{"type": "chart", "data": []}]}, "input_pattern_mismatch"),
        ({"text": "a", "slides": [{"type": "table", "data": {"headers": ["A"]}}]}, "param_missing"),
        ({"text": "a", "slides": [{"type": "list", "data": "x"}]}, "input_pattern_mismatch"),
        ({"text": "a", "slides": [{"data": ["x"]}]}, "param_missing"),
    ],
)
def test_one_wrong_key_or_length_loses_the_message(hana, zoho, body, code):
    answer = hana.call("POST", "/api/v2/channelsbyname/sales/message", json=body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert zoho.posted() == []


def test_a_body_that_is_no_json_is_refused(hana):
    path = "/api/v2/channelsbyname/sales/message"
    headers = {"Content-Type": "application/json"}

    assert hana.call("POST", path, data=b"{", headers=headers).status_code == 400
    assert hana.call("POST", path, data={"text": "form"}).status_code == 400


def test_other_kinds_of_slides_are_taken(hana, zoho):
    slides = [
        {"type": "list", "data": ["x", "y"]},
        {"type": "label", "data": [{"Customer": "Ann"}]},
        {"type": "images", "data": ["https://books.example/a.png"]},
        {"type": "text", "title": "Note", "data": "*bold*"},
    ]

    assert hana.say(slides=slides).status_code == 204
    assert zoho.posted("sales")[0]["payload"]["slides"] == slides


def test_each_door_takes_its_own_kind_of_id(hana, zoho):
    sales = hana.get("/api/v2/channelsbyname/sales").json()
    body = {"text": "Hello"}

    def status(path):
        answer = hana.call("POST", f"/api/v2/{path}/message", json=body)
        return answer.status_code, answer.content and answer.json()["code"]

    assert status(f"chats/{sales['chat_id']}") == (204, b"")
    assert status(f"chats/{sales['channel_id']}") == (400, "operation_failed")
    assert status("chats/sales") == (400, "operation_failed")
    assert status(f"channelsbyname/{sales['chat_id']}") == (400, "operation_failed")
    assert status("chats/CT_1_2") == (404, "chat_not_found")
    assert status("channelsbyname/nowhere") == (400, "operation_failed")
    assert len(zoho.posted("sales")) == 1


def test_a_direct_message_reaches_a_colleague(hana, kenji, zoho):
    path = f"/api/v2/buddies/{KENJI}/message"
    body = {"text": "Got a minute?", "sync_message": True}

    said = hana.call("POST", path, json=body).json()

    [chat] = kenji.get("/api/v2/chats").json()["chats"]
    messages = kenji.get(f"/api/v2/chats/{chat['chat_id']}/messages").json()["data"]
    assert chat["name"] == "Hana Sato"
    assert [message["id"] for message in messages] == [said["message_id"]]


def test_direct_messages_stay_inside_the_organisation(hana, zoho):
    zoho.add_account("stranger@example.org", organization_id="99")

    def status(who):
        return hana.call("POST", f"/api/v2/buddies/{who}/message", json={"text": "Hi"}).status_code

    assert status("stranger@example.org") == 403
    assert status("nobody@example.com") == 400
    assert status(HANA) == 400


@pytest.mark.parametrize(
    "trouble",
    [
        lambda zoho: zoho.archive("sales"),
        lambda zoho: zoho.permit("sales", allowed=False),
        lambda zoho: zoho.leave("sales", HANA),
    ],
    ids=["archived", "send permission withdrawn", "removed from the channel"],
)
def test_a_channel_may_close_to_us(hana, zoho, trouble):
    trouble(zoho)

    answer = hana.say()

    assert (answer.status_code, answer.json()["code"]) == (403, "access_denied")


def test_an_archived_channel_can_come_back(hana, zoho):
    zoho.archive("sales")
    zoho.unarchive("sales")

    assert hana.say().status_code == 204


@pytest.mark.parametrize(
    ("quirk", "status"), [("technical_error", 400), ("not_found", 404), ("forbidden", 403)]
)
def test_a_deleted_channel_may_be_told_in_three_ways(hana, zoho, quirk, status):
    zoho.delete_channel("sales")
    zoho.quirks(unknown_channel=quirk)

    assert hana.say().status_code == status


def test_mentions_are_kept_so_that_a_test_can_prove_there_were_none(hana, zoho):
    hana.say(
        "{@all} and [Ann](zohoid:1)", slides=[{"type": "text", "data": "{@kenji@example.com}"}]
    )
    hana.say("{\u200b@all} ［Ann］(zohoid:1)")

    called, harmless = zoho.posted("sales")
    assert [found["target"] for found in called["mentions"]] == ["all", "1", "kenji@example.com"]
    assert harmless["mentions"] == []


def test_calling_everybody_needs_its_own_permission(hana, zoho):
    zoho.permit("sales", allowed=False, act="special_mentions")

    assert hana.say("{@all}").status_code == 403
    assert hana.say("all").status_code == 204


def test_a_reply_needs_a_message_of_that_chat(hana, zoho):
    said = hana.say(sync_message=True).json()["message_id"]

    assert hana.say(reply_to=said.replace("_", "%20")).status_code == 204
    assert hana.say(reply_to="1_2").json()["code"] == "message_not_found"
