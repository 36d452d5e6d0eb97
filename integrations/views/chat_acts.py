"""What one does in the chat bar: say, try again, read, look for people, fetch a file, hide it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access import MemberRequest, login_required, member_of

from .. import tasks
from ..chat import people
from ..chat.sending import say
from ..cliq.errors import ChannelUnavailable, CliqError
from ..cliq.said import said_at
from ..forms import MessageForm
from ..models import ChatPost, Connection, Grant, HiddenBar, Snapshot
from ..problems import problem_of
from .chat_gate import CHAT, problem, with_own_grant

FEWEST_LETTERS = 2


@require_POST
@with_own_grant
def chat_send(request: HttpRequest, grant: Grant, chat_id: str) -> HttpResponse:
    """Take what somebody says, to be sent by a worker; the browser's id makes it one message."""
    form = MessageForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors["text"][0] if "text" in form.errors else "", status=422)
    client_id = form.cleaned_data["client_id"]
    post = say(grant, chat_id, client_id, {"text": form.cleaned_data["text"]}, timezone.now())
    if post.status == ChatPost.Status.WAITING:
        tasks.send_chat_soon(post.pk)
    return HttpResponse(status=204)


@require_POST
@with_own_grant
def chat_again(request: HttpRequest, grant: Grant, client_id: UUID) -> HttpResponse:
    """Send once more what could not be sent."""
    for post in ChatPost.objects.filter(grant=grant, client_id=client_id):
        if post.try_again(timezone.now()):
            tasks.send_chat_soon(post.pk)
    return HttpResponse(status=204)


@require_POST
@with_own_grant
def chat_discard(request: HttpRequest, grant: Grant, client_id: UUID) -> HttpResponse:
    """Forget what could not be sent."""
    undecided = ChatPost.objects.undecided(timezone.now()).filter(grant=grant)
    undecided.filter(client_id=client_id).delete()
    return HttpResponse(status=204)


@require_POST
@with_own_grant
def chat_read(request: HttpRequest, grant: Grant, chat_id: str) -> HttpResponse:
    """The viewer has seen the chat up to a message."""
    message_id = request.POST.get("message", "")
    if (sent_at := said_at(message_id)) is None:
        return HttpResponse(status=422)
    snapshots = Snapshot.objects.filter(grant=grant, chat_id=chat_id, before="")
    for snapshot in snapshots.filter(read_until__lt=sent_at):
        tasks.mark_chat_read_soon(snapshot.pk, message_id, sent_at)
    return HttpResponse(status=204)


@require_safe
@with_own_grant
def chat_people(request: HttpRequest, grant: Grant) -> HttpResponse:
    """Colleagues whose name or address holds the words."""
    words = request.GET.get("q", "").strip()[:80]
    context: dict[str, object] = {"words": words}
    if len(words) >= FEWEST_LETTERS:
        try:
            context["people"] = people.found(grant, words, timezone.now)
        except CliqError as error:
            context["problem"] = problem_of(error)
    return render(request, f"{CHAT}/people.html", context)


@require_POST
@with_own_grant
def chat_open(request: HttpRequest, grant: Grant) -> HttpResponse:
    """Open the direct chat with a colleague."""
    try:
        chat = people.open_direct(grant, request.POST.get("person", ""), timezone.now)
    except CliqError as error:
        return problem(request, error)
    slug = request.resolver_match.kwargs["organisation"] if request.resolver_match else ""
    return redirect("integrations:chat-messages", slug, chat.chat_id)


@require_safe
@with_own_grant
def chat_file(request: HttpRequest, grant: Grant, file_id: str) -> HttpResponse:
    """A file of a chat, as the viewer may have it: to be kept, never shown as a page of ours."""
    try:
        file = people.file(grant, file_id, timezone.now)
    except CliqError as error:
        status = 404 if isinstance(error, ChannelUnavailable) else 502
        context = {"problem": problem_of(error)}
        return render(request, f"{CHAT}/file_failed.html", context, status=status)
    response = HttpResponse(file.body, content_type="application/octet-stream")
    name = request.GET.get("name", "")[:200] or "file"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@login_required
@require_POST
def chat_choice(request: MemberRequest, organisation: str) -> HttpResponse:
    """Hide the bar for oneself, or show it again."""
    membership = member_of(request, organisation)
    if not Connection.objects.with_chat_bar().filter(organisation=membership.organisation).exists():
        raise Http404
    mine = HiddenBar.objects.filter(user=membership.user, organisation=membership.organisation)
    if request.POST.get("show") == "yes":
        mine.delete()
    else:
        mine.get_or_create(
            defaults={"user": membership.user, "organisation": membership.organisation}
        )
        messages.success(request, _("The chat bar is hidden. Your account menu shows it again."))
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return redirect(back) if is_ours else redirect("portal:dashboard", organisation)
