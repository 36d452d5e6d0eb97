"""Admins learn that posting stopped and that it works again: one letter each time."""

from datetime import timedelta

from django.utils import timezone

from integrations.alerts import tell_admins
from integrations.models import Connection
from portal.models import Email
from tests.factories import NOON, ConnectionFactory, MembershipFactory, UserFactory
from tests.integrations import lanes


def broken_connection():
    connection = ConnectionFactory()
    organisation = connection.organisation
    MembershipFactory(organisation=organisation, admin=True, user__email="admin@example.com")
    MembershipFactory(
        organisation=organisation, admin=True, user=UserFactory(language="ja", email="ja@x.example")
    )
    MembershipFactory(organisation=organisation, user__email="staff@example.com")
    connection.break_down(Connection.Health.CHANNEL_UNAVAILABLE, "HTTP 403", NOON)
    return connection


def test_each_admin_is_told_once_per_breakage(db):  # spec 133
    broken_connection()

    tell_admins(NOON)
    tell_admins(NOON)

    letters = Email.objects.order_by("pk")
    assert [letter.to for letter in letters] == ["admin@example.com", "ja@x.example"]
    assert "no longer reach" in letters[0].subject
    assert "#sales" in letters[0].text
    assert "Zoho Cliq" in letters[1].subject
    assert letters[1].subject != letters[0].subject


def test_a_repair_is_told_as_well(db):
    connection = broken_connection()
    tell_admins(NOON)
    connection.repair()

    tell_admins(NOON)

    assert "works again" in Email.objects.filter(to="admin@example.com").latest("pk").subject


def test_what_was_repaired_before_anybody_was_told_is_no_news(db):
    connection = broken_connection()
    connection.repair()

    tell_admins(NOON)

    assert Email.objects.count() == 0


def test_an_admin_who_disconnects_gets_no_letter(db):
    connection = broken_connection()
    tell_admins(NOON)
    connection.refresh_from_db()
    connection.disconnect()

    tell_admins(NOON)

    assert Email.objects.count() == 2


# spec 137
def test_admins_learn_that_messages_have_waited_for_an_hour_and_that_they_left(
    client, cliq, connection, lane
):
    admin = MembershipFactory(organisation=connection.organisation, admin=True)
    lanes.comment(lanes.document_of(connection), 1)
    cliq.will("bad_gateway", path="/api/*", times=99)
    lane.drain()
    for minutes in (30, 61, 62):
        tell_admins(timezone.now() + timedelta(minutes=minutes))

    [letter] = Email.objects.filter(to=admin.user.email)
    client.force_login(admin.user)
    page = client.get(f"/o/{connection.organisation.slug}/")
    assert "late" in letter.subject
    assert "has taken no message since" in letter.text
    assert "1 message waits." in page.text
    assert Connection.objects.get().is_working  # Nothing keeps the lane from trying.

    cliq.obey()
    lane.drain_until_empty()
    tell_admins(lane.now + timedelta(hours=2))

    assert lane.states() == ["sent"]
    assert "works again" in Email.objects.latest("pk").subject
    assert "has taken no message" not in client.get(f"/o/{connection.organisation.slug}/").text


def test_what_waited_for_a_repair_is_not_told_as_late(db):
    connection = broken_connection()
    lanes.comment(lanes.document_of(connection), 1)
    tell_admins(timezone.now())
    connection.repair()

    tell_admins(timezone.now() + timedelta(hours=3))

    assert "works again" in Email.objects.filter(to="admin@example.com").latest("pk").subject
    assert not Email.objects.filter(subject__contains="late").exists()
