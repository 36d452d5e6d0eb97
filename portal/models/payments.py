"""Payments: money on its way, arrived, or not."""

import secrets
from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..events import EventKind
from ..money import ZERO, rounded
from .customers import Customer
from .events import Event
from .fields import EncryptedTextField, MoneyField
from .invoices import Invoice
from .links import Link, Visitor
from .organisations import Organisation
from .users import User


def new_payment_reference() -> str:
    """What a payment provider is told instead of any link's token (128 bits)."""
    return secrets.token_urlsafe(16)


class PaymentQuerySet(models.QuerySet["Payment"]):
    @transaction.atomic
    def start(
        self, invoice: Invoice, visitor: Visitor, *, provider: str, now: datetime
    ) -> "Payment":
        """Begin paying what the invoice owes; one payment of an invoice at a time."""
        owed = Invoice.objects.values("balance").get(pk=invoice.pk)["balance"]
        if not owed:
            raise invoice.NothingDue
        payment = self.create(
            organisation=invoice.organisation,
            customer=invoice.customer,
            link=visitor.link,
            provider=provider,
            amount=owed,
            currency=invoice.currency,
            created_at=now,
        )
        free = Invoice.objects.owing().filter(pk=invoice.pk, pending_payment=None, balance=owed)
        if not free.update(pending_payment=payment):
            invoice.refresh_from_db()
            raise invoice.PaymentPending if invoice.is_owing else invoice.NothingDue
        Allocation.objects.create(payment=payment, invoice=invoice, amount=owed)
        return payment

    def arrived(self) -> Self:
        return self.filter(status=Payment.Status.SUCCEEDED)

    def not_arrived(self) -> Self:
        return self.exclude(status=Payment.Status.SUCCEEDED)

    def latest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def with_invoices(self) -> Self:
        return self.select_related("customer").prefetch_related("allocations__invoice")


class Payment(models.Model):
    """One transfer of money from a customer."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        SUCCEEDED = "succeeded", _("Received")
        FAILED = "failed", _("Failed")
        ABANDONED = "abandoned", _("Abandoned")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="payments")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payments")
    invoices = models.ManyToManyField(Invoice, through="Allocation", related_name="payments")
    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="+")
    recorded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reference = models.CharField(max_length=24, unique=True, default=new_payment_reference)
    provider = models.CharField(_("provider"), max_length=20)
    provider_id = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    amount = MoneyField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    unapplied = MoneyField(_("kept as credit"), default=ZERO)
    method = models.CharField(_("method"), max_length=40, blank=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)
    checkout_url = EncryptedTextField(blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_id"],
                condition=~Q(provider_id=""),
                name="payment_once_per_provider_id",
            ),
            models.CheckConstraint(name="payment_is_positive", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at", "-id"], name="payment_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.status}"

    def note_checkout(self, url: str) -> None:
        """Remember the provider's page, for a customer who comes back to it."""
        self.checkout_url = url
        self.save(update_fields=["checkout_url"])

    @transaction.atomic
    def settle(self, *, provider_id: str, method: str, now: datetime) -> list[Event]:
        """The money arrived: lower the balances and announce it, once whoever says so first.

        A payment given up before may still arrive; it counts all the same.
        """
        unsettled = Payment.objects.filter(pk=self.pk, settled_at=None)
        self.status, self.settled_at = self.Status.SUCCEEDED, now
        self.provider_id, self.method = provider_id, method
        if not unsettled.update(
            status=self.status, settled_at=now, provider_id=provider_id, method=method
        ):
            return []
        Invoice.objects.filter(pending_payment=self.pk).update(pending_payment=None)
        return [self._apply(allocation, now) for allocation in self._allocations()]

    @transaction.atomic
    def give_up(self, status: Status, failure: str = "") -> bool:
        """The money did not arrive: leave the invoices as they were."""
        pending = Payment.objects.filter(pk=self.pk, status=self.Status.PENDING)
        if not pending.update(status=status, failure=failure[:200]):
            return False
        Invoice.objects.filter(pending_payment=self.pk).update(pending_payment=None)
        self.status, self.failure = status, failure[:200]
        return True

    def _allocations(self) -> "models.QuerySet[Allocation]":
        return self.allocations.order_by("pk").select_related(
            "invoice__organisation", "invoice__customer", "invoice__contact"
        )

    def _apply(self, allocation: "Allocation", now: datetime) -> Event:
        invoice = allocation.invoice
        taken = invoice.subtract(allocation.amount, now=now)
        if excess := allocation.amount - taken:
            self.unapplied += excess
            self.save(update_fields=["unapplied"])
        return Event.objects.record(
            EventKind.INVOICE_PAID,
            invoice,
            visitor=None,
            contact=self.link.contact if self.link else None,
            now=now,
            facts={
                "amount": _plain(allocation.amount, self.currency),
                "balance": _plain(invoice.balance, self.currency),
                "method": self.method,
            },
        )


def _plain(amount: Decimal, currency: str) -> str:
    return str(rounded(amount, currency))


class Allocation(models.Model):
    """The part of a payment that goes to one invoice."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="allocations")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    amount = MoneyField(_("amount"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "invoice"], name="payment_once_per_invoice"),
            models.CheckConstraint(name="allocation_is_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.invoice}"
