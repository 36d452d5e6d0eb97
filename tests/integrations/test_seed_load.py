"""Rows to measure on."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from integrations.models import Attempt, Delivery
from portal.models import Comment, Event, Invoice, Link, Organisation, Payment, Visit
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def seed(**sizes: int) -> str:
    told = StringIO()
    call_command("seed_load", stdout=told, **sizes)
    return told.getvalue()


def test_it_makes_what_was_asked_for_and_says_how_far_it_is():
    told = seed(organisations=20, documents=400, events=2000)

    assert "10 organisations made, 20 to be" in told
    assert "2,000 rows of portal_event" in told
    assert (Organisation.objects.count(), Invoice.objects.count()) == (20, 200)
    assert (Event.objects.count(), Delivery.objects.count()) == (2000, 2000)
    assert Delivery.objects.pending().count() == 10  # five of one organisation in ten
    assert Visit.objects.count() + Comment.objects.count() + Payment.objects.count() > 1000
    sent = Delivery.objects.filter(status=Delivery.Status.SENT)
    assert Attempt.objects.filter(deliveries__in=sent).count() == sent.count()


def test_every_copy_is_an_organisation_by_itself():
    seed(organisations=20, documents=400, events=2000)

    for place in Organisation.objects.all():
        assert place.events.count() == 100
    elsewhere = ~Q(organisation=F("contact__customer__organisation"))
    elsewhere |= ~Q(organisation=Coalesce("estimate__organisation", "invoice__organisation"))
    assert not Event.objects.filter(elsewhere).exists()
    of_others = Delivery.objects.exclude(connection__organisation=F("event__organisation"))
    assert not of_others.exists()
    assert Link.objects.values("token_hash").distinct().count() == 400


def test_what_is_written_afterwards_gets_keys_of_its_own():
    seed(organisations=20, documents=40, events=40)

    assert OrganisationFactory().pk > 20


def test_beyond_ten_it_makes_tens_only():
    with pytest.raises(CommandError, match="tens"):
        seed(organisations=11, documents=40, events=40)


def test_it_leaves_a_database_in_use_alone():
    OrganisationFactory()

    with pytest.raises(CommandError, match="use an empty one"):
        seed(organisations=1, documents=2, events=2)

    assert not Event.objects.exists()
