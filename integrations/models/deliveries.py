"""What must reach Cliq, and what became of it."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from portal.models import Event

from .attempts import Attempt
from .connections import Connection
from .grants import Account, Grant


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def queue(self, event: Event, connection: Connection) -> "Delivery":
        """The event's delivery to the connection, waiting or skipped with its reason."""
        reason = self._why_not(event, connection)
        status = Delivery.Status.SKIPPED if reason else Delivery.Status.PENDING
        return self.create(
            event=event,
            connection=connection,
            status=status,
            reason=reason,
            queued_at=event.occurred_at,
        )

    def _why_not(self, event: Event, connection: Connection) -> str:
        if not connection.is_connected:
            return Delivery.Reason.NOT_CONNECTED
        if not connection.notifications_enabled:
            return Delivery.Reason.NOTIFICATIONS_OFF
        if not connection.wants(event.kind):
            return Delivery.Reason.KIND_OFF
        if event.is_repeat and not self._is_posted_again(event, connection):
            return Delivery.Reason.REPEATED_VIEW
        return ""

    def _is_posted_again(self, event: Event, connection: Connection) -> bool:
        """Whether a repeated view is posted: at most once in so many hours, if at all."""
        since = event.occurred_at - timedelta(hours=connection.view_hours)
        lately = self.filter(connection=connection, event__occurred_at__gt=since)
        return connection.wants_repeats and not lately.of_views_like(event).exists()

    def of_views_like(self, event: Event) -> Self:
        """Views of the same document by the same contact that are in the channel, or will be."""
        return self.filter(
            event__kind=event.kind,
            event__contact=event.contact_id,
            event__estimate=event.estimate_id,
            event__invoice=event.invoice_id,
        ).exclude(status__in=[Delivery.Status.SKIPPED, Delivery.Status.FAILED])

    def send_again(self, event: Event, connection: Connection, now: datetime) -> bool:
        """Send the event once more, or for the first time; False if somebody just asked for it."""
        _delivery, is_new = self.get_or_create(
            event=event, connection=connection, defaults={"queued_at": now}
        )
        over = self.filter(event=event, connection=connection)
        return is_new or bool(over._begin_again(now))

    def send_failed_again(self, connection: Connection, now: datetime) -> int:
        """Send all that failed once more, each once whoever asks; how many that are."""
        return self.failed().filter(connection=connection)._begin_again(now)

    def _begin_again(self, now: datetime) -> int:
        """Let what is over wait anew; the condition in the update lets one of two win."""
        # An uncertain one is for a person to decide, who has: it is posted whatever came before.
        # Any other is still looked for first, if its last call may have arrived.
        is_decided = When(status=Delivery.Status.UNCERTAIN, then=Value(None))
        return self.filter(status__in=Delivery.Status.over_unsent()).update(
            status=Delivery.Status.PENDING,
            queued_at=now,
            attempt=Case(is_decided, default=F("attempt")),
            tries=0,
            is_text_only=False,
            reason="",
            error="",
        )

    def skip_pending(self, connection: Connection, reason: "Delivery.Reason") -> int:
        """Don't send what still waits for the connection, and keep the reason."""
        waiting = self.pending().filter(connection=connection)
        return waiting.update(status=Delivery.Status.SKIPPED, reason=reason)

    def pending(self) -> Self:
        return self.filter(status=Delivery.Status.PENDING)

    def failed(self) -> Self:
        return self.filter(status=Delivery.Status.FAILED)

    def uncertain(self) -> Self:
        return self.filter(status=Delivery.Status.UNCERTAIN)

    def over_before(self, moment: datetime) -> Self:
        """Those that came to an end, and were queued longer ago than that, the oldest first."""
        over = self.filter(queued_at__lt=moment).exclude(status=Delivery.Status.PENDING)
        return over.order_by("queued_at", "pk")

    def with_attempts(self) -> Self:
        """All that was done to deliver them, oldest first, in one more query."""
        return self.prefetch_related(
            models.Prefetch("attempts", Attempt.objects.order_by("started_at", "pk"))
        )

    def postable(self, account: Account) -> Self:
        """What waits in the account's lane and is not held by a broken connection."""
        return self.pending().filter(
            connection__grant__account=account,
            connection__grant__status=Grant.Status.ACTIVE,
            connection__health=Connection.Health.OK,
        )

    def late(self, moment: datetime) -> Self:
        """What waits since before that, though nobody has to repair anything."""
        return self.pending().filter(
            connection__grant__status=Grant.Status.ACTIVE,
            connection__health=Connection.Health.OK,
            queued_at__lt=moment,
        )

    def in_lane(self, account: Account) -> Self:
        """What is postable in order, with all that its messages need; connections are shared."""
        connections = models.Prefetch("connection", Connection.objects.with_grants())
        waiting = self.postable(account).select_related("event", "attempt")
        return waiting.prefetch_related(connections).in_order()

    def in_order(self) -> Self:
        """The order in which their events happened; never a mark to continue from."""
        return self.order_by("event_id")

    def latest_first(self) -> Self:
        return self.order_by("-event_id")

    def with_events(self) -> Self:
        """Everything a message or a row of the log needs, in the same query."""
        return self.select_related(
            "event", "connection__organisation", "connection__grant__account", "attempt"
        )


class Delivery(models.Model):
    """One event on its way to one connection's channel."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENT = "sent", _("Sent")
        UNCERTAIN = "uncertain", _("Perhaps sent")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Not sent")

        @classmethod
        def over_unsent(cls) -> list[str]:
            """Those in which nothing more happens, and the message is not surely in the channel."""
            return [cls.UNCERTAIN, cls.FAILED, cls.SKIPPED]

    class Reason(models.TextChoices):
        """Why an event was not sent on purpose."""

        NOTIFICATIONS_OFF = "notifications_off", _("Notifications were off")
        KIND_OFF = "kind_off", _("This kind was off")
        REPEATED_VIEW = "repeated_view", _("Not the first view")
        NOT_CONNECTED = "not_connected", _("Cliq was not connected")

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="deliveries")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    error = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    is_text_only = models.BooleanField(default=False)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=120, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    attempt = models.ForeignKey(
        Attempt, models.SET_NULL, null=True, blank=True, related_name="carried"
    )
    attempts = models.ManyToManyField(Attempt, related_name="deliveries")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "connection"], name="delivery_once_per_connection"
            ),
            models.CheckConstraint(
                name="delivery_skipped_says_why",
                condition=~Q(status="skipped") | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection", "event"],
                condition=Q(status="pending"),
                name="delivery_pending",
            ),
            models.Index(
                fields=["connection", "event"],
                condition=Q(status__in=["uncertain", "failed"]),
                name="delivery_in_trouble",
            ),
            models.Index(fields=["connection", "-event"], name="delivery_newest"),
            models.Index(
                fields=["queued_at"], condition=~Q(status="pending"), name="delivery_over"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.connection}"
