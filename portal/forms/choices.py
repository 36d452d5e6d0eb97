"""Long lists to choose from, in the reader's language."""

from functools import cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.utils.translation import get_language, gettext

Choices = list[tuple[str, str]]


def currencies() -> Choices:
    """Every currency in use: JPY – Japanese Yen."""
    return _currencies(get_language() or "en")


def countries() -> Choices:
    """Every country by name, and none."""
    return [("", gettext("Not given")), *_countries(get_language() or "en")]


@cache
def _currencies(language: str) -> Choices:
    locale = Locale.parse(language, sep="-")
    codes = {code for country in _codes() for code in get_territory_currencies(country)}
    return [(code, f"{code} – {locale.currencies.get(code, code)}") for code in sorted(codes)]


@cache
def _countries(language: str) -> Choices:
    names = Locale.parse(language, sep="-").territories
    return sorted(((code, names[code]) for code in _codes()), key=lambda choice: choice[1])


@cache
def _codes() -> list[str]:
    """Every place that has money of its own or of its neighbours."""
    known = Locale("en").territories
    places = set(get_global("territory_currencies")) - {"EU", "ZZ"}
    return [code for code in places if code in known]
