"""What every Books page shows around its content."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import Organisation


def books(request: HttpRequest) -> dict[str, Any]:
    """The current organisation and membership, and the others to switch to."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    organisations = Organisation.objects.of(membership.user)
    return {
        "membership": membership,
        "organisation": membership.organisation,
        "organisations": SimpleLazyObject(lambda: list(organisations)),
    }
