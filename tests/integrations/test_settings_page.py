"""The settings pages: the services, the form's channels, the switches, the end of it."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from integrations import tasks
from integrations.models import Attempt, Connection, Delivery, Grant
from portal.events import EventKind
from portal.models import Event
from tests.factories import ContactFactory, CustomerFactory, MembershipFactory, make_estimate

from .conftest import page

HANA = "hana@minato.example"


def text_of(answer):
    return answer.content.decode()


def record(organisation, kind=EventKind.ESTIMATE_COMMENTED):
    """A customer's act, which the receiver queues."""
    contact = ContactFactory(customer=CustomerFactory(organisation=organisation))
    estimate = make_estimate(contact=contact, number=f"EST-{Event.objects.count() + 1:06d}")
    return Event.objects.record(
        kind, estimate, visitor=None, now=timezone.now(), facts={"text": "Hello"}
    )


def test_the_services_page_offers_to_connect(client, hana):
    client.force_login(hana.user)

    shown = client.get(page("zoho-services", hana))

    assert "Zoho Cliq" in text_of(shown)
    assert f'href="{page("cliq-authorise", hana)}"' in text_of(shown)


def test_once_connected_the_services_page_shows_details(client, hana, connected):
    shown = client.get(page("zoho-services", hana))

    assert "View details" in text_of(shown)
    assert "#sales" in text_of(shown)


def test_all_pages_of_channels_are_offered(client, hana, cliq, consent):
    for number in range(103):
        cliq.add_channel(f"#room {number}", members=[HANA])
    consent(hana)

    form = client.get(page("cliq", hana))

    assert text_of(form).count('name="channel_id"') == 103


def test_channels_without_permission_to_post_are_not_offered(client, hana, cliq, sales, consent):
    for name in ("#archived", "#announcements", "#others"):
        cliq.add_channel(name, members=["kenji@minato.example"] if name == "#others" else [HANA])
    cliq.archive("archived")
    cliq.permit("announcements", allowed=False)
    consent(hana)

    form = client.get(page("cliq", hana))

    assert text_of(form).count('name="channel_id"') == 1
    assert "2 members" in text_of(form)


def test_a_channel_without_other_members_is_marked(client, hana, cliq, consent):
    cliq.add_channel("#diary", members=[HANA])
    consent(hana)

    assert "Only you" in text_of(client.get(page("cliq", hana)))


def test_without_any_channel_the_page_says_how_to_make_one(client, hana, consent):
    consent(hana)

    form = client.get(page("cliq", hana))

    assert "There is no channel" in text_of(form)
    assert "Look again" in text_of(form)


def test_notifications_need_a_channel(client, hana, sales, consent):
    consent(hana)

    answer = client.post(page("cliq-connect", hana), {"notifications_enabled": "on"})

    assert answer.status_code == 422
    assert "Choose the channel to notify." in text_of(answer)
    assert not Connection.objects.get().is_connected


def test_the_chat_bar_alone_needs_none(client, hana, sales, consent):
    consent(hana)

    client.post(page("cliq-connect", hana), {"chat_bar_enabled": "on"})

    connection = Connection.objects.get()
    assert connection.is_connected
    assert (connection.chat_bar_enabled, connection.notifications_enabled) == (True, False)


def test_connecting_with_nothing_switched_on_is_refused(client, hana, sales, consent):
    consent(hana)

    answer = client.post(page("cliq-connect", hana), {"channel_id": sales["channel_id"]})

    assert answer.status_code == 422
    assert "Enable at least one" in text_of(answer)


def test_a_channel_of_somebody_else_cannot_be_chosen(client, hana, cliq, sales, consent):
    other = cliq.add_channel("#others", members=["kenji@minato.example"])
    consent(hana)
    told = {"notifications_enabled": "on", "channel_id": other["channel_id"]}

    answer = client.post(page("cliq-connect", hana), told)

    assert answer.status_code == 422
    assert not Connection.objects.get().is_connected


def test_cliq_out_of_reach_leaves_the_form_to_be_tried_again(client, hana, cliq, consent):
    consent(hana)
    cliq.will("bad_gateway", path="/api/v2/channels")

    answer = client.get(page("cliq", hana))

    assert answer.status_code == 503
    assert "cannot be reached" in text_of(answer)
    assert "Try again" in text_of(answer)


def test_disabling_notifications_asks_first(client, hana, connected):
    shown = text_of(client.get(page("cliq", hana)))

    assert 'commandfor="disable-notifications"' in shown
    assert '<dialog id="disable-notifications"' in shown
    assert "Messages in Cliq stay there." in shown


def test_notifications_switched_off_skip_what_waits_and_what_comes(client, hana, connected):
    waiting = record(hana.organisation)

    client.post(page("cliq-switch", hana, "notifications"), {"value": "off"})
    coming = record(hana.organisation)

    for event in (waiting, coming):
        delivery = Delivery.objects.get(event=event)
        assert delivery.status == Delivery.Status.SKIPPED
        assert delivery.reason == Delivery.Reason.NOTIFICATIONS_OFF


def test_notifications_come_back_to_the_same_channel(client, hana, connected):
    client.post(page("cliq-switch", hana, "notifications"), {"value": "off"})

    client.post(page("cliq-switch", hana, "notifications"), {"value": "on"})

    connection = Connection.objects.get()
    assert connection.notifications_enabled
    assert connection.channel == "sales"
    assert Delivery.objects.queue(record_silently(hana), connection).status == "pending"


def record_silently(membership):
    """An act whose delivery the test queues by itself."""
    event = record(membership.organisation)
    Delivery.objects.filter(event=event).delete()
    return event


def test_a_switch_without_script_says_off_when_it_is_unchecked(client, hana, connected):
    client.post(page("cliq-switch", hana, "chat_bar"), {"value": ["off"]})
    off = Connection.objects.get().chat_bar_enabled
    client.post(page("cliq-switch", hana, "chat_bar"), {"value": ["off", "on"]})

    assert (off, Connection.objects.get().chat_bar_enabled) == (False, True)


def test_with_both_off_the_integration_is_disabled_and_remembers(client, hana, connected):
    for name in ("notifications", "chat_bar"):
        client.post(page("cliq-switch", hana, name), {"value": "off"})

    shown = text_of(client.get(page("cliq", hana)))

    assert "Disabled" in shown
    assert "#sales" in shown
    assert Grant.objects.get().status == Grant.Status.ACTIVE


def test_enabling_without_a_channel_leads_to_the_channels(client, hana, sales, consent):
    consent(hana)
    client.post(page("cliq-connect", hana), {"chat_bar_enabled": "on"})

    asked = client.post(page("cliq-switch", hana, "notifications"), {"value": "on"})
    told = {"channel_id": sales["channel_id"], "enable": "on"}
    client.post(page("cliq-channel", hana), told)

    assert asked["Location"].endswith("?change=channel&enable=on")
    assert Connection.objects.get().notifications_enabled


def test_another_channel_repairs_the_connection(client, hana, cliq, connected):
    other = cliq.add_channel("#billing", members=[HANA])
    connected.break_down(Connection.Health.CHANNEL_UNAVAILABLE, "archived", timezone.now())

    client.post(page("cliq-channel", hana), {"channel_id": other["channel_id"]})

    connection = Connection.objects.get()
    assert connection.is_working
    assert connection.channel == other["unique_name"]
    assert connection.chat_id == other["chat_id"]


def test_a_kind_switched_off_is_not_posted(client, hana, connected):
    # spec 144
    kinds = [kind.value for kind in EventKind if kind != EventKind.ESTIMATE_COMMENTED]

    client.post(page("cliq-kinds", hana), {"kinds": kinds, "views": "every"})
    event = record(hana.organisation)

    connection = Connection.objects.get()
    assert connection.muted_kinds == [EventKind.ESTIMATE_COMMENTED]
    assert connection.views == Connection.Views.EVERY
    assert Delivery.objects.get(event=event).reason == Delivery.Reason.KIND_OFF


def test_a_test_message_arrives_and_says_where(client, hana, cliq, connected):
    # spec 141
    answer = client.post(page("cliq-test", hana), follow=True)

    assert "The test message is in #sales." in text_of(answer)
    assert len(cliq.posted("sales")) == 1
    assert Attempt.objects.get().origin == Attempt.Origin.TEST


def test_a_test_message_that_fails_says_why_and_sets_the_health(client, hana, cliq, connected):
    # spec 141
    cliq.archive("sales")

    answer = client.post(page("cliq-test", hana), follow=True)

    assert "did not arrive" in text_of(answer)
    assert Connection.objects.get().health == Connection.Health.CHANNEL_UNAVAILABLE


def test_disconnecting_ends_the_grant_at_zoho_and_here(client, hana, cliq, connected):
    waiting = record(hana.organisation)

    client.post(page("cliq-disconnect", hana))

    assert not Grant.objects.exists()
    assert len(cliq.requests(path="/oauth/v2/token/revoke")) == 1
    connection = Connection.objects.get()
    assert not connection.is_connected
    assert connection.channel == "sales"
    assert Delivery.objects.get(event=waiting).reason == Delivery.Reason.NOT_CONNECTED


def test_disconnecting_works_while_zoho_is_away(client, hana, cliq, connected):
    cliq.will("drop", path="/oauth/v2/token/revoke")

    client.post(page("cliq-disconnect", hana))

    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (Connection.Health.NEEDS_RECONNECT, "no longer accepts our messages"),
        (Connection.Health.NEEDS_ACCOUNT, "needs a new account"),
        (Connection.Health.CHANNEL_UNAVAILABLE, "cannot be reached"),
    ],
)
def test_a_broken_connection_shows_to_admins_on_every_page(
    client, hana, kenji, connected, health, words
):
    connected.break_down(health, "reason", timezone.now())
    record(hana.organisation)
    books = f"/o/{hana.organisation.slug}/customers/"

    for_admin = text_of(client.get(books))
    client.force_login(kenji.user)
    for_staff = text_of(client.get(books))

    assert words in for_admin
    assert "1 message waits." in for_admin
    assert words not in for_staff


def test_a_working_connection_shows_no_banner(client, hana, connected):
    shown = client.get(f"/o/{hana.organisation.slug}/customers/")

    assert '<div class="banner"></div>' in text_of(shown)


def test_who_leaves_takes_their_grant_along_and_the_queue_stays(client, hana, cliq, connected):
    MembershipFactory(organisation=hana.organisation, admin=True)
    before = record(hana.organisation)
    with transaction.atomic():
        hana.remove()
    after = record(hana.organisation)

    tasks.forget.call_local(connected.grant_id)

    connection = Connection.objects.get()
    assert connection.health == Connection.Health.NEEDS_ACCOUNT
    assert connection.grant is None
    assert not Grant.objects.exists()
    assert len(cliq.requests(path="/oauth/v2/token/revoke")) == 1
    for event in (before, after):
        assert Delivery.objects.get(event=event).status == Delivery.Status.PENDING


def test_a_grant_whose_owner_left_unnoticed_is_found(hana, connected):
    hana.delete()

    assert list(Grant.objects.of_strangers()) == [connected.grant]


def test_the_latest_notifications_say_what_became_of_them(client, hana, connected):
    client.post(page("cliq-switch", hana, "notifications"), {"value": "off"})
    record(hana.organisation)

    shown = text_of(client.get(page("cliq", hana)))

    assert "Estimate commented on" in shown
    assert "Notifications were off" in shown


@pytest.mark.parametrize("name", ["cliq", "zoho-services"])
def test_looking_changes_nothing(client, hana, connected, name):
    before = list(Connection.objects.values())

    client.get(page(name, hana))
    client.get(page(name, hana), {"change": "channel", "enable": "on"})

    assert list(Connection.objects.values()) == before
    assert datetime.now(UTC) > before[0]["connected_at"]
