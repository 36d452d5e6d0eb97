"""One box that finds documents, payments and customers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ...access import (
    customers_for,
    estimates_for,
    invoices_for,
    member_of,
    payments_for,
    signed_in,
)
from ...models import Membership
from .pages import words_of

SUGGESTED = 4  # of each kind, below the box
FOUND = 10  # of each kind, on the page


@signed_in
@never_cache
@require_safe
def search(request: HttpRequest, organisation: str) -> HttpResponse:
    """What holds the words, by kind: as a page, or as suggestions while somebody types."""
    membership = member_of(request, organisation)
    words, is_typing = words_of(request), request.GET.get("part") == "suggestions"
    context = {
        "section": "search",
        "words": words,
        "found": _found(membership, words, SUGGESTED if is_typing else FOUND) if words else {},
    }
    template = "_search_suggestions" if is_typing else "search"
    return render(request, f"portal/staff/{template}.html", context)


def _found(membership: Membership, words: str, most: int) -> dict[str, Any]:
    """The newest documents and the first customers, and of which kinds there are more."""
    customers = customers_for(membership).search(words).order_by("name", "pk").with_contacts()
    payments = payments_for(membership).search(words, membership.organisation)
    kinds = {
        "customers": customers,
        "estimates": estimates_for(membership).search(words).latest_first().with_customers(),
        "invoices": invoices_for(membership).search(words).latest_first().with_customers(),
        "payments": payments.latest_first().with_invoices(),
    }
    rows = {kind: list(found[: most + 1]) for kind, found in kinds.items()}
    found = {kind: some[:most] for kind, some in rows.items() if some}
    return found and found | {"more": [kind for kind, some in rows.items() if len(some) > most]}
