"""The customer pays an invoice: from our page to the provider's."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...customer_access import LinkRequest, invoice_of
from ...forms.paying import PayForm
from ...limits import limited
from ...models import Invoice, Payment
from ...payments import Provider, ProviderUnavailable, provider_for
from ...payments.ending import cancel
from .door import by_link
from .leaving import leave
from .refusals import refuse_for_now, refuse_online_payment, refuse_payment
from .returns import remember_payment
from .visits import confirm_view


@require_http_methods(["GET", "HEAD", "POST"])
@limited("pay")
@by_link
def link_pay(request: LinkRequest, token: str) -> HttpResponse:
    invoice = invoice_of(request.visitor.link)
    if request.method == "POST":
        act = _cancel if "cancel" in request.POST else _start
        return act(request, token, invoice, timezone.now())
    if not invoice.is_owing or provider_for(invoice.organisation) is None:
        return redirect("portal:link", token)
    return _pay_page(request, token, invoice)


def _pay_page(
    request: LinkRequest,
    token: str,
    invoice: Invoice,
    *,
    form: PayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Ask once more, or tell of the payment that is under way."""
    pending = invoice.pending_payment
    context = {
        "document": invoice,
        "form": form or PayForm(invoice),
        "is_leaving": "go" in request.GET,
        "is_preview": request.is_preview,
        "organisation": invoice.organisation,
        "pending": pending,
        "provider": provider_for(invoice.organisation),
        "token": token,
    }
    response = render(request, "portal/customer/pay.html", context, status=status)
    if pending and not pending.is_from_home and not request.is_preview:
        remember_payment(response, pending, request.visitor.link)
    return response


def _start(request: LinkRequest, token: str, invoice: Invoice, now: datetime) -> HttpResponse:
    """Start paying all that is due, or a part if that is allowed, and leave for the provider."""
    if not invoice.is_owing:
        return refuse_payment(request, token, invoice)
    provider = provider_for(invoice.organisation)
    if provider is None:
        return refuse_online_payment(request, token)
    form = PayForm(invoice, request.POST)
    if not form.is_valid():
        return _pay_page(request, token, invoice, form=form, status=422)
    confirm_view(request, now)
    try:
        payment = Payment.objects.start(
            {invoice: form.part()}, request.visitor, provider=provider.name, now=now
        )
    except Invoice.NothingDue:
        invoice.refresh_from_db()  # Somebody was faster.
        return refuse_payment(request, token, invoice)
    except (Payment.TooMuch, Invoice.PaymentPending):
        invoice.refresh_from_db()  # Less is due, or somebody pays already: the page says which.
        return _pay_page(request, token, invoice, status=409)
    return leave_by_link(request, token, payment, provider)


def leave_by_link(
    request: LinkRequest, token: str, payment: Payment, provider: Provider
) -> HttpResponse:
    """Send the customer to the provider's page, from where they find back to the link."""
    response = leave(request, payment, provider, reverse("portal:link-pay", args=[token]) + "?go")
    if response is None:
        return refuse_for_now(request, token)
    remember_payment(response, payment, request.visitor.link)
    return response


def _cancel(request: LinkRequest, token: str, invoice: Invoice, now: datetime) -> HttpResponse:
    """Give up the payment under way, if it began at such a link."""
    pending = invoice.pending_payment
    is_it = pending is not None and pending.reference == request.POST["cancel"]
    if pending is None or not is_it or pending.is_from_home:
        return redirect("portal:link", token)
    try:
        if cancel(pending, now):
            messages.info(request, _("The payment was cancelled. Nothing was charged."))
    except ProviderUnavailable:
        return refuse_for_now(request, token)
    return redirect("portal:link", token)
