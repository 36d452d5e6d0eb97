"""How often a view is posted when the same person looks again."""

from datetime import timedelta

import pytest

from integrations.forms import KindsForm
from integrations.models import Connection, Delivery
from portal.events import EventKind
from portal.models import Event
from tests.factories import (
    NOON,
    ConnectionFactory,
    ContactFactory,
    CustomerFactory,
    make_estimate,
    make_invoice,
)

Status = Delivery.Status


@pytest.fixture
def connection(db):
    """One that posts every visit, but at most once in twelve hours."""
    return ConnectionFactory(views=Connection.Views.EVERY, view_hours=12)


@pytest.fixture
def estimate(connection):
    customer = CustomerFactory(organisation=connection.organisation)
    return make_estimate(contact=ContactFactory(customer=customer))


def look(document, hours=0, contact=None, *, is_repeat=True):
    """Somebody looks at the document so many hours after noon; the view's delivery."""
    facts = {"is_repeat": True} if is_repeat else {}
    kind = EventKind(f"{document.KIND}.viewed")
    event = Event.objects.record(
        kind,
        document,
        visitor=None,
        now=NOON + timedelta(hours=hours),
        facts=facts,
        contact=contact,
    )
    return event.deliveries.get()


def test_a_second_look_within_the_hours_is_not_posted(estimate):  # spec 6
    first = look(estimate, is_repeat=False)
    second = look(estimate, hours=11)

    assert first.status == Status.PENDING
    assert (second.status, second.reason) == (Status.SKIPPED, Delivery.Reason.REPEATED_VIEW)


def test_a_later_look_is_posted_and_counts_from_the_last_one_posted(estimate):  # spec 7
    looks = [look(estimate, hours=hours) for hours in (0, 11, 13, 24, 26)]

    assert [view.status for view in looks] == [
        "pending",
        "skipped",
        "pending",
        "skipped",
        "pending",
    ]


def test_with_first_view_only_no_repeated_view_is_posted(connection, estimate):  # spec 7
    Connection.objects.update(views=Connection.Views.FIRST)

    assert look(estimate, is_repeat=False).status == Status.PENDING
    assert look(estimate, hours=500).reason == Delivery.Reason.REPEATED_VIEW


def test_the_first_view_of_a_new_revision_is_always_posted(estimate):  # spec 18
    look(estimate)

    assert look(estimate, hours=1, is_repeat=False).status == Status.PENDING


def test_other_people_and_other_documents_have_hours_of_their_own(estimate):
    colleague = ContactFactory(customer=estimate.customer)
    invoice = make_invoice(contact=estimate.contact)
    look(estimate)

    assert look(estimate, hours=1, contact=colleague).status == Status.PENDING
    assert look(invoice, hours=1).status == Status.PENDING


def test_a_view_that_never_reached_the_channel_does_not_hold_back_the_next(estimate):
    failed = look(estimate)
    Delivery.objects.filter(pk=failed.pk).update(status=Status.FAILED)

    assert look(estimate, hours=1).status == Status.PENDING


@pytest.mark.parametrize(
    ("told", "kept"), [({"view_hours": "24"}, 24), ({"view_hours": ""}, 12), ({}, 12)]
)
def test_an_admin_chooses_the_hours(connection, told, kept):
    form = KindsForm({"views": "every", **told}, instance=connection)

    assert form.is_valid()
    form.save()

    assert Connection.objects.get().view_hours == kept
