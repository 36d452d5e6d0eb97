"""Rows to measure on."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from integrations.models import Attempt, Delivery
from portal.models import Event, Invoice, Organisation
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_it_makes_what_was_asked_for_and_says_how_far_it_is():
    told = StringIO()

    call_command("seed_load", organisations=2, documents=40, events=200, stdout=told)

    assert "2 of 2 organisations" in told.getvalue()
    assert (Organisation.objects.count(), Invoice.objects.count()) == (2, 20)
    assert (Event.objects.count(), Delivery.objects.count()) == (200, 200)
    assert Delivery.objects.pending().count() == 5
    sent = Delivery.objects.filter(status=Delivery.Status.SENT)
    assert Attempt.objects.filter(deliveries__in=sent).count() == sent.count()


def test_it_leaves_a_database_in_use_alone():
    OrganisationFactory()

    with pytest.raises(CommandError, match="use an empty one"):
        call_command("seed_load", organisations=1, documents=2, events=2)

    assert not Event.objects.exists()
