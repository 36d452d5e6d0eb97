"""From a committed event to the channel, and what happens when Cliq does not do as asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations import delivery
from integrations.cliq.errors import CliqThrottled
from integrations.delivery import ledger
from integrations.delivery.decisions import WAITS
from integrations.models import Attempt, Connection, Delivery, Grant
from portal.models import Event
from tests.factories import make_estimate, make_visitor

POST = "/api/v2/channelsbyname/*"


def texts_in(cliq):
    """The texts of our messages in the channel, in order."""
    return [message["payload"]["text"] for message in cliq.posted("sales")]


def test_an_event_reaches_the_channel_with_its_facts(cliq, lane, record):
    event = record("We found a cheaper offer.")

    lane.drain()

    delivery_row = Delivery.objects.get()
    message = cliq.posted("sales")[0]["payload"]
    assert delivery_row.status == Delivery.Status.SENT
    assert delivery_row.message_id
    assert "declined estimate EST-000001" in message["text"]
    assert "We found a cheaper offer." in message["text"]
    assert delivery_row.attempt.marker in message["text"]
    button = message["buttons"][0]["action"]["data"]["web"]
    assert button.endswith(f"/go/{event.reference}/")


def test_messages_leave_in_the_order_of_their_events(cliq, lane, record):
    for number in range(5):
        record(f"reason {number}")

    lane.drain()

    texts = texts_in(cliq)
    assert [f"reason {n}" in text for n, text in enumerate(texts)] == [True] * 5


def test_nobody_else_can_take_a_lane_that_is_held(cliq, lane, record):
    record()
    lane.account.claim(lane.now)

    assert lane.drain() is None

    assert texts_in(cliq) == []


def test_an_outage_holds_the_lane_and_is_retried_with_growing_waits(cliq, lane, record):
    record("first")
    record("second")
    cliq.will("server_error", POST, times=2)

    first_wait = lane.drain() - lane.now
    lane.now += first_wait
    second_wait = lane.drain() - lane.now
    lane.now += second_wait
    lane.drain_until_empty()

    assert timedelta(seconds=4) <= first_wait <= timedelta(seconds=6)
    assert timedelta(seconds=24) <= second_wait <= timedelta(seconds=36)
    assert ["first" in t for t in texts_in(cliq)] == [True, False]


def test_after_three_days_a_message_has_failed_and_the_lane_goes_on(cliq, lane, record):
    record("never")
    Delivery.objects.update(tries=len(WAITS))
    record("later")
    cliq.will("forbidden", "/oauth/v2/token")
    cliq.will("server_error", POST)

    lane.drain_until_empty()

    assert lane.states() == ["failed", "sent"]


@pytest.mark.parametrize("trouble", ["throttle", "too_many"])
def test_a_lock_is_waited_out_without_probing(cliq, lane, record, trouble):
    record()
    cliq.will(trouble, POST)

    due_at = lane.drain()
    calls = len(cliq.requests(POST))
    lane.drain(after=timedelta(minutes=9))

    assert due_at - lane.now == pytest.approx(timedelta(minutes=1), abs=timedelta(seconds=1))
    assert len(cliq.requests(POST)) == calls
    lane.drain(after=timedelta(minutes=1))
    assert lane.states() == ["sent"]
    assert Delivery.objects.get().tries == 1


def test_retry_after_is_believed(cliq, lane, record):
    record()
    cliq.will("too_many", POST, headers={"Retry-After": "30"})

    due_at = lane.drain()

    assert due_at - lane.now == timedelta(seconds=30)


def test_a_refused_message_is_said_more_simply_once(cliq, lane, record):
    record()
    cliq.will("refuse", POST, status=400, code="extra_key_found")

    lane.drain()

    message = cliq.posted("sales")[0]["payload"]
    assert lane.states() == ["sent"]
    assert "buttons" not in message
    assert "/go/" in message["text"]
    assert Delivery.objects.get().attempts.count() == 2


def test_a_message_refused_in_both_forms_fails_and_steps_aside(cliq, lane, record):
    record("poison")
    record("fine")
    cliq.will("refuse", POST, times=2, status=400, code="extra_key_found")

    lane.drain()

    assert lane.states() == ["failed", "sent"]
    assert "extra_key_found" in Delivery.objects.earliest("event_id").error


def test_an_expired_access_token_is_refreshed_once(cliq, lane, record):
    record()
    cliq.will("unauthorized", POST)

    lane.drain()

    assert lane.states() == ["sent"]
    assert len(cliq.requests("/oauth/v2/token")) == 1


def test_a_token_refused_twice_stops_the_connection_and_keeps_the_queue(cliq, lane, record):
    record()
    cliq.will("unauthorized", POST, times=2)

    lane.drain()

    lane.connection.refresh_from_db()
    assert lane.connection.health == Connection.Health.NEEDS_RECONNECT
    assert lane.states() == ["pending"]
    assert len(cliq.requests(POST)) == 2


def test_a_revoked_grant_stops_the_connection_at_once(cliq, lane, record):
    record()
    cliq.revoke("hana@minato.example")
    Grant.objects.update(access_expires_at=timezone.now())

    lane.drain()

    lane.connection.refresh_from_db()
    assert lane.connection.health == Connection.Health.NEEDS_RECONNECT
    assert Grant.objects.get().status == Grant.Status.DEAD
    assert lane.states() == ["pending"]


def test_a_missing_scope_asks_for_a_new_connection(cliq, lane, record):
    record()
    cliq.withdraw_scope("hana@minato.example", "ZohoCliq.Webhooks.CREATE")

    lane.drain()

    lane.connection.refresh_from_db()
    assert lane.connection.health == Connection.Health.NEEDS_RECONNECT
    assert Grant.objects.get().status == Grant.Status.SCOPE_MISSING


def test_an_archived_channel_is_parked_and_goes_on_when_repaired(cliq, lane, record):
    record("held")
    cliq.archive("sales")

    lane.drain()

    lane.connection.refresh_from_db()
    assert lane.connection.health == Connection.Health.CHANNEL_UNAVAILABLE
    assert lane.states() == ["pending"]
    cliq.unarchive("sales")
    lane.connection.repair()
    lane.drain()
    assert lane.states() == ["sent"]


def test_a_deleted_channel_is_parked(cliq, lane, record):
    record()
    cliq.delete_channel("sales")

    lane.drain_until_empty()

    lane.connection.refresh_from_db()
    assert lane.connection.health == Connection.Health.CHANNEL_UNAVAILABLE
    assert lane.states() == ["pending"]


def test_an_ambiguous_refusal_of_a_sound_channel_blames_the_message(cliq, lane, record):
    record()
    cliq.will("technical_error", POST, times=4)

    lane.drain_until_empty()

    lane.connection.refresh_from_db()
    assert lane.connection.health == Connection.Health.OK
    assert lane.states() == ["failed"]


def test_an_unknown_refusal_is_retried_and_disables_nothing(cliq, lane, record):  # spec 134
    record()
    cliq.will("refuse", POST, times=2, status=400, code="moon_is_full")

    lane.drain_until_empty()

    lane.connection.refresh_from_db()
    assert lane.connection.health == Connection.Health.OK
    assert lane.states() == ["sent"]


@pytest.mark.parametrize(
    ("when", "is_repeated"), [("after", False), ("before", True)], ids=["stored", "not stored"]
)
def test_a_dropped_line_is_looked_up_before_anything_is_repeated(
    cliq, lane, record, when, is_repeated
):  # spec 129
    record()
    cliq.will("drop", POST, when=when)

    lane.drain_until_empty()

    assert lane.states() == ["sent"]
    assert len(cliq.posted("sales")) == 1
    assert (len(cliq.requests(POST)) > 1) is is_repeated
    assert Delivery.objects.get().message_id


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hanging_cliq_is_given_up_and_looked_up(cliq, lane, record, settings, when):  # spec 132
    settings.CLIQ_ANSWER_SECONDS = 1
    record()
    cliq.will("hang", POST, when=when, seconds=2)

    lane.drain()
    assert Attempt.objects.get().outcome == Attempt.Outcome.TIMEOUT
    lane.drain_until_empty()

    assert lane.states() == ["sent"]
    assert len(cliq.posted("sales")) == 1


def test_an_answer_that_is_not_json_is_looked_up_before_it_is_repeated(cliq, lane, record):
    record()
    cliq.will("bad_gateway", POST, when="after")

    lane.drain_until_empty()

    assert lane.states() == ["sent"]
    assert len(cliq.posted("sales")) == 1


def test_a_worker_killed_after_cliq_stored_the_message_sends_nothing_twice(cliq, lane, record):
    record()
    lane.drain()
    # As the dead worker left it: the call was written down, its end was not.
    Attempt.objects.update(outcome=Attempt.Outcome.STARTED, finished_at=None)
    Delivery.objects.update(status=Delivery.Status.PENDING, sent_at=None)

    lane.drain(after=timedelta(minutes=1))

    assert lane.states() == ["sent"]
    assert len(cliq.posted("sales")) == 1
    assert Attempt.objects.get(origin="delivery").outcome == Attempt.Outcome.FOUND


def test_a_chat_that_cannot_be_read_leaves_the_delivery_uncertain(cliq, lane, record):
    record()
    cliq.will("drop", POST, when="after")
    cliq.withdraw_scope("hana@minato.example", "ZohoCliq.Messages.READ")

    lane.drain_until_empty()

    assert lane.states() == ["uncertain"]
    assert len(cliq.posted("sales")) == 1


def test_a_worker_that_lost_its_lease_writes_nothing(cliq, lane, record):
    record()
    owner = lane.account.claim(lane.now)
    thief = lane.account.claim(lane.now + lane.account.LEASE)

    assert thief is not None
    assert ledger.renew(lane.account, owner, lane.now) is False
    assert lane.account.release(owner, lane.now) is False


def test_a_burst_beyond_the_budget_leaves_as_digests_in_order(cliq, lane, record):
    events = [record(f"reason {number:03d}") for number in range(60)]

    lane.drain_until_empty()

    texts = "\n".join(texts_in(cliq))
    places = [texts.index(f"reason {number:03d}") for number in range(60)]
    assert places == sorted(places)
    assert len(cliq.posted("sales")) <= 40
    assert Delivery.objects.filter(status="sent").count() == len(events)
    assert {request["status"] for request in cliq.requests(POST)} == {200}


def test_a_digest_whose_answer_was_lost_is_found_for_all_it_carried(cliq, lane, record):
    for number in range(60):
        record(f"reason {number:03d}")
    cliq.will("drop", POST, when="after")

    lane.drain_until_empty()

    texts = "\n".join(texts_in(cliq))
    assert [texts.count(f"reason {n:03d}") for n in range(60)] == [1] * 60
    assert set(lane.states()) == {"sent"}


def test_what_we_cannot_put_into_words_steps_aside(cliq, lane, record):
    poison = record("poison")
    record("fine")
    Event.objects.filter(pk=poison.pk).update(facts={})

    lane.drain_until_empty()

    assert lane.states() == ["failed", "sent"]
    assert len(cliq.posted("sales")) == 1


def test_of_a_digest_only_what_we_cannot_put_into_words_fails(cliq, lane, record):
    events = [record(f"reason {number:03d}") for number in range(50)]
    Event.objects.filter(pk=events[20].pk).update(facts={})

    lane.drain_until_empty()

    assert lane.states() == ["sent"] * 20 + ["failed"] + ["sent"] * 29


def test_a_late_event_does_not_overtake_one_that_is_in_doubt(cliq, lane, record):
    record("first")
    record("second")
    cliq.will("drop", POST, when="before")

    lane.drain()
    record("third")
    lane.now += timedelta(hours=1)
    lane.drain_until_empty()

    texts = "\n".join(texts_in(cliq))
    assert texts.index("first") < texts.index("second") < texts.index("third")


def test_a_call_without_answer_is_given_time_to_settle(cliq, lane, record):
    record()
    cliq.will("drop", POST, when="after")

    lane.drain()
    settles_at = lane.drain(after=timedelta(seconds=10))

    assert settles_at == Attempt.objects.get().settled_at
    assert cliq.requests("/api/v2/chats/*") == []
    lane.drain(after=timedelta(seconds=20))
    assert lane.states() == ["sent"]


def test_a_lock_met_by_the_chat_bar_stops_the_lane_too(cliq, lane, record):
    cliq.will("throttle", POST)
    with pytest.raises(CliqThrottled):
        delivery.send_test(lane.connection, lane.clock)
    record()

    lane.drain()

    assert lane.states() == ["pending"]
    assert len(cliq.requests(POST)) == 1


def test_a_late_message_says_when_it_happened(cliq, lane, record):
    record()
    lane.now += timedelta(hours=2)

    lane.drain()

    assert "only told now" in texts_in(cliq)[0]


def test_notifications_switched_off_skip_with_their_reason(cliq, lane, record):  # spec 138
    Connection.objects.update(notifications_enabled=False)

    record()

    lane.drain()
    assert Delivery.objects.get().reason == Delivery.Reason.NOTIFICATIONS_OFF
    assert texts_in(cliq) == []


def test_a_kind_that_is_off_is_skipped(cliq, lane, record):  # spec 144
    Connection.objects.update(muted_kinds=["estimate.declined"])

    record()

    assert Delivery.objects.get().reason == Delivery.Reason.KIND_OFF


def test_an_organisation_without_cliq_has_events_and_no_deliveries(db):
    estimate = make_estimate()

    estimate.accept(make_visitor(estimate), name="A", now=timezone.now())

    assert Event.objects.count() == 1
    assert Delivery.objects.count() == 0


def test_a_test_message_takes_the_same_way(cliq, connection):  # spec 141
    attempt = delivery.send_test(connection, timezone.now)

    assert attempt.outcome == Attempt.Outcome.SENT
    assert attempt.marker in texts_in(cliq)[0]


def test_a_spent_budget_stops_the_chat_bar_too(cliq, connection):
    now = timezone.now()
    Attempt.objects.bulk_create(
        Attempt(account=connection.grant.account, origin="delivery", started_at=now)
        for _ in range(40)
    )

    with pytest.raises(delivery.BudgetSpent):
        delivery.send_test(connection, timezone.now)

    assert cliq.requests(POST) == []
