"""How is a chat shown? Its messages by day, what is still being sent after them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..cliq.regions import region
from ..cliq.said import Card, ChatMessage, File
from ..models import ChatPost, Grant, Snapshot
from .content import Room, Thread
from .markup import in_one_line, rendered

SAME_BREATH = timedelta(minutes=5)
PREVIEW = 60


@dataclass(frozen=True)
class Entry:
    """One line of a thread."""

    id: str
    at: datetime
    who: str
    is_mine: bool
    html: SafeString
    file: File | None = None
    card: Card | None = None
    is_unknown: bool = False
    post: ChatPost | None = None
    opens_day: bool = False
    follows: bool = False  # the same person's, a moment later: the name need not be said again


def entries(
    thread: Thread, grant: Grant, posts: Iterable[ChatPost], names: Mapping[str, str]
) -> list[Entry]:
    """The messages, the oldest first, and the posts that do not stand among them."""
    names = {**names, **thread.names}
    known = {message.id for message in thread.messages}
    own = grant.account.zuid
    shown = [_message(message, own, names) for message in thread.messages]
    shown += [_post(post, names) for post in posts if post.message_id not in known]
    return list(_in_order(shown))


def open_posts(grant: Grant, snapshot: Snapshot) -> list[ChatPost]:
    """What was said and is not known to stand in what was last read."""
    posts = ChatPost.objects.of(grant, snapshot.chat_id).select_related("attempt")
    return list(posts.not_read_by(snapshot.fetched_at))


def in_order(rooms: Iterable[Room]) -> tuple[list[Room], list[Room]]:
    """Favourites, and the others; what was written in last comes first."""

    def newest(room: Room) -> tuple[float, str]:
        return (-room.last.sent_at.timestamp() if room.last else 0, room.name.casefold())

    ordered = sorted(rooms, key=newest)
    pinned = [room for room in ordered if room.is_pinned]
    return pinned, [room for room in ordered if not room.is_pinned]


def in_cliq(room: Room | None, chat_id: str, grant: Grant) -> str:
    """The address of a chat in Cliq itself."""
    cliq = region(grant.account.data_centre).cliq_url
    is_channel = room is not None and room.unique_name
    return (
        f"{cliq}/channels/{room.unique_name}" if room and is_channel else f"{cliq}/chats/{chat_id}"
    )


def preview(room: Room, names: Mapping[str, str]) -> str:
    """The last words of a chat, on one line."""
    if room.last is None:
        return ""
    return in_one_line(room.last.text, names, PREVIEW) or _("Something that is not text")


def _message(message: ChatMessage, own: str, names: Mapping[str, str]) -> Entry:
    return Entry(
        id=f"message-{message.id}",
        at=message.sent_at,
        who=message.sender_name or _("Somebody"),
        is_mine=message.sender_id == own,
        html=rendered(message.text, names),
        file=message.file,
        card=message.card,
        is_unknown=not (message.text or message.file or message.card),
    )


def _post(post: ChatPost, names: Mapping[str, str]) -> Entry:
    text = json.loads(post.payload)["text"]
    html = rendered(text, names)
    return Entry(f"post-{post.client_id}", post.created_at, "", True, html, post=post)


def _in_order(shown: list[Entry]) -> Iterator[Entry]:
    before: Entry | None = None
    for entry in shown:
        opens_day = before is None or _day(before.at) != _day(entry.at)
        follows = (
            not opens_day
            and before is not None
            and before.is_mine == entry.is_mine
            and (entry.is_mine or before.who == entry.who)
            and entry.at - before.at < SAME_BREATH
        )
        before = entry
        yield Entry(**{**vars(entry), "opens_day": opens_day, "follows": follows})


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()
