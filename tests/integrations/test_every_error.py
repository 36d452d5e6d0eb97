"""Every way in which Cliq says no, in the middle of a lane: nothing lost, nothing twice, in order.

The rows are those of the contract's table of errors (api.md 6.2).
"""

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


def repair(connection):
    """As if somebody had connected again and chosen the channel once more."""
    Grant.objects.filter(pk=connection.grant_id).update(status=Grant.Status.ACTIVE)
    Connection.objects.filter(pk=connection.pk).update(health=Connection.Health.OK)
