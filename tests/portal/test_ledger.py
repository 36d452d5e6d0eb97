"""Money that staff record, use, give back and undo: nothing is lost, nothing counts twice."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.models import Customer, Event, Invoice, Payment, Refund
from portal.money import ZERO
from portal.statements import Period, statement_of
from tests.factories import (
    NOON,
    ContactFactory,
    UserFactory,
    line,
    make_invoice,
    make_visitor,
    record_payment,
    unsaved_payment,
)

pytestmark = pytest.mark.django_db


def current(row):
    return type(row).objects.get(pk=row.pk)


def refund_of(
    payment: Payment, amount: Decimal | int, invoice: Invoice | None = None, **fields: Any
) -> Refund:
    refund = Refund(
        payment=payment,
        invoice=invoice,
        amount=Decimal(amount),
        method="cash",
        refunded_by=UserFactory(),
        created_at=NOON,
        **{"refund_date": NOON.date(), **fields},
    )
    payment.refund(refund)
    return refund


# spec 85
def test_parts_add_up_until_the_invoice_is_paid():
    invoice = make_invoice()

    record_payment(invoice, 4_000)
    after_one = current(invoice)
    record_payment(current(invoice), 7_000)

    assert (after_one.status, after_one.balance) == (Invoice.Status.PARTIALLY_PAID, 7_000)
    assert (current(invoice).status, current(invoice).balance) == (Invoice.Status.PAID, 0)


# spec 86
def test_what_is_too_much_becomes_credit_and_pays_the_next_invoice():
    invoice = make_invoice()
    following = make_invoice(contact=invoice.contact)

    payment = record_payment(invoice, 15_000)
    Payment.objects.apply_credit(following, Decimal(4_000), by=UserFactory(), now=NOON)

    assert payment.unapplied == 4_000
    assert current(payment).unapplied == 0
    assert current(following).balance == 7_000


# spec 38, 103
def test_money_recorded_by_staff_is_no_act_of_the_customer():
    record_payment(make_invoice())

    assert not Event.objects.exists()


def test_one_payment_pays_several_invoices():
    first = make_invoice()
    second = make_invoice(contact=first.contact)
    payment = unsaved_payment(first.customer, 15_000)

    payment.record({second: Decimal(4_000), first: Decimal(11_000)}, by=UserFactory(), now=NOON)

    assert (current(first).status, current(second).balance) == ("paid", 7_000)
    assert payment.allocations.count() == 2


def test_payments_are_numbered_per_organisation_as_they_arrive():
    invoice = make_invoice()
    online = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=NOON)

    recorded = record_payment(make_invoice(contact=invoice.contact))
    online.settle(provider_id="1", method="card", now=NOON)
    other = record_payment(make_invoice())

    numbers = [current(payment).number for payment in (recorded, online, other)]
    assert numbers == ["PMT-000001", "PMT-000002", "PMT-000001"]


# spec 80
def test_the_same_form_sent_twice_is_one_payment():
    invoice = make_invoice()
    payment = record_payment(invoice, 4_000)

    again = unsaved_payment(invoice.customer, 4_000, key=payment.key)
    known = again.record({invoice: Decimal(4_000)}, by=UserFactory(), now=NOON)

    assert known == payment
    assert current(invoice).balance == 7_000
    assert Payment.objects.count() == 1


def test_who_decided_on_an_old_balance_is_told_and_nothing_is_recorded():
    invoice = make_invoice()
    as_seen = current(invoice)
    record_payment(invoice, 4_000)

    with pytest.raises(Payment.Changed):
        record_payment(as_seen, 11_000)

    assert Payment.objects.count() == 1
    assert current(invoice).balance == 7_000


# spec 75
def test_an_invoice_being_paid_online_takes_no_other_money():
    invoice = make_invoice()
    Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=NOON)

    with pytest.raises(Invoice.PaymentPending):
        record_payment(current(invoice))

    assert current(invoice).balance == 11_000


@pytest.mark.parametrize("status", ["draft", "void", "paid"])
def test_only_what_is_owed_takes_money(status):
    invoice = make_invoice(status=status)

    with pytest.raises(Invoice.NothingDue):
        record_payment(invoice)


def test_parts_that_come_to_more_than_the_payment_are_refused():
    invoice = make_invoice()
    payment = unsaved_payment(invoice.customer, 1_000)

    with pytest.raises(Payment.TooMuch):
        payment.record({invoice: Decimal(1_001)}, by=UserFactory(), now=NOON)


def test_credit_of_another_customer_or_currency_pays_nothing():
    record_payment(make_invoice(), 20_000)
    stranger, dollars = make_invoice(), make_invoice(currency="USD")

    for invoice in (stranger, dollars):
        with pytest.raises(Payment.TooMuch):
            Payment.objects.apply_credit(invoice, Decimal(1), by=UserFactory(), now=NOON)


def test_one_payment_gives_no_more_credit_than_it_has():
    payment = record_payment(make_invoice(), 12_000)
    following = make_invoice(contact=payment.customer.contacts.get())

    with pytest.raises(Payment.TooMuch):
        payment.apply(following, Decimal(1_001), by=UserFactory(), now=NOON)

    assert (current(payment).unapplied, current(following).balance) == (1_000, 11_000)


def test_one_customers_credit_never_pays_anothers_invoice():
    payment = record_payment(make_invoice(), 12_000)
    foreign = make_invoice()

    with pytest.raises(Payment.TooMuch):
        payment.apply(foreign, Decimal(1_000), by=UserFactory(), now=NOON)

    assert current(foreign).balance == 11_000


def test_a_refund_of_what_an_invoice_got_makes_it_due_again():
    invoice = make_invoice()
    payment = record_payment(invoice)

    refund_of(payment, 3_000, invoice)

    assert (current(invoice).status, current(invoice).balance) == ("partially_paid", 3_000)
    assert current(invoice).paid_at is None
    assert current(payment).state == Payment.State.PARTIALLY_REFUNDED


def test_a_refund_of_credit_leaves_the_invoice_paid():
    invoice = make_invoice()
    payment = record_payment(invoice, 15_000)

    refund_of(payment, 4_000)

    assert current(invoice).status == Invoice.Status.PAID
    assert (current(payment).unapplied, current(payment).refunded) == (0, 4_000)


def test_a_whole_refund_leaves_the_invoice_as_if_nothing_was_paid():
    invoice = make_invoice()
    payment = record_payment(invoice)

    refund_of(payment, 11_000, invoice)

    assert (current(invoice).status, current(invoice).balance) == ("sent", 11_000)
    assert current(payment).state == Payment.State.REFUNDED
    assert "revise" in current(invoice).steps(NOON)


@pytest.mark.parametrize("of_invoice", [True, False])
def test_no_more_goes_back_than_there_is(of_invoice):
    invoice = make_invoice()
    payment = record_payment(invoice, 12_000)

    with pytest.raises((Payment.TooMuch, Payment.Changed)):
        refund_of(payment, 11_001, invoice if of_invoice else None)

    assert not Refund.objects.exists()
    assert (current(invoice).balance, current(payment).refunded) == (0, 0)


def test_a_refund_sent_twice_goes_back_once():
    payment = record_payment(make_invoice(), 15_000)
    second_tab = current(payment)
    refund_of(payment, 1_000)

    with pytest.raises(Payment.Changed):
        refund_of(second_tab, 1_000)

    assert current(payment).refunded == 1_000


def test_void_gives_the_balances_back():
    invoice = make_invoice()
    payment = record_payment(invoice, 15_000)

    payment.void(by=UserFactory(), now=NOON)

    assert (current(invoice).status, current(invoice).balance) == ("sent", 11_000)
    assert (current(payment).status, current(payment).unapplied) == (Payment.Status.VOID, 0)


def test_what_was_received_online_or_refunded_in_part_is_never_void():
    invoice = make_invoice()
    online = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=NOON)
    online.settle(provider_id="1", method="card", now=NOON)
    refunded = record_payment(make_invoice(), 15_000)
    refund_of(refunded, 1_000)

    for payment in (online, current(refunded)):
        with pytest.raises(Payment.NotVoidable):
            payment.void(by=UserFactory(), now=NOON)


def test_void_twice_counts_once():
    invoice = make_invoice()
    payment = record_payment(invoice)
    payment.void(by=UserFactory(), now=NOON)

    with pytest.raises(Payment.NotReceived):
        payment.void(by=UserFactory(), now=NOON)

    assert current(invoice).balance == 11_000


def test_an_invoice_with_money_on_it_is_neither_voided_nor_revised():
    invoice = make_invoice()
    record_payment(invoice, 1_000)

    invoice = current(invoice)

    assert not {"void", "revise"} & set(invoice.steps(NOON))
    with pytest.raises(Invoice.NotPossible):
        invoice.void(by=UserFactory(), now=NOON)


def test_a_customer_who_paid_is_archived_not_deleted():
    customer = ContactFactory().customer
    unsaved_payment(customer, 500).record({}, by=UserFactory(), now=NOON)

    with pytest.raises(Customer.InUse):
        customer.remove()


# spec 86
def test_online_money_for_what_was_cancelled_meanwhile_becomes_credit():
    invoice = make_invoice()
    online = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=NOON)
    online.give_up(Payment.Status.ABANDONED)
    record_payment(current(invoice), 4_000)

    online.settle(provider_id="1", method="card", now=NOON)

    assert current(invoice).balance == 0
    assert current(online).unapplied == 4_000
    assert [part.amount for part in online.allocations.all()] == [7_000]


# spec 86
def test_online_money_for_what_was_taken_back_as_a_draft_becomes_credit():
    invoice = make_invoice()
    online = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=NOON)
    online.give_up(Payment.Status.ABANDONED)
    current(invoice).revise(by=UserFactory(), now=NOON)

    online.settle(provider_id="1", method="card", now=NOON)

    assert (current(invoice).status, current(invoice).balance) == ("draft", 11_000)
    assert current(online).unapplied == 11_000


def test_online_one_payment_pays_several_invoices_whole_or_in_part():
    first = make_invoice()
    second = make_invoice(contact=first.contact)
    wanted = {first: None, second: Decimal(4_000)}

    payment = Payment.objects.start(wanted, make_visitor(first), provider="test", now=NOON)
    pending = [current(invoice).pending_payment for invoice in (first, second)]
    events = payment.settle(provider_id="1", method="card", now=NOON)

    assert payment.amount == 15_000
    assert pending == [payment, payment]
    assert [event.invoice for event in events] == [first, second]
    assert (current(first).balance, current(second).balance) == (0, 7_000)
    assert current(second).pending_payment is None


def test_online_invoices_of_two_customers_are_never_paid_together():
    first, foreign = make_invoice(), make_invoice()

    with pytest.raises(ValueError, match="one customer"):
        Payment.objects.start(
            dict.fromkeys([first, foreign]), make_visitor(first), provider="test", now=NOON
        )

    assert not Payment.objects.exists()


# spec 84
def test_online_nobody_pays_more_than_is_due():
    invoice = make_invoice()

    with pytest.raises(Payment.TooMuch):
        Payment.objects.start(
            {invoice: Decimal(11_001)}, make_visitor(invoice), provider="test", now=NOON
        )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["record", "apply", "refund credit", "refund invoice", "void", "online"]),
        st.integers(0, 2),  # which invoice
        st.integers(0, 5),  # which payment
        st.integers(1, 900_000).map(lambda cents: Decimal(cents) / 100),
    ),
    max_size=12,
)


class Books:
    """Three invoices of one customer, and what staff try with their money."""

    def __init__(self) -> None:
        contact, self.by = ContactFactory(customer__currency="USD"), UserFactory()
        self.payments = Payment.objects.filter(customer=contact.customer).order_by("pk")
        self.invoices = [
            make_invoice(contact=contact, lines=[line(rate=Decimal(rate))])
            for rate in ("3000.10", "5000.20", "0.30")
        ]

    def attempt(self, verb: str, which: int, payment: int, amount: Decimal) -> None:
        """Do it as far as the verbs allow; a refusal changes nothing."""
        invoice = current(self.invoices[which])
        payments = list(self.payments.all())
        chosen = payments[payment % len(payments)] if payments else None
        try:
            if verb == "record":
                record_payment(invoice, amount, by=self.by)
            elif verb == "apply":
                Payment.objects.apply_credit(invoice, amount, by=self.by, now=NOON)
            elif verb == "online":
                self._pay_online(invoice, amount)
            elif chosen and verb == "void":
                chosen.void(by=self.by, now=NOON)
            elif chosen:
                refund_of(chosen, amount, invoice if verb == "refund invoice" else None)
        except (
            Payment.TooMuch,
            Payment.Changed,
            Payment.NotReceived,
            Invoice.NothingDue,
        ):
            pass

    def _pay_online(self, invoice: Invoice, amount: Decimal) -> None:
        """The customer pays a part; every other one leaves first and pays after all."""
        payment = Payment.objects.start(
            {invoice: amount}, make_visitor(invoice), provider="test", now=NOON
        )
        if payment.pk % 2:
            payment.give_up(Payment.Status.ABANDONED)
        payment.settle(provider_id=payment.reference, method="card", now=NOON)

    def check_statement(self) -> None:
        """The account says what is owed less what is left as credit, wherever it is cut."""
        customer = self.invoices[0].customer
        owed = sum((current(row).balance for row in self.invoices), ZERO)
        credit = sum((row.unapplied for row in self.payments.all().arrived()), ZERO)
        for first in (date(2020, 1, 1), NOON.date(), date(2029, 12, 31)):
            statement = statement_of(customer, "USD", Period(first, date(2029, 12, 31)))
            assert statement.closing == owed - credit

    def check(self) -> None:
        self.check_statement()
        applied = dict.fromkeys((invoice.pk for invoice in self.invoices), ZERO)
        for payment in self.payments.all():
            parts = list(payment.allocations.all())
            refunds = sum((refund.amount for refund in payment.refunds.all()), ZERO)
            assert refunds == payment.refunded
            if payment.status == Payment.Status.VOID:
                assert payment.unapplied == refunds == 0
                continue
            paid = sum((part.amount for part in parts), ZERO)
            assert paid + payment.unapplied + refunds == payment.amount
            for part in parts:
                applied[part.invoice_id] += part.amount
        for row in self.invoices:
            invoice = current(row)
            assert 0 <= invoice.balance <= invoice.total
            assert invoice.total - invoice.balance == applied[invoice.pk]
            statuses = {invoice.total: "sent", ZERO: "paid"}
            assert invoice.status == statuses.get(invoice.balance, "partially_paid")


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_whatever_staff_try_the_books_add_up(db, steps):
    books = Books()

    for step in steps:
        books.attempt(*step)
        books.check()
