"""A customer's account over a period: where it stood, what came, what was paid, where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import QuerySet, Sum

from .models import Customer, Invoice, Organisation, Payment
from .money import ZERO


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included, where the organisation is."""

    first: date
    last: date

    def bounds(self, organisation: Organisation) -> tuple[datetime, datetime]:
        """The moment when it begins, and the one when it is over."""
        after = self.last + timedelta(days=1)
        begin, end = (datetime.combine(day, time.min) for day in (self.first, after))
        return begin.replace(tzinfo=organisation.zone), end.replace(tzinfo=organisation.zone)


@dataclass(frozen=True)
class Entry:
    """An invoice that was added to the account, or a payment that was taken off."""

    date: date
    amount: Decimal  # a payment's is negative
    balance: Decimal = ZERO  # of the account afterwards
    invoice: Invoice | None = None
    payment: Payment | None = None


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
        return -sum((entry.amount for entry in self.entries if entry.payment), ZERO)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.invoiced - self.paid


def statement_of(customer: Customer, currency: str, period: Period) -> Statement:
    """The account of the period; drafts and void invoices never stand on it."""
    organisation = customer.organisation
    begin, end = period.bounds(organisation)
    invoices = customer.invoices.counting().filter(currency=currency)
    payments = Payment.objects.arrived().filter(customer=customer, currency=currency)
    before = invoices.filter(issue_date__lt=period.first), payments.filter(settled_at__lt=begin)
    opening = _sum(before[0], "total") - _sum(before[1], "amount")
    billed = invoices.filter(issue_date__range=(period.first, period.last))
    came = payments.filter(settled_at__gte=begin, settled_at__lt=end).with_invoices()
    entries = [
        *(Entry(invoice.issue_date, invoice.total, invoice=invoice) for invoice in billed),
        *(Entry(_day(payment, organisation), -payment.amount, payment=payment) for payment in came),
    ]
    return Statement(currency, period, opening, list(_added_up(opening, entries)))


def currencies_of(customer: Customer) -> list[str]:
    """Those in which the customer has an account, their usual one first."""
    used = customer.invoices.counting().values_list("currency", flat=True).distinct()
    others = sorted(set(used) - {customer.currency})
    return [customer.currency, *others]


def _sum(rows: "QuerySet[Invoice] | QuerySet[Payment]", field: str) -> Decimal:
    return rows.aggregate(sum=Sum(field))["sum"] or ZERO


def _day(payment: Payment, organisation: Organisation) -> date:
    return organisation.date_of(payment.settled_at or payment.created_at)


def _added_up(balance: Decimal, entries: list[Entry]) -> Iterator[Entry]:
    """By date, invoices before the payments of a day, each with the balance after it."""
    for entry in sorted(entries, key=lambda entry: (entry.date, entry.payment is not None)):
        balance += entry.amount
        yield Entry(entry.date, entry.amount, balance, entry.invoice, entry.payment)
