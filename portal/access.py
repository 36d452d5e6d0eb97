"""The gates: every page asks here whose it is, and outsiders get 404."""

from datetime import datetime
from typing import TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from .browsers import browser_of, ip_address_of
from .guests import mailbox_of
from .models import (
    Contact,
    ContactQuerySet,
    Customer,
    CustomerQuerySet,
    Document,
    DocumentQuerySet,
    Estimate,
    EstimateQuerySet,
    Event,
    EventQuerySet,
    Invoice,
    InvoiceQuerySet,
    Link,
    Membership,
    Organisation,
    Payment,
    PaymentQuerySet,
    User,
    Visitor,
)

D = TypeVar("D", bound=Document)

__all__ = [
    "GuestRequest",
    "LinkRequest",
    "MemberRequest",
    "admin_of",
    "contact_for",
    "contacts_of",
    "customer_for",
    "customers_for",
    "document_for",
    "document_of",
    "documents_for",
    "estimate_of",
    "estimates_for",
    "estimates_of",
    "events_for",
    "invoice_of",
    "invoices_for",
    "invoices_of",
    "is_member",
    "link_for",
    "login_required",
    "member_of",
    "payments_for",
    "payments_of",
    "visitor_for",
]


class MemberRequest(HttpRequest):
    """A request that has passed a gate: the user is signed in and works in the organisation."""

    user: User
    membership: Membership


class GuestRequest(HttpRequest):
    """A request of somebody who has proved a contact's mailbox."""

    contact: Contact


class LinkRequest(HttpRequest):
    """A request that has passed a link's gate."""

    visitor: Visitor
    is_preview: bool  # a member of the organisation looks: nothing that happens counts


def member_of(request: HttpRequest, organisation: str) -> Membership:
    """The user's place in the organisation of this slug, or 404.

    The membership stays on the request: base_staff.html shows whose page it is.
    """
    memberships = Membership.objects.select_related("organisation", "user")
    membership = get_object_or_404(
        memberships, organisation__slug=organisation, user=cast(User, request.user)
    )
    cast(MemberRequest, request).membership = membership
    return membership


def admin_of(request: HttpRequest, organisation: str) -> Membership:
    """The user's place in an organisation that they administer, or 404."""
    membership = member_of(request, organisation)
    if not membership.is_admin:
        raise Http404
    return membership


def customers_for(membership: Membership) -> CustomerQuerySet:
    """The customers that the member may see."""
    return Customer.objects.filter(organisation=membership.organisation)


def estimates_for(membership: Membership) -> EstimateQuerySet:
    """The estimates that the member may see."""
    return Estimate.objects.filter(organisation=membership.organisation)


def invoices_for(membership: Membership) -> InvoiceQuerySet:
    """The invoices that the member may see."""
    return Invoice.objects.filter(organisation=membership.organisation)


def documents_for(membership: Membership, kind: type[Document]) -> DocumentQuerySet:
    """The documents of one kind that the member may see."""
    return invoices_for(membership) if kind is Invoice else estimates_for(membership)


def payments_for(membership: Membership) -> PaymentQuerySet:
    """The payments that the member may see."""
    return Payment.objects.filter(organisation=membership.organisation)


def events_for(membership: Membership) -> EventQuerySet:
    """The customers' acts that the member may see."""
    return Event.objects.filter(organisation=membership.organisation)


def document_for(membership: Membership, kind: type[D], number: str) -> D:
    """The estimate or invoice of this number, or 404."""
    documents = documents_for(membership, kind).with_parties()
    return cast(D, get_object_or_404(documents, number=number))


def customer_for(membership: Membership, pk: int) -> Customer:
    """The customer, or 404."""
    return get_object_or_404(customers_for(membership).with_contacts(), pk=pk)


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


def is_member(request: HttpRequest, organisation: Organisation) -> bool:
    """The signed-in user works in the organisation."""
    return (
        isinstance(request.user, User)
        and organisation.memberships.filter(user=request.user).exists()
    )
