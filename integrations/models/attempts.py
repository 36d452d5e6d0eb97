"""Every call to Cliq that counts, and how it ended."""

import secrets
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from .connections import Connection
from .grants import Account

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
LONGEST_MS = 2**31 - 1  # 24 days


def new_marker() -> str:
    """Eight characters that stand in a message's text, so that it can be found again (40 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of_posts(self) -> Self:
        return self.exclude(origin=Attempt.Origin.READ)

    def idle_before(self, moment: datetime) -> Self:
        """Older ones that carry no delivery any more, the oldest first."""
        carrying = Attempt.deliveries.through._default_manager.filter(attempt=OuterRef("pk"))
        idle = self.filter(~Exists(carrying), started_at__lt=moment)
        return idle.order_by("started_at", "pk")


class Attempt(models.Model):
    """One call that counts against an account's budget, written before it is made."""

    class Origin(models.TextChoices):
        DELIVERY = "delivery", _("Notification")
        DIGEST = "digest", _("Digest")
        TEST = "test", _("Test message")
        CHAT = "chat", _("Chat bar")
        READ = "read", _("Reading back")

    class Outcome(models.TextChoices):
        STARTED = "started", _("No answer yet")
        SENT = "sent", _("Sent")
        FOUND = "found", _("Found in the channel")
        NOT_FOUND = "not_found", _("Not in the channel")
        THROTTLED = "throttled", _("Throttled by Cliq")
        UNAVAILABLE = "unavailable", _("Cliq not reachable")
        TIMEOUT = "timeout", _("No answer from Cliq")
        REFUSED = "refused", _("Refused by Cliq")
        UNAUTHORIZED = "unauthorized", _("No permission")
        CHANNEL = "channel", _("Channel unavailable")
        INTERNAL = "internal", _("Error of our own")

    account = models.ForeignKey(Account, models.CASCADE, related_name="attempts")
    connection = models.ForeignKey(
        Connection, models.CASCADE, null=True, blank=True, related_name="attempts"
    )
    origin = models.CharField(max_length=10, choices=Origin.choices)
    marker = models.CharField(max_length=8, default=new_marker)
    is_text_only = models.BooleanField(default=False)
    chat_id = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.STARTED)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    code = models.CharField(max_length=80, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=120, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-started_at"], name="attempt_newest_of_account"),
            models.Index(fields=["started_at"], name="attempt_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.marker} {self.outcome}"

    @property
    def is_in_doubt(self) -> bool:
        """The call may have been made, and nobody knows how it ended."""
        unknown = {self.Outcome.STARTED, self.Outcome.TIMEOUT, self.Outcome.INTERNAL}
        return self.outcome in unknown

    def duration_ms_at(self, now: datetime) -> int:
        """How long it has lasted by now; a clock that was set back does not make it negative.

        What waited for weeks to be looked up lasts no longer than the column can say.
        """
        return min(max(int((now - self.started_at).total_seconds() * 1000), 0), LONGEST_MS)

    @property
    def settled_at(self) -> datetime:
        """From when on Cliq has done what it will: at once where it answered itself.

        What stands between us may have lost its patience while Cliq was still at it.
        """
        is_cliqs = self.http_status is not None and self.code != ""
        return self.started_at if is_cliqs else self.started_at + Account.settling()
