"""What customers paid, or tried to: the list, and one payment."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ...access import login_required, member_of, payment_for, payments_for
from ...forms.payments import RefundForm
from ...models import Membership, Payment
from ...payment_history import of_payment
from ...payments import ProviderUnavailable
from ...payments.ending import cancel
from ...pdf import receipt_pdf
from ..customer.documents import inline_pdf
from .pages import page_by_state, words_of


@login_required
@require_safe
def payment_list(request: HttpRequest, organisation: str) -> HttpResponse:
    """Payments, newest first, narrowed by state and words."""
    membership = member_of(request, organisation)
    payments = payments_for(membership)
    if words := words_of(request):
        payments = payments.search(words, membership.organisation)
    counts, rows = payments.count_states(), payments.latest_first().with_invoices()
    context = {
        "section": "payments",
        "words": words,
        **page_by_state(request, rows, Payment.State, counts),
    }
    return render(request, "portal/staff/payment_list.html", context)


@login_required
@require_safe
def payment_detail(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """One payment: what it paid, what is left of it, and what happened to it."""
    payment = payment_for(member_of(request, organisation), pk)
    context = {
        "section": "payments",
        "payment": payment,
        "parts": payment.allocations.order_by("pk").select_related("invoice"),
        "entries": of_payment(payment),
    }
    return render(request, "portal/staff/payment_detail.html", context)


@login_required
@require_safe
def payment_receipt(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """The receipt of money that arrived, as PDF."""
    payment = payment_for(member_of(request, organisation), pk)
    if not payment.number:  # A void one's receipt says so.
        raise Http404
    return inline_pdf(receipt_pdf(payment), payment.number)


@login_required
@require_http_methods(["GET", "POST"])
def payment_void(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Ask once more, then undo a payment that was recorded by mistake."""
    membership = member_of(request, organisation)
    payment = payment_for(membership, pk)
    if payment.is_voidable and request.method != "POST":
        context = {"section": "payments", "payment": payment}
        return render(request, "portal/staff/payment_void.html", context)
    if request.method == "POST" and _void(membership, payment):
        messages.success(request, _("The payment is void: what it had paid is due again."))
    else:
        messages.error(request, _("This payment cannot be declared void, or is void already."))
    return redirect("portal:payment-detail", organisation, pk)


def _void(membership: Membership, payment: Payment) -> bool:
    try:
        payment.void(by=membership.user, now=timezone.now())
    except Payment.NotReceived:
        return False
    return True


@login_required
@require_http_methods(["GET", "POST"])
def payment_end(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Ask once more, then end what a customer is paying online, so that other money can come."""
    membership = member_of(request, organisation)
    payment = payment_for(membership, pk)
    if payment.is_under_way and request.method != "POST":
        context = {"section": "payments", "payment": payment}
        return render(request, "portal/staff/payment_end.html", context)
    if request.method == "POST":
        _end(request, payment)
    return redirect("portal:payment-detail", organisation, pk)


def _end(request: HttpRequest, payment: Payment) -> None:
    why = _("Ended by %(name)s.") % {"name": request.user}
    try:
        has_ended = payment.is_under_way and cancel(payment, timezone.now(), why)
    except ProviderUnavailable as error:
        messages.error(request, _("The payment could not be ended. %(why)s") % {"why": error})
        return
    if has_ended:
        messages.success(request, _("The payment is ended: its invoices can be paid otherwise."))
    else:
        messages.warning(request, _("There was nothing to end: see what became of the payment."))


@login_required
@require_http_methods(["GET", "POST"])
def payment_refund(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Note that money went back to the customer; nothing is sent anywhere."""
    membership = member_of(request, organisation)
    payment, now = payment_for(membership, pk), timezone.now()
    if not payment.is_refundable:
        messages.error(request, _("There is nothing to give back."))
        return redirect("portal:payment-detail", organisation, pk)
    today = membership.organisation.date_of(now)
    form = RefundForm(payment, today, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        refund = form.refund()
        refund.refunded_by, refund.created_at = membership.user, now
        try:
            payment.refund(refund)
        except (Payment.Changed, Payment.TooMuch, Payment.NotReceived):
            form.add_error(None, form.STALE)
        else:
            messages.success(request, _("The refund is recorded."))
            return redirect("portal:payment-detail", organisation, pk)
    context = {"section": "payments", "payment": payment, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "portal/staff/payment_refund.html", context, status=status)
