"""The lines of a document as people type them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Document, LineItem, TaxRate

LONGEST = 200  # lines
UNTOUCHED = {"ORDER", "DELETE", "tax", "quantity"}  # they are filled in before anybody types
Taxes = dict[str, TaxRate | LineItem]  # by the value of the choice


def tax_choices(document: Document) -> Taxes:
    """The organisation's rates, and those that the document has though they were changed since."""
    rates = document.organisation.tax_rates.in_order()
    found: Taxes = {_key(rate.name, rate.percent, rate.is_reduced_rate): rate for rate in rates}
    for line in document.lines.all() if document.pk else []:
        if line.tax_name or line.tax_percent:
            found.setdefault(tax_of(line), line)
    return found


def tax_of(line: LineItem) -> str:
    """The choice that stands for a line's tax."""
    if not (line.tax_name or line.tax_percent):
        return ""
    return _key(line.tax_name, line.tax_percent, line.is_reduced_rate)


def _key(name: str, percent: Decimal, is_reduced_rate: bool) -> str:
    return f"{percent.normalize():f}|{int(is_reduced_rate)}|{name}"


def _label(tax: TaxRate | LineItem) -> str:
    name = tax.name if isinstance(tax, TaxRate) else tax.tax_name
    percent = tax.percent if isinstance(tax, TaxRate) else tax.tax_percent
    written = f"{percent.normalize():f}%"
    return name if written in name else f"{name} ({written})".strip()


class LineForm(forms.ModelForm):
    """One line; its tax is one of the choices."""

    tax = forms.ChoiceField(label=_("Tax"), required=False)

    class Meta:
        model = LineItem
        fields = ["name", "description", "quantity", "unit", "rate", "discount_percent"]
        labels = {"discount_percent": _("Discount %"), "rate": _("Unit price")}
        widgets = {"description": forms.Textarea(attrs={"rows": 1, "data-grow": ""})}

    def __init__(self, taxes: Taxes, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taxes = taxes
        choices = [(value, _label(tax)) for value, tax in taxes.items()]
        self.fields["tax"].choices = [*choices, ("", _("No tax"))]  # type: ignore[attr-defined]
        self.fields["tax"].initial = next(iter(taxes), "")
        self.fields["discount_percent"].required = False
        self.fields["discount_percent"].initial = None
        for name in ("quantity", "rate"):
            self.fields[name].min_value = 0  # type: ignore[attr-defined]
            self.fields[name].widget.attrs.update(min=0, step="any", inputmode="decimal")

    def has_changed(self) -> bool:
        """Whether somebody wrote something: an untouched row is no line."""
        return bool(set(self.changed_data) - UNTOUCHED)

    def clean_discount_percent(self) -> Decimal:
        return self.cleaned_data["discount_percent"] or Decimal(0)

    def clean_quantity(self) -> Decimal:
        return _not_negative(self.cleaned_data["quantity"])

    def clean_rate(self) -> Decimal:
        return _not_negative(self.cleaned_data["rate"])

    def line(self) -> LineItem:
        """What was written, with its tax copied."""
        line: LineItem = self.instance
        tax = self.taxes.get(self.cleaned_data.get("tax", ""))
        if isinstance(tax, TaxRate):
            line.tax_name, line.tax_percent = tax.name, tax.percent
        elif tax:
            line.tax_name, line.tax_percent = tax.tax_name, tax.tax_percent
        line.is_reduced_rate = bool(tax and tax.is_reduced_rate)
        return line


def _not_negative(number: Decimal) -> Decimal:
    if number < 0:
        raise forms.ValidationError(_("Not less than zero."))
    return number


class BaseLineFormSet(forms.BaseFormSet):
    """All lines; at least one, in the order that their numbers give."""

    @staticmethod
    def initial_of(line: LineItem) -> dict[str, Any]:
        """A line as its form shows it, without empty decimals."""
        numbers = {
            name: f"{getattr(line, name).normalize():f}" if getattr(line, name) else ""
            for name in ("quantity", "rate", "discount_percent")
        }
        numbers["rate"] = numbers["rate"] or "0"
        words = {name: getattr(line, name) for name in ("name", "description", "unit")}
        return {**words, **numbers, "tax": tax_of(line)}

    def clean(self) -> None:
        if not self.written():
            raise forms.ValidationError(_("Write at least one item."))

    def written(self) -> list[LineItem]:
        """The lines that are complete, in their order."""
        rows = [
            (form.cleaned_data.get("ORDER") or LONGEST + place, place, form.line())
            for place, form in enumerate(self.complete())
        ]
        return [line for _order, _place, line in sorted(rows, key=lambda row: row[:2])]

    def complete(self) -> list[Any]:
        """The rows that somebody filled in, without mistakes, and did not remove."""
        return [
            form
            for form in self.forms
            if form.is_valid() and form.has_changed() and not form.cleaned_data.get("DELETE")
        ]


LineFormSet = forms.formset_factory(
    LineForm,
    formset=BaseLineFormSet,
    extra=3,
    can_order=True,
    can_delete=True,
    max_num=LONGEST,
    absolute_max=LONGEST,
    validate_max=True,
)
