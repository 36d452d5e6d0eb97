"""Settings › Integrations › Zoho services › Zoho Cliq: connect, look, change, disconnect."""

from collections.abc import Mapping

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access import MemberRequest, admin_of, login_required
from portal.events import EventKind
from portal.models import Act, Membership

from ..audit import note
from ..cliq.client import CliqClient
from ..cliq.errors import CliqError, NeedsReconnect
from ..cliq.records import Channel
from ..consent import client_is_configured
from ..forms import ChannelForm, ConnectForm, hours_to_choose, postable
from ..models import Connection, Delivery, Grant
from ..problems import problem_of
from ..tasks import wake_on_commit
from ..tokens import on_behalf_of, revoke_and_forget

NEWEST = 10
SWITCHED_ON = {"chat_bar_enabled": True, "notifications_enabled": True}


@login_required
@require_safe
def zoho_services(request: MemberRequest, organisation: str) -> HttpResponse:
    """Which of Zoho's services can be connected, and which are."""
    membership = admin_of(request, organisation)
    return render(
        request,
        "integrations/zoho_services.html",
        {
            "connection": connection_of(membership),
            "own_grant": own_grant(membership),
            "is_configured": client_is_configured(),
            "section": "settings",
        },
    )


@login_required
@require_safe
def cliq(request: MemberRequest, organisation: str) -> HttpResponse:
    """Everything about Zoho Cliq: how to begin, the form, or the details once connected."""
    membership = admin_of(request, organisation)
    connection, change = connection_of(membership), request.GET.get("change", "")
    grant = own_grant(membership)
    if connection.grant and change == "channel":
        return _ask_channel(request, connection, connection.grant)
    if grant and (change == "account" or not connection.is_connected):
        return _ask_everything(request, connection, grant)
    if connection.is_connected:
        return show_details(request, membership, connection)
    context = {"is_configured": client_is_configured(), "section": "settings"}
    return render(request, "integrations/cliq_start.html", context)


@login_required
@require_POST
def connect(request: MemberRequest, organisation: str) -> HttpResponse:
    """Connect with what the form says, as the admin who sends it."""
    membership = admin_of(request, organisation)
    grant = own_grant(membership)
    if grant is None:
        return redirect("integrations:cliq", organisation)
    Connection.objects.get_or_create(organisation=membership.organisation)
    return _ask_everything(request, connection_of(membership), grant)


@login_required
@require_POST
def change_channel(request: MemberRequest, organisation: str) -> HttpResponse:
    """Notify another channel from now on; what waits goes there too."""
    connection = connection_of(admin_of(request, organisation))
    if connection.grant is None:
        return redirect("integrations:cliq", organisation)
    return _ask_channel(request, connection, connection.grant)


@login_required
@require_POST
def disconnect(request: MemberRequest, organisation: str) -> HttpResponse:
    """End the connection here and the grant at Zoho; messages in Cliq stay."""
    connection = connection_of(admin_of(request, organisation))
    if connection.is_connected:
        grant = connection.grant
        with transaction.atomic():
            note(request, connection, Act.Kind.INTEGRATION_DISCONNECTED)
            connection.disconnect()
            Delivery.objects.skip_pending(connection, Delivery.Reason.NOT_CONNECTED)
        if grant:
            revoke_and_forget(grant)
        messages.success(request, _("Zoho Cliq is disconnected. Messages in Cliq stay there."))
    return redirect("integrations:zoho-services", organisation)


def connection_of(membership: Membership) -> Connection:
    """The organisation's connection; one that nobody saved where there is none."""
    organisation = membership.organisation
    connections = Connection.objects.with_grants().filter(organisation=organisation)
    return connections.first() or Connection(organisation=organisation)


def own_grant(membership: Membership) -> Grant | None:
    """The member's own grant, if it works."""
    return Grant.objects.of(membership.user, membership.organisation).usable().first()


def show_details(
    request: HttpRequest, membership: Membership, connection: Connection
) -> HttpResponse:
    """The connection as it is, with its switches."""
    deliveries = Delivery.objects.filter(connection=connection).with_events().latest_first()
    kinds = [(kind, connection.wants(kind)) for kind in EventKind]
    context = {
        "connection": connection,
        "deliveries": deliveries[:NEWEST],
        "kinds": kinds,
        "views": Connection.Views.choices,
        "view_hours": hours_to_choose(),
        "is_own": bool(connection.grant and connection.grant.user_id == membership.user_id),
        "is_cliq_page": True,
        "section": "settings",
    }
    return render(request, "integrations/cliq_details.html", context)


def _ask_everything(request: HttpRequest, connection: Connection, grant: Grant) -> HttpResponse:
    """The help page's form; after it, the connection posts with this grant."""
    try:
        channels = _channels(grant)
    except CliqError as error:
        return _no_channels(request, connection, error)
    initial = {} if connection.is_connected else SWITCHED_ON
    form = ConnectForm(
        request.POST or None, instance=connection, channels=channels, initial=initial
    )
    if not form.is_valid():
        context = {"form": form, "grant": grant}
        return _show_form(request, "integrations/cliq_connect.html", context)
    with transaction.atomic():
        connection = form.save(commit=False)
        connection.connected_at = timezone.now()
        note(request, connection, Act.Kind.INTEGRATION_CONNECTED)
        connection.save()
        connection.use(grant)
        if not connection.notifications_enabled:
            reason = Delivery.Reason.NOTIFICATIONS_OFF
            Delivery.objects.skip_pending(connection, reason)
        wake_on_commit(grant.account_id)
    messages.success(request, _("Zoho Cliq is connected."))
    return redirect("integrations:cliq", connection.organisation.slug)


def _ask_channel(request: HttpRequest, connection: Connection, grant: Grant) -> HttpResponse:
    """The channels of whoever posts, one of them chosen."""
    try:
        channels = _channels(grant)
    except CliqError as error:
        return _no_channels(request, connection, error)
    enables = "enable" in (request.POST or request.GET)
    form = ChannelForm(request.POST or None, instance=connection, channels=channels)
    if not form.is_valid():
        context = {"form": form, "grant": grant, "enables": enables}
        return _show_form(request, "integrations/cliq_channel.html", context)
    with transaction.atomic():
        connection = form.save(commit=False)
        connection.notifications_enabled = connection.notifications_enabled or enables
        note(request, connection)
        connection.save()
        if grant.status == Grant.Status.ACTIVE:
            connection.repair()
        wake_on_commit(grant.account_id)
    messages.success(
        request,
        _("Notifications go to %(channel)s from now on.") % {"channel": connection.channel_name},
    )
    return redirect("integrations:cliq", connection.organisation.slug)


def _channels(grant: Grant) -> list[Channel]:
    """What to choose from; asked anew every time, because somebody may just have made one."""

    def ask(client: CliqClient) -> list[Channel]:
        return postable(client.channels())

    return on_behalf_of(grant, timezone.now(), ask)


def _show_form(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, template, {**context, "section": "settings"}, status=status)


def _no_channels(request: HttpRequest, connection: Connection, error: CliqError) -> HttpResponse:
    """Why the channels can't be shown; connecting again helps where the grant is over."""
    context = {
        "problem": problem_of(error),
        "error": error,
        "needs_consent": isinstance(error, NeedsReconnect),
        "connection": connection,
        "section": "settings",
    }
    return render(request, "integrations/cliq_unavailable.html", context, status=503)
