"""What an admin fills in so that customers can pay online."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..models import Act, Membership, Organisation, StripeAccount
from .audited import AuditedForm


class KeyField(forms.CharField):
    """A key of Stripe's; one that is stored is never shown again."""

    def __init__(self, pattern: str, example: str, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": example}
        )
        super().__init__(max_length=255, required=False, widget=widget, **kwargs)
        self.pattern = pattern

    def clean(self, value: Any) -> str:
        key: str = super().clean(value)
        if key and not re.fullmatch(self.pattern, key):
            example = self.widget.attrs["placeholder"]
            sentence = _("This is not such a key: it starts with %(example)s")
            raise forms.ValidationError(sentence, params={"example": example})
        return key


class StripeForm(AuditedForm):
    """Keys at Stripe, and the ways to pay; an empty key leaves the stored one as it is."""

    KIND = Act.Kind.ONLINE_PAYMENTS_CHANGED
    SECRETS = ("secret_key", "webhook_secret")

    publishable_key = KeyField(r"pk_(test|live)_\w+", "pk_live_…", label=_("Publishable key"))
    secret_key = KeyField(r"[sr]k_(test|live)_\w+", "sk_live_…", label=_("Secret key"))
    webhook_secret = KeyField(r"whsec_\w+", "whsec_…", label=_("Webhook signing secret"))

    class Meta:
        model = StripeAccount
        fields = [
            "publishable_key",
            "secret_key",
            "webhook_secret",
            "takes_cards",
            "takes_konbini",
            "takes_bank_transfers",
            "is_enabled",
        ]
        labels = {
            "takes_cards": _("Card"),
            "takes_konbini": _("Convenience store (yen only)"),
            "takes_bank_transfers": _("Bank transfer to a dedicated account number (yen only)"),
            "is_enabled": _("Let customers pay online"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.SECRETS:
            stored = getattr(self.instance, name)
            self.initial[name] = ""
            if stored:
                words = {"key": hidden(stored)}
                text = _("Stored: %(key)s. Leave it empty to keep it.") % words
                self.fields[name].help_text = text

    def clean(self) -> dict[str, Any]:
        for name in self.SECRETS:
            self.cleaned_data[name] = self.cleaned_data.get(name) or getattr(self.instance, name)
        keys = [self.cleaned_data.get(name, "") for name in ("publishable_key", "secret_key")]
        if not all(keys) and not self.errors:
            self.add_error(None, _("Enter the publishable and the secret key."))
        elif all(keys) and ("_test_" in keys[0]) != ("_test_" in keys[1]):
            self.add_error(None, _("One key is for tests, the other for real money."))
        methods = ("takes_cards", "takes_konbini", "takes_bank_transfers")
        if not any(self.cleaned_data.get(name) for name in methods):
            self.add_error(None, _("Choose at least one way to pay."))
        return self.cleaned_data

    @transaction.atomic
    def save_as(self, by: Membership, now: datetime) -> bool:
        is_changed = super().save_as(by, now)
        if "secret_key" in self.changed_data:
            # Another account at Stripe does not know them.
            self.instance.customers.all().delete()
        return is_changed

    def _locked(self) -> StripeAccount | None:
        # Keys that no key of ours opens must not keep anybody from entering new ones.
        return StripeAccount.objects.select_for_update().of(self.instance.organisation)


def hidden(key: str) -> str:
    """Enough of a stored key to tell it from another: ••••1234."""
    return f"••••{key[-4:]}"


class PartsForm(AuditedForm):
    """Whether customers may pay in parts."""

    KIND = Act.Kind.ONLINE_PAYMENTS_CHANGED

    class Meta:
        model = Organisation
        fields = ["allows_partial_payments", "least_percent"]
        labels = {
            "allows_partial_payments": _("Customers may pay an invoice in parts"),
            "least_percent": _("Smallest part, in percent of the invoice"),
        }
