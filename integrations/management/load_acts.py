"""What the customers of a load did, and what became of it in Cliq."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import cast

from portal.events import VIEWS, EventKind, Facts
from portal.models import Allocation, Comment, Estimate, Event, Payment, Visit

from ..models import Account, Attempt, Connection, Delivery
from .load import Document, Place

DAYS = 80  # over which events are spread: younger than what the worker forgets
WAITING = 5  # deliveries that one organisation in ten has waiting
# Of a thousand deliveries so many did not arrive.
TROUBLE = {Delivery.Status.FAILED: 5, Delivery.Status.UNCERTAIN: 1, Delivery.Status.SKIPPED: 14}
BATCH = 2000
PAID = 10  # of each payment: small enough to be one of many


@dataclass(frozen=True)
class Acts:
    """So many acts of the customers of each organisation, in the order of time over all."""

    now: datetime
    events: int

    def happen(self, places: list[Place]) -> None:
        """The acts themselves, what they left in the portal, and their deliveries."""
        chance = random.Random(1)  # noqa: S311  Not for secrets.
        of = {place.organisation.pk: place for place in places}
        acts = [event for place in places for event in self._events(place, chance)]
        acts.sort(key=attrgetter("occurred_at"))
        _mark_repeats(acts)
        for number, act in enumerate(acts):
            act.reference = f"{number:x}"
        events = Event.objects.bulk_create(acts, BATCH)
        self._visits(events)
        self._comments(events)
        self._payments(events, of)
        self._deliveries(events, of, chance)

    def _events(self, place: Place, chance: random.Random) -> Iterator[Event]:
        kinds = list(EventKind)
        for number in range(self.events):
            kind = kinds[number % len(kinds)]
            is_estimate = kind.startswith("estimate")
            documents: Sequence[Document] = place.estimates if is_estimate else place.invoices
            document = chance.choice(documents)
            # No two at once, and none in the future.
            age = timedelta(days=DAYS) * (1 - (number + chance.random()) / self.events)
            yield Event(
                **{document.KIND: document},
                organisation=place.organisation,
                kind=kind,
                contact=document.contact,
                link=place.link_to(document),
                occurred_at=self.now - age,
                told_at=self.now - age,
                facts=_facts(document),
            )

    def _visits(self, events: list[Event]) -> None:
        Visit.objects.bulk_create(
            [
                Visit(
                    **{event.document.KIND: event.document},
                    link=event.link,
                    contact=event.contact,
                    revision=event.document.revision,
                    is_first=not event.is_repeat,
                    browser="load",
                    ip_address="192.0.2.1",
                    user_agent="Mozilla/5.0",
                    started_at=event.occurred_at,
                    last_seen_at=event.occurred_at,
                )
                for event in events
                if event.kind in VIEWS
            ],
            BATCH,
        )

    def _comments(self, events: list[Event]) -> None:
        kinds = {EventKind.ESTIMATE_COMMENTED, EventKind.INVOICE_COMMENTED}
        Comment.objects.bulk_create(
            [
                Comment(
                    **{event.document.KIND: event.document},
                    contact=event.contact,
                    text=event.facts["text"],
                    created_at=event.occurred_at,
                )
                for event in events
                if event.kind in kinds
            ],
            BATCH,
        )

    def _payments(self, events: list[Event], of: dict[int, Place]) -> None:
        paid = [event for event in events if event.kind == EventKind.INVOICE_PAID]
        payments = Payment.objects.bulk_create(
            [
                Payment(
                    organisation=event.organisation,
                    customer=event.contact.customer,
                    contact=event.contact,
                    link=event.link,
                    provider="stripe",
                    method="card",
                    status=Payment.Status.SUCCEEDED,
                    number=f"PMT-{number + 1:06}",
                    reference=f"load-{number}",
                    amount=PAID,
                    currency="JPY",
                    created_at=event.occurred_at,
                    settled_at=event.occurred_at,
                    payment_date=event.occurred_at.date(),
                )
                for number, event in enumerate(paid)
            ],
            BATCH,
        )
        Allocation.objects.bulk_create(
            [
                Allocation(payment=payment, invoice=event.invoice, amount=PAID)
                for payment, event in zip(payments, paid, strict=True)
            ],
            BATCH,
        )
        for place in of.values():
            place.organisation.payment_next_number = len(paid) + 1
            place.organisation.save(update_fields=["payment_next_number"])

    def _deliveries(self, events: list[Event], of: dict[int, Place], chance: random.Random) -> None:
        outcomes, weights = zip(*TROUBLE.items(), strict=True)
        states = [*outcomes, Delivery.Status.SENT]
        chosen = chance.choices(states, [*weights, 1000 - sum(weights)], k=len(events))
        first = next(iter(of))
        waiting = [event.pk for event in events if event.organisation_id == first][-WAITING:]
        rows = [
            Delivery(
                event=event,
                connection=of[event.organisation_id].connection,
                status=Delivery.Status.PENDING if event.pk in waiting else status,
                reason=Delivery.Reason.KIND_OFF if status == Delivery.Status.SKIPPED else "",
                queued_at=event.occurred_at,
                channel="#sales",
            )
            for event, status in zip(events, chosen, strict=True)
        ]
        sent = [row for row in rows if row.status == Delivery.Status.SENT]
        for row, attempt in zip(sent, _attempts(sent), strict=True):
            row.attempt, row.sent_at = attempt, attempt.finished_at
        Delivery.objects.bulk_create(rows, BATCH)
        carried = Delivery.attempts.through
        carried._default_manager.bulk_create(
            [carried(delivery_id=row.pk, attempt_id=row.attempt_id) for row in sent], BATCH
        )


def _attempts(sent: list[Delivery]) -> list[Attempt]:
    return Attempt.objects.bulk_create(
        [
            Attempt(
                account=_account(delivery.connection),
                connection=delivery.connection,
                origin=Attempt.Origin.DELIVERY,
                started_at=delivery.queued_at,
                finished_at=delivery.queued_at,
                duration_ms=150,
                outcome=Attempt.Outcome.SENT,
            )
            for delivery in sent
        ],
        BATCH,
    )


def _mark_repeats(acts: list[Event]) -> None:
    """Who looks at a document again says nothing new."""
    seen: set[Document] = set()
    for act in acts:
        document = cast(Document, act.document)
        if act.kind in VIEWS:
            if document in seen:
                act.facts["is_repeat"] = True
            seen.add(document)


def _account(connection: Connection) -> Account:
    return connection.grant.account  # type: ignore[union-attr]


def _facts(document: Document) -> Facts:
    return Facts(
        document="estimate" if isinstance(document, Estimate) else "invoice",
        number=document.number,
        company=document.customer.name,
        contact=document.contact.name,
        currency="JPY",
        total="11000",
        text="Could you send it by Friday?",
    )
