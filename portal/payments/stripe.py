"""Stripe Checkout, with an organisation's own keys.

https://docs.stripe.com/payments/checkout/how-checkout-works
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import stripe
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from ..models import Payment, StripeAccount, StripeCustomer
from .base import Checkout, Notice, Outcome, ProviderUnavailable, WebhookRefused
from .stripe_amounts import smallest_units
from .stripe_outcomes import (
    NOT_UNDERSTOOD,
    UNKEEPABLE,
    NotUnderstood,
    methods_in,
    name_in,
    outcome_of,
    part_of,
    web_in,
    words_in,
)

logger = logging.getLogger(__name__)

TIMEOUT = 15  # seconds
OPEN_FOR = timedelta(hours=1)  # how long Stripe's page waits for the customer
PAID_LATER = "checkout.session.async_payment_succeeded"
FAILED_LATER = "checkout.session.async_payment_failed"
TOLD = {"checkout.session.completed", "checkout.session.expired", PAID_LATER, FAILED_LATER}
EXPANDED = ["payment_intent.latest_charge"]
NO_METHOD = gettext_noop("None of the chosen ways to pay takes this amount.")
OTHER_AMOUNT = gettext_noop("Stripe names another amount than the payment has.")
NOT_IN_TIME = gettext_noop("Not paid in time.")
# What the SDK raises over an answer in no shape that it knows.
SHAPELESS = (AttributeError, KeyError, RecursionError, TypeError, ValueError)


class Unknown(ProviderUnavailable):
    """Stripe has no such thing: the keys were replaced by another account's."""


class StripeProvider:
    """Pays on Stripe's page: by card, at a convenience store, by bank transfer."""

    name = "stripe"

    def __init__(self, account: StripeAccount) -> None:
        self.account = account
        self.is_test = account.is_test

    def start(self, payment: Payment, return_url: str) -> Checkout:
        """https://docs.stripe.com/api/checkout/sessions/create"""
        params = self._session(payment, return_url)
        with self._asking() as client:
            session = client.v1.checkout.sessions.create(
                cast(Any, params), {"idempotency_key": f"checkout-{payment.reference}"}
            )
        made = object_of(session)
        url, name = web_in(made, "url"), name_in(made, "id")
        if not (url and name):
            raise NotUnderstood(self._said(NOT_UNDERSTOOD))
        return Checkout(url, name)

    def confirm(self, payment: Payment) -> Outcome:
        """https://docs.stripe.com/api/checkout/sessions/retrieve"""
        if not payment.checkout_name:
            return Outcome(Payment.Status.PENDING)  # Stripe has not answered yet.
        try:
            return self._outcome(payment, self._retrieve(payment))
        except Unknown as error:
            return Outcome(Payment.Status.FAILED, failure=str(error))

    def cancel(self, payment: Payment) -> Outcome:
        """https://docs.stripe.com/api/checkout/sessions/expire"""
        outcome = self.confirm(payment)
        if outcome.status != Payment.Status.PENDING or not payment.checkout_name:
            return outcome
        session = self._retrieve(payment)
        with self._asking() as client:
            if session.get("status") == "open":
                client.v1.checkout.sessions.expire(payment.checkout_name)
            else:
                client.v1.payment_intents.cancel(name_in(part_of(session, "payment_intent"), "id"))
        return Outcome(Payment.Status.ABANDONED)

    def parse_webhook(self, request: HttpRequest) -> Notice | None:
        """https://docs.stripe.com/webhooks/signature"""
        signature = request.headers.get("Stripe-Signature", "")
        try:
            event = stripe.Webhook.construct_event(
                request.body, signature, self.account.webhook_secret, api_key="unused"
            ).to_dict()
        except (stripe.SignatureVerificationError, *SHAPELESS) as error:
            raise WebhookRefused("The signature is not Stripe's.") from error
        kind = words_in(event, "type")
        if kind not in TOLD:
            return None
        session = part_of(part_of(event, "data"), "object")
        payment = self._payment_of(name_in(session, "client_reference_id"))
        if payment is None:
            return None
        try:
            return Notice(payment.reference, self._told(payment, kind, session))
        except NotUnderstood as error:
            raise WebhookRefused("The event is in no shape that Stripe documents.") from error

    def _told(self, payment: Payment, kind: str, session: dict[str, Any]) -> Outcome:
        # Cards pay at once, all else later: that tells how, which the session leaves open.
        is_late = kind == PAID_LATER
        offered = methods_in(session)
        session["payment_method_types"] = [m for m in offered if (m != "card") == is_late]
        if kind == FAILED_LATER:
            return Outcome(Payment.Status.FAILED, failure=self._said(NOT_IN_TIME))
        return self._outcome(payment, session)

    def _payment_of(self, reference: str) -> Payment | None:
        """Of this organisation only: its keys say nothing about others' payments."""
        return Payment.objects.filter(
            organisation=self.account.organisation_id, provider=self.name, reference=reference
        ).first()

    @contextmanager
    def _asking(self) -> Iterator[stripe.StripeClient]:
        """Call Stripe; what goes wrong becomes words for staff, in their language."""
        with translation.override(self.account.organisation.language), asking():
            yield client_of(self.account.secret_key)

    def _session(self, payment: Payment, return_url: str) -> dict[str, Any]:
        methods = self.account.methods_for(payment.amount, payment.currency)
        if not methods:
            raise ProviderUnavailable(self._said(NO_METHOD))
        session: dict[str, Any] = {
            "mode": "payment",
            "client_reference_id": payment.reference,
            "metadata": {"payment": payment.reference},
            "payment_intent_data": {"metadata": {"payment": payment.reference}},
            "line_items": [self._item(payment, part) for part in payment.parts()],
            "payment_method_types": methods,
            "success_url": return_url,
            "cancel_url": return_url,
            "locale": payment.contact.language if payment.contact else "auto",
            "expires_at": int((payment.created_at + OPEN_FOR).timestamp()),
        }
        if "customer_balance" in methods:
            transfer = {"type": "jp_bank_transfer"}
            options = {"funding_type": "bank_transfer", "bank_transfer": transfer}
            session["payment_method_options"] = {"customer_balance": options}
            session["customer"] = self._customer(payment)
        elif payment.contact:
            session["customer_email"] = payment.contact.email
        return session

    def _item(self, payment: Payment, part: Any) -> dict[str, Any]:
        name = _("Invoice %(number)s") % {"number": part.invoice.number}
        price = {
            "currency": payment.currency.lower(),
            "unit_amount": smallest_units(part.amount, payment.currency),
            "product_data": {"name": name},
        }
        return {"quantity": 1, "price_data": price}

    def _customer(self, payment: Payment) -> str:
        """Stripe's name of the customer, made the first time."""
        known = self.account.customers.filter(customer=payment.customer).first()
        if known:
            return known.stripe_id
        params: dict[str, Any] = {"name": payment.customer.name}
        if payment.contact:
            params["email"] = payment.contact.email
        with self._asking() as client:
            made = client.v1.customers.create(
                cast(Any, params), {"idempotency_key": f"customer-{payment.reference}"}
            )
        name = name_in(object_of(made), "id")
        if not name:
            raise NotUnderstood(self._said(NOT_UNDERSTOOD))
        row, _is_new = StripeCustomer.objects.get_or_create(
            account=self.account, customer=payment.customer, defaults={"stripe_id": name}
        )
        return row.stripe_id

    def _retrieve(self, payment: Payment) -> dict[str, Any]:
        with self._asking() as client:
            session = client.v1.checkout.sessions.retrieve(
                payment.checkout_name, {"expand": EXPANDED}
            )
        return object_of(session)

    def _outcome(self, payment: Payment, session: dict[str, Any]) -> Outcome:
        """What a session says of the payment; the money must be the one that we asked for."""
        if not isinstance(session.get("amount_total"), int):
            raise NotUnderstood(self._said(NOT_UNDERSTOOD))
        asked = smallest_units(payment.amount, payment.currency), payment.currency.lower()
        if (session.get("amount_total"), session.get("currency")) != asked:
            logger.error("Stripe's session is not over the amount of payment %s", payment.pk)
            return Outcome(Payment.Status.FAILED, failure=self._said(OTHER_AMOUNT))
        return outcome_of(session, self._said(NOT_IN_TIME))

    def _said(self, words: str) -> str:
        """What staff read, in their language, whoever is asking."""
        with translation.override(self.account.organisation.language):
            return gettext(words)


def client_of(secret_key: str) -> stripe.StripeClient:
    """Stripe as the owner of the key sees it; nothing is retried, for a customer waits."""
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": settings.STRIPE_API_BASE},
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
        max_network_retries=0,
    )


@contextmanager
def asking() -> Iterator[None]:
    """Call Stripe; what goes wrong becomes words for staff, without keys in them."""
    try:
        yield
    except stripe.APIConnectionError as error:
        raise ProviderUnavailable(_("Stripe could not be reached.")) from error
    except stripe.AuthenticationError as error:
        raise ProviderUnavailable(_("Stripe does not accept the secret key.")) from error
    except stripe.StripeError as error:
        said = str(error.user_message or error.code or type(error).__name__)
        words = {"words": UNKEEPABLE.sub("\ufffd", said)}
        kind = Unknown if error.code == "resource_missing" else ProviderUnavailable
        raise kind(_("Stripe says: %(words)s") % words) from error
    except SHAPELESS as error:
        raise NotUnderstood(gettext(NOT_UNDERSTOOD)) from error


def object_of(answer: Any) -> dict[str, Any]:
    """What the SDK made of an answer, as plain data; an empty object in place of anything else."""
    told = answer.to_dict() if isinstance(answer, stripe.StripeObject) else {}
    return told if isinstance(told, dict) else {}
