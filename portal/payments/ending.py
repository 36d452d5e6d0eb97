"""A payment under way is ended: by the customer, or because the provider's keys go."""

import logging
from collections.abc import Callable
from datetime import datetime

from ..models import Payment, StripeAccount
from . import ProviderUnavailable, StripeProvider, note, provider_of

logger = logging.getLogger(__name__)


def cancel(pending: Payment, now: datetime, why: str = "") -> bool:
    """Give up a payment under way, unless the money came in the meantime; may be unavailable."""
    provider = provider_of(pending)
    outcome = provider.cancel(pending) if provider else None
    if outcome and outcome.status != Payment.Status.ABANDONED:
        note(pending, outcome, now=now)
    pending.give_up(Payment.Status.ABANDONED, why)
    pending.refresh_from_db()
    return pending.status == Payment.Status.ABANDONED


def cancel_all(account: StripeAccount, now: Callable[[], datetime]) -> int:
    """End what customers are paying with an account's keys; how many payments are left.

    Who can't be asked about one is not asked about the others: an admin waits for the answer.
    """
    pending = Payment.objects.filter(
        organisation=account.organisation_id,
        provider=StripeProvider.name,
        status=Payment.Status.PENDING,
    ).select_related("organisation")
    try:
        for payment in pending:
            cancel(payment, now())
    except ProviderUnavailable as error:
        logger.warning("Payments of %s could not be ended: %s", account, error)
    return pending.all().count()
