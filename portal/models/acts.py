"""What staff did besides writing documents: links, settings, people, whom they may see."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .documents import Document
from .organisations import Organisation
from .users import User


class ActQuerySet(models.QuerySet["Act"]):
    def note(
        self,
        kind: "Act.Kind",
        organisation: Organisation,
        user: User | None,
        *,
        now: datetime,
        document: Document | None = None,
        about: str = "",
    ) -> "Act":
        """Write down what somebody did; call it in the transaction that does it."""
        of_document = {document.KIND: document} if document else {}
        return self.create(
            organisation=organisation,
            kind=kind,
            user=user,
            user_name=str(user or ""),
            about=about[:200],
            done_at=now,
            **of_document,
        )

    def latest_first(self) -> Self:
        return self.order_by("-done_at", "-pk")

    def with_people(self) -> Self:
        """Everything a row of the log shows, in the same query."""
        return self.select_related("user", "estimate", "invoice", "organisation")


class Act(models.Model):
    """One thing that a member of staff did, and whom it concerned."""

    class Kind(models.TextChoices):
        LINK_MADE = "link.made", _("Link made")
        LINK_RESET = "link.reset", _("Link replaced by a new one")
        LINK_REVOKED = "link.revoked", _("Link switched off")
        CUSTOMER_ASSIGNED = "customer.assigned", _("Customer assigned")
        CUSTOMER_UNASSIGNED = "customer.unassigned", _("Customer no longer assigned")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="acts")
    estimate = models.ForeignKey(
        "portal.Estimate", models.CASCADE, null=True, blank=True, related_name="acts"
    )
    invoice = models.ForeignKey(
        "portal.Invoice", models.CASCADE, null=True, blank=True, related_name="acts"
    )
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    user_name = models.CharField(max_length=254, blank=True)  # readable after the user is gone
    kind = models.CharField(_("kind"), max_length=32, choices=Kind.choices)
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
