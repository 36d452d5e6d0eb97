"""How much a customer pays."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Invoice
from ..money import money, rounded
from .amounts import AmountField


class PayForm(forms.Form):
    """All that is due, or a part of it where the organisation allows parts."""

    def __init__(self, invoice: Invoice, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoice, self.least = invoice, invoice.least_payment()
        if self.least < invoice.balance:
            words = {"least": money(self.least, invoice.currency)}
            self.fields["amount"] = AmountField(
                invoice.currency,
                label=_("Amount"),
                help_text=_("All of it or a part, at least %(least)s.") % words,
                initial=rounded(invoice.balance, invoice.currency),
            )

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount < self.least:
            words = {"least": money(self.least, self.invoice.currency)}
            raise forms.ValidationError(_("Please pay at least %(least)s.") % words)
        if amount > self.invoice.balance:
            words = {"due": money(self.invoice.balance, self.invoice.currency)}
            raise forms.ValidationError(_("You can pay at most %(due)s.") % words)
        return amount

    def part(self) -> Decimal | None:
        """What the customer chose; None is all that is due."""
        amount: Decimal | None = self.cleaned_data.get("amount")
        return amount if amount != self.invoice.balance else None
