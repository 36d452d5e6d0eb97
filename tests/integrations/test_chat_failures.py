"""What is wrong is said in the bar, in words and with what to do; the page around it is whole."""

import pytest
from django.utils import timezone

from integrations.models import Connection, Grant, Snapshot

from .conftest import page

HANA = "hana@minato.example"
READ = "/api/v2/chats/*/messages"
UNREACHABLE = "Zoho cannot be reached at the moment."
FAILURES = {
    "scope missing": (
        lambda cliq: cliq.withdraw_scope(HANA, "ZohoCliq.Messages.READ"),
        "Your consent does not cover this.",
    ),
    "throttled": (lambda cliq: cliq.will("throttle", READ, times=9), "Cliq asks us to wait."),
    "down": (lambda cliq: cliq.will("bad_gateway", READ, times=9), UNREACHABLE),
    "silent": (lambda cliq: cliq.will("drop", READ, times=9), UNREACHABLE),
}


@pytest.fixture
def room(connected, hana):
    return page("chat-messages", hana, connected.chat_id)


@pytest.mark.parametrize(("break_it", "words"), FAILURES.values(), ids=FAILURES)
def test_each_failure_is_said_in_the_bar_alone(
    see, client, cliq, connected, hana, room, break_it, words
):
    break_it(cliq)

    said = see(room)

    assert words in said
    assert 'role="status"' in said
    assert client.get(f"/o/{hana.organisation.slug}/customers/").status_code == 200
    assert Connection.objects.get().chat_bar_enabled


@pytest.mark.parametrize("fault", ["throttle", "bad_gateway", "drop"])
def test_what_was_read_before_stays_in_sight(see, cliq, room, fault):
    cliq.say("sales", "kenji@minato.example", "before")
    assert "before" in see(room)
    Snapshot.objects.update(due_at=timezone.now(), leased_until=timezone.now())
    cliq.will(fault, READ, times=9)

    said = see(room)

    assert "before" in said
    assert "What you see is as of" in said


def test_a_scope_that_is_missing_offers_the_consent_again(see, cliq, hana, room):
    cliq.withdraw_scope(HANA, "ZohoCliq.Messages.READ")

    see(room)

    assert Grant.objects.get().status == Grant.Status.SCOPE_MISSING
    assert page("chat-authorise", hana) in see(page("chat", hana))
