"""What every Books page shows around its content."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .access import events_for
from .models import Membership, Organisation

MOST = 99  # unread acts that are worth counting


def books(request: HttpRequest) -> dict[str, Any]:
    """The current organisation and membership, the others to switch to, and what is new."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    organisations = Organisation.objects.of(membership.user)
    return {
        "membership": membership,
        "organisation": membership.organisation,
        "organisations": SimpleLazyObject(lambda: list(organisations)),
        "unread": SimpleLazyObject(lambda: unread_by(membership)),
    }


def unread_by(membership: Membership) -> int:
    """How many acts of customers the member has not been shown; beyond MOST one more."""
    news = events_for(membership).news().since(membership.seen_at)
    return news[: MOST + 1].count()
