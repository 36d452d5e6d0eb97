"""Two customers, two tabs, two webhooks at the same moment: exactly one wins.

Behind a database that writes one at a time there is nothing to see, so these run on PostgreSQL.
"""

import uuid

import pytest
from django.utils import timezone

from portal import admission, notices
from portal.models import (
    Answer,
    Comment,
    Email,
    Estimate,
    Event,
    Invoice,
    Knock,
    Link,
    Membership,
    Payment,
    Visit,
    Visitor,
)
from tests.factories import ContactFactory, MembershipFactory, line
from tests.portal.opened import kinds, link_to, open_estimate, open_invoice
from tests.threads import losers, race

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("postgresql"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("again", range(5)),
]


# spec 30
def test_of_two_acceptances_one_wins(again):
    estimate = open_estimate()
    visitor = Visitor(link_to(estimate), browser="first")

    def accept() -> Event:
        mine = Estimate.objects.get(pk=estimate.pk)
        return mine.accept(visitor, name="Hanako", now=timezone.now())

    results = race(accept, accept)

    assert len(losers(results, Estimate.NotOpen)) == 1
    assert Answer.objects.filter(estimate=estimate).count() == 1
    assert Event.objects.filter(estimate=estimate).count() == 1


# spec 30, 33
def test_of_an_acceptance_and_a_refusal_one_wins(again):
    estimate = open_estimate()
    visitor = Visitor(link_to(estimate), browser="first")
    one, other = Estimate.objects.get(pk=estimate.pk), Estimate.objects.get(pk=estimate.pk)
    now = timezone.now()

    results = race(
        lambda: one.accept(visitor, name="Hanako", now=now),
        lambda: other.decline(visitor, name="Taro", reason="No.", now=now),
    )

    assert len(losers(results, Estimate.NotOpen)) == 1
    answer = Answer.objects.get(estimate=estimate)
    assert answer.decision == Estimate.objects.get(pk=estimate.pk).status
    assert [event.kind for event in estimate.events.all()] == [f"estimate.{answer.decision}"]


# spec 75, 76
def test_of_two_payments_one_starts(again):
    invoice = open_invoice()
    visitor = Visitor(link_to(invoice), browser="first")

    def pay() -> Payment:
        mine = Invoice.objects.get(pk=invoice.pk)
        return Payment.objects.start(mine, visitor, provider="test", now=timezone.now())

    results = race(pay, pay)

    assert len(losers(results, Invoice.PaymentPending)) == 1
    assert Payment.objects.filter(invoices=invoice).count() == 1


# spec 77
def test_the_return_page_and_the_webhook_settle_once(again):
    invoice = open_invoice()
    visitor = Visitor(link_to(invoice), browser="first")
    now = timezone.now()
    payment = Payment.objects.start(invoice, visitor, provider="test", now=now)

    def settle() -> int:
        mine = Payment.objects.get(pk=payment.pk)
        return len(mine.settle(provider_id="t1", method="test", now=timezone.now()))

    results = race(settle, settle)

    assert losers(results) == []
    assert sorted(results, key=str) == [0, 1]
    assert Event.objects.filter(invoice=invoice, kind="invoice.paid").count() == 1
    assert Invoice.objects.get(pk=invoice.pk).balance == 0


# spec 1, 6
def test_two_first_looks_are_one(again):
    estimate = open_estimate()
    visitor = Visitor(link_to(estimate), browser="first")

    def look() -> Visit:
        mine = Estimate.objects.get(pk=estimate.pk)
        return Visit.objects.confirm(mine, visitor, now=timezone.now())

    results = race(look, look)

    assert losers(results) == []
    assert Visit.objects.filter(estimate=estimate).count() == 1
    assert Event.objects.filter(estimate=estimate).count() == 1


# spec 107
def test_two_who_copy_the_link_get_the_same_one(again):
    estimate = open_estimate()

    def copy() -> str:
        mine = Estimate.objects.get(pk=estimate.pk)
        return Link.objects.renew(mine, mine.contact, now=timezone.now()).url

    results = race(copy, copy)

    assert losers(results) == []
    assert len(set(results)) == 1
    assert Link.objects.filter(estimate=estimate).count() == 1


# spec 120
def test_a_code_typed_twice_at_once_opens_once(again):
    now = timezone.now()
    knock = Knock.objects.note(Knock.Kind.CODE, "a@b.example", ip_address=None, now=now)
    code = knock.make_code()

    def type_it() -> bool:
        return Knock.objects.get(pk=knock.pk).open_with(code, now=now)

    results = race(type_it, type_it, type_it)

    assert losers(results) == []
    assert sorted(results, key=str) == [False, False, True]


# spec 120
def test_many_guesses_at_once_are_no_more_than_five(again):
    now = timezone.now()
    knock = Knock.objects.note(Knock.Kind.CODE, "a@b.example", ip_address=None, now=now)
    knock.make_code()

    def guess() -> bool:
        return Knock.objects.get(pk=knock.pk).open_with("wrong", now=now)

    results = race(*[guess] * 9)

    assert losers(results) == []
    assert Knock.objects.get(pk=knock.pk).tries == Knock.TRIES


def test_two_workers_mail_one_code(again):
    contact, now = ContactFactory(), timezone.now()
    knock = Knock.objects.note(Knock.Kind.CODE, contact.email, ip_address=None, now=now)

    results = race(*[lambda: admission.answer(knock.pk, now=timezone.now)] * 2)

    assert losers(results) == []
    assert Email.objects.filter(to=contact.email).count() == 1


# spec 71
def test_a_comment_sent_twice_at_once_is_one(again):
    invoice, key = open_invoice(), uuid.uuid4()
    visitor = Visitor(link_to(invoice), browser="first")

    def write() -> object:
        mine = Invoice.objects.get(pk=invoice.pk)
        return Comment.objects.add_from_customer(
            mine, visitor, "When?", key=key, now=timezone.now()
        )

    results = race(write, write)

    assert losers(results) == []
    assert Comment.objects.filter(invoice=invoice).count() == 1
    assert kinds() == ["invoice.commented"]


def test_of_two_writers_of_a_draft_one_saves(again):
    draft, now = open_invoice(status="draft"), timezone.now()
    writers = [MembershipFactory(organisation=draft.organisation).user for _ in range(2)]

    def write(name: str) -> None:
        mine = Invoice.objects.get(pk=draft.pk)
        mine.rewrite([line(name=name)], version=1, by=writers[name == "B"], now=now)

    results = race(lambda: write("A"), lambda: write("B"))

    saved = Invoice.objects.get(pk=draft.pk)
    assert len(losers(results, Invoice.Rewritten)) == 1
    assert saved.version == 2
    assert saved.written_by == writers[saved.lines.get().name == "B"]


def test_two_workers_tell_of_an_act_once(again):
    estimate, now = open_estimate(), timezone.now()
    MembershipFactory(
        organisation=estimate.organisation, emails="each", email_kinds=["estimate.accepted"]
    )
    estimate.accept(Visitor(link_to(estimate), browser="first"), name="Hanako", now=now)

    results = race(lambda: notices.tell(now), lambda: notices.tell(now))

    assert losers(results) == []
    assert sorted(results, key=str) == [0, 1]
    assert Email.objects.count() == 1


def test_two_workers_write_a_daily_e_mail_once(again):
    estimate, now = open_estimate(), timezone.now()
    member = MembershipFactory(organisation=estimate.organisation, emails=Membership.Emails.DAILY)
    event = estimate.accept(Visitor(link_to(estimate), browser="first"), name="Hanako", now=now)
    member.notices.create(event=event, due_at=now)

    results = race(lambda: notices.write_digests(now), lambda: notices.write_digests(now))

    assert losers(results) == []
    assert sorted(results, key=str) == [0, 1]
    assert Email.objects.count() == 1
