"""The customers' gates: by a link, or with the proof of a mailbox; everybody else gets 404."""

from datetime import datetime
from typing import cast

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from .browsers import browser_of, ip_address_of
from .guests import mailbox_of
from .models import (
    Contact,
    ContactQuerySet,
    Estimate,
    EstimateQuerySet,
    Invoice,
    InvoiceQuerySet,
    Link,
    Payment,
    PaymentQuerySet,
    Visitor,
)


class GuestRequest(HttpRequest):
    """A request of somebody who has proved a contact's mailbox."""

    contact: Contact


class LinkRequest(HttpRequest):
    """A request that has passed a link's gate."""

    visitor: Visitor
    is_preview: bool  # a member of the organisation looks: nothing that happens counts


def link_for(token: str, now: datetime | None = None) -> Link:
    """The live link of this token, or 404: expired, revoked and invented ones look alike."""
    return get_object_or_404(Link.objects.for_token(token, now or timezone.now()))


def document_of(link: Link) -> Estimate | Invoice:
    """The document that the link opens."""
    return cast(Estimate | Invoice, link.document)


def estimate_of(link: Link) -> Estimate:
    """The estimate that the link opens, or 404 when it opens an invoice."""
    if link.estimate is None:
        raise Http404
    return link.estimate


def invoice_of(link: Link) -> Invoice:
    """The invoice that the link opens, or 404 when it opens an estimate."""
    if link.invoice is None:
        raise Http404
    return link.invoice


def visitor_for(request: HttpRequest, token: str, now: datetime | None = None) -> Visitor:
    """Who comes by the live link of this token, and from which browser; or 404."""
    link = link_for(token, now)
    browser = browser_of(request)
    first = link.visits.order_by("pk").values_list("browser", flat=True).first()
    is_elsewhere = first is not None and first != browser
    is_themselves = is_elsewhere and mailbox_of(request) == link.contact.email.lower()
    return Visitor(
        link=link,
        browser=browser,
        is_shared=is_elsewhere and not is_themselves,
        ip_address=ip_address_of(request),
        user_agent=request.headers.get("User-Agent", "")[:300],
    )


def link_to_invoice_of(visitor: Visitor, estimate: Estimate) -> Link | None:
    """The contact's own link to the estimate's invoice; nothing for others who hold the first."""
    if visitor.is_shared:
        return None
    return Link.objects.to_invoice_of(estimate, visitor.contact, timezone.now())


def contacts_of(request: HttpRequest, organisation: str = "") -> ContactQuerySet:
    """Everybody who reads the mailbox that this browser has proved; nobody without proof."""
    mailbox = mailbox_of(request)
    contacts = Contact.objects.at_mailbox(mailbox) if mailbox else Contact.objects.none()
    return contacts.filter(customer__organisation__slug=organisation) if organisation else contacts


def contact_for(request: HttpRequest, organisation: str, pk: int) -> Contact:
    """The contact whom the browser's mailbox belongs to, or 404."""
    return get_object_or_404(contacts_of(request, organisation), pk=pk)


def estimates_of(contact: Contact) -> EstimateQuerySet:
    """The estimates that the contact's company has got."""
    return Estimate.objects.visible_to_customers().filter(customer=contact.customer)


def invoices_of(contact: Contact) -> InvoiceQuerySet:
    """The invoices that the contact's company has got."""
    return Invoice.objects.visible_to_customers().filter(customer=contact.customer)


def payments_of(contact: Contact) -> PaymentQuerySet:
    """What arrived from the contact's company."""
    return Payment.objects.arrived().filter(customer=contact.customer)


def payments_under_way_of(contact: Contact) -> PaymentQuerySet:
    """What the contact's company began to pay from its home; links have their own."""
    return Payment.objects.under_way_from_home().filter(customer=contact.customer)
