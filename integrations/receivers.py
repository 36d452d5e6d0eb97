"""What makes us want to say something in Cliq: the portal's events become deliveries."""

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from portal.events import event_recorded, membership_ended
from portal.models import Event, Organisation, User

from . import tasks
from .models import Connection, Delivery, Grant


@receiver(event_recorded)
@transaction.atomic  # A failure here must not poison the customer's transaction.
def queue_deliveries(event: Event, **kwargs: object) -> None:
    """Add the event's delivery to its organisation's connection, and wake its lane on commit."""
    connections = Connection.objects.as_recipients().filter(organisation=event.organisation_id)
    for connection in connections:
        delivery = Delivery.objects.queue(event, connection)
        if delivery.status == Delivery.Status.PENDING and connection.grant:
            tasks.wake_on_commit(connection.grant.account_id)


@receiver(membership_ended)
@transaction.atomic
def end_grant(organisation: Organisation, user: User, **kwargs: object) -> None:
    """What the user let us do in Cliq for the organisation ends with their membership."""
    for grant in Grant.objects.of(user, organisation):
        now = timezone.now()
        for connection in grant.connections.all():
            connection.lose_account(now)
        grant.end(Grant.Status.DEAD, "the membership ended", now)
        tasks.forget_on_commit(grant.pk)
