"""Amounts as people type them, and the guard against deciding on an old page."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..money import decimals


class AmountField(forms.DecimalField):
    """An amount of one currency, in whole smallest units."""

    def __init__(self, currency: str, **kwargs: Any) -> None:
        places = decimals(currency)
        kwargs.setdefault("min_value", Decimal(1).scaleb(-places))
        super().__init__(max_digits=13 + places, decimal_places=places, **kwargs)
        self.widget.attrs.update(inputmode="decimal", step="any")


class SeenForm(forms.Form):
    """A form that carries amounts as its page showed them, in hidden fields."""

    STALE = _("Somebody changed the balance in the meantime. Check the amount and save again.")

    def show(self, name: str, amount: Decimal) -> None:
        """Put an amount as it is now into the page."""
        field = forms.DecimalField(widget=forms.HiddenInput, initial=amount)
        field.error_messages["required"] = field.error_messages["invalid"] = self.STALE
        self.fields[name] = field

    def compare(self, name: str, amount: Decimal) -> None:
        """Refuse what was decided on another amount; the next try starts from this one."""
        if self.cleaned_data.get(name) != amount:
            self.data = {**self.data.dict(), name: str(amount)}  # type: ignore[attr-defined]
            self.add_error(None, self.STALE)
