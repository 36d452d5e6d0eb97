"""Who is who? Zoho accounts, and the calls that show them."""

from sqlite3 import Row
from typing import Any

from .http import Answer, json_answer
from .paging import page_of, whole
from .refusals import Refused, gone, invalid
from .sandbox import Call, Sandbox

ORGANISATION = "54107592"
FIRST_ZUID = 631830847
USER_FIELDS = {"display_name", "mobile", "department", "designation", "all", "chat_status"}


def add_account(
    sandbox: Sandbox,
    *,
    email: str,
    first_name: str = "",
    last_name: str = "",
    organization_id: str = ORGANISATION,
    offered: bool = True,
) -> Row:
    """Make a Zoho account, or change the one with that address."""
    store = sandbox.store
    with store.transaction():
        known = store.row("SELECT * FROM accounts WHERE email = ?", email)
        number = store.value("SELECT COUNT(*) FROM accounts")
        zuid = known["zuid"] if known else str(FIRST_ZUID + number)
        first_name = first_name or email.partition("@")[0].title()
        store.run(
            "INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?, ?)",
            *(zuid, email, first_name, last_name, organization_id, int(offered)),
        )
    return account(sandbox, email)


def account(sandbox: Sandbox, who: str) -> Row:
    """The account with that e-mail address or ZUID; 404 when there is none."""
    found = sandbox.store.row("SELECT * FROM accounts WHERE email = ? OR zuid = ?", who, who)
    if found is None:
        raise gone()
    return found


def full_name(row: Row) -> str:
    return f"{row['first_name']} {row['last_name']}".strip()


def names(sandbox: Sandbox) -> dict[str, str]:
    """ZUID → full name, of everybody."""
    return {row["zuid"]: full_name(row) for row in sandbox.store.rows("SELECT * FROM accounts")}


def user_info(sandbox: Sandbox, call: Call) -> Answer:
    """Accounts server: who granted? (cliq/api.md §1.7)"""
    return json_answer(
        {
            "First_Name": call.account["first_name"],
            "Last_Name": call.account["last_name"],
            "Display_Name": full_name(call.account),
            "Email": call.account["email"],
            "ZUID": int(call.zuid),
        }
    )


def list_users(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/users (cliq/api.md §5.3)"""
    query = call.request.query
    if query.get("sort_by", "usage") != "usage":
        raise invalid("sort_by")
    rows = sandbox.store.rows(
        "SELECT * FROM accounts WHERE organization_id = ? ORDER BY zuid",
        call.account["organization_id"],
    )
    wanted = query.get("search", "").casefold()
    found = [row for row in rows if wanted in f"{full_name(row)} {row['email']}".casefold()]
    if query.get("status", "active") != "active":
        found = []
    page, more = page_of(sandbox, call, found, limit=whole(query, "limit", 100, most=100))
    return json_answer({sandbox.quirk("users_key"): [_listed(row) for row in page], **more})


def _listed(row: Row) -> dict[str, Any]:
    return {
        "id": row["zuid"],
        "zuid": row["zuid"],
        "zoid": row["organization_id"],
        "organization_id": row["organization_id"],
        "email_id": row["email"],
        "display_name": row["first_name"],
        "name": full_name(row),
    }


def get_user(sandbox: Sandbox, call: Call) -> Answer:
    """GET /api/v2/users/{id or e-mail}, also for the presence with fields=chat_status"""
    user = colleague(sandbox, call, call.path["user"])
    fields = set(call.request.query.get("fields", "all").split(","))
    if fields - USER_FIELDS:
        raise invalid("fields")
    if fields == {"chat_status"}:
        return json_answer({"data": {"code": "available", "message": "", "id": user["zuid"]}})
    data = {
        "id": user["zuid"],
        "zoid": user["organization_id"],
        "organization_id": user["organization_id"],
        "email_id": user["email"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "full_name": full_name(user),
        "name": full_name(user),
        "display_name": user["first_name"],
        "status": "active",
        "timezone": "Asia/Tokyo",
        "timeoffset": 32_400_000,
        "language": "ja",
        "country": "JP",
    }
    return json_answer({"data": data})


def colleague(sandbox: Sandbox, call: Call, who: str) -> Row:
    """Somebody of the caller's organisation, by e-mail address or ZUID; 404 otherwise."""
    try:
        found = account(sandbox, who)
    except Refused:
        raise gone() from None
    if found["organization_id"] != call.account["organization_id"]:
        raise gone()
    return found
