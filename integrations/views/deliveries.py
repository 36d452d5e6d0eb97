"""The delivery log: every event with what became of it, and sending again what did not arrive."""

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.access import MemberRequest, admin_of, login_required
from portal.models import Event
from portal.sent import plain

from ..forms import LogForm
from ..log import Entry, events_of, kept_since, with_deliveries
from ..models import Connection, Delivery
from ..tasks import wake_on_commit
from .connection import connection_of

ROWS = 25


@never_cache
@login_required
@require_safe
def deliveries(request: MemberRequest, organisation: str) -> HttpResponse:
    """The log; its first page asks again and again for what is new, and mostly nothing is."""
    connection = connection_of(admin_of(request, organisation))
    form = LogForm(request.GET)
    rows = _rows(request, connection, form.wishes())
    tag = hashlib.sha256(rows.encode()).hexdigest()[:16]
    context = {
        "connection": connection,
        "form": form,
        "rows": rows,
        "tag": tag,
        "is_live": request.GET.get("page", "1") == "1",
        "section": "settings",
    }
    shown = request.headers.get("HX-PTag")
    if shown is None:
        return render(request, "integrations/cliq_deliveries.html", context)
    if shown == tag:
        return HttpResponse(status=304)
    response = render(request, "integrations/_log.html", context)
    response["HX-PTag"] = tag
    return response


@login_required
@require_POST
def send_again(request: MemberRequest, organisation: str) -> HttpResponse:
    """Send one event once more, or for the first time."""
    connection = connection_of(admin_of(request, organisation))
    events = Event.objects.filter(organisation=connection.organisation)
    event = get_object_or_404(events, reference=plain(request.POST.get("event", "")))
    if not connection.is_notifying:
        return _refused(request, connection)
    with transaction.atomic():
        is_mine = Delivery.objects.send_again(event, connection, timezone.now())
        _wake(connection)
    if is_mine:
        messages.success(request, _("The message is on its way."))
    else:
        messages.info(request, _("It is already on its way, or in the channel."))
    return _back(request, connection)


@login_required
@require_POST
def send_failed_again(request: MemberRequest, organisation: str) -> HttpResponse:
    """Send everything that failed once more."""
    connection = connection_of(admin_of(request, organisation))
    if not connection.is_notifying:
        return _refused(request, connection)
    with transaction.atomic():
        count = Delivery.objects.send_failed_again(connection, timezone.now())
        _wake(connection)
    told = ngettext(
        "%(count)d message is on its way.", "%(count)d messages are on their way.", count
    )
    messages.success(request, told % {"count": count})
    return _back(request, connection)


def _rows(request: HttpRequest, connection: Connection, wishes: dict[str, str]) -> str:
    """The page's entries drawn; the same text means that nothing has changed."""
    events = events_of(connection, since=kept_since(timezone.now()), **wishes)
    page = Paginator(with_deliveries(events), ROWS).get_page(request.GET.get("page"))
    context = {
        "connection": connection,
        "page": page,
        "entries": [Entry.of(event, connection) for event in page],
        "failed": Delivery.objects.failed().filter(connection=connection.pk).count(),
        "is_narrowed": any(wishes.values()),
    }
    return render_to_string("integrations/_log_rows.html", context, request)


def _wake(connection: Connection) -> None:
    if connection.grant:
        wake_on_commit(connection.grant.account_id)


def _refused(request: HttpRequest, connection: Connection) -> HttpResponse:
    messages.error(request, _("Nothing was sent: Zoho Cliq is not connected, or disabled."))
    return _back(request, connection)


def _back(request: HttpRequest, connection: Connection) -> HttpResponse:
    """To the same part of the log."""
    page = reverse("integrations:cliq-deliveries", args=[connection.organisation.slug])
    return redirect(f"{page}?{request.GET.urlencode()}" if request.GET else page)
