"""The client and the sandbox, chatting: both held against Zoho's documents."""

from datetime import UTC, datetime

import pytest

from integrations.cliq import oauth
from integrations.cliq.client import CliqClient
from integrations.cliq.errors import ChannelUnavailable
from integrations.cliq.regions import region

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ANN, BOB = "ann@example.com", "bob@example.com"


@pytest.fixture
def people(cliq):
    return {
        ANN: cliq.add_account(ANN, first_name="Ann", last_name="Lee"),
        BOB: cliq.add_account(BOB, first_name="Bob", last_name="Ray"),
    }


@pytest.fixture
def as_ann(cliq, people):
    tokens = cliq.grant(ANN, *oauth.STAFF_SCOPES)
    return CliqClient(region("sandbox"), tokens["access_token"])


def test_a_colleague_is_found_and_written_to(cliq, people, as_ann):
    (found,) = as_ann.people("ray")
    opened = as_ann.open_direct(found.zuid)
    as_ann.post_to_chat(opened.chat_id, {"text": "Hello"})

    assert found.name == "Bob Ray"
    assert as_ann.open_direct(found.zuid).chat_id == opened.chat_id
    (listed,) = as_ann.chats()
    assert (listed.chat_id, listed.people) == (opened.chat_id, ((people[BOB], "Bob Ray"),))
    assert listed.last is not None
    assert listed.last.text == "Hello"
    assert as_ann.names(opened.chat_id) == {people[ANN]: "Ann Lee", people[BOB]: "Bob Ray"}


def test_what_is_unread_is_read(cliq, people, as_ann):
    chat_id = cliq.direct_chat(ANN, BOB)
    cliq.say(chat_id, BOB, "one")
    cliq.say(chat_id, BOB, "two")
    newest = as_ann.messages(chat_id, LONG_AGO)[-1]

    before = as_ann.unread(chat_id)
    as_ann.mark_read(chat_id, newest.id)

    assert (before, as_ann.unread(chat_id)) == (2, 0)


def test_a_channels_favourites_and_unread_count_come_with_the_list(cliq, people, as_ann):
    cliq.add_channel("#sales", unique_name="sales", members=[ANN, BOB])
    cliq.pin("sales", ANN)
    cliq.say("sales", BOB, "Morning")

    (sales,) = as_ann.channels()

    assert (sales.is_pinned, sales.unread) == (True, 1)
    assert sales.last is not None
    assert (sales.last.sender_name, sales.last.text) == ("Bob Ray", "Morning")


def test_a_file_is_fetched_by_who_is_in_its_chat(cliq, people, as_ann):
    cliq.add_channel("#sales", members=[ANN, BOB])
    cliq.add_channel("#others", members=[BOB])
    cliq.share_file("#sales", BOB, "契約.pdf", b"%PDF-1.7", content_type="application/pdf")
    cliq.share_file("#others", BOB, "b.txt", b"b")
    (sales,) = as_ann.channels()
    (message,) = as_ann.messages(sales.chat_id, LONG_AGO)
    hidden = cliq.messages("#others")[0]["content"]["file"]["id"]

    assert message.file is not None
    assert as_ann.file(message.file.id).body == b"%PDF-1.7"
    with pytest.raises(ChannelUnavailable):
        as_ann.file(hidden)
    with pytest.raises(ChannelUnavailable):
        as_ann.file("nothing")


def test_a_posted_card_comes_back_with_its_buttons(cliq, people, as_ann):
    chat_id = cliq.direct_chat(ANN, BOB)
    action = {"type": "open.url", "data": {"web": "https://books.example/1"}}
    payload = {
        "text": "See",
        "card": {"title": "INV-1", "theme": "modern-inline"},
        "buttons": [{"label": "Open", "type": "+", "action": action}],
    }

    as_ann.post_to_chat(chat_id, payload)

    (message,) = as_ann.messages(chat_id, LONG_AGO)
    assert message.card is not None
    assert (message.card.title, message.card.buttons[0].label) == ("INV-1", "Open")
