"""How does a person's consent at Zoho become a grant?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import TextChoices
from django.urls import reverse

from portal.models import Organisation, User

from .cliq import oauth
from .cliq.client import CliqClient
from .cliq.errors import (
    ClientMisconfigured,
    CliqError,
    CliqUnauthorized,
    ConnectFailed,
    NeedsReconnect,
)
from .cliq.regions import Region, home_region
from .models import Account, Connection, Grant
from .tokens import revoke


class Purpose(TextChoices):
    """What a person goes to Zoho for."""

    CONNECT = "connect"  # an admin, to post the organisation's notifications
    CHAT = "chat"  # anybody, to chat as themselves


@dataclass(frozen=True)
class ConsentRequest:
    """Who asked for whose consent: what has to be the same on the way back."""

    state: str
    organisation: str  # its slug
    user: int
    purpose: str
    back: str = ""  # the page to return to
    may_move: bool = False  # an admin has said that another organisation of Cliq's is all right


@dataclass(frozen=True)
class Consent:
    """What came of it at Zoho: tokens, and whose they are."""

    region: Region
    tokens: oauth.Tokens
    profile: oauth.Profile
    cliq_organisation_id: str


class AccountMismatch(ConnectFailed):
    """The Zoho account that consented is not the one of who is signed in to Books."""

    def __init__(self, granted: str) -> None:
        super().__init__("another Zoho account consented")
        self.granted = granted


class AnotherCliqOrganisation(ConnectFailed):
    """The Zoho account that consented belongs to another organisation of Cliq's than before."""

    def __init__(self, granted: str) -> None:
        super().__init__("another organisation of Cliq's than before")
        self.granted = granted


def redirect_uri() -> str:
    """Where Zoho sends people back to; it must be registered with the client, letter for letter."""
    return settings.SITE_URL + reverse("integrations:cliq-callback")


def client_is_configured() -> bool:
    """Whether this installation can send anybody to Zoho at all."""
    try:
        consent_url(ConsentRequest("", "", 0, Purpose.CONNECT))
    except ClientMisconfigured:
        return False
    return True


def consent_url(request: ConsentRequest) -> str:
    """Zoho's page that asks for consent."""
    is_admin = request.purpose == Purpose.CONNECT
    return oauth.authorisation_url(
        home_region(),
        redirect_uri=redirect_uri(),
        scopes=_scopes(is_admin=is_admin),
        state=request.state,
    )


def accept(
    request: ConsentRequest,
    callback: Mapping[str, str],
    user: User,
    organisation: Organisation,
    now: datetime,
) -> Grant:
    """Keep the grant that a person came back with; raises a CliqError, and then keeps nothing."""
    consent = _consent_in(callback, now)
    try:
        _require_same_account(user, consent.profile)
        moving = _connection_elsewhere(organisation, consent.cliq_organisation_id)
        if moving and not request.may_move:
            raise AnotherCliqOrganisation(consent.profile.email)
    except CliqError:
        oauth.revoke(consent.region, consent.tokens.refresh_token)
        raise
    with transaction.atomic():
        if moving and moving.grant and moving.grant.user_id == user.pk:
            # The channel's name may well exist over there: nothing may be posted to it.
            moving.lose_account(now)
        scopes = _scopes(is_admin=request.purpose == Purpose.CONNECT)
        grant, before = _keep(consent, user, organisation, scopes, now)
    _end(before, grant)
    return grant


def _consent_in(callback: Mapping[str, str], now: datetime) -> Consent:
    """What the code that came back buys, and whose it is."""
    region, code = oauth.code_in(callback)
    tokens = oauth.exchange_code(region, code, redirect_uri=redirect_uri(), now=now)
    try:
        profile = oauth.profile(region, tokens.access_token)
        return Consent(region, tokens, profile, _cliq_organisation(region, tokens, profile))
    except CliqError:
        oauth.revoke(region, tokens.refresh_token)
        raise


def _keep(
    consent: Consent,
    user: User,
    organisation: Organisation,
    scopes: tuple[str, ...],
    now: datetime,
) -> tuple[Grant, Grant | None]:
    """The grant, and the one that it replaces."""
    account, _is_new = Account.objects.get_or_create(
        data_centre=consent.region.name, zuid=consent.profile.zuid
    )
    return Grant.objects.keep(
        user,
        organisation,
        account=account,
        email=consent.profile.email,
        name=consent.profile.display_name[:160],
        cliq_organisation_id=consent.cliq_organisation_id[:40],
        scopes=",".join(scopes),
        refresh_token=consent.tokens.refresh_token,
        access_token=consent.tokens.access_token,
        access_expires_at=consent.tokens.expires_at,
        granted_at=now,
    )


def _scopes(*, is_admin: bool) -> tuple[str, ...]:
    return oauth.ADMIN_SCOPES if is_admin else oauth.STAFF_SCOPES


def _require_same_account(user: User, profile: oauth.Profile) -> None:
    """The help page's condition: the same Zoho account in Books and in Cliq."""
    linked = SocialAccount.objects.filter(user=user, provider="zoho", uid=profile.zuid)
    verified = EmailAddress.objects.filter(user=user, verified=True, email__iexact=profile.email)
    if not (linked.exists() or verified.exists()):
        raise AccountMismatch(profile.email)


def _cliq_organisation(region: Region, tokens: oauth.Tokens, profile: oauth.Profile) -> str:
    """The organisation in Cliq of who consented; "" when Cliq does not say."""
    try:
        return CliqClient(region, tokens.access_token).user(profile.zuid).organization_id
    except (NeedsReconnect, CliqUnauthorized):
        raise
    except CliqError:
        return ""  # No reason to refuse the consent: listing the channels shows what is wrong.


def _connection_elsewhere(
    organisation: Organisation, cliq_organisation_id: str
) -> Connection | None:
    """The organisation's connection, if it belongs to another organisation of Cliq's."""
    connection = Connection.objects.with_grants().filter(organisation=organisation).first()
    if connection is None or not connection.is_connected:
        return None
    known = {connection.cliq_organisation_id, cliq_organisation_id} - {""}
    return connection if len(known) > 1 else None


def _end(before: Grant | None, grant: Grant) -> None:
    """Zoho keeps twenty grants a person and drops the oldest: don't leave old ones lying there."""
    if before and before.refresh_token != grant.refresh_token:
        revoke(before.account.data_centre, before.refresh_token)
