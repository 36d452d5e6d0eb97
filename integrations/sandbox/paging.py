"""How does a caller get the next page, and what numbers and switches may a query hold?"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from sqlite3 import Row
from typing import Any

from .refusals import invalid, technical_error
from .sandbox import Call, Sandbox


def page_of(
    sandbox: Sandbox, call: Call, rows: Sequence[Row], *, limit: int
) -> tuple[Sequence[Row], dict[str, Any]]:
    """The rows of the page asked for, and what tells the caller about the next one."""
    start = _start(sandbox, call)
    end = start + limit
    if end >= len(rows):
        return rows[start:], {"has_more": False}
    return rows[start:end], {"has_more": True, "next_token": signed(sandbox, call, "next", end)}


def _start(sandbox: Sandbox, call: Call) -> int:
    token = call.request.query.get("next_token")
    return 0 if token is None else unsigned(sandbox, call, "next", token)


def signed(sandbox: Sandbox, call: Call, purpose: str, number: int) -> str:
    """An opaque token for a number, good for this caller and purpose only."""
    key = sandbox.store.setting("token_key")
    if key is None:
        key = secrets.token_hex(16)
        sandbox.store.set("token_key", key)
    sealed = f"{key}{purpose}{call.zuid}{number}".encode()
    return f"{number:016x}{hashlib.blake2b(sealed, digest_size=24).hexdigest()}"


def unsigned(sandbox: Sandbox, call: Call, purpose: str, token: str) -> int:
    """The number inside a token; Cliq answers any other with its technical error."""
    try:
        number = int(token[:16], 16)
    except ValueError:
        raise technical_error() from None
    if signed(sandbox, call, purpose, number) != token:
        raise technical_error()
    return number


def whole(query: Mapping[str, str], name: str, default: int, *, most: int | None = None) -> int:
    """A whole number above zero from the query."""
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise invalid(name)
    if most is not None and int(text) > most:
        raise invalid(name)
    return int(text)


def switch(query: Mapping[str, str], name: str) -> bool | None:
    """true or false from the query, or None when it is not there."""
    text = query.get(name)
    if text is None:
        return None
    if text not in ("true", "false"):
        raise invalid(name)
    return text == "true"
