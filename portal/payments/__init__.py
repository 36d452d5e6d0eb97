"""How customers pay: who moves the money for an organisation, and what we note of it."""

from datetime import datetime

from django.conf import settings

from ..models import Organisation, Payment
from .base import Notice, Outcome, Provider, ProviderUnavailable, WebhookRefused
from .test import TestProvider

__all__ = [
    "Notice",
    "Outcome",
    "Provider",
    "ProviderUnavailable",
    "TestProvider",
    "WebhookRefused",
    "note",
    "provider_for",
    "provider_of",
]


def provider_for(organisation: Organisation) -> Provider | None:
    """Who takes the organisation's payments; None while nothing is set up."""
    return TestProvider() if settings.PAYMENTS_TEST_PROVIDER else None


def provider_of(payment: Payment) -> Provider | None:
    """Who takes, or took, this payment; None when it is not in use any more."""
    provider = provider_for(payment.organisation)
    return provider if provider and provider.name == payment.provider else None


def note(payment: Payment, outcome: Outcome, *, now: datetime) -> None:
    """Write down what the provider said; saying it again changes nothing."""
    match outcome.status:
        case Payment.Status.SUCCEEDED:
            payment.settle(provider_id=outcome.provider_id, method=outcome.method, now=now)
        case Payment.Status.FAILED | Payment.Status.ABANDONED:
            payment.give_up(outcome.status, outcome.failure)
