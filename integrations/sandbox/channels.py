"""Which channels does somebody see? Cliq's channel calls, v2 (cliq/api.md §2)."""

from datetime import datetime
from sqlite3 import Row
from typing import Any

from .clock import iso
from .http import Answer, json_answer
from .messages import last_message
from .paging import page_of, signed, switch, unsigned, whole
from .people import full_name
from .refusals import gone, invalid, not_permitted, refused, technical_error
from .rooms import PREFIX, is_pinned, people_in, permissions
from .sandbox import Call, Sandbox

FILTERS = {
    *("name", "status", "limit", "level", "modified_before", "modified_after", "created_before"),
    *("created_after", "channel_ids", "chat_ids", "team_ids", "created_by", "order_by"),
    *("next_token", "sync_token", "pinned", "joined"),
}
SYNCED = 50
SEEN = (
    "SELECT room.*, mine.role, mine.unread, creator.first_name, creator.last_name, (SELECT COUNT(*)"
    " FROM participants WHERE participants.chat_id = room.chat_id) AS participant_count"
    " FROM rooms room LEFT JOIN participants mine ON mine.chat_id = room.chat_id"
    " AND mine.zuid = ?1 LEFT JOIN accounts creator ON creator.zuid = room.creator_zuid"
    " WHERE room.kind = 'channel' AND room.status <> 'deleted' AND room.organization_id = ?2"
    " AND (mine.role IS NOT NULL OR room.level = 'organization')"
)


def visible(sandbox: Sandbox, call: Call) -> list[Row]:
    """The channels of the caller's organisation that are public or joined."""
    return sandbox.store.rows(SEEN, call.zuid, call.account["organization_id"])


def list_channels(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/channels"""
    query = call.request.query
    limit = whole(query, "limit", 100, most=100)
    rows = [row for row in visible(sandbox, call) if _wanted(call, row) and _timely(call, row)]
    rows = _synced(sandbox, call, _ordered(call, rows))
    page, more = page_of(sandbox, call, rows, limit=limit)
    more["sync_token"] = signed(sandbox, call, "sync", sandbox.clock.now_ms())
    shown = [
        shape(sandbox, row) | {"pinned": is_pinned(sandbox, row["chat_id"], call.zuid)}
        for row in page
    ]
    return json_answer({"channels": shown, **more})


def _wanted(call: Call, row: Row) -> bool:
    """Does the row pass the filters for what a channel is?"""
    query = call.request.query
    if query.get("status", "created") not in ("created", "pending", "archived"):
        raise invalid("status")
    if query.get("level", "team") not in PREFIX:
        raise invalid("level")
    tests = [
        query.get("name", "").casefold() in row["title"].casefold(),
        query.get("status") in (None, row["status"]),
        query.get("level") in (None, row["level"]),
        switch(query, "joined") in (None, row["role"] is not None),
        not switch(query, "pinned"),
        row["channel_id"] in query.get("channel_ids", row["channel_id"]).split(","),
        row["chat_id"] in query.get("chat_ids", row["chat_id"]).split(","),
        query.get("created_by") in (None, row["creator_zuid"]),
    ]
    return all(tests)


def _timely(call: Call, row: Row) -> bool:
    """Does the row pass the filters for when it was made and last written in?"""
    query = call.request.query
    for field in ("modified", "created"):
        time_ms = row[f"{field}_ms"]
        if not time_ms > _moment(query.get(f"{field}_after"), field, -1):
            return False
        if not time_ms < _moment(query.get(f"{field}_before"), field, time_ms + 1):
            return False
    return True


def _moment(text: str | None, name: str, default: int) -> int:
    """A time from the query: documented as a date-time, in practice milliseconds too."""
    if text is None:
        return default
    if text.isdigit():
        return int(text)
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError:
        raise invalid(name) from None


def _ordered(call: Call, rows: list[Row]) -> list[Row]:
    # A plus sign in a query means a space: both reach us.
    order = call.request.query.get("order_by", "+creation_time").replace(" ", "+")
    columns = {"last_modified_time": "modified_ms", "creation_time": "created_ms"}
    if order[:1] not in "+-" or order[1:] not in columns:
        raise invalid("order_by")
    return sorted(rows, key=lambda row: row[columns[order[1:]]], reverse=order[0] == "-")


def _synced(sandbox: Sandbox, call: Call, rows: list[Row]) -> list[Row]:
    token = call.request.query.get("sync_token")
    if token is None:
        return rows
    since = unsigned(sandbox, call, "sync", token)
    rows = [row for row in rows if row["modified_ms"] > since]
    if len(rows) > SYNCED:
        raise technical_error()
    return rows


def shape(sandbox: Sandbox, row: Row) -> dict[str, Any]:
    """A channel as Cliq shows it (cliq/api.md §2.2)."""
    shown = _facts(row)
    for name in ("member", "moderator", "admin"):
        shown[f"{name}_permission"] = permissions(row, name)
    if row["role"] is not None:
        shown |= {"current_user_role": row["role"], "unread_message_count": row["unread"]}
    if row["last_seq"]:
        shown["last_message_info"] = last_message(sandbox, row["last_seq"])
    return shown


def _facts(row: Row) -> dict[str, Any]:
    return {
        "name": row["title"],
        "unique_name": row["unique_name"],
        "channel_id": row["channel_id"],
        "chat_id": row["chat_id"],
        "description": row["description"],
        "level": row["level"],
        "status": row["status"],
        "invite_only": row["level"] == "private",
        "joined": row["role"] is not None,
        "pinned": False,
        "participant_count": row["participant_count"],
        "organization_id": row["organization_id"],
        "creator_id": row["creator_zuid"],
        "creator_name": full_name(row) if row["first_name"] else "",
        "creation_time": iso(row["created_ms"]),
        "last_modified_time": iso(row["modified_ms"]),
        "total_message_count": str(row["message_count"]),
    }


def get_channel(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/channels/{channel_id}: other ids are a technical error."""
    wanted = call.path["channel"]
    if wanted[:1] not in PREFIX.values() or not wanted[1:].isdigit():
        raise technical_error()
    for row in visible(sandbox, call):
        if row["channel_id"] == wanted:
            return _one(sandbox, row)
    raise gone()


def get_channel_by_name(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/channelsbyname/{unique_name}: undocumented, used by others live."""
    for row in visible(sandbox, call):
        if row["unique_name"] == call.path["channel"]:
            return _one(sandbox, row)
    raise unknown(sandbox)


def _one(sandbox: Sandbox, row: Row) -> Answer:
    shown = shape(sandbox, row)
    return json_answer({"channel": shown} if sandbox.quirk("wrap_channel") else shown)


def unknown(sandbox: Sandbox) -> Exception:
    """What Cliq says of a channel that is not there; which of these is not documented."""
    how = sandbox.quirk("unknown_channel")
    if how == "forbidden":
        return not_permitted()
    return gone() if how == "not_found" else technical_error()


def list_members(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/channels/{channel_id}/members"""
    wanted = call.path["channel"]
    row = next((row for row in visible(sandbox, call) if row["channel_id"] == wanted), None)
    if row is None:
        raise technical_error()
    return json_answer(
        {
            "members": [
                {
                    "user_id": person["zuid"],
                    "email_id": person["email"],
                    "name": full_name(person),
                    "user_role": person["role"],
                }
                for person in people_in(sandbox, row["chat_id"])
            ]
        }
    )


def named(sandbox: Sandbox, call: Call) -> Row:
    """The channel that the path names for posting; its unique name only will do."""
    row = sandbox.store.row("SELECT * FROM rooms WHERE unique_name = ?", call.path["channel"])
    if row is None or row["status"] == "deleted":
        raise unknown(sandbox)
    if row["organization_id"] != call.account["organization_id"]:
        raise unknown(sandbox)
    if "bot_unique_name" in call.request.query:
        raise refused(400, "operation_failed", "The bot is not a member of the channel.")
    return row
