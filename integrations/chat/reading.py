"""What does a person see in Cliq? Their lists, the end of a chat, an older page of it."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from operator import methodcaller

from ..cliq.errors import CliqThrottled
from ..cliq.records import Chat
from ..cliq.said import ChatMessage, said_at
from ..models import Snapshot
from . import settling
from .asking import BY_ITSELF, Asking
from .content import (
    Lists,
    Room,
    Thread,
    lists_from,
    room_of_channel,
    room_of_chat,
    thread_from,
)

PAGE = 50
DIRECT_CHATS = 50
# Cliq tells what is unread in one direct chat a call; what has not changed is not asked for.
UNREAD_CALLS = 10
HISTORY = timedelta(days=90)
THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MENTION = re.compile(r"\{@(\d+)\}")


def lists(asked: Asking, known: str) -> Lists:
    """The channels that the person is in, their direct chats, and what is unread in each."""
    before = {room.chat_id: room for room in lists_from(known).rooms}
    channels = asked("channels", lambda client: list(client.channels()))
    chats = asked("chats", lambda client: client.chats(DIRECT_CHATS))
    rooms = [room_of_channel(one) for one in channels if one.joined and one.chat_id]
    mine = {room.chat_id for room in rooms}
    direct = [chat for chat in chats if chat.chat_id not in mine]
    unread = _unread(asked, direct, before)
    rooms += [room_of_chat(chat, unread[chat.chat_id]) for chat in direct]
    people = {zuid: name for chat in direct for zuid, name in chat.people if zuid}
    return Lists(tuple(rooms), people)


def _unread(asked: Asking, chats: list[Chat], before: dict[str, Room]) -> dict[str, int]:
    """Asked for where something changed or was unread; for the rest it is as it was."""
    counts = {chat.chat_id: _known(chat, before) for chat in chats}
    changed = [chat for chat in chats if chat.last and _may_have_changed(chat, before)]
    with suppress(CliqThrottled):
        for chat in changed[:UNREAD_CALLS]:
            counts[chat.chat_id] = asked("unread", methodcaller("unread", chat.chat_id))
    return counts


def _known(chat: Chat, before: dict[str, Room]) -> int:
    return before[chat.chat_id].unread if chat.chat_id in before else 0


def _may_have_changed(chat: Chat, before: dict[str, Room]) -> bool:
    room = before.get(chat.chat_id)
    return room is None or room.last != chat.last or room.unread > 0


def newest(asked: Asking, snapshot: Snapshot) -> Thread:
    """The end of a chat; with it, what was posted in doubt is found, or found missing."""
    chat_id, read_at = snapshot.chat_id, asked.clock()
    # What refreshes by itself leaves room for what a person asks for.
    most = BY_ITSELF if snapshot.fetched_at else None
    messages = asked(
        "messages",
        lambda client: client.messages(chat_id, since=read_at - HISTORY, limit=PAGE),
        most,
    )
    is_whole = len(messages) < PAGE
    settling.settle(asked.grant, chat_id, messages, read_at, is_whole=is_whole)
    known = dict(thread_from(snapshot.content).names)
    return Thread(tuple(messages), _names(asked, chat_id, messages, known))


def older(asked: Asking, chat_id: str, before: str) -> Thread:
    """The page of a chat that ends before a message, whose id starts with its milliseconds."""
    until = said_at(before) or THE_BEGINNING
    found = asked(
        "messages",
        lambda client: client.messages(chat_id, since=THE_BEGINNING, until=until, limit=PAGE),
    )
    messages = [message for message in found if (message.sent_at, message.id) < (until, before)]
    names = _names(asked, chat_id, messages, {})
    return Thread(tuple(messages), names, may_have_older=len(found) == PAGE)


def _names(
    asked: Asking, chat_id: str, messages: list[ChatMessage], known: dict[str, str]
) -> dict[str, str]:
    """Whom the mentions mean; who is unknown to the chat is not asked for again."""
    known |= {message.sender_id: message.sender_name for message in messages if message.sender_name}
    wanted = {zuid for message in messages for zuid in MENTION.findall(message.text)}
    if not wanted - known.keys():
        return known
    with suppress(CliqThrottled):
        found = asked("names", lambda client: client.names(chat_id))
        return dict.fromkeys(wanted, "") | found | known
    return known
