"""What acts at once on the details page: switches, kinds, and the test message."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.access import MemberRequest, admin_of, login_required

from ..audit import note
from ..cliq.errors import ChannelUnavailable, CliqError, NeedsReconnect
from ..delivery import send_test
from ..forms import KindsForm
from ..models import Connection, Delivery
from ..problems import problem_of
from ..tasks import wake_on_commit


@login_required
@require_POST
def switch(request: MemberRequest, organisation: str, name: str) -> HttpResponse:
    """Turn the notifications or the chat bar on or off."""
    connection = _connected(request, organisation)
    on = request.POST.get("value") == "on"
    if name == "chat_bar":
        _switch_chat_bar(request, connection, on=on)
    elif name != "notifications":
        raise Http404
    elif on and not connection.channel:
        page = reverse("integrations:cliq", args=[organisation])
        return redirect(f"{page}?change=channel&enable=on")
    else:
        _switch_notifications(request, connection, on=on)
    return redirect("integrations:cliq", organisation)


@login_required
@require_POST
def choose_kinds(request: MemberRequest, organisation: str) -> HttpResponse:
    """Post only these kinds of events from now on."""
    form = KindsForm(request.POST, instance=_connected(request, organisation))
    if form.is_valid():
        with transaction.atomic():
            note(request, form.instance)
            form.save()
        messages.success(request, _("The choice of events is saved."))
    return redirect("integrations:cliq", organisation)


@login_required
@require_POST
def test(request: MemberRequest, organisation: str) -> HttpResponse:
    """Post a test message the way that notifications go, and say what came of it."""
    connection = _connected(request, organisation)
    if connection.grant is None or not connection.channel:
        return redirect("integrations:cliq", organisation)
    try:
        send_test(connection, timezone.now)
    except CliqError as error:
        _note_failure(request, connection, error)
    else:
        _note_success(request, connection)
    return redirect("integrations:cliq", organisation)


def _connected(request: MemberRequest, organisation: str) -> Connection:
    """The connection of an organisation that the user administers, or 404."""
    membership = admin_of(request, organisation)
    connections = Connection.objects.with_grants()
    connection = get_object_or_404(connections, organisation=membership.organisation)
    if not connection.is_connected:
        raise Http404
    return connection


@transaction.atomic
def _switch_chat_bar(request: HttpRequest, connection: Connection, *, on: bool) -> None:
    connection.chat_bar_enabled = on
    note(request, connection)
    connection.save(update_fields=["chat_bar_enabled"])
    if on:
        messages.success(request, _("The chat bar is shown at the bottom of every page."))
    else:
        messages.success(request, _("The chat bar is disabled."))


@transaction.atomic
def _switch_notifications(request: HttpRequest, connection: Connection, *, on: bool) -> None:
    connection.notifications_enabled = on
    note(request, connection)
    connection.save(update_fields=["notifications_enabled"])
    if on:
        messages.success(
            request,
            _("Notifications go to %(channel)s.") % {"channel": connection.channel_name},
        )
    else:
        Delivery.objects.skip_pending(connection, Delivery.Reason.NOTIFICATIONS_OFF)
        messages.success(request, _("Notifications are off. Messages in Cliq stay there."))


def _note_success(request: HttpRequest, connection: Connection) -> None:
    if connection.repair() and connection.grant:
        wake_on_commit(connection.grant.account_id)
    messages.success(
        request,
        _("The test message is in %(channel)s.") % {"channel": connection.channel_name},
    )


def _note_failure(request: HttpRequest, connection: Connection, error: CliqError) -> None:
    if isinstance(error, NeedsReconnect):
        connection.break_down(Connection.Health.NEEDS_RECONNECT, error.reason, timezone.now())
    elif isinstance(error, ChannelUnavailable):
        health = Connection.Health.CHANNEL_UNAVAILABLE
        connection.break_down(health, error.reason, timezone.now())
    problem = problem_of(error)
    messages.error(
        request,
        _("The test message did not arrive in %(channel)s. %(what)s %(advice)s (%(reason)s)")
        % {
            "channel": connection.channel_name,
            "what": problem.title,
            "advice": problem.advice,
            "reason": error.reason,
        },
    )
