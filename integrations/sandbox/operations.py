"""Which calls does Zoho take? Its paths with their scopes, limits and query parameters."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from . import channels, chats, files, messages, people, posting
from .http import Answer, Request
from .refusals import extra_param, method_wrong, url_unknown
from .sandbox import Call, Sandbox
from .tokens import authorise, bearer

CLIQ = "ZohoCliq."
USER_FILTERS = {"search", "status", "plan_type", "fields", "limit", "next_token", "sort_by"}
V3_FILTERS = {
    *(
        "name",
        "recipient",
        "muted",
        "limit",
        "modified_before",
        "modified_after",
        "drafts",
        "pinned",
    ),
    *("closed", "joined", "chat_ids", "parent_chid", "type"),
}
SEARCH = {
    *("title", "limit", "modified_before", "modified_after", "recipient", "chat_type"),
    *("parent_chat_id", "sort_by"),
}


@dataclass(frozen=True)
class Operation:
    """One call: method and path, what it needs, and who answers it."""

    method: str
    path: re.Pattern[str]
    act: Callable[[Sandbox, Call], Answer]
    scope: str
    rate: str
    query: frozenset[str]


def operation(
    call: str,
    act: Callable[[Sandbox, Call], Answer],
    scope: str,
    rate: str,
    query: Iterable[str] = (),
) -> Operation:
    method, _, path = call.partition(" ")
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
    return Operation(method, pattern, act, scope, rate, frozenset(query))


POST = CLIQ + "Webhooks.CREATE"
READ_CHANNELS = CLIQ + "Channels.READ"
READ_CHATS = CLIQ + "Chats.READ"
READ_MESSAGES = CLIQ + "Messages.READ"
UPDATE_CHATS = CLIQ + "Chats.UPDATE"
READ_USERS = CLIQ + "Users.READ"

OPERATIONS = [
    operation("GET /oauth/user/info", people.user_info, "AaaServer.profile.READ", ""),
    operation(
        *("GET /api/v2/channels", channels.list_channels, READ_CHANNELS, "channels"),
        channels.FILTERS,
    ),
    operation("GET /api/v2/channels/{channel}", channels.get_channel, READ_CHANNELS, "channel"),
    operation(
        *("GET /api/v2/channelsbyname/{channel}", channels.get_channel_by_name),
        *(READ_CHANNELS, "channel"),
    ),
    operation(
        *("GET /api/v2/channels/{channel}/members", channels.list_members),
        *(READ_CHANNELS, "channel-members"),
    ),
    operation(
        *("POST /api/v2/channelsbyname/{channel}/message", posting.post_to_channel, POST, "post"),
        ["bot_unique_name", "mark_as_read"],
    ),
    operation(
        *("POST /api/v2/chats/{chat}/message", posting.post_to_chat, POST, "post"),
        ["bot_unique_name"],
    ),
    operation("POST /api/v2/buddies/{buddy}/message", posting.post_to_buddy, POST, "post"),
    operation(
        *("GET /api/v2/chats", chats.list_chats, READ_CHATS, "chats"),
        ["limit", "modified_before", "modified_after", "drafts"],
    ),
    operation(
        *("GET /api/v2/chats/{chat}/members", chats.list_chat_members, READ_CHATS, "chat-members"),
        ["fields"],
    ),
    operation(
        *("GET /api/v2/chats/{chat}/messages", messages.list_messages, READ_MESSAGES, "messages"),
        ["fromtime", "totime", "limit"],
    ),
    operation(
        *("GET /api/v2/chats/{chat}/messages/{message}", messages.get_message),
        *(READ_MESSAGES, "message"),
    ),
    operation("GET /api/v2/users", people.list_users, READ_USERS, "users", USER_FILTERS),
    operation("GET /api/v2/users/{user}", people.get_user, READ_USERS, "user", ["fields"]),
    operation("GET /api/v2/files/{file}", files.get_file, CLIQ + "Attachments.READ", "files"),
    operation("GET /api/v3/chats", chats.list_chats_v3, READ_CHATS, "v3-chats", V3_FILTERS),
    operation("POST /api/v3/chats", chats.create_chat, CLIQ + "Chats.CREATE", "v3-chat-create"),
    operation("PUT /api/v3/chats", chats.update_chats, UPDATE_CHATS, "v3-chats-update"),
    operation("GET /api/v3/chats/search", chats.search_chats, READ_CHATS, "v3-chat-search", SEARCH),
    operation(
        *("GET /api/v3/chats/{chat}", chats.get_chat, READ_CHATS, "v3-chat"), ["include", "fields"]
    ),
    operation("PUT /api/v3/chats/{chat}", chats.update_chat, UPDATE_CHATS, "v3-chat-update"),
]


def answer(sandbox: Sandbox, request: Request) -> Answer:
    """Check the token, the scope, the limit and the parameters, in this order; then act."""
    found, path = _find(request)
    account = authorise(bearer(sandbox, request), found.scope)
    if found.rate:
        sandbox.limits.check(account["zuid"], found.rate)
    for name in request.query:
        if name not in found.query:
            raise extra_param(name)
    return found.act(sandbox, Call(request, account, path))


def _find(request: Request) -> tuple[Operation, dict[str, str]]:
    matches = [
        (operation, match)
        for operation in OPERATIONS
        if (match := operation.path.fullmatch(request.path))
    ]
    if not matches:
        raise url_unknown()
    for operation, match in matches:
        if operation.method == request.method:
            return operation, {name: unquote(text) for name, text in match.groupdict().items()}
    raise method_wrong()
