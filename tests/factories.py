"""The smallest valid rows; a test names only what it is about."""

import io
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory
from PIL import Image

from integrations.models import Account, Connection, Grant
from portal.models import (
    Contact,
    Customer,
    Estimate,
    Invoice,
    LineItem,
    Link,
    Membership,
    Organisation,
    Payment,
    User,
    Visitor,
)

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # noon in Tokyo
PASSWORD = "a long enough password"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    name = factory.Sequence(lambda n: f"User {n}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified(self: User, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    slug = factory.Sequence(lambda n: f"organisation-{n}")
    time_zone = "Asia/Tokyo"
    currency = "JPY"


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.STAFF

    class Params:
        admin = factory.Trait(role=Membership.Role.ADMIN)


class CustomerFactory(DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    organisation = factory.SubFactory(OrganisationFactory)
    name = "Takahashi Trading"
    currency = factory.SelfAttribute("organisation.currency")


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    customer = factory.SubFactory(CustomerFactory)
    name = "Hanako Yamazaki"
    email = factory.Sequence(lambda n: f"contact{n}@customer.example")


def line(**fields: Any) -> LineItem:
    """A line of ¥10,000 at 10 % tax."""
    defaults: dict[str, Any] = {"name": "Consulting", "rate": Decimal(10_000), "tax_percent": 10}
    return LineItem(**{**defaults, **fields})


def make_document(kind: Any, lines: list[LineItem] | None = None, **fields: Any) -> Any:
    """A saved document; its contact brings the customer and the organisation."""
    contact = fields.pop("contact", None) or ContactFactory()
    fields.setdefault("currency", contact.customer.currency)
    fields.setdefault("issue_date", date(2026, 11, 1))
    document = kind(
        organisation=contact.customer.organisation,
        customer=contact.customer,
        contact=contact,
        **fields,
    )
    document.save_with_lines(lines or [line()])
    return document


def make_estimate(**fields: Any) -> Estimate:
    """A sent estimate of ¥11,000, open until the end of the year."""
    fields = {
        "status": Estimate.Status.SENT,
        "sent_at": NOON - timedelta(days=1),
        "expiry_date": date(2026, 12, 31),
    } | fields
    estimate: Estimate = make_document(Estimate, **fields)
    return estimate


def make_invoice(**fields: Any) -> Invoice:
    """A sent invoice of ¥11,000, all of it owed."""
    fields = {
        "status": Invoice.Status.SENT,
        "sent_at": NOON - timedelta(days=1),
        "due_date": date(2026, 12, 31),
    } | fields
    invoice: Invoice = make_document(Invoice, **fields)
    return invoice


def make_link(document: Estimate | Invoice, now: datetime = NOON) -> Link:
    """The addressee's link to the document."""
    return Link.objects.renew(document, document.contact, now=now)


def make_visitor(document: Estimate | Invoice, **fields: Any) -> Visitor:
    """The addressee, in a browser of their own."""
    return Visitor(link=make_link(document), **{"browser": "first", **fields})


def unsaved_payment(customer: Customer, amount: Any = 11_000, **fields: Any) -> Payment:
    """Money that came by bank transfer, not recorded yet."""
    defaults: dict[str, Any] = {
        "organisation": customer.organisation,
        "currency": customer.currency,
        "payment_date": date(2026, 11, 23),
        "method": Payment.Method.BANK_TRANSFER,
        "key": uuid.uuid4(),
    }
    return Payment(customer=customer, amount=Decimal(amount), **{**defaults, **fields})


def record_payment(
    invoice: Invoice, amount: Any = 11_000, by: User | None = None, **fields: Any
) -> Payment:
    """What a colleague recorded for one invoice; what is too much is credit."""
    payment = unsaved_payment(invoice.customer, amount, **fields)
    share = min(payment.amount, invoice.balance)
    return payment.record({invoice: share}, by=by or UserFactory(), now=NOON)


def picture(size: tuple[int, int] = (40, 20), kind: str = "PNG", **options: Any) -> bytes:
    """A picture file of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, "#3d57d6").save(out, kind, **options)
    return out.getvalue()


class AccountFactory(DjangoModelFactory[Account]):
    class Meta:
        model = Account

    data_centre = "sandbox"
    zuid = factory.Sequence(lambda n: str(70_000_000 + n))


class GrantFactory(DjangoModelFactory[Grant]):
    class Meta:
        model = Grant

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    account = factory.SubFactory(AccountFactory)
    email = factory.SelfAttribute("user.email")
    scopes = "ZohoCliq.Webhooks.CREATE,ZohoCliq.Channels.READ,ZohoCliq.Messages.READ"
    refresh_token = "refresh"
    access_token = "access"
    access_expires_at = NOON + timedelta(days=365)
    granted_at = NOON


class ConnectionFactory(DjangoModelFactory[Connection]):
    class Meta:
        model = Connection

    organisation = factory.SubFactory(OrganisationFactory)
    grant = factory.SubFactory(GrantFactory, organisation=factory.SelfAttribute("..organisation"))
    chat_bar_enabled = True
    notifications_enabled = True
    channel_id = "O1"
    chat_id = "CT_1"
    channel = "sales"
    channel_name = "#sales"
