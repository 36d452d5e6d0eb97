"""The log reaches back so many days; then the worker forgets, but never what still matters."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations import log, tasks
from integrations.models import Attempt, Delivery
from portal.events import EventKind
from portal.models import Event
from tests.factories import NOON, ConnectionFactory, ContactFactory, CustomerFactory, make_estimate

OLD, RECENT = NOON - timedelta(days=91), NOON - timedelta(days=89)
Status = Delivery.Status


@pytest.fixture
def connection(db):
    return ConnectionFactory()


def queue(connection, status=Status.SENT, at=OLD):
    """A delivery in this state with its attempt."""
    customer = CustomerFactory(organisation=connection.organisation)
    estimate = make_estimate(contact=ContactFactory(customer=customer))
    event = Event.objects.record(EventKind.ESTIMATE_COMMENTED, estimate, visitor=None, now=at)
    attempt = attempt_of(connection, at)
    delivery = event.deliveries.get()
    delivery.status, delivery.attempt = status, attempt
    delivery.reason = Delivery.Reason.KIND_OFF if status == Status.SKIPPED else ""
    delivery.save()
    delivery.attempts.add(attempt)
    return delivery


def attempt_of(connection, at, origin=Attempt.Origin.DELIVERY):
    return Attempt.objects.create(
        account=connection.grant.account, origin=origin, started_at=at, connection=connection
    )


@pytest.mark.parametrize("status", [Status.SENT, Status.SKIPPED, Status.FAILED, Status.UNCERTAIN])
def test_what_is_over_is_forgotten_with_its_attempts_and_the_event_stays(connection, status):
    queue(connection, status)

    log.prune(NOON)

    assert (Delivery.objects.count(), Attempt.objects.count()) == (0, 0)
    assert Event.objects.count() == 1


def test_what_still_waits_stays_with_its_attempts_however_old(connection):
    queue(connection, Status.PENDING)

    log.prune(NOON)

    assert (Delivery.objects.count(), Attempt.objects.count()) == (1, 1)


def test_what_is_recent_stays(connection):
    queue(connection, at=RECENT)

    assert log.prune(NOON) == 0


def test_what_was_sent_again_lately_stays(connection):
    delivery = queue(connection, Status.FAILED)
    Delivery.objects.send_again(delivery.event, connection, RECENT)
    Delivery.objects.update(status=Status.SENT)

    log.prune(NOON)

    assert Delivery.objects.get() == delivery


@pytest.mark.parametrize("origin", [Attempt.Origin.TEST, Attempt.Origin.CHAT, Attempt.Origin.READ])
def test_calls_that_carried_no_delivery_are_forgotten_as_well(connection, origin):
    attempt_of(connection, OLD, origin)
    attempt_of(connection, RECENT, origin)

    log.prune(NOON)

    assert Attempt.objects.get().started_at == RECENT


def test_an_attempt_stays_as_long_as_one_of_its_digest_does(connection):
    first, second = queue(connection), queue(connection, Status.PENDING)
    first.attempts.set([second.attempt])

    log.prune(NOON)

    assert list(Attempt.objects.all()) == [second.attempt]


def test_many_go_in_small_batches(connection):
    Attempt.objects.bulk_create(
        Attempt(account=connection.grant.account, origin="chat", started_at=OLD)
        for _attempt in range(log.BATCH + 1)
    )

    assert log.prune(NOON) == log.BATCH + 1
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize(("days", "left"), [(30, 0), (120, 1)])
def test_the_installation_says_how_long_the_log_is(connection, settings, days, left):
    settings.DELIVERY_LOG_DAYS = days
    queue(connection, at=NOON - timedelta(days=60))

    log.prune(NOON)

    assert Delivery.objects.count() == left


def test_attempts_that_the_budget_counts_stay_even_without_a_log(connection, settings):
    settings.DELIVERY_LOG_DAYS = 0
    attempt_of(connection, NOON - timedelta(minutes=1))

    assert log.prune(NOON) == 0


def test_the_worker_prunes_once_a_day(connection):
    queue(connection, at=timezone.now() - timedelta(days=91))

    tasks.prune_log.call_local()

    assert Delivery.objects.count() == 0
