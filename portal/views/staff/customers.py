"""Whom the organisation bills."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ...access import (
    customer_for,
    customers_for,
    invoices_for,
    login_required,
    member_of,
    payments_for,
)
from ...history import of_event
from ...models import Event
from .assignments import assignments
from .pages import page_of, words_of

NEWEST = 10


@login_required
@require_safe
def customer_list(request: HttpRequest, organisation: str) -> HttpResponse:
    """Customers by name, found by their own name or a contact's, and what they owe."""
    membership = member_of(request, organisation)
    customers = customers_for(membership)
    if words := words_of(request):
        customers = customers.search(words)
    counts = customers.count_states()
    is_archive = request.GET.get("state") == "archived"
    shown = customers.archived() if is_archive else customers.active()
    page = page_of(request, shown.order_by("name", "pk").with_contacts())
    context = {
        "section": "customers",
        "page": page,
        "owed": invoices_for(membership).owing().sums_per_customer(page.object_list, "balance"),
        "tabs": _tabs(counts, is_archive) if counts["archived"] or is_archive or words else [],
        "is_archive": is_archive,
        "words": words,
    }
    return render(request, "portal/staff/customer_list.html", context)


def _tabs(counts: dict[str, int], is_archive: bool) -> list[dict[str, Any]]:
    active = {"state": "", "label": _("Active"), "count": counts["active"]}
    archive = {"state": "archived", "label": _("Archive"), "count": counts["archived"]}
    return [active | {"is_open": not is_archive}, archive | {"is_open": is_archive}]


@login_required
@require_safe
def customer_detail(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """One customer: people, address, documents and what they did last."""
    membership = member_of(request, organisation)
    customer = customer_for(membership, pk)
    payments = payments_for(membership).filter(customer=customer)
    events = Event.objects.of_customer(customer).latest_first().with_documents()
    context = {
        "section": "customers",
        "customer": customer,
        "newest": NEWEST,
        "outstanding": customer.invoices.owing().sums("balance"),
        "credit": payments.with_credit().sums("unapplied"),
        "payments": payments.latest_first().with_invoices()[:NEWEST],
        "estimates": customer.estimates.latest_first().with_customers()[:NEWEST],
        "invoices": customer.invoices.latest_first().with_customers()[:NEWEST],
        "activity": [(event, of_event(event)) for event in events[:NEWEST]],
        **assignments(membership, customer),
    }
    return render(request, "portal/staff/customer_detail.html", context)
