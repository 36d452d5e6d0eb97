"""When we ask a provider what became of a payment, instead of waiting to be told."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from ..models import Payment
from . import ProviderUnavailable, note, provider_of

logger = logging.getLogger(__name__)


def ask(pk: int, now: Callable[[], datetime]) -> None:
    """Settle or give up one payment that is under way, as its provider knows it."""
    payment = Payment.objects.select_related("organisation").get(pk=pk)
    if payment.status != Payment.Status.PENDING or not payment.ask(now()):
        return
    if not payment.checkout_name:
        # We ended before the customer learned of the provider's page: nobody can pay there.
        payment.give_up(Payment.Status.ABANDONED, _("The payment page was never reached."))
        return
    provider = provider_of(payment)
    try:
        if provider:
            note(payment, provider.confirm(payment), now=now())
    except ProviderUnavailable as error:
        logger.warning("Payment %s is asked about again later: %s", pk, error)
