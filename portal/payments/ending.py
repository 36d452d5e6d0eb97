"""A payment under way is ended: by the customer, or because the provider's keys go."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet

from ..models import Payment, StripeAccount
from . import ProviderUnavailable, StripeProvider, note, provider_of
from .stripe_check import account_of

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


def end_what_another_key_loses(
    account: StripeAccount, key: str, now: Callable[[], datetime]
) -> int:
    """End what customers are paying, if a new key opens another account; how many are left.

    May be unavailable: what the new key opens must be known, unless nobody is paying.
    """
    pending = _pending(account)
    if not account.secret_key or account.secret_key == key or not pending.exists():
        return 0
    opened = account_of(key)
    try:
        is_same = account_of(account.secret_key) == opened
    except ProviderUnavailable:  # Stripe may not accept the stored key any more.
        is_same = False
    return 0 if is_same else cancel_all(account, now)


def cancel_all(account: StripeAccount, now: Callable[[], datetime]) -> int:
    """End what customers are paying with an account's keys; how many payments are left.

    Who can't be asked about one is not asked about the others: an admin waits for the answer.
    """
    pending = _pending(account)
    try:
        for payment in pending:
            cancel(payment, now())
    except ProviderUnavailable as error:
        logger.warning("Payments of %s could not be ended: %s", account, error)
    return pending.all().count()


def _pending(account: StripeAccount) -> QuerySet[Payment]:
    return Payment.objects.filter(
        organisation=account.organisation_id,
        provider=StripeProvider.name,
        status=Payment.Status.PENDING,
    ).select_related("organisation")
