"""An organisation's own account at Stripe."""

import logging
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from .customers import Customer
from .fields import EncryptedTextField, Undecryptable
from .organisations import Organisation
from .payments import new_payment_reference

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

logger = logging.getLogger(__name__)


class StripeAccountQuerySet(models.QuerySet["StripeAccount"]):
    def of(self, organisation: Organisation) -> "StripeAccount | None":
        """The organisation's account; secrets that no key of ours opens are empty."""
        mine = self.filter(organisation=organisation).select_related("organisation")
        try:
            return mine.first()
        except Undecryptable:
            logger.exception("No key opens the Stripe keys of organisation %s", organisation.pk)
            account = mine.defer("secret_key", "webhook_secret").get()
            account.secret_key = account.webhook_secret = ""
            return account


class StripeAccount(models.Model):
    """Keys that an admin entered, and which ways to pay the organisation offers with them."""

    # What Stripe takes at convenience stores, in yen.
    KONBINI_LIMITS = (Decimal(120), Decimal(300_000))

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="stripe_account")
    reference = models.CharField(max_length=24, unique=True, default=new_payment_reference)
    publishable_key = models.CharField(_("publishable key"), max_length=255)
    secret_key = EncryptedTextField(_("secret key"))
    webhook_secret = EncryptedTextField(_("webhook signing secret"), blank=True)
    is_enabled = models.BooleanField(_("take payments online"), default=True)
    takes_cards = models.BooleanField(_("card"), default=True)
    takes_konbini = models.BooleanField(_("convenience store"), default=False)
    takes_bank_transfers = models.BooleanField(_("bank transfer"), default=False)
    heard_at = models.DateTimeField(null=True, blank=True)  # when a webhook came last

    objects = StripeAccountQuerySet.as_manager()

    if TYPE_CHECKING:
        customers: RelatedManager["StripeCustomer"]

    def __str__(self) -> str:
        return f"{self.organisation} at Stripe"

    @property
    def is_usable(self) -> bool:
        """Customers can start to pay with it."""
        return self.is_enabled and bool(self.secret_key)

    @property
    def is_test(self) -> bool:
        """The keys move no real money."""
        return "_test_" in self.secret_key

    def methods_for(self, amount: Decimal, currency: str) -> list[str]:
        """The ways to pay an amount, by Stripe's names; some are for yen only."""
        least, most = self.KONBINI_LIMITS
        is_yen = currency == "JPY"
        offered = {
            "card": self.takes_cards,
            "konbini": self.takes_konbini and is_yen and least <= amount <= most,
            "customer_balance": self.takes_bank_transfers and is_yen,
        }
        return [method for method, is_offered in offered.items() if is_offered]

    def heard(self, now: datetime) -> None:
        """A webhook with the right signature came."""
        StripeAccount.objects.filter(pk=self.pk).update(heard_at=now)


class StripeCustomer(models.Model):
    """A customer as Stripe knows them: bank transfers need an account number of their own."""

    account = models.ForeignKey(StripeAccount, models.CASCADE, related_name="customers")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    stripe_id = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "customer"], name="customer_once_per_stripe_account"
            )
        ]

    def __str__(self) -> str:
        return self.stripe_id
