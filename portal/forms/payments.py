"""What staff fill in when money comes, is used or goes back."""

import uuid
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..models import Customer, Invoice, Payment, Refund
from ..money import ZERO, money, rounded
from .amounts import AmountField, SeenForm
from .documents import DateField


class MoneyForm(SeenForm):
    """What payments and refunds have alike: how much, when, how, and words about it."""

    day = DateField(label=_("Date"))
    method = forms.ChoiceField(
        label=pgettext_lazy("way to pay", "Method"),
        choices=Payment.Method.choices,
        initial=Payment.Method.BANK_TRANSFER,
    )
    reference_number = forms.CharField(
        label=_("Reference"),
        help_text=_("Such as the bank's or the cheque's number."),
        max_length=60,
        required=False,
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("For your own people only."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, currency: str, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency, self.today = currency, today
        label = gettext("Amount (%(currency)s)") % {"currency": currency}
        self.fields["amount"] = AmountField(currency, label=label)
        self.fields["day"].initial = today
        self.fields["day"].widget.attrs["max"] = today.isoformat()
        self.order_fields(["amount", "day", "method", "reference_number", "note"])

    def clean_day(self) -> date:
        given: date = self.cleaned_data["day"]
        if given > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return given

    def facts(self) -> dict[str, Any]:
        """What was filled in, by the names that payments and refunds have for it."""
        names = ("amount", "method", "reference_number", "note")
        return {name: self.cleaned_data[name] for name in names}


class PaymentForm(MoneyForm):
    """Money that came another way than online."""

    key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer

    def payment(self) -> Payment:
        """What was filled in, not saved yet."""
        return Payment(
            organisation=self.customer.organisation,
            customer=self.customer,
            currency=self.currency,
            payment_date=self.cleaned_data["day"],
            key=self.cleaned_data["key"],
            **self.facts(),
        )


class InvoicePaymentForm(PaymentForm):
    """Money for one invoice; what is too much stays the customer's credit."""

    def __init__(self, invoice: Invoice, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(invoice.customer, invoice.currency, today, *args, **kwargs)
        self.invoice = invoice
        self.fields["amount"].initial = rounded(invoice.balance, invoice.currency)
        self.fields["amount"].help_text = _("Any excess is kept as the customer's credit.")
        self.show("balance", invoice.balance)

    def clean(self) -> None:
        self.compare("balance", self.invoice.balance)

    def shares(self) -> dict[Invoice, Decimal]:
        return {self.invoice: min(self.cleaned_data["amount"], self.invoice.balance)}


class CustomerPaymentForm(PaymentForm):
    """Money for several invoices of one customer, the oldest first unless somebody says else."""

    def __init__(
        self, invoices: Iterable[Invoice], customer: Customer, currency: str, *args: Any, **kw: Any
    ) -> None:
        super().__init__(customer, currency, *args, **kw)
        self.invoices = list(invoices)
        due = sum((invoice.balance for invoice in self.invoices), ZERO)
        self.fields["amount"].initial = rounded(due, currency) if due else None
        for invoice in self.invoices:
            self.fields[f"part-{invoice.pk}"] = AmountField(
                currency,
                min_value=0,
                label=_("Part for %(number)s") % {"number": invoice.number},
                initial=rounded(invoice.balance, currency),
                required=False,
            )
            self.show(f"balance-{invoice.pk}", invoice.balance)

    def rows(self) -> list[tuple[Invoice, forms.BoundField, forms.BoundField]]:
        """Each invoice with its two fields."""
        return [(i, self[f"part-{i.pk}"], self[f"balance-{i.pk}"]) for i in self.invoices]

    def clean(self) -> None:
        for invoice in self.invoices:
            self.compare(f"balance-{invoice.pk}", invoice.balance)
            if (self.cleaned_data.get(f"part-{invoice.pk}") or ZERO) > invoice.balance:
                due = {"amount": money(invoice.balance, invoice.currency)}
                self.add_error(
                    f"part-{invoice.pk}",
                    _("At most %(amount)s can be applied: no more is due.") % due,
                )
        amount = self.cleaned_data.get("amount")
        if amount and sum(self.shares().values(), ZERO) > amount:
            sentence = _("The parts come to more than the amount. Change them, or spread it anew.")
            self.add_error(None, sentence)

    def shares(self) -> dict[Invoice, Decimal]:
        parts = {i: self.cleaned_data.get(f"part-{i.pk}") for i in self.invoices}
        return {invoice: part for invoice, part in parts.items() if part}

    def spread(self) -> dict[str, Any]:
        """The amount spread anew over the invoices, the oldest first, with all else as typed."""
        proposed: dict[str, Any] = {name: self[name].value() for name in self.fields}
        left = self.cleaned_data.get("amount") or ZERO
        for invoice in self.invoices:
            part = min(left, invoice.balance)
            left -= part
            proposed[f"part-{invoice.pk}"] = rounded(part, self.currency) if part else None
            proposed[f"balance-{invoice.pk}"] = invoice.balance
        return proposed


class CreditForm(SeenForm):
    """How much of a customer's credit an invoice gets."""

    def __init__(self, invoice: Invoice, credit: Decimal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoice = invoice
        most = rounded(min(invoice.balance, credit), invoice.currency)
        self.fields["amount"] = AmountField(
            invoice.currency, label=_("Amount"), max_value=most, initial=most
        )
        self.show("balance", invoice.balance)

    def clean(self) -> None:
        self.compare("balance", self.invoice.balance)


class RefundForm(MoneyForm):
    """Money that went back: of the credit, or of what an invoice got."""

    source = forms.ChoiceField(label=_("Taken from"))

    def __init__(self, payment: Payment, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(payment.currency, today, *args, **kwargs)
        self.payment = payment
        parts = payment.allocations.order_by("pk").select_related("invoice")
        self.sources: dict[str, tuple[Invoice | None, Decimal]] = {
            str(part.invoice_id): (part.invoice, part.amount) for part in parts
        }
        if payment.unapplied:
            self.sources = {"credit": (None, payment.unapplied)} | self.sources
        choices = [(value, self._label(*source)) for value, source in self.sources.items()]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]
        self.fields["source"].initial = next(iter(self.sources), "")
        most = next(iter(self.sources.values()))[1] if self.sources else ZERO
        self.fields["amount"].initial = rounded(most, payment.currency)
        self.show("refunded", payment.refunded)
        self.order_fields(["source", *self.fields])

    def _label(self, invoice: Invoice | None, amount: Decimal) -> str:
        words = {"number": str(invoice or ""), "amount": money(amount, self.payment.currency)}
        if invoice is None:
            return _("The credit: %(amount)s") % words
        return _("Invoice %(number)s: %(amount)s; it will owe again what goes back") % words

    def clean(self) -> None:
        self.compare("refunded", self.payment.refunded)
        most = self.sources.get(self.cleaned_data.get("source", ""), (None, None))[1]
        amount = self.cleaned_data.get("amount")
        if most is not None and amount and amount > most:
            words = {"amount": money(most, self.payment.currency)}
            self.add_error("amount", _("There is %(amount)s to give back.") % words)

    def refund(self) -> Refund:
        """What was filled in, not saved yet."""
        invoice, _most = self.sources[self.cleaned_data["source"]]
        return Refund(
            payment=self.payment,
            invoice=invoice,
            refund_date=self.cleaned_data["day"],
            **self.facts(),
        )
