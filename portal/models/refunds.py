"""Refunds: money that went back to a customer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import MoneyField
from .invoices import Invoice
from .users import User


class Refund(models.Model):
    """A part of a payment, given back: of an invoice that it paid, or of the credit it left."""

    payment = models.ForeignKey("portal.Payment", models.CASCADE, related_name="refunds")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="refunds")
    amount = MoneyField(_("amount"))
    method = models.CharField(_("method"), max_length=40)
    refund_date = models.DateField(_("date"))
    reference_number = models.CharField(_("reference"), max_length=60, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    refunded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="refund_is_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} back from {self.payment_id}"
