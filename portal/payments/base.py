"""What the portal asks of whoever moves the money."""

from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from ..models import Payment


class ProviderUnavailable(Exception):
    """The provider did not do as asked: nothing was charged, and its words say why.

    The words are for staff; a customer reads that it did not work, and what to do.
    """


class WebhookRefused(BadRequest):
    """The request does not come from the provider, or says nothing we understand."""


@dataclass(frozen=True)
class Outcome:
    """What became of a payment, as the provider knows it."""

    status: Payment.Status
    provider_id: str = ""  # the provider's own name of the payment; of one that succeeded
    method: str = ""
    failure: str = ""
    is_promised: bool = False  # pending, for the customer pays at a store or a bank within days
    instructions: str = ""  # the provider's page that says how


@dataclass(frozen=True)
class Checkout:
    """Where the customer pays, and the provider's own name of that page."""

    url: str
    provider_name: str = ""


@dataclass(frozen=True)
class Notice:
    """What a provider tells us unasked: which payment, and what became of it."""

    reference: str
    outcome: Outcome


class Provider(Protocol):
    """A way to be paid.

    A provider is told a payment's reference, amount and currency, never the token of a link.
    Every method but the last may raise ProviderUnavailable; none is called in a transaction.
    """

    name: str
    is_test: bool  # moves no real money

    def start(self, payment: Payment, return_url: str) -> Checkout:
        """The page where the customer pays; afterwards they come to `return_url`."""
        ...

    def confirm(self, payment: Payment) -> Outcome:
        """What became of the payment, asked of the provider itself."""
        ...

    def cancel(self, payment: Payment) -> Outcome:
        """Close the page, unless the money came in the meantime; what became of the payment."""
        ...

    def parse_webhook(self, request: HttpRequest) -> Notice | None:
        """What the provider's request tells, None if it is nothing to us; or WebhookRefused."""
        ...
