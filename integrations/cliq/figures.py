"""How are amounts and times written in the organisation's language?"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency
from django.utils.translation import to_locale

from .text import one_line

# Beyond any invoice; as 1E+999999 it would fill the memory when it is written out.
MOST_DIGITS = 20


@lru_cache(maxsize=500)  # One message says the same amount several times.
def money(amount: str, currency: str, language: str) -> str:
    """An amount such as "110000" as that currency writes it; yen have no decimals."""
    try:
        value = Decimal(amount)
    except InvalidOperation:
        value = Decimal("NaN")
    currency = one_line(currency, 10)
    if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS:
        return f"{one_line(amount, 40)} {currency}".strip()
    written = format_currency(value, currency, locale=_locale(language)).strip()
    # The full-width sign that Babel writes in Japanese stands apart from half-width digits.
    return written.replace("￥", "¥")


def day(iso_date: str, language: str) -> str:
    """A date such as "2026-11-30" in words."""
    try:
        return format_date(date.fromisoformat(iso_date), "long", locale=_locale(language))
    except ValueError:
        return one_line(iso_date, 40)


def moment(at: datetime, language: str) -> str:
    """Date and time to the minute, in the zone that the time carries."""
    locale = _locale(language)
    time = format_time(at, "short", locale=locale).replace("\u202f", " ")
    return f"{format_date(at, 'medium', locale=locale)} {time}"


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(to_locale(language))
