"""Whom and where does Cliq tell us about? Channels, chats and people, as plain records.

Answers differ from the documents and from each other, so a record takes what it can from
whatever shape comes, and a row without its identity is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .rows import LONG_AGO, Row, is_true, moment_in, number_in, row_in, rows_in, text_in
from .said import normal_message_id

# Longer ones are no ids of Cliq's, and there is no room for them.
LONGEST_ID = 80
LONGEST_NAME = 120


@dataclass(frozen=True)
class Channel:
    """A channel as the person who granted sees it, with its three names for three kinds of call.

    `channel_id` is for /channels, `chat_id` for /chats, `unique_name` for posting by name.
    """

    channel_id: str
    chat_id: str
    unique_name: str
    name: str
    level: str
    status: str
    joined: bool
    member_count: int
    may_post: bool
    organization_id: str
    is_pinned: bool = False
    unread: int = 0
    last: "Last | None" = None


@dataclass(frozen=True)
class Chat:
    """A conversation that is not a channel."""

    chat_id: str
    name: str
    kind: str
    member_count: int
    is_pinned: bool = False
    people: tuple[tuple[str, str], ...] = ()  # ZUID and name of each other person
    last: "Last | None" = None


@dataclass(frozen=True)
class Last:
    """A conversation's newest message, as lists show it."""

    sender_id: str
    sender_name: str
    sent_at: datetime
    kind: str
    text: str


@dataclass(frozen=True)
class User:
    """A person in Cliq; `organization_id` is Cliq's organisation, not ours."""

    zuid: str
    name: str
    email: str
    organization_id: str


def channels_in(rows: object) -> Iterator[Channel]:
    """The channels among the rows, in their order."""
    for row in rows_in(rows):
        channel_id, unique_name = text_in(row, "channel_id", "id"), text_in(row, "unique_name")
        chat_id = text_in(row, "chat_id")
        is_named = 0 < len(channel_id) <= LONGEST_ID and 0 < len(unique_name) <= LONGEST_NAME
        if is_named and len(chat_id) <= LONGEST_NAME:
            yield Channel(
                channel_id=channel_id,
                chat_id=chat_id,
                unique_name=unique_name,
                name=text_in(row, "name")[:LONGEST_NAME] or unique_name,
                level=text_in(row, "level"),
                status=text_in(row, "status") or "created",
                joined=is_true(row.get("joined", True)),
                member_count=number_in(row, "participant_count"),
                may_post=_may_post(row),
                organization_id=text_in(row, "organization_id"),
                is_pinned=is_true(row.get("pinned")),
                unread=number_in(row, "unread_message_count"),
                last=_last(row),
            )


def chats_in(rows: object) -> Iterator[Chat]:
    """The chats among the rows, in their order."""
    for row in rows_in(rows):
        if chat_id := text_in(row, "chat_id"):
            others = rows_in(row.get("recipients_summary"))
            people = ((text_in(one, "user_id", "id"), text_in(one, "name")) for one in others)
            yield Chat(
                chat_id=chat_id,
                name=text_in(row, "name"),
                kind=text_in(row, "chat_type"),
                member_count=number_in(row, "participant_count"),
                is_pinned=is_true(row.get("pinned")),
                people=tuple(people),
                last=_last(row),
            )


def users_in(rows: object) -> Iterator[User]:
    """The people among the rows, in their order."""
    found = (user_in(row) for row in rows_in(rows))
    return (user for user in found if user)


def names_in(rows: object) -> dict[str, str]:
    """ZUID → name of a chat's members."""
    named = ((text_in(row, "user_id", "id"), text_in(row, "name")) for row in rows_in(rows))
    return {zuid: name for zuid, name in named if zuid and name}


def user_in(row: object) -> User | None:
    """The person a row describes, or None when it does not say who."""
    person = row_in(row)
    zuid = text_in(person, "zuid", "id")
    if not zuid:
        return None
    email = text_in(person, "email_id", "email")
    name = text_in(person, "full_name", "name", "display_name") or email
    return User(zuid, name, email, text_in(person, "organization_id", "zoid"))


def _may_post(row: Row) -> bool:
    """What the row says of the person's role; where it says nothing, trying is allowed."""
    role = text_in(row, "current_user_role").removeprefix("super_") or "member"
    permission = row_in(row.get(f"{role}_permission")).get("send_message", True)
    return is_true(permission)


def _last(row: Row) -> Last | None:
    """The newest message of a chat; v2 tells its text, v3 its content."""
    told = row_in(row.get("last_message_info"))
    if not told:
        return None
    message_id = normal_message_id(text_in(told, "message_id")).partition("_")[0]
    sent_at = moment_in(told.get("time"), message_id)
    if sent_at == LONG_AGO:
        return None
    return Last(
        sender_id=text_in(told, "sender_id", "sender"),
        sender_name=text_in(told, "sender_name"),
        sent_at=sent_at,
        kind=text_in(told, "message_type", "type"),
        text=text_in(told, "text") or text_in(row_in(told.get("content")), "text", "comment"),
    )
