"""What staff do with money: record it, use it, give it back, undo it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from ..money import ZERO
from .acts import Act
from .customers import Customer
from .fields import MoneyField
from .invoices import Invoice
from .organisations import Organisation
from .refunds import Refund
from .users import User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .allocations import Allocation


class Ledger(models.Model):
    """A payment's books: what invoices took, what is left as credit and what went back.

    The three always add up to what was received. Every act locks the customer first, so that one
    at a time moves a customer's money, and is guarded by what its page showed.
    """

    BY_HAND = "manual"  # the provider of what staff record

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        SUCCEEDED = "succeeded", _("Received")
        FAILED = "failed", _("Failed")
        ABANDONED = "abandoned", _("Abandoned")
        VOID = "void", _("Void")

    class TooMuch(Exception):
        """More than there is to use, to pay or to give back."""

    class Changed(Exception):
        """Money moved since the page was shown, perhaps by this very click, twice."""

    class NotReceived(Exception):
        """It has not arrived, or is void."""

    class NotVoidable(NotReceived):
        """It was received online, or went back in part."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="payments")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payments")
    recorded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    key = models.UUIDField(null=True)  # of the form that recorded it: sent twice, it is one
    number = models.CharField(_("number"), max_length=24, blank=True)  # once it has arrived
    provider = models.CharField(_("provider"), max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    amount = MoneyField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    unapplied = MoneyField(_("kept as credit"), default=ZERO)
    refunded = MoneyField(_("given back"), default=ZERO)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        allocations: RelatedManager[Allocation]

    class Meta:
        abstract = True

    @transaction.atomic
    def record(self, shares: Mapping[Invoice, Decimal], *, by: User, now: datetime) -> Self:
        """Save money that came another way; what no invoice takes is kept as credit.

        The same key twice is one payment: the first one comes back.
        """
        Customer.objects.lock(self.customer_id)
        known = self._rows(organisation=self.organisation, key=self.key).first()
        if self.key and known:
            return known
        self.unapplied = self.amount - sum(shares.values(), ZERO)
        if self.unapplied < 0:
            raise self.TooMuch
        self.provider, self.status = self.BY_HAND, self.Status.SUCCEEDED
        self.recorded_by, self.created_at, self.settled_at = by, now, now
        self.number = self.organisation.take_number(type(self))  # type: ignore[arg-type]
        self.save(force_insert=True)
        for invoice in sorted(shares, key=attrgetter("pk")):
            self._pay(invoice, shares[invoice], Act.Kind.PAYMENT_RECORDED, by=by, now=now)
        if not shares:
            self._note(Act.Kind.PAYMENT_RECORDED, None, self.amount, by=by, now=now)
        return self

    @transaction.atomic
    def apply(self, invoice: Invoice, amount: Decimal, *, by: User, now: datetime) -> None:
        """Use credit for an invoice of the same customer."""
        self._lock()
        is_theirs = (self.customer_id, self.currency) == (invoice.customer_id, invoice.currency)
        if not is_theirs or amount > self.unapplied:
            raise self.TooMuch
        self._set(unapplied=self.unapplied - amount)
        self._pay(invoice, amount, Act.Kind.CREDIT_APPLIED, by=by, now=now)

    @transaction.atomic
    def refund(self, refund: Refund) -> None:
        """Note that money went back: an invoice owes it again, or the credit is less."""
        seen = self.refunded
        self._lock()
        if self.refunded != seen:
            raise self.Changed
        if refund.invoice:
            self._take_back(refund.invoice, refund.amount)
        elif refund.amount > self.unapplied:
            raise self.TooMuch
        else:
            self._set(unapplied=self.unapplied - refund.amount)
        self._set(refunded=self.refunded + refund.amount)
        refund.payment_id = self.pk
        refund.save(force_insert=True)
        by, now = refund.refunded_by, refund.created_at
        self._note(Act.Kind.PAYMENT_REFUNDED, None, refund.amount, by=by, now=now)

    @transaction.atomic
    def void(self, *, by: User, now: datetime) -> None:
        """Undo what was entered by mistake: the invoices owe again what it paid."""
        self._lock()
        if self.provider != self.BY_HAND or self.refunded:
            raise self.NotVoidable
        self._set(status=self.Status.VOID, unapplied=ZERO)
        # The parts stay as a memory of what it had paid; only those of received payments count.
        parts = list(self.allocations.order_by("invoice").select_related("invoice"))
        for part in parts:
            part.invoice.owe_again(part.amount)
            self._note(Act.Kind.PAYMENT_VOIDED, part.invoice, part.amount, by=by, now=now)
        if not parts:
            self._note(Act.Kind.PAYMENT_VOIDED, None, self.amount, by=by, now=now)

    def _lock(self) -> None:
        """Hold off everybody else and look at the row as it is; only what arrived can be used."""
        Customer.objects.lock(self.customer_id)
        self.refresh_from_db(fields=["status", "unapplied", "refunded"])
        if self.status != self.Status.SUCCEEDED:
            raise self.NotReceived

    def _set(self, **values: object) -> None:
        # Whole values, never sums made by the database: SQLite adds cents as binary fractions.
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=list(values))

    def _pay(
        self, invoice: Invoice, amount: Decimal, kind: Act.Kind, *, by: User, now: datetime
    ) -> None:
        row = Invoice.objects.lock_payable(invoice.pk)
        if row.balance != invoice.balance:
            raise self.Changed
        if amount > row.balance:
            raise self.TooMuch
        invoice.subtract(amount, now=now)
        part = self.allocations.filter(invoice=invoice).first()
        if part:
            part.amount += amount
            part.save(update_fields=["amount"])
        else:
            self.allocations.create(invoice=invoice, amount=amount)
        self._note(kind, invoice, amount, by=by, now=now)

    def _take_back(self, invoice: Invoice, amount: Decimal) -> None:
        part = self.allocations.filter(invoice=invoice).first()
        if part is None or part.amount < amount:
            raise self.TooMuch
        part.reduce_to(part.amount - amount)
        invoice.owe_again(amount)

    def _note(
        self,
        kind: Act.Kind,
        invoice: Invoice | None,
        amount: Decimal,
        *,
        by: User | None,
        now: datetime,
    ) -> None:
        Act.objects.note(
            kind,
            self.organisation,
            by,
            now=now,
            document=invoice,
            payment=self,  # type: ignore[arg-type]
            amount=amount,
        )

    def _rows(self, **values: object) -> models.QuerySet[Self]:
        return type(self)._default_manager.filter(**values)
