"""Whom the organisation bills, and the people there."""

from typing import Any, cast

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..models import Contact, Customer, Membership, Organisation
from .choices import countries, currencies


class CustomerForm(forms.ModelForm):
    """Name, address and habits of a customer."""

    currency = forms.ChoiceField(label=_("Currency"))
    country = forms.ChoiceField(label=_("Country"), required=False)

    class Meta:
        model = Customer
        fields = [
            "name",
            "currency",
            "payment_terms",
            "country",
            "postal_code",
            "address",
            "phone",
            "notes",
        ]
        labels = {"name": _("Company or person")}
        help_texts = {
            "payment_terms": _("New invoices take their due date from it."),
            "notes": _("Customers never see them."),
        }
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Customer, self.instance).organisation = organisation
        if not self.instance.pk:
            self.initial["currency"] = organisation.currency
            self.initial["payment_terms"] = organisation.payment_terms
            self.initial["country"] = "JP" if organisation.language == "ja" else ""
        self.fields["currency"].choices = currencies()  # type: ignore[attr-defined]
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]

    def clean_postal_code(self) -> str:
        """〒 is written by the page, so nobody needs to type it."""
        code: str = self.cleaned_data["postal_code"]
        return code.lstrip("〒 ")


class ContactForm(forms.ModelForm):
    """A person at the customer's."""

    is_first = forms.BooleanField(label=_("First contact"), required=False)

    class Meta:
        model = Contact
        fields = ["name", "email", "phone", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_first"].initial = self.instance.is_primary


class BaseContactFormSet(forms.BaseInlineFormSet):
    """Everybody at a customer's; one of them is the first."""

    def clean(self) -> None:
        super().clean()
        if any(form.instance.pk is None for form in self.initial_forms):
            raise forms.ValidationError(_("Somebody was removed meanwhile: open the page again."))
        if len([form for form in self._kept() if form.cleaned_data.get("is_first")]) > 1:
            raise forms.ValidationError(_("Only one person can be the first contact."))

    def _kept(self) -> list[Any]:
        gone = self.deleted_forms
        return [f for f in self.forms if f not in gone and f.is_valid() and f.cleaned_data]

    def save_people(self) -> None:
        """Write them all; who is named first gets new documents."""
        self.save()
        kept = [form for form in self._kept() if form.instance.pk]
        first = [form for form in kept if form.cleaned_data["is_first"]] or kept
        cast(Customer, self.instance).make_primary(first[0].instance)


ContactFormSet = forms.inlineformset_factory(
    Customer,
    Contact,
    form=ContactForm,
    formset=BaseContactFormSet,
    extra=0,
    min_num=1,
    validate_min=True,
    max_num=100,
    validate_max=True,
)


@transaction.atomic
def save_customer(form: CustomerForm, people: Any, membership: Membership) -> Customer:
    """Write the customer and everybody there, all or nothing."""
    is_new = form.instance.pk is None
    customer: Customer = form.save()
    people.instance = customer
    people.save_people()
    if is_new:
        membership.keep([customer])
    return customer
