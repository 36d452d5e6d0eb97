"""What is wrong is said in the bar, in words and with what to do; the page around it is whole."""

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from integrations import alerts
from integrations.models import Connection, Grant, Snapshot
from portal.models import Email
from tests.integrations import lanes

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


@pytest.mark.parametrize(
    "end",
    [
        lambda cliq: cliq.revoke(HANA) or cliq.expire_tokens(),
        lambda cliq: cliq.withdraw_scope(HANA, "ZohoCliq.Messages.READ"),
    ],
    ids=["revoked", "scope missing"],
)
# spec 133
def test_a_consent_that_the_bar_finds_ended_is_told_to_admins_and_the_queue_is_kept(
    see, cliq, room, connected, end
):
    end(cliq)

    see(room)
    lanes.comment(lanes.document_of(connected), 1)
    alerts.tell_admins(timezone.now())

    assert Connection.objects.get().health == Connection.Health.NEEDS_RECONNECT
    assert lanes.states() == ["pending"]
    assert Email.objects.filter(to=HANA).exists()


def test_who_connects_again_need_not_wait_for_what_was_wrong_before(see, cliq, hana, consent, room):
    cliq.will("bad_gateway", READ, times=9)
    assert UNREACHABLE in see(room)
    cliq.obey()
    cliq.say("sales", "kenji@minato.example", "while you were away")

    consent(hana, name="chat-authorise")

    assert "while you were away" in see(room)


def test_what_another_account_saw_goes_with_it(see, cliq, hana, consent, room):
    cliq.say("sales", "kenji@minato.example", "between us")
    assert "between us" in see(room)
    cliq.add_account("hana@private.example", first_name="Hana", last_name="Sato")
    EmailAddress.objects.create(user=hana.user, email="hana@private.example", verified=True)

    consent(hana, email="hana@private.example", name="chat-authorise")

    assert not Snapshot.objects.exists()


def test_a_failure_that_lasts_is_not_drawn_again(client, cliq, hana, see, connected):
    cliq.will("bad_gateway", "/api/*", times=9)
    lists = page("chat", hana)
    assert UNREACHABLE in see(lists)

    tag = client.get(lists)["HX-PTag"]

    assert client.get(lists, headers={"HX-PTag": tag}).status_code == 304
