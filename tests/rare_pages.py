"""The pages of a demo that need rows of their own, and who may open them; see tests/pages.py."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import addresses, guests
from portal.demo import catalogue
from portal.demo.mailbox import letters
from portal.models import (
    Customer,
    Estimate,
    Event,
    Guest,
    Invitation,
    Invoice,
    Knock,
    Link,
    Membership,
    Organisation,
    Payment,
    StripeAccount,
    User,
    Visitor,
)
from tests.pages import Sight

Document = Estimate | Invoice
AGENTS = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
]
PAGES = {
    "draft": ["edit", "delete", "send"],
    "sent": ["send", "preview", "links"],
    "overdue": ["remind", "payment"],
}
ACTS = {"estimate-sent": ["accept", "decline"], "invoice-sent": ["pay"]}
GUEST, NAMESAKE = "olivia@northwind.example", "daniel@northwind.example"


def minato() -> Organisation:
    return Organisation.objects.get(slug=catalogue.COMPANY["slug"])


def user(person: catalogue.Person) -> User:
    found: User = EmailAddress.objects.get(email=person.email).user
    return found


def rare_pages() -> Iterator[Sight]:
    """The pages of documents, customers, payments and people, of each state one."""
    Organisation.objects.create_with_admin("Fresh Start", user(catalogue.ADMIN), currency="JPY")
    strict = Organisation.objects.create_with_admin("Strict Ltd", user(catalogue.ADMIN))
    Organisation.objects.filter(pk=strict.pk).update(second_factor_required=True)
    yield Sight("second-factor", reverse("portal:second-factor"))
    yield Sight("dashboard-of-sales", "/o/minato/", "sales")
    for kind in (Estimate, Invoice):
        for state in kind.State:
            if document := first(kind, state.value):
                yield from document_pages(document, state.value)
    yield from customer_pages()
    yield from payment_pages()
    yield from people_pages()
    yield from home_pages()


def first(kind: type[Document], state: str) -> Document | None:
    """The newest document in this state."""
    documents = kind.objects.filter(organisation=minato()).with_customers().order_by("-pk")
    now = timezone.now()
    return next((found for found in documents if found.state(now).value == state), None)


def document_pages(document: Document, state: str) -> Iterator[Sight]:
    """What staff see of it, and what its state lets them do; then what the customer sees."""
    name, address = f"{document.KIND}-{state}", addresses.of_document(document)
    yield Sight(name, address)
    yield Sight(f"{name}-menu", address, press=".page-head .menu summary")
    for step in document.steps(timezone.now()):
        yield Sight(f"{name}-step-{step}", addresses.of_step(document, step))
    for page in PAGES.get(state, []):
        yield Sight(f"{name}-{page}", addresses.of_document(document, page))
    if state == "draft":
        new = reverse(f"portal:{document.KIND}-new", args=["minato"])
        yield Sight(f"{document.KIND}-new", f"{new}?customer={document.customer_id}")
    else:
        yield from linked_pages(document, name)


def linked_pages(document: Document, name: str) -> Iterator[Sight]:
    """What the customer sees by the link."""
    link = Link.objects.renew(document, document.contact, now=timezone.now())
    yield Sight(f"portal-{name}", reverse("portal:link", args=[link.token]), "nobody")
    for act in ACTS.get(name, []):
        yield Sight(f"portal-{act}", reverse(f"portal:link-{act}", args=[link.token]), "nobody")
    if name == "estimate-invoiced":
        certificate = reverse("portal:certificate", args=["minato", document.number])
        yield Sight("estimate-certificate", certificate)
    if name == "estimate-expired":
        yield ended(document)


def ended(document: Document) -> Sight:
    """The page of a link whose time is over."""
    contact = document.customer.contacts.exclude(pk=document.contact_id).first()
    contact = contact or document.customer.contacts.create(
        name="Late", email="late@late.example", language="en"
    )
    now = timezone.now()
    link = Link.objects.renew(document, contact, now=now)
    Link.objects.filter(pk=link.pk).update(expires_at=now - timedelta(days=1))
    return Sight("portal-ended", reverse("portal:link", args=[link.token]), "nobody")


def customer_pages() -> Iterator[Sight]:
    owing = Invoice.objects.filter(
        organisation=minato(), customer__name=catalogue.BRIGHTWATER.name
    ).owing()
    invoice = owing.with_customers().earliest("pk")
    yield Sight("invoice-with-credit", addresses.of_document(invoice))
    yield Sight("invoice-credit", addresses.of_document(invoice, "credit"))
    person = invoice.customer.contacts.earliest("pk")
    keys = ["minato", invoice.customer_id, person.pk]
    yield Sight("contact-privacy", reverse("portal:contact-privacy", args=keys))
    for act in ("detail", "edit", "delete", "payment"):
        address = reverse(f"portal:customer-{act}", args=["minato", invoice.customer_id])
        yield Sight(f"customer-{act}", address)
    empty = Customer.objects.create(organisation=minato(), name="First Light Ltd", currency="JPY")
    yield Sight("customer-empty", reverse("portal:customer-detail", args=["minato", empty.pk]))
    archived = Customer.objects.create(organisation=minato(), name="Old Ltd", currency="JPY")
    archived.archive(now=timezone.now())
    yield Sight(
        "customer-archived", reverse("portal:customer-detail", args=["minato", archived.pk])
    )
    for kind, key in (("customers", empty.pk), ("invoices", invoice.number)):
        address = reverse("integrations:chat-discuss", args=["minato", kind, key])
        yield Sight(f"discuss-{kind}", address)


def pending_pages() -> Iterator[Sight]:
    """A payment that the customer has begun, of an invoice that no other page shows."""
    owing = Invoice.objects.filter(organisation=minato(), status=Invoice.Status.SENT)
    invoice, now = owing.order_by("-pk").with_customers()[1], timezone.now()
    link = Link.objects.renew(invoice, invoice.contact, now=now)
    payment = Payment.objects.start(invoice, Visitor(link), provider="test", now=now)
    for page in ("test", "return"):
        address = reverse(f"portal:payment-{page}", args=[payment.reference])
        yield Sight(f"portal-payment-{page}", address, "nobody")
    yield Sight("portal-payment-begun", reverse("portal:link-pay", args=[link.token]), "nobody")
    yield Sight("payment-act-end", reverse("portal:payment-end", args=["minato", payment.pk]))


def payment_pages() -> Iterator[Sight]:
    yield from pending_pages()
    payments = Payment.objects.filter(organisation=minato()).select_related("organisation")
    for state in Payment.State:
        found = next((payment for payment in payments if payment.state == state), None)
        if found:
            address = reverse("portal:payment-detail", args=["minato", found.pk])
            yield Sight(f"payment-{state.value}", address)
    recorded = next(payment for payment in payments if payment.is_voidable)
    for act in ("refund", "void", "send"):
        yield Sight(
            f"payment-act-{act}", reverse(f"portal:payment-{act}", args=["minato", recorded.pk])
        )
    sister = Organisation.objects.get(slug=catalogue.SISTER["slug"])
    StripeAccount.objects.create(organisation=sister, secret_key="sk_test_1", is_enabled=False)
    yield Sight("settings-stripe", reverse("portal:online-payments", args=[sister.slug]))
    yield Sight("settings-stripe-remove", reverse("portal:stripe-remove", args=[sister.slug]))


def people_pages() -> Iterator[Sight]:
    company, admin, now = minato(), user(catalogue.ADMIN), timezone.now()
    invite, role = Invitation.objects.invite, Membership.Role.STAFF
    _invitation, token = invite(company, "mori@example.com", role, by=admin, now=now)
    yield Sight("invitation", reverse("portal:invitation", args=[token]), "nobody")
    yield Sight("invitation-of-member", reverse("portal:invitation", args=[token]))
    colleague = company.memberships.exclude(user=admin).earliest("pk")
    tax = company.tax_rates.earliest("pk")
    yield Sight(
        "user-remove", reverse("portal:membership-remove", args=[company.slug, colleague.pk])
    )
    for act in ("edit", "delete"):
        yield Sight(f"tax-{act}", reverse(f"portal:tax-{act}", args=[company.slug, tax.pk]))
    letter = letters()[0]
    yield Sight("letter", reverse("portal:mailbox-message", args=[letter.name]), "nobody")
    event = Event.objects.filter(organisation=company).latest("pk")
    yield Sight("open-in-books-found", reverse("portal:open", args=[event.reference]))


def home_pages() -> Iterator[Sight]:
    sister = Organisation.objects.get(slug=catalogue.SISTER["slug"])
    contacts = sister.customers.earliest("pk").contacts
    new = contacts.create(name="Daniel Kim", email=NAMESAKE, language="en")
    old = minato().customers.get(name=catalogue.NORTHWIND.name).contacts.get(email=GUEST)
    for page in ("page", "pay", "estimates", "invoices", "payments", "statement", "profile"):
        address = reverse(f"portal:home-{page}", args=["minato", old.pk])
        yield Sight("home" if page == "page" else f"home-{page}", address, "guest")
    yield Sight(
        "home-elsewhere", reverse("portal:home-page", args=[sister.slug, new.pk]), "namesake"
    )


def cookies(books: str) -> dict[str, list[dict[str, str]]]:
    """What each of them shows, so that nobody has to sign in again and again."""
    now, found = timezone.now(), {}
    for who, person in (("admin", catalogue.ADMIN), ("sales", catalogue.SALES)):
        client = signed_in(person)
        found[who] = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value
        }
    signer = signing.get_cookie_signer(salt=guests.GUEST + guests.SALT)
    for who, email in (("guest", GUEST), ("namesake", NAMESAKE)):
        found[who] = {guests.GUEST: signer.sign(Guest.objects.welcome(email, now=now)[1])}
    knock = Knock.objects.note(Knock.Kind.CODE, GUEST, ip_address=None, now=now)
    response = HttpResponse()
    guests.remember_knock(response, knock)
    found["knocker"] = {guests.KNOCK: response.cookies[guests.KNOCK].value}
    return {who: [cookie(books, *pair) for pair in pairs.items()] for who, pairs in found.items()}


def signed_in(person: catalogue.Person) -> Client:
    """A browser of theirs, and one more that they know."""
    for agent in AGENTS:
        client = Client()
        client.force_login(user(person), "django.contrib.auth.backends.ModelBackend")
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        UserSession.objects.create(
            user=user(person), session_key=key, ip="192.0.2.7", user_agent=agent
        )
    return client


def cookie(books: str, name: str, value: str) -> dict[str, Any]:
    return {"name": name, "value": value, "url": books}
