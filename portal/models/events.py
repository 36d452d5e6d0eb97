"""What customers did: recorded once, announced once, never changed."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, cast

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from ..events import EventKind, Facts, event_recorded
from ..money import rounded
from .customers import Contact, Customer
from .documents import Document
from .links import Link, Visitor
from .organisations import Organisation
from .parts import DocumentPart, of_one_document

# Crockford's base 32: read aloud and typed without mistakes.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NEWS = models.Q(facts__is_repeat__isnull=True)


def new_reference() -> str:
    """Ten characters that nobody guesses (50 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


class EventQuerySet(models.QuerySet["Event"]):
    @transaction.atomic
    def record(
        self,
        kind: EventKind,
        document: Document,
        *,
        visitor: Visitor | None,
        now: datetime,
        facts: dict[str, Any] | None = None,
        contact: Contact | None = None,
    ) -> "Event":
        """Save what a customer did and announce it, in one transaction."""
        who = visitor.contact if visitor else contact or document.contact
        known = _facts_of(document, who)
        if visitor and visitor.is_shared:
            known["is_shared"] = True
        event = self.create(
            organisation=document.organisation,
            kind=kind,
            contact=who,
            link=visitor.link if visitor else None,
            occurred_at=now,
            facts={**known, **(facts or {})},
            **{document.KIND: document},
        )
        event_recorded.send_robust(sender=Event, event=event)
        return event

    def of_customer(self, customer: Customer) -> Self:
        return self.filter(contact__customer=customer)

    def news(self) -> Self:
        """Those worth telling: a customer who looks again says nothing new."""
        return self.filter(NEWS)

    def since(self, moment: datetime) -> Self:
        return self.filter(occurred_at__gt=moment)

    def untold(self) -> Self:
        """Those of which no e-mail was considered yet, the first one first.

        By state, never by a mark: what commits last need not have the latest time or number.
        """
        return self.filter(told_at=None).order_by("occurred_at", "pk")

    def latest_first(self) -> Self:
        return self.order_by("-occurred_at", "-pk")

    def with_documents(self) -> Self:
        """Everything a row of a history shows, in the same query."""
        return self.select_related(
            "contact", "organisation", "estimate__organisation", "invoice__organisation"
        )


def _facts_of(document: Document, contact: Contact) -> Facts:
    facts = Facts(
        document=cast(Any, document.KIND),
        number=document.number,
        company=document.customer.name,
        contact=contact.name,
        currency=document.currency,
        total=str(rounded(document.total, document.currency)),
    )
    if document.until:
        facts["until"] = document.until.isoformat()
    return facts


class Event(DocumentPart):
    """One act of a customer, with the facts as they were."""

    estimate = models.ForeignKey(
        "portal.Estimate", models.CASCADE, null=True, blank=True, related_name="events"
    )
    invoice = models.ForeignKey(
        "portal.Invoice", models.CASCADE, null=True, blank=True, related_name="events"
    )
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=24, choices=EventKind.choices)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="events")
    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="+")
    reference = models.CharField(max_length=10, unique=True, default=new_reference)
    facts = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # colleagues' e-mails about it were written

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [of_one_document("event")]
        indexes = [
            models.Index(fields=["organisation", "-occurred_at", "-id"], name="event_newest"),
            models.Index(
                fields=["occurred_at"], condition=models.Q(told_at=None), name="event_untold"
            ),
            models.Index(
                fields=["organisation", "-occurred_at", "-id"],
                condition=NEWS,
                name="event_news",
            ),
        ]

    if TYPE_CHECKING:
        facts: Facts  # type: ignore[no-redef]

    def __str__(self) -> str:
        return f"{self.kind} {self.facts['number']}"

    @property
    def is_repeat(self) -> bool:
        """A view after the first one of its revision."""
        return bool(self.facts.get("is_repeat"))

    def note_told(self, now: datetime) -> bool:
        """Claim writing the e-mails about it, in the transaction that does; False if done."""
        return bool(Event.objects.filter(pk=self.pk, told_at=None).update(told_at=now))
