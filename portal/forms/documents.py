"""What staff fill in to write an estimate or an invoice."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Document, Estimate, Invoice, PaymentTerms
from ..money import ZERO, Totals, rounded
from .choices import currencies
from .lines import BaseLineFormSet, LineFormSet, tax_choices


class DateField(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class DocumentForm(forms.ModelForm):
    """All of a document but its lines."""

    FIELDS = (
        "contact",
        "reference",
        "issue_date",
        "currency",
        "is_tax_inclusive",
        "discount_percent",
        "discount_amount",
        "notes",
        "terms",
    )
    issue_date = DateField(label=_("Date"))
    currency = forms.ChoiceField(label=_("Currency"))
    discount_percent = forms.DecimalField(
        label=_("Discount in percent"), min_value=0, max_value=100, decimal_places=2, required=False
    )
    discount_amount = forms.DecimalField(
        label=_("Discount as an amount"), min_value=0, max_digits=13, required=False
    )

    # The version that the writer saw; `overwrite` names one that they decided to replace.
    known_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    overwrite = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["known_version"] = self.instance.version
        contacts = self.instance.customer.contacts.order_by("-is_primary", "name", "pk")
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]
        self.fields["contact"].label = _("Contact")
        self.fields["currency"].choices = currencies()  # type: ignore[attr-defined]
        for name in ("discount_percent", "discount_amount"):
            self.initial[name] = plain(self.initial.get(name)) or None

    def clean_discount_percent(self) -> Decimal:
        return self.cleaned_data["discount_percent"] or ZERO

    def clean_discount_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["discount_amount"] or ZERO
        currency = self.cleaned_data.get("currency")
        if currency and rounded(amount, currency) != amount:
            raise forms.ValidationError(_("This currency has no such fraction."))
        return amount


class EstimateForm(DocumentForm):
    """An estimate, which may be valid for a while."""

    expiry_date = DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("Through the end of this day. Leave it empty for no limit."),
    )

    class Meta:
        model = Estimate
        fields = [*DocumentForm.FIELDS, "expiry_date"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("notes", "terms")}

    def clean(self) -> dict[str, Any]:
        words: dict[str, Any] = super().clean() or self.cleaned_data
        issued, until = words.get("issue_date"), words.get("expiry_date")
        if issued and until and until < issued:
            self.add_error("expiry_date", _("This is before the estimate's date."))
        return words


class InvoiceForm(DocumentForm):
    """An invoice, which is due some day."""

    due_date = DateField(
        label=_("Due date"),
        required=False,
        help_text=_("With custom terms, choose it here; otherwise the terms give it."),
    )

    class Meta:
        model = Invoice
        fields = [*DocumentForm.FIELDS, "payment_terms", "due_date"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("notes", "terms")}

    def clean(self) -> dict[str, Any]:
        words: dict[str, Any] = super().clean() or self.cleaned_data
        issued, terms = words.get("issue_date"), words.get("payment_terms")
        if issued and terms:
            words["due_date"] = PaymentTerms(terms).due_date(issued) or words.get("due_date")
            self._check_due_date(issued, words["due_date"])
        return words

    def _check_due_date(self, issued: date, due: date | None) -> None:
        if due is None:
            self.add_error("due_date", _("Choose the last day to pay."))
        elif due < issued:
            self.add_error("due_date", _("This is before the invoice's date."))


FORMS: dict[type[Document], type[DocumentForm]] = {Estimate: EstimateForm, Invoice: InvoiceForm}
LARGEST = Decimal(10) ** 12


class Sheet:
    """A document being written: its form, its lines, and what they come to."""

    def __init__(self, document: Estimate | Invoice, sent: Any = None) -> None:
        self.document = document
        self.form = FORMS[type(document)](sent, instance=document)
        taxes = tax_choices(document)
        self.saved = list(document.lines.order_by("position", "pk")) if document.pk else []
        self.lines = cast(
            BaseLineFormSet,
            LineFormSet(
                sent,
                prefix="lines",
                initial=[BaseLineFormSet.initial_of(line) for line in self.saved],
                form_kwargs={
                    "taxes": taxes,
                    "empty_permitted": True,
                    "use_required_attribute": False,
                },
            ),
        )
        self.lines.extra = 1 if self.saved else 3

    def sums(self) -> Totals:
        """What the document comes to as it is written now, mistakes left out."""
        if not self.form.is_bound:
            return self.document.sums_of(self.saved)
        self.form.is_valid()  # What is right goes into the document.
        return self.document.sums_of(self.written())

    def amounts(self) -> list[tuple[str, Decimal]]:
        """Each complete row's own amount, by the prefix of its form."""
        self.written()
        return [(row.prefix, row.instance.amount) for row in self.lines.complete()]

    def is_valid(self) -> bool:
        """Everything is as it must be; what is not says so in its place."""
        if not all([self.form.is_valid(), self.lines.is_valid()]):
            return False
        if self.document.sums_of(self.written()).total >= LARGEST:
            self.form.add_error(None, _("The total is too large."))
            return False
        return True

    @property
    def known_version(self) -> int:
        """Which version of the draft the writer means to replace; 0 for none that they saw."""
        words = self.form.cleaned_data
        return words["overwrite"] or words["known_version"] or 0

    def written(self) -> list[Any]:
        """The lines that are complete, in their order, each belonging to the document."""
        lines = self.lines.written()
        for line in lines:
            setattr(line, self.document.KIND, self.document)
        return lines


def plain(number: Decimal | None) -> str:
    """A number as one types it: 1000, not 1000.000."""
    return f"{number.normalize():f}" if number else ""
