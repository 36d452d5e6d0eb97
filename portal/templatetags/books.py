"""How pages write amounts, dates, names and states."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date, format_time, get_datetime_format
from django import template
from django.template import Context
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from .. import addresses
from ..models import Document, Payment, Step
from ..money import money as write_money
from ..statements import Entry

register = template.Library()

TONES = {
    "sent": "info",
    "accepted": "ok",
    "invoiced": "ok",
    "paid": "ok",
    "partially_paid": "warn",
    "expired": "warn",
    "declined": "bad",
    "overdue": "bad",
}
PAYMENT_TONES = {
    Payment.State.PENDING: "info",
    Payment.State.SUCCEEDED: "ok",
    Payment.State.PARTIALLY_REFUNDED: "warn",
    Payment.State.REFUNDED: "warn",
    Payment.State.FAILED: "bad",
}
STEP_ICONS = {
    Step.SEND: "check",
    Step.ACCEPT: "accept",
    Step.DECLINE: "decline",
    Step.INVOICE: "invoice",
    Step.REVISE: "edit",
    Step.VOID: "close",
    Step.REOPEN: "refresh",
}
# Most call themselves by others' names, too: the first sign that is there counts.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
]
NEXT_STEPS = {"accepted": Step.INVOICE, "declined": Step.REVISE, "expired": Step.REVISE}
METHODS = {
    **{method.value: method.label for method in Payment.Method},
    "konbini": _("Convenience store"),
    "test": _("Test payment"),
}


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """¥110,000, as the reader's language writes it."""
    return write_money(amount, currency)


@register.filter
def number(quantity: Decimal) -> str:
    """1, 2.5: a quantity or a percentage without its empty decimals."""
    return f"{quantity.normalize():f}"


@register.filter
def day(value: date | None) -> str:
    """A calendar date: Nov 23, 2026 or 2026/11/23."""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return _written_day(local, _locale()) if local else ""


@lru_cache(maxsize=4096)  # Lists repeat days.
def _written_day(local: date, locale: str) -> str:
    return format_date(local, "medium", locale)


def whole_day(value: date | None) -> str:
    """The same for running text: no line breaks inside it."""
    return day(value).replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def long_day(value: date | None) -> str:
    """A calendar date in words: November 23, 2026 or 2026年11月23日."""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return format_date(local, "long", _locale()) if local else ""


@register.filter
def clock(value: datetime) -> str:
    """The time of day in the reader's time zone, to the minute."""
    return format_time(timezone.localtime(value), "short", locale=_locale())


@register.filter
def moment(value: datetime | None) -> str:
    """Date and time in the reader's time zone, to the minute."""
    if value is None:
        return ""
    # Lines break between date and time only.
    parts = clock(value), whole_day(value)
    return str(get_datetime_format("medium", _locale())).replace("'", "").format(*parts)


@register.filter
def honorific(name: str) -> str:
    """How one addresses a person: 山田 様 in Japanese, the bare name in English."""
    return pgettext("form of address of a person", "%(name)s") % {"name": name}


@register.filter
def honorific_company(name: str) -> str:
    """How one addresses a company: 株式会社○○ 御中 in Japanese, the bare name in English."""
    return pgettext("form of address of a company", "%(name)s") % {"name": name}


@register.filter
def browser(user_agent: str) -> str:
    """Firefox · Windows: which browser calls itself so; what we do not know stays as it is."""
    known = (
        next((name for sign, name in signs if sign in user_agent), "")
        for signs in (BROWSERS, SYSTEMS)
    )
    return " · ".join(filter(None, known)) or user_agent


@register.filter
def payment_method(code: str) -> str:
    """How somebody paid; a word of the provider that we do not know stays as it is."""
    return str(METHODS.get(code, code))


@register.filter
def statement_entry(entry: Entry) -> str:
    """What was added to an account or taken off, in words."""
    if entry.invoice:
        return gettext("Invoice %(number)s") % {"number": entry.invoice.number}
    if entry.refund:
        of = entry.refund.invoice.number if entry.refund.invoice else entry.refund.payment.number
        parts = [gettext("Refund"), payment_method(entry.refund.method), of]
        return " · ".join(filter(None, parts))
    if entry.payment is None:
        return ""
    numbers = [allocation.invoice.number for allocation in entry.payment.allocations.all()]
    method = payment_method(entry.payment.method)
    return " · ".join(filter(None, [gettext("Payment"), method, ", ".join(numbers)]))


@register.inclusion_tag("portal/_badge.html")
def status_badge(document: Document) -> dict[str, str]:
    """What became of a document, as a coloured mark; it needs the document's organisation."""
    state = document.state(timezone.now())
    return {"tone": TONES.get(state.value, ""), "label": str(state.label)}


@register.inclusion_tag("portal/_badge.html")
def customer_badge(document: Document) -> dict[str, str]:
    """The same for customers, to whom *sent* says nothing."""
    badge = status_badge(document)
    if document.state(timezone.now()).value != "sent":
        return badge
    is_estimate = document.KIND == "estimate"
    return badge | {"label": gettext("Awaiting your answer") if is_estimate else gettext("Unpaid")}


@register.inclusion_tag("portal/_badge.html")
def payment_badge(payment: Payment) -> dict[str, str]:
    """What became of a payment, as a coloured mark."""
    state = payment.state
    return {"tone": PAYMENT_TONES.get(state, ""), "label": str(state.label)}


@register.filter
def of(found: Mapping[object, object], key: object) -> object:
    """What was found for one row of a list, or nothing."""
    return found.get(key)


@register.simple_tag
def document_url(document: Document, page: str = "detail") -> str:
    """The staff address of a document's page; it needs the document's organisation."""
    return addresses.of_document(document, page)


@register.simple_tag
def step_url(document: Document, step: str) -> str:
    """The staff address that takes one step of a document's life."""
    return addresses.of_step(document, step)


@register.filter
def step_icon(step: str) -> str:
    """The sign of a step, as static/icons.svg names it."""
    return STEP_ICONS[Step(step)]


@register.simple_tag
def next_step(document: Document) -> Step | None:
    """What most would do with it now, besides e-mailing it."""
    return NEXT_STEPS.get(document.state(timezone.now()).value)


@register.inclusion_tag("portal/staff/_document_acts.html", takes_context=True)
def document_acts(context: Context, document: Document) -> dict[str, object]:
    """What staff do with a document less often than its next step."""
    offered = next_step(document)
    steps = [step for step in document.steps(timezone.now()) if step != offered]
    return {"document": document, "steps": steps, "csrf_token": context["csrf_token"]}
