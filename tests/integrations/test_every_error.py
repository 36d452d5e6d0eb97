"""Every way in which Cliq says no, in the middle of a lane: nothing lost, nothing twice, in order.

The rows are those of the contract's table of errors (api.md 6.2).
"""

from datetime import timedelta

import pytest

from integrations.models import Connection, Delivery, Grant
from tests.integrations import lanes

pytestmark = pytest.mark.undocumented  # What Zoho documents nowhere is said here on purpose.

POST = "/api/v2/channelsbyname/*"
ALL = [0, 1, 2]
TECHNICAL = "Sorry, we couldn't process your request due to a technical error."


def refusal(status, code="", message="No."):
    return {"do": "refuse", "status": status, "code": code, "message": message}


# What passes by itself: the fault, and how many times it is met.
PASSING = {
    "bad token": ({"do": "unauthorized"}, 1),
    "bad token, by its code": (refusal(401, "oauthtoken_invalid"), 1),
    "throttled with 400": ({"do": "throttle"}, 1),
    "throttled with 400, in words": (
        refusal(400, "", "You have exceeded the URL throttle limits."),
        1,
    ),
    "throttled with 429": ({"do": "too_many"}, 1),
    "throttled with 429 and a time": ({"do": "too_many", "headers": {"Retry-After": "90"}}, 1),
    "payload refused once": (refusal(400, "extra_key_found"), 1),
    "technical error": ({"do": "technical_error"}, 2),
    "technical error of a server": (refusal(500, "operation_failed", TECHNICAL), 2),
    "unknown": (refusal(400, "moon_is_full"), 3),
    "server error": ({"do": "server_error"}, 3),
    "HTML": ({"do": "bad_gateway"}, 3),
    "half an answer": ({"do": "malformed"}, 2),
    "dropped line": ({"do": "drop"}, 3),
}
# What stood in the channel before the answer went wrong.
STORED = {
    "server error": {"do": "server_error"},
    "technical error of a server": refusal(500, "operation_failed", TECHNICAL),
    "HTML": {"do": "bad_gateway"},
    "half an answer": {"do": "malformed"},
    "dropped line": {"do": "drop"},
}
# What only a person can repair.
BROKEN = {
    "scope missing": ({"do": "scope_missing"}, Connection.Health.NEEDS_RECONNECT),
    "bad token twice": ({"do": "unauthorized", "times": 2}, Connection.Health.NEEDS_RECONNECT),
    "no permission": ({"do": "forbidden"}, Connection.Health.CHANNEL_UNAVAILABLE),
    "access denied": (refusal(403, "access_denied"), Connection.Health.CHANNEL_UNAVAILABLE),
    "chat denied": (refusal(403, "chat_access_denied"), Connection.Health.CHANNEL_UNAVAILABLE),
    "gone": ({"do": "not_found"}, Connection.Health.CHANNEL_UNAVAILABLE),
    "archived": (refusal(400, "channel_archived"), Connection.Health.CHANNEL_UNAVAILABLE),
    "policy": (
        refusal(400, "external_communication_not_supported"),
        Connection.Health.CHANNEL_UNAVAILABLE,
    ),
}
# What is refused for ever: the one message steps aside.
HOPELESS = {
    "an extra key": (refusal(400, "extra_key_found"), 2),
    "an extra parameter": (refusal(400, "extra_param_found"), 2),
    "a missing parameter": (refusal(400, "param_missing"), 2),
    "a wrong pattern": (refusal(400, "input_pattern_mismatch"), 2),
    "a wrong address": (refusal(404, "request_url_invalid"), 2),
    "a wrong method": (refusal(405, "request_method_invalid"), 2),
    "technical errors in a sound channel": ({"do": "technical_error"}, 4),
    "technical errors of a server": (refusal(500, "operation_failed", TECHNICAL), 4),
    "unknown refusals": (refusal(400, "moon_is_full"), 6),
}


@pytest.fixture
def three(connection, lane):
    """Three comments wait."""
    document = lanes.document_of(connection)
    for number in ALL:
        lanes.comment(document, number)
    return lane


def arrived(cliq):
    return lanes.numbers_in(cliq.posted("sales"))


@pytest.mark.parametrize(("fault", "times"), PASSING.values(), ids=PASSING)
def test_what_passes_costs_nothing(cliq, three, fault, times):
    cliq.will(path=POST, skip=1, times=times, **fault)

    three.drain_until_empty()

    assert sum(cliq.fault_counts().values()) == times
    assert arrived(cliq) == ALL
    assert three.states() == ["sent"] * 3


@pytest.mark.parametrize("fault", STORED.values(), ids=STORED)
@pytest.mark.parametrize("tries", [0, 4])
def test_what_cliq_took_without_saying_so_is_found(cliq, three, fault, tries):
    Delivery.objects.update(tries=tries)
    cliq.will(path=POST, skip=1, when="after", **fault)

    three.drain_until_empty()

    assert arrived(cliq) == ALL
    assert three.states() == ["sent"] * 3


@pytest.mark.parametrize(("fault", "health"), BROKEN.values(), ids=BROKEN)
def test_what_a_person_must_repair_holds_the_queue_and_then_goes_on(cliq, three, fault, health):
    cliq.will(path=POST, skip=1, **fault)

    three.drain_until_empty()

    three.connection.refresh_from_db()
    assert three.connection.health == health
    assert arrived(cliq) == [0]
    assert three.states() == ["sent", "pending", "pending"]
    repair(three.connection)
    three.drain()
    assert arrived(cliq) == ALL
    assert three.states() == ["sent"] * 3


@pytest.mark.parametrize(("fault", "times"), HOPELESS.values(), ids=HOPELESS)
def test_what_is_refused_for_ever_steps_aside(cliq, three, fault, times):
    cliq.will(path=POST, skip=1, times=times, **fault)

    three.drain_until_empty()

    three.connection.refresh_from_db()
    assert three.connection.health == Connection.Health.OK
    assert arrived(cliq) == [0, 2]
    assert three.states() == ["sent", "failed", "sent"]


OUT_OF_ORDER = refusal(500, "operation_failed", TECHNICAL)


# spec 132
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_outage_in_which_cliq_says_the_same_to_everything_is_waited_out(cliq, three, when):
    cliq.will(path=POST, times=1, when=when, **OUT_OF_ORDER)
    cliq.will(path="/api/*", times=30, **OUT_OF_ORDER)

    for _turn in range(6):
        three.account.refresh_from_db()
        three.now = max(three.account.due_at, three.now)
        three.drain()

    three.connection.refresh_from_db()
    assert three.states() == ["pending"] * 3
    assert three.connection.health == Connection.Health.OK
    cliq.obey()
    three.drain_until_empty()
    assert arrived(cliq) == ALL
    assert three.states() == ["sent"] * 3


def test_a_chat_that_cannot_be_read_while_cliq_works_leaves_the_message_to_a_person(cliq, three):
    cliq.will(path=POST, when="after", **refusal(500, "operation_failed", TECHNICAL))
    cliq.will(path="/api/v2/chats/*", times=9, **OUT_OF_ORDER)

    three.drain_until_empty()

    assert three.states() == ["uncertain", "sent", "sent"]


@pytest.mark.parametrize("oldest_of_span", [False, True])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_message_is_found_in_a_busy_channel_whichever_end_cliq_tells_first(
    cliq, three, oldest_of_span, when
):
    """Of a span that holds more than a page, nothing says which messages come back."""
    for number in range(120):
        cliq.say("sales", "kenji@minato.example", f"before {number}")
    cliq.advance(20 * 60)
    three.now += timedelta(minutes=20)
    cliq.quirks(oldest_of_span=oldest_of_span)
    cliq.will(path=POST, do="drop", when=when)

    three.drain_until_empty()

    assert arrived(cliq) == ALL
    assert three.states() == ["sent"] * 3


# spec 132
def test_a_proxy_that_lost_patience_is_not_believed_before_cliq_has_had_its_time(cliq, three):
    cliq.will(path=POST, do="bad_gateway")
    three.drain()

    three.account.refresh_from_db()
    assert three.account.due_at - three.now < timedelta(seconds=10)
    three.now = three.account.due_at
    until = three.drain()

    assert until - three.now > timedelta(seconds=10)
    assert len(cliq.requests(path=POST)) == 1


def repair(connection):
    """As if somebody had connected again and chosen the channel once more."""
    Grant.objects.filter(pk=connection.grant_id).update(status=Grant.Status.ACTIVE)
    Connection.objects.filter(pk=connection.pk).update(health=Connection.Health.OK)
