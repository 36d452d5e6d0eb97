"""Settings: how customers pay online."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...access import admin_of, login_required, stripe_account_for
from ...forms.online_payments import PartsForm, StripeForm
from ...models import Act, Organisation, StripeAccount
from ...payments import ProviderUnavailable
from ...payments.ending import cancel_all, end_what_another_key_loses
from ...payments.stripe_check import check

PAGE = "portal:online-payments"


@login_required
@require_http_methods(["GET", "POST"])
def online_payments(request: HttpRequest, organisation: str) -> HttpResponse:
    """The keys at Stripe, and whether customers may pay in parts."""
    membership = admin_of(request, organisation)
    place = membership.organisation
    account = place_account(place)
    sent = request.POST if request.method == "POST" else None
    is_parts = sent is not None and "parts" in sent
    stripe = StripeForm(None if is_parts else sent, instance=account)
    parts = PartsForm(sent if is_parts else None, instance=place)
    chosen = parts if is_parts else stripe
    left = 0
    if chosen.is_bound and chosen.is_valid():
        left = 0 if chosen is parts or "anyway" in request.POST else _left_by(stripe, place)
        if not left and chosen.is_valid():
            chosen.save_as(membership, timezone.now())
            messages.success(request, _("The settings are saved."))
            return redirect(PAGE, organisation)
    context = {"section": "settings", "form": stripe, "parts": parts, "left": left}
    status = (409 if left else 422) if chosen.is_bound else 200
    page = "portal/staff/online_payments.html"
    return render(request, page, context | _about(account), status=status)


def _left_by(form: StripeForm, place: Organisation) -> int:
    """End payments that a key of another account would lose; how many cannot be ended."""
    stored = StripeAccount.objects.of(place)
    if stored is None:
        return 0
    try:
        key = form.cleaned_data["secret_key"]
        return end_what_another_key_loses(stored, key, timezone.now)
    except ProviderUnavailable as error:
        form.add_error("secret_key", str(error))
        return 0


def place_account(place: Organisation) -> StripeAccount:
    """What is stored, else an account to be filled in; it has its address at once."""
    return StripeAccount.objects.of(place) or StripeAccount(organisation=place)


def _about(account: StripeAccount) -> dict[str, Any]:
    path = reverse("portal:stripe-webhook", args=[account.reference])
    return {
        "account": account if account.pk else None,
        "webhook_url": settings.SITE_URL + path,
        "is_test_provider": settings.PAYMENTS_TEST_PROVIDER,
    }


@login_required
@require_http_methods(["GET", "POST"])
def stripe_check(request: HttpRequest, organisation: str) -> HttpResponse:
    """Ask Stripe whether the stored keys work, and say what came back; a GET only leads back."""
    membership = admin_of(request, organisation)
    if request.method == "POST":
        account = stripe_account_for(membership)
        try:
            found = check(account)
        except ProviderUnavailable as error:
            messages.error(request, str(error))
        else:
            (messages.warning if found.is_warning else messages.success)(request, found.words)
    return redirect(PAGE, organisation)


@login_required
@require_http_methods(["GET", "POST"])
def stripe_remove(request: HttpRequest, organisation: str) -> HttpResponse:
    """Ask once more, end what customers are paying, then forget the keys.

    While Stripe can't end a payment the keys stay, for with them goes the word that money came;
    unless the admin insists.
    """
    membership = admin_of(request, organisation)
    account = stripe_account_for(membership)
    page = "portal/staff/stripe_remove.html"
    if request.method != "POST":
        return render(request, page, {"section": "settings"})
    left = 0 if "anyway" in request.POST else cancel_all(account, timezone.now)
    if left:
        return render(request, page, {"section": "settings", "left": left}, status=409)
    with transaction.atomic():
        account.delete()
        Act.objects.note_by(membership, Act.Kind.ONLINE_PAYMENTS_REMOVED, now=timezone.now())
    messages.success(request, _("The keys are removed. Customers cannot pay online any more."))
    return redirect(PAGE, organisation)
