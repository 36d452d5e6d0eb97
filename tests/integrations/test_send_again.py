"""What did not arrive can be sent again: one by one or all that failed, each once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection as database
from django.utils import timezone

from integrations.delivery import ledger
from integrations.models import Attempt, Delivery
from portal.models import Event
from tests.factories import ConnectionFactory, OrganisationFactory

from .conftest import page

Status = Delivery.Status
POST = "/api/v2/channelsbyname/*"


@pytest.fixture
def sign_in(client, connection):
    """The connection's admin, signed in."""
    client.force_login(connection.grant.user)
    return connection.organisation.memberships.get()


def end(event, status, **fields):
    """The event's delivery came to this end."""
    Delivery.objects.filter(event=event).update(status=status, **fields)


def ask(client, membership, event, query=""):
    address = page("cliq-send-again", membership) + query
    return client.post(address, {"event": event.reference}, follow=True)


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        (Status.FAILED, {"error": "refused", "tries": 5, "is_text_only": True}),
        (Status.SKIPPED, {"reason": Delivery.Reason.KIND_OFF}),
    ],
)
def test_what_failed_or_was_skipped_is_sent_again(
    client, cliq, lane, record, sign_in, status, fields
):
    # spec 136
    event = record("please")
    end(event, status, **fields)

    answer = ask(client, sign_in, event)
    lane.drain()

    delivery = Delivery.objects.get()
    assert "The message is on its way." in answer.content.decode()
    assert (delivery.status, delivery.reason, delivery.error) == (Status.SENT, "", "")
    assert not delivery.is_text_only
    assert len(cliq.posted("sales")) == 1


def test_an_uncertain_one_is_really_posted_because_a_person_decided(lane, cliq, record):
    event = record()
    cliq.will("drop", POST, when="after")
    lane.drain()
    end(event, Status.UNCERTAIN)

    Delivery.objects.send_again(event, lane.connection, lane.now)
    lane.drain_until_empty()

    assert Delivery.objects.get().status == Status.SENT
    assert len(cliq.posted("sales")) == 2


def test_one_that_was_skipped_while_its_call_was_on_its_way_is_looked_for_first(lane, cliq, record):
    event = record()
    cliq.will("drop", POST, when="after")
    lane.drain()
    end(event, Status.SKIPPED, reason=Delivery.Reason.NOTIFICATIONS_OFF)

    Delivery.objects.send_again(event, lane.connection, lane.now)
    lane.drain_until_empty()

    assert Delivery.objects.get().status == Status.SENT
    assert len(cliq.posted("sales")) == 1


def test_the_second_of_two_admins_finds_it_on_its_way(client, record, sign_in):
    # spec 136
    event = record()
    end(event, Status.FAILED)

    ask(client, sign_in, event)
    second = ask(client, sign_in, event)

    assert "already on its way" in second.content.decode()


def test_what_was_sent_is_not_sent_again(lane, record):
    event = record()
    lane.drain()

    assert not Delivery.objects.send_again(event, lane.connection, lane.now)
    assert Delivery.objects.get().status == Status.SENT


def test_an_event_from_before_the_connection_can_be_sent_once(client, cliq, lane, record, sign_in):
    # spec 138
    event = record("long ago")
    Delivery.objects.all().delete()

    ask(client, sign_in, event)
    ask(client, sign_in, event)
    lane.drain()

    assert Delivery.objects.get().status == Status.SENT
    assert len(cliq.posted("sales")) == 1


def test_all_that_failed_leaves_in_the_order_of_the_events(client, cliq, lane, record, sign_in):
    # spec 136
    events = [record(f"reason {number}") for number in range(3)]
    for event in reversed(events):
        end(event, Status.FAILED)
    end(events[1], Status.SKIPPED, reason=Delivery.Reason.KIND_OFF)

    answer = client.post(page("cliq-send-failed-again", sign_in), follow=True)
    lane.drain()

    texts = [message["payload"]["text"] for message in cliq.posted("sales")]
    assert "2 messages are on their way." in answer.content.decode()
    assert ["reason 0" in texts[0], "reason 2" in texts[1], len(texts)] == [True, True, 2]


def test_a_second_click_on_all_sends_nothing_twice(lane, record):
    end(record(), Status.FAILED)

    counts = [Delivery.objects.send_failed_again(lane.connection, lane.now) for _click in range(2)]

    assert counts == [1, 0]


def test_the_failed_messages_of_others_stay_as_they_are(lane, record):
    # spec 124
    others = ConnectionFactory()
    end(record(), Status.FAILED)

    count = Delivery.objects.send_failed_again(others, lane.now)

    assert count == 0
    assert Delivery.objects.get().status == Status.FAILED


@pytest.mark.parametrize("name", ["cliq-send-again", "cliq-send-failed-again"])
def test_while_notifications_are_off_nothing_is_sent(client, record, sign_in, connection, name):
    event = record()
    end(event, Status.FAILED)
    connection.notifications_enabled = False
    connection.save()

    answer = client.post(page(name, sign_in), {"event": event.reference}, follow=True)

    assert "Nothing was sent" in answer.content.decode()
    assert Delivery.objects.get().status == Status.FAILED


def test_the_admin_comes_back_to_the_same_part_of_the_log(client, record, sign_in):
    event = record()
    end(event, Status.FAILED)

    answer = ask(client, sign_in, event, query="?state=failed&page=2")

    assert answer.redirect_chain[-1][0].endswith("/deliveries/?state=failed&page=2")


@pytest.mark.parametrize("name", ["cliq-send-again", "cliq-send-failed-again"])
def test_only_admins_of_the_organisation_send_again(client, kenji, outsider, connected, name):
    # spec 142
    for membership in (kenji, outsider):
        client.force_login(membership.user)

        answer = client.post(page(name, kenji), {"event": "X"})

        assert answer.status_code == 404


def test_an_event_of_another_organisation_is_not_found(client, sign_in, record):
    # spec 124
    event = record()
    Event.objects.filter(pk=event.pk).update(organisation=OrganisationFactory())

    assert ask(client, sign_in, event).status_code == 404


def test_a_message_skipped_while_cliq_took_it_counts_as_sent(lane, record):
    # spec 140
    event = record()
    attempt = Attempt.objects.create(
        account=lane.account, origin=Attempt.Origin.DELIVERY, started_at=timezone.now()
    )
    end(event, Status.SKIPPED, reason=Delivery.Reason.NOTIFICATIONS_OFF, attempt=attempt)

    ledger.arrived(attempt, "id", timezone.now())

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.reason) == (Status.SENT, "")


@pytest.mark.slow
@pytest.mark.parametrize("again", range(10))
def test_of_many_admins_clicking_at_once_one_wins(postgresql, connection, record, again):
    # spec 136
    failed, never_queued = record(), record()
    end(failed, Status.FAILED)
    Delivery.objects.filter(event=never_queued).delete()
    now = timezone.now() + timedelta(seconds=again)

    ones = race(lambda: Delivery.objects.send_again(failed, connection, now))
    firsts = race(lambda: Delivery.objects.send_again(never_queued, connection, now))
    end(failed, Status.FAILED)
    alls = race(lambda: Delivery.objects.send_failed_again(connection, now))

    assert [sum(ones), sum(firsts), sum(alls)] == [1, 1, 1]
    assert Delivery.objects.filter(event=never_queued).count() == 1


def race(act, racers=4):
    """Do it in so many threads at once, each over a connection of its own; what each got."""
    start = threading.Barrier(racers)
    results = []

    def run():
        start.wait()
        try:
            results.append(act())
        finally:
            database.close()

    threads = [threading.Thread(target=run) for _racer in range(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == racers
    return results
