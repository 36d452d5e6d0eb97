"""What an admin sets for the whole organisation."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..japan import validate_registration_number
from ..models import Act, Estimate, Invoice, Organisation, Payment
from .audited import AuditedForm
from .choices import currencies
from .people import time_zones


class OrganisationForm(AuditedForm):
    """Who the organisation is, as its customers see it."""

    KIND = Act.Kind.PROFILE_CHANGED

    currency = forms.ChoiceField(label=_("Currency"), help_text=_("New customers get it."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Days begin and end by it: estimates expire at midnight.")
    )

    class Meta:
        model = Organisation
        fields = [
            "name",
            "email",
            "phone",
            "website",
            "postal_code",
            "address",
            "language",
            "time_zone",
            "currency",
            "accent",
        ]
        labels = {"accent": _("Colour"), "name": pgettext_lazy("of an organisation", "Name")}
        help_texts = {
            "language": _("Invitations are written in it, and new contacts get it."),
            "website": _("With https:// at its beginning."),
            "accent": _(
                "Of buttons and links in the portal, on PDFs and in e-mails."
                " Leave it empty for blue."
            ),
        }
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "website": forms.URLInput(attrs={"placeholder": "https://"}),
            "accent": forms.TextInput(attrs={"placeholder": "#3d57d6", "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known, current = time_zones(), self.instance.time_zone
        self.fields["time_zone"].choices = (  # type: ignore[attr-defined]
            known if current in dict(known) else [(current, current), *known]
        )
        self.fields["currency"].choices = currencies()  # type: ignore[attr-defined]

    def clean_postal_code(self) -> str:
        """〒 is written by the page, so nobody needs to type it."""
        code: str = self.cleaned_data["postal_code"]
        return code.lstrip("〒 ")

    def clean_accent(self) -> str:
        colour: str = self.cleaned_data["accent"]
        return colour.lower()


class TermsForm(AuditedForm):
    """What new documents and new customers begin with."""

    KIND = Act.Kind.TERMS_CHANGED

    class Meta:
        model = Organisation
        fields = [
            "estimate_notes",
            "estimate_terms",
            "invoice_notes",
            "invoice_terms",
            "payment_terms",
        ]
        labels = {
            "estimate_notes": _("Notes"),
            "estimate_terms": _("Terms"),
            "invoice_notes": _("Notes"),
            "invoice_terms": _("Terms"),
            "payment_terms": _("Payment terms of new customers"),
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 4, "data-grow": ""})
            for name in ("estimate_notes", "estimate_terms", "invoice_notes", "invoice_terms")
        }


class PortalForm(AuditedForm):
    """What customers find in the portal, and what is asked of them."""

    KIND = Act.Kind.PORTAL_CHANGED

    class Meta:
        model = Organisation
        fields = [
            "portal_message",
            "link_days",
            "comments_enabled",
            "decline_reason_required",
            "signature_required",
            "invoice_on_acceptance",
        ]
        labels = {
            "portal_message": _("Banner message"),
            "link_days": _("Days that a link lives"),
            "comments_enabled": _("Customers may comment on documents"),
            "decline_reason_required": _("Whoever declines an estimate must give a reason"),
            "signature_required": _("Whoever accepts an estimate must sign it"),
            "invoice_on_acceptance": _("When an estimate is accepted"),
        }
        help_texts = {
            "portal_message": _("It stands above every document, for all customers."),
            "link_days": _("Links that were sent keep their day; sending again renews them."),
            "comments_enabled": _("Without it they read what was written, and write nothing."),
        }
        widgets = {"portal_message": forms.Textarea(attrs={"rows": 2, "data-grow": ""})}


class PaperForm(AuditedForm):
    """Numbers, tax and what stands on every document."""

    KIND = Act.Kind.PAPER_CHANGED

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
        ]
        labels = {"estimate_days": _("Days that an estimate is valid")}
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
        if not {f"{kind}_next_number", f"{kind}_prefix"} & set(self.changed_data):
            return number  # Taken while the page was open: it stays what it has become.
        name = f"{self.cleaned_data.get(f'{kind}_prefix', '')}{number:06d}"
        if documents.objects.filter(organisation=self.instance, number=name).exists():
            raise forms.ValidationError(_("%(name)s exists already."), params={"name": name})
        return number
