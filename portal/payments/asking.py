"""When we ask a provider what became of a payment, instead of waiting to be told."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from ..models import Payment
from . import ProviderUnavailable, note, provider_of

logger = logging.getLogger(__name__)

NEVER_REACHED = gettext_noop("The payment page was never reached.")
NOBODY_TO_ASK = gettext_noop("The keys of the payment provider were removed.")


def ask(pk: int, now: Callable[[], datetime]) -> None:
    """Settle or give up one payment that is under way, as its provider knows it."""
    payment = Payment.objects.select_related("organisation").get(pk=pk)
    if payment.status != Payment.Status.PENDING or not payment.ask(now()):
        return
    if not payment.checkout_name:
        # We ended before the customer learned of the provider's page: nobody can pay there.
        payment.give_up(Payment.Status.ABANDONED, _said(payment, NEVER_REACHED))
        return
    provider = provider_of(payment)
    if provider is None:
        payment.give_up(Payment.Status.FAILED, _said(payment, NOBODY_TO_ASK))
        return
    try:
        note(payment, provider.confirm(payment), now=now())
    except ProviderUnavailable as error:
        logger.warning("Payment %s is asked about again later: %s", pk, error)


def _said(payment: Payment, words: str) -> str:
    """What staff read, in their language."""
    with translation.override(payment.organisation.language):
        return gettext(words)
