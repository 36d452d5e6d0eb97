"""What the chat bar asks Cliq for: cards, favourites, people, files, and what is unread."""

from datetime import UTC, datetime

import pytest

from integrations.cliq.errors import StoredIdGone
from integrations.cliq.records import User
from integrations.cliq.said import Button, Card

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)


def said(content):
    sender = {"name": "Scott Fisher", "id": "631830849"}
    return {"id": "1_2", "time": NOON_MS, "type": "text", "sender": sender, "content": content}


def test_a_card_is_read_in_the_shape_in_which_it_is_posted(scripted_cliq, client):
    action = {"type": "open.url", "data": {"web": "https://books.example/1"}}
    table = {"headers": ["Fact", "Value"], "rows": [{"Fact": "Total", "Value": "¥100"}]}
    content = {
        "text": "Viewed",
        "card": {"title": "INV-1", "theme": "modern-inline"},
        "slides": [
            {"type": "table", "data": table},
            {"type": "label", "data": [{"Due": "today"}]},
            {"type": "text", "data": "as it is"},
            {"type": "images", "data": None},
        ],
        "buttons": [
            {"label": "Open", "type": "+", "action": action},
            {"label": "Call", "action": {"type": "system.api", "data": {"api": "audiocall/1"}}},
            {"action": action},
        ],
    }
    scripted_cliq.answers(200, {"data": [said(content)]})

    (message,) = client.messages("CT_1_2", NOON)

    assert message.card == Card(
        "INV-1",
        (("Total", "¥100"), ("Due", "today"), ("as it is",)),
        (Button("Open", "https://books.example/1"), Button("Call", "")),
    )


def test_lists_tell_favourites_unread_counts_and_the_newest_message(scripted_cliq, client):
    last = {"sender_id": "7", "sender_name": "Scott", "message_type": "text", "text": "Hi"}
    channel = {"channel_id": "O1", "unique_name": "sales", "pinned": True}
    channel |= {"unread_message_count": 3, "last_message_info": last | {"time": NOON_MS}}
    chat = {"chat_id": "22", "name": "Ryan", "pinned": False, "last_message_info": last}
    chat["recipients_summary"] = [{"user_id": "8", "name": "Ryan West"}]
    scripted_cliq.answers(200, {"channels": [channel], "has_more": False})
    scripted_cliq.answers(200, {"chats": [chat]})

    (sales,) = client.channels()
    (ryan,) = client.chats()

    assert (sales.is_pinned, sales.unread) == (True, 3)
    assert sales.last is not None
    assert (sales.last.sender_id, sales.last.sent_at, sales.last.text) == ("7", NOON, "Hi")
    assert (ryan.is_pinned, ryan.people, ryan.last) == (False, (("8", "Ryan West"),), None)


def test_a_chats_unread_messages_are_counted(scripted_cliq, client):
    scripted_cliq.answers(200, {"type": "chat", "data": {"unread_message_count": 4}})

    assert client.unread("22") == 4
    assert scripted_cliq.received[-1].path == "/api/v3/chats/22"


def test_reading_up_to_a_message_is_told(scripted_cliq, client):
    scripted_cliq.answers(204)

    client.mark_read("22", "1_2")

    assert (scripted_cliq.received[-1].method, scripted_cliq.received[-1].path) == (
        "PUT",
        "/api/v3/chats/22",
    )
    assert scripted_cliq.received[-1].json == {
        "operation": "mark_as_read",
        "last_message_id": "1_2",
    }


def test_a_direct_chat_is_opened(scripted_cliq, client):
    scripted_cliq.answers(200, {"data": {"chat_id": "22", "chat_type": "direct_message"}})

    assert client.open_direct("700").chat_id == "22"
    assert scripted_cliq.received[-1].json == {"chat_type": "direct_message", "user_id": "700"}


def test_people_are_searched_under_either_key(scripted_cliq, client):
    found = {"id": "7", "name": "Yod Agbaria", "email_id": "yod@example.com"}
    scripted_cliq.answers(200, {"users": [found, {}]})

    (user,) = client.people("yod")

    assert user == User("7", "Yod Agbaria", "yod@example.com", "")
    assert scripted_cliq.received[-1].query == {"search": "yod", "status": "active", "limit": "20"}


def test_a_chats_people_are_named(scripted_cliq, client):
    scripted_cliq.answers(200, {"members": [{"user_id": "7", "name": "Yod"}, {"name": "?"}, 1]})

    assert client.names("22") == {"7": "Yod"}


def test_a_file_is_its_bytes_and_their_type(scripted_cliq, client):
    scripted_cliq.answers(200, b"%PDF-1.7 \xff", Content_Type="application/pdf")

    file = client.file("f37")

    assert (file.body, file.headers["Content-Type"]) == (b"%PDF-1.7 \xff", "application/pdf")


def test_a_file_that_is_gone_is_said(scripted_cliq, client):
    scripted_cliq.answers(404, {"code": "file_not_found", "message": "gone"})

    with pytest.raises(StoredIdGone):
        client.file("f37")
