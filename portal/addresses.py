"""Where staff find things."""

from django.urls import reverse

from .models import Document


def of_document(document: Document, page: str = "detail") -> str:
    """The address of one of a document's staff pages, such as detail, send, pdf or preview."""
    slug = document.organisation.slug
    return reverse(f"portal:{document.KIND}-{page}", args=[slug, document.number])


def of_step(document: Document, step: str) -> str:
    """The address that takes one step of a document's life."""
    slug = document.organisation.slug
    return reverse(f"portal:{document.KIND}-step", args=[slug, document.number, step])
