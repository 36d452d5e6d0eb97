"""Which chats has somebody? Cliq's chat calls, v2 and the few of v3 that v2 lacks."""

from collections.abc import Mapping
from sqlite3 import Row
from typing import Any

from .clock import iso
from .http import Answer, json_answer
from .message_rules import CHAT_CREATION, CHAT_READ, CHATS_READ
from .messages import chat_named, last_message, mark_read, message_in
from .messages import shape as message_shape
from .paging import switch, whole
from .people import full_name
from .posting import buddy, checked
from .refusals import Refused, invalid, nested, refused
from .rooms import direct_chat, is_pinned, people_in, title_for
from .sandbox import Call, Sandbox

MINE = (
    "SELECT rooms.* FROM rooms JOIN participants USING (chat_id) WHERE zuid = ?"
    " ORDER BY modified_ms DESC"
)
KINDS = {"dm": "direct_message", "channel": "channel"}


def chats_of(sandbox: Sandbox, call: Call, *, kinds: set[str]) -> list[Row]:
    """The caller's chats of these kinds, last written in first, filtered by time as asked."""
    query = call.request.query
    before = _moment(query, "modified_before", 2**62)
    after = _moment(query, "modified_after", -1)
    rows = [
        row
        for row in sandbox.store.rows(MINE, call.zuid)
        if row["kind"] in kinds
        and row["status"] != "deleted"
        and after < row["modified_ms"] < before
    ]
    # Asked for what is newer, Cliq turns the order round.
    return rows[::-1] if "modified_after" in query else rows


def _moment(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()):
        raise invalid(name)
    return int(text)


def list_chats(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/chats: direct chats, without a cursor (cliq/api.md §5.1)"""
    query = call.request.query
    limit = whole(query, "limit", 100, most=100)
    rows = [] if switch(query, "drafts") else chats_of(sandbox, call, kinds={"dm"})
    return json_answer({"chats": [shape_v2(sandbox, call, row) for row in rows[:limit]]})


def shape_v2(sandbox: Sandbox, call: Call, row: Row) -> dict[str, Any]:
    people = people_in(sandbox, row["chat_id"])
    shown: dict[str, Any] = {
        "chat_id": row["chat_id"],
        "name": title_for(sandbox, row, call.zuid),
        "chat_type": row["kind"],
        "participant_count": len(people),
        "recipients_summary": [
            {"user_id": person["zuid"], "name": full_name(person)}
            for person in people
            if person["zuid"] != call.zuid
        ],
        "creator_id": row["creator_zuid"],
        "creation_time": iso(row["created_ms"]),
        "last_modified_time": iso(row["modified_ms"]),
        "pinned": is_pinned(sandbox, row["chat_id"], call.zuid),
        "removed": False,
    }
    if row["last_seq"]:
        shown["last_message_info"] = last_message(sandbox, row["last_seq"])
    return shown


def list_chat_members(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/chats/{chat_id}/members"""
    people = people_in(sandbox, chat_named(sandbox, call)["chat_id"])
    members = [
        {"user_id": person["zuid"], "email_id": person["email"], "name": full_name(person)}
        for person in people
    ]
    return json_answer({"members": members})


def shape_v3(sandbox: Sandbox, call: Call, row: Row, *, last: bool = True) -> dict[str, Any]:
    """A chat with v3's other names for the same things."""
    people = people_in(sandbox, row["chat_id"])
    makers = [person for person in people if person["zuid"] == row["creator_zuid"]]
    shown: dict[str, Any] = {
        "chat_id": row["chat_id"],
        "name": title_for(sandbox, row, call.zuid),
        "chat_type": KINDS[row["kind"]],
        "participant_count": len(people),
        "created_time": iso(row["created_ms"]),
        "last_modified_time": iso(row["modified_ms"]),
        "creator": {"id": row["creator_zuid"], "name": full_name(makers[0]) if makers else ""},
        "pinned": is_pinned(sandbox, row["chat_id"], call.zuid),
        "removed": False,
    }
    if last and row["last_seq"]:
        shown["last_message_info"] = _last_v3(sandbox, row["last_seq"])
    return shown


def _last_v3(sandbox: Sandbox, seq: int) -> dict[str, Any]:
    row = sandbox.store.rows("SELECT * FROM said WHERE seq = ?", seq)[0]
    message = message_shape(sandbox, row)
    return {
        "message_id": message["id"],
        "sender": row["zuid"],
        "time": iso(row["time_ms"]),
        "content": message["content"],
        "type": row["type"],
    }


def list_chats_v3(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v3/chats"""
    query = call.request.query
    kinds = {"dm": {"dm"}, "channel": {"channel"}}.get(query.get("type", "dm"), set())
    rows = chats_of(sandbox, call, kinds=kinds)
    if switch(query, "muted") or switch(query, "pinned") or switch(query, "closed"):
        rows = []
    if "chat_ids" in query:
        rows = [row for row in rows if row["chat_id"] in query["chat_ids"].split(",")]
    found = _matching(sandbox, call, rows, query.get("name", ""), query.get("recipient"))
    limit = whole(query, "limit", 100, most=100)
    return json_answer({"chats": [shape_v3(sandbox, call, row) for row in found[:limit]]})


def _matching(
    sandbox: Sandbox, call: Call, rows: list[Row], title: str, recipient: str | None
) -> list[Row]:
    def people(row: Row) -> set[str]:
        return {person["zuid"] for person in people_in(sandbox, row["chat_id"])}

    return [
        row
        for row in rows
        if title.casefold() in title_for(sandbox, row, call.zuid).casefold()
        and (recipient is None or recipient in people(row))
    ]


def search_chats(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v3/chats/search; its errors are nested once more"""
    query = call.request.query
    types = set(query.get("chat_type", "direct_message,channel").split(","))
    if types - {"direct_message", "group_chat", "channel", "thread"}:
        raise nested(400, "invalid.inputs.submitted", "Incorrect values submitted.")
    if query.get("sort_by", "recent") not in ("recent", "usage"):
        raise nested(400, "invalid.inputs.submitted", "Incorrect values submitted.")
    kinds = {kind for kind, name in KINDS.items() if name in types}
    rows = chats_of(sandbox, call, kinds=kinds)
    found = _matching(sandbox, call, rows, query.get("title", ""), query.get("recipient"))
    limit = whole(query, "limit", 500, most=500)
    return json_answer({"chats": [shape_v3(sandbox, call, row) for row in found[:limit]]})


def get_chat(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v3/chats/{chat_id}: the one place with a direct chat's unread count"""
    chat, include = chat_named(sandbox, call), call.request.query.get("include", "")
    if include not in ("", "last_message_info"):
        raise invalid("include")
    unread = sandbox.store.value(
        "SELECT unread FROM participants WHERE chat_id = ? AND zuid = ?",
        *(chat["chat_id"], call.zuid),
    )
    data = shape_v3(sandbox, call, chat, last=bool(include)) | {"unread_message_count": unread}
    return json_answer({"type": "chat", "data": data})


def create_chat(sandbox: Sandbox, call: Call) -> Answer:
    """POST /api/v3/chats: open a direct chat with a colleague"""
    body = checked(call, CHAT_CREATION)
    try:
        other = buddy(sandbox, call, body["user_id"])
    except Refused as error:
        if error.status == 403:
            raise
        code = "no_valid_users_available_to_create_chat"
        raise refused(400, code, "There are no valid users to create a chat with.") from None
    chat_id = direct_chat(sandbox, call.account, other)
    row = sandbox.store.rows("SELECT * FROM rooms WHERE chat_id = ?", chat_id)[0]
    return json_answer(
        {"type": "chat", "url": "/v3/chats", "data": shape_v3(sandbox, call, row, last=False)}
    )


def update_chat(sandbox: Sandbox, call: Call) -> Answer:
    """PUT /api/v3/chats/{chat_id}: mark as read up to a message"""
    body, chat = checked(call, CHAT_READ), chat_named(sandbox, call)
    message = message_in(sandbox, chat["chat_id"], body["last_message_id"])
    mark_read(sandbox, chat["chat_id"], call.zuid, message["seq"])
    return Answer(204)


def update_chats(sandbox: Sandbox, call: Call) -> Answer:
    """PUT /api/v3/chats: mark several as read, each up to its message"""
    told = checked(call, CHATS_READ)["chats"]
    outcome: dict[str, list[str]] = {"success": [], "failure": []}
    for one in told:
        try:
            chat = chat_named(sandbox, Call(call.request, call.account, {"chat": one["chat_id"]}))
            message = message_in(sandbox, chat["chat_id"], one["last_message_id"])
        except Refused:
            outcome["failure"].append(one["chat_id"])
        else:
            mark_read(sandbox, chat["chat_id"], call.zuid, message["seq"])
            outcome["success"].append(one["chat_id"])
    return json_answer({"type": "chat.read_status", "data": outcome})
