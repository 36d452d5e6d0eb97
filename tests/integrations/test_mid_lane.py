"""Cliq changes under a lane that is being drained: what was taken stays, what waits is kept."""

import pytest
from django.utils import timezone

from integrations import delivery
from integrations.delivery import ledger
from integrations.models import Attempt, Connection, Delivery, Grant
from tests.integrations import lanes

POST = "/api/v2/channelsbyname/*"
READ = "/api/v2/chats/*"
ALL = [0, 1, 2, 3]
ADMIN = "hana@minato.example"


@pytest.fixture
def four(connection, lane):
    """Four comments wait."""
    document = lanes.document_of(connection)
    for number in ALL:
        lanes.comment(document, number)
    return lane


@pytest.fixture
def drain_while(cliq, four):
    """Drain the lane, and let something happen as soon as Cliq has two of its messages."""

    def drain(happens):
        is_over = False

        def clock():
            nonlocal is_over
            if not is_over and len(cliq.posted("sales")) == 2:
                is_over = True
                happens()
            return four.now

        delivery.drain(four.account.pk, now=clock)
        assert is_over
        four.connection.refresh_from_db()
        return four.connection

    return drain


def test_a_grant_revoked_mid_lane_keeps_what_waits(cliq, four, drain_while):
    def revoke():
        cliq.revoke(ADMIN)
        cliq.expire_tokens(ADMIN)

    connection = drain_while(revoke)

    assert connection.health == Connection.Health.NEEDS_RECONNECT
    assert connection.grant.status == Grant.Status.DEAD
    assert lanes.numbers_in(cliq.posted("sales")) == ALL[:2]
    assert four.states() == ["sent", "sent", "pending", "pending"]


def test_a_scope_withdrawn_mid_lane_keeps_what_waits(cliq, four, drain_while):
    connection = drain_while(lambda: cliq.withdraw_scope(ADMIN, "ZohoCliq.Webhooks.CREATE"))

    assert connection.health == Connection.Health.NEEDS_RECONNECT
    assert connection.grant.status == Grant.Status.SCOPE_MISSING
    assert four.states() == ["sent", "sent", "pending", "pending"]


def test_a_channel_archived_mid_lane_goes_on_when_it_is_back(cliq, four, drain_while):
    connection = drain_while(lambda: cliq.archive("sales"))

    assert connection.health == Connection.Health.CHANNEL_UNAVAILABLE
    assert four.states() == ["sent", "sent", "pending", "pending"]
    cliq.unarchive("sales")
    connection.repair()
    four.drain_until_empty()
    assert lanes.numbers_in(cliq.posted("sales")) == ALL


def test_notifications_switched_off_mid_lane_send_no_more(cliq, four, drain_while):
    def switch_off():
        Delivery.objects.skip_pending(four.connection, Delivery.Reason.NOTIFICATIONS_OFF)

    drain_while(switch_off)

    assert four.states()[2:] == ["skipped", "skipped"]
    assert lanes.numbers_in(cliq.posted("sales")) == ALL[:2]


def test_a_lock_met_mid_lane_is_waited_out_in_order(cliq, four, drain_while):
    drain_while(lambda: cliq.lock(ADMIN))

    assert four.states() == ["sent", "sent", "pending", "pending"]
    cliq.unlock(ADMIN)
    four.drain_until_empty()
    assert lanes.numbers_in(cliq.posted("sales")) == ALL


def test_a_chat_that_is_refused_after_an_outage_is_still_asked_twice_more(cliq, lane, record):
    record()
    cliq.will("drop", POST, when="after")
    cliq.will("server_error", READ, times=4)
    cliq.will("technical_error", READ, times=2)

    lane.drain_until_empty()

    assert sum(cliq.fault_counts().values()) == 7
    assert lane.states() == ["sent"]
    assert len(cliq.posted("sales")) == 1
    assert Attempt.objects.of_posts().get().outcome == Attempt.Outcome.FOUND


def test_what_another_lane_has_taken_up_since_is_left_to_it(connection, record):
    """Another admin's account posts from now on: its lane and the one before meet."""
    record()
    read_by_the_old_lane = Delivery.objects.get()
    about = {"account": connection.grant.account, "connection": connection, "origin": "delivery"}
    of_the_new_lane = Attempt(**about, started_at=timezone.now(), marker="new")
    of_the_old_lane = Attempt(**about, started_at=timezone.now(), marker="old")

    assert ledger.begin(of_the_new_lane, [Delivery.objects.get()])
    assert not ledger.begin(of_the_old_lane, [read_by_the_old_lane])
