"""In which words do we tell what a customer did?"""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from portal.events import EventKind, Facts

from .figures import day, money
from .text import MOST_SIGNS, cut, one_line, plain

NAME_LENGTH = 80
NUMBER_LENGTH = 40
QUOTE_LENGTH = 600
QUOTE_LINES = 12
QUOTE_BAR = "│ "

DONE = {
    EventKind.ESTIMATE_VIEWED: gettext_lazy("%(who)s viewed estimate %(number)s for %(total)s."),
    EventKind.ESTIMATE_COMMENTED: gettext_lazy(
        "%(who)s commented on estimate %(number)s for %(total)s."
    ),
    EventKind.ESTIMATE_ACCEPTED: gettext_lazy(
        "%(who)s accepted estimate %(number)s for %(total)s."
    ),
    EventKind.ESTIMATE_DECLINED: gettext_lazy(
        "%(who)s declined estimate %(number)s for %(total)s."
    ),
    EventKind.INVOICE_VIEWED: gettext_lazy("%(who)s viewed invoice %(number)s for %(total)s."),
    EventKind.INVOICE_COMMENTED: gettext_lazy(
        "%(who)s commented on invoice %(number)s for %(total)s."
    ),
    EventKind.INVOICE_PAID: gettext_lazy("%(who)s paid %(amount)s for invoice %(number)s."),
}
# From another browser than the contact's, nobody knows who did it.
DONE_BY_SOMEONE = {
    EventKind.ESTIMATE_VIEWED: gettext_lazy(
        "Estimate %(number)s for %(total)s was viewed via the link sent to %(who)s."
    ),
    EventKind.ESTIMATE_COMMENTED: gettext_lazy(
        "Estimate %(number)s for %(total)s was commented on via the link sent to %(who)s."
    ),
    EventKind.ESTIMATE_ACCEPTED: gettext_lazy(
        "Estimate %(number)s for %(total)s was accepted via the link sent to %(who)s."
    ),
    EventKind.ESTIMATE_DECLINED: gettext_lazy(
        "Estimate %(number)s for %(total)s was declined via the link sent to %(who)s."
    ),
    EventKind.INVOICE_VIEWED: gettext_lazy(
        "Invoice %(number)s for %(total)s was viewed via the link sent to %(who)s."
    ),
    EventKind.INVOICE_COMMENTED: gettext_lazy(
        "Invoice %(number)s for %(total)s was commented on via the link sent to %(who)s."
    ),
    EventKind.INVOICE_PAID: gettext_lazy(
        "%(amount)s was paid for invoice %(number)s via the link sent to %(who)s."
    ),
}
DONE_AGAIN = {
    EventKind.ESTIMATE_VIEWED: gettext_lazy(
        "%(who)s viewed estimate %(number)s for %(total)s again."
    ),
    EventKind.INVOICE_VIEWED: gettext_lazy(
        "%(who)s viewed invoice %(number)s for %(total)s again."
    ),
}
DONE_AGAIN_BY_SOMEONE = {
    EventKind.ESTIMATE_VIEWED: gettext_lazy(
        "Estimate %(number)s for %(total)s was viewed again via the link sent to %(who)s."
    ),
    EventKind.INVOICE_VIEWED: gettext_lazy(
        "Invoice %(number)s for %(total)s was viewed again via the link sent to %(who)s."
    ),
}


# The words of payment providers that we know; another's is shown as it is.
METHODS = {
    "bank_transfer": gettext_lazy("bank transfer"),
    "card": gettext_lazy("card"),
    "konbini": gettext_lazy("convenience store"),
    "test": gettext_lazy("test payment"),
}


def method(facts: Facts) -> str:
    """How it was paid, in words; "" when nobody knows."""
    word = facts.get("method", "")
    return one_line(str(METHODS.get(word, word)), NAME_LENGTH)


def sentences(kind: EventKind, facts: Facts, language: str) -> list[str]:
    """Who did what to which document, and what came of it, in the language that is active."""
    said = [str(_headline(kind, facts)) % _details(facts, language)]
    if kind == EventKind.INVOICE_PAID:
        said += _payment(facts, language)
    if count := facts.get("files", 0):
        words = ngettext("With %(count)d file.", "With %(count)d files.", count)
        said.append(words % {"count": count})
    if signer := one_line(facts.get("signer", ""), NAME_LENGTH):
        is_accepted = kind == EventKind.ESTIMATE_ACCEPTED
        name = _("Signed by %(signer)s.") if is_accepted else _("Declined by %(signer)s.")
        said.append(name % {"signer": signer})
    if invoice := one_line(facts.get("invoice", ""), NUMBER_LENGTH):
        said.append(_("It became invoice %(invoice)s.") % {"invoice": invoice})
    return said


def quote(kind: EventKind, facts: Facts) -> list[str]:
    """The comment or the reason as lines that cannot be taken for ours; none without one."""
    text = facts.get("text", "")
    words = plain(text)
    if not words:
        return []
    shown = cut("\n".join(words.split("\n")[:QUOTE_LINES]), QUOTE_LENGTH)
    lines = [QUOTE_BAR + line for line in shown.split("\n")]
    if shown != words or len(text) > MOST_SIGNS:
        lines.append(_("The text is longer: read all of it in Books."))
    if kind == EventKind.ESTIMATE_DECLINED:
        lines.insert(0, _("Reason:"))
    return lines


def short_quote(facts: Facts, limit: int) -> str:
    """The comment or the reason on one line, in quotation marks; "" without one."""
    words = one_line(facts.get("text", ""), limit)
    return _("“%(text)s”") % {"text": words} if words else ""


def who(facts: Facts) -> str:
    """The contact and their company, or whichever of the two there is."""
    contact = one_line(facts["contact"], NAME_LENGTH)
    company = one_line(facts["company"], NAME_LENGTH)
    if contact and company and contact != company:
        return _("%(contact)s (%(company)s)") % {"contact": contact, "company": company}
    name = contact or company or _("A customer")
    return pgettext("a customer", "%(name)s") % {"name": name}


def rows(facts: Facts, language: str) -> list[tuple[str, str]]:
    """The facts as label and value, in reading order; what is not known is left out."""
    is_estimate = facts["document"] == "estimate"
    currency = facts["currency"]
    found = [
        (_("Customer"), one_line(facts["company"], NAME_LENGTH)),
        (_("Contact"), one_line(facts["contact"], NAME_LENGTH)),
        (_("Estimate") if is_estimate else _("Invoice"), one_line(facts["number"], NUMBER_LENGTH)),
        (_("Total"), money(facts["total"], currency, language)),
        (_("Currency"), one_line(currency, 10)),
        (_("Valid until") if is_estimate else _("Due date"), day(facts.get("until", ""), language)),
        (_("Amount paid"), _amount(facts.get("amount"), currency, language)),
        (_("Balance"), _amount(facts.get("balance"), currency, language)),
        (_("Method"), method(facts)),
        (_("Name given"), one_line(facts.get("signer", ""), NAME_LENGTH)),
        (_("New invoice"), one_line(facts.get("invoice", ""), NUMBER_LENGTH)),
    ]
    return [(label, value) for label, value in found if value]


def _headline(kind: EventKind, facts: Facts) -> object:
    is_shared = facts.get("is_shared", False)
    again = DONE_AGAIN_BY_SOMEONE if is_shared else DONE_AGAIN
    if facts.get("is_repeat") and kind in again:
        return again[kind]
    return (DONE_BY_SOMEONE if is_shared else DONE)[kind]


def _details(facts: Facts, language: str) -> dict[str, str]:
    return {
        "who": who(facts),
        "number": one_line(facts["number"], NUMBER_LENGTH),
        "total": money(facts["total"], facts["currency"], language),
        "amount": money(facts.get("amount", facts["total"]), facts["currency"], language),
    }


def _payment(facts: Facts, language: str) -> list[str]:
    """In full or in part, what is left, and how it was paid."""
    said = []
    balance = _decimal(facts.get("balance"))
    if balance is not None:
        left = money(str(abs(balance)), facts["currency"], language)
        if balance > 0:
            said.append(_("Paid in part: %(left)s is still due.") % {"left": left})
        elif balance < 0:
            said.append(_("Paid in full, with %(left)s too much.") % {"left": left})
        else:
            said.append(_("Paid in full: nothing is left to pay."))
    if how := method(facts):
        said.append(_("Method: %(method)s.") % {"method": how})
    return said


def _amount(amount: str | None, currency: str, language: str) -> str:
    return "" if amount is None else money(amount, currency, language)


def _decimal(amount: str | None) -> Decimal | None:
    try:
        value = Decimal(amount or "NaN")
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
