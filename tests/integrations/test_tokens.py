"""Access tokens: cached while they are good, and refreshed once for all who need one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from integrations import tokens
from integrations.cliq.errors import (
    CliqThrottled,
    CliqUnauthorized,
    CliqUnavailable,
    GrantDead,
    ScopeMissing,
)
from integrations.models import Connection, Grant

TOKEN = "/oauth/v2/token"


@pytest.fixture
def grant(connection: Connection) -> Grant:
    return Grant.objects.select_related("account").get(pk=connection.grant_id)


@pytest.fixture
def expiring(grant: Grant) -> Grant:
    """A grant whose access token is good for four minutes more."""
    grant.access_expires_at = timezone.now() + timedelta(minutes=4)
    grant.save()
    return grant


def test_a_good_token_is_used_without_asking_zoho(cliq, grant):
    token = grant.access_token

    assert tokens.access_token(grant, timezone.now()) == token
    assert cliq.requests(path=TOKEN) == []


def test_a_token_about_to_end_is_refreshed_and_kept(cliq, expiring):
    old, now = expiring.access_token, timezone.now()

    token = tokens.access_token(expiring, now)

    kept = Grant.objects.get()
    assert token != old
    assert kept.access_token == token
    assert kept.access_expires_at > now + timedelta(minutes=50)
    assert kept.token_version == 2
    assert len(cliq.requests(path=TOKEN)) == 1


def test_a_refreshed_token_works_in_cliq(cliq, expiring):
    client = tokens.client_for(expiring, timezone.now())

    assert [channel.unique_name for channel in client.channels()] == ["sales"]


def test_whoever_loaded_the_grant_before_uses_the_new_token(cliq, expiring):
    stale = Grant.objects.select_related("account").get()
    token = tokens.access_token(expiring, timezone.now())

    assert tokens.access_token(stale, timezone.now()) == token
    assert len(cliq.requests(path=TOKEN)) == 1


def test_a_dead_refresh_token_ends_the_grant(cliq, expiring):
    cliq.revoke(expiring.email)

    with pytest.raises(GrantDead):
        tokens.access_token(expiring, timezone.now())
    with pytest.raises(GrantDead):
        tokens.access_token(Grant.objects.get(), timezone.now())

    assert Grant.objects.get().status == Grant.Status.DEAD
    assert len(cliq.requests(path=TOKEN)) == 1


def test_a_grant_connected_again_meanwhile_is_not_ended(cliq, expiring):
    stale = Grant.objects.select_related("account").get()
    Grant.objects.update(token_version=7)

    stale.end(Grant.Status.DEAD, "?", timezone.now())

    assert Grant.objects.get().status == Grant.Status.ACTIVE


def test_a_throttled_refresh_is_not_asked_for_again_before_the_lock_ends(cliq, expiring):
    cliq.will("access_denied", path=TOKEN)
    now = timezone.now()

    with pytest.raises(CliqThrottled):
        tokens.access_token(expiring, now)
    with pytest.raises(CliqThrottled) as refused:
        tokens.access_token(Grant.objects.get(), now)

    assert timedelta(minutes=9) < refused.value.retry_after <= timedelta(minutes=10)
    assert len(cliq.requests(path=TOKEN)) == 1


def test_after_an_outage_the_next_refresh_may_be_at_once(cliq, expiring):
    cliq.will("bad_gateway", path=TOKEN)

    with pytest.raises(CliqUnavailable):
        tokens.access_token(expiring, timezone.now())

    assert tokens.access_token(Grant.objects.get(), timezone.now())


def test_a_killed_worker_does_not_keep_the_lease(cliq, expiring):
    now = timezone.now()
    assert expiring.lease_refresh(now)  # and then it is killed

    assert tokens.access_token(Grant.objects.get(), now + timedelta(seconds=31))


def test_a_forgotten_grant_is_a_dead_one(cliq, expiring):
    stale = Grant.objects.select_related("account").get()
    Grant.objects.all().delete()

    with pytest.raises(GrantDead):
        tokens.access_token(stale, timezone.now())


def test_a_token_that_cliq_does_not_take_is_renewed_once(cliq, grant):
    cliq.expire_tokens()

    names = tokens.on_behalf_of(
        grant, timezone.now(), lambda client: [one.unique_name for one in client.channels()]
    )

    assert names == ["sales"]
    assert len(cliq.requests(path=TOKEN)) == 1


def test_refused_a_second_time_the_grant_is_over(cliq, grant):
    def refused(client):
        raise CliqUnauthorized("no")

    with pytest.raises(GrantDead):
        tokens.on_behalf_of(grant, timezone.now(), refused)

    assert Grant.objects.get().status == Grant.Status.DEAD


def test_a_missing_scope_is_remembered(cliq, grant):
    cliq.withdraw_scope(grant.email, "ZohoCliq.Channels.READ")

    with pytest.raises(ScopeMissing):
        tokens.on_behalf_of(grant, timezone.now(), lambda client: list(client.channels()))

    assert Grant.objects.get().status == Grant.Status.SCOPE_MISSING


def test_forgetting_ends_the_grant_at_zoho_too(cliq, grant):
    tokens.revoke_and_forget(grant)

    assert not Grant.objects.exists()
    assert len(cliq.requests(path="/oauth/v2/token/revoke")) == 1


def test_a_grant_of_a_sandbox_that_is_gone_can_be_forgotten(grant, settings):
    settings.CLIQ_SANDBOX_URL = ""

    tokens.revoke_and_forget(grant)

    assert not Grant.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twenty_four_workers_refresh_once(cliq, expiring):
    def ask(_worker: int) -> str:
        try:
            grant = Grant.objects.select_related("account").get()
            return tokens.access_token(grant, timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(24) as workers:
        found = set(workers.map(ask, range(24)))

    assert found == {Grant.objects.get().access_token}
    assert len(cliq.requests(path=TOKEN)) == 1
