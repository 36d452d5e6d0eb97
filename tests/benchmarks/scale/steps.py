"""What is done again and again: by workers, by customers, by staff."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.signing import get_cookie_signer
from django.db import transaction
from django.test import Client
from django.utils import timezone

from integrations import delivery, log
from integrations.delivery import ledger
from integrations.models import Account, Attempt, Connection, Delivery, Grant
from portal.guests import GUEST, SALT
from portal.models import (
    Comment,
    Contact,
    Email,
    Event,
    Guest,
    Invoice,
    Knock,
    Link,
    Membership,
    Organisation,
    Payment,
    User,
    Visit,
    Visitor,
)

Step = Callable[[], Any]
# Their work is what waits in all organisations together: ten times as many wait ten times as much.
OF_ALL = {"sweep", "status of all lanes", "grants of strangers"}
WORDS = "000042"  # of one document's number in each organisation


def steps() -> dict[str, Step]:
    """All of them by name, in the database that is used now."""
    place = Organisation.objects.order_by("pk")[0]
    return {**by_workers(place), **by_customers(place), **by_staff(place)}


def undone(step: Step) -> Step:
    """The step without its traces."""

    @wraps(step)
    def without_traces() -> None:
        with transaction.atomic():
            step()
            transaction.set_rollback(True)

    return without_traces


def page(client: Client, address: str) -> Step:
    def get() -> None:
        status = client.get(address).status_code
        assert status == 200, (address, status)

    return get


def by_workers(place: Organisation) -> dict[str, Step]:
    link = Connection.objects.with_grants().get(organisation=place)
    account: Account = link.grant.account  # type: ignore[union-attr]
    now = timezone.now()

    def claim() -> None:
        owner = account.claim(timezone.now())
        assert owner is not None
        account.release(owner)

    def post() -> None:
        attempt = Attempt(account=account, connection=link, origin="delivery", started_at=now)
        assert ledger.begin(attempt, Delivery.objects.in_lane(account)[:1])
        ledger.arrived(attempt, "1", now)

    return {
        "sweep": lambda: list(Account.objects.with_deliveries_due(timezone.now())),
        "claim and release": claim,
        "the lane's next": lambda: list(Delivery.objects.in_lane(account)[:51]),
        "posts of a minute": lambda: ledger.posts_between(account, now - timedelta(minutes=1), now),
        "a post written down": undone(post),
        "is anything left": lambda: Delivery.objects.postable(account).exists(),
        "status of all lanes": lambda: delivery.status(timezone.now()),
        "log to forget": undone(lambda: log.prune(now)),
        "e-mails due": lambda: list(Email.objects.due(now)[:50]),
        "acts to tell of": lambda: list(Event.objects.untold().values_list("pk")),
        "digests due": lambda: list(Membership.objects.filter(notices__due_at__lte=now).distinct()),
        "payments to ask about": lambda: list(Payment.objects.to_ask_about(now)),
        "knocks to answer": lambda: list(Knock.objects.waiting(now)),
        "knocks to forget": undone(lambda: Knock.objects.asked_before(now - Knock.KEPT).delete()),
        "guests to forget": undone(lambda: Guest.objects.expired_before(now).delete()),
        "addresses to forget": undone(
            lambda: Visit.objects.forget_addresses(now - timedelta(days=settings.TRACE_DAYS))
        ),
        "grants of strangers": lambda: list(Grant.objects.of_strangers()),
    }


def by_customers(place: Organisation) -> dict[str, Step]:
    invoice = Invoice.objects.filter(organisation=place, status="sent").order_by("pk")[0]
    link = Link.objects.select_related("contact").get(invoice=invoice)
    client, guest = Client(), _guest(link.contact)
    home = f"/home/{place.slug}/{link.contact_id}/"
    visitor, now = Visitor(link=link, browser="scale"), timezone.now()

    def comment() -> None:
        Comment.objects.add_from_customer(invoice, visitor, "Why?", key=uuid4(), now=now)

    return {
        "link's page": page(client, f"/p/{link.token}/"),
        "visit, with its delivery": undone(
            lambda: Visit.objects.confirm(invoice, visitor, now=timezone.now())
        ),
        "comment, with its delivery": undone(comment),
        "home": page(guest, home),
        "home, estimates": page(guest, f"{home}estimates/"),
        "home, invoices": page(guest, f"{home}invoices/"),
        "home, payments": page(guest, f"{home}payments/"),
        "home, statement": page(guest, f"{home}statement/"),
        "whose mailbox": lambda: list(Contact.objects.at_mailbox(link.contact.email)),
    }


def _guest(contact: Contact) -> Client:
    """Somebody who has proved the contact's mailbox."""
    _row, key = Guest.objects.welcome(contact.email, now=timezone.now())
    client = Client()
    client.cookies[GUEST] = get_cookie_signer(salt=GUEST + SALT).sign(key)
    return client


def by_staff(place: Organisation) -> dict[str, Step]:
    admin = _client(place.memberships.admins()[0].user)
    limited = _client(_limited(place))
    invoice = place.invoices.filter(status="sent").order_by("pk")[0]
    estimate = place.estimates.filter(status="sent").order_by("pk")[0]
    payment = place.payments.order_by("pk")[0]
    home = f"/o/{place.slug}/"
    pages = {
        "dashboard": "",
        "bell": "notifications/?part=count",
        "notifications": "notifications/",
        "customers": "customers/",
        "customers, search": "customers/?q=003",
        "customer": f"customers/{invoice.customer_id}/",
        "customers as a file": "customers/export/",
        "estimates": "estimates/",
        "estimates, accepted": "estimates/?state=accepted",
        "estimate": f"estimates/{estimate.number}/",
        "invoices": "invoices/",
        "invoices, last page": "invoices/?page=last",
        "invoices, overdue": "invoices/?state=overdue",
        "invoices, search": f"invoices/?q={WORDS}",
        "invoice": f"invoices/{invoice.number}/",
        "invoice, links": f"invoices/{invoice.number}/links/",
        "payments": "payments/",
        "payments, search": f"payments/?q={WORDS}",
        "payment": f"payments/{payment.pk}/",
        "search": f"search/?q={WORDS}",
        "audit log": "settings/audit/",
        "audit log, search": f"settings/audit/?q={WORDS}",
        "users": "settings/users/",
        "Cliq": "settings/integrations/zoho/cliq/",
        **_log("settings/integrations/zoho/cliq/deliveries/"),
    }
    of_limited = ("dashboard", "bell", "notifications", "customers", "invoices", "payments")
    return {
        **{name: page(admin, home + address) for name, address in pages.items()},
        **{f"{name}, assigned": page(limited, home + pages[name]) for name in of_limited},
    }


def _log(address: str) -> dict[str, str]:
    states = ("failed", "skipped", "not_connected", "pending")
    return {
        "delivery log": address,
        "delivery log, last page": f"{address}?page=999",
        **{f"delivery log, {state}": f"{address}?state={state}" for state in states},
        "delivery log, kind": f"{address}?kind=invoice.paid",
        "delivery log, search": f"{address}?q={WORDS}",
    }


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _limited(place: Organisation) -> User:
    """A colleague who sees two customers only."""
    user, _is_new = User.objects.get_or_create(
        email=f"limited-{place.slug}@example.com", defaults={"name": "Limited"}
    )
    membership, _is_new = place.memberships.get_or_create(
        user=user, defaults={"role": Membership.Role.ASSIGNED, "is_settled_in": True}
    )
    membership.customers.set(place.customers.order_by("pk")[:2])
    return user
