"""What a customer's account says on paper."""

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import Contact
from ..statements import Entry, Statement
from ..templatetags.books import day, long_day, money, statement_entry
from .parties import letterhead, recipient
from .press import families, printed


def statement_pdf(statement: Statement, contact: Contact, *, made_at: datetime) -> bytes:
    """The statement as PDF, in the language that is active."""
    return printed("statement", _words(statement, contact, made_at), made_at=made_at)


def _words(statement: Statement, contact: Contact, made_at: datetime) -> dict[str, Any]:
    customer, currency = contact.customer, statement.currency
    period = statement.period
    return {
        "fonts": families(),
        "language": translation.get_language(),
        "title": _("Statement of account"),
        "mark": "",
        "number": customer.name,
        **letterhead(customer.organisation),
        "recipient": recipient(customer, contact),
        "facts": [
            [pgettext("a period", "From"), long_day(period.first)],
            [pgettext("a period", "To"), long_day(period.last)],
            [_("Currency"), currency],
            [_("Printed on"), long_day(made_at)],
        ],
        "headings": [_("Date"), _("What"), _("Amount"), pgettext("of an account", "Balance")],
        "opening": [_("Opening balance"), money(statement.opening, currency)],
        "entries": [_row(entry, currency) for entry in statement.entries],
        "closing": [_("Closing balance"), money(statement.closing, currency)],
        "page": _("Page %(page)s of %(pages)s"),
    }


def _row(entry: Entry, currency: str) -> list[str]:
    amount, balance = money(entry.amount, currency), money(entry.balance, currency)
    return [day(entry.date), statement_entry(entry), amount, balance]
