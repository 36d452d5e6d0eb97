"""The bell: what customers did lately, and how each colleague wants to hear of it."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ...access import events_for, login_required, member_of, signed_in
from ...context import unread_by
from ...forms.listening import ListeningForm
from ...history import of_event
from ...models import Event, Membership
from .pages import page_of

IN_PANEL = 8


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def notification_list(request: HttpRequest, organisation: str) -> HttpResponse:
    """The newest acts, as a page, the bell's panel or its count; a POST reads what was shown."""
    membership = member_of(request, organisation)
    part = request.GET.get("part", "")
    if request.method == "POST":
        return _read(request, membership)
    if part == "count":
        return _count(request, membership)
    news = events_for(membership).news().latest_first().with_documents()
    if part == "panel":
        context = _shown(membership, list(news[:IN_PANEL]))
        return render(request, "portal/staff/_notification_panel.html", context)
    page = page_of(request, news)
    context = _shown(membership, list(page)) | {"section": "notifications", "page": page}
    return render(request, "portal/staff/notification_list.html", context)


def _shown(membership: Membership, events: list[Event]) -> dict[str, Any]:
    """The acts in words, which of them are new, and the mark that reads them."""
    return {
        "activity": [(event, of_event(event)) for event in events],
        "seen_at": membership.seen_at,
        "newest": events[0].occurred_at if events else None,
    }


def _count(request: HttpRequest, membership: Membership) -> HttpResponse:
    """How many are unread; nothing at all while it is the number that the page shows."""
    unread = unread_by(membership)
    tag = f"{unread}-{get_language()}"
    if request.headers.get("HX-PTag") == tag:
        response = HttpResponse(status=304)
    else:
        response = render(request, "portal/staff/_bell_count.html", {"unread": unread})
    response["HX-PTag"] = tag
    return response


def _read(request: HttpRequest, membership: Membership) -> HttpResponse:
    shown = _moment(request.POST.get("until", ""))
    if shown:
        membership.see_until(min(shown, timezone.now()))
    if "HX-Request" in request.headers:
        return HttpResponse(status=204)
    return redirect("portal:notification-list", membership.organisation.slug)


def _moment(text: str) -> datetime | None:
    """The moment that a page named, if it is one."""
    try:
        moment = parse_datetime(text)
        is_one = moment is not None and timezone.is_aware(moment)
        return moment.astimezone(UTC) if moment and is_one else None
    except (ValueError, OverflowError):  # Before the year 1 there are no moments.
        return None


@login_required
@require_http_methods(["GET", "POST"])
def notification_preferences(request: HttpRequest, organisation: str) -> HttpResponse:
    """Which acts the member wants to hear of by e-mail, and when."""
    membership = member_of(request, organisation)
    form = ListeningForm(
        request.POST if request.method == "POST" else None,
        initial={
            "emails": membership.emails,
            "kinds": membership.email_kinds,
            "hour": membership.digest_hour,
        },
    )
    if form.is_bound and form.is_valid():
        membership.listen(**form.cleaned_data, now=timezone.now())
        messages.success(request, _("Your choice is saved."))
        return redirect("portal:notification-preferences", organisation)
    context = {"section": "notifications", "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "portal/staff/notification_preferences.html", context, status=status)
