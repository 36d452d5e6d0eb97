"""The test provider's page, plainly marked: no money moves."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ...models import Payment
from ...payments import TestProvider, note
from .door import guarded, shown_in
from .returns import language_of, payment_for


@require_http_methods(["GET", "HEAD", "POST"])
def payment_test(request: HttpRequest, reference: str) -> HttpResponse:
    payment = _test_payment(reference)
    if request.method == "POST":
        notice = TestProvider().parse_webhook(request)
        note(payment, notice.outcome, now=timezone.now())
    if request.method == "POST" or payment.status != Payment.Status.PENDING:
        return guarded(redirect("portal:payment-return", reference))
    invoices = payment.invoices.order_by("pk")
    context = {"invoices": invoices, "organisation": payment.organisation, "payment": payment}
    with shown_in(request, language_of(payment), payment.organisation):
        return guarded(render(request, "portal/customer/payment_test.html", context))


def _test_payment(reference: str) -> Payment:
    """The test payment of this name; there are none where real money moves."""
    payment = payment_for(reference)
    if not settings.PAYMENTS_TEST_PROVIDER or payment.provider != TestProvider.name:
        raise Http404
    return payment
