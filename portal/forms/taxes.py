"""The taxes that an organisation charges."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Act, Organisation, TaxRate
from .audited import AuditedForm

TAKEN = _("There is a tax of this name already.")


class TaxForm(AuditedForm):
    """One rate, and what it is called."""

    KIND = Act.Kind.TAX_CHANGED
    KIND_OF_NEW = Act.Kind.TAX_ADDED

    class Meta:
        model = TaxRate
        fields = ["name", "percent", "is_reduced_rate"]
        labels = {"percent": _("Percent"), "is_reduced_rate": _("Reduced rate (marked ※)")}
        help_texts = {"is_reduced_rate": _("Items and sums of it carry the mark on documents.")}

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation
        self.fields["percent"].widget.attrs.update(inputmode="decimal")
        if self.instance.pk and not self.is_bound:
            self.initial["percent"] = f"{self.instance.percent.normalize():f}"

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = self.instance.organisation.tax_rates.exclude(pk=self.instance.pk)
        if others.filter(name=name).exists():
            raise forms.ValidationError(TAKEN)
        return name

    def refuse_name(self) -> None:
        """Say that the name was taken while this one was being saved."""
        self.add_error("name", TAKEN)

    def about(self) -> str:
        return str(self.instance)
