"""Event and delivery live or die together, and no listener stops a customer."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from integrations.models import Delivery
from portal.events import event_recorded
from portal.models import Estimate, Event
from tests.factories import ConnectionFactory, ContactFactory, make_estimate, make_visitor


@pytest.fixture
def estimate(db):
    contact = ContactFactory()
    ConnectionFactory(organisation=contact.customer.organisation)
    return make_estimate(contact=contact, expiry_date=None)


def accept(estimate):
    estimate.accept(make_visitor(estimate), name="Hanako", now=timezone.now())


def test_the_delivery_is_there_when_the_act_is(estimate):  # spec 127
    accept(estimate)

    assert Delivery.objects.get().event == Event.objects.get()


def test_nothing_is_left_of_an_act_that_was_rolled_back(estimate):  # spec 127
    with transaction.atomic():
        accept(estimate)
        transaction.set_rollback(True)

    assert Event.objects.count() == Delivery.objects.count() == 0
    assert Estimate.objects.get().status == Estimate.Status.SENT


@pytest.mark.parametrize("error", [RuntimeError, IntegrityError])
def test_a_bug_in_a_listener_never_breaks_the_act(estimate, error):  # spec 54
    def listener(**kwargs):
        raise error

    event_recorded.connect(listener)
    try:
        accept(estimate)
    finally:
        event_recorded.disconnect(listener)

    estimate.refresh_from_db()
    assert estimate.status == Estimate.Status.ACCEPTED
    assert Delivery.objects.count() == 1


def test_a_database_error_in_our_receiver_leaves_act_and_event_whole(estimate):  # spec 54
    # A second delivery of the event breaks the promise that there is one per connection.
    def listener(event, **kwargs):
        with transaction.atomic():
            Delivery.objects.queue(event, event.organisation.cliq_connection)

    event_recorded.connect(listener)
    try:
        accept(estimate)
    finally:
        event_recorded.disconnect(listener)

    estimate.refresh_from_db()
    assert estimate.status == Estimate.Status.ACCEPTED
    assert Event.objects.count() == Delivery.objects.count() == 1


def test_an_event_of_another_organisation_reaches_nobody_elses_channel(estimate):  # spec 124
    other = make_estimate(expiry_date=None)

    accept(other)

    assert Delivery.objects.count() == 0
