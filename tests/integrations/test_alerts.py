"""Admins learn that posting stopped and that it works again: one letter each time."""

from integrations.alerts import tell_admins
from integrations.models import Connection
from portal.models import Email
from tests.factories import NOON, ConnectionFactory, MembershipFactory, UserFactory


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
