"""What the dashboard draws: amounts of one currency, as bars with their places in the picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_compact_currency
from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .models import InvoiceQuerySet, PaymentQuerySet
from .money import ZERO

AGES = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))  # days past the due date
ROW = 46  # height of one age's line in the picture
MONTHS = 12
BASE, TALL = 190, 160  # where the months' bars stand, and how high the highest may be
Amounts = dict[str, list[Decimal]]  # by currency


@dataclass(frozen=True)
class Age:
    """What is owed for so long: a line with its bar."""

    label: str
    amount: Decimal
    width: str  # percent of the picture
    text_y: int
    bar_y: int


@dataclass(frozen=True)
class Month:
    """What was invoiced and what arrived in one month: two bars side by side."""

    name: str
    label: str
    invoiced: Decimal
    received: Decimal
    middle: str
    invoiced_x: str
    received_x: str
    invoiced_height: int
    received_height: int

    @property
    def invoiced_y(self) -> int:
        return BASE - self.invoiced_height

    @property
    def received_y(self) -> int:
        return BASE - self.received_height


@dataclass(frozen=True)
class Flow:
    """Twelve months, and what the line at the top of the picture stands for."""

    months: list[Month]
    top: str
    half: str


def owed_by_age(invoices: InvoiceQuerySet, today: date) -> Amounts:
    """What is owed of each currency, by how long its day has passed, in one query."""
    ages = {f"age_{n}": Sum("balance", filter=_aged(age, today)) for n, age in enumerate(AGES)}
    rows = invoices.owing().values("currency").annotate(**ages).order_by("currency")
    return {row["currency"]: [row[age] or ZERO for age in ages] for row in rows}


def _aged(age: tuple[int | None, int | None], today: date) -> Q:
    first, last = age
    since = Q() if last is None else Q(due_date__gte=today - timedelta(days=last))
    return since if first is None else since & Q(due_date__lte=today - timedelta(days=first))


def first_month(today: date) -> date:
    """The first day of the twelve months that end with this one."""
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def invoiced_by_month(invoices: InvoiceQuerySet, today: date) -> Amounts:
    """What was asked for in each month and still stands, by the invoices' dates."""
    start = first_month(today)
    rows = invoices.counting().filter(issue_date__gte=start, issue_date__lte=today)
    return _by_month(rows.annotate(month=TruncMonth("issue_date")), "total", start)


def received_by_month(payments: PaymentQuerySet, today: date) -> Amounts:
    """What arrived in each month and was not given back, by the payments' dates."""
    start = first_month(today)
    rows = payments.arrived().filter(payment_date__gte=start, payment_date__lte=today)
    kept = F("amount") - F("refunded")
    return _by_month(rows.annotate(month=TruncMonth("payment_date"), kept=kept), "kept", start)


def _by_month(rows: Any, field: str, start: date) -> Amounts:
    found: Amounts = {}
    for row in rows.values("currency", "month").annotate(sum=Sum(field)).order_by("currency"):
        place = (row["month"].year - start.year) * 12 + row["month"].month - start.month
        amounts = found.setdefault(row["currency"], [ZERO] * MONTHS)
        if place < MONTHS:
            amounts[place] = row["sum"]
    return found


def draw_ages(amounts: list[Decimal]) -> list[Age]:
    """One line for each age, the longest bar as wide as the picture."""
    longest = max(amounts) or Decimal(1)
    return [
        Age(
            label=_age_label(age),
            amount=amount,
            width=_percent(100 * amount / longest),
            text_y=number * ROW + 16,
            bar_y=number * ROW + 24,
        )
        for number, (age, amount) in enumerate(zip(AGES, amounts, strict=True))
    ]


def _age_label(age: tuple[int | None, int | None]) -> str:
    first, last = age
    if first is None:
        return _("Not due yet")
    if last is None:
        return _("More than %(days)d days late") % {"days": first - 1}
    return _("%(first)d to %(last)d days late") % {"first": first, "last": last}


def draw_flow(invoiced: list[Decimal], received: list[Decimal], currency: str, today: date) -> Flow:
    """Two bars for each month, to one scale."""
    top = _above(max([*invoiced, *received]))
    locale = (get_language() or "en").replace("-", "_")
    months = [
        _month(number, _day_in(first_month(today), number), locale, *pair, top)
        for number, pair in enumerate(zip(invoiced, received, strict=True))
    ]
    words = [_compact(amount, currency, locale) for amount in (top, top / 2)]
    return Flow(months, *words)


def _month(
    number: int, day: date, locale: str, invoiced: Decimal, received: Decimal, top: Decimal
) -> Month:
    middle = Decimal(100) * (2 * number + 1) / (2 * MONTHS)
    return Month(
        name=format_date(day, format="yMMM" if locale == "ja" else "MMM y", locale=locale),
        label=format_date(day, format="MMM", locale=locale),
        invoiced=invoiced,
        received=received,
        middle=_percent(middle),
        invoiced_x=_percent(middle - Decimal("2.7")),
        received_x=_percent(middle + Decimal("0.2")),
        invoiced_height=round(TALL * invoiced / top),
        received_height=round(TALL * received / top),
    )


def _day_in(start: date, number: int) -> date:
    months = start.year * 12 + start.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


def _above(amount: Decimal) -> Decimal:
    """The next round number, whose half is round as well."""
    unit = Decimal(10) ** amount.adjusted() if amount else Decimal(1)
    return next(step * unit for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * unit >= amount)


def _compact(amount: Decimal, currency: str, locale: str) -> str:
    return format_compact_currency(amount, currency, locale=locale, fraction_digits=1).replace(
        "￥", "¥"
    )


def _percent(number: Decimal) -> str:
    return f"{number:.2f}%"


def currencies_of(*amounts: Iterable[str]) -> list[str]:
    """Every currency that something stands in, by name."""
    return sorted({currency for found in amounts for currency in found})
