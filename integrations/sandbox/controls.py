"""How does a test tell the sandbox what to do? The acts behind /sandbox/api/ and its buttons."""

import base64
from collections.abc import Callable

from . import seed
from .faults import Fault, fault_from
from .files import share_file
from .messages import add_message
from .people import account, add_account
from .room_controls import Told, favour, permit, rename, room_told, status
from .rooms import add_channel, direct_chat, join, leave
from .sandbox import Sandbox
from .tokens import add_access_token, add_grant


def reset(sandbox: Sandbox, told: Told) -> Told:
    """Forget everything; then the first set again, or nothing with {"seed": "empty"}."""
    accounts = told.get("accounts") or seed.first_accounts(sandbox)
    sandbox.forget()
    sandbox.store.set("first_accounts", accounts)
    if told.get("seed") != "empty":
        seed.plant(sandbox, accounts, many_channels=bool(told.get("many_channels")))
    return {}


def accounts(sandbox: Sandbox, told: Told) -> Told:
    """Add or change an account; add it to the channels named in `channels`."""
    channels = told.pop("channels", [])
    row = add_account(sandbox, **told)
    for channel in channels:
        join(sandbox, room_told(sandbox, {"channel": channel})["chat_id"], row["zuid"])
    return {"zuid": row["zuid"]}


def channels(sandbox: Sandbox, told: Told) -> Told:
    """Add a channel; `members` is a list of e-mail addresses or maps them to roles."""
    members = told.pop("members", [])
    roles = members if isinstance(members, dict) else dict.fromkeys(members, "member")
    told["members"] = {account(sandbox, who)["zuid"]: role for who, role in roles.items()}
    told.setdefault("unique_name", seed.unique_name(told["name"]))
    row = add_channel(sandbox, **told)
    return {key: row[key] for key in ("channel_id", "chat_id", "unique_name")}


def add_member(sandbox: Sandbox, told: Told) -> Told:
    zuid = account(sandbox, told["email"])["zuid"]
    join(sandbox, room_told(sandbox, told)["chat_id"], zuid, told.get("role", "member"))
    return {}


def remove_member(sandbox: Sandbox, told: Told) -> Told:
    zuid = account(sandbox, told["email"])["zuid"]
    leave(sandbox, room_told(sandbox, told)["chat_id"], zuid)
    return {}


def direct(sandbox: Sandbox, told: Told) -> Told:
    """The chat of two people, made if there is none."""
    one, other = (account(sandbox, who) for who in told["emails"])
    return {"chat_id": direct_chat(sandbox, one, other)}


def say(sandbox: Sandbox, told: Told) -> Told:
    """A message written by a person in Cliq; with `type` and `content` one of another kind."""
    room, zuid = room_told(sandbox, told), account(sandbox, told["email"])["zuid"]
    payload = told.get("payload") or {"text": told.get("text", "")}
    kind = told.get("type", "text")
    content = told.get("content") or payload
    if kind == "text":
        content = {"text": payload["text"]}
    via = told.get("via", "page")
    said = add_message(sandbox, room["chat_id"], zuid, payload, kind=kind, content=content, via=via)
    return {"message_id": said}


def file(sandbox: Sandbox, told: Told) -> Told:
    """A file in a chat; its bytes as base64 in `data`."""
    room, zuid = room_told(sandbox, told), account(sandbox, told["email"])["zuid"]
    said = {"comment": told["comment"]} if "comment" in told else {}
    message_id = share_file(
        sandbox,
        room["chat_id"],
        zuid,
        name=told["name"],
        content_type=told.get("content_type", "application/octet-stream"),
        data=base64.b64decode(told["data"]),
        **said,
    )
    return {"message_id": message_id}


def grant(sandbox: Sandbox, told: Told) -> Told:
    """Tokens without the consent page, for tests of what comes after it."""
    zuid = account(sandbox, told["email"])["zuid"]
    consent = {
        "client_id": told.get("client_id", "1000.SANDBOX"),
        "zuid": zuid,
        "scopes": told["scope"],
    }
    with sandbox.store.transaction():
        row = add_grant(sandbox, consent, refreshable=True)
        seconds = told.get("seconds", sandbox.quirk("access_token_seconds"))
        token = add_access_token(sandbox, row, seconds)
    return {"access_token": token, "refresh_token": row["refresh_token"], "zuid": zuid}


def revoke(sandbox: Sandbox, told: Told) -> Told:
    """What a person does under Connected Apps: every grant of theirs is dead."""
    zuid = account(sandbox, told["email"])["zuid"]
    return {"grants": sandbox.store.run("DELETE FROM grants WHERE zuid = ?", zuid)}


def expire(sandbox: Sandbox, told: Told) -> Told:
    """Access tokens end now: of one account, or of all."""
    email = told.get("email")
    count = sandbox.store.run(
        "UPDATE access_tokens SET expires_ms = 0 WHERE ?1 IS NULL OR grant_id IN (SELECT grants.id"
        " FROM grants JOIN accounts USING (zuid) WHERE email = ?1)",
        email,
    )
    return {"tokens": count}


def withdraw(sandbox: Sandbox, told: Told) -> Told:
    """Take one scope out of every grant of an account."""
    zuid, scope = account(sandbox, told["email"])["zuid"], told["scope"]
    for row in sandbox.store.rows("SELECT * FROM grants WHERE zuid = ?", zuid):
        scopes = ",".join(one for one in row["scopes"].split(",") if one != scope)
        sandbox.store.run("UPDATE grants SET scopes = ? WHERE id = ?", scopes, row["id"])
    return {}


def lock(sandbox: Sandbox, told: Told) -> Told:
    """As if the person had just exceeded a limit: posting, unless `limit` names another."""
    sandbox.limits.lock(account(sandbox, told["email"])["zuid"], told.get("limit", "post"))
    return {}


def unlock(sandbox: Sandbox, told: Told) -> Told:
    sandbox.limits.unlock(account(sandbox, told["email"])["zuid"])
    return {}


def clock(sandbox: Sandbox, told: Told) -> Told:
    """Move the clock by so many seconds."""
    sandbox.clock.advance(float(told["seconds"]))
    return {"now": sandbox.clock.now()}


def quirks(sandbox: Sandbox, told: Told) -> Told:
    sandbox.set_quirks(told)
    return sandbox.quirks


def fault(sandbox: Sandbox, told: Told) -> Told:
    """Let the next matching requests go wrong."""
    numbers = {key: int(told[key]) for key in ("times", "skip") if key in told}
    sandbox.faults.queue(fault_from(told | numbers))
    return {}


def random_faults(sandbox: Sandbox, told: Told) -> Told:
    """From now on so many per cent of the matching requests go wrong, by a seed."""
    kinds = told.get("faults") or [
        *(
            {"do": do, "when": when}
            for do in ("drop", "server_error")
            for when in ("before", "after")
        ),
        *({"do": do} for do in ("too_many", "bad_gateway", "unauthorized", "malformed")),
        {"do": "hang", "when": "after", "seconds": told.get("seconds", 20)},
    ]
    about = {key: told[key] for key in ("path", "method") if key in told}
    faults: list[Fault] = [fault_from(about | kind) for kind in kinds]
    sandbox.faults.roll(float(told["percent"]), int(told.get("seed", 1)), faults)
    return {}


def clear_faults(sandbox: Sandbox, told: Told) -> Told:
    sandbox.faults.clear()
    return {}


def forget_requests(sandbox: Sandbox, told: Told) -> Told:
    sandbox.recorder.clear()
    return {}


ACTS: dict[str, Callable[[Sandbox, Told], Told]] = {
    "reset": reset,
    "accounts": accounts,
    "channels": channels,
    "add-member": add_member,
    "remove-member": remove_member,
    "direct-chat": direct,
    "messages": say,
    "files": file,
    "archive": status("archived"),
    "unarchive": status("created"),
    "delete": status("deleted"),
    "rename": rename,
    "permit": permit,
    "pin": favour,
    "grant": grant,
    "revoke": revoke,
    "expire-tokens": expire,
    "withdraw-scope": withdraw,
    "lock": lock,
    "unlock": unlock,
    "clock": clock,
    "quirks": quirks,
    "faults": fault,
    "random-faults": random_faults,
    "clear-faults": clear_faults,
    "forget-requests": forget_requests,
}
