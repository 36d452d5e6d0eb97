"""What do we keep of what Cliq said? Lists and pages of messages, to JSON and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from ..cliq.records import Channel, Chat, Last
from ..cliq.said import Button, Card, ChatMessage, File


@dataclass(frozen=True)
class Room:
    """A channel or a direct chat as the lists show it."""

    chat_id: str
    name: str
    is_channel: bool
    is_pinned: bool = False
    unread: int = 0
    may_post: bool = True
    unique_name: str = ""  # a channel's, for its address in Cliq
    last: Last | None = None

    def seen_until(self, moment: datetime | None) -> "Room":
        """The same, with nothing unread if its newest message is not newer than that."""
        is_seen = moment is not None and self.last is not None and self.last.sent_at <= moment
        return replace(self, unread=0) if is_seen else self


@dataclass(frozen=True)
class Lists:
    """Everything one may open; `names` are the people met in direct chats, by ZUID."""

    rooms: tuple[Room, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def room(self, chat_id: str) -> Room | None:
        return next((room for room in self.rooms if room.chat_id == chat_id), None)


@dataclass(frozen=True)
class Thread:
    """A page of a chat, the oldest message first; `names` are whom its mentions may mean."""

    messages: tuple[ChatMessage, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    may_have_older: bool = True


def room_of_channel(channel: Channel) -> Room:
    return Room(
        chat_id=channel.chat_id,
        name=channel.name,
        is_channel=True,
        is_pinned=channel.is_pinned,
        unread=channel.unread,
        may_post=channel.may_post,
        unique_name=channel.unique_name,
        last=channel.last,
    )


def room_of_chat(chat: Chat, unread: int) -> Room:
    name = chat.name or ", ".join(name for _zuid, name in chat.people)
    return Room(chat.chat_id, name, False, chat.is_pinned, unread, last=chat.last)


def to_json(content: Lists | Thread) -> str:
    return json.dumps(asdict(content), default=datetime.isoformat, ensure_ascii=False)


def lists_from(text: str) -> Lists:
    """The lists that were kept; empty ones where nothing was."""
    told = json.loads(text or "{}")
    rooms = tuple(_room(row) for row in told.get("rooms", ()))
    return Lists(rooms, told.get("names", {}))


def thread_from(text: str) -> Thread:
    """The page that was kept; an empty one where nothing was."""
    told = json.loads(text or "{}")
    messages = tuple(_message(row) for row in told.get("messages", ()))
    return Thread(messages, told.get("names", {}), told.get("may_have_older", True))


def _room(row: dict[str, Any]) -> Room:
    last = row.pop("last")
    return Room(**row, last=Last(**_dated(last)) if last else None)


def _message(row: dict[str, Any]) -> ChatMessage:
    file, card = row.pop("file"), row.pop("card")
    return ChatMessage(
        **_dated(row), file=File(**file) if file else None, card=_card(card) if card else None
    )


def _card(row: dict[str, Any]) -> Card:
    return Card(
        row["title"],
        tuple(tuple(cells) for cells in row["rows"]),
        tuple(Button(**button) for button in row["buttons"]),
    )


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"sent_at": datetime.fromisoformat(row["sent_at"])}
