"""What stands on a document line by line, and the tax rates to choose from."""

from decimal import Decimal
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..money import HUNDRED, ZERO, rounded
from .fields import MoneyField
from .organisations import Organisation
from .parts import PERCENT, DocumentPart, of_one_document


class TaxRateQuerySet(models.QuerySet["TaxRate"]):
    def in_order(self) -> Self:
        """The default first, then by percentage."""
        return self.order_by("-is_default", "-percent", "name")


class TaxRate(models.Model):
    """A rate that the organisation charges."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="tax_rates")
    name = models.CharField(_("name"), max_length=60)
    percent = models.DecimalField(_("percent"), max_digits=6, decimal_places=3, validators=PERCENT)
    is_reduced_rate = models.BooleanField(_("reduced rate (marked ※)"), default=False)
    is_default = models.BooleanField(_("new items begin with it"), default=False)

    objects = TaxRateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="tax_rate_name_is_unique"
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(is_default=True),
                name="organisation_has_one_default_tax",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def make_default(self) -> None:
        """Let new items begin with it, and with no other."""
        # Of two admins the second waits here.
        Organisation.objects.select_for_update().get(pk=self.organisation_id)
        rates = TaxRate.objects.filter(organisation=self.organisation_id)
        rates.exclude(pk=self.pk).update(is_default=False)
        self.is_default = bool(rates.filter(pk=self.pk).update(is_default=True))


class LineItem(DocumentPart):
    """One line of a document; its tax rate is copied, for later changes must not rewrite it."""

    estimate = models.ForeignKey(
        "portal.Estimate", models.CASCADE, null=True, blank=True, related_name="lines"
    )
    invoice = models.ForeignKey(
        "portal.Invoice", models.CASCADE, null=True, blank=True, related_name="lines"
    )
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(_("item"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=1)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    rate = MoneyField(_("rate"))
    discount_percent = models.DecimalField(
        _("discount in percent"), max_digits=5, decimal_places=2, default=ZERO, validators=PERCENT
    )
    tax_name = models.CharField(_("tax"), max_length=60, blank=True)
    tax_percent = models.DecimalField(
        _("tax in percent"), max_digits=6, decimal_places=3, default=ZERO, validators=PERCENT
    )
    is_reduced_rate = models.BooleanField(default=False)

    class Meta:
        constraints = [of_one_document("line_item")]

    def __str__(self) -> str:
        return self.name

    def copied(self) -> "LineItem":
        """The same line, unsaved and of no document yet."""
        kept = {"id", "estimate", "invoice"}
        names = [field.name for field in self._meta.concrete_fields if field.name not in kept]
        return LineItem(**{name: getattr(self, name) for name in names})

    @property
    def amount(self) -> Decimal:
        """Quantity times rate, less the line's discount, in the currency's smallest unit."""
        share = (HUNDRED - self.discount_percent) / HUNDRED
        return rounded(self.quantity * self.rate * share, self.document.currency)
