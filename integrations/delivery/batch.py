"""What one post carries: an event, or those of one channel that had to wait."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Self

from django.conf import settings
from django.db.models import F, QuerySet
from django.urls import reverse

from portal.events import EventKind
from portal.models import Event

from ..cliq.messages import Item, Message, digest, event_message
from ..models import Attempt, Connection, Delivery, Grant

LATE = timedelta(minutes=10)  # from here on a message says when it happened
MOST = 100  # more events than any digest holds


@dataclass(frozen=True)
class Batch:
    """Waiting deliveries of one connection, oldest first, that leave together."""

    deliveries: Sequence[Delivery]

    @classmethod
    def of(cls, waiting: Sequence[Delivery], *, is_crowded: bool, now: datetime) -> Self:
        """What leaves next of the lane's waiting deliveries, which are in order.

        Many at once, where the budget does not let each leave alone or it is late anyway.
        """
        head = waiting[0]
        account = _grant(head).account
        if head.attempt and head.attempt.is_in_doubt:
            # These went out together, so they are looked for together.
            return cls(list(Delivery.objects.in_lane(account).filter(attempt=head.attempt)))
        is_late = now - head.event.occurred_at > LATE
        if head.is_text_only or not (is_crowded or is_late):
            return cls([head])
        chat = head.connection.chat_id
        later = Delivery.objects.in_lane(account).filter(
            connection__chat_id=chat, event_id__gt=head.event_id
        )
        # Up to the first that can't come along: what follows it must not overtake it.
        return cls([head, *takewhile(_joins(head), later[: MOST - 1])])

    @property
    def head(self) -> Delivery:
        return self.deliveries[0]

    @property
    def connection(self) -> Connection:
        return self.head.connection

    @property
    def grant(self) -> Grant:
        return _grant(self.head)

    @property
    def doubtful(self) -> Attempt | None:
        """The attempt whose end nobody knows, if these went out before."""
        attempt = self.head.attempt
        return attempt if attempt and attempt.is_in_doubt else None

    @property
    def origin(self) -> Attempt.Origin:
        return Attempt.Origin.DIGEST if len(self.deliveries) > 1 else Attempt.Origin.DELIVERY

    def composed(self, marker: str, now: datetime) -> tuple["Batch", dict[str, Any]]:
        """What to post, and the part of the batch that it holds."""
        if len(self.deliveries) == 1:
            message, taken = self._single(marker, now), 1
        else:
            message, taken = self._digest(marker)
        payload = message.text_only() if self.head.is_text_only else message.payload()
        return Batch(self.deliveries[:taken]), payload

    def _single(self, marker: str, now: datetime) -> Message:
        event = self.head.event
        return event_message(
            EventKind(event.kind),
            event.facts,
            language=self.connection.organisation.language,
            occurred_at=event.occurred_at.astimezone(self.connection.organisation.zone),
            url=settings.SITE_URL + reverse("portal:open", args=[event.reference]),
            marker=marker,
            delayed=now - event.occurred_at > LATE,
        )

    def _digest(self, marker: str) -> tuple[Message, int]:
        organisation = self.connection.organisation
        events: list[Event] = [delivery.event for delivery in self.deliveries]
        items = [
            Item(
                EventKind(event.kind), event.facts, event.occurred_at.astimezone(organisation.zone)
            )
            for event in events
        ]
        return digest(
            items,
            language=organisation.language,
            url=settings.SITE_URL + reverse("portal:dashboard", args=[organisation.slug]),
            marker=marker,
        )

    def tried_often(self, times: int) -> "Batch":
        """Those that were tried so often: what joined a digest later has time left."""
        return Batch([delivery for delivery in self.deliveries if delivery.tries >= times])

    # What becomes of the batch when it is not sent. Only deliveries that still wait are touched:
    # an admin may have skipped them meanwhile.

    def tried(self, error: str) -> None:
        self._waiting().update(tries=F("tries") + 1, error=error[:300])

    def held(self, error: str) -> None:
        self._waiting().update(error=error[:300])

    def failed(self, error: str) -> None:
        self._waiting().update(
            status=Delivery.Status.FAILED, tries=F("tries") + 1, error=error[:300]
        )

    def uncertain(self, error: str) -> None:
        self._waiting().update(status=Delivery.Status.UNCERTAIN, error=error[:300])

    def simplified(self, error: str) -> None:
        self._waiting().update(is_text_only=True, tries=F("tries") + 1, error=error[:300])

    def _waiting(self) -> QuerySet[Delivery]:
        mine = [delivery.pk for delivery in self.deliveries]
        return Delivery.objects.pending().filter(pk__in=mine)


def _grant(delivery: Delivery) -> Grant:
    """Who posts; only deliveries of granted connections are postable."""
    grant = delivery.connection.grant
    if grant is None:
        raise ValueError("A connection without a grant has nothing postable.")
    return grant


def _joins(head: Delivery) -> Callable[[Delivery], bool]:
    def may(delivery: Delivery) -> bool:
        is_doubtful = delivery.attempt is not None and delivery.attempt.is_in_doubt
        is_alike = delivery.connection_id == head.connection_id and not delivery.is_text_only
        return is_alike and not is_doubtful

    return may
