"""The visible page tells us that somebody looks at it."""

import logging
from datetime import datetime

from django.db import DatabaseError
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from ... import limits
from ...customer_access import LinkRequest, document_of
from ...models import Visit
from ...robots import is_robot
from .door import by_link

logger = logging.getLogger(__name__)


@require_POST
@by_link
def link_view(request: LinkRequest, token: str) -> HttpResponse:
    if not is_robot(request) and not limits.is_spent("view", request, token):
        limits.count("view", request, token)
        confirm_view(request, timezone.now())
    return HttpResponse(status=204)


def confirm_view(request: LinkRequest, now: datetime) -> None:
    """Note the customer's visit; whatever they came to do goes on even if that fails."""
    link = request.visitor.link
    try:
        Visit.objects.confirm(document_of(link), request.visitor, now=now)
    except DatabaseError:
        logger.exception("Could not note a visit by link %s", link.pk)
