"""Visits: what was looked at, confirmed by the visible page."""

from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..events import EventKind
from .customers import Contact
from .documents import Document
from .events import Event
from .links import Link, Visitor
from .parts import DocumentPart, of_one_document

KINDS = {"estimate": EventKind.ESTIMATE_VIEWED, "invoice": EventKind.INVOICE_VIEWED}
WITH_ADDRESS = ~Q(ip_address=None, user_agent="")


class VisitQuerySet(models.QuerySet["Visit"]):
    @transaction.atomic
    def confirm(self, document: Document, visitor: Visitor, *, now: datetime) -> "Visit":
        """Note that the customer looks at the document; coming back soon is the same visit."""
        document.note_view(now)
        if visit := self._current(document, visitor, now):
            visit.last_seen_at = now
            visit.save(update_fields=["last_seen_at"])
            return visit
        return self._begin(document, visitor, now)

    def _current(self, document: Document, visitor: Visitor, now: datetime) -> "Visit | None":
        visits = self.filter(
            link=visitor.link,
            browser=visitor.browser,
            revision=document.revision,
            last_seen_at__gt=now - Visit.WINDOW,
        )
        return visits.order_by("-pk").first()

    def _begin(self, document: Document, visitor: Visitor, now: datetime) -> "Visit":
        visit = Visit(
            link=visitor.link,
            contact=visitor.contact,
            revision=document.revision,
            is_first=True,
            is_shared=visitor.is_shared,
            browser=visitor.browser,
            ip_address=visitor.ip_address,
            user_agent=visitor.user_agent,
            started_at=now,
            last_seen_at=now,
            **{document.KIND: document},
        )
        try:
            with transaction.atomic():  # The database decides who was first.
                visit.save()
        except IntegrityError:
            if current := self._current(document, visitor, now):
                return current
            visit.is_first = False
            visit.save()
        facts = {} if visit.is_first else {"is_repeat": True}
        Event.objects.record(KINDS[document.KIND], document, visitor=visitor, now=now, facts=facts)
        return visit

    def forget_addresses(self, before: datetime) -> int:
        """Where somebody sat long ago is nobody's business; that they looked stays."""
        old = self.filter(WITH_ADDRESS, last_seen_at__lt=before)
        return old.update(ip_address=None, user_agent="")


class Visit(DocumentPart):
    """One person's stay at a document, confirmed by the visible page."""

    WINDOW = timedelta(minutes=30)  # coming back within it is the same visit

    estimate = models.ForeignKey(
        "portal.Estimate", models.CASCADE, null=True, blank=True, related_name="visits"
    )
    invoice = models.ForeignKey(
        "portal.Invoice", models.CASCADE, null=True, blank=True, related_name="visits"
    )
    link = models.ForeignKey(Link, models.CASCADE, related_name="visits")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="visits")
    revision = models.PositiveSmallIntegerField()
    is_first = models.BooleanField(_("first of this revision"), default=False)
    is_shared = models.BooleanField(_("from another browser"), default=False)
    browser = models.CharField(max_length=64, blank=True)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    objects = VisitQuerySet.as_manager()

    class Meta:
        constraints = [
            of_one_document("visit"),
            models.UniqueConstraint(
                fields=["contact", "estimate", "revision"],
                condition=Q(is_first=True, invoice=None),
                name="first_visit_once_per_estimate_revision",
            ),
            models.UniqueConstraint(
                fields=["contact", "invoice", "revision"],
                condition=Q(is_first=True, estimate=None),
                name="first_visit_once_per_invoice_revision",
            ),
        ]
        indexes = [
            models.Index(
                fields=["last_seen_at"], condition=WITH_ADDRESS, name="visit_with_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} at {self.document}"
