"""The certificate of an acceptance, to look at, print and keep."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ...access import document_for, login_required, member_of
from ...certificates import Certificate, how_hashed
from ...models import Answer, Estimate
from ...pdf import certificate_pdf
from ..customer.documents import inline_pdf


@login_required
@require_safe
def certificate(request: HttpRequest, organisation: str, number: str) -> HttpResponse:
    found = _certificate(request, organisation, number)
    context = {
        "section": "estimates",
        "certificate": found,
        "document": found.estimate,
        "how_hashed": how_hashed(),
    }
    return render(request, "portal/staff/certificate.html", context)


@login_required
@require_safe
def certificate_as_pdf(request: HttpRequest, organisation: str, number: str) -> HttpResponse:
    found = _certificate(request, organisation, number)
    return inline_pdf(certificate_pdf(found), f"{found.estimate.number}-certificate")


def _certificate(request: HttpRequest, organisation: str, number: str) -> Certificate:
    """The acceptance of the estimate as it is now, or 404 if nobody accepted it."""
    estimate = document_for(member_of(request, organisation), Estimate, number)
    answer = estimate.answer()
    if answer is None or answer.decision != Answer.Decision.ACCEPTED:
        raise Http404
    return Certificate(estimate, answer)
