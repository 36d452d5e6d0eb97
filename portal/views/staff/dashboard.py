"""What needs attention today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ...access import estimates_for, events_for, invoices_for, login_required, member_of
from ...history import of_event
from ...models import Event

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
        "has_documents": invoices.exists() or estimates.exists(),
    }
    return render(request, "portal/staff/dashboard.html", context)
