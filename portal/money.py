"""Amounts: Decimal and an ISO 4217 currency; tax rounded once per rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import lru_cache
from typing import Protocol

from babel.numbers import format_currency, get_currency_precision
from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class Rounding(TextChoices):
    """How a fraction of tax becomes the currency's smallest unit."""

    FLOOR = "floor", _("Round down")
    ROUND = "round", _("Round half up")
    CEIL = "ceil", _("Round up")


MODES = {
    Rounding.FLOOR: ROUND_DOWN,
    Rounding.ROUND: ROUND_HALF_UP,
    Rounding.CEIL: ROUND_UP,
}


def decimals(currency: str) -> int:
    """How many the currency's smallest unit has: JPY none, USD two."""
    places: int = get_currency_precision(currency)
    return places


def rounded(amount: Decimal, currency: str, rounding: str = Rounding.ROUND) -> Decimal:
    """The amount in whole smallest units of the currency."""
    unit = Decimal(1).scaleb(-decimals(currency))
    return amount.quantize(unit, MODES[Rounding(rounding)])


def money(amount: Decimal, currency: str, language: str | None = None) -> str:
    """The amount as the reader's language writes it: ¥110,000, $1,250.00."""
    return _written(amount, currency, (language or get_language() or "en").replace("-", "_"))


@lru_cache(maxsize=4096)  # Lists repeat amounts, and Babel takes its time.
def _written(amount: Decimal, currency: str, locale: str) -> str:
    written = format_currency(amount, currency, locale=locale).replace("￥", "¥")
    return written.replace("-", "−") if amount < 0 else written


class Line(Protocol):
    """What the sums need to know of a line item."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def tax_percent(self) -> Decimal: ...
    @property
    def is_reduced_rate(self) -> bool: ...


@dataclass(frozen=True)
class TaxTotal:
    """One tax rate's share of a document."""

    percent: Decimal
    is_reduced_rate: bool
    base: Decimal  # before tax
    tax: Decimal


@dataclass(frozen=True)
class Totals:
    """A document's sums; `subtotal` holds tax already where prices include it."""

    subtotal: Decimal
    discount: Decimal
    taxes: tuple[TaxTotal, ...]
    total: Decimal

    @property
    def tax_total(self) -> Decimal:
        return sum((tax.tax for tax in self.taxes), ZERO)


def totals(
    lines: Iterable[Line],
    *,
    currency: str,
    discount: Decimal = ZERO,
    is_tax_inclusive: bool = False,
    rounding: str = Rounding.FLOOR,
) -> Totals:
    """Sum the lines; a document's discount is shared among the rates in proportion."""
    groups: dict[tuple[Decimal, bool], Decimal] = {}
    for line in lines:
        key = (line.tax_percent, line.is_reduced_rate)
        groups[key] = groups.get(key, ZERO) + line.amount
    subtotal = sum(groups.values(), ZERO)
    shares = _shares(list(groups.values()), min(discount, subtotal), currency)
    taxes = []
    for (percent, is_reduced), gross, share in zip(groups, groups.values(), shares, strict=True):
        amount = gross - share
        divisor = HUNDRED + percent if is_tax_inclusive else HUNDRED
        tax = rounded(amount * percent / divisor, currency, rounding)
        base = amount - tax if is_tax_inclusive else amount
        taxes.append(TaxTotal(percent, is_reduced, base, tax))
    taxes.sort(key=lambda tax: -tax.percent)
    discounted = subtotal - min(discount, subtotal)
    added = ZERO if is_tax_inclusive else sum((tax.tax for tax in taxes), ZERO)
    return Totals(subtotal, min(discount, subtotal), tuple(taxes), discounted + added)


def _shares(amounts: list[Decimal], discount: Decimal, currency: str) -> list[Decimal]:
    """The discount split in proportion to the amounts; the last one takes what rounding leaves."""
    whole = sum(amounts, ZERO)
    if not discount or not whole:
        return [ZERO] * len(amounts)
    shares = [rounded(discount * amount / whole, currency) for amount in amounts[:-1]]
    return [*shares, discount - sum(shares, ZERO)]
