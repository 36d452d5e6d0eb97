"""A lane full of numbered comments, and what of them stands in the channel."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from integrations import delivery
from integrations.models import Connection, Delivery
from portal.events import EventKind
from portal.models import Document, Event
from tests.factories import ContactFactory, CustomerFactory, make_estimate

NUMBER = re.compile(r"number (\d{6})")


def document_of(connection: Connection) -> Document:
    """An estimate of the organisation, for its customer to comment on."""
    customer = CustomerFactory(organisation=connection.organisation)
    return make_estimate(contact=ContactFactory(customer=customer, language="en"))


def comment(document: Document, number: int) -> Event:
    """The customer comments with a number: one event."""
    return Event.objects.record(
        EventKind.ESTIMATE_COMMENTED,
        document,
        visitor=None,
        now=timezone.now(),
        facts={"text": f"number {number:06}"},
    )


def numbers_in(messages: Iterable[Mapping[str, Any]]) -> list[int]:
    """The numbers that stand in a channel, in the order of its messages and of their lines."""
    texts = (message["payload"]["text"] for message in messages)
    return [int(number) for text in texts for number in NUMBER.findall(text)]


def states() -> list[str]:
    """The state of every delivery, in the order of their events."""
    return list(Delivery.objects.in_order().values_list("status", flat=True))


class Lane:
    """A connection's lane, drained by hand with a clock of the test's own."""

    def __init__(self, connection: Connection) -> None:
        assert connection.grant is not None
        self.connection = connection
        self.account = connection.grant.account
        self.now = timezone.now()

    def clock(self) -> datetime:
        return self.now

    def drain(self, after: timedelta = timedelta(0)) -> datetime | None:
        self.now += after
        return delivery.drain(self.account.pk, now=self.clock)

    def drain_until_empty(self) -> None:
        for _turn in range(100):
            self.account.refresh_from_db()
            self.now = max(self.account.due_at, self.now)
            if self.drain() is None:
                return
        raise AssertionError("the lane does not come to an end")

    def states(self) -> list[str]:
        return states()
