"""Documents that a customer holds a link to, today."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.models import Answer, Comment, Estimate, Event, Invoice, Link, Payment, Visit
from tests.factories import make_estimate, make_invoice

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def open_estimate(**fields: Any) -> Estimate:
    """A sent estimate of ¥11,000 that can be answered for a month."""
    in_a_month = timezone.now().date() + timedelta(days=30)
    return make_estimate(**{"expiry_date": in_a_month} | fields)


def expired_estimate() -> Estimate:
    return open_estimate(expiry_date=timezone.now().date() - timedelta(days=3))


def open_invoice(**fields: Any) -> Invoice:
    """A sent invoice of ¥11,000 that is due in a month."""
    in_a_month = timezone.now().date() + timedelta(days=30)
    return make_invoice(**{"due_date": in_a_month} | fields)


def link_to(document: Estimate | Invoice) -> Link:
    """The addressee's link, live now."""
    return Link.objects.renew(document, document.contact, now=timezone.now())


def address(document: Estimate | Invoice, page: str = "link") -> str:
    """Where the addressee opens the document, or acts on it."""
    return reverse(f"portal:{page}", args=[link_to(document).token])


def look(client: Client, document: Estimate | Invoice, **headers: str) -> HttpResponse:
    """What a person's browser does: fetch the page, show it, tell so."""
    client.get(address(document))
    return client.post(address(document, "link-view"), headers={"User-Agent": FIREFOX, **headers})


def kinds() -> list[str]:
    """The events so far, in order."""
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def nothing_happened() -> bool:
    """No customer's act was recorded at all."""
    return not any(model.objects.exists() for model in (Answer, Comment, Event, Payment, Visit))
