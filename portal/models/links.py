"""Links that open one document for one contact, and the visits made through them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, Max, Q
from django.urls import reverse

from .customers import Contact
from .documents import Document
from .fields import EncryptedTextField
from .organisations import hashed
from .parts import DocumentPart, of_one_document

# Renewing notes the end of a link whose time had passed already; anything sooner was somebody.
REVOKED_BY_HAND = Q(revoked_at__lt=F("expires_at"))


class LinkQuerySet(models.QuerySet["Link"]):
    def live(self, now: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=now)

    def to_invoice_of(self, estimate: Document, contact: Contact, now: datetime) -> "Link | None":
        """The live link that the contact got to what the estimate became, once it was sent."""
        standing = ~Q(invoice__status__in=["draft", "void"])
        mine = self.live(now).filter(standing, invoice__estimate=estimate, contact=contact)
        return mine.select_related("invoice__organisation").order_by("-invoice_id").first()

    def with_visits(self) -> Self:
        """How often, how lately and from how many browsers each was opened."""
        return self.select_related("contact").annotate(
            opened=Count("visits"),
            browsers=Count("visits__browser", distinct=True),
            last_opened_at=Max("visits__last_seen_at"),
        )

    def for_token(self, token: str, now: datetime) -> Self:
        """The live link that the token opens; never that of what was not sent yet."""
        drafts = Q(estimate__status="draft") | Q(invoice__status="draft")
        drafts |= Q(invoice__status="void", invoice__sent_at=None)
        return (
            self.live(now)
            .exclude(drafts)
            .filter(token_hash=hashed(token))
            .select_related(
                "contact",
                "estimate__organisation",
                "estimate__customer",
                "invoice__organisation",
                "invoice__customer",
            )
        )

    def outlived(self, token_hash: str, now: datetime) -> "Link | None":
        """The link of this hash, if time alone ended it: what staff switched off stays off."""
        by_time = self.exclude(REVOKED_BY_HAND).filter(expires_at__lte=now)
        link = by_time.filter(token_hash=token_hash).select_related("contact").first()
        if link is None or link.document.is_draft:
            return None
        # Whoever lost a newer link by hand gets none for an older one.
        of_contact = self.filter(contact=link.contact, **{link.document.KIND: link.document})
        newest = of_contact.order_by("-pk")[:1]
        return None if self.filter(REVOKED_BY_HAND, pk__in=newest.values("pk")).exists() else link

    @transaction.atomic
    def renew(self, document: Document, contact: Contact, *, now: datetime) -> "Link":
        """The contact's link to the document, good for the organisation's full time again.

        The address stays the same while the link lives; after its end a new one is made.
        """
        expires_at = now + timedelta(days=document.organisation.link_days)
        # Whoever comes second waits here, and finds the first one's link below.
        document.__class__._default_manager.select_for_update().get(pk=document.pk)
        of_contact = self.filter(contact=contact, revoked_at=None, **{document.KIND: document})
        of_contact.filter(expires_at__lte=now).update(revoked_at=now)
        if of_contact.update(expires_at=expires_at):
            return of_contact.get()
        token = secrets.token_urlsafe(32)
        return self.create(
            contact=contact,
            token=token,
            token_hash=hashed(token),
            created_at=now,
            expires_at=expires_at,
            **{document.KIND: document},
        )


class Link(DocumentPart):
    """An address that opens one document for one contact.

    The token has 256 random bits. Its hash finds the row; the encrypted copy lets staff
    copy the same address again.
    """

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    token = EncryptedTextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        default_related_name = "links"
        constraints = [
            of_one_document("link"),
            models.UniqueConstraint(
                fields=["contact", "estimate"],
                condition=Q(revoked_at=None),
                name="contact_has_one_link_per_estimate",
            ),
            models.UniqueConstraint(
                fields=["contact", "invoice"],
                condition=Q(revoked_at=None),
                name="contact_has_one_link_per_invoice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} for {self.contact}"

    def is_live(self, now: datetime) -> bool:
        """Whether it opens the document."""
        return self.revoked_at is None and self.expires_at > now

    def revoke(self, *, now: datetime) -> bool:
        """Switch it off at once; False if it was off already."""
        mine = Link.objects.filter(pk=self.pk, revoked_at=None)
        self.revoked_at = self.revoked_at or now
        return bool(mine.update(revoked_at=now))

    @property
    def url(self) -> str:
        """The whole address, for e-mails and *Copy link*."""
        return settings.SITE_URL + reverse("portal:link", args=[self.token])


@dataclass(frozen=True)
class Visitor:
    """Who acts in the portal: a contact's link, and what we can tell of the browser."""

    link: Link
    browser: str = ""  # a random name that the browser keeps; never shown
    is_shared: bool = False  # another browser than the one that first came by this link
    ip_address: str | None = None
    user_agent: str = ""

    @property
    def contact(self) -> Contact:
        return self.link.contact
