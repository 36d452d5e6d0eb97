"""Which part of a payment goes to which invoice."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import MoneyField
from .invoices import Invoice


class Allocation(models.Model):
    """The part of a payment that goes to one invoice: a plan until the payment has arrived."""

    payment = models.ForeignKey("portal.Payment", models.CASCADE, related_name="allocations")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    amount = MoneyField(_("amount"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "invoice"], name="payment_once_per_invoice"),
            models.CheckConstraint(name="allocation_is_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.invoice}"

    def reduce_to(self, amount: Decimal) -> None:
        """Keep only this much of it."""
        self.amount = amount
        if amount:
            self.save(update_fields=["amount"])
        else:
            self.delete()
