"""Reading chats back (cliq/api.md §5)."""

from .conftest import HANA, KENJI


def chat_of(caller, channel="sales"):
    return caller.get(f"/api/v2/channelsbyname/{channel}").json()["chat_id"]


def messages(caller, chat_id, **query):
    return caller.get(f"/api/v2/chats/{chat_id}/messages", **query).json()["data"]


def test_a_message_may_be_read_back_with_its_text_and_no_more(hana, kenji, zoho):
    zoho.quirks(cards_in_messages=False)
    hana.say("*bold* {@all}", card={"title": "INV-0042", "theme": "modern-inline"})

    [message] = messages(kenji, chat_of(kenji))

    assert message.keys() == {"id", "time", "type", "sender", "content"}
    assert message["content"] == {"text": "*bold* {@all}"}
    assert message["sender"] == {"name": "Hana Sato", "id": hana.zuid}
    assert message["type"] == "text"


def test_a_card_is_read_back_as_it_was_posted(hana, kenji):
    card = {"title": "INV-0042", "theme": "modern-inline"}
    hana.say("viewed", card=card)

    [message] = messages(kenji, chat_of(kenji))

    assert message["content"] == {"text": "viewed", "card": card}


def test_favourites_are_a_persons_own(hana, kenji, zoho):
    zoho.pin("sales", KENJI)

    def pinned(caller):
        listed = caller.get("/api/v2/channels", joined="true").json()["channels"]
        return [row["unique_name"] for row in listed if row["pinned"]]

    assert (pinned(kenji), pinned(hana)) == (["sales"], [])


def test_history_is_read_between_two_moments(hana, zoho):
    for text in ("one", "two", "three"):
        zoho.say("sales", KENJI, text)
        zoho.advance(60)
    chat_id = chat_of(hana)
    one, two, three = messages(hana, chat_id)

    assert messages(hana, chat_id, limit=1) == [three]
    assert messages(hana, chat_id, totime=two["time"] - 1) == [one]
    assert messages(hana, chat_id, fromtime=two["time"]) == [two, three]
    assert hana.get(f"/api/v2/chats/{chat_id}/messages", limit=101).status_code == 400
    assert hana.get(f"/api/v2/chats/{chat_id}/messages", fromtime="now").status_code == 400


def test_one_message_is_found_by_its_id_in_any_form(hana):
    said = hana.say(sync_message=True).json()["message_id"]
    path = f"/api/v2/chats/{chat_of(hana)}/messages"

    assert hana.get(f"{path}/{said}").json()["id"] == said
    assert hana.get(f"{path}/{said.replace('_', '%20')}").json()["id"] == said
    assert hana.get(f"{path}/1_2").json()["code"] == "message_not_found"


def test_files_and_unknown_kinds_are_read_too(hana, zoho):
    zoho.share_file("sales", KENJI, "契約.pdf", b"%PDF-1.7", content_type="application/pdf")
    zoho.say("sales", KENJI, "", type="poll", content={"title": "Lunch?"})

    shared, poll = messages(hana, chat_of(hana))

    file = shared["content"]["file"]
    assert (shared["type"], file["name"], file["dimensions"]["size"]) == ("file", "契約.pdf", 8)
    assert hana.get(f"/api/v2/files/{file['id']}").content == b"%PDF-1.7"
    assert hana.get("/api/v2/files/none").status_code == 404
    assert (poll["type"], poll["content"]) == ("poll", {"title": "Lunch?"})


def test_the_shapes_that_the_documents_disagree_on_can_be_chosen(hana, zoho):
    zoho.quirks(content_as_string=True, newest_first=True, wrap_channel=True, users_key="users")
    hana.say("one")
    hana.say("two")

    channel = hana.get("/api/v2/channelsbyname/sales").json()["channel"]
    users = hana.get("/api/v2/users").json()

    assert [m["content"] for m in messages(hana, channel["chat_id"])] == ["two", "one"]
    assert "users" in users
    zoho.forget_requests()  # Undocumented on purpose.


def test_only_who_is_in_a_chat_reads_it(kenji, zoho, hana):
    chat_id = zoho.direct_chat(HANA, "aiko@example.com")

    answer = kenji.get(f"/api/v2/chats/{chat_id}/messages")

    assert (answer.status_code, answer.json()["code"]) == (403, "chat_access_denied")
    assert kenji.get("/api/v2/chats/1/messages").json()["code"] == "chat_not_found"


def test_direct_chats_are_listed_newest_first_and_page_by_time(hana, zoho):
    for who in (KENJI, "aiko@example.com"):
        zoho.say(zoho.direct_chat(HANA, who), who, f"Hello from {who}")
        zoho.advance(60)

    newest, older = hana.get("/api/v2/chats").json()["chats"]

    assert (newest["name"], older["name"]) == ("Aiko Mori", "Kenji Tanaka")
    assert newest["last_message_info"]["text"] == "Hello from aiko@example.com"
    now = int(zoho.state()["now"] * 1000)
    before = hana.get("/api/v2/chats", modified_before=now - 70_000).json()["chats"]
    assert [chat["name"] for chat in before] == ["Kenji Tanaka"]
    after = hana.get("/api/v2/chats", modified_after=now - 600_000).json()["chats"]
    assert [chat["name"] for chat in after] == ["Kenji Tanaka", "Aiko Mori"]


def test_a_direct_chat_is_opened_once(hana, kenji):
    body = {"chat_type": "direct_message", "user_id": kenji.zuid}

    first = hana.call("POST", "/api/v3/chats", json=body).json()["data"]
    second = hana.call("POST", "/api/v3/chats", json=body).json()["data"]

    assert first["chat_id"] == second["chat_id"]
    assert (first["chat_type"], first["name"]) == ("direct_message", "Kenji Tanaka")


def test_an_administrator_may_forbid_direct_chats(hana, kenji, zoho):
    zoho.quirks(direct_messages_refused="121_orgmem_message")
    body = {"chat_type": "direct_message", "user_id": kenji.zuid}

    answer = hana.call("POST", "/api/v3/chats", json=body)

    assert (answer.status_code, answer.json()["code"]) == (403, "121_orgmem_message")


def test_unread_counts_fall_when_marked_as_read(hana, zoho):
    chat_id = zoho.direct_chat(HANA, KENJI)
    first, _second = (zoho.say(chat_id, KENJI, text) for text in ("one", "two"))
    path = f"/api/v3/chats/{chat_id}"
    assert hana.get(path).json()["data"]["unread_message_count"] == 2

    body = {"operation": "mark_as_read", "last_message_id": first}
    assert hana.call("PUT", path, json=body).status_code == 204

    assert hana.get(path).json()["data"]["unread_message_count"] == 1
    last = hana.get(path, include="last_message_info").json()["data"]["last_message_info"]
    assert last["content"] == {"text": "two"}


def test_several_chats_are_marked_as_read_at_once(hana, zoho):
    chat_id = zoho.direct_chat(HANA, KENJI)
    last = zoho.say(chat_id, KENJI, "Hello")
    chats = [
        {"chat_id": chat_id, "last_message_id": last},
        {"chat_id": "1", "last_message_id": last},
    ]
    body = {"operation": "read_status_update", "read_status": "read", "chats": chats}

    outcome = hana.call("PUT", "/api/v3/chats", json=body).json()["data"]

    assert outcome == {"success": [chat_id], "failure": ["1"]}


def test_chats_are_searched_with_nested_errors(hana, zoho):
    zoho.direct_chat(HANA, KENJI)

    found = hana.get("/api/v3/chats/search", title="kenji").json()["chats"]
    wrong = hana.get("/api/v3/chats/search", chat_type="everything")

    assert [chat["name"] for chat in found] == ["Kenji Tanaka"]
    assert wrong.status_code == 400
    assert wrong.json()["error"]["code"] == "invalid.inputs.submitted"


def test_v3_lists_channels_when_asked(hana):
    chats = hana.get("/api/v3/chats", type="channel", name="billing").json()["chats"]

    assert [(chat["chat_type"], chat["name"]) for chat in chats] == [("channel", "#billing 請求")]
