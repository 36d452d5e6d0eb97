"""The gates: every page asks here whose it is, and outsiders get 404."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from .browsers import browser_of
from .models import (
    Act,
    ActQuerySet,
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
    StripeAccount,
    User,
    Visitor,
)

D = TypeVar("D", bound=Document)
View = Callable[..., HttpResponse]

__all__ = [
    "LinkRequest",
    "MemberRequest",
    "acts_for",
    "admin_of",
    "customer_for",
    "customers_for",
    "document_for",
    "document_of",
    "documents_for",
    "estimate_of",
    "estimates_for",
    "event_for",
    "events_for",
    "invoice_of",
    "invoices_for",
    "is_member",
    "link_for",
    "login_required",
    "member_of",
    "payment_for",
    "payments_for",
    "signed_in",
    "stripe_account_for",
    "visitor_for",
]


class MemberRequest(HttpRequest):
    """A request that has passed a gate: the user is signed in and works in the organisation."""

    user: User
    membership: Membership


class LinkRequest(HttpRequest):
    """A request that has passed a link's gate."""

    visitor: Visitor
    is_preview: bool  # a member of the organisation looks: nothing that happens counts


def signed_in(view: View) -> View:
    """Like login_required, but to a part of a page 401: a sign-in page would not fit into it."""
    whole = login_required(view)

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **path: Any) -> HttpResponse:
        if "HX-Request" in request.headers and not request.user.is_authenticated:
            return HttpResponse(status=401)
        return whole(request, *args, **path)

    return gate


def member_of(request: HttpRequest, organisation: str) -> Membership:
    """The user's place in the organisation of this slug, or 404.

    The membership stays on the request: base_staff.html shows whose page it is.
    """
    user = cast(User, request.user)
    memberships = Membership.objects.select_related("organisation")
    membership = get_object_or_404(memberships, organisation__slug=organisation, user=user)
    membership.user = user  # Who signed in is loaded already.
    cast(MemberRequest, request).membership = membership
    return membership


def admin_of(request: HttpRequest, organisation: str) -> Membership:
    """The user's place in an organisation that they administer, or 404."""
    membership = member_of(request, organisation)
    if not membership.is_admin:
        raise Http404
    return membership


def _seen_by(membership: Membership, customer: str) -> Q:
    """What is the organisation's, and of the member's own customers if they see no others."""
    ours = Q(organisation=membership.organisation)
    if not membership.is_limited:
        return ours
    return ours & Q(**{f"{customer}__in": membership.customers.values("pk")})


def customers_for(membership: Membership) -> CustomerQuerySet:
    """The customers that the member may see."""
    return Customer.objects.filter(_seen_by(membership, "pk"))


def estimates_for(membership: Membership) -> EstimateQuerySet:
    """The estimates that the member may see."""
    return Estimate.objects.filter(_seen_by(membership, "customer"))


def invoices_for(membership: Membership) -> InvoiceQuerySet:
    """The invoices that the member may see."""
    return Invoice.objects.filter(_seen_by(membership, "customer"))


def documents_for(membership: Membership, kind: type[Document]) -> DocumentQuerySet:
    """The documents of one kind that the member may see."""
    return invoices_for(membership) if kind is Invoice else estimates_for(membership)


def payments_for(membership: Membership) -> PaymentQuerySet:
    """The payments that the member may see."""
    return Payment.objects.filter(_seen_by(membership, "customer"))


def payment_for(membership: Membership, pk: int) -> Payment:
    """The payment, or 404."""
    payments = payments_for(membership).with_people()
    return cast(Payment, get_object_or_404(payments, pk=pk))


def stripe_account_for(membership: Membership) -> StripeAccount:
    """The organisation's account at Stripe, or 404 while there is none."""
    account = StripeAccount.objects.of(membership.organisation)
    if account is None:
        raise Http404
    return account


def events_for(membership: Membership) -> EventQuerySet:
    """The customers' acts that the member may see."""
    return Event.objects.filter(_seen_by(membership, "contact__customer"))


def acts_for(membership: Membership) -> ActQuerySet:
    """What colleagues did, for admins."""
    acts = Act.objects.filter(organisation=membership.organisation)
    return acts if membership.is_admin else acts.none()


def event_for(user: User, reference: str) -> Event | None:
    """The act of this reference, if it happened where the user works and may see it."""
    event = Event.objects.filter(reference=reference).with_documents().first()
    memberships = Membership.objects.filter(user=user).select_related("organisation")
    membership = memberships.filter(organisation=event.organisation).first() if event else None
    if not (event and membership and events_for(membership).filter(pk=event.pk).exists()):
        return None
    return event


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
    return Visitor(
        link=link,
        browser=browser,
        is_shared=first is not None and first != browser,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        user_agent=request.headers.get("User-Agent", "")[:300],
    )


def is_member(request: HttpRequest, organisation: Organisation) -> bool:
    """The signed-in user works in the organisation."""
    return (
        isinstance(request.user, User)
        and organisation.memberships.filter(user=request.user).exists()
    )
