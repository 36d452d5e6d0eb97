"""Acts of customers that wait for a colleague's daily e-mail."""

from datetime import datetime
from typing import Self

from django.db import models

from .events import Event
from .memberships import Membership


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, now: datetime) -> Self:
        return self.filter(due_at__lte=now)


class Notice(models.Model):
    """One act that a colleague will read of in their next daily e-mail; gone once it is written."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="notices")
    event = models.ForeignKey(Event, models.CASCADE, related_name="notices")
    due_at = models.DateTimeField(db_index=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "event"], name="notice_once_per_member_and_act"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} for {self.membership}"
