"""Files that came with comments."""

from typing import Self

from django.db import models

from ..uploads import LONGEST_NAME
from .documents import Document


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def at(self, document: Document) -> Self:
        """Those in the conversation about the document."""
        return self.filter(**{f"comment__{document.KIND}": document})

    def shown_to_customers(self) -> Self:
        return self.filter(comment__is_internal=False)

    def without_contents(self) -> Self:
        return self.defer("content")


class Attachment(models.Model):
    """One file; whose it is, and where it shows, follows from its comment."""

    comment = models.ForeignKey("portal.Comment", models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=LONGEST_NAME)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    objects = AttachmentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
