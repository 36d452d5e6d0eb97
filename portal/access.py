"""The gates: every page asks here whose it is, and outsiders get 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from .models import (
    Act,
    ActQuerySet,
    Contact,
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
    Membership,
    Organisation,
    Payment,
    PaymentQuerySet,
    StripeAccount,
    User,
)

D = TypeVar("D", bound=Document)
View = Callable[..., HttpResponse]

__all__ = [
    "MemberRequest",
    "SecondFactorFirst",
    "acts_for",
    "admin_of",
    "customer_for",
    "customers_for",
    "document_for",
    "documents_for",
    "estimates_for",
    "event_for",
    "events_for",
    "invoices_for",
    "is_member",
    "login_required",
    "member_of",
    "payment_for",
    "payments_for",
    "signed_in",
    "stripe_account_for",
]


class SecondFactorFirst(Exception):
    """An admin must set up a second factor before they see anything of the organisation."""


class MemberRequest(HttpRequest):
    """A request that has passed a gate: the user is signed in and works in the organisation."""

    user: User
    membership: Membership


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
    _require_second_factor(membership)
    cast(MemberRequest, request).membership = membership
    return membership


def _require_second_factor(membership: Membership) -> None:
    is_asked = membership.is_admin and membership.organisation.second_factor_required
    if is_asked and Membership.objects.held_back().filter(pk=membership.pk).exists():
        raise SecondFactorFirst


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
    events = Event.objects.filter(organisation=membership.organisation)
    if not membership.is_limited:
        return events
    # Asked first: the database cannot guess how few they are, and would join everybody's contacts.
    theirs = Contact.everybody.filter(customer__in=membership.customers.values("pk"))
    return events.filter(contact__in=list(theirs.values_list("pk", flat=True)))


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
    _require_second_factor(membership)
    return event


def document_for(membership: Membership, kind: type[D], number: str) -> D:
    """The estimate or invoice of this number, or 404."""
    documents = documents_for(membership, kind).with_parties()
    return cast(D, get_object_or_404(documents, number=number))


def customer_for(membership: Membership, pk: int) -> Customer:
    """The customer, or 404."""
    return get_object_or_404(customers_for(membership).with_contacts(), pk=pk)


def is_member(request: HttpRequest, organisation: Organisation) -> bool:
    """The signed-in user works in the organisation."""
    return (
        isinstance(request.user, User)
        and organisation.memberships.filter(user=request.user).exists()
    )
