"""The conversation about a document."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from ..events import EventKind
from ..uploads import Upload
from .attachments import Attachment
from .customers import Contact
from .documents import Document
from .events import Event
from .links import Visitor
from .parts import DocumentPart, of_one_document
from .users import User

KINDS = {"estimate": EventKind.ESTIMATE_COMMENTED, "invoice": EventKind.INVOICE_COMMENTED}


class CommentQuerySet(models.QuerySet["Comment"]):
    def shown_to_customers(self) -> Self:
        return self.filter(is_internal=False)

    def in_order(self) -> Self:
        """With everything that a page shows of them; what stands in their files stays away."""
        files = Attachment.objects.without_contents().order_by("pk")
        in_order = self.order_by("created_at", "pk").select_related("contact", "user")
        return in_order.prefetch_related(Prefetch("attachments", files))

    def latest_first(self) -> Self:
        return self.in_order().reverse()

    @transaction.atomic
    def add_from_customer(
        self,
        document: Document,
        visitor: Visitor,
        text: str,
        *,
        key: uuid.UUID,
        now: datetime,
        uploads: Sequence[Upload] = (),
    ) -> "Comment":
        """Keep what the customer wrote and announce it; the same key twice is one comment."""
        comment, is_new = self.get_or_create(
            submission_key=key,
            defaults={
                document.KIND: document,
                "contact": visitor.contact,
                "text": text,
                "created_at": now,
            },
        )
        if is_new:
            comment.keep(uploads)
            facts = {"text": text, "files": len(uploads)}
            Event.objects.record(
                KINDS[document.KIND],
                document,
                visitor=visitor,
                now=now,
                facts={name: fact for name, fact in facts.items() if fact},
            )
        return comment

    @transaction.atomic
    def add_from_staff(
        self,
        document: Document,
        user: User,
        text: str,
        *,
        is_internal: bool,
        key: uuid.UUID,
        now: datetime,
        uploads: Sequence[Upload] = (),
    ) -> tuple["Comment", bool]:
        """Keep a colleague's reply or internal note; the same key twice is one comment."""
        comment, is_new = self.get_or_create(
            submission_key=key,
            defaults={
                document.KIND: document,
                "user": user,
                "text": text,
                "is_internal": is_internal,
                "created_at": now,
            },
        )
        if is_new:
            comment.keep(uploads)
        return comment, is_new


class Comment(DocumentPart):
    """What a customer or a member of staff wrote about a document, as plain text."""

    estimate = models.ForeignKey(
        "portal.Estimate", models.CASCADE, null=True, blank=True, related_name="comments"
    )
    invoice = models.ForeignKey(
        "portal.Invoice", models.CASCADE, null=True, blank=True, related_name="comments"
    )
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="comments")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("comment"), max_length=5000)
    is_internal = models.BooleanField(_("internal"), default=False)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True)
    created_at = models.DateTimeField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            of_one_document("comment"),
            models.CheckConstraint(
                name="customers_comments_are_not_internal",
                condition=Q(contact=None) | Q(is_internal=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.document}"

    @property
    def author(self) -> str:
        return str(self.contact or self.user or "")

    def keep(self, uploads: Sequence[Upload]) -> None:
        """Attach files; call it in the transaction that makes the comment."""
        for upload in uploads:
            self.attachments.create(
                name=upload.name,
                content_type=upload.content_type,
                size=len(upload.content),
                content=upload.content,
            )
