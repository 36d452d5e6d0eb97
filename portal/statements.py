"""A customer's account over a period: where it stood, what came, what was paid, where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import cast

from django.db.models import QuerySet, Sum

from .models import Customer, Invoice, Payment, Refund
from .money import ZERO


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included, where the organisation is."""

    first: date
    last: date


@dataclass(frozen=True)
class Entry:
    """An invoice or a refund that was added to the account, or a payment that was taken off."""

    date: date
    amount: Decimal  # a payment's is negative
    balance: Decimal = ZERO  # of the account afterwards
    invoice: Invoice | None = None
    payment: Payment | None = None
    refund: Refund | None = None


@dataclass(frozen=True)
class Statement:
    """The account in one currency."""

    currency: str
    period: Period
    opening: Decimal
    entries: list[Entry]

    @property
    def invoiced(self) -> Decimal:
        return sum((entry.amount for entry in self.entries if entry.invoice), ZERO)

    @property
    def paid(self) -> Decimal:
        """What came and did not go back."""
        return -sum((entry.amount for entry in self.entries if not entry.invoice), ZERO)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.invoiced - self.paid


def statement_of(customer: Customer, currency: str, period: Period) -> Statement:
    """The account of the period; drafts, void invoices and void payments never stand on it."""
    invoices = customer.invoices.counting().filter(currency=currency)
    payments = Payment.objects.arrived().filter(customer=customer, currency=currency)
    refunds = Refund.objects.filter(payment__in=payments).select_related("invoice")
    opening = (
        _sum(invoices.filter(issue_date__lt=period.first), "total")
        - _sum(payments.filter(payment_date__lt=period.first), "amount")
        + _sum(refunds.filter(refund_date__lt=period.first), "amount")
    )
    days = (period.first, period.last)
    came = payments.filter(payment_date__range=days).with_invoices().order_by("pk")
    entries = [
        *map(_of_invoice, invoices.filter(issue_date__range=days).order_by("pk")),
        *map(_of_payment, came),
        *map(_of_refund, refunds.filter(refund_date__range=days).order_by("pk")),
    ]
    return Statement(currency, period, opening, list(_added_up(opening, entries)))


def currencies_of(customer: Customer) -> list[str]:
    """Those in which the customer has an account, their usual one first."""
    used = customer.invoices.counting().values_list("currency", flat=True).distinct()
    others = sorted(set(used) - {customer.currency})
    return [customer.currency, *others]


def _sum(rows: "QuerySet[Invoice] | QuerySet[Payment] | QuerySet[Refund]", field: str) -> Decimal:
    return rows.aggregate(sum=Sum(field))["sum"] or ZERO


def _of_invoice(invoice: Invoice) -> Entry:
    return Entry(invoice.issue_date, invoice.total, invoice=invoice)


def _of_payment(payment: Payment) -> Entry:
    return Entry(cast(date, payment.payment_date), -payment.amount, payment=payment)


def _of_refund(refund: Refund) -> Entry:
    return Entry(refund.refund_date, refund.amount, refund=refund)


def _added_up(balance: Decimal, entries: list[Entry]) -> Iterator[Entry]:
    """By date, on each day as they come, with the balance after each."""
    for entry in sorted(entries, key=attrgetter("date")):
        balance += entry.amount
        yield replace(entry, balance=balance)
