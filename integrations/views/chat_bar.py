"""The chat bar at the bottom of every Books page: its lists, and one chat, as fragments.

They are read from what Cliq last said to the viewer; where that is old, a worker asks again, and
the answer says `Chat-Again`, so that the browser does not wait for its next poll.
"""

import hashlib
from datetime import datetime, timedelta

from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .. import tasks
from ..chat.content import Lists, lists_from, thread_from
from ..chat.refreshing import look
from ..chat.thread import entries, in_cliq, in_order, open_posts, preview
from ..cliq.said import said_at
from ..models import Account, ChatPost, Grant, Snapshot
from .chat_gate import CHAT, error_of, problem, told, whole, with_own_grant

OLD = timedelta(seconds=90)
# What several tabs see alike is drawn once: by its tag, which is one person's and one moment's. In
# this process's memory, whatever cache is configured: elsewhere the words would lie unencrypted.
drawn = LocMemCache("chat", {"TIMEOUT": 60, "MAX_ENTRIES": 300})


@require_safe
@with_own_grant
def chat(request: HttpRequest, grant: Grant) -> HttpResponse:
    """The panel; when polled, its lists or their count of unread messages alone."""
    now = timezone.now()
    snapshot, is_refreshing = looked_at(grant, now)
    part = request.GET.get("part", "")
    tag = _tag(snapshot, part, now, _read_until(grant))
    error = error_of(snapshot, now)
    failure = None if snapshot.content else error
    if (part or failure) and request.headers.get("HX-PTag") == tag:
        return _tagged(HttpResponse(status=304), tag, is_refreshing)
    if failure:
        return _tagged(whole(problem(request, failure)), tag, is_refreshing)
    if part and (body := drawn.get(tag)):
        return _tagged(HttpResponse(body), tag, is_refreshing)
    context = listed(grant, snapshot) | {"notice": told(request, error) if error else None}
    context["is_loading"] = not snapshot.content
    template = {"list": "list", "count": "count"}.get(part, "panel")
    response = render(request, f"{CHAT}/{template}.html", context)
    if part:
        drawn.set(tag, response.content)
    return _tagged(response, tag, is_refreshing)


@require_safe
@with_own_grant
def chat_messages(request: HttpRequest, grant: Grant, chat_id: str) -> HttpResponse:
    """One chat with its newest messages and a line to write; a part of it when asked for."""
    if before := request.GET.get("before", ""):
        return _older(request, grant, chat_id, before)
    now, is_polled = timezone.now(), request.GET.get("part") == "thread"
    snapshot, is_refreshing = looked_at(grant, now, chat_id)
    posts = open_posts(grant, snapshot)
    for post in posts:
        if post.status == ChatPost.Status.WAITING and post.leased_until <= now:
            tasks.send_chat_soon(post.pk)  # Its task was lost, or its worker.
    states = ",".join(f"{post.pk}{post.status}{post.is_in_doubt_for_long(now)}" for post in posts)
    tag = _tag(snapshot, states, now)
    if is_polled and request.headers.get("HX-PTag") == tag:
        return _tagged(HttpResponse(status=304), tag, is_refreshing)
    is_sending = any(post.status == ChatPost.Status.WAITING for post in posts)
    if is_polled and (body := drawn.get(tag)):
        return _tagged(HttpResponse(body), tag, is_refreshing or is_sending)
    context = _thread(request, grant, snapshot, posts, now)
    if not is_polled:
        looked_at(grant, now)  # The chat's name stands in the lists.
        context |= opened(grant, chat_id)
    template = "thread_polled" if is_polled else "room"
    response = render(request, f"{CHAT}/{template}.html", context)
    if is_polled:
        drawn.set(tag, response.content)
    return _tagged(response, tag, is_refreshing or is_sending)


def looked_at(
    grant: Grant, now: datetime, chat_id: str = "", before: str = ""
) -> tuple[Snapshot, bool]:
    """What Cliq last said, and whether it is being asked again."""
    snapshot, owner = look(grant, now, chat_id, before)
    if owner:
        tasks.refresh_chat_soon(snapshot.pk, owner)
    return snapshot, owner is not None or snapshot.leased_until > now


def listed(grant: Grant, snapshot: Snapshot) -> dict[str, object]:
    """The lists as the templates need them: favourites first, each with what is unread."""
    lists, read = lists_from(snapshot.content), _read_until(grant)
    pinned, others = in_order(room.seen_until(read.get(room.chat_id)) for room in lists.rooms)
    return {
        "pinned": [(room, preview(room, lists.names)) for room in pinned],
        "others": [(room, preview(room, lists.names)) for room in others],
        "unread": sum(room.unread for room in (*pinned, *others)),
    }


def opened(grant: Grant, chat_id: str) -> dict[str, object]:
    """What is known of a chat besides its messages: its name, its place in Cliq."""
    room = _lists(grant).room(chat_id)
    return {
        "room": room,
        "may_post": room is None or room.may_post,
        "in_cliq": in_cliq(room, chat_id, grant),
    }


def _older(request: HttpRequest, grant: Grant, chat_id: str, before: str) -> HttpResponse:
    """The page of messages before one; until a worker has fetched it, a line that asks again."""
    if said_at(before) is None:
        return HttpResponse(status=404)
    now = timezone.now()
    snapshot, is_refreshing = looked_at(grant, now, chat_id, before)
    context = _thread(request, grant, snapshot, [], now) | {"before": before}
    return _tagged(render(request, f"{CHAT}/older.html", context), "", is_refreshing)


def _thread(
    request: HttpRequest, grant: Grant, snapshot: Snapshot, posts: list[ChatPost], now: datetime
) -> dict[str, object]:
    thread, error = thread_from(snapshot.content), error_of(snapshot, now)
    is_old = snapshot.fetched_at is not None and now - snapshot.fetched_at > OLD
    return {
        "chat_id": snapshot.chat_id,
        "thread": thread,
        "oldest": thread.messages[0] if thread.messages else None,
        "newest": thread.messages[-1] if thread.messages else None,
        "entries": entries(thread, grant, posts, _lists(grant).names),
        "is_loading": not snapshot.content and error is None,
        "notice": told(request, error) if error else None,
        "as_of": snapshot.fetched_at if error or is_old else None,
    }


def _lists(grant: Grant) -> Lists:
    snapshot = Snapshot.objects.filter(grant=grant, chat_id="").first()
    return lists_from(snapshot.content if snapshot else "")


def _read_until(grant: Grant) -> dict[str, datetime]:
    read = Snapshot.objects.filter(grant=grant, before="", read_until__gt=Account.NEVER)
    return dict(read.values_list("chat_id", "read_until"))


def _tag(snapshot: Snapshot, part: str, now: datetime, *more: object) -> str:
    """What the viewer sees, in one word: the same word, the same sight."""
    fetched = snapshot.fetched_at or now
    is_old = bool(snapshot.error) or now - fetched > OLD
    sight = (
        *(snapshot.pk, snapshot.version, bool(snapshot.fetched_at), snapshot.error, part),
        *(get_language(), timezone.get_current_timezone_name(), timezone.localdate(now), more),
        # What is said of its age counts in minutes.
        (now - fetched) // timedelta(minutes=1) if is_old else "",
    )
    return hashlib.sha256(repr(sight).encode()).hexdigest()[:16]


def _tagged(response: HttpResponse, tag: str, is_refreshing: bool) -> HttpResponse:
    response["HX-PTag"] = tag
    if is_refreshing:
        response["Chat-Again"] = "soon"
    return response
