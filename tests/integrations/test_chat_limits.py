"""The chat bar keeps to half of what Cliq allows, however many tabs and processes there are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.chat import people
from integrations.chat.asking import RULES, AllowanceSpent, lock, take
from integrations.chat.refreshing import look, refresh
from integrations.chat.thread import open_posts
from integrations.models import Allowance, Snapshot
from tests.conftest import Clock

TABS, PROCESSES, SECONDS, STEP = 10, 2, 300, 5
HANA, KENJI = "hana@minato.example", "kenji@minato.example"
NAMES = {
    "messages": "messages",
    "channels": "channels",
    "chats": "chats",
    "unread": "v3-chat",
    "names": "chat-members",
    "people": "users",
    "read": "v3-chat-update",
    "open": "v3-chat-create",
    "file": "files",
}


@pytest.fixture
def clock():
    return Clock(timezone.now())


def poll(grant, clock, chat_id="", before=""):
    """What one tab's poll does: read the row, and have it refreshed if it is old."""
    snapshot, owner = look(grant, clock(), chat_id, before)
    if owner:
        refresh(snapshot.pk, owner, clock)
    return Snapshot.objects.get(pk=snapshot.pk)


def peaks(cliq):
    return {row["limit"]: row["peak"] / row["allowed"] for row in cliq.state()["limits"]}


@pytest.mark.parametrize("chats", [1, 10], ids=["one chat", "a chat in each tab"])
def test_ten_tabs_on_two_processes_for_five_minutes(cliq, connection, clock, chats):
    cliq.quirks(limits_enforced=False)
    rooms = [cliq.direct_chat(HANA, cliq_friend(cliq, number)) for number in range(chats)]

    for second in range(0, SECONDS, STEP):
        for tab in range(TABS):
            for process in range(PROCESSES):
                room = rooms[tab % chats]
                if (second + tab + process) % 10 < STEP:
                    poll(connection.grant, clock, room)
                if second % 45 < STEP:
                    poll(connection.grant, clock)
        if second % 20 == 0:
            cliq.say(rooms[second % chats], friend(second % chats), f"at {second}")
        if second % 30 == 0:
            poll(connection.grant, clock, rooms[0], before=f"{1700000000000 + second}_1")
        clock.now += timedelta(seconds=STEP)
        cliq.advance(STEP)

    shares = peaks(cliq)
    assert shares["messages"] > 0.3  # It did look.
    assert max(shares.values()) <= 0.5, shares
    assert "at 280" in poll(connection.grant, clock, rooms[280 % chats]).content or chats > 1


def friend(number):
    return f"friend{number}@minato.example"


def cliq_friend(cliq, number):
    cliq.add_account(friend(number))
    return friend(number)


def test_our_rules_are_half_of_what_the_sandbox_allows(cliq, connection):
    cliq.quirks(limits_enforced=False)
    from integrations.sandbox.limits import RATES  # noqa: PLC0415

    for call, rule in RULES.items():
        assert rule.calls * 2 <= RATES[NAMES[call]].calls


def test_a_minute_takes_so_many_calls_and_no_more(connection, clock):
    account = connection.grant.account
    for _call in range(7):
        take(account, "messages", clock())

    with pytest.raises(AllowanceSpent) as caught:
        take(account, "messages", clock())

    assert caught.value.retry_after == timedelta(minutes=1)
    take(account, "chats", clock())
    clock.now += timedelta(minutes=1)
    take(account, "messages", clock())
    assert len(Allowance.objects.get(call="messages").taken) == 1


def test_what_refreshes_by_itself_leaves_room_for_what_a_person_opens(cliq, connection, clock):
    other = cliq.direct_chat(HANA, KENJI)
    for _tick in range(6):
        poll(connection.grant, clock, connection.chat_id)
        clock.now += timedelta(seconds=10)

    opened = poll(connection.grant, clock, other)

    assert opened.fetched_at == clock.now


def test_a_lock_of_cliqs_is_waited_for_and_said(cliq, connection, clock):
    cliq.say("sales", KENJI, "before")
    poll(connection.grant, clock, connection.chat_id)
    cliq.will("throttle", path="/api/v2/chats/*/messages")
    cliq.forget_requests()

    for _tick in range(29):
        clock.now += timedelta(seconds=10)
        locked = poll(connection.grant, clock, connection.chat_id)

    assert len(cliq.requests(path="/api/v2/chats/*/messages")) == 1
    assert "before" in locked.content
    assert locked.error == "CliqThrottled"
    clock.now += timedelta(seconds=60)
    assert poll(connection.grant, clock, connection.chat_id).error == ""


def test_an_outage_is_asked_about_less_and_less(cliq, connection, clock):
    cliq.will("bad_gateway", path="/api/*", times=100)
    cliq.forget_requests()

    for _tick in range(60):
        poll(connection.grant, clock, connection.chat_id)
        clock.now += timedelta(seconds=10)

    assert len(cliq.requests(path="/api/v2/chats/*/messages")) <= 8
    cliq.obey()
    clock.now += timedelta(minutes=5)
    assert poll(connection.grant, clock, connection.chat_id).error == ""


def test_only_one_refreshes_and_a_lost_worker_is_replaced(connection, clock):
    snapshot, owner = look(connection.grant, clock())
    assert owner
    assert look(connection.grant, clock())[1] is None

    clock.now += Snapshot.LEASE
    _snapshot, next_owner = look(connection.grant, clock())

    assert next_owner
    refresh(snapshot.pk, owner, clock)  # Too late: the lease is another's.
    assert Snapshot.objects.get().fetched_at is None


def test_a_lock_is_remembered_for_its_call_alone(connection, clock):
    account = connection.grant.account
    until = lock(account, "people", clock(), None)

    assert until == clock() + timedelta(minutes=10)
    with pytest.raises(AllowanceSpent):
        take(account, "people", clock())
    take(account, "messages", clock())


def test_a_chat_is_marked_as_read_once(cliq, connection, clock):
    snapshot = poll(connection.grant, clock, connection.chat_id)
    message_id = cliq.say("sales", KENJI, "Hi")
    cliq.forget_requests()

    for _tab in range(3):
        people.mark_read(snapshot.pk, message_id, clock(), clock)

    assert len(cliq.requests(path="/api/v3/chats/*", method="PUT")) == 1
    assert open_posts(connection.grant, snapshot) == []
