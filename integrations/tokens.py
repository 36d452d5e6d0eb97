"""Where do access tokens come from? One refresh for all workers, and the clients that use them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import TypeVar

from .cliq import oauth
from .cliq.client import CliqClient
from .cliq.errors import (
    ClientMisconfigured,
    CliqError,
    CliqThrottled,
    CliqUnauthorized,
    CliqUnavailable,
    GrantDead,
    ScopeMissing,
)
from .cliq.regions import region
from .models import Account, Grant

T = TypeVar("T")

GOOD_FOR = timedelta(minutes=5)
POLL_SECONDS = 0.05
WAIT_SECONDS = 10
CLOCKS_DIFFER = timedelta(seconds=30)  # another worker's lease may have begun after our `now`
ACCOUNTS_LOCK = timedelta(minutes=10)


def client_for(grant: Grant, now: datetime) -> CliqClient:
    """Cliq as the person who granted sees it; raises as access_token does."""
    return CliqClient(region(grant.account.data_centre), access_token(grant, now))


def on_behalf_of(grant: Grant, now: datetime, act: Callable[[CliqClient], T]) -> T:
    """Act as the person who granted; a grant that turns out to be over is ended.

    An access token that Cliq does not take is renewed once: what it refused it has not done.
    """
    try:
        try:
            return act(client_for(grant, now))
        except CliqUnauthorized:
            grant.expire_access_token(now)
            return act(client_for(grant, now))
    except ScopeMissing as error:
        grant.end(Grant.Status.SCOPE_MISSING, error.reason, now)
        raise
    except CliqUnauthorized as error:
        grant.end(Grant.Status.DEAD, error.reason, now)
        raise GrantDead(error.reason, code=error.code, http_status=error.http_status) from None


def access_token(grant: Grant, now: datetime) -> str:
    """A token that is good for some minutes more; never call it inside a transaction.

    Raises NeedsReconnect when only its owner can help, and CliqUnavailable when Zoho can't be
    asked now; the grant is brought up to date with its row where it is too old.
    """
    if not _is_good(grant, now):
        _reload(grant)
    _check(grant)
    return grant.access_token if _is_good(grant, now) else renewed_token(grant, now)


def renewed_token(grant: Grant, now: datetime) -> str:
    """A token younger than the grant's, which Cliq no longer accepts or soon will not.

    Zoho gives ten in ten minutes: whoever takes the lease asks, the others wait for the row.
    """
    if not grant.lease_refresh(now):
        return _token_of_another(grant, now)
    try:
        tokens = oauth.refresh(region(grant.account.data_centre), grant.refresh_token, now=now)
    except GrantDead as error:
        grant.end(Grant.Status.DEAD, error.reason, now)
        raise
    except CliqThrottled as error:
        grant.hold_refresh(now + (error.retry_after or ACCOUNTS_LOCK))
        raise
    except CliqError:
        grant.hold_refresh(Account.NEVER)
        raise
    if not grant.keep_access_token(tokens.access_token, tokens.expires_at):
        _reload(grant)  # Its owner connected again meanwhile.
    return grant.access_token


def revoke_and_forget(grant: Grant) -> None:
    """End the grant at Zoho, as far as Zoho can be reached, and here in any case."""
    revoke(grant.account.data_centre, grant.refresh_token)
    grant.delete()


def revoke(data_centre: str, refresh_token: str) -> None:
    """Ask Zoho to forget a refresh token; that it can't be asked is no reason to keep it."""
    try:
        where = region(data_centre)
    except ClientMisconfigured:  # A sandbox that is no longer set up.
        return
    oauth.revoke(where, refresh_token)


def _token_of_another(grant: Grant, now: datetime) -> str:
    """The token that another worker is fetching, or has fetched since the grant was loaded."""
    version, give_up_at = grant.token_version, monotonic() + WAIT_SECONDS
    while True:
        _reload(grant)
        _check(grant)
        if grant.token_version != version:
            return grant.access_token
        if grant.refresh_leased_until > now + CLOCKS_DIFFER + Grant.REFRESH_LEASE:
            wait = grant.refresh_leased_until - now
            raise CliqThrottled("Zoho's accounts server asks us to wait", retry_after=wait)
        if grant.refresh_leased_until == Account.NEVER or monotonic() > give_up_at:
            raise CliqUnavailable("another worker could not renew the access token")
        sleep(POLL_SECONDS)


def _is_good(grant: Grant, now: datetime) -> bool:
    return grant.access_expires_at - now >= GOOD_FOR


def _reload(grant: Grant) -> None:
    try:
        grant.refresh_from_db()
    except Grant.DoesNotExist:
        raise GrantDead("the grant was forgotten") from None


def _check(grant: Grant) -> None:
    if grant.status == Grant.Status.DEAD:
        raise GrantDead("the grant ended")
    if grant.status == Grant.Status.SCOPE_MISSING:
        raise ScopeMissing("the grant lacks a permission")
