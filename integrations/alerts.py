"""Admins learn by e-mail that posting stopped or is late, and that it works again: once each."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.mail import staff_email
from portal.models import User

from .models import Connection, Delivery


def tell_admins(now: datetime) -> int:
    """Write what changed to each connection's admins; how many connections that were."""
    late = Delivery.objects.late(now - Connection.LATE).values("connection")
    Connection.objects.note_delays(late, now)
    return sum(_tell(connection, now) for connection in Connection.objects.untold())


@transaction.atomic
def _tell(connection: Connection, now: datetime) -> bool:
    if not connection.note_told():
        return False
    admins = connection.organisation.memberships.admins().select_related("user").order_by("pk")
    for membership in admins:
        _write(connection, membership.user, now)
    return True


def _write(connection: Connection, user: User, now: datetime) -> None:
    organisation = connection.organisation
    context = {
        "connection": connection,
        "waiting": Delivery.objects.pending().filter(connection=connection).count(),
        "url": settings.SITE_URL + reverse("integrations:cliq", args=[organisation.slug]),
    }
    with translation.override(user.language):
        subjects = {
            Connection.Health.OK: _("Zoho Cliq works again for %(organisation)s"),
            Connection.Health.DELAYED: _("Messages of %(organisation)s reach Zoho Cliq late"),
        }
        broken = _("Messages of %(organisation)s no longer reach Zoho Cliq")
        subject = subjects.get(Connection.Health(connection.condition), broken)
        staff_email(
            user,
            organisation,
            template="integrations/cliq_health",
            context=context,
            subject=subject % {"organisation": organisation.name},
            now=now,
        )
