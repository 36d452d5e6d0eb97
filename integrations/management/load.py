"""Organisations as a large installation has a thousand of them, to measure on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from portal.models import (
    Act,
    Contact,
    Customer,
    Email,
    Estimate,
    Invoice,
    LineItem,
    Link,
    Membership,
    Organisation,
    User,
)
from portal.models.organisations import hashed

from ..models import Account, Connection, Grant

CUSTOMERS = 10  # of each organisation
OLDEST = 1000  # days over which documents are spread

Document = Estimate | Invoice


@dataclass(frozen=True)
class Place:
    """One organisation, and what customers can act on."""

    organisation: Organisation
    connection: Connection
    estimates: list[Estimate]
    invoices: list[Invoice]
    links: dict[tuple[str, int], Link]  # by kind and key of the document

    def link_to(self, document: Document) -> Link:
        return self.links[document.KIND, document.pk]


@dataclass(frozen=True)
class Load:
    """How much each organisation has; the same number makes the same rows."""

    now: datetime
    documents: int  # estimates, and as many invoices

    def plant(self, number: int) -> Place:
        """One organisation with its customers and documents; nobody has done anything yet."""
        organisation, connection = self._organisation(number)
        contacts = self._contacts(organisation)
        estimates = self._estimates(organisation, contacts)
        invoices = self._invoices(organisation, contacts)
        documents: list[Document] = [*estimates, *invoices]
        links = self._sent(documents, connection.grant.user)  # type: ignore[union-attr]
        return Place(organisation, connection, estimates, invoices, links)

    def _organisation(self, number: int) -> tuple[Organisation, Connection]:
        organisation = Organisation.objects.create(
            name=f"Load {number}",
            slug=f"load-{number}",
            currency="JPY",
            time_zone="Asia/Tokyo",
            estimate_next_number=self.documents + 1,
            invoice_next_number=self.documents + 1,
        )
        user = User.objects.create(email=f"load-{number}@example.com", name=f"Admin {number}")
        organisation.memberships.create(
            user=user, role=Membership.Role.ADMIN, seen_at=self.now, is_settled_in=True
        )
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
            connected_at=self.now - timedelta(days=OLDEST),
        )
        return organisation, connection

    def _contacts(self, organisation: Organisation) -> list[Contact]:
        customers = Customer.objects.bulk_create(
            Customer(organisation=organisation, name=f"Customer {number:03}", currency="JPY")
            for number in range(CUSTOMERS)
        )
        return Contact.objects.bulk_create(
            Contact(
                customer=one,
                name=f"Contact of {one.name}",
                email=f"c{one.pk}@example.com",
                is_primary=True,
            )
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
            "sent_at": self._moment(number),
            "currency": "JPY",
            "subtotal": 10_000,
            "tax_total": 1_000,
            "total": 11_000,
        }

    def _moment(self, number: int) -> datetime:
        # Spread evenly, however many there are.
        return self.now - timedelta(days=OLDEST * number // max(self.documents, 1))

    def _day(self, number: int, later: int = 0) -> date:
        return (self._moment(number) + timedelta(days=later)).date()

    def _lines(self, documents: Sequence[Document]) -> None:
        LineItem.objects.bulk_create(
            LineItem(**{one.KIND: one}, name="Consulting", rate=10_000, tax_percent=10)
            for one in documents
        )

    def _sent(self, documents: list[Document], user: User) -> dict[tuple[str, int], Link]:
        """Each document's link, the e-mail that brought it, and the note of who made it."""
        links = Link.objects.bulk_create(
            Link(
                **{one.KIND: one},
                contact=one.contact,
                token=_token(one),
                token_hash=hashed(_token(one)),
                created_at=_sent_at(one),
                expires_at=self.now + timedelta(days=90),
            )
            for one in documents
        )
        Email.objects.bulk_create(self._letter(one, user) for one in documents)
        Act.objects.bulk_create(
            Act(
                **{one.KIND: one},
                organisation=one.organisation,
                user=user,
                user_name=user.name,
                kind=Act.Kind.LINK_MADE,
                about=one.contact.name,
                done_at=_sent_at(one),
            )
            for one in documents
        )
        return {(one.KIND, one.pk): link for one, link in zip(documents, links, strict=True)}

    def _letter(self, one: Document, user: User) -> Email:
        return Email(
            **{one.KIND: one},
            organisation=one.organisation,
            kind=Email.Kind.LETTER,
            contact=one.contact,
            to=one.contact.email,
            subject=f"{one.number} from {one.organisation.name}",
            text="The document is at the address below.",
            status=Email.Status.SENT,
            created_by=user,
            created_at=_sent_at(one),
            due_at=_sent_at(one),
            sent_at=one.sent_at,
        )


def _token(document: Document) -> str:
    return f"load-{document.KIND}-{document.pk}"


def _sent_at(document: Document) -> datetime:
    return cast(datetime, document.sent_at)
