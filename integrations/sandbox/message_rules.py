"""Which message bodies does Cliq take? Every key, length and type of `cliq/api.md` §3.2."""

from collections.abc import Callable, Collection
from typing import Any

from .http import parts_of
from .refusals import extra_key, invalid, missing

Check = Callable[[Any, str], None]


def text(most: int, least: int = 1) -> Check:
    """A string of so many characters."""

    def check(value: Any, name: str) -> None:
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise invalid(name)

    return check


def flag(value: Any, name: str) -> None:
    if not isinstance(value, bool):
        raise invalid(name)


def choice(*values: str) -> Check:
    def check(value: Any, name: str) -> None:
        if value not in values:
            raise invalid(name)

    return check


def anything(value: Any, name: str) -> None:
    """Documented, but nothing the product uses: taken as it is."""


def address(most: int, schemes: Collection[str] = ("http", "https")) -> Check:
    """A URL of so many characters and one of these schemes."""

    def check(value: Any, name: str) -> None:
        text(most)(value, name)
        if parts_of(value)[0] not in schemes:
            raise invalid(name)

    return check


def record(checks: dict[str, Check], required: Collection[str] = ()) -> Check:
    """An object with these keys and no other."""

    def check(value: Any, name: str) -> None:
        if not isinstance(value, dict):
            raise invalid(name)
        for key in required:
            if key not in value:
                raise missing(key)
        for key, inner in value.items():
            if key not in checks:
                raise extra_key(key)
            checks[key](inner, key)

    return check


def listing(one: Check, most: int) -> Check:
    """A list of at least one and at most so many."""

    def check(value: Any, name: str) -> None:
        if not isinstance(value, list) or not 0 < len(value) <= most:
            raise invalid(name)
        for inner in value:
            one(inner, name)

    return check


def cells(value: Any, name: str) -> None:
    """An object of strings; Cliq drops the keys that are no header."""
    if not isinstance(value, dict):
        raise invalid(name)
    for inner in value.values():
        text(5000, 0)(inner, name)


def pair(value: Any, name: str) -> None:
    """A label and its value: {"Customer": "Ann"}."""
    cells(value, name)
    if len(value) != 1:
        raise invalid(name)


def by_type(checks: dict[str, dict[str, Check]], required: Collection[str]) -> Check:
    """An object whose `type` decides which keys it may hold."""

    def check(value: Any, name: str) -> None:
        if not isinstance(value, dict) or "type" not in value:
            raise missing("type")
        kind = value["type"]
        if not isinstance(kind, str) or kind not in checks:
            raise invalid("type")
        record({"type": anything, **checks[kind]}, required)(value, name)

    return check


WEB = ("http", "https", "tel", "sms", "sip")
CONFIRM = record(
    {
        "title": text(100),
        "description": text(100),
        "input": text(300),
        "button_label": text(100),
        "cancel_button_label": text(100),
        "emotion": choice("positive", "neutral", "negative"),
        "mandatory": choice("true", "false"),
    }
)


def action(checks: dict[str, Check], required: Collection[str]) -> dict[str, Check]:
    return {"data": record(checks, required), "confirm": CONFIRM}


ACTION = by_type(
    {
        "open.url": action({"web": address(256, WEB)}, ["web"]),
        "invoke.function": action({"name": text(30), "owner": text(200)}, ["name", "owner"]),
        "system.api": action({"api": text(200)}, ["api"]),
        "preview.url": action({"url": address(500)}, ["url"]),
        "copy": action({"text": text(200)}, ["text"]),
    },
    required=["data"],
)
BUTTON = record(
    {
        "label": text(20),
        "hint": text(100),
        "key": text(100),
        "type": choice("+", "-"),
        "action": ACTION,
    },
    required=["label", "type", "action"],
)
TABLE = record(
    {
        "headers": listing(text(200), 20),
        "rows": listing(cells, 100),
        "styles": record({"width": listing(anything, 20), "sticky": anything}),
    },
    required=["headers", "rows"],
)
SLIDE = by_type(
    {
        "table": {"title": text(200, 0), "data": TABLE},
        "list": {"title": text(200, 0), "data": listing(text(5000), 100)},
        "label": {"title": text(200, 0), "data": listing(pair, 100)},
        "images": {"title": text(200, 0), "data": listing(address(2000, ["https"]), 10)},
        "text": {"title": text(200, 0), "data": text(5000)},
    },
    required=["data"],
)
MESSAGE: dict[str, Check] = {
    "text": text(5000),
    "reply_to": text(100),
    "sync_message": flag,
    "bot": record({"name": text(100), "image": address(2000)}, required=["name"]),
    # `card.buttons` stands in the documents and is refused by the real server.
    "card": record(
        {
            "title": text(200),
            "theme": choice("modern-inline", "poll", "prompt", "basic"),
            "thumbnail": address(2000),
        },
        required=["theme"],
    ),
    "slides": listing(SLIDE, 20),
    "buttons": listing(BUTTON, 5),
    "references": anything,
    "styles": anything,
}
CHANNEL_MESSAGE = record(MESSAGE, required=["text"])
CHAT_MESSAGE = record(MESSAGE | {"mark_as_read": flag}, required=["text"])
CHAT_CREATION = record(
    {"chat_type": choice("direct_message"), "user_id": text(30)},
    required=["chat_type", "user_id"],
)
CHAT_READ = record(
    {"operation": choice("mark_as_read"), "last_message_id": text(100)},
    required=["operation", "last_message_id"],
)
CHATS_READ = record(
    {
        "operation": choice("read_status_update"),
        "read_status": choice("read"),
        "chats": listing(
            record(
                {"chat_id": text(100), "last_message_id": text(100)},
                required=["chat_id", "last_message_id"],
            ),
            100,
        ),
    },
    required=["operation", "read_status", "chats"],
)
