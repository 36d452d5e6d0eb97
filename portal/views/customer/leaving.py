"""From our pages to a payment provider's."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ...models import Payment
from ...payments import Provider, ProviderUnavailable

logger = logging.getLogger(__name__)


def leave(
    request: HttpRequest, payment: Payment, provider: Provider, page: str
) -> HttpResponse | None:
    """Send the customer to the provider's page; None if it cannot be reached.

    The browser lets no form lead to another site: from `page`, one of ours, a link does.
    """
    path = reverse("portal:payment-return", args=[payment.reference])
    try:
        checkout = provider.start(payment, request.build_absolute_uri(path))
    except ProviderUnavailable as error:
        logger.warning("Payment %s could not be started: %s", payment.pk, error)
        payment.give_up(Payment.Status.FAILED, str(error))
        return None
    payment.note_checkout(checkout.url, checkout.provider_name)
    is_ours = payment.checkout_url.startswith("/")
    return redirect(payment.checkout_url if is_ours else page)
