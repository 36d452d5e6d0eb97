from datetime import UTC, datetime, timedelta

import pytest

from integrations.cliq.errors import CliqThrottled, CliqTimeout, CliqUnavailable, StoredIdGone
from integrations.cliq.records import Channel, User
from integrations.cliq.said import ChatMessage, File

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
SALES = {
    "name": "#Sales",
    "unique_name": "sales",
    "channel_id": "O1974166000016769009",
    "chat_id": "CT_1608777491535075383_637446511",
    "level": "organization",
    "status": "created",
    "joined": True,
    "participant_count": 12,
    "current_user_role": "member",
    "organization_id": "4435792",
    "total_message_count": "100",
    "member_permission": {"send_message": True},
}


def received(scripted_cliq):
    return scripted_cliq.received[-1]


def test_channels_of_all_pages_are_listed(scripted_cliq, client):
    scripted_cliq.answers(200, {"channels": [SALES], "has_more": True, "next_token": "2f"})
    scripted_cliq.answers(
        200, {"channels": [SALES | {"unique_name": "more"}], "has_more": False, "next_token": "3f"}
    )

    names = [channel.unique_name for channel in client.channels()]

    asked = {"joined": "true", "status": "created", "limit": "100"}
    assert names == ["sales", "more"]
    assert [one.path for one in scripted_cliq.received] == ["/api/v2/channels"] * 2
    assert [one.query for one in scripted_cliq.received] == [asked, asked | {"next_token": "2f"}]


@pytest.mark.parametrize(
    "end", [{}, {"has_more": False, "next_token": "2f"}, {"next_token": ""}, {"next_token": None}]
)
def test_channels_end_where_cliq_names_no_next_page(scripted_cliq, client, end):
    scripted_cliq.answers(200, {"channels": [SALES], **end})

    assert len(list(client.channels())) == 1
    assert len(scripted_cliq.received) == 1


def test_a_list_of_channels_that_turns_in_a_circle_ends(scripted_cliq, client):
    scripted_cliq.answers(200, {"channels": [SALES], "has_more": True, "next_token": "2f"})

    assert len(list(client.channels())) == 2


def test_a_channel_is_read_whole(scripted_cliq, client):
    scripted_cliq.answers(200, SALES)

    assert client.channel("O1974166000016769009") == Channel(
        channel_id="O1974166000016769009",
        chat_id="CT_1608777491535075383_637446511",
        unique_name="sales",
        name="#Sales",
        level="organization",
        status="created",
        joined=True,
        member_count=12,
        may_post=True,
        organization_id="4435792",
    )
    assert received(scripted_cliq).path == "/api/v2/channels/O1974166000016769009"
    assert received(scripted_cliq).headers["Authorization"] == "Zoho-oauthtoken 1000.access"


@pytest.mark.parametrize("wrapper", ["channel", "data"])
def test_a_channel_may_come_in_a_wrapper(scripted_cliq, client, wrapper):
    scripted_cliq.answers(200, {wrapper: SALES})

    assert client.channel("O1").unique_name == "sales"


@pytest.mark.parametrize(
    ("told", "may_post"),
    [
        ({}, True),
        ({"member_permission": {"send_message": False}}, False),
        ({"member_permission": {"send_message": "false"}}, False),
        ({"member_permission": {}}, True),
        ({"member_permission": None}, True),
        ({"current_user_role": "admin", "member_permission": {"send_message": False}}, True),
        ({"current_user_role": "admin", "admin_permission": {"send_message": False}}, False),
        ({"current_user_role": "super_admin", "admin_permission": {"send_message": True}}, True),
        ({"current_user_role": None, "member_permission": {"send_message": False}}, False),
    ],
)
def test_who_may_post_is_read_from_the_persons_role(scripted_cliq, client, told, may_post):
    scripted_cliq.answers(200, SALES | told)

    assert client.channel("O1").may_post is may_post


def test_an_odd_channel_is_read_as_far_as_it_goes(scripted_cliq, client):
    rows = [
        {"channel_id": 7, "unique_name": "odd", "participant_count": "12", "level": None},
        {"channel_id": "O2"},
        {"unique_name": "nameless"},
        "a string",
        None,
        {**SALES, "participant_count": [], "joined": "false", "status": "archived"},
    ]
    scripted_cliq.answers(200, {"channels": rows})

    odd, archived = client.channels()

    assert (odd.channel_id, odd.name, odd.member_count, odd.level) == ("7", "odd", 12, "")
    assert (archived.member_count, archived.joined, archived.status) == (0, False, "archived")


POSTS = [
    ("post_to_channel", "営業/1", "/api/v2/channelsbyname/%E5%96%B6%E6%A5%AD%2F1/message"),
    ("post_to_chat", "CT_1_2-B3", "/api/v2/chats/CT_1_2-B3/message"),
    ("post_to_buddy", "ann@example.com", "/api/v2/buddies/ann%40example.com/message"),
]


@pytest.mark.parametrize(("method", "target", "path"), POSTS)
def test_a_post_asks_for_its_id(scripted_cliq, client, method, target, path):
    scripted_cliq.answers(200, {"message_id": "1599_2292"})

    message_id = getattr(client, method)(target, {"text": "Hello"})

    assert message_id == "1599_2292"
    assert (received(scripted_cliq).method, received(scripted_cliq).path) == ("POST", path)
    assert received(scripted_cliq).query == {}
    assert received(scripted_cliq).json == {"text": "Hello", "sync_message": True}


@pytest.mark.parametrize(
    ("status", "body", "message_id"),
    [
        (204, b"", None),
        (200, b"", None),
        (200, {}, None),
        (200, {"message_id": None}, None),
        (200, {"message_id": "1599%202292"}, "1599_2292"),
        (200, {"message_id": "1599 2292"}, "1599_2292"),
        (200, {"id": "1599_2292"}, "1599_2292"),
        (200, {"data": {"message_id": "1599_2292"}}, "1599_2292"),
        (200, {"data": {"id": "1599_2292", "card": {}}, "type": "message"}, "1599_2292"),
        (200, {"data": []}, None),
    ],
)
def test_a_message_id_is_found_in_any_of_its_forms(scripted_cliq, client, status, body, message_id):
    scripted_cliq.answers(status, body)

    assert client.post_to_channel("sales", {"text": "Hello"}) == message_id


def test_a_post_without_answer_is_in_doubt_and_not_repeated(scripted_cliq, client):
    scripted_cliq.hangs()

    with pytest.raises(CliqTimeout):
        client.post_to_channel("sales", {"text": "Hello"})

    assert len(scripted_cliq.received) == 1


def test_a_refusal_is_not_repeated(scripted_cliq, client):
    scripted_cliq.answers(400, {"code": "request_limit_exceeded"})

    with pytest.raises(CliqThrottled):
        client.post_to_channel("sales", {"text": "Hello"})

    assert len(scripted_cliq.received) == 1


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_an_id_that_would_change_the_path_is_never_sent(scripted_cliq, client, name):
    with pytest.raises(StoredIdGone):
        client.post_to_channel(name, {"text": "Hello"})

    assert not scripted_cliq.received


def row(**changes):
    sender = {"name": "Scott Fisher", "id": "631830849"}
    told = {"id": "1_2", "time": NOON_MS, "type": "text", "sender": sender, "content": "Hi"}
    return told | changes


def test_messages_are_asked_for_by_milliseconds(scripted_cliq, client):
    scripted_cliq.answers(200, {"data": []})

    client.messages("CT_1_2", NOON, until=NOON + timedelta(microseconds=1500), limit=500)

    assert received(scripted_cliq).path == "/api/v2/chats/CT_1_2/messages"
    assert received(scripted_cliq).query == {
        "fromtime": str(NOON_MS),
        "totime": str(NOON_MS + 2),
        "limit": "100",
    }


@pytest.mark.parametrize("content", ["Hi", {"text": "Hi"}])
def test_a_text_is_read_as_a_string_or_an_object(scripted_cliq, client, content):
    scripted_cliq.answers(200, {"data": [row(content=content)]})

    assert client.messages("CT_1_2", NOON) == [
        ChatMessage("1_2", NOON, "Scott Fisher", "631830849", "text", "Hi")
    ]


def test_a_file_is_read_with_its_comment(scripted_cliq, client):
    file = {"id": "f37", "name": "a.jpg", "type": "image/jpeg", "dimensions": {"size": 559008}}
    content = {"file": file, "thumbnail": {"height": 230}, "comment": "Look"}
    scripted_cliq.answers(200, {"data": [row(type="file", content=content)]})

    (message,) = client.messages("CT_1_2", NOON)

    assert (message.kind, message.text) == ("file", "Look")
    assert message.file == File("f37", "a.jpg", "image/jpeg", 559008)


def test_messages_come_the_oldest_first(scripted_cliq, client):
    rows = [row(id="9_1", time=NOON_MS + 9), row(id="1_1", time=NOON_MS)]
    scripted_cliq.answers(200, {"data": rows})

    assert [message.id for message in client.messages("CT_1_2", NOON)] == ["1_1", "9_1"]


@pytest.mark.parametrize(
    ("time", "sent_at"),
    [
        (str(NOON_MS), NOON),
        ("2026-11-23T21:00:00+09:00", NOON),
        (None, NOON),
        ("noon", NOON),
        (10**30, NOON),
    ],
)
def test_a_messages_time_is_read_however_it_comes(scripted_cliq, client, time, sent_at):
    scripted_cliq.answers(200, {"data": [row(id=f"{NOON_MS}%2042", time=time)]})

    (message,) = client.messages("CT_1_2", NOON)

    assert (message.id, message.sent_at) == (f"{NOON_MS}_42", sent_at)


def test_a_message_of_an_unknown_kind_keeps_its_place(scripted_cliq, client):
    odd = [
        row(id="2", type="poll", content={"options": []}, sender=None),
        row(id="3", type="info", content=None, sender={"id": 7}),
        {"type": "text"},
        7,
    ]
    scripted_cliq.answers(200, {"data": odd})

    poll, info = client.messages("CT_1_2", NOON)

    assert (poll.kind, poll.text, poll.sender_name) == ("poll", "", "")
    assert (info.kind, info.text, info.sender_id) == ("info", "", "7")


@pytest.mark.parametrize("body", [{}, {"data": {}}, [], "Hi", b"<html></html>", b"{"])
def test_an_answer_without_messages_does_not_pass_for_an_empty_chat(scripted_cliq, client, body):
    scripted_cliq.answers(200, body)

    with pytest.raises(CliqUnavailable):
        client.messages("CT_1_2", NOON)


def test_a_chat_without_a_word_is_empty(scripted_cliq, client):
    scripted_cliq.answers(204)

    assert client.messages("CT_1_2", NOON) == []


def test_chats_are_listed(scripted_cliq, client):
    told = {"chat_id": "22", "name": "Ryan West", "chat_type": "dm", "participant_count": 2}
    scripted_cliq.answers(200, {"chats": [told, {"name": "no id"}]})

    (chat,) = client.chats(limit=50)

    assert (chat.chat_id, chat.name, chat.kind, chat.member_count) == ("22", "Ryan West", "dm", 2)
    assert received(scripted_cliq).query == {"limit": "50"}


def test_a_user_is_read_with_their_organisation(scripted_cliq, client):
    told = {
        "id": "163315760",
        "zoid": "54107592",
        "email_id": "yod@example.com",
        "full_name": "Yod Agbaria",
        "organization_id": "54107592",
    }
    scripted_cliq.answers(200, {"data": told})

    assert client.user("163315760") == User(
        "163315760", "Yod Agbaria", "yod@example.com", "54107592"
    )


@pytest.mark.parametrize("body", [{}, {"data": {}}, {"data": []}, {"data": {"name": "Yod"}}])
def test_an_answer_that_names_nobody_is_an_error(scripted_cliq, client, body):
    scripted_cliq.answers(200, body)

    with pytest.raises(CliqUnavailable):
        client.user("1")
    with pytest.raises(CliqUnavailable):
        client.channel("O1")
