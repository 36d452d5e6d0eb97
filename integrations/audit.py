"""What admins did to the connection, for the organisation's audit log."""

from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from portal.access import MemberRequest
from portal.models import Act, differences

from .models import Connection

AUDITED = (
    "chat_bar_enabled",
    "notifications_enabled",
    "channel",
    "muted_kinds",
    "views",
    "view_hours",
)


def note(
    request: HttpRequest, connection: Connection, kind: Act.Kind = Act.Kind.INTEGRATION_CHANGED
) -> None:
    """Write down what is about to be saved, under the name of who asks.

    Call it in the transaction that saves it; nothing is noted if nothing changed.
    """
    by = cast(MemberRequest, request).membership
    before = Connection.objects.filter(pk=connection.pk).first()
    changes = differences(before, connection, AUDITED)
    if changes or kind != Act.Kind.INTEGRATION_CHANGED:
        Act.objects.note_by(by, kind, now=timezone.now(), about="Zoho Cliq", changes=changes)
