"""The settings page of online payments: keys are entered, tested, replaced, never shown."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.models import Act, Payment, StripeAccount, StripeCustomer
from portal.payments import StripeProvider, TestProvider, provider_for
from tests import stripe_api
from tests.factories import ContactFactory, MembershipFactory
from tests.portal import test_stripe
from tests.portal.opened import address, open_invoice
from tests.portal.test_stripe import account_of

api, stripe_server = test_stripe.api, test_stripe.stripe_server  # fixtures

pytestmark = pytest.mark.django_db

KEYS = {
    "publishable_key": "pk_test_minato",
    "secret_key": stripe_api.KEY,
    "webhook_secret": stripe_api.SECRET,
    "takes_cards": "on",
    "is_enabled": "on",
}


@pytest.fixture
def membership():
    return MembershipFactory(admin=True)


@pytest.fixture
def books(client, membership):
    client.force_login(membership.user)
    return client


@pytest.fixture
def where(membership):
    return reverse("portal:online-payments", args=[membership.organisation.slug])


def under_way(membership):
    """A customer is on Stripe's page: their payment, and the address that removes the keys."""
    account_of(membership.organisation)
    invoice = open_invoice(contact=ContactFactory(customer__organisation=membership.organisation))
    Client().post(address(invoice, "link-pay"))
    remove = reverse("portal:stripe-remove", args=[membership.organisation.slug])
    return Payment.objects.get(), remove


def test_without_keys_the_page_says_what_customers_see(books, where, settings):
    settings.PAYMENTS_TEST_PROVIDER = False

    assert "customers are asked to pay by bank transfer" in books.get(where).text


def test_entered_keys_take_payments(books, where, membership):
    books.post(where, KEYS)

    provider = provider_for(membership.organisation)
    assert isinstance(provider, StripeProvider)
    assert provider.is_test
    assert "no real money moves" in books.get(where).text


def test_stored_keys_are_encrypted_and_never_shown_again(books, where):
    books.post(where, KEYS)

    page = books.get(where).text
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret_key, webhook_secret FROM portal_stripeaccount")
        stored = cursor.fetchone()

    for secret in (stripe_api.KEY, stripe_api.SECRET):
        assert secret not in page
        assert secret not in str(stored)
    assert "••••1234" in page
    assert "••••5678" in page


def test_an_empty_secret_keeps_the_stored_one_and_a_new_one_replaces_it(books, where):
    books.post(where, KEYS)

    books.post(where, KEYS | {"secret_key": "", "webhook_secret": "whsec_new"})

    account = StripeAccount.objects.get()
    assert (account.secret_key, account.webhook_secret) == (stripe_api.KEY, "whsec_new")


def test_a_new_secret_key_forgets_the_customers_of_the_old_one(books, where, membership):
    account = account_of(membership.organisation)
    customer = ContactFactory(customer__organisation=membership.organisation).customer
    StripeCustomer.objects.create(account=account, customer=customer, stripe_id="cus_1")

    books.post(where, KEYS | {"secret_key": ""})
    kept = StripeCustomer.objects.count()
    books.post(where, KEYS | {"secret_key": "sk_test_another"})

    assert (kept, StripeCustomer.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"secret_key": "pk_test_wrong"}, "it starts with sk_live_"),
        ({"publishable_key": "nonsense"}, "it starts with pk_live_"),
        ({"webhook_secret": "nonsense"}, "it starts with whsec_"),
        ({"publishable_key": "pk_live_minato"}, "the other for real money"),
        ({"secret_key": ""}, "Enter the publishable and the secret key."),
        ({"takes_cards": ""}, "Choose at least one way to pay."),
    ],
)
def test_a_mistake_is_explained_and_stores_nothing(books, where, typed, words):
    answer = books.post(where, KEYS | typed)

    assert answer.status_code == 422
    assert words in answer.text
    assert not StripeAccount.objects.exists()


def test_what_was_typed_wrong_is_not_shown_in_full_elsewhere(books, where):
    books.post(where, KEYS)

    answer = books.post(where, KEYS | {"publishable_key": "nonsense", "secret_key": ""})

    assert stripe_api.KEY not in answer.text


def checked(books, membership) -> str:
    check = reverse("portal:stripe-check", args=[membership.organisation.slug])
    return books.post(check, follow=True).text


def test_testing_the_keys_says_whose_they_are(books, membership, api):  # noqa: F811
    account_of(membership.organisation, takes_konbini=False)

    assert "it is a test key of Minato Design" in checked(books, membership)


def test_testing_the_keys_names_what_stripe_has_not_activated(books, membership, api):  # noqa: F811
    account_of(membership.organisation)
    api.capabilities = {"card_payments": "active", "konbini_payments": "inactive"}

    assert "has not activated there: Convenience store" in checked(books, membership)


def test_testing_wrong_keys_says_so(books, membership, api):  # noqa: F811
    account_of(membership.organisation, secret_key="sk_test_wrong")

    assert "Stripe does not accept the secret key." in checked(books, membership)


def test_testing_while_stripe_is_away_says_so(books, membership, api, settings):  # noqa: F811
    account_of(membership.organisation)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    assert "Stripe could not be reached." in checked(books, membership)


def test_the_webhooks_address_is_the_accounts_own(books, where, membership):
    account = account_of(membership.organisation)

    page = books.get(where).text

    assert f"/pay/stripe/{account.reference}/webhook/" in page
    assert "No message has come yet." in page


def test_removed_keys_are_gone(books, where, membership):
    account_of(membership.organisation)
    remove = reverse("portal:stripe-remove", args=[membership.organisation.slug])

    question = books.get(remove).text
    books.post(remove)

    assert "those payments are ended first" in question
    assert not StripeAccount.objects.exists()


def test_who_is_on_stripes_page_cannot_pay_unnoticed_once_the_keys_go(books, membership, api):
    payment, remove = under_way(membership)

    books.post(remove)

    payment.refresh_from_db()
    assert payment.status == Payment.Status.ABANDONED
    assert api.sessions[payment.checkout_name]["status"] == "expired"
    assert not StripeAccount.objects.exists()


def test_money_that_came_while_the_keys_went_is_counted(books, membership, api):
    payment, remove = under_way(membership)
    api.paid(payment.checkout_name)

    books.post(remove)

    payment.refresh_from_db()
    assert payment.status == Payment.Status.SUCCEEDED
    assert not StripeAccount.objects.exists()


def test_keys_stay_while_a_payment_cannot_be_ended_unless_one_insists(books, membership, api):
    payment, remove = under_way(membership)
    api.refuse(500)

    answer = books.post(remove)

    assert answer.status_code == 409
    assert "1 payment is still under way at Stripe" in answer.text
    assert StripeAccount.objects.exists()
    books.post(remove, {"anyway": "yes"})
    assert not StripeAccount.objects.exists()
    payment.refresh_from_db()
    assert payment.status == Payment.Status.PENDING  # until a worker finds nobody to ask


def test_a_key_of_another_account_ends_what_customers_are_paying(books, where, membership, api):
    payment, _remove = under_way(membership)

    books.post(where, KEYS | {"secret_key": stripe_api.OTHER_KEY})

    payment.refresh_from_db()
    assert payment.status == Payment.Status.ABANDONED
    assert api.sessions[payment.checkout_name]["status"] == "expired"
    assert StripeAccount.objects.get().secret_key == stripe_api.OTHER_KEY


def test_another_key_of_the_same_account_disturbs_no_customer(books, where, membership, api):
    payment, _remove = under_way(membership)

    books.post(where, KEYS | {"secret_key": stripe_api.ROLLED_KEY})

    payment.refresh_from_db()
    assert payment.status == Payment.Status.PENDING
    assert StripeAccount.objects.get().secret_key == stripe_api.ROLLED_KEY


def test_while_a_customer_pays_a_key_that_stripe_does_not_know_is_not_saved(
    books, where, membership, api
):
    payment, _remove = under_way(membership)

    answer = books.post(where, KEYS | {"secret_key": "sk_test_typo"})

    payment.refresh_from_db()
    assert answer.status_code == 422
    assert "Stripe does not accept the secret key." in answer.text
    assert payment.status == Payment.Status.PENDING
    assert StripeAccount.objects.get().secret_key == stripe_api.KEY


def test_a_payment_that_the_old_key_cannot_end_keeps_it_unless_one_insists(
    books, where, membership, api
):
    under_way(membership)
    account = StripeAccount.objects.get()
    account.secret_key = "sk_test_revoked"  # at Stripe, since
    account.save()
    new = KEYS | {"secret_key": stripe_api.OTHER_KEY}

    answer = books.post(where, new)

    assert answer.status_code == 409
    assert "1 payment is still under way at Stripe" in answer.text
    assert "Save all the same" in answer.text
    books.post(where, new | {"anyway": "yes"})
    assert StripeAccount.objects.get().secret_key == stripe_api.OTHER_KEY


# spec 91
def test_a_key_that_nothing_opens_is_no_payment_and_no_error_page(client, settings, caplog):
    settings.PAYMENTS_TEST_PROVIDER = False
    invoice = open_invoice()
    account_of(invoice.organisation)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_stripeaccount SET secret_key = 'garbage'")

    page = client.get(address(invoice))

    assert page.status_code == 200
    assert "Online payment is not available" in page.text
    assert "No key opens the Stripe keys" in caplog.text


def test_keys_that_nothing_opens_can_be_entered_again(books, where, membership):
    account_of(membership.organisation)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_stripeaccount SET secret_key = 'garbage'")

    page = books.get(where).text
    refused = books.post(where, KEYS | {"secret_key": ""})
    books.post(where, KEYS)

    assert "cannot be read any more" in page
    assert refused.status_code == 422
    assert StripeAccount.objects.get().secret_key == stripe_api.KEY


def test_real_keys_replace_the_test_provider(membership, settings):
    settings.PAYMENTS_TEST_PROVIDER = True
    before = provider_for(membership.organisation)

    account_of(membership.organisation, secret_key="sk_live_1")

    after = provider_for(membership.organisation)
    assert isinstance(before, TestProvider)
    assert (after.name, after.is_test) == ("stripe", False)


def test_parts_are_a_setting_of_their_own(books, where, membership):
    books.post(where, {"parts": "1", "allows_partial_payments": "on", "least_percent": "25"})

    membership.organisation.refresh_from_db()
    assert membership.organisation.allows_partial_payments
    assert membership.organisation.least_percent == 25
    assert not StripeAccount.objects.exists()


@pytest.mark.parametrize("percent", ["0", "101", "", "many"])
def test_a_part_is_between_one_and_a_hundred_percent(books, where, membership, percent):
    answer = books.post(where, {"parts": "1", "least_percent": percent})

    membership.organisation.refresh_from_db()
    assert answer.status_code == 422
    assert membership.organisation.least_percent == 10


def told() -> list[tuple[str, dict[str, tuple[object, object]]]]:
    """What the audit log holds, with the last word of each field's name."""
    return [
        (act.kind, {one["field"].split(".")[-1]: (one["old"], one["new"]) for one in act.changes})
        for act in Act.objects.order_by("pk")
    ]


def test_the_audit_log_says_what_changed_and_never_a_key(books, where, membership):
    books.post(where, KEYS)
    books.post(where, KEYS | {"secret_key": "sk_test_another", "webhook_secret": ""})
    books.post(where, KEYS | {"secret_key": "", "webhook_secret": "", "takes_konbini": "on"})
    books.post(reverse("portal:stripe-remove", args=[membership.organisation.slug]))

    first, *others = told()
    assert first[1]["publishable_key"] == ("", KEYS["publishable_key"])
    assert first[1]["secret_key"] == first[1]["webhook_secret"] == ("", "•••")
    assert others == [
        ("online.changed", {"secret_key": ("•••", "•••")}),
        ("online.changed", {"takes_konbini": (False, True)}),
        ("online.removed", {}),
    ]
    page = books.get(reverse("portal:audit-log", args=[membership.organisation.slug])).text
    assert "Keys of online payments removed" in page
    assert not any(key in page for key in (KEYS["secret_key"], KEYS["webhook_secret"]))


def test_parts_are_logged_too(books, where):
    books.post(where, {"parts": "1", "allows_partial_payments": "on", "least_percent": "30"})

    [(kind, changes)] = told()
    assert kind == "online.changed"
    assert changes["allows_partial_payments"] == (False, True)


def test_stored_keys_that_are_switched_off_are_told_as_such(books, membership, where):
    StripeAccount.objects.filter(pk=account_of(membership.organisation).pk).update(is_enabled=False)

    page = books.get(where).text

    assert "Stripe is switched off" in page
    assert "no Stripe account is set up" not in page
