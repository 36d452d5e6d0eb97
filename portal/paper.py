"""A document as it looks on paper, for templates/portal/_paper.html."""

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from .models import Document, LineItem


def paper(document: Document) -> dict[str, Any]:
    """The document with its lines in order and the sums per tax rate."""
    in_order = LineItem.objects.order_by("position", "pk")
    prefetch_related_objects([document], Prefetch("lines", in_order))
    sums = document.expected_totals()
    return {
        "document": document,
        "lines": document.lines.all(),
        "sums": sums,
        "has_reduced_rate": any(tax.is_reduced_rate for tax in sums.taxes),
    }
