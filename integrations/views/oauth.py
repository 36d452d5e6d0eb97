"""To Zoho's consent page and back."""

import secrets
from dataclasses import asdict
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.access import MemberRequest, admin_of, login_required, member_of
from portal.cookies import named
from portal.models import Act, Membership

from ..audit import note
from ..cliq.errors import CliqError
from ..consent import AnotherCliqOrganisation, ConsentRequest, Purpose, accept, consent_url
from ..models import Connection, Grant
from ..problems import problem_of
from ..tasks import wake_on_commit

COOKIE = "cliq_consent"
SALT = "integrations.consent"
LIFETIME = 600  # seconds


@login_required
@require_safe
def authorise(request: MemberRequest, organisation: str) -> HttpResponse:
    """An admin leaves for Zoho, to connect the organisation."""
    admin_of(request, organisation)
    return _leave(request, organisation, Purpose.CONNECT)


@login_required
@require_safe
def chat_authorise(request: MemberRequest, organisation: str) -> HttpResponse:
    """Anybody of the organisation leaves for Zoho, to chat as themselves."""
    membership = member_of(request, organisation)
    with_bar = Connection.objects.with_chat_bar()
    if not with_bar.filter(organisation=membership.organisation).exists():
        raise Http404
    return _leave(request, organisation, Purpose.CHAT)


@never_cache
@login_required
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Somebody comes back from Zoho; whoever did not leave from here learns how to."""
    consent = _consent_of(request)
    if consent is None:
        return render(request, "integrations/cliq_strayed.html", status=400)
    response = _arrive(request, consent)
    name, path = _cookie()
    response.delete_cookie(name, path=path)
    return response


def _leave(request: MemberRequest, organisation: str, purpose: Purpose) -> HttpResponse:
    consent = ConsentRequest(
        state=secrets.token_urlsafe(32),
        organisation=organisation,
        user=request.user.pk,
        purpose=purpose,
        back=_own_page(request, request.GET.get("next", "")),
        may_move=purpose == Purpose.CONNECT and "move" in request.GET,
    )
    try:
        url = consent_url(consent)
    except CliqError as error:
        return _failed(request, request.membership, consent, error)
    response, (name, path) = HttpResponseRedirect(url), _cookie()
    response.set_cookie(
        name,
        signing.dumps(asdict(consent), salt=SALT),
        max_age=LIFETIME,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",  # Zoho's redirect is a navigation from another site.
    )
    return response


def _cookie() -> tuple[str, str]:
    """What the cookie is called, and the one path that it is sent to."""
    path = reverse("integrations:cliq-callback")
    return named(COOKIE, path), path


def _consent_of(request: HttpRequest) -> ConsentRequest | None:
    """What this browser left for, if the one who comes back is the one who left."""
    try:
        name, _path = _cookie()
        told = signing.loads(request.COOKIES.get(name, ""), salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    consent = ConsentRequest(**told)
    is_same = constant_time_compare(request.GET.get("state", ""), consent.state)
    return consent if is_same and consent.user == request.user.pk else None


def _arrive(request: HttpRequest, consent: ConsentRequest) -> HttpResponse:
    gate = admin_of if consent.purpose == Purpose.CONNECT else member_of
    membership = gate(request, consent.organisation)
    organisation = membership.organisation
    try:
        grant = accept(consent, request.GET, membership.user, organisation, timezone.now())
    except CliqError as error:
        return _failed(request, membership, consent, error)
    if _reconnect(request, membership, grant):
        messages.success(request, _("Zoho Cliq is connected again."))
    if consent.purpose == Purpose.CHAT:
        return redirect(consent.back or reverse("portal:dashboard", args=[organisation.slug]))
    page = reverse("integrations:cliq", args=[organisation.slug])
    posts_otherwise = Connection.objects.filter(organisation=organisation).exclude(grant=grant)
    return redirect(f"{page}?change=account" if posts_otherwise.exists() else page)


@transaction.atomic
def _reconnect(request: HttpRequest, membership: Membership, grant: Grant) -> bool:
    """Let a connection that posts with this grant go on with it."""
    connection = Connection.objects.filter(
        organisation=membership.organisation, grant=grant
    ).first()
    if connection is None:
        return False
    note(request, connection, Act.Kind.INTEGRATION_CONNECTED)
    connection.use(grant)
    wake_on_commit(grant.account_id)
    return True


def _failed(
    request: HttpRequest, membership: Membership, consent: ConsentRequest, error: CliqError
) -> HttpResponse:
    """What happened on the way through Zoho, and what to do."""
    is_chat = consent.purpose == Purpose.CHAT
    name = "integrations:chat-authorise" if is_chat else "integrations:cliq-authorise"
    again = reverse(name, args=[membership.organisation.slug])
    context = {
        "problem": problem_of(error),
        "error": error,
        "kind": type(error).__name__,
        "granted": getattr(error, "granted", ""),
        "again": f"{again}?{urlencode({'next': consent.back})}" if consent.back else again,
        "may_move": not is_chat and isinstance(error, AnotherCliqOrganisation),
        "is_chat": is_chat,
        "section": "settings",
    }
    return render(request, "integrations/cliq_failed.html", context)


def _own_page(request: HttpRequest, address: str) -> str:
    """A path of this site to come back to; "" for anything else."""
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours and address.startswith("/") else ""
