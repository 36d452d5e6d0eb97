"""How an organisation writes its documents."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..japan import validate_registration_number
from ..models import Estimate, Invoice, Organisation, Payment


class PaperForm(forms.ModelForm):
    """Numbers, tax and what stands on every document."""

    registration_number = forms.CharField(
        label=_("Registration number (qualified invoices)"),
        help_text=_("T and 13 digits."),
        max_length=40,
        required=False,
    )

    class Meta:
        model = Organisation
        fields = [
            "estimate_prefix",
            "estimate_next_number",
            "invoice_prefix",
            "invoice_next_number",
            "payment_prefix",
            "payment_next_number",
            "registration_number",
            "tax_rounding",
            "bank_details",
            "estimate_days",
            "invoice_on_acceptance",
        ]
        labels = {
            "estimate_days": _("Days that an estimate is valid"),
            "invoice_on_acceptance": _("When an estimate is accepted"),
        }
        help_texts = {
            "tax_rounding": _("Once per tax rate. Saved documents keep what they come to."),
            "bank_details": _("They stand on every invoice."),
        }
        widgets = {"bank_details": forms.Textarea(attrs={"rows": 4})}

    def clean_registration_number(self) -> str:
        typed: str = self.cleaned_data["registration_number"]
        number = unicodedata.normalize("NFKC", typed).upper().replace("-", "").replace(" ", "")
        if number:
            validate_registration_number(number)
        return number

    def clean_estimate_next_number(self) -> int:
        return self._free(Estimate, "estimate")

    def clean_invoice_next_number(self) -> int:
        return self._free(Invoice, "invoice")

    def clean_payment_next_number(self) -> int:
        return self._free(Payment, "payment")

    def _free(self, documents: type[Estimate | Invoice | Payment], kind: str) -> int:
        """The next number, if nothing has it already."""
        number: int = self.cleaned_data[f"{kind}_next_number"]
        name = f"{self.cleaned_data.get(f'{kind}_prefix', '')}{number:06d}"
        if documents.objects.filter(organisation=self.instance, number=name).exists():
            raise forms.ValidationError(_("%(name)s exists already."), params={"name": name})
        return number

    def save(self, commit: bool = True) -> Any:
        """Only what was changed: somebody may take a number while this page is open."""
        if commit:
            self.instance.save(update_fields=self.changed_data)
        return self.instance
