"""What does the sandbox know? Everything that a test may read of it."""

import json
from sqlite3 import Row
from typing import Any

from .faults import KINDS
from .people import full_name, names
from .recorder import KEPT
from .rooms import find, people_in
from .sandbox import Sandbox

Told = dict[str, Any]
ACCOUNTS = (
    "SELECT accounts.*, (SELECT COUNT(*) FROM grants WHERE grants.zuid = accounts.zuid) AS grants"
    " FROM accounts ORDER BY zuid"
)
ROOMS = "SELECT * FROM rooms ORDER BY place"


def state(sandbox: Sandbox, told: Told) -> Told:
    """Everything at a glance."""
    return {
        "now": sandbox.clock.now(),
        "offset": sandbox.clock.offset,
        "time_scale": sandbox.clock.scale,
        "accounts": [_account(sandbox, row) for row in sandbox.store.rows(ACCOUNTS)],
        "channels": [_room(sandbox, row) for row in sandbox.store.rows(ROOMS)],
        "faults": sandbox.faults.report(),
        "fault_kinds": sorted(KINDS),
        "limits": _limits(sandbox),
        "quirks": sandbox.quirks,
    }


def _limits(sandbox: Sandbox) -> list[Told]:
    known = names(sandbox)
    return [
        line | {"name": known.get(line["who"], line["who"])} for line in sandbox.limits.report()
    ]


def _account(sandbox: Sandbox, row: Row) -> Told:
    return dict(row) | {"name": full_name(row)}


def _room(sandbox: Sandbox, row: Row) -> Told:
    shown = dict(row)
    shown["permissions"] = json.loads(row["permissions"] or "{}")
    members = people_in(sandbox, row["chat_id"])
    shown["members"] = {person["email"]: person["role"] for person in members}
    return shown


def messages(sandbox: Sandbox, told: Told) -> Told:
    """Everything stored of a channel's messages (or of all), in the order they were said."""
    room = find(sandbox, told["channel"]) if "channel" in told else None
    if "channel" in told and room is None:
        raise ValueError(f"no such channel: {told['channel']}")
    rows = sandbox.store.rows(
        "SELECT said.*, unique_name FROM said LEFT JOIN channels USING (chat_id)"
        " WHERE (?1 IS NULL OR chat_id = ?1) AND seq > ?2 ORDER BY seq",
        *(room and room["chat_id"], int(told.get("after", 0))),
    )
    return {"messages": [_stored(row) for row in rows]}


def _stored(row: Row) -> Told:
    stored = dict(row)
    for key in ("content", "payload", "mentions"):
        stored[key] = json.loads(stored[key])
    return stored


def requests(sandbox: Sandbox, told: Told) -> Told:
    """The recorded exchanges that match `path` and `method`, after the id `after`."""
    found = sandbox.recorder.list(
        path=told.get("path", "*"),
        method=told.get("method", "*"),
        after=int(told.get("after", 0)),
        most=int(told.get("most", KEPT)),
    )
    return {"requests": found}


READS = {"state": state, "messages": messages, "requests": requests}
