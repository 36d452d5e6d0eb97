"""What staff did to what surrounds a document, such as its links."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .documents import Document
from .fields import MoneyField
from .organisations import Organisation
from .users import User

if TYPE_CHECKING:
    from .payments import Payment


class ActQuerySet(models.QuerySet["Act"]):
    def note(
        self,
        kind: "Act.Kind",
        organisation: Organisation,
        user: User | None,
        *,
        now: datetime,
        document: Document | None = None,
        payment: "Payment | None" = None,
        amount: Decimal | None = None,
        about: str = "",
    ) -> "Act":
        """Write down what somebody did; call it in the transaction that does it."""
        of_document = {document.KIND: document} if document else {}
        return self.create(
            organisation=organisation,
            kind=kind,
            user=user,
            payment=payment,
            amount=amount,
            about=about[:200],
            done_at=now,
            **of_document,
        )

    def latest_first(self) -> Self:
        return self.order_by("-done_at", "-pk")

    def with_people(self) -> Self:
        """Everything a row of the log shows, in the same query."""
        return self.select_related("user", "estimate", "invoice", "organisation", "payment")


class Act(models.Model):
    """One thing that a member of staff did, and whom it concerned."""

    class Kind(models.TextChoices):
        LINK_MADE = "link.made", _("Link made")
        LINK_RESET = "link.reset", _("Link replaced by a new one")
        LINK_REVOKED = "link.revoked", _("Link switched off")
        PAYMENT_RECORDED = "payment.recorded", _("Payment recorded")
        PAYMENT_VOIDED = "payment.voided", _("Payment declared void")
        CREDIT_APPLIED = "credit.applied", _("Credit applied")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="acts")
    estimate = models.ForeignKey(
        "portal.Estimate", models.CASCADE, null=True, blank=True, related_name="acts"
    )
    invoice = models.ForeignKey(
        "portal.Invoice", models.CASCADE, null=True, blank=True, related_name="acts"
    )
    payment = models.ForeignKey(
        "portal.Payment", models.CASCADE, null=True, blank=True, related_name="acts"
    )
    amount = MoneyField(null=True, blank=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    about = models.CharField(max_length=200, blank=True)  # whom or what it concerned
    done_at = models.DateTimeField()

    objects = ActQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="act_concerns_one_document_at_most",
                condition=Q(estimate=None) | Q(invoice=None),
            )
        ]
        indexes = [models.Index(fields=["organisation", "-done_at", "-id"], name="act_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}".strip()

    @property
    def document(self) -> Document | None:
        return self.estimate or self.invoice
