"""A provider that moves no money: its page asks what should become of the payment."""

from enum import StrEnum

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from ..models import Payment
from .base import Checkout, Notice, Outcome, WebhookRefused


class Result(StrEnum):
    """What the test page can make of a payment."""

    SUCCEED = "succeed"
    FAIL = "fail"
    ABANDON = "abandon"


class TestProvider:
    """Pays on a page of ours, in the demo and in development only."""

    __test__ = False  # pytest: no test, whatever the name says
    name = "test"
    is_test = True

    def start(self, payment: Payment, return_url: str) -> Checkout:
        return Checkout(reverse("portal:payment-test", args=[payment.reference]))

    def confirm(self, payment: Payment) -> Outcome:
        # What the page was told stands in our own row: there is nobody else to ask.
        return Outcome(Payment.Status(payment.status), payment.provider_id, payment.method)

    def cancel(self, payment: Payment) -> Outcome:
        outcome = self.confirm(payment)
        is_over = outcome.status != Payment.Status.PENDING
        return outcome if is_over else Outcome(Payment.Status.ABANDONED)

    def parse_webhook(self, request: HttpRequest) -> Notice:
        match = request.resolver_match
        reference = str(match.kwargs["reference"]) if match else ""
        return Notice(reference, _outcome(request.POST.get("result", ""), reference))


def _outcome(result: str, reference: str) -> Outcome:
    match result:
        case Result.SUCCEED:
            return Outcome(Payment.Status.SUCCEEDED, f"test-{reference}", "test")
        case Result.FAIL:
            failure = gettext("The test payment was told to fail.")
            return Outcome(Payment.Status.FAILED, failure=failure)
        case Result.ABANDON:
            return Outcome(Payment.Status.ABANDONED)
    raise WebhookRefused("The test page was told nothing that it knows.")
