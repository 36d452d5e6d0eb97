"""Two colleagues, or a colleague and the customer, move the same money at the same moment.

Behind a database that writes one at a time there is nothing to see, so these run on PostgreSQL.
"""

from decimal import Decimal

import pytest
from django.utils import timezone

from portal.models import Invoice, Payment, Refund, User
from tests.factories import UserFactory, make_visitor, record_payment, unsaved_payment
from tests.portal.opened import open_invoice
from tests.portal.test_races import losers, race

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("postgresql"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("again", range(5)),
]


def recording(invoice: Invoice, by: User, amount: int = 11_000):
    """A colleague's click on *Record payment*, on a page that shows the invoice as it is now."""
    as_seen = Invoice.objects.select_related("customer__organisation").get(pk=invoice.pk)
    return lambda: record_payment(as_seen, amount, by=by)


def balance(invoice: Invoice) -> Decimal:
    return Invoice.objects.get(pk=invoice.pk).balance


def received() -> Decimal:
    return sum(payment.amount for payment in Payment.objects.arrived())


# spec 75
def test_of_two_who_record_the_whole_balance_one_does(again):
    invoice, by = open_invoice(), UserFactory()

    results = race(recording(invoice, by), recording(invoice, by))

    assert len(losers(results, Payment.Changed, Invoice.NothingDue)) == 1
    assert (balance(invoice), received()) == (0, 11_000)


# spec 76
def test_a_form_sent_twice_at_once_is_one_payment(again):
    invoice, by = open_invoice(), UserFactory()
    key = unsaved_payment(invoice.customer).key

    def record() -> Payment:
        payment = unsaved_payment(invoice.customer, 500, key=key)
        return payment.record({}, by=by, now=timezone.now())

    results = race(record, record)

    assert losers(results) == []
    assert results[0] == results[1]
    assert received() == 500


# spec 75
def test_a_colleague_and_the_customer_do_not_both_pay(again):
    invoice, by = open_invoice(), UserFactory()
    visitor = make_visitor(invoice)

    def pay_online() -> Payment:
        mine = Invoice.objects.get(pk=invoice.pk)
        return Payment.objects.start(mine, visitor, provider="test", now=timezone.now())

    results = race(recording(invoice, by), pay_online)

    refused = losers(results, Invoice.PaymentPending, Invoice.NothingDue)
    assert len(refused) == 1
    assert received() in {0, 11_000}
    assert balance(invoice) == 11_000 - received()


# spec 75
def test_two_tabs_do_not_pay_the_same_invoices_twice(again):
    first = open_invoice()
    second = open_invoice(contact=first.contact)

    def tab(*invoices: Invoice):
        def pay() -> Payment:
            mine = dict.fromkeys(Invoice.objects.filter(pk__in=[row.pk for row in invoices]))
            contact, now = first.contact, timezone.now()
            return Payment.objects.start(mine, None, contact=contact, provider="test", now=now)

        return pay

    results = race(tab(first, second), tab(second))

    assert len(losers(results, Invoice.PaymentPending)) == 1
    assert Payment.objects.get().amount in {11_000, 22_000}


def test_money_that_arrives_online_while_a_colleague_records_some_is_never_lost(again):
    invoice, by, now = open_invoice(), UserFactory(), timezone.now()
    late = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=now)
    late.give_up(Payment.Status.ABANDONED)

    def settle() -> object:
        mine = Payment.objects.get(pk=late.pk)
        return mine.settle(provider_id="1", method="card", now=timezone.now())

    results = race(recording(invoice, by, 4_000), settle)

    losers(results, Payment.Changed, Invoice.NothingDue)
    credit = sum(payment.unapplied for payment in Payment.objects.arrived())
    assert balance(invoice) == 0
    assert received() - credit == 11_000


def test_of_two_refunds_one_goes_back(again):
    payment, by = record_payment(open_invoice(), 15_000), UserFactory()

    def give_back() -> None:
        mine = Payment.objects.get(pk=payment.pk)
        refund = Refund(
            amount=Decimal(4_000),
            method="cash",
            refund_date=timezone.now().date(),
            refunded_by=by,
            created_at=timezone.now(),
        )
        mine.refund(refund)

    results = race(give_back, give_back)

    assert len(losers(results, Payment.Changed, Payment.TooMuch)) == 1
    assert Payment.objects.get().refunded == 4_000
    assert Payment.objects.get().unapplied == 0


def test_of_a_refund_and_a_void_one_counts(again):
    payment, by = record_payment(open_invoice(), 15_000), UserFactory()

    def give_back() -> None:
        refund = Refund(
            amount=Decimal(4_000),
            method="cash",
            refund_date=timezone.now().date(),
            refunded_by=by,
            created_at=timezone.now(),
        )
        Payment.objects.get(pk=payment.pk).refund(refund)

    def void() -> None:
        Payment.objects.get(pk=payment.pk).void(by=by, now=timezone.now())

    results = race(give_back, void)

    assert len(losers(results, Payment.NotReceived)) == 1


def test_one_credit_pays_one_invoice(again):
    by = UserFactory()
    payment = record_payment(open_invoice(), 15_000)
    contact = payment.customer.contacts.get()
    following = [open_invoice(contact=contact) for _ in range(2)]

    def apply(invoice: Invoice):
        mine = Invoice.objects.get(pk=invoice.pk)
        amount, now = Decimal(4_000), timezone.now()
        return lambda: Payment.objects.apply_credit(mine, amount, by=by, now=now)

    results = race(*map(apply, following))

    assert len(losers(results, Payment.TooMuch)) == 1
    assert sum(balance(invoice) for invoice in following) == 18_000
