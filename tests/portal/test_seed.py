"""The demo's company: in every state, and ready at every start."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.demo.catalogue import ADMIN
from portal.demo.seed import seed
from portal.models import Email, Estimate, Event, Invoice, Link, Payment, User, Visitor
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def link_of(url):
    token = url.rstrip("/").rpartition("/")[2]
    return Link.objects.for_token(token, NOON).get()


def states(kind):
    return {document.state(NOON).value for document in kind.objects.select_related("organisation")}


def test_documents_stand_in_every_state():
    seed(NOON)

    assert states(Estimate) == {"draft", "sent", "expired", "accepted", "declined", "invoiced"}
    assert states(Invoice) == {"draft", "sent", "overdue", "partially_paid", "paid", "void"}
    assert set(Invoice.objects.values_list("currency", flat=True)) == {"JPY", "USD"}
    assert Event.objects.values("kind").distinct().count() == 7
    assert not Event.objects.filter(occurred_at__gt=NOON).exists()


def test_the_second_start_offers_the_same_documents_and_sends_nothing_twice():
    first = seed(NOON)
    emails = Email.objects.count()

    second = seed(NOON + timedelta(hours=1))

    assert second == first
    assert Email.objects.count() == emails == len(first["links"])


def test_answered_and_paid_documents_are_replaced_at_the_next_start():
    first = seed(NOON)["links"]
    visitor = Visitor(link_of(first["estimate"]))
    visitor.link.document.accept(visitor, name="髙橋 美咲", now=NOON)
    payer = Visitor(link_of(first["invoice_2"]))
    Payment.objects.start(payer.link.document, payer, provider="test", now=NOON)

    second = seed(NOON + timedelta(hours=1))["links"]

    assert second["estimate"] != first["estimate"]
    assert second["invoice_2"] != first["invoice_2"]
    assert link_of(second["estimate"]).document.state(NOON) == "sent"
    assert (second["invoice"], second["estimate_2"]) == (first["invoice"], first["estimate_2"])


def test_months_later_everything_offered_is_open_again():
    seed(NOON)
    later = NOON + timedelta(days=200)

    links = seed(later)["links"]

    for url in links.values():
        token = url.rstrip("/").rpartition("/")[2]
        document = Link.objects.for_token(token, later).get().document
        assert document.until > timezone.localdate(later)
        assert document.state(later) == "sent"


def test_the_printed_password_is_right_whatever_it_was_changed_to():
    seed(NOON)
    user = User.objects.get(email=ADMIN.email)
    user.set_password("changed by somebody")
    user.save()

    said = seed(NOON)["admin"]

    user.refresh_from_db()
    assert user.check_password(said["password"])
