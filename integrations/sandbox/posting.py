"""How does a message get in? Cliq's three doors for posting, v2 (cliq/api.md §3)."""

from sqlite3 import Row
from typing import Any

from .channels import named
from .http import Answer, json_answer
from .mentions import calls_everybody
from .message_rules import CHANNEL_MESSAGE, CHAT_MESSAGE, Check
from .messages import add_message, chat_named, mark_read, message_in, shown_id
from .paging import switch
from .people import account
from .refusals import Refused, invalid, not_permitted, refused, technical_error
from .rooms import check_may, direct_chat
from .sandbox import Call, Sandbox


def post_to_channel(sandbox: Sandbox, call: Call) -> Answer:
    """POST /api/v2/channelsbyname/{unique_name}/message"""
    body = checked(call, CHANNEL_MESSAGE)
    read = switch(call.request.query, "mark_as_read")
    return _post(sandbox, call, named(sandbox, call), body, read=bool(read))


def post_to_chat(sandbox: Sandbox, call: Call) -> Answer:
    """POST /api/v2/chats/{chat_id}/message"""
    body = checked(call, CHAT_MESSAGE)
    if "bot_unique_name" in call.request.query:
        raise refused(400, "operation_failed", "The bot is not a member of the chat.")
    chat = chat_named(sandbox, call)
    return _post(sandbox, call, chat, body, read=body.get("mark_as_read", False))


def post_to_buddy(sandbox: Sandbox, call: Call) -> Answer:
    """POST /api/v2/buddies/{e-mail or ZUID}/message"""
    body = checked(call, CHAT_MESSAGE)
    chat_id = direct_chat(sandbox, call.account, buddy(sandbox, call, call.path["buddy"]))
    chat = sandbox.store.rows("SELECT * FROM rooms WHERE chat_id = ?", chat_id)[0]
    return _post(sandbox, call, chat, body, read=body.get("mark_as_read", False))


def buddy(sandbox: Sandbox, call: Call, who: str) -> Row:
    """Somebody whom the caller may write to: a colleague, and not oneself."""
    try:
        other = account(sandbox, who)
    except Refused:
        raise technical_error() from None
    if other["zuid"] == call.zuid:
        raise technical_error()
    refusal = sandbox.quirk("direct_messages_refused")
    if refusal or other["organization_id"] != call.account["organization_id"]:
        raise not_permitted(refusal or "121_extmem_message")
    return other


def checked(call: Call, rules: Check) -> dict[str, Any]:
    """The message in the request's body, or a refusal that names what is wrong with it."""
    if not call.request.headers.get("content-type", "").startswith("application/json"):
        raise invalid("Content-Type")
    body: dict[str, Any] = call.request.json()
    rules(body, "body")
    return body


def _post(sandbox: Sandbox, call: Call, chat: Row, body: dict[str, Any], *, read: bool) -> Answer:
    with sandbox.store.transaction():
        check_may(sandbox, chat, call.zuid, "send_message")
        if calls_everybody(body):
            check_may(sandbox, chat, call.zuid, "special_mentions")
        if "reply_to" in body:
            message_in(sandbox, chat["chat_id"], body["reply_to"])
        message_id = add_message(sandbox, chat["chat_id"], call.zuid, body)
        if read:
            mark_read(sandbox, chat["chat_id"], call.zuid, 2**62)
    if not body.get("sync_message"):
        return Answer(204)
    key, shown = sandbox.quirk("message_id_key"), shown_id(sandbox, message_id)
    return json_answer({"data": {"message_id": shown}} if key == "data" else {key: shown})
