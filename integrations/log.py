"""What became of every event, for admins to look up as long as it is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.models import Event

from .models import Attempt, Connection, Delivery

BATCH = 500  # rows forgotten in one transaction: nobody waits long for it


class State(models.TextChoices):
    """What became of an event, as the log calls it."""

    WAITING = "pending", _("Waiting")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Perhaps sent")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Not sent")
    NOT_CONNECTED = "not_connected", _("Not connected")


TONES = {
    State.WAITING: "info",
    State.SENT: "ok",
    State.UNCERTAIN: "warn",
    State.FAILED: "bad",
    State.SKIPPED: "",
    State.NOT_CONNECTED: "",
}
OTHER_REASONS = set(Delivery.Reason) - {Delivery.Reason.NOT_CONNECTED}
LOST = _("An error of our own kept it from being queued")


@dataclass(frozen=True)
class Entry:
    """One event with its delivery, if it has any."""

    event: Event
    delivery: Delivery | None
    connection: Connection

    @classmethod
    def of(cls, event: Event, connection: Connection) -> Self:
        return cls(event, next(iter(event.deliveries.all()), None), connection)

    @property
    def state(self) -> State:
        if self.delivery is None:
            return State.SKIPPED if self._is_lost else State.NOT_CONNECTED
        if self.delivery.reason == Delivery.Reason.NOT_CONNECTED:
            return State.NOT_CONNECTED
        return State(self.delivery.status)

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def why(self) -> str:
        """Why it is in this state, or where it was sent."""
        delivery = self.delivery
        if delivery is None:
            return str(LOST if self._is_lost else Delivery.Reason.NOT_CONNECTED.label)
        if delivery.reason:
            return delivery.get_reason_display()
        return delivery.error or delivery.channel

    @property
    def was_tried(self) -> bool:
        return self.state in (State.FAILED, State.UNCERTAIN)

    @property
    def may_be_sent(self) -> bool:
        is_over = self.delivery is None or self.delivery.status in Delivery.Status.over_unsent()
        return is_over and self.connection.is_notifying

    @property
    def _is_lost(self) -> bool:
        """Nothing was queued though Cliq was connected: only a bug of ours can do that."""
        connected_at = _connected_at(self.connection)
        return connected_at is not None and self.event.occurred_at > connected_at


def kept_since(now: datetime) -> datetime:
    """What is older has been forgotten, or will be within a day."""
    # Never less than a day: the budget counts the attempts of the last minute.
    return now - timedelta(days=max(settings.DELIVERY_LOG_DAYS, 1))


def events_of(
    connection: Connection, *, since: datetime, state: str = "", kind: str = "", words: str = ""
) -> QuerySet[Event]:
    """The organisation's events newest first, narrowed to what the reader asks for."""
    events = Event.objects.filter(organisation=connection.organisation_id).latest_first()
    if kind:
        events = events.filter(kind=kind)
    if words:
        events = events.filter(
            Q(facts__number__icontains=words)
            | Q(facts__company__icontains=words)
            | Q(facts__contact__icontains=words)
        )
    return _in_state(events, connection, state, since)


def with_deliveries(events: QuerySet[Event]) -> QuerySet[Event]:
    """Everything that entries show, in two more queries."""
    return events.prefetch_related(Prefetch("deliveries", Delivery.objects.with_attempts()))


def _in_state(
    events: QuerySet[Event], connection: Connection, state: str, since: datetime
) -> QuerySet[Event]:
    if not state:
        return events.filter(occurred_at__gte=since)
    rule = Q(deliveries__connection=connection.pk, deliveries__status=state)
    unqueued = Q(deliveries__isnull=True, occurred_at__gte=since)
    connected_at = _connected_at(connection)
    if state == State.NOT_CONNECTED:
        rule = Q(deliveries__reason=Delivery.Reason.NOT_CONNECTED)
        rule |= unqueued & Q(occurred_at__lte=connected_at) if connected_at else unqueued
    elif state == State.SKIPPED:
        rule &= Q(deliveries__reason__in=OTHER_REASONS)
        rule |= unqueued & Q(occurred_at__gt=connected_at) if connected_at else Q()
    return events.filter(rule)


def _connected_at(connection: Connection) -> datetime | None:
    """From when on every event has its delivery."""
    return connection.connected_at if connection.is_connected else None


def prune(now: datetime) -> int:
    """Forget deliveries that are over and the attempts that carry none any more; how many rows.

    The events stay: they are the documents' history. What still waits stays as well.
    """
    before = kept_since(now)
    deliveries = Delivery.objects.over_before(before)
    return _forget(deliveries) + _forget(Attempt.objects.idle_before(before))


def _forget(rows: QuerySet[Any]) -> int:
    forgotten = 0
    while batch := _forget_some(rows):
        forgotten += batch
    return forgotten


@transaction.atomic
def _forget_some(rows: QuerySet[Any]) -> int:
    # Locked, because somebody may be sending one of them again.
    pks = list(rows.select_for_update().values_list("pk", flat=True)[:BATCH])
    rows.model._default_manager.filter(pk__in=pks).delete()
    return len(pks)
