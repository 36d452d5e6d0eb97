"""What staff did besides writing documents: links, settings, people, whom they may see."""

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .documents import Document
from .fields import EncryptedTextField, MoneyField
from .organisations import Organisation
from .users import User

if TYPE_CHECKING:
    from .memberships import Membership
    from .payments import Payment

LONGEST = 2000  # letters of a value that the log keeps
HIDDEN = "•••"

# What a field held and holds: its name ("portal.organisation.phone"), "old" and "new".
Difference = dict[str, Any]


def differences(
    before: models.Model | None, after: models.Model, names: Iterable[str]
) -> list[Difference]:
    """How the fields of these names differ; a new row had nothing in them, and secrets stay so."""
    found = []
    for name in names:
        field: Any = after._meta.get_field(name)
        old = _plain(field, field.value_from_object(before)) if before else ""
        new = _plain(field, field.value_from_object(after))
        if isinstance(field, EncryptedTextField) and before:
            is_same = field.value_from_object(before) == field.value_from_object(after)
        else:
            is_same = old == new
        if not is_same:
            found.append({"field": f"{after._meta.label_lower}.{name}", "old": old, "new": new})
    return found


def _plain(field: Any, value: Any) -> Any:
    if isinstance(field, EncryptedTextField):
        return HIDDEN if value else ""
    if isinstance(value, bool | int | list):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)[:LONGEST]


class Readable(json.JSONEncoder):
    """Writes letters as they are, so that a search in the database finds them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


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
        changes: Iterable[Difference] = (),
    ) -> "Act":
        """Write down what somebody did; call it in the transaction that does it."""
        of_document = {document.KIND: document} if document else {}
        return self.create(
            organisation=organisation,
            kind=kind,
            user=user,
            payment=payment,
            amount=amount,
            user_name=str(user or ""),
            about=about[:200],
            changes=list(changes),
            done_at=now,
            **of_document,
        )

    def note_by(self, by: "Membership", kind: "Act.Kind", *, now: datetime, **about: Any) -> "Act":
        """Write down what a member did in their organisation."""
        return self.note(kind, by.organisation, by.user, now=now, **about)

    def latest_first(self) -> Self:
        return self.order_by("-done_at", "-pk")

    def search(self, words: str) -> Self:
        """Those whose author, subject or values hold the words."""
        return self.filter(
            Q(user_name__icontains=words)
            | Q(about__icontains=words)
            | Q(changes__icontains=words)
            | Q(estimate__number__icontains=words)
            | Q(invoice__number__icontains=words)
        )

    def authors(self) -> list[str]:
        """The names of all who did something, also of those who are gone."""
        names = self.exclude(user_name="").order_by("user_name")
        return list(names.values_list("user_name", flat=True).distinct())

    def with_people(self) -> Self:
        """Everything a row of the log shows, in the same query."""
        return self.select_related(
            "user", "estimate__organisation", "invoice__organisation", "payment"
        )


class Act(models.Model):
    """One thing that a member of staff did, and whom it concerned."""

    class Kind(models.TextChoices):
        LINK_MADE = "link.made", _("Link made")
        LINK_RESET = "link.reset", _("Link replaced by a new one")
        LINK_REVOKED = "link.revoked", _("Link switched off")
        PAYMENT_RECORDED = "payment.recorded", _("Payment recorded")
        PAYMENT_VOIDED = "payment.voided", _("Payment declared void")
        PAYMENT_REFUNDED = "payment.refunded", _("Refund recorded")
        CREDIT_APPLIED = "credit.applied", _("Credit applied")
        PROFILE_CHANGED = "profile.changed", _("Organisation profile changed")
        PAPER_CHANGED = "paper.changed", _("Settings of estimates and invoices changed")
        TERMS_CHANGED = "terms.changed", _("Notes and terms changed")
        PORTAL_CHANGED = "portal.changed", _("Portal preferences changed")
        ONLINE_PAYMENTS_CHANGED = "online.changed", _("Online payments changed")
        ONLINE_PAYMENTS_REMOVED = "online.removed", _("Keys of online payments removed")
        SECURITY_CHANGED = "security.changed", _("Security settings changed")
        LOGO_CHANGED = "logo.changed", _("Logo changed")
        LOGO_REMOVED = "logo.removed", _("Logo removed")
        TAX_ADDED = "tax.added", _("Tax added")
        TAX_CHANGED = "tax.changed", _("Tax changed")
        TAX_DELETED = "tax.deleted", _("Tax deleted")
        LETTER_CHANGED = "letter.changed", _("E-mail text changed")
        LETTER_RESTORED = "letter.restored", _("Standard e-mail text restored")
        MEMBER_INVITED = "member.invited", _("Somebody invited")
        INVITATION_WITHDRAWN = "member.withdrawn", _("Invitation withdrawn")
        MEMBER_JOINED = "member.joined", _("Invitation accepted")
        ROLE_CHANGED = "member.role", _("Role changed")
        MEMBER_REMOVED = "member.removed", _("Member removed")
        INTEGRATION_CONNECTED = "integration.connected", _("Integration connected")
        INTEGRATION_CHANGED = "integration.changed", _("Integration changed")
        INTEGRATION_DISCONNECTED = "integration.disconnected", _("Integration disconnected")
        DOCUMENT_DELETED = "document.deleted", _("Draft deleted")
        CUSTOMER_DELETED = "customer.deleted", _("Customer deleted")
        CONTACT_EXPORTED = "contact.exported", _("Contact's data exported")
        CONTACT_ERASED = "contact.erased", _("Contact erased")
        CUSTOMER_ASSIGNED = "customer.assigned", _("Customer assigned")
        CUSTOMER_UNASSIGNED = "customer.unassigned", _("Customer no longer assigned")

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
    user_name = models.CharField(max_length=254, blank=True)  # readable after the user is gone
    kind = models.CharField(_("kind"), max_length=32, choices=Kind.choices)
    about = models.CharField(max_length=200, blank=True)  # whom or what it concerned
    changes = models.JSONField(default=list, blank=True, encoder=Readable)  # Differences
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
