"""Invoices: what a customer owes, down to the last payment."""

from datetime import date, datetime
from decimal import Decimal
from typing import Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..money import HUNDRED, ZERO, Rounding, rounded
from .changes import INVOICE_MOVES, Step
from .document_lists import DocumentQuerySet
from .documents import COPIED, Document
from .estimates import Estimate
from .fields import MoneyField
from .terms import PaymentTerms
from .users import User

OWING = Q(status__in=["sent", "partially_paid"], balance__gt=0)


class InvoiceQuerySet(DocumentQuerySet):
    def owing(self) -> Self:
        """Open to payment: sent, not settled, not void."""
        return self.filter(OWING)

    def payable(self) -> Self:
        """Owing, and no payment is under way that would settle it by itself."""
        return self.owing().filter(pending_payment=None)

    def lock_payable(self, pk: int) -> "Invoice":
        """The row, locked, if it takes money now; call it in the transaction that pays it."""
        row: Invoice = self.select_for_update().get(pk=pk)
        if not row.is_owing:
            raise Invoice.NothingDue
        if row.pending_payment_id:
            raise Invoice.PaymentPending
        return row

    def overdue(self, today: date) -> Self:
        return self.owing().filter(due_date__lt=today)

    def counting(self) -> Self:
        """Those that were asked for and still stand."""
        return self.exclude(status__in=[Invoice.Status.DRAFT, Invoice.Status.VOID])

    def visible_to_customers(self) -> Self:
        never_sent = Q(status=Invoice.Status.VOID, sent_at=None)
        return self.exclude(Q(status=Invoice.Status.DRAFT) | never_sent)


class Invoice(Document):
    """What an organisation asks to be paid."""

    KIND = "invoice"
    MOVES = INVOICE_MOVES

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        PARTIALLY_PAID = "partially_paid", _("Partially paid")
        PAID = "paid", _("Paid")
        VOID = "void", _("Void")

    class State(models.TextChoices):
        """A status, or what time made of it."""

        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        OVERDUE = "overdue", _("Overdue")
        PARTIALLY_PAID = "partially_paid", _("Partially paid")
        PAID = "paid", _("Paid")
        VOID = "void", _("Void")

    class NothingDue(Exception):
        """Paid, void or not sent."""

    class PaymentPending(Exception):
        """Another payment of it is under way."""

    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DRAFT)
    due_date = models.DateField(_("due date"))
    payment_terms = models.CharField(
        _("payment terms"),
        max_length=20,
        choices=PaymentTerms.choices,
        default=PaymentTerms.NET_30,
    )
    balance = MoneyField(_("balance"), default=ZERO)
    estimate = models.ForeignKey(
        Estimate, models.SET_NULL, null=True, blank=True, related_name="invoices"
    )
    pending_payment = models.ForeignKey(
        "portal.Payment", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    paid_at = models.DateTimeField(null=True, blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        default_related_name = "invoices"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"],
                name="invoice_number_is_unique",
                violation_error_message=_("Another invoice has this number."),
            ),
            models.CheckConstraint(
                name="invoice_balance_is_not_negative", condition=Q(balance__gte=0)
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-issue_date", "-id"], name="invoice_newest"),
            models.Index(fields=["organisation", "status", "due_date"], name="invoice_by_status"),
        ]

    @property
    def until(self) -> date | None:
        return self.due_date

    def set_until(self) -> None:
        self.payment_terms = self.customer.payment_terms
        due = PaymentTerms(self.payment_terms).due_date(self.issue_date)
        self.due_date = due or self.issue_date

    @property
    def is_sendable(self) -> bool:
        return self.status != self.Status.VOID

    @classmethod
    def states(cls, today: date) -> dict[str, Q]:
        rules = {state.value: Q(status=state.value) for state in cls.State}
        rules["overdue"] = OWING & Q(due_date__lt=today)
        rules["sent"] &= ~rules["overdue"]
        rules["partially_paid"] &= ~rules["overdue"]
        return rules

    def state(self, now: datetime) -> State:
        return self.State.OVERDUE if self.is_overdue(now) else self.State(self.status)

    @property
    def amount_paid(self) -> Decimal:
        """What came off the balance, by payments and by credit."""
        return self.total - self.balance

    @property
    def is_owing(self) -> bool:
        return self.balance > 0 and self.status in {self.Status.SENT, self.Status.PARTIALLY_PAID}

    def is_overdue(self, now: datetime) -> bool:
        return self.is_owing and self.due_date < self.organisation.date_of(now)

    def least_payment(self) -> Decimal:
        """The smallest part that a customer may pay online; the rest may always be paid."""
        if not self.organisation.allows_partial_payments:
            return self.balance
        part = self.total * self.organisation.least_percent / HUNDRED
        return min(self.balance, rounded(part, self.currency, Rounding.CEIL))

    def save_totals(self) -> None:
        """Write the sums; what was paid already stays paid."""
        paid = self.amount_paid
        super().save_totals()
        self.balance = max(self.total - paid, ZERO)
        self.save(update_fields=["balance"])

    def agreed_rounding(self) -> str:
        """As in the estimate that it was written for: what was accepted is what is asked for."""
        agreed = self.estimate.tax_rounding if self.estimate else ""
        return agreed or super().agreed_rounding()

    @transaction.atomic
    def mark_sent(self, *, now: datetime) -> None:
        """Open a draft to the customer; sending again an open or paid invoice changes nothing."""
        drafts = Invoice.objects.filter(pk=self.pk, status=self.Status.DRAFT)
        if drafts.update(status=self.Status.SENT, sent_at=now):
            self.status, self.sent_at = self.Status.SENT, now
        elif self.status == self.Status.VOID:
            raise self.NotSendable

    @classmethod
    def write_for(cls, estimate: Estimate, *, by: User | None, today: date) -> Self:
        """A draft of what the estimate offered."""
        invoice = cls.start(estimate.customer, estimate.contact, by=by, today=today)
        for field in COPIED:
            if not invoice.begins_otherwise(estimate, field):
                setattr(invoice, field, getattr(estimate, field))
        invoice.estimate = estimate
        invoice.save_with_lines(estimate.copied_lines())
        return invoice

    def begins_otherwise(self, estimate: Estimate, field: str) -> bool:
        """Whether words that stand on every estimate give way to those on every invoice."""
        of_every_estimate = getattr(self.organisation, f"estimate_{field}", None)
        return bool(getattr(self, field)) and getattr(estimate, field) == of_every_estimate

    @staticmethod
    def revisable() -> Q:
        return Q(pending_payment=None, balance=F("total"))

    def steps(self, now: datetime) -> list[Step]:
        is_touched = self.pending_payment_id is not None or self.amount_paid != 0
        settled = {Step.REVISE, Step.VOID} if is_touched else set()
        return [step for step in super().steps(now) if step not in settled]

    @transaction.atomic
    def void(self, *, by: User, now: datetime) -> None:
        """Declare that it does not count; with money on it, that must be returned first."""
        self._take(Step.VOID, by=by, now=now, guard=self.revisable())

    @transaction.atomic
    def reopen(self, *, by: User, now: datetime) -> None:
        """Let a void invoice be a draft once more, of a new revision if customers knew the old."""
        self._take(Step.REOPEN, by=by, now=now)
        if self.sent_at:
            self._begin_revision()

    @transaction.atomic
    def discard(self) -> None:
        """Delete a draft; the estimate that it was written for can become an invoice again."""
        estimate = self.estimate
        super().discard()
        if estimate and estimate.status == Estimate.Status.INVOICED:
            answered = estimate.answers.filter(revision=estimate.revision).exists()
            status = Estimate.Status.ACCEPTED if answered else Estimate.Status.SENT
            Estimate.objects.filter(pk=estimate.pk, status=estimate.status).update(status=status)

    def subtract(self, amount: Decimal, *, now: datetime) -> Decimal:
        """Take an amount off the balance; the part that fitted comes back.

        What is not asked for takes nothing: a void invoice, or one that was taken back as a draft.
        Call it in the transaction that settles the payment.
        """
        row = Invoice.objects.select_for_update().get(pk=self.pk)
        is_asked_for = row.status not in {self.Status.DRAFT, self.Status.VOID}
        taken: Decimal = min(amount, row.balance) if is_asked_for else ZERO
        self.balance = row.balance - taken
        if taken:
            self.status = self.Status.PARTIALLY_PAID if self.balance else self.Status.PAID
            self.paid_at = None if self.balance else now
            self.save(update_fields=["balance", "status", "paid_at"])
        return taken

    def owe_again(self, amount: Decimal) -> None:
        """Put an amount back on the balance; call it in the transaction that gives it back."""
        row = Invoice.objects.select_for_update().get(pk=self.pk)
        self.balance, self.paid_at = row.balance + amount, None
        self.status = self.Status.SENT if self.balance == row.total else self.Status.PARTIALLY_PAID
        self.save(update_fields=["balance", "status", "paid_at"])
