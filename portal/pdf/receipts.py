"""What a receipt says on paper."""

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..models import Payment
from ..templatetags.books import long_day, money, payment_method
from .parties import letterhead, recipient
from .press import families, printed

Rows = list[list[str]]  # a label and its value


def receipt_pdf(payment: Payment, language: str = "") -> bytes:
    """The receipt of money that arrived, in the reader's language, else in the payer's."""
    addressee, zone = payment.addressee(), payment.organisation.zone
    language = language or (addressee.language if addressee else payment.organisation.language)
    with translation.override(language), timezone.override(zone):
        words = _words(payment)
    return printed("receipt", words, made_at=payment.settled_at or payment.created_at)


def _words(payment: Payment) -> dict[str, Any]:
    parts = list(payment.allocations.order_by("pk").select_related("invoice"))
    return {
        "fonts": families(),
        "language": translation.get_language(),
        "title": _("Receipt"),
        "mark": _("Void") if payment.status == Payment.Status.VOID else "",
        "number": payment.number,
        **letterhead(payment.organisation),
        "recipient": recipient(payment.customer, payment.addressee()),
        "facts": _facts(payment),
        "amount": [_("Amount received"), money(payment.amount, payment.currency)],
        "thanks": _("We have received the amount above. Thank you."),
        "headings": [_("Invoice"), _("Date"), _("Invoice total"), _("Paid by this payment")],
        "lines": [
            [
                part.invoice.number,
                long_day(part.invoice.issue_date),
                money(part.invoice.total, payment.currency),
                money(part.amount, payment.currency),
            ]
            for part in parts
        ],
        "afterwards": _afterwards(payment),
        "page": _("Page %(page)s of %(pages)s"),
    }


def _facts(payment: Payment) -> Rows:
    facts = [
        [_("Number"), payment.number],
        [_("Date"), long_day(payment.payment_date)],
        [_("Paid by"), payment_method(payment.method)],
        [_("Reference"), payment.reference_number],
    ]
    return [fact for fact in facts if fact[1]]


def _afterwards(payment: Payment) -> Rows:
    """What no invoice took, and what went back."""
    rows = [
        (_("Kept as your credit"), payment.unapplied),
        (_("Refunded"), payment.refunded),
    ]
    return [[label, money(amount, payment.currency)] for label, amount in rows if amount]
