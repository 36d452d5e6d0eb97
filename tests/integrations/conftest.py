"""People of two organisations, the way through Zoho's consent page, and a lane drained by hand."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from integrations.models import Connection
from integrations.views.chat_bar import drawn
from portal.models import Membership
from tests.factories import (
    ContactFactory,
    CustomerFactory,
    MembershipFactory,
    make_estimate,
    make_visitor,
)
from tests.integrations.lanes import Lane
from tests.sandbox import SandboxControls


@pytest.fixture(autouse=True)
def _nothing_drawn() -> None:
    """Rows that were rolled back give their ids to others: what was drawn of them must go."""
    drawn.clear()


def page(name: str, membership: Membership, *args: Any) -> str:
    """An address of the membership's organisation."""
    return reverse(f"integrations:{name}", args=[membership.organisation.slug, *args])


@pytest.fixture
def hana(cliq: SandboxControls, db: None) -> Membership:
    """An admin whose Zoho account has the same address."""
    cliq.add_account("hana@minato.example", first_name="Hana", last_name="Sato")
    cliq.add_account("kenji@minato.example", first_name="Kenji", last_name="Tanaka")
    membership: Membership = MembershipFactory(admin=True, user__email="hana@minato.example")
    return membership


@pytest.fixture
def kenji(hana: Membership) -> Membership:
    """A colleague of Hana's who is no admin."""
    membership: Membership = MembershipFactory(
        organisation=hana.organisation, user__email="kenji@minato.example"
    )
    return membership


@pytest.fixture
def outsider(hana: Membership) -> Membership:
    """An admin of another organisation."""
    membership: Membership = MembershipFactory(admin=True)
    return membership


@pytest.fixture
def sales(hana: Membership, cliq: SandboxControls) -> dict[str, str]:
    """A channel that Hana and Kenji are in."""
    return cliq.add_channel(
        "#sales", unique_name="sales", members=["hana@minato.example", "kenji@minato.example"]
    )


@pytest.fixture
def consent(client: Client, cliq: SandboxControls) -> Callable[..., Any]:
    """Leave for Zoho, decide there as somebody, and come back; the answer of the way back."""

    def go(
        membership: Membership,
        email: str = "",
        decision: str = "accept",
        name: str = "cliq-authorise",
        query: str = "",
        **changed: str,
    ) -> Any:
        client.force_login(membership.user)
        leaving = client.get(page(name, membership) + query)
        back = cliq.consent(leaving["Location"], email or membership.user.email, decision)
        return client.get(reverse("integrations:cliq-callback"), back | changed)

    return go


@pytest.fixture
def connected(
    client: Client, hana: Membership, sales: dict[str, str], consent: Callable[..., Any]
) -> Connection:
    """Hana has connected #sales with both options on, through the pages."""
    consent(hana)
    client.post(
        page("cliq-connect", hana),
        {
            "chat_bar_enabled": "on",
            "notifications_enabled": "on",
            "channel_id": sales["channel_id"],
        },
    )
    return Connection.objects.with_grants().get()


@pytest.fixture
def lane(connection):
    return Lane(connection)


@pytest.fixture
def record(connection):
    """Make the organisation's customer decline an estimate for a reason: one event."""
    customer = CustomerFactory(organisation=connection.organisation)

    def decline(reason="too dear"):
        estimate = make_estimate(
            contact=ContactFactory(customer=customer, language="en"), expiry_date=None
        )
        return estimate.decline(
            make_visitor(estimate), name="Hanako", reason=reason, now=timezone.now()
        )

    return decline


@pytest.fixture
def work() -> Iterator[Callable[[], None]]:
    """What workers do with the tasks that wait; between tests nothing does."""
    HUEY.storage.flush_all()

    def work() -> None:
        HUEY._immediate = True  # A worker would close the connection that holds the test's rows.
        while (task := HUEY.dequeue()) is not None:
            HUEY.execute(task)
        HUEY._immediate = False

    yield work
    HUEY.storage.flush_all()


@pytest.fixture
def see(client: Client, work: Callable[[], None]) -> Callable[..., Any]:
    """Look, have the workers ask Cliq, and look again, as the bar does by itself."""

    def see(address: str, **query: str) -> str:
        client.get(address, query)
        work()
        return str(client.get(address, query).content.decode())

    return see
