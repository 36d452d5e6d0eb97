"""May this application act for you? The page that asks, and the redirect that answers."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from .http import Answer, Request, html_answer, origin_of, redirect
from .pages import Pages
from .sandbox import Sandbox
from .scopes import SCOPES
from .tokens import CODE_SECONDS, new_token

COOKIE = "sandbox_account"


def error_in(query: Mapping[str, str]) -> str:
    """What is wrong with an authorisation request, in Zoho's word, or "" (cliq/api.md §1.3)."""
    if not query.get("client_id"):
        return "invalid_client"
    if not origin_of(query.get("redirect_uri", "")):
        return "invalid_redirect_uri"
    if query.get("response_type") != "code":
        return "invalid_response_type"
    if not set(scopes_in(query)) <= SCOPES.keys():
        return "invalid_oauthscope"
    if query.get("access_type", "online") not in ("online", "offline"):
        return "invalid_access_type"
    return "" if query.get("prompt", "consent") == "consent" else "invalid_prompt"


def scopes_in(query: Mapping[str, str]) -> list[str]:
    return query.get("scope", "").split(",")


def authorize(sandbox: Sandbox, pages: Pages, request: Request) -> Answer:
    """GET /oauth/v2/auth: offer the accounts and name what is asked for."""
    error = error_in(request.query)
    if error:
        return pages.answer("error.html", request, status=400, error=error)
    accounts = sandbox.store.rows("SELECT * FROM accounts WHERE offered ORDER BY zuid")
    language = pages.language(request)
    page = pages.render(
        "consent.html",
        request,
        accounts=accounts,
        chosen=request.cookie(COOKIE) or (accounts[0]["zuid"] if accounts else ""),
        client_id=request.query["client_id"],
        destination=origin_of(request.query["redirect_uri"]),
        scopes=[(scope, SCOPES[scope][language]) for scope in scopes_in(request.query)],
    )
    # Chromium applies form-action to the redirect that answers the POST, too.
    return html_answer(page, leave_for=origin_of(request.query["redirect_uri"]))


def decide(sandbox: Sandbox, pages: Pages, request: Request) -> Answer:
    """POST /oauth/v2/auth: back to the application, with a code or with a refusal."""
    error = error_in(request.query)
    if error:
        return pages.answer("error.html", request, status=400, error=error)
    told = request.form()
    account = sandbox.store.row("SELECT * FROM accounts WHERE email = ?", told.get("account", ""))
    state = {"state": request.query["state"]} if "state" in request.query else {}
    if told.get("decision") != "accept" or account is None:
        return redirect(_back(request, {"error": "access_denied"} | state))
    answer = redirect(
        _back(
            request,
            {
                "code": new_code(sandbox, request.query, account["zuid"]),
                "location": sandbox.quirk("location"),
                "accounts-server": sandbox.quirk("accounts_server") or request.origin,
            }
            | state,
        )
    )
    answer.headers["Set-Cookie"] = f"{COOKIE}={account['zuid']}; Path=/; SameSite=Lax; HttpOnly"
    return answer


def new_code(sandbox: Sandbox, query: Mapping[str, str], zuid: str) -> str:
    """A code for one exchange within two minutes."""
    client_id, code = query["client_id"], new_token()
    # A refresh token comes with the first consent only, unless the application asks again.
    again = sandbox.store.row(
        "SELECT 1 FROM grants WHERE client_id = ? AND zuid = ?", client_id, zuid
    )
    refreshable = query.get("access_type") == "offline" and (
        again is None or query.get("prompt") == "consent"
    )
    sandbox.store.run(
        "INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(code, client_id, query["redirect_uri"], zuid, ",".join(scopes_in(query))),
        *(int(refreshable), sandbox.clock.now_ms() + CODE_SECONDS * 1000),
    )
    return code


def _back(request: Request, told: dict[str, str]) -> str:
    parts = urlsplit(request.query["redirect_uri"])
    query = "&".join(part for part in (parts.query, urlencode(told)) if part)
    return urlunsplit(parts._replace(query=query, fragment=""))
