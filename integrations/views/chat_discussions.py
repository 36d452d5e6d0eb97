"""*Discuss in Cliq*: a card of what one looks at goes into a chat that one picks."""

from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.access import customer_for, document_for, login_required, member_of
from portal.models import Estimate, Invoice, Membership

from .. import tasks
from ..chat import cards
from ..chat.content import lists_from
from ..chat.sending import say
from ..chat.thread import in_order
from ..forms import DiscussForm
from ..models import Connection, Discussion, Grant, Snapshot, Subject
from .chat_bar import looked_at
from .chat_gate import error_of, told

SECTIONS = {"estimates": "estimates", "invoices": "invoices", "customers": "customers"}


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def chat_discuss(request: HttpRequest, organisation: str, kind: str, key: str) -> HttpResponse:
    """Choose a chat and say something; the card goes with it."""
    membership = member_of(request, organisation)
    if not Connection.objects.with_chat_bar().filter(organisation=membership.organisation).exists():
        raise Http404
    subject = _subject(membership, kind, key)
    grant = Grant.objects.usable().of(membership.user, membership.organisation).first()
    if grant is None:
        authorise = reverse("integrations:chat-authorise", args=[organisation])
        return redirect(f"{authorise}?{urlencode({'next': request.path})}")
    snapshot, is_refreshing = looked_at(grant, timezone.now())
    pinned, others = in_order(lists_from(snapshot.content).rooms)
    rooms = [room for room in (*pinned, *others) if room.may_post]
    form = DiscussForm(request.POST if request.method == "POST" else None, rooms=rooms)
    if form.is_valid():
        return _begin(request, membership, grant, subject, form)
    return _page(request, snapshot, subject, form, is_refreshing=is_refreshing, kind=kind)


def _subject(membership: Membership, kind: str, key: str) -> Subject:
    if kind == "customers" and key.isascii() and key.isdigit() and len(key) < 19:
        return customer_for(membership, int(key))
    if kind == "estimates":
        return document_for(membership, Estimate, key)
    if kind == "invoices":
        return document_for(membership, Invoice, key)
    raise Http404


def _begin(
    request: HttpRequest,
    membership: Membership,
    grant: Grant,
    subject: Subject,
    form: DiscussForm,
) -> HttpResponse:
    """Have the card sent; the page then leads to the chat."""
    room, now = form.room(), timezone.now()
    payload = cards.card(subject, form.cleaned_data["text"], now)
    post = say(grant, room.chat_id, form.cleaned_data["client_id"], payload, now)
    tasks.send_chat_soon(post.pk)
    Discussion.objects.begin(subject, membership.user, room.chat_id, room.name)
    messages.success(request, _("The card is on its way to %(chat)s.") % {"chat": room.name})
    return redirect(cards.address(subject))


def _page(
    request: HttpRequest,
    snapshot: Snapshot,
    subject: Subject,
    form: DiscussForm,
    *,
    is_refreshing: bool,
    kind: str,
) -> HttpResponse:
    error = error_of(snapshot, timezone.now())
    context = {
        "form": form,
        "client_id": form["client_id"].value() or uuid4(),
        "title": cards.title(subject),
        "about": getattr(subject, "number", str(subject)),
        "back": cards.address(subject),
        "section": SECTIONS[kind],
        "notice": told(request, error) if error and not form.rooms else None,
        "is_loading": is_refreshing and not form.rooms,
    }
    status = 422 if form.errors else 200
    return render(request, "integrations/chat_discuss.html", context, status=status)
