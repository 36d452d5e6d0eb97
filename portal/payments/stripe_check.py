"""Whether an organisation's keys at Stripe work, in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..models import StripeAccount
from ..templatetags.books import payment_method
from .stripe import asking, client_of, object_of
from .stripe_outcomes import NOT_UNDERSTOOD, NotUnderstood, part_of, words_in

CAPABILITIES = {
    "card": ("takes_cards", "card_payments"),
    "konbini": ("takes_konbini", "konbini_payments"),
    "bank_transfer": ("takes_bank_transfers", "jp_bank_transfer_payments"),
}


@dataclass(frozen=True)
class Found:
    """What came back."""

    words: str
    is_warning: bool = False


def account_of(key: str) -> str:
    """Stripe's name of the account that a secret key opens; may be unavailable."""
    with asking():
        answer = client_of(key).v1.accounts.retrieve_current()
    account = words_in(object_of(answer), "id")
    if not account:
        raise NotUnderstood(_(NOT_UNDERSTOOD))
    return account


def check(account: StripeAccount) -> Found:
    """https://docs.stripe.com/api/accounts/retrieve"""
    with asking():
        answer = client_of(account.secret_key).v1.accounts.retrieve_current()
    told = object_of(answer)
    dashboard = part_of(part_of(told, "settings"), "dashboard")
    name = words_in(dashboard, "display_name") or words_in(
        part_of(told, "business_profile"), "name"
    )
    name = name or words_in(told, "id")
    if not name:
        raise NotUnderstood(_(NOT_UNDERSTOOD))
    words = {"name": name, "methods": ", ".join(_inactive(account, part_of(told, "capabilities")))}
    if words["methods"]:
        text = _("Stripe knows the key of %(name)s, but has not activated there: %(methods)s.")
        return Found(text % words, is_warning=True)
    if account.is_test:
        text = _("The key works: it is a test key of %(name)s, so no real money moves.")
        return Found(text % words)
    return Found(_("The key works: it is the live key of %(name)s.") % words)


def _inactive(account: StripeAccount, capabilities: dict[str, Any]) -> list[str]:
    """The chosen ways to pay that Stripe says it does not offer to this account."""
    return [
        str(payment_method(method))
        for method, (field, capability) in CAPABILITIES.items()
        if getattr(account, field) and capabilities.get(capability, "active") != "active"
    ]
