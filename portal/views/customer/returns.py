"""Back from the provider's page: what became of the payment."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ...cookies import named
from ...customer_access import contacts_of
from ...limits import limited
from ...models import Contact, Link, Payment
from ...payments import ProviderUnavailable, note, provider_of
from .door import guarded, shown_in

SALT = "portal.payment"
LIFETIME = timedelta(days=1)


def remember_payment(response: HttpResponse, payment: Payment, link: Link) -> None:
    """Let this browser find back from the provider's page; the provider never sees the link."""
    response.set_signed_cookie(
        _cookie(payment),
        str(link.pk),
        salt=SALT,
        max_age=LIFETIME,
        path=reverse("portal:payment-return", args=[payment.reference]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@limited("ask")  # Each POST may ask Stripe, in the name of an organisation and within its limits.
@require_http_methods(["GET", "HEAD", "POST"])
def payment_return(request: HttpRequest, reference: str) -> HttpResponse:
    payment = payment_for(reference)
    if request.method == "POST":
        return guarded(_ask_provider(payment))
    link, guest = _link_of(request, payment), _guest_of(request, payment)
    is_known = bool(link or guest)
    context = {
        "guest": guest,
        "invoices": payment.invoices.order_by("pk") if is_known else [],
        "is_known": is_known,
        "link": link,
        "organisation": payment.organisation if is_known else None,
        "payment": payment,
        "was_asked": "asked" in request.GET,
    }
    with shown_in(request, language_of(payment), payment.organisation):
        return guarded(render(request, "portal/customer/payment_return.html", context))


def payment_for(reference: str) -> Payment:
    """The payment that a provider knows by this name, or 404."""
    payments = Payment.objects.select_related("organisation", "link", "contact")
    payment: Payment = get_object_or_404(payments, reference=reference)
    return payment


def language_of(payment: Payment) -> str:
    return payment.contact.language if payment.contact else payment.organisation.language


def _ask_provider(payment: Payment) -> HttpResponse:
    """Settle now what the provider knows already; its own notice does the same, if later."""
    provider = provider_of(payment)
    try:
        if provider and payment.status == Payment.Status.PENDING:
            note(payment, provider.confirm(payment), now=timezone.now())
    except ProviderUnavailable:
        pass  # The page goes on saying that we are waiting.
    path = reverse("portal:payment-return", args=[payment.reference])
    return redirect(f"{path}?asked")


def _link_of(request: HttpRequest, payment: Payment) -> Link | None:
    """The link by which this browser came to pay, while it lives."""
    pk = request.get_signed_cookie(_cookie(payment), default="", salt=SALT, max_age=LIFETIME)
    return Link.objects.live(timezone.now()).filter(pk=pk).first() if pk else None


def _guest_of(request: HttpRequest, payment: Payment) -> Contact | None:
    """Whose home leads back, of a payment that began there."""
    theirs = contacts_of(request).filter(customer=payment.customer_id)
    return theirs.select_related("customer__organisation").first() if payment.is_from_home else None


def _cookie(payment: Payment) -> str:
    return named(f"payment-{payment.reference}", path="/pay/return/")
