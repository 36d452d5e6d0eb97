"""Whatever Stripe answers or tells, nothing follows but what it documents, and no page breaks."""

import json
import os
from copy import deepcopy
from itertools import product

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal.models import Payment, StripeAccount
from portal.payments import ProviderUnavailable, provider_for, stripe_check
from tests import stripe_api
from tests.cliq.test_malformed import WRONG, places, replaced
from tests.portal.test_stripe import (  # noqa: F401  (fixtures)
    api,
    come_back,
    current,
    invoice,
    newest,
    pay,
    stripe_server,
)

pytestmark = pytest.mark.django_db
KINDS = ("completed", "async_payment_succeeded", "async_payment_failed", "expired")
STEP = int(os.environ.get("FUZZ_STEP", "17"))
BODIES = {
    "nothing": b"",
    "html": b"<html>Bad Gateway</html>",
    "half": b'{"id": "cs_',
    "brackets": b"[" * 50_000,
    "no utf-8": b'{"id": "\xff"}',
    "a list": b"[]",
    "a word": b'"paid"',
    "an error of words": b'{"error": "no"}',
    "an error of none": b'{"error": null}',
    "an error with nul": b'{"error": {"message": "\\u0000\\ud800", "code": "resource_missing"}}',
    "an object of another kind": b'{"object": "event", "id": 7}',
}


@pytest.fixture
def begun(client, invoice, api):  # noqa: F811
    """A payment under way, and the session that Stripe keeps of it, paid."""
    pay(client, invoice)
    [name] = api.sessions
    return api.paid(name)


def tell(client, body):
    """A webhook that Stripe has signed."""
    address = reverse("portal:stripe-webhook", args=[StripeAccount.objects.get().reference])
    headers = {"Stripe-Signature": stripe_api.signed(body)}
    return client.post(address, body, content_type="application/json", headers=headers)


def is_sound(payment):
    """It is paid in full, or not at all; nothing else can follow."""
    row = current(payment)
    return row.status in Payment.Status.values and bool(row.settled_at) == (
        row.status == Payment.Status.SUCCEEDED
    )


def test_no_webhook_breaks_the_page(client, begun):
    payment = newest()
    told = {**begun, "payment_intent": f"pi_{begun['id']}"}
    event = {"id": "evt_1", "object": "event", "data": {"object": told}}
    pairs = [(way, wrong) for way, wrong in product(places(event), WRONG)]
    for turn, (way, wrong) in enumerate(pairs[::STEP]):
        changed = replaced(event | {"type": f"checkout.session.{KINDS[turn % 4]}"}, way, wrong)
        cache.clear()  # Or the many that are refused would soon be too many.
        response = tell(client, json.dumps(changed))
        assert response.status_code in (200, 400), (way, wrong)
        assert is_sound(payment)


def test_no_answer_about_a_payment_breaks_asking(begun, api):  # noqa: F811
    payment, whole = newest(), deepcopy(begun)
    for way, wrong in list(product(places(whole), WRONG))[::STEP]:
        api.fault = (200, replaced(whole, way, wrong))
        for act in ("confirm", "cancel"):
            try:
                outcome = getattr(provider_for(payment.organisation), act)(payment)
            except ProviderUnavailable as error:
                str(error).encode()
            else:
                assert outcome.status in Payment.Status.values
                f"{outcome.provider_id}{outcome.method}{outcome.failure}".encode()
                assert "\0" not in outcome.provider_id + outcome.failure + outcome.method


@pytest.mark.parametrize("status", [200, 302, 400, 500])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_no_body_of_an_answer_costs_a_payment(client, begun, api, body, status):  # noqa: F811
    payment, is_gone = newest(), b"resource_missing" in body and status == 400
    api.raw = (status, body)

    assert come_back(client).status_code == 200
    with pytest.raises(ProviderUnavailable):
        stripe_check.check(StripeAccount.objects.get())
    assert current(payment).status == ("failed" if is_gone else "pending")

    api.raw = None
    tell(client, stripe_api.event_of("checkout.session.completed", begun))
    assert current(payment).status == "succeeded"


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_nobody_is_sent_to_a_page_that_stripe_did_not_name(client, invoice, api, body):  # noqa: F811
    api.raw = (200, body)

    response = pay(client, invoice)

    assert response.status_code == 503
    assert current(invoice).pending_payment_id is None
