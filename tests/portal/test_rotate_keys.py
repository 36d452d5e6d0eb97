"""A new encryption key, and what older ones encrypted."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from integrations.models import Grant
from portal.management.commands.rotate_keys import encrypted_columns
from portal.models import Link
from portal.sessions import SessionStore
from tests.factories import GrantFactory, make_estimate, make_link

FAR = datetime(2100, 1, 1, tzinfo=UTC)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def raw(table, column):
    """What the database holds, as somebody with a copy of it reads it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608  Our own names.
        return [value for (value,) in cursor.fetchall()]


def rotate():
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


@pytest.fixture
def old_values(db, settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    GrantFactory(refresh_token="a refresh token", access_token="")
    return make_link(make_estimate()).token


def test_after_rotation_the_newest_key_alone_opens_everything(settings, old_values):
    before = raw("integrations_grant", "refresh_token")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    told = rotate()

    assert "integrations.Grant.refresh_token: 1 encrypted again" in told
    assert "portal.Link.token: 1 encrypted again" in told
    assert raw("integrations_grant", "refresh_token") != before
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert Grant.objects.get().refresh_token == "a refresh token"
    assert Grant.objects.get().access_token == ""
    assert Link.objects.get().token == old_values


def test_a_value_that_no_key_opens_is_kept_and_said(settings, old_values):
    before = raw("portal_link", "token")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]

    with pytest.raises(CommandError, match="No key opens 2 values: keep the old keys"):
        rotate()

    assert raw("portal_link", "token") == before


def test_every_encrypted_column_is_found():
    found = {f"{model._meta.label}.{field}" for model, field in encrypted_columns()}

    assert {
        "integrations.Grant.access_token",
        "integrations.Snapshot.content",
        "integrations.ChatPost.payload",
        "portal.Payment.checkout_url",
    } <= found


def test_what_a_session_holds_is_read_by_nobody_with_a_copy(client, db):
    session = client.session
    session["code"] = "123456"
    session.save()
    plain = DjangosStore()
    earlier = Session.objects.create(
        session_key="e" * 32, session_data=plain.encode({"a": 1}), expire_date=FAR
    )

    [kept] = Session.objects.exclude(pk=earlier.pk)

    assert plain.decode(kept.session_data) == {}
    assert SessionStore(kept.pk)["code"] == "123456"
    assert SessionStore(earlier.pk)["a"] == 1
