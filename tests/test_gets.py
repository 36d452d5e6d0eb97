"""Looking changes nothing: a GET of any address leaves every table as it was."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from integrations.models import Grant
from portal.events import EventKind
from portal.models import Event, Invitation, Membership, Payment
from tests.factories import ContactFactory, CustomerFactory, make_estimate, make_invoice, make_link
from tests.factories import make_visitor as visitor_of


def patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address of the URLconf, with its converters in it."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from patterns(pattern, route)


ROUTES = sorted(set(patterns(get_resolver())))


# What Cliq said a moment ago, and how often it was asked: in the database only to be shared.
CACHES = {"integrations.Snapshot", "integrations.Allowance"}


def rows() -> dict[str, int]:
    models = [model for model in apps.get_models() if model._meta.label not in CACHES]
    return {model._meta.label: model._base_manager.count() for model in models}


@pytest.fixture
def world(connection):
    """One of everything, and a word for every converter."""
    now = timezone.now()
    organisation = connection.organisation
    contact = ContactFactory(customer=CustomerFactory(organisation=organisation))
    estimate = make_estimate(contact=contact, expiry_date=None)
    invoice = make_invoice(contact=contact)
    payment = Payment.objects.start(invoice, visitor_of(invoice), provider="test", now=now)
    _invitation, invited = Invitation.objects.invite(
        organisation, "new@example.com", Membership.Role.STAFF, by=None, now=now
    )
    event = Event.objects.record(
        EventKind.ESTIMATE_VIEWED, estimate, visitor=visitor_of(estimate), now=now
    )
    return {
        "organisation": organisation.slug,
        "token": make_link(estimate, now).token,
        "invitation": invited,
        "estimates": estimate.number,
        "invoices": invoice.number,
        "payment": payment.reference,
        "event": event.reference,
        "pk": str(connection.pk),
        "chat_id": connection.chat_id,
        "name": "notifications",
        "admin": Grant.objects.get().user,
    }


def address(route: str, world: dict) -> str:
    """The route with a word of the world in every gap."""
    kind = "invoices" if "invoices/" in route else "estimates"
    words = {
        **world,
        "number": world[kind],
        "reference": world["event"] if route.startswith("go/") else world["payment"],
        "token": world["invitation"] if route.startswith("invitations/") else world["token"],
    }
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda gap: str(words.get(gap[1], "x")), route)
    path = re.sub(r"\(\?P<\w+>[^)]*\)+", "x", path)
    return "/" + re.sub(r"[\^$\\]|\\Z|\?$", "", path)


SEEN_BY_ADMIN = {
    "o/<slug:organisation>/",
    "o/<slug:organisation>/estimates/<number:number>/",
    "o/<slug:organisation>/invoices/<number:number>/send/",
    "o/<slug:organisation>/settings/users/",
    "o/<slug:organisation>/settings/integrations/zoho/cliq/",
    "o/<slug:organisation>/chat/<str:chat_id>/",
    "invitations/<str:token>/",
    "accounts/2fa/",
    "pay/return/<str:reference>/",
}
SEEN_BY_ANYBODY = {
    "p/<str:token>/",
    "p/<str:token>/decline/",
    "pay/test/<str:reference>/",
    "accounts/login/",
    "go/<str:reference>/",
}


@pytest.mark.parametrize(
    ("who", "seen"),
    [("nobody", SEEN_BY_ANYBODY), ("admin", SEEN_BY_ADMIN)],
    ids=["nobody", "admin"],
)
def test_no_get_changes_a_row(client, world, who, seen):
    if who == "admin":
        client.force_login(world["admin"])
    before = rows()

    statuses = {route: client.get(address(route, world)).status_code for route in ROUTES}

    assert rows() == before
    assert {route: statuses[route] for route in seen} == dict.fromkeys(seen, 200)
    assert max(statuses.values()) < 500
