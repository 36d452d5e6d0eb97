"""The customer's account over a period, to read, print and keep."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ...customer_access import GuestRequest
from ...forms.statements import PeriodForm, usual_periods
from ...limits import limited
from ...pdf import statement_pdf
from ...statements import currencies_of, statement_of
from .documents import inline_pdf
from .home import at_home, shown


@require_safe
@at_home
def home_statement(request: GuestRequest) -> HttpResponse:
    words = _chosen(request)
    return shown(request, "statement", status=422 if words["form"].errors else 200, **words)


@require_safe
@at_home
@limited("pdf", methods=("GET", "HEAD"))
def home_statement_pdf(request: GuestRequest) -> HttpResponse:
    statement = _chosen(request)["statement"]
    pdf = statement_pdf(statement, request.contact, made_at=timezone.now())
    return inline_pdf(pdf, f"statement-{statement.period.first}-{statement.period.last}")


def _chosen(request: GuestRequest) -> dict[str, Any]:
    """The statement that the address asks for, and what else one could choose."""
    customer = request.contact.customer
    today = customer.organisation.date_of(timezone.now())
    asked = request.GET if "first" in request.GET else None
    form = PeriodForm(currencies_of(customer), today, asked)
    return {
        "form": form,
        "periods": usual_periods(today),
        "statement": statement_of(customer, form.chosen_currency(), form.period()),
    }
