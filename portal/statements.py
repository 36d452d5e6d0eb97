"""A customer's account over a period: where it stood, what came, what was paid, where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

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
    """An invoice that was added to the account, a payment taken off, or what went back of one."""

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
        """What came, less what went back."""
        return self.invoiced - sum((entry.amount for entry in self.entries), ZERO)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.invoiced - self.paid


def statement_of(customer: Customer, currency: str, period: Period) -> Statement:
    """The account of the period; drafts and what is void never stand on it."""
    invoices = customer.invoices.counting().filter(currency=currency)
    payments = Payment.objects.arrived().filter(customer=customer, currency=currency)
    refunds = Refund.objects.filter(payment__in=payments)
    opening = (
        _sum(invoices.filter(issue_date__lt=period.first), "total")
        - _sum(payments.filter(payment_date__lt=period.first), "amount")
        + _sum(refunds.filter(refund_date__lt=period.first), "amount")
    )
    days = (period.first, period.last)
    billed = invoices.filter(issue_date__range=days).order_by("pk")
    came = payments.filter(payment_date__range=days).with_invoices().order_by("pk")
    went = refunds.filter(refund_date__range=days).select_related("invoice", "payment")
    entries = [
        *(Entry(row.issue_date, row.total, invoice=row) for row in billed),
        *(Entry(row.payment_date, -row.amount, payment=row) for row in came),
        *(Entry(row.refund_date, row.amount, refund=row) for row in went.order_by("pk")),
    ]
    return Statement(currency, period, opening, list(_added_up(opening, entries)))


def currencies_of(customer: Customer) -> list[str]:
    """Those in which the customer has an account, their usual one first."""
    payments = Payment.objects.arrived().filter(customer=customer)
    rows = customer.invoices.counting().order_by(), payments.order_by()
    used = {code for those in rows for code in those.values_list("currency", flat=True).distinct()}
    others = sorted(used - {customer.currency})
    return [customer.currency, *others]


def _sum(rows: QuerySet[Any], field: str) -> Decimal:
    return rows.aggregate(sum=Sum(field))["sum"] or ZERO


def _place(entry: Entry) -> tuple[date, bool, bool]:
    """By date; on one day invoices come before payments, and both before refunds."""
    return entry.date, entry.refund is not None, entry.payment is not None


def _added_up(balance: Decimal, entries: list[Entry]) -> Iterator[Entry]:
    """In order, each with the balance after it."""
    for entry in sorted(entries, key=_place):
        balance += entry.amount
        yield replace(entry, balance=balance)
