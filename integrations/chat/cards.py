"""What goes into a chat to be discussed? A card of an estimate, an invoice or a customer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import addresses
from portal.models import Customer, Estimate, Invoice

from ..cliq.figures import day, money
from ..cliq.messages import LABEL_LIMIT, TITLE_LIMIT, URL_LIMIT, length
from ..cliq.text import cut, one_line
from ..models import Subject

NAME_LENGTH = 160


def title(subject: Subject) -> str:
    """What it is, in a few words."""
    if isinstance(subject, Customer):
        return _("Customer %(name)s") % {"name": one_line(subject.name, NAME_LENGTH)}
    words = _("Estimate %(number)s") if isinstance(subject, Estimate) else _("Invoice %(number)s")
    return words % {"number": one_line(subject.number, NAME_LENGTH)}


def address(subject: Subject) -> str:
    """Its page in Books."""
    if isinstance(subject, Customer):
        return reverse("portal:customer-detail", args=[subject.organisation.slug, subject.pk])
    return addresses.of_document(subject)


def card(subject: Subject, words: str, now: datetime) -> dict[str, Any]:
    """The message: what somebody says about it, as they wrote it, and the facts."""
    heading = title(subject)
    names = (_("Fact"), _("Value"))
    rows = [{names[0]: label, names[1]: value} for label, value in _facts(subject, now) if value]
    url = settings.SITE_URL + address(subject)
    payload: dict[str, Any] = {
        "text": words.strip() or heading,
        "card": {"title": cut(heading, TITLE_LIMIT), "theme": "modern-inline"},
        "slides": [{"type": "table", "data": {"headers": list(names), "rows": rows}}],
    }
    if length(url) <= URL_LIMIT:
        action = {"type": "open.url", "data": {"web": url}}
        label = cut(_("Open in Books"), LABEL_LIMIT)
        payload["buttons"] = [{"label": label, "type": "+", "action": action}]
    return payload


def _facts(subject: Subject, now: datetime) -> Iterator[tuple[str, str]]:
    language = get_language() or settings.LANGUAGE_CODE
    if isinstance(subject, Customer):
        yield _("Customer"), one_line(subject.name, NAME_LENGTH)
        for owed in subject.invoices.owing().sums("balance"):
            yield _("Outstanding"), money(str(owed.amount), owed.currency, language)
        return
    yield _("Customer"), one_line(subject.customer.name, NAME_LENGTH)
    yield _("Total"), money(str(subject.total), subject.currency, language)
    if isinstance(subject, Invoice) and subject.amount_paid:
        yield _("Balance"), money(str(subject.balance), subject.currency, language)
    yield _("Status"), str(subject.state(now).label)
    until = subject.until.isoformat() if subject.until else ""
    name = _("Valid until") if isinstance(subject, Estimate) else _("Due date")
    yield name, day(until, language)
