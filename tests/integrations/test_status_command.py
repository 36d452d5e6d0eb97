"""`manage.py delivery_status`: what waits, what is held, what has failed."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from integrations.delivery import status
from integrations.models import Account, Connection, Delivery, Grant
from portal.events import EventKind
from portal.models import Event
from tests.factories import (
    NOON,
    ConnectionFactory,
    ContactFactory,
    CustomerFactory,
    make_estimate,
)

Status = Delivery.Status


def queue(connection, *statuses, now=NOON):
    """Deliveries of the connection, one in each state."""
    customer = CustomerFactory(organisation=connection.organisation)
    for state in statuses:
        estimate = make_estimate(contact=ContactFactory(customer=customer))
        kind = EventKind.ESTIMATE_COMMENTED
        event = Event.objects.record(kind, estimate, visitor=None, now=now)
        Delivery.objects.filter(event=event).update(status=state)


@pytest.fixture
def connection(db):
    return ConnectionFactory()


def test_what_is_over_is_counted_apart_from_what_waits(connection):  # spec 137
    queue(connection, "pending", "pending", "sent", "failed", "failed", "uncertain")

    told = status(NOON + timedelta(minutes=5))

    assert (told.lanes, told.due, told.later, told.held) == (1, 2, 0, 0)
    assert (told.failed, told.uncertain, told.oldest_seconds) == (2, 1, 300)


def test_a_lane_that_waits_says_until_when(connection):
    queue(connection, "pending")
    Account.objects.update(locked_until=NOON + timedelta(minutes=10))

    told = status(NOON)

    assert (told.due, told.later) == (0, 1)
    assert told.waiting[0].waits_until == NOON + timedelta(minutes=10)


@pytest.mark.parametrize(
    "damage",
    [
        lambda: Connection.objects.update(health=Connection.Health.CHANNEL_UNAVAILABLE),
        lambda: Grant.objects.update(status=Grant.Status.DEAD),
        lambda: Grant.objects.all().delete(),
    ],
    ids=["the channel is gone", "the grant is dead", "nobody posts"],
)
def test_what_a_repair_would_free_is_held(connection, damage):
    queue(connection, "pending")
    damage()

    told = status(NOON + timedelta(hours=1))

    assert (told.due, told.later, told.held) == (0, 0, 1)
    assert told.oldest_seconds == 0  # One tenant's repair must not hide that all others wait.


def test_each_lane_is_told_of_and_the_longest_wait_comes_first(connection):
    later = ConnectionFactory()
    queue(later, "pending", now=NOON + timedelta(minutes=1))
    queue(connection, "pending")

    told = status(NOON + timedelta(minutes=2))

    lanes = [connection.grant.account_id, later.grant.account_id]
    assert [lane.account for lane in told.waiting] == lanes


def test_two_organisations_of_one_account_are_one_lane(connection):
    other = ConnectionFactory(grant__account=connection.grant.account)
    queue(connection, "pending")
    queue(other, "pending")
    other.break_down(Connection.Health.CHANNEL_UNAVAILABLE, "archived", NOON)

    (lane,) = status(NOON).waiting

    assert (lane.due, lane.held) == (1, 1)


def test_the_number_of_queries_does_not_grow(connection, django_assert_num_queries):
    for _lane in range(3):
        queue(ConnectionFactory(), "pending", "failed")

    with django_assert_num_queries(4):
        status(NOON)


def printed(**options):
    out = StringIO()
    call_command("delivery_status", stdout=out, **options)
    return out.getvalue()


def test_the_command_prints_for_people(connection):
    queue(connection, "pending", "failed", now=timezone.now())
    Account.objects.update(due_at=timezone.now() + timedelta(minutes=1))

    lines = printed().splitlines()

    assert ["Failed", "1"] in [line.split() for line in lines]
    assert any(line.startswith("Lane ") and "waits until" in line for line in lines)


def test_the_command_prints_one_line_for_machines_and_no_secret(connection):
    queue(connection, "pending", now=timezone.now() - timedelta(minutes=3))

    (line,) = printed(json=True).splitlines()

    told = json.loads(line)
    assert told["due"] == 1
    assert told["oldest_seconds"] >= 180
    assert connection.grant.refresh_token not in line
    assert connection.grant.email not in line


def test_an_installation_without_lanes_has_nothing_to_tell(db):
    told = json.loads(printed(json=True))

    assert (told["lanes"], told["oldest_seconds"], told["waiting"]) == (0, 0, [])
