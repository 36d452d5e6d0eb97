"""Rows that belong to a document."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from .documents import Document

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


def of_one_document(name: str) -> models.CheckConstraint:
    """The promise that a row belongs to an estimate or to an invoice, not to both or neither."""
    return models.CheckConstraint(
        name=f"{name}_belongs_to_one_document",
        condition=Q(estimate__isnull=True) ^ Q(invoice__isnull=True),
    )


class DocumentPart(models.Model):
    """A row that belongs to an estimate or to an invoice."""

    estimate = models.ForeignKey("portal.Estimate", models.CASCADE, null=True, blank=True)
    invoice = models.ForeignKey("portal.Invoice", models.CASCADE, null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def document(self) -> "Document":
        document = self.estimate or self.invoice
        if document is None:
            raise ValueError("A part without its document.")
        return document
