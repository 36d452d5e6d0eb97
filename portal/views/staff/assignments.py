"""Which members see a customer who see assigned customers only; an admin decides."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ...access import admin_of, customer_for, login_required
from ...models import Act, Customer, Membership


def assignments(membership: Membership, customer: Customer) -> dict[str, Any]:
    """Whom the customer is assigned to, and who else could see them that way."""
    if not membership.is_admin:
        return {}
    colleagues = membership.organisation.memberships.in_order()
    assigned = colleagues.filter(customers=customer)
    return {
        "assigned": assigned,
        "assignable": colleagues.limited().exclude(pk__in=assigned.values("pk")),
    }


@login_required
@require_POST
def customer_assign(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Let a member see the customer."""
    membership = admin_of(request, organisation)
    customer, member = customer_for(membership, pk), _member(request, membership)
    with transaction.atomic():
        if customer.assign(member):
            _note(Act.Kind.CUSTOMER_ASSIGNED, membership, customer, member)
            sentence = _("%(name)s sees this customer now.")
            messages.success(request, sentence % {"name": member.user})
    return redirect("portal:customer-detail", organisation, pk)


@login_required
@require_POST
def customer_unassign(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Take the customer out of a member's sight."""
    membership = admin_of(request, organisation)
    customer, member = customer_for(membership, pk), _member(request, membership)
    with transaction.atomic():
        if customer.unassign(member):
            _note(Act.Kind.CUSTOMER_UNASSIGNED, membership, customer, member)
            sentence = _("This customer is no longer assigned to %(name)s.")
            messages.success(request, sentence % {"name": member.user})
    return redirect("portal:customer-detail", organisation, pk)


def _member(request: HttpRequest, membership: Membership) -> Membership:
    """The colleague that the form names, or 404."""
    named = request.POST.get("member", "")
    pk = int(named) if named.isdecimal() and len(named) < 19 else 0
    colleagues = membership.organisation.memberships.select_related("user")
    return get_object_or_404(colleagues, pk=pk)


def _note(kind: Act.Kind, membership: Membership, customer: Customer, member: Membership) -> None:
    about = f"{customer} → {member.user}"
    Act.objects.note_by(membership, kind, now=timezone.now(), about=about)
