"""Which chats and channels are there, and who may do what in them?"""

import json
from sqlite3 import Row
from typing import Any

from .people import ORGANISATION, full_name
from .refusals import not_permitted, technical_error
from .sandbox import Sandbox

PERMISSIONS = {
    "send_message": True,
    "post_reply": True,
    "mention_users": True,
    "special_mentions": True,
    "edit_my_msg": True,
    "delete_my_msg": True,
    "add_participant": True,
    "remove_participant": False,
    "edit_channel_info": False,
    "archive_channel": False,
    "delete_channel": False,
}
FIRST_CHAT, FIRST_DIRECT_CHAT = 1608777491535075000, 2230748224630350000
FIRST_CHANNEL = 1974166000016769000
PREFIX = {"organization": "O", "team": "T", "private": "P", "external": "E"}


def add_channel(
    sandbox: Sandbox,
    *,
    name: str,
    unique_name: str,
    members: dict[str, str],
    level: str = "organization",
    status: str = "created",
    description: str = "",
    permissions: dict[str, bool] | None = None,
    organization_id: str = ORGANISATION,
) -> Row:
    """Make a channel; `members` maps ZUID → role, and the first of them made it."""
    store, creator = sandbox.store, next(iter(members), "")
    with store.transaction():
        number = store.value("SELECT COUNT(*) FROM chats") + 1
        chat_id = f"CT_{FIRST_CHAT + number}_{organization_id}"
        _add_chat(sandbox, chat_id, "channel", f"#{name.lstrip('#')}", organization_id, creator)
        store.run(
            "INSERT INTO channels VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(chat_id, f"{PREFIX[level]}{FIRST_CHANNEL + number}", unique_name, level, status),
            *(description, _permission_sets(permissions or {})),
        )
        for zuid, role in members.items():
            join(sandbox, chat_id, zuid, role)
    return room(sandbox, unique_name)


def _permission_sets(changed: dict[str, bool]) -> str:
    """One and the same for every role, as JSON."""
    return json.dumps(dict.fromkeys(("member", "moderator", "admin"), PERMISSIONS | changed))


def direct_chat(sandbox: Sandbox, one: Row, other: Row) -> str:
    """The chat between two people, made when there is none yet."""
    store = sandbox.store
    with store.transaction():
        known = store.value(
            "SELECT chat_id FROM chats JOIN participants a USING (chat_id)"
            " JOIN participants b USING (chat_id) WHERE kind = 'dm' AND a.zuid = ? AND b.zuid = ?",
            *(one["zuid"], other["zuid"]),
        )
        if known:
            return str(known)
        chat_id = str(FIRST_DIRECT_CHAT + store.value("SELECT COUNT(*) FROM chats") + 1)
        _add_chat(sandbox, chat_id, "dm", "", one["organization_id"], one["zuid"])
        join(sandbox, chat_id, one["zuid"], "member")
        join(sandbox, chat_id, other["zuid"], "member")
    return chat_id


def _add_chat(
    sandbox: Sandbox, chat_id: str, kind: str, title: str, organization_id: str, creator: str
) -> None:
    now = sandbox.clock.now_ms()
    sandbox.store.run(
        "INSERT INTO chats (chat_id, kind, title, organization_id, creator_zuid, created_ms,"
        " modified_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(chat_id, kind, title, organization_id, creator, now, now),
    )


def join(sandbox: Sandbox, chat_id: str, zuid: str, role: str = "member") -> None:
    sandbox.store.run(
        "INSERT INTO participants (chat_id, zuid, role) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET role = excluded.role",
        *(chat_id, zuid, role),
    )


def leave(sandbox: Sandbox, chat_id: str, zuid: str) -> None:
    sandbox.store.run("DELETE FROM participants WHERE chat_id = ? AND zuid = ?", chat_id, zuid)


def find(sandbox: Sandbox, which: str) -> Row | None:
    """A channel or chat by any of its ids; for controls and pages, which may mix them."""
    return sandbox.store.row(
        "SELECT * FROM rooms"
        " WHERE chat_id = ?1 OR channel_id = ?1 OR unique_name = ?1 OR title = ?1",
        which,
    )


def room(sandbox: Sandbox, which: str) -> Row:
    found = find(sandbox, which)
    if found is None:
        raise technical_error()
    return found


def role_in(sandbox: Sandbox, chat_id: str, zuid: str) -> str | None:
    """The person's role in the chat, or None for who is not in it."""
    role: str | None = sandbox.store.value(
        "SELECT role FROM participants WHERE chat_id = ? AND zuid = ?", chat_id, zuid
    )
    return role


def permissions(channel: Row, role: str) -> dict[str, bool]:
    """What a role may do in a channel; a super admin may do everything."""
    table: dict[str, dict[str, bool]] = json.loads(channel["permissions"])
    return table.get(role, dict.fromkeys(PERMISSIONS, True))


def check_may(sandbox: Sandbox, chat: Row, zuid: str, act: str = "") -> None:
    """Refuse who is not in the chat, or whose role there may not do that."""
    role = role_in(sandbox, chat["chat_id"], zuid)
    code = "access_denied" if chat["kind"] == "channel" else "chat_access_denied"
    if role is None:
        raise not_permitted(code)
    if not act or chat["kind"] != "channel":
        return
    if chat["status"] != "created" or not permissions(chat, role)[act]:
        raise not_permitted()


def pin(sandbox: Sandbox, chat_id: str, zuid: str, *, is_pinned: bool) -> None:
    """Put a chat among the person's favourites, or take it out."""
    pins = set(sandbox.store.setting("pins", [])) - {f"{zuid} {chat_id}"}
    sandbox.store.set("pins", sorted(pins | ({f"{zuid} {chat_id}"} if is_pinned else set())))


def is_pinned(sandbox: Sandbox, chat_id: str, zuid: str) -> bool:
    return f"{zuid} {chat_id}" in sandbox.store.setting("pins", [])


def title_for(sandbox: Sandbox, chat: Row, zuid: str) -> str:
    """What the person sees as the chat's name: the channel's, or the other's."""
    if chat["kind"] == "channel":
        return str(chat["title"])
    others = [full_name(row) for row in people_in(sandbox, chat["chat_id"]) if row["zuid"] != zuid]
    return ", ".join(others)


def people_in(sandbox: Sandbox, chat_id: str) -> list[Row]:
    """The accounts in a chat with their role and unread count, in the order of their ids."""
    return sandbox.store.rows(
        "SELECT accounts.*, role, unread FROM participants JOIN accounts USING (zuid)"
        " WHERE chat_id = ? ORDER BY zuid",
        chat_id,
    )


def set_permission(sandbox: Sandbox, chat: Row, act: str, allowed: bool) -> None:
    """Give or take an act for every role but the super admin's."""
    table: dict[str, Any] = json.loads(chat["permissions"])
    for role in table.values():
        role[act] = allowed
    sandbox.store.run(
        "UPDATE channels SET permissions = ? WHERE chat_id = ?", json.dumps(table), chat["chat_id"]
    )
