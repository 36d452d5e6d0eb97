"""Payments: money on its way, arrived, or not."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..events import EventKind
from ..money import rounded
from .allocations import Allocation
from .customers import Contact, Customer
from .events import Event
from .fields import EncryptedTextField
from .invoices import Invoice
from .ledgers import Ledger
from .links import Link
from .payment_lists import PaymentQuerySet

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .refunds import Refund


def new_payment_reference() -> str:
    """What a payment provider is told instead of any link's token (128 bits)."""
    return secrets.token_urlsafe(16)


class Payment(Ledger):
    """One transfer of money from a customer."""

    KIND = "payment"
    YOUNG, OFTEN, SELDOM = timedelta(hours=2), timedelta(minutes=5), timedelta(hours=1)

    class State(models.TextChoices):
        """A status, or what refunds made of it."""

        PENDING = "pending", _("Pending")
        SUCCEEDED = "succeeded", _("Received")
        PARTIALLY_REFUNDED = "partially_refunded", _("Partially refunded")
        REFUNDED = "refunded", _("Refunded")
        FAILED = "failed", _("Failed")
        ABANDONED = "abandoned", _("Abandoned")
        VOID = "void", _("Void")

    class Method(models.TextChoices):
        """How money comes that staff record; online, providers have words of their own."""

        BANK_TRANSFER = "bank_transfer", _("Bank transfer")
        CASH = "cash", _("Cash")
        CARD = "card", _("Card")
        CHEQUE = "cheque", _("Cheque")
        OTHER = "other", pgettext_lazy("way to pay", "Other")

    invoices = models.ManyToManyField(Invoice, through=Allocation, related_name="payments")
    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    reference = models.CharField(max_length=24, unique=True, default=new_payment_reference)
    provider_id = models.CharField(max_length=120, blank=True)
    method = models.CharField(_("method"), max_length=40, blank=True)
    payment_date = models.DateField(_("date"), null=True, blank=True)
    reference_number = models.CharField(_("reference"), max_length=60, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)
    checkout_url = EncryptedTextField(blank=True)
    checkout_name = models.CharField(max_length=120, blank=True)  # the provider's, of its page
    promised_at = models.DateTimeField(null=True, blank=True)  # to be paid at a store or a bank
    asked_at = models.DateTimeField(null=True, blank=True)  # when we asked the provider last

    objects = PaymentQuerySet.as_manager()

    if TYPE_CHECKING:
        pk: int
        link_id: int | None
        refunds: RelatedManager["Refund"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_id"],
                condition=~Q(provider_id=""),
                name="payment_once_per_provider_id",
            ),
            models.UniqueConstraint(
                fields=["organisation", "number"],
                condition=~Q(number=""),
                name="payment_number_is_unique",
            ),
            models.UniqueConstraint(fields=["organisation", "key"], name="payment_once_per_key"),
            models.CheckConstraint(name="payment_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payment_gives_no_more_than_it_has",
                condition=Q(unapplied__gte=0, refunded__gte=0)
                & Q(unapplied__lte=F("amount"), refunded__lte=F("amount")),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at", "-id"], name="payment_newest"),
            models.Index(
                fields=["created_at"], condition=Q(status="pending"), name="payment_pending"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.amount} {self.currency} {self.status}"

    @classmethod
    def states(cls) -> dict[str, Q]:
        """What lists can be narrowed to, and which rows each state holds."""
        arrived = Q(status=cls.Status.SUCCEEDED)
        rules = {state.value: Q(status=state.value) for state in cls.State}
        rules["refunded"] = arrived & Q(refunded=F("amount"))
        rules["partially_refunded"] = arrived & Q(refunded__gt=0, refunded__lt=F("amount"))
        rules["succeeded"] = arrived & Q(refunded=0)
        return rules

    @property
    def state(self) -> State:
        if self.status != self.Status.SUCCEEDED or not self.refunded:
            return self.State(self.status)
        is_whole = self.refunded == self.amount
        return self.State.REFUNDED if is_whole else self.State.PARTIALLY_REFUNDED

    @property
    def is_by_hand(self) -> bool:
        return self.provider == self.BY_HAND

    @property
    def is_test(self) -> bool:
        """No real money moved, whatever else the page says."""
        return self.provider == "test" or self.checkout_name.startswith("cs_test_")

    @property
    def is_from_home(self) -> bool:
        """It began at the customer's home: a link to one of its invoices tells nothing of it."""
        return self.link_id is None and not self.is_by_hand

    @property
    def is_under_way(self) -> bool:
        """A customer is paying online: meanwhile its invoices take no other money."""
        return self.status == self.Status.PENDING and not self.is_by_hand

    @property
    def has_credit(self) -> bool:
        return self.status == self.Status.SUCCEEDED and self.unapplied > 0

    @property
    def has_receipt(self) -> bool:
        return self.status == self.Status.SUCCEEDED

    @property
    def is_voidable(self) -> bool:
        return self.is_by_hand and self.is_refundable and not self.refunded

    @property
    def is_refundable(self) -> bool:
        return self.status == self.Status.SUCCEEDED and self.refunded < self.amount

    def addressee(self) -> Contact | None:
        """Who gets the receipt: who paid, else the customer's first contact."""
        return self.contact or self.customer.contacts.order_by("-is_primary", "name", "pk").first()

    def note_checkout(self, url: str, provider_name: str = "") -> None:
        """Remember the provider's page, for a customer who comes back to it."""
        self.checkout_url, self.checkout_name = url, provider_name
        self.save(update_fields=["checkout_url", "checkout_name"])

    def promise(self, instructions: str, *, now: datetime) -> None:
        """The customer is going to pay within days, as a page of the provider tells them."""
        pending = Payment.objects.filter(pk=self.pk, status=self.Status.PENDING)
        pending.filter(promised_at=None).update(promised_at=now)
        if instructions and pending.update(checkout_url=instructions):
            self.checkout_url = instructions
        self.promised_at = self.promised_at or now

    def ask(self, now: datetime) -> bool:
        """Take the next look at it for one worker; False if another did."""
        mine = Payment.objects.filter(pk=self.pk, asked_at=self.asked_at)
        self.asked_at = now
        return bool(mine.update(asked_at=now))

    @transaction.atomic
    def settle(self, *, provider_id: str, method: str, now: datetime) -> list[Event]:
        """The money arrived: lower the balances and announce it, once whoever says so first.

        A payment given up before may still arrive; it counts all the same.
        """
        Customer.objects.lock(self.customer_id)
        unsettled = Payment.objects.filter(pk=self.pk, settled_at=None)
        if not unsettled.update(status=self.Status.SUCCEEDED, settled_at=now):
            return []
        self.status, self.settled_at = self.Status.SUCCEEDED, now
        self.provider_id, self.method = provider_id, method
        self.number = self.organisation.take_number(Payment)
        self.payment_date = self.organisation.date_of(now)
        self.save(update_fields=["provider_id", "method", "number", "payment_date"])
        Invoice.objects.filter(pending_payment=self.pk).update(pending_payment=None)
        return [self._settle(part, now) for part in self.parts()]

    @transaction.atomic
    def give_up(self, status: Ledger.Status, failure: str = "") -> bool:
        """The money did not arrive: leave the invoices as they were."""
        pending = Payment.objects.filter(pk=self.pk, status=self.Status.PENDING)
        if not pending.update(status=status, failure=failure[:200]):
            return False
        Invoice.objects.filter(pending_payment=self.pk).update(pending_payment=None)
        self.status, self.failure = status, failure[:200]
        return True

    def parts(self) -> "models.QuerySet[Allocation]":
        """What goes to which invoice."""
        return self.allocations.order_by("invoice").select_related(
            "invoice__organisation", "invoice__customer", "invoice__contact"
        )

    def _settle(self, part: Allocation, now: datetime) -> Event:
        paid, invoice = part.amount, part.invoice
        taken = invoice.subtract(paid, now=now)
        if excess := paid - taken:
            self._set(unapplied=self.unapplied + excess)
            part.reduce_to(taken)
        return Event.objects.record(
            EventKind.INVOICE_PAID,
            invoice,
            visitor=None,
            contact=self.contact,
            now=now,
            facts={
                "amount": _plain(paid, self.currency),
                "balance": _plain(invoice.balance, self.currency),
                "method": self.method,
            },
        )


def _plain(amount: Decimal, currency: str) -> str:
    return str(rounded(amount, currency))
