"""How does a person let us act for them? Zoho's consent page, codes and tokens.

https://www.zoho.com/accounts/protocol/oauth/web-apps.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from .answers import raise_for_accounts, raise_for_status
from .errors import (
    ClientMisconfigured,
    CliqError,
    CliqUnavailable,
    CodeExpired,
    ConnectFailed,
    ConsentDenied,
    GrantDead,
    NoRefreshToken,
)
from .http import Answer, Request, send
from .regions import SANDBOX, Region, region_of
from .rows import text_in

WHO = ("AaaServer.profile.READ",)
POSTING = ("ZohoCliq.Webhooks.CREATE", "ZohoCliq.Channels.READ")
READING = ("ZohoCliq.Messages.READ", "ZohoCliq.Chats.READ")
FILES = ("ZohoCliq.Attachments.READ",)
CHAT_BAR = (
    *POSTING,
    *READING,
    "ZohoCliq.Chats.UPDATE",
    "ZohoCliq.Chats.CREATE",
    "ZohoCliq.Users.READ",
    *FILES,
    *WHO,
)
NOTIFICATIONS = (*POSTING, *READING, *WHO)
# One grant per person: an admin's covers the notifications and their own chat bar.
ADMIN_SCOPES = tuple(dict.fromkeys((*NOTIFICATIONS, *CHAT_BAR)))
STAFF_SCOPES = CHAT_BAR

# Renew a minute before the end, and never believe in more than an hour.
MARGIN = 60
HOUR = 3600
# No access token lives for a day: a bigger number is in milliseconds, as it once was.
SECONDS_A_DAY = 86_400
LONGEST_ZUID, LONGEST_EMAIL = 40, 254


@dataclass(frozen=True)
class Tokens:
    """What a grant consists of; the access token is good until `expires_at`."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Profile:
    """Who granted: the number of the Zoho account, its address and its name."""

    zuid: str
    email: str
    display_name: str


def authorisation_url(
    region: Region, *, redirect_uri: str, scopes: Iterable[str], state: str
) -> str:
    """Where to send a person for their consent.

    https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
    """
    query = {
        "response_type": "code",
        "client_id": _client_id(region),
        "redirect_uri": redirect_uri,
        "scope": ",".join(scopes),
        # Without both, the second connect brings no refresh token.
        "access_type": "offline",
        "prompt": "consent",
        "state": state,
    }
    return f"{region.accounts_url}/oauth/v2/auth?{urlencode(query)}"


def code_in(callback: Mapping[str, str]) -> tuple[Region, str]:
    """The data centre and the code with which a person comes back; the state is the caller's.

    Raises ConsentDenied for whatever error came instead, UntrustedAccountsServer for a host
    that is not Zoho's, and ConnectFailed when neither code nor error came.
    """
    if error := callback.get("error"):
        raise ConsentDenied("Zoho's page ended with an error", code=error[:100])
    if not (code := callback.get("code")):
        raise ConnectFailed("neither a code nor an error came back from Zoho")
    location, server = callback.get("location", ""), callback.get("accounts-server", "")
    return region_of(location, server), code


def exchange_code(region: Region, code: str, *, redirect_uri: str, now: datetime) -> Tokens:
    """A code's tokens: it is good once, for two minutes, at the data centre it came from.

    https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token.html
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    body = _token_body(region, form, invalid_code=CodeExpired)
    refresh_token = body.get("refresh_token")
    if not isinstance(refresh_token, str) or not refresh_token:
        raise NoRefreshToken("Zoho gave no refresh token")
    return Tokens(body["access_token"], refresh_token, _expiry(body, now))


def refresh(region: Region, refresh_token: str, *, now: datetime) -> Tokens:
    """A new access token; GrantDead when the refresh token buys none any more.

    Ten in ten minutes are allowed for one refresh token: ask once for all workers.
    https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    body = _token_body(region, form, invalid_code=GrantDead)
    return Tokens(body["access_token"], refresh_token, _expiry(body, now))


def revoke(region: Region, token: str) -> bool:
    """Ask Zoho to forget a token, and say whether it has; whatever happens, forget it here too.

    https://www.zoho.com/accounts/protocol/oauth/revoke-refresh-token.html
    """
    url = f"{region.accounts_url}/oauth/v2/token/revoke"
    try:
        answer = send(Request("POST", url, form={"token": token}, is_repeatable=True))
    except CliqError:
        return False
    # With 400 it says that it does not know the token: that is what was wanted.
    return answer.status in (200, 400)


def profile(region: Region, access_token: str) -> Profile:
    """Whose grant it is, with the scope AaaServer.profile.READ."""
    url = f"{region.accounts_url}/oauth/user/info"
    answer = send(Request("GET", url, token=access_token, is_repeatable=True))
    raise_for_status(answer, is_repeatable=True)
    body = _object(answer)
    zuid, email = text_in(body, "ZUID"), text_in(body, "Email")
    if not 0 < len(zuid) <= LONGEST_ZUID or not 0 < len(email) <= LONGEST_EMAIL:
        raise CliqUnavailable("the profile names no account", http_status=answer.status)
    return Profile(zuid, email, text_in(body, "Display_Name") or email)


def sign_in(region: Region, code: str, *, redirect_uri: str) -> Profile:
    """Whose code it is; the access token that it buys serves this question and is not kept.

    The consent asked for was `online`: a refresh token more would cost the person one of the
    twenty that Zoho keeps alive, perhaps that of a grant.
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    body = _token_body(region, form, invalid_code=CodeExpired)
    return profile(region, body["access_token"])


def _token_body(
    region: Region, form: Mapping[str, str], *, invalid_code: type[CliqError]
) -> dict[str, Any]:
    # In the body, not in the query: addresses end up in logs.
    client = {"client_id": _client_id(region), "client_secret": _client_secret(region)}
    url = f"{region.accounts_url}/oauth/v2/token"
    answer = send(Request("POST", url, form={**client, **form}, is_repeatable=True))
    raise_for_accounts(answer, invalid_code=invalid_code)
    return _object(answer)


def _object(answer: Answer) -> dict[str, Any]:
    body = answer.json()
    if not isinstance(body, dict):
        raise CliqUnavailable("the answer is not an object", http_status=answer.status)
    return body


def _expiry(body: Mapping[str, Any], now: datetime) -> datetime:
    try:
        seconds = int(body["expires_in"])
    except (KeyError, TypeError, ValueError, OverflowError):
        seconds = HOUR
    if seconds > SECONDS_A_DAY:
        seconds //= 1000
    return now + timedelta(seconds=max(min(seconds, HOUR) - MARGIN, 0))


def _client_id(region: Region) -> str:
    return _configured(region, settings.ZOHO_CLIENT_ID, "ZOHO_CLIENT_ID")


def _client_secret(region: Region) -> str:
    secret = settings.ZOHO_CLIENT_SECRETS.get(region.name) or settings.ZOHO_CLIENT_SECRET
    return _configured(region, secret, "ZOHO_CLIENT_SECRET")


def _configured(region: Region, value: str, name: str) -> str:
    """The setting; the sandbox takes any id and secret, so it needs none."""
    if value or region.name == SANDBOX:
        return value or SANDBOX
    raise ClientMisconfigured(f"{name} is empty")
