"""What the portal asks of whoever moves the money."""

from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from ..models import Payment


class ProviderUnavailable(Exception):
    """The provider did not answer as it should: nothing is known, and trying again is safe."""


class WebhookRefused(BadRequest):
    """The request does not come from the provider, or says nothing we understand."""


@dataclass(frozen=True)
class Outcome:
    """What became of a payment, as the provider knows it."""

    status: Payment.Status
    provider_id: str = ""  # the provider's own name of the payment; of one that succeeded
    method: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Notice:
    """What a provider tells us unasked: which payment, and what became of it."""

    reference: str
    outcome: Outcome


class Provider(Protocol):
    """A way to be paid.

    A provider is told a payment's reference, amount and currency, never the token of a link.
    Every method may raise ProviderUnavailable.
    """

    name: str

    def start(self, payment: Payment, return_url: str) -> str:
        """The address where the customer pays; afterwards they come to `return_url`."""
        ...

    def confirm(self, payment: Payment) -> Outcome:
        """What became of the payment, asked of the provider itself."""
        ...

    def parse_webhook(self, request: HttpRequest) -> Notice:
        """What the provider's request tells, or WebhookRefused."""
        ...

    def refund(self, payment: Payment) -> str:
        """Give the money back; the provider's own name of the refund."""
        ...
