"""What needs attention today."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ... import figures
from ...access import (
    customers_for,
    estimates_for,
    events_for,
    invoices_for,
    login_required,
    member_of,
    payments_for,
)
from ...history import of_event
from ...models import Event, Membership
from ...money import ZERO

NEWEST = 12


@login_required
@require_safe
def dashboard(request: HttpRequest, organisation: str) -> HttpResponse:
    """What is owed, what is overdue, who has not answered, what customers did last."""
    membership = member_of(request, organisation)
    today = membership.organisation.date_of(timezone.now())
    invoices, estimates = invoices_for(membership), estimates_for(membership)
    newest: list[Event] = list(events_for(membership).latest_first().with_documents()[:NEWEST])
    context = {
        "section": "dashboard",
        "outstanding": invoices.owing().sums("balance"),
        "overdue": invoices.overdue(today).sums("balance"),
        "awaiting": estimates.answerable(today).sums("total"),
        "activity": [(event, of_event(event)) for event in newest],
        "start": _start(membership),
        "charts": _charts(membership, request.GET.get("currency", ""), today),
    }
    return render(request, "portal/staff/dashboard.html", context)


def _start(membership: Membership) -> dict[str, bool]:
    """Which of the first steps are done; nothing for whoever has put them away."""
    if membership.is_settled_in:
        return {}
    estimates, invoices = estimates_for(membership), invoices_for(membership)
    steps = {
        "customer": customers_for(membership).exists(),
        "document": estimates.exists() or invoices.exists(),
        "sent": estimates.visible_to_customers().exists()
        or invoices.visible_to_customers().exists(),
    }
    return steps | {"is_done": all(steps.values())}


def _charts(membership: Membership, wanted: str, today: date) -> dict[str, Any]:
    """The pictures in one currency, since amounts of several have no sum; nothing without any."""
    organisation, invoices = membership.organisation, invoices_for(membership)
    owed = figures.owed_by_age(invoices, today)
    invoiced = figures.invoiced_by_month(invoices, today)
    received = figures.received_by_month(payments_for(membership), today)
    currencies = figures.currencies_of(owed, invoiced, received)
    if not currencies:
        return {}
    choices = (wanted, organisation.currency, *currencies)
    currency = next(choice for choice in choices if choice in currencies)
    nothing = [ZERO] * figures.MONTHS
    months = invoiced.get(currency, nothing), received.get(currency, nothing)
    return {
        "currency": currency,
        "currencies": currencies,
        "ages": figures.draw_ages(owed[currency]) if currency in owed else [],
        "flow": figures.draw_flow(*months, currency, today),
    }


@login_required
@require_POST
def settle_in(request: HttpRequest, organisation: str) -> HttpResponse:
    """Put the first steps away."""
    membership = member_of(request, organisation)
    membership.settle_in()
    return redirect("portal:dashboard", organisation)
