"""What was said? Keeping messages and reading them back (cliq/api.md §5.2)."""

import json
from collections.abc import Mapping
from sqlite3 import Row
from typing import Any

from .clock import iso
from .http import Answer, json_answer
from .mentions import mentions_in
from .paging import whole
from .people import full_name
from .refusals import chat_not_found, invalid, message_not_found, technical_error
from .rooms import check_may, find
from .sandbox import Call, Sandbox

FIRST_SERIAL = 229293271000
CARD = ("card", "slides", "buttons")


def add_message(
    sandbox: Sandbox,
    chat_id: str,
    zuid: str,
    payload: Mapping[str, Any],
    *,
    kind: str = "text",
    content: Mapping[str, Any] | None = None,
    via: str = "api",
) -> str:
    """Keep a message and count it unread; its id. `payload` is the body as it was sent."""
    store = sandbox.store
    content = content or {"text": payload["text"]}
    with store.transaction():
        now = sandbox.clock.now_ms()
        seq = store.value("SELECT COALESCE(MAX(seq), 0) + 1 FROM messages")
        message_id = f"{now}_{FIRST_SERIAL + seq}"
        store.run(
            "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(seq, chat_id, message_id, now, zuid, kind, json.dumps(content)),
            *(json.dumps(payload), json.dumps(mentions_in(dict(payload))), via),
        )
        _announce(sandbox, chat_id, seq, now, reader="" if via == "api" else zuid)
    return message_id


def _announce(sandbox: Sandbox, chat_id: str, seq: int, now: int, *, reader: str) -> None:
    """The chat's newest message is this one, unread by everybody but `reader`.

    Even what a person posts by the API is unread for them, unless they say otherwise.
    """
    sandbox.store.run(
        "UPDATE chats SET last_seq = ?, modified_ms = ?, message_count = message_count + 1"
        " WHERE chat_id = ?",
        *(seq, now, chat_id),
    )
    sandbox.store.run(
        "UPDATE participants SET unread = unread + 1 WHERE chat_id = ? AND zuid <> ?",
        *(chat_id, reader),
    )


def mark_read(sandbox: Sandbox, chat_id: str, zuid: str, seq: int) -> None:
    """Read up to that message: what came later stays unread."""
    sandbox.store.run(
        "UPDATE participants SET unread = (SELECT COUNT(*) FROM messages WHERE"
        " messages.chat_id = ?1 AND seq > ?3 AND (via = 'api' OR messages.zuid <> ?2))"
        " WHERE chat_id = ?1 AND zuid = ?2",
        *(chat_id, zuid, seq),
    )


def chat_named(sandbox: Sandbox, call: Call) -> Row:
    """The chat that the path names, which the caller is in; other kinds of ids fail."""
    chat_id = call.path["chat"]
    chat = sandbox.store.row("SELECT * FROM rooms WHERE chat_id = ?", chat_id)
    if chat is None and find(sandbox, chat_id):
        raise technical_error()
    if chat is None or chat["status"] == "deleted":
        raise chat_not_found()
    check_may(sandbox, chat, call.zuid)
    return chat


def message_in(sandbox: Sandbox, chat_id: str, message_id: str) -> Row:
    """A message of a chat by its id, in any of the forms that ids come in; 404 otherwise."""
    plain = message_id.replace("%20", "_").replace(" ", "_")
    found = sandbox.store.row(
        "SELECT * FROM said WHERE chat_id = ? AND message_id = ?", chat_id, plain
    )
    if found is None:
        raise message_not_found()
    return found


def shown_id(sandbox: Sandbox, message_id: str) -> str:
    return message_id.replace("_", sandbox.quirk("message_id_form"))


def shape(sandbox: Sandbox, row: Row) -> dict[str, Any]:
    """A message as Cliq shows it; whether a card comes back, and how, is documented nowhere."""
    content = json.loads(row["content"])
    if row["type"] == "text" and sandbox.quirk("cards_in_messages"):
        payload = json.loads(row["payload"])
        content |= {name: payload[name] for name in CARD if name in payload}
    if row["type"] == "text" and sandbox.quirk("content_as_string"):
        content = content["text"]
    return {
        "id": shown_id(sandbox, row["message_id"]),
        "time": row["time_ms"],
        "type": row["type"],
        "sender": {"name": full_name(row), "id": row["zuid"]},
        "content": content,
    }


def last_message(sandbox: Sandbox, seq: int) -> dict[str, Any]:
    """A chat's newest message as lists of v2 show it."""
    row = sandbox.store.rows("SELECT * FROM said WHERE seq = ?", seq)[0]
    return {
        "sender_id": row["zuid"],
        "sender_name": full_name(row),
        "message_type": row["type"],
        "time": iso(row["time_ms"]),
        "text": json.loads(row["content"]).get("text", ""),
    }


def list_messages(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/chats/{chat_id}/messages: the newest ones between two moments, oldest first."""
    chat, query = chat_named(sandbox, call), call.request.query
    is_from_start = sandbox.quirk("oldest_of_span") and "fromtime" in query
    rows = sandbox.store.rows(
        "SELECT * FROM said WHERE chat_id = ? AND time_ms BETWEEN ? AND ?"
        " ORDER BY CASE WHEN ? THEN seq ELSE -seq END LIMIT ?",
        *(chat["chat_id"], _moment(query, "fromtime", 0), _moment(query, "totime", 2**62)),
        is_from_start,
        whole(query, "limit", 100, most=100),
    )
    if is_from_start == sandbox.quirk("newest_first"):
        rows.reverse()
    return json_answer({"data": [shape(sandbox, row) for row in rows]})


def _moment(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise invalid(name)
    return int(text)


def get_message(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/chats/{chat_id}/messages/{message_id}"""
    chat, message_id = chat_named(sandbox, call), call.path["message"]
    if "%" in message_id:  # encoded twice
        raise message_not_found()
    return json_answer(shape(sandbox, message_in(sandbox, chat["chat_id"], message_id)))
