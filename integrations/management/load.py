"""An organisation as a large installation has a thousand of them, to measure on."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.events import EventKind
from portal.models import (
    Contact,
    Customer,
    Document,
    Estimate,
    Event,
    Invoice,
    LineItem,
    Membership,
    Organisation,
    User,
)

from ..models import Account, Attempt, Connection, Delivery, Grant

CUSTOMERS = 10  # of each organisation
DAYS = 80  # over which events are spread: younger than what the worker forgets
WAITING = 5  # deliveries that one organisation in ten has waiting
# Of a thousand deliveries so many did not arrive.
TROUBLE = {Delivery.Status.FAILED: 5, Delivery.Status.UNCERTAIN: 1, Delivery.Status.SKIPPED: 14}
BATCH = 2000


@dataclass(frozen=True)
class Load:
    """How much each organisation has; the same number makes the same rows."""

    now: datetime
    documents: int  # estimates, and as many invoices
    events: int

    def plant(self, number: int) -> None:
        """One organisation with all that is its own."""
        chance = random.Random(number)  # noqa: S311  Not for secrets.
        organisation, connection = self._organisation(number)
        contacts = self._contacts(organisation)
        estimates = self._estimates(organisation, contacts)
        invoices = self._invoices(organisation, contacts)
        events = self._events(organisation, estimates, invoices, chance)
        self._deliveries(connection, events, chance, waiting=0 if number % 10 else WAITING)

    def _organisation(self, number: int) -> tuple[Organisation, Connection]:
        organisation = Organisation.objects.create(
            name=f"Load {number}", slug=f"load-{number}", currency="JPY", time_zone="Asia/Tokyo"
        )
        user = User.objects.create(email=f"load-{number}@example.com", name=f"Admin {number}")
        organisation.memberships.create(user=user, role=Membership.Role.ADMIN)
        grant = Grant.objects.create(
            organisation=organisation,
            user=user,
            account=Account.objects.create(data_centre="us", zuid=f"load-{number}"),
            email=user.email,
            scopes="ZohoCliq.Webhooks.CREATE",
            refresh_token="load",  # noqa: S106  Nobody's.
            access_token="load",  # noqa: S106
            access_expires_at=self.now,
            granted_at=self.now,
        )
        connection = Connection.objects.create(
            organisation=organisation,
            grant=grant,
            notifications_enabled=True,
            channel="sales",
            channel_id="O1",
            chat_id="CT_1",
            channel_name="#sales",
        )
        return organisation, connection

    def _contacts(self, organisation: Organisation) -> list[Contact]:
        customers = Customer.objects.bulk_create(
            Customer(organisation=organisation, name=f"Customer {number:03}", currency="JPY")
            for number in range(CUSTOMERS)
        )
        return Contact.objects.bulk_create(
            Contact(customer=one, name=f"Contact of {one.name}", email=f"c{one.pk}@example.com")
            for one in customers
        )

    def _estimates(self, place: Organisation, contacts: Sequence[Contact]) -> list[Estimate]:
        statuses = Estimate.Status.values
        rows = Estimate.objects.bulk_create(
            Estimate(
                **self._document(place, contacts, number, "EST"),
                status=statuses[number % len(statuses)],
                expiry_date=self._day(number, later=30),
            )
            for number in range(self.documents)
        )
        self._lines(rows)
        return rows

    def _invoices(self, place: Organisation, contacts: Sequence[Contact]) -> list[Invoice]:
        statuses = Invoice.Status.values
        rows = Invoice.objects.bulk_create(
            Invoice(
                **self._document(place, contacts, number, "INV"),
                status=statuses[number % len(statuses)],
                due_date=self._day(number, later=30),
                balance=Decimal(0) if statuses[number % len(statuses)] == "paid" else 11_000,
            )
            for number in range(self.documents)
        )
        self._lines(rows)
        return rows

    def _document(
        self, place: Organisation, contacts: Sequence[Contact], number: int, prefix: str
    ) -> dict[str, Any]:
        contact = contacts[number % len(contacts)]
        return {
            "organisation": place,
            "customer": contact.customer,
            "contact": contact,
            "number": f"{prefix}-{number + 1:06}",
            "issue_date": self._day(number),
            "sent_at": self.now - timedelta(days=number % 1000),
            "currency": "JPY",
            "subtotal": 10_000,
            "tax_total": 1_000,
            "total": 11_000,
        }

    def _day(self, number: int, later: int = 0) -> Any:
        return (self.now - timedelta(days=number % 1000 - later)).date()

    def _lines(self, documents: Sequence[Estimate | Invoice]) -> None:
        LineItem.objects.bulk_create(
            LineItem(**{one.KIND: one}, name="Consulting", rate=10_000, tax_percent=10)
            for one in documents
        )

    def _events(
        self,
        place: Organisation,
        estimates: Sequence[Estimate],
        invoices: Sequence[Invoice],
        chance: random.Random,
    ) -> list[Event]:
        kinds = list(EventKind)
        rows = []
        for number in range(self.events):
            kind = kinds[number % len(kinds)]
            is_estimate = kind.startswith("estimate")
            document = chance.choice(estimates if is_estimate else invoices)
            age = timedelta(days=DAYS) * (1 - number / self.events)
            rows.append(
                Event(
                    **{document.KIND: document},
                    organisation=place,
                    kind=kind,
                    contact=document.contact,
                    occurred_at=self.now - age,
                    facts=_facts(document),
                )
            )
        return Event.objects.bulk_create(rows, BATCH)

    def _deliveries(
        self, connection: Connection, events: list[Event], chance: random.Random, *, waiting: int
    ) -> None:
        outcomes, weights = zip(*TROUBLE.items(), strict=True)
        states = [*outcomes, Delivery.Status.SENT]
        chosen = chance.choices(states, [*weights, 1000 - sum(weights)], k=len(events))
        if waiting:
            chosen[-waiting:] = [Delivery.Status.PENDING] * waiting
        rows = [
            Delivery(
                event=event,
                connection=connection,
                status=status,
                reason=Delivery.Reason.KIND_OFF if status == Delivery.Status.SKIPPED else "",
                queued_at=event.occurred_at,
                sent_at=event.occurred_at if status == Delivery.Status.SENT else None,
                channel="#sales",
            )
            for event, status in zip(events, chosen, strict=True)
        ]
        Delivery.objects.bulk_create(rows, BATCH)
        self._attempts(connection, [row for row in rows if row.sent_at])

    def _attempts(self, connection: Connection, sent: list[Delivery]) -> None:
        attempts = Attempt.objects.bulk_create(
            [
                Attempt(
                    account=connection.grant.account,  # type: ignore[union-attr]
                    connection=connection,
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
        carried = Delivery.attempts.through
        carried._default_manager.bulk_create(
            [
                carried(delivery_id=delivery.pk, attempt_id=attempt.pk)
                for delivery, attempt in zip(sent, attempts, strict=True)
            ],
            BATCH,
        )


def _facts(document: Document) -> dict[str, str]:
    return {
        "document": document.KIND,
        "number": document.number,
        "company": document.customer.name,
        "contact": document.contact.name,
        "currency": "JPY",
        "total": "11000",
        "text": "Could you send it by Friday?",
    }
