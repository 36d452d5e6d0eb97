"""How customers pay: who moves the money for an organisation, and what we note of it."""

from datetime import datetime

from django.conf import settings

from ..models import Organisation, Payment, StripeAccount
from .base import Checkout, Notice, Outcome, Provider, ProviderUnavailable, WebhookRefused
from .stripe import StripeProvider
from .test import TestProvider

__all__ = [
    "Checkout",
    "Notice",
    "Outcome",
    "Provider",
    "ProviderUnavailable",
    "StripeProvider",
    "TestProvider",
    "WebhookRefused",
    "note",
    "provider_for",
    "provider_of",
]


def provider_for(organisation: Organisation) -> Provider | None:
    """Who takes the organisation's payments; None while nothing is set up."""
    account = StripeAccount.objects.of(organisation)
    if account and account.is_usable:
        return StripeProvider(account)
    return TestProvider() if settings.PAYMENTS_TEST_PROVIDER else None


def provider_of(payment: Payment) -> Provider | None:
    """Who takes, or took, this payment, even if no new ones; None when it is gone."""
    if payment.provider == TestProvider.name:
        return TestProvider() if settings.PAYMENTS_TEST_PROVIDER else None
    account = StripeAccount.objects.of(payment.organisation)
    return StripeProvider(account) if account and payment.provider == StripeProvider.name else None


def note(payment: Payment, outcome: Outcome, *, now: datetime) -> None:
    """Write down what the provider said; saying it again changes nothing."""
    match outcome.status:
        case Payment.Status.SUCCEEDED:
            payment.settle(provider_id=outcome.provider_id, method=outcome.method, now=now)
        case Payment.Status.FAILED | Payment.Status.ABANDONED:
            payment.give_up(outcome.status, outcome.failure)
        case Payment.Status.PENDING if outcome.is_promised:
            payment.promise(outcome.instructions, now=now)
