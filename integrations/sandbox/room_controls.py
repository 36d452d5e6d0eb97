"""How does a test change what a channel or a chat is? Its state, name, permissions, favourites."""

from collections.abc import Callable
from sqlite3 import Row
from typing import Any

from .people import account
from .rooms import find, pin, set_permission
from .sandbox import Sandbox

Told = dict[str, Any]


def room_told(sandbox: Sandbox, told: Told) -> Row:
    """The chat that `channel` names, by any of its ids or its name."""
    room = find(sandbox, str(told["channel"]))
    if room is None:
        raise ValueError(f"no such channel: {told['channel']}")
    return room


def status(new: str) -> Callable[[Sandbox, Told], Told]:
    def change(sandbox: Sandbox, told: Told) -> Told:
        chat_id = room_told(sandbox, told)["chat_id"]
        sandbox.store.run("UPDATE channels SET status = ? WHERE chat_id = ?", new, chat_id)
        return {}

    return change


def rename(sandbox: Sandbox, told: Told) -> Told:
    chat_id = room_told(sandbox, told)["chat_id"]
    sandbox.store.run("UPDATE chats SET title = ? WHERE chat_id = ?", told["name"], chat_id)
    return {}


def permit(sandbox: Sandbox, told: Told) -> Told:
    """Give or take an act in a channel; sending, unless `act` names another."""
    act, allowed = told.get("act", "send_message"), told["allowed"] in (True, "true")
    set_permission(sandbox, room_told(sandbox, told), act, allowed)
    return {}


def favour(sandbox: Sandbox, told: Told) -> Told:
    """A person pins a chat, or with {"pinned": false} no longer."""
    zuid = account(sandbox, told["email"])["zuid"]
    chat_id = room_told(sandbox, told)["chat_id"]
    pin(sandbox, chat_id, zuid, is_pinned=told.get("pinned", True) in (True, "true"))
    return {}
