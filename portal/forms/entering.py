"""What a customer types to come in, and what they change about themselves."""

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Contact


class MailboxForm(forms.Form):
    """Whose documents one wants to see."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class CodeForm(forms.Form):
    """The code from the e-mail."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )

    def clean_code(self) -> str:
        """The digits, however they were typed: 123 456, １２３４５６."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        return "".join(digit for digit in typed if digit.isalnum())


class ContactProfileForm(forms.ModelForm):
    """How we call somebody, and in which language."""

    class Meta:
        model = Contact
        fields = ["name", "phone", "language"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }
