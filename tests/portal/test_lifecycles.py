"""The lives of estimates and invoices: what leads where, and nothing else."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portal.models import Answer, Estimate, Event, Invoice, Link, Step
from portal.views.staff.lifecycles import take
from tests.factories import (
    NOON,
    ContactFactory,
    MembershipFactory,
    UserFactory,
    line,
    make_estimate,
    make_invoice,
    make_visitor,
)

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 12, 31)
STEPS = st.sampled_from(Step)
DAYS = st.integers(0, 60)

# Written out once more, so that a slip in the product's table shows.
ESTIMATES = {
    ("draft", "send"): "sent",
    ("sent", "accept"): "accepted",
    ("sent", "decline"): "declined",
    ("sent", "invoice"): "invoiced",
    ("sent", "revise"): "draft",
    ("declined", "revise"): "draft",
    ("accepted", "invoice"): "invoiced",
}
INVOICES = {
    ("draft", "send"): "sent",
    ("draft", "void"): "void",
    ("sent", "void"): "void",
    ("sent", "revise"): "draft",
    ("void", "reopen"): "draft",
}
UNTIL_EXPIRY = {"accept", "decline"}


def step_of(document, step, by, now):
    """Try the step as the page does; whether it was taken."""
    try:
        take(document, step, by=by, reason="", now=now)
    except (KeyError, AttributeError, document.NotPossible):
        return False
    return True


class EstimateLife(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.estimate = make_estimate(status="draft", sent_at=None, expiry_date=LAST_DAY)
        self.by, self.now = UserFactory(), NOON
        self.expected, self.answers = "draft", 0

    @property
    def is_valid(self):
        return self.estimate.organisation.date_of(self.now) <= LAST_DAY

    @rule(days=DAYS)
    def time_passes(self, days):
        self.now += timedelta(days=days)

    @rule(step=STEPS)
    def staff_take_a_step(self, step):
        target = ESTIMATES.get((self.expected, step))
        if step in UNTIL_EXPIRY and not self.is_valid:
            target = None
        if step in {Step.VOID, Step.REOPEN}:
            return  # Pages know no such step of an estimate: see below.
        assert step_of(self.estimate, step, self.by, self.now) is (target is not None)
        self.expected = target or self.expected
        self.answers += step in UNTIL_EXPIRY and target is not None

    @rule(is_yes=st.booleans())
    def the_customer_answers(self, is_yes):
        visitor = make_visitor(self.estimate)
        allowed = self.expected == "sent" and self.is_valid
        try:
            if is_yes:
                self.estimate.accept(visitor, name="Hanako", now=self.now)
            else:
                self.estimate.decline(visitor, name="Hanako", reason="", now=self.now)
        except Estimate.NotOpen:
            assert not allowed
        else:
            assert allowed
            self.expected = "accepted" if is_yes else "declined"
            self.answers += 1

    @invariant()
    def the_row_is_where_the_table_leads(self):
        row = Estimate.objects.get(pk=self.estimate.pk)
        assert (row.status, row.revision) == (self.expected, self.estimate.revision)
        assert row.answers.count() == self.answers
        assert row.invoices.count() == (self.expected == "invoiced")


class InvoiceLife(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.invoice = make_invoice(status="draft", sent_at=None)
        self.by, self.now, self.expected, self.paid = UserFactory(), NOON, "draft", 0

    @rule(step=STEPS)
    def staff_take_a_step(self, step):
        target = INVOICES.get((self.expected, step))
        if step in {Step.ACCEPT, Step.DECLINE, Step.INVOICE}:
            return  # Pages know no such step of an invoice: see below.
        assert step_of(self.invoice, step, self.by, self.now) is (target is not None)
        self.expected = target or self.expected

    @rule(amount=st.integers(1, 12_000))
    def money_arrives(self, amount):
        if self.expected not in {"sent", "partially_paid"}:
            return
        self.paid += self.invoice.subtract(amount, now=self.now)
        self.expected = "paid" if self.paid == 11_000 else "partially_paid"

    @invariant()
    def the_row_is_where_the_table_leads(self):
        row = Invoice.objects.get(pk=self.invoice.pk)
        assert (row.status, row.balance) == (self.expected, 11_000 - self.paid)


@pytest.mark.parametrize("life", [EstimateLife, InvoiceLife])
def test_no_step_leads_outside_the_table(life):
    run_state_machine_as_test(
        life, settings=settings(max_examples=25, stateful_step_count=15, deadline=None)
    )


@pytest.fixture
def books(client):
    by = UserFactory(name="Kenji Tanaka")
    client.force_login(by)

    def post(document, step, **words):
        document.organisation.memberships.get_or_create(user=by)
        arguments = [document.organisation.slug, document.number, step]
        address = reverse(f"portal:{document.KIND}-step", args=arguments)
        asked = client.get(address)
        document.refresh_from_db()
        return asked, client.post(address, words, follow=True)

    post.by = by
    return post


@pytest.mark.parametrize("make", [make_estimate, make_invoice])
@pytest.mark.parametrize("step", Step)
def test_a_page_offers_and_takes_only_the_steps_of_its_kind(books, make, step):
    document = make()

    asked, answer = books(document, step)

    is_possible = (document.status, step) in (ESTIMATES if make is make_estimate else INVOICES)
    if step not in document.MOVES:
        assert (asked.status_code, answer.status_code) == (404, 404)
    elif is_possible:
        assert asked.status_code == 200
        assert document.status == "sent"  # Asking changed nothing.
        assert document.changes.get().by == books.by
    else:
        assert "This is not possible" in answer.text
        assert not document.changes.exists()


# spec 38, 39
@pytest.mark.parametrize("decision", ["accept", "decline"])
def test_an_answer_on_behalf_is_the_colleagues_and_no_event(books, decision):
    estimate = make_estimate()

    _asked, page = books(estimate, decision, reason="Too dear")

    answer = estimate.answers.get()
    assert (answer.by, answer.name) == (books.by, "Kenji Tanaka")
    assert not Event.objects.exists()
    assert "on the customer&#x27;s behalf." in page.text
    assert "Kenji Tanaka" in page.text


# spec 18, 50, 56
def test_a_revision_starts_afresh_and_keeps_the_old_answer():
    estimate, by = make_estimate(), UserFactory()
    estimate.note_view(NOON)
    estimate.decline(make_visitor(estimate), name="Hanako", reason="Too dear", now=NOON)

    estimate.revise(by=by, now=NOON)
    again = Estimate.objects.get(pk=estimate.pk)

    assert (again.status, again.revision, again.first_viewed_at) == ("draft", 2, None)
    assert (again.answer(), again.answered_at) == (None, None)
    assert again.answers.get(revision=1).reason == "Too dear"
    assert not again.is_deletable

    again.mark_sent_by(by, now=NOON)
    again.accept(make_visitor(again), name="Hanako", now=NOON)
    assert again.answers.get(revision=2).decision == Answer.Decision.ACCEPTED


# spec 27, 28
def test_an_estimate_is_good_through_its_last_day_where_the_organisation_is():
    estimate, by = make_estimate(expiry_date=date(2026, 11, 23)), UserFactory()
    last_minute = NOON.replace(hour=14, minute=59)  # 23:59 in Tokyo

    assert Step.ACCEPT in estimate.steps(last_minute)
    assert Step.ACCEPT not in estimate.steps(last_minute + timedelta(minutes=1))
    with pytest.raises(Estimate.NotPossible):
        estimate.answer_for(Answer.Decision.ACCEPTED, by=by, now=last_minute + timedelta(minutes=1))
    estimate.answer_for(Answer.Decision.ACCEPTED, by=by, now=last_minute)


def test_an_estimate_becomes_one_draft_invoice_that_says_the_same(books):
    estimate = make_estimate(notes="Thank you.", discount_amount=1000)

    books(estimate, "invoice")
    _asked, page = books(estimate, "invoice")

    invoice = Invoice.objects.get()
    assert (invoice.estimate, invoice.status, invoice.total) == (estimate, "draft", estimate.total)
    assert (invoice.notes, invoice.lines.get().name) == ("Thank you.", "Consulting")
    assert "This is not possible" in page.text


def test_deleting_the_invoice_gives_the_estimate_back():
    estimate, by = make_estimate(), UserFactory()
    estimate.accept(make_visitor(estimate), name="Hanako", now=NOON)
    invoice = estimate.to_invoice(by=by, now=NOON)

    invoice.discard()

    estimate.refresh_from_db()
    assert estimate.status == "accepted"
    assert estimate.to_invoice(by=by, now=NOON).pk


# spec 29, 41, 55
@pytest.mark.parametrize(("preference", "status"), [("draft", "draft"), ("sent", "sent")])
def test_an_acceptance_makes_the_invoice_if_so_preferred(client, preference, status):
    member = MembershipFactory(organisation__invoice_on_acceptance=preference)
    contact = ContactFactory(customer__organisation=member.organisation)
    estimate = make_estimate(contact=contact, expiry_date=None, created_by=member.user)
    token = make_visitor(estimate).link.token
    address = reverse("portal:link-accept", args=[token])

    for _ in range(2):
        client.post(address, {"name": "Hanako", "revision": 1})

    invoice = Invoice.objects.get()
    event = Event.objects.get(kind="estimate.accepted")
    estimate.refresh_from_db()
    assert (estimate.status, invoice.status) == ("invoiced", status)
    assert event.facts["invoice"] == invoice.number
    assert invoice.emails.count() == (preference == "sent")
    assert "Hanako" in client.get(reverse("portal:link", args=[token])).text


def test_an_invoice_comes_to_what_was_accepted_though_taxes_are_rounded_otherwise_by_then():
    estimate, by = make_estimate(lines=[line(rate="1005")]), UserFactory()
    assert estimate.total == 1105  # 1105.5, rounded down
    estimate.organisation.tax_rounding = "ceil"
    estimate.organisation.save(update_fields=["tax_rounding"])
    estimate.accept(make_visitor(estimate), name="Hanako", now=NOON)

    invoice = Estimate.objects.get(pk=estimate.pk).to_invoice(by=by, now=NOON)
    copy = invoice.duplicate(by=by, today=NOON.date())

    assert invoice.total == 1105
    assert copy.total == 1106  # Nobody has agreed to this one yet.


# spec 18
def test_what_is_reopened_after_customers_saw_it_is_viewed_for_the_first_time_again():
    invoice, by = make_invoice(sent_at=NOON), UserFactory()
    invoice.note_view(NOON)
    invoice.refresh_from_db()
    invoice.void(by=by, now=NOON)

    invoice.reopen(by=by, now=NOON)

    invoice.refresh_from_db()
    assert (invoice.revision, invoice.first_viewed_at) == (2, None)


# spec 8
def test_a_draft_that_was_declared_void_is_shown_to_no_customer(client):
    invoice, by = make_invoice(), UserFactory()
    never, once = make_invoice(status="draft", sent_at=None), make_invoice(sent_at=NOON)
    for one in (never, once):
        one.void(by=by, now=NOON)

    shown = Invoice.objects.visible_to_customers()

    assert set(shown) == {invoice, once}
    for one, code in ((never, 404), (once, 200)):
        link = Link.objects.renew(one, one.contact, now=timezone.now())
        assert client.get(reverse("portal:link", args=[link.token])).status_code == code


def test_an_invoice_with_money_on_it_is_neither_revised_nor_voided():
    invoice, by = make_invoice(), UserFactory()
    invoice.subtract(1, now=NOON)

    for verb in (invoice.revise, invoice.void):
        with pytest.raises(Invoice.NotPossible):
            verb(by=by, now=NOON)
