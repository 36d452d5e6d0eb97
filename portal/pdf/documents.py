"""What an estimate or invoice says on paper."""

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..models import Answer, Document, Estimate, Invoice, LineItem
from ..money import TaxTotal, Totals
from ..paper import paper
from ..templatetags.books import long_day, moment, money, number
from .parties import letterhead, recipient
from .press import families, printed

Rows = list[list[str]]  # a label and its value


def document_pdf(document: Estimate | Invoice, language: str = "") -> bytes:
    """The document as PDF, in the reader's language, else in that of its addressee."""
    zone, language = document.organisation.zone, language or document.contact.language
    with translation.override(language), timezone.override(zone):
        words = _words(document)
    return printed("document", words, made_at=document.sent_at or document.created_at)


def _words(document: Estimate | Invoice) -> dict[str, Any]:
    shown = paper(document)
    return {
        "fonts": families(),
        "language": translation.get_language(),
        "title": title(document),
        "mark": _mark(document),
        "number": document.number,
        **letterhead(document.organisation),
        "recipient": recipient(document.customer, document.contact),
        "facts": _facts(document),
        "headings": [_("Description"), _("Quantity"), _("Unit price"), _("Amount")],
        "lines": [_line(line, document.currency) for line in shown["lines"]],
        "sums": _sums(document, shown["sums"]),
        "total": [_("Total"), money(shown["sums"].total, document.currency)],
        "afterwards": _balance(document),
        "reduced": _("※ Reduced tax rate") if shown["has_reduced_rate"] else "",
        "notes": _notes(document),
        "signature": signature(_acceptance_of(document)),
        "page": _("Page %(page)s of %(pages)s"),
    }


def title(document: Document) -> str:
    """What kind of paper it is."""
    return _("Estimate") if document.KIND == "estimate" else _("Invoice")


def _mark(document: Document) -> str:
    """What must be said of it at first sight: that it does not count."""
    marks = {"draft": _("Draft"), "void": _("Void")}
    return marks.get(document.state(timezone.now()).value, "")


def _facts(document: Document) -> Rows:
    until = _("Valid until") if document.KIND == "estimate" else _("Due date")
    facts = [
        [_("Number"), document.number],
        [_("Date"), long_day(document.issue_date)],
        [until, long_day(document.until)],
        [_("Reference"), document.reference],
    ]
    return [fact for fact in facts if fact[1]]


def _line(line: LineItem, currency: str) -> dict[str, str]:
    discount = ""
    if line.discount_percent:
        discount = _("%(percent)s%% off") % {"percent": number(line.discount_percent)}
    return {
        "name": f"{line.name} ※" if line.is_reduced_rate else line.name,
        "description": "\n".join(filter(None, [line.description.strip(), discount])),
        "quantity": f"{number(line.quantity)} {line.unit}".strip(),
        "rate": money(line.rate, currency),
        "amount": money(line.amount, currency),
    }


def _sums(document: Document, sums: Totals) -> Rows:
    rows = [[_("Subtotal"), money(sums.subtotal, document.currency)]]
    if sums.discount:
        rows.append([_("Discount"), f"−{money(sums.discount, document.currency)}"])
    return [*rows, *(_tax(document, tax, len(sums.taxes) > 1) for tax in sums.taxes)]


def _tax(document: Document, tax: TaxTotal, is_one_of_many: bool) -> list[str]:
    percent, base = number(tax.percent), money(tax.base, document.currency)
    if document.is_tax_inclusive:
        label = _("Tax included (%(percent)s%%)")
    elif is_one_of_many:
        label = _("Tax (%(percent)s%%) on %(base)s")
    else:
        label = _("Tax (%(percent)s%%)")
    text = label % {"percent": percent, "base": base}
    return [f"{text} ※" if tax.is_reduced_rate else text, money(tax.tax, document.currency)]


def _balance(document: Estimate | Invoice) -> Rows:
    if isinstance(document, Estimate) or not document.amount_paid:
        return []
    paid = money(document.amount_paid, document.currency)
    return [
        [_("Paid so far"), f"−{paid}"],
        [_("Balance due"), money(document.balance, document.currency)],
    ]


def _notes(document: Estimate | Invoice) -> Rows:
    bank = document.organisation.bank_details if document.KIND == "invoice" else ""
    notes = [
        [_("Bank transfer"), bank],
        [_("Notes"), document.notes],
        [_("Terms"), document.terms],
        [_("Accepted"), _acceptance(document)],
    ]
    return [[label, text.strip()] for label, text in notes if text.strip()]


def _acceptance(document: Estimate | Invoice) -> str:
    answer = _acceptance_of(document)
    if answer is None:
        return ""
    return _("by %(name)s on %(when)s") % {
        "name": answer.name,
        "when": moment(answer.answered_at),
    }


def _acceptance_of(document: Estimate | Invoice) -> Answer | None:
    """Who accepted this very revision."""
    answer = document.answer() if isinstance(document, Estimate) else None
    return answer if answer and answer.decision == answer.Decision.ACCEPTED else None


def signature(answer: Answer | None) -> dict[str, str]:
    """How it was signed: a picture with its description, or a typed name."""
    signed = answer.signed if answer else None
    if answer is None or signed is None:
        return {"svg": "", "alt": "", "typed": ""}
    alt = _("Signature of %(name)s") % {"name": answer.name}
    return {"svg": "" if signed.typed else signed.svg(), "alt": alt, "typed": signed.typed}
