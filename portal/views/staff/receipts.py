"""A receipt leaves the house by e-mail."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ... import mail
from ...access import login_required, member_of, payment_for
from ...correspondence import AlreadySent, send_receipt
from ...forms.correspondence import ReceiptForm
from ...models import Contact, Payment, User
from .sending import say_already_sent, say_sent


@login_required
@require_http_methods(["GET", "POST"])
def payment_send(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Show the letter; on POST, e-mail it with the receipt attached."""
    payment = payment_for(member_of(request, organisation), pk)
    addressee = payment.addressee()
    if not payment.has_receipt or addressee is None:
        raise Http404
    form = _letter(request, payment, addressee)
    if form.is_bound and form.is_valid():
        _send(request, payment, form)
        return redirect("portal:payment-detail", organisation, pk)
    context = {"section": "payments", "payment": payment, "contact": addressee, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "portal/staff/payment_send.html", context, status=status)


def _letter(request: HttpRequest, payment: Payment, addressee: Contact) -> ReceiptForm:
    contacts = payment.customer.contacts.order_by("-is_primary", "name", "pk")
    if request.method == "POST":
        return ReceiptForm(contacts, request.POST)
    initial = {
        "contacts": [addressee.pk],
        "emails_before": payment.emails.count(),
        "subject": mail.receipt_subject(payment, addressee),
        "text": mail.receipt_letter(payment, addressee, cast(User, request.user)),
    }
    return ReceiptForm(contacts, initial=initial)


def _send(request: HttpRequest, payment: Payment, form: ReceiptForm) -> None:
    try:
        emails = send_receipt(
            payment,
            form.cleaned_data["subject"],
            form.cleaned_data["text"],
            form.cleaned_data["contacts"],
            by=cast(User, request.user),
            now=timezone.now(),
            emails_before=form.cleaned_data["emails_before"],
        )
    except AlreadySent:
        say_already_sent(request)
    else:
        say_sent(request, emails)
