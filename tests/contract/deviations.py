"""Where are Zoho's OpenAPI files known to be wrong? Each with its section of cliq/api.md."""

from dataclasses import dataclass
from typing import Any

V2, V3 = "openapi-v2", "openapi-v3"
SCHEMAS = "components/schemas"
MESSAGE = f"{V2}/messages.yml"
CHANNELS = f"{V2}/channels.yml"
CREATED = "paths/~1chats/post/responses/200/content/application~1json/schema"
TEXT = {"type": "string"}
SAID = {"text": TEXT, "card": {"type": "object"}, "slides": {}, "buttons": {}}


@dataclass(frozen=True)
class Deviation:
    """One place where Zoho's files are wrong: what stands there instead, and why.

    `place` is a JSON pointer, so a slash inside a key is written ~1.
    """

    file: str
    place: str
    value: Any
    why: str


DEVIATIONS = [
    Deviation(
        *(MESSAGE, f"{SCHEMAS}/sender/properties", {"name": TEXT, "id": TEXT}),
        "§5.2: the schema says senderName and senderID, the examples name and id",
    ),
    Deviation(
        *(MESSAGE, f"{SCHEMAS}/message_data/properties/content"),
        {"oneOf": [TEXT, {"type": "object", "properties": SAID, "required": ["text"]}]},
        "§5.2: typed as a string, shown as an object; a card read back is documented nowhere",
    ),
    Deviation(
        *(MESSAGE, f"{SCHEMAS}/message_data/properties/type", {"enum": ["text"]}),
        "§5.2: a file has a schema of its own",
    ),
    Deviation(
        *(MESSAGE, f"{SCHEMAS}/fileMessage_data/properties/type", {"enum": ["file"]}),
        "§5.2: a text has a schema of its own",
    ),
    Deviation(
        *(MESSAGE, f"{SCHEMAS}/get-messages-response/properties/data"),
        {"type": "array", "maxItems": 100, "items": {"$ref": "#/components/schemas/any_message"}},
        "§5.2: the schema wants exactly two messages, after its example",
    ),
    Deviation(
        *(MESSAGE, f"{SCHEMAS}/any_message"),
        {
            "anyOf": [
                {"$ref": "#/components/schemas/message_data"},
                {"$ref": "#/components/schemas/fileMessage_data"},
                {"type": "object", "properties": {"type": {"not": {"enum": ["text", "file"]}}}}
                | {"additionalProperties": True},
            ]
        },
        "§5.2: other types exist (info, card, link, poll)",
    ),
    Deviation(
        *(MESSAGE, f"{SCHEMAS}/post-message-in-a-channel-response/properties"),
        {"message_id": TEXT},
        "§3.4: with sync_message the id comes back, as the text beside the schema says",
    ),
    Deviation(
        *(CHANNELS, f"{SCHEMAS}/get-all-channels-response/properties/level", TEXT),
        "§2.2: the filter's values and the answer's do not agree",
    ),
    Deviation(
        *(CHANNELS, f"{SCHEMAS}/ChannelMember/properties/user_role/enum"),
        ["member", "moderator", "admin", "super_admin"],
        "§2.3: moderators exist",
    ),
    Deviation(
        *(CHANNELS, f"{SCHEMAS}/ChannelResponse/properties/last_message_info"),
        {"$ref": "#/components/schemas/LastMessageInfo"},
        "§2.3: one channel has the same fields as in the list",
    ),
    Deviation(
        *(f"{V3}/messagecards.yml", f"{SCHEMAS}/CardObject/properties/buttons", False),
        "§3.2: documented, refused live; buttons stand at the top",
    ),
    Deviation(
        *(f"{V3}/messagecards.yml", f"{SCHEMAS}/CardObject/required", ["theme"]),
        "§3.2: this page wants a title, buttons.yml shows a card without",
    ),
    Deviation(
        *(f"{V3}/chats.yml", f"{CREATED}/properties"),
        {"type": TEXT, "url": TEXT, "data": {"$ref": "#/components/schemas/v3-chat"}},
        "§5.4: type and url are in the example of the answer, not in its schema",
    ),
    Deviation(
        *(f"{V3}/chats.yml", f"{SCHEMAS}/v3-chat/properties/user_membership"),
        {"type": "object"},
        "§5.4: in the example of the answer, not in its schema",
    ),
]
# Paths that the files print otherwise or not at all → the documented path that answers alike.
ALIASES = {
    f"{V2} GET /channelsbyname/{{NAME}}": (f"{V2} GET /channels/{{CHANNEL_ID}}", "§2.3"),
    f"{V2} GET /chats/{{CHAT_ID}}/messages/{{MESSAGE_ID}}": (
        *(f"{V2} GET /chats/{{CHAT_ID}}/messages/{{MESSAGE_ID}}/messages", "§4"),
    ),
}
# Calls without a schema at hand: (pattern, section).
UNCHECKED = [(r"GET /api/v2/files/[^/]+", "§5.2"), (r"GET /oauth/serverinfo", "§1.1")]
EXTRA_QUERY = {f"{V2} POST /chats/{{CHAT_ID}}/message": {"bot_unique_name": "§3.1, threads.yml"}}
