"""What customers paid, or tried to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ...access import login_required, member_of, payments_for
from .pages import page_of


@login_required
@require_safe
def payment_list(request: HttpRequest, organisation: str) -> HttpResponse:
    """Payments, newest first."""
    payments = payments_for(member_of(request, organisation))
    context = {
        "section": "payments",
        "page": page_of(request, payments.latest_first().with_invoices()),
    }
    return render(request, "portal/staff/payment_list.html", context)
