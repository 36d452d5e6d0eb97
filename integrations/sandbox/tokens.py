"""Which tokens live? The accounts server's token endpoint and what it knows of its own tokens."""

import secrets
from sqlite3 import Row
from typing import Any

from .faults import ACCESS_DENIED
from .http import Answer, Request, json_answer
from .refusals import bad_token, scope_missing
from .sandbox import Sandbox

CODE_SECONDS = 120
REFRESH_TOKENS = 20  # per account and client; one more evicts the oldest
ACCESS_TOKENS = 15  # per refresh token, likewise
# Zoho's general API host, which is not where Cliq lives: whoever calls it finds nobody.
API_DOMAIN = "https://www.zohoapis.invalid"


def new_token() -> str:
    return f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"


def failed(error: str) -> Answer:
    """Zoho's accounts server reports its errors with HTTP 200."""
    return json_answer({"error": error})


def token(sandbox: Sandbox, request: Request) -> Answer:
    """POST /oauth/v2/token (cliq/api.md §1.4, §1.5)"""
    told = {**request.query, **request.form()}
    if not told.get("client_id"):
        return failed("invalid_client")
    if not told.get("client_secret"):
        return failed("invalid_client_secret")
    grant_type = told.get("grant_type")
    if grant_type == "authorization_code":
        return _exchange(sandbox, told)
    if grant_type == "refresh_token":
        return _refresh(sandbox, told)
    return failed("unsupported_grant_type")


def _exchange(sandbox: Sandbox, told: dict[str, str]) -> Answer:
    store = sandbox.store
    with store.transaction():
        code = store.row("SELECT * FROM codes WHERE code = ?", told.get("code", ""))
        if code is None or code["expires_ms"] <= sandbox.clock.now_ms():
            return failed("invalid_code")
        if code["client_id"] != told["client_id"]:
            return failed("invalid_client")
        if code["redirect_uri"] != told.get("redirect_uri"):
            return failed("invalid_redirect_uri")
        store.run("DELETE FROM codes WHERE code = ?", code["code"])
        grant = add_grant(sandbox, code, refreshable=bool(code["refreshable"]))
        answer = _issued(sandbox, grant) | {"scope": grant["scopes"].replace(",", " ")}
    if grant["refresh_token"] and not sandbox.quirk("omit_refresh_token"):
        answer["refresh_token"] = grant["refresh_token"]
    return json_answer(answer)


def add_grant(sandbox: Sandbox, consent: Any, *, refreshable: bool) -> Row:
    """What an account has agreed to; `consent` names client_id, zuid and scopes."""
    store = sandbox.store
    store.run(
        "INSERT INTO grants (client_id, zuid, scopes, refresh_token, created_ms)"
        " VALUES (?, ?, ?, ?, ?)",
        *(consent["client_id"], consent["zuid"], consent["scopes"]),
        *(new_token() if refreshable else None, sandbox.clock.now_ms()),
    )
    store.run(
        "DELETE FROM grants WHERE id IN (SELECT id FROM grants WHERE client_id = ? AND zuid = ?"
        " AND refresh_token IS NOT NULL ORDER BY id DESC LIMIT -1 OFFSET ?)",
        *(consent["client_id"], consent["zuid"], REFRESH_TOKENS),
    )
    grant = store.row("SELECT * FROM grants ORDER BY id DESC LIMIT 1")
    assert grant is not None  # noqa: S101  Just inserted, under the same lock.
    return grant


def _refresh(sandbox: Sandbox, told: dict[str, str]) -> Answer:
    grant = sandbox.store.row(
        "SELECT * FROM grants WHERE refresh_token = ?", told.get("refresh_token", "")
    )
    if grant is None:
        return failed("invalid_code")
    if grant["client_id"] != told["client_id"]:
        return failed("invalid_client")
    if not sandbox.limits.admits(f"grant {grant['id']}", "refresh"):
        return json_answer(ACCESS_DENIED)
    with sandbox.store.transaction():
        return json_answer(_issued(sandbox, grant))


def _issued(sandbox: Sandbox, grant: Row) -> dict[str, Any]:
    seconds = sandbox.quirk("access_token_seconds")
    return {
        "access_token": add_access_token(sandbox, grant, seconds),
        "api_domain": API_DOMAIN,
        "token_type": "Bearer",
        "expires_in": seconds * 1000 if sandbox.quirk("expires_in_ms") else seconds,
    }


def add_access_token(sandbox: Sandbox, grant: Row, seconds: int) -> str:
    """A new access token of a grant; the oldest beyond the cap are dropped."""
    text, now = new_token(), sandbox.clock.now_ms()
    sandbox.store.run(
        "INSERT INTO access_tokens VALUES (?, ?, ?, ?)",
        text,
        grant["id"],
        now + seconds * 1000,
        now,
    )
    sandbox.store.run(
        "DELETE FROM access_tokens WHERE rowid IN (SELECT rowid FROM access_tokens"
        " WHERE grant_id = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?)",
        *(grant["id"], ACCESS_TOKENS),
    )
    return text


def revoke(sandbox: Sandbox, request: Request) -> Answer:
    """POST /oauth/v2/token/revoke: a refresh token takes its access tokens with it."""
    told = {**request.query, **request.form()}.get("token", "")
    with sandbox.store.transaction():
        gone = sandbox.store.run("DELETE FROM grants WHERE refresh_token = ?", told)
        gone += sandbox.store.run("DELETE FROM access_tokens WHERE token = ?", told)
    if gone:
        return json_answer({"status": "success"})
    return json_answer({"status": "failure", "error": "invalid_token"}, 400)


def bearer(sandbox: Sandbox, request: Request) -> Row | None:
    """The account and scopes behind a live access token; Cliq knows no `Bearer`."""
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    # The accounts server takes either word: allauth sends it `Bearer`, others Zoho's own.
    kinds = (
        {"Zoho-oauthtoken", "Bearer"} if request.path.startswith("/oauth") else {"Zoho-oauthtoken"}
    )
    if kind not in kinds:
        return None
    return sandbox.store.row(
        "SELECT accounts.*, grants.scopes FROM access_tokens"
        " JOIN grants ON grants.id = grant_id JOIN accounts USING (zuid)"
        " WHERE token = ? AND expires_ms > ?",
        *(text.strip(), sandbox.clock.now_ms()),
    )


def authorise(caller: Row | None, scope: str) -> Row:
    """The caller, if the token lives and covers the scope."""
    if caller is None:
        raise bad_token()
    if scope not in caller["scopes"].split(","):
        raise scope_missing()
    return caller
