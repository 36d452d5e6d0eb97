"""The chat bar's gate: who looks, with whose grant, and what is said when there is none."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import cast
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache

from portal.access import MemberRequest, member_of
from portal.models import Membership

from ..cliq.errors import CliqError, GrantDead, NeedsReconnect, ScopeMissing
from ..models import Connection, Grant, Snapshot
from ..problems import error_named, problem_of

CHAT = "integrations/chat"
View = Callable[..., HttpResponse]


def with_own_grant(view: View) -> View:
    """Call the view with the viewer's own grant; without one, invite to connect."""

    @never_cache
    @wraps(view)
    def gate(request: MemberRequest, organisation: str, **path: str) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponse(status=401)  # A sign-in page does not fit into the bar.
        # Tabs poll: one query answers whether the viewer works here, with the bar on and a grant.
        grant = Grant.objects.in_chat_bar(request.user, organisation).first()
        if grant is None:
            return _invitation(request, organisation)
        request.membership = cast(
            Membership, SimpleLazyObject(lambda: member_of(request, organisation))
        )
        if grant.status == Grant.Status.SCOPE_MISSING:
            return whole(problem(request, ScopeMissing("the grant lacks a permission")))
        if grant.status != Grant.Status.ACTIVE:
            return whole(problem(request, GrantDead("the grant has ended")))
        return view(request, grant, **path)

    return gate


def _invitation(request: MemberRequest, organisation: str) -> HttpResponse:
    """The way to a grant of one's own, for who works here while the bar is on."""
    membership = member_of(request, organisation)
    connections = Connection.objects.with_chat_bar()
    if not connections.filter(organisation=membership.organisation).exists():
        raise Http404
    return whole(render(request, f"{CHAT}/invitation.html", {"back": page_of(request)}))


def problem(request: HttpRequest, error: CliqError) -> HttpResponse:
    """Words in the bar; the page around it is as it was."""
    return render(request, f"{CHAT}/problem.html", told(request, error))


def told(request: HttpRequest, error: CliqError) -> dict[str, object]:
    return {
        "problem": problem_of(error),
        "needs_consent": isinstance(error, NeedsReconnect),
        "back": page_of(request),
    }


def error_of(snapshot: Snapshot, now: datetime) -> CliqError | None:
    """Why Cliq did not say more when it was last asked."""
    return error_named(snapshot.error, snapshot.due_at, now)


def whole(response: HttpResponse) -> HttpResponse:
    """Fill the whole panel, whichever part of it asked."""
    response["HX-Retarget"], response["HX-Reswap"] = "#chat", "innerHTML"
    return response


def page_of(request: HttpRequest) -> str:
    """The path of the page that the bar is on, to come back to."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", "")).path
    except ValueError:  # "http://[" is no address.
        return ""
