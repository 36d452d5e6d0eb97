"""What two people made of the same draft, side by side."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import Document, LineItem
from .documents import FORMS, Sheet, plain


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same."""

    label: str
    newest: str
    mine: str


def differences(sheet: Sheet, newest: Document) -> list[Difference]:
    """Where the saved draft says something else than what is being written."""
    names = FORMS[type(newest)].Meta.fields  # type: ignore[attr-defined]
    found = [
        Difference(
            str(sheet.form.fields[name].label), _shown(newest, name), _shown(sheet.document, name)
        )
        for name in names
        if getattr(newest, name) != getattr(sheet.document, name)
    ]
    saved = newest.lines.order_by("position", "pk")
    lines = zip_longest(map(_line, saved), map(_line, sheet.written()), fillvalue="")
    for number, (theirs, mine) in enumerate(lines, start=1):
        if theirs != mine:
            found.append(Difference(_("Item %(number)d") % {"number": number}, theirs, mine))
    return found


def _shown(document: Document, name: str) -> str:
    value = getattr(document, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return format_date(value, "medium", (get_language() or "en").replace("-", "_"))
    in_words = getattr(document, f"get_{name}_display", None)
    return str(in_words() if in_words else value or "")


def _line(line: LineItem) -> str:
    figures = f"{plain(line.quantity)} {line.unit}".strip(), plain(line.rate) or "0"
    discount = f"−{plain(line.discount_percent)} %" if line.discount_percent else ""
    words = (line.name, " × ".join(figures), discount, line.tax_name, line.description)
    return " · ".join(word for word in words if word)
